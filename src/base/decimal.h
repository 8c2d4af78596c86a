/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
#ifndef RAMURE_BASE_DECIMAL_H
#define RAMURE_BASE_DECIMAL_H
/* decimal.h - small numbers as text, without the price of printf: a rendezvous point writes an
 * endpoint for each request. */
#include <stddef.h>

/* Digits of the largest value below. */
#define DECIMAL_SIZE 5

/* Writes a value of at most 65,535, without a NUL, and gives the number of digits. */
static inline size_t decimal_put(char *out, unsigned value)
{
	size_t digits = value >= 10000  ? 5
			: value >= 1000 ? 4
			: value >= 100  ? 3
			: value >= 10   ? 2
					: 1;
	for (size_t i = digits; i-- > 0; value /= 10)
		out[i] = (char)('0' + value % 10);
	return digits;
}

#endif
