/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
#ifndef RAMURE_APP_MCASTSIM_FILE_H
#define RAMURE_APP_MCASTSIM_FILE_H
/* file.h - a whole file, or standard input ("-"), in memory. Standard input can be read again. */
#include "base/failure.h"

#include <stddef.h>

/* Gives its bytes, to be freed; NULL and `failure` if it cannot be read. */
char *file_read(const char *path, size_t *ret_size, struct failure *failure);

#endif
