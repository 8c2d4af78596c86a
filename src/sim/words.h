/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
#ifndef RAMURE_SIM_WORDS_H
#define RAMURE_SIM_WORDS_H
/* words.h - a line of text, cut into words.
 *
 * Spaces and tabs stand between words; `|` and `->` are words wherever they stand.
 */
#include <stdbool.h>
#include <stddef.h>

#define WORDS_MAX  24
#define WORDS_SIZE 512 /* Bytes of all of them, a NUL behind each included. */

struct words {
	char text[WORDS_SIZE];
	unsigned count;
	const char *word[WORDS_MAX]; /* Into `text`; so the struct cannot be copied. */
};

/* Cuts `size` bytes of `line`. False if there are too many words, or too long ones: those that fit
 * are there. */
bool words_cut(struct words *w, const char *line, size_t size);

#endif
