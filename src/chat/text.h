/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
#ifndef RAMURE_CHAT_TEXT_H
#define RAMURE_CHAT_TEXT_H
/* text.h - text that is safe to show and to send, whatever its bytes were. */
#include <stdbool.h>
#include <stddef.h>

/* What text_sanitise may make of one byte: U+FFFD takes three. */
#define TEXT_GROWTH 3

/* Copies `size` bytes to `out` as one line of valid UTF-8 and gives its size, at most TEXT_GROWTH x
 * size. White space controls (tab, line feed, return, ...) become a space; other controls (C0, C1,
 * DEL), the line and paragraph separators, the controls that reorder what follows (bidirectional
 * embedding, override, isolate) and what is no UTF-8 become U+FFFD. So no escape sequence survives.
 * Line ends at the very end are dropped. */
size_t text_sanitise(const char *bytes, size_t size, char *out);

#define NAME_CHARACTERS_MAX 32
#define NAME_SIZE_MAX       (NAME_CHARACTERS_MAX * 4) /* Bytes, without a NUL. */

/* True for a name: 1 to 32 characters of valid UTF-8; no control, white space or invisible
 * character, no ':' or ','; not beginning with '*'. */
bool name_is_valid(const char *name, size_t size);

/* True if `name` stands in `text` as a word of its own; ASCII letters count as the same in either
 * case. */
bool text_mentions(const char *text, size_t size, const char *name, size_t name_size);

/* The size of the longest beginning of `text` that has at most `limit` bytes, at least
 * UTF8_SIZE_MAX, and does not end inside a character; combining marks, and what joins an emoji,
 * stay with their base where they fit. */
size_t text_cut(const char *text, size_t size, size_t limit);

#endif
