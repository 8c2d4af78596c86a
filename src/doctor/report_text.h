/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
#ifndef RAMURE_DOCTOR_REPORT_TEXT_H
#define RAMURE_DOCTOR_REPORT_TEXT_H
/* report_text.h - text made safe for a terminal, whatever the snapshot has in it. */
#include <stddef.h>
#include <stdio.h>

/* Writes `size` bytes as UTF-8; what is not, or would act on a terminal, becomes a question mark.
 * Gives the columns. */
size_t text_put(FILE *file, const char *text, size_t size);

/* Writes a line of at most 1,023 bytes, and its end. */
__attribute__((format(printf, 2, 3))) void text_say(FILE *file, const char *format, ...);

/* Writes into `ret_text`, which has room for `size` + 1 bytes, the same that text_put does. */
void text_clean(const char *text, size_t size, char *ret_text);

#endif
