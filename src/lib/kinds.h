/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
#ifndef RAMURE_LIB_KINDS_H
#define RAMURE_LIB_KINDS_H
/* kinds.h - the two kinds of membership; for src/lib alone. */
#include "base/failure.h"
#include "ramure.h"

/* Open a membership of the kind that the options ask for, and give it on success; else a negative
 * errno. */
int native_open(const struct ramure_options *o, struct ramure **ret_ramure,
		struct failure *failure);
int tree_open(const struct ramure_options *o, struct ramure **ret_ramure, struct failure *failure);

#endif
