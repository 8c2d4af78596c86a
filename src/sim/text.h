/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
#ifndef RAMURE_SIM_TEXT_H
#define RAMURE_SIM_TEXT_H
/* text.h - a text that is written piece by piece into room of the caller's; what does not fit is
 * cut off. */
#include <stddef.h>

struct text {
	char *out;   /* Ends in NUL from the first piece on. */
	size_t size; /* Of the room, at least 1. */
	size_t used; /* Characters, without the NUL. */
};

__attribute__((format(printf, 2, 3))) void text_put(struct text *t, const char *format, ...);

#endif
