/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
#ifndef RAMURE_BASE_FAILURE_H
#define RAMURE_BASE_FAILURE_H
/* failure.h - an error as a sentence: what was tried, on what, what the system answered, what to do
 * about it.
 *
 * The caller lends a `struct failure`; a function that fails writes it once and returns the
 * negative errno.
 */

struct failure {
	int code; /* Negative errno; 0 while nothing failed. -EINVAL: the caller asked for something
		     impossible. */
	char text[400]; /* One line, no newline at the end. */
};

/* Writes the sentence and returns `code` (a negative errno), for `return failure_set(...)`. */
__attribute__((format(printf, 3, 4))) int failure_set(struct failure *f, int code,
						      const char *format, ...);

#endif
