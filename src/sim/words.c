/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
#include "sim/words.h"

#include <string.h>

static bool is_blank(char c)
{
	return c == ' ' || c == '\t';
}

static size_t sign_size(const char *text, size_t size)
{
	if (size >= 1 && text[0] == '|')
		return 1;
	return size >= 2 && text[0] == '-' && text[1] == '>' ? 2 : 0;
}

/* The size of the word that `text` begins with. */
static size_t word_size(const char *text, size_t size)
{
	size_t length = sign_size(text, size);
	if (length > 0)
		return length;
	while (length < size && !is_blank(text[length]) &&
	       sign_size(text + length, size - length) == 0)
		length++;
	return length;
}

bool words_cut(struct words *w, const char *line, size_t size)
{
	size_t used = 0;
	w->count = 0;
	for (size_t at = 0, length; at < size; at += length) {
		length = 1;
		if (is_blank(line[at]))
			continue;
		length = word_size(line + at, size - at);
		if (w->count == WORDS_MAX || length >= WORDS_SIZE - used)
			return false;
		memcpy(w->text + used, line + at, length);
		w->text[used + length] = '\0';
		w->word[w->count++] = w->text + used;
		used += length + 1;
	}
	return true;
}
