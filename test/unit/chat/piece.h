/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
#ifndef RAMURE_TEST_UNIT_CHAT_PIECE_H
#define RAMURE_TEST_UNIT_CHAT_PIECE_H
/* piece.h - pieces of text in tests, and what every text that is shown or sent must be. */
#include "base/random.h"
#include "base/utf8.h"
#include "chat/line.h"
#include "unit.h"

#include <string.h>

/* A piece of a literal, whose length the compiler counts: it may hold NUL. */
#define PIECE(literal) ((struct piece){(literal), sizeof(literal) - 1})

/* 32 characters, 128 bytes. */
#define LONGEST_NAME                                                                               \
	"🎉🎉🎉🎉🎉🎉🎉🎉🎉🎉🎉🎉🎉🎉🎉🎉"                         \
	"🎉🎉🎉🎉🎉🎉🎉🎉🎉🎉🎉🎉🎉🎉🎉🎉"

static inline struct piece piece_of(const char *text)
{
	return (struct piece){text, strlen(text)};
}

static inline void assert_piece(struct piece p, const char *expected)
{
	if (p.size != strlen(expected) || memcmp(p.text, expected, p.size) != 0)
		fail_msg("'%.*s' instead of '%s'", (int)p.size, p.text, expected);
}

/* True for code points that must not reach a terminal: C0, DEL, C1, line and paragraph separators,
 * and what reorders the text behind it. */
static inline bool is_dangerous(uint32_t c)
{
	return c < 0x20 || (c >= 0x7F && c <= 0x9F) || c == 0x2028 || c == 0x2029 ||
	       (c >= 0x202A && c <= 0x202E) || (c >= 0x2066 && c <= 0x2069);
}

static inline bool is_safe(const char *text, size_t size)
{
	for (size_t i = 0, used; i < size; i += used) {
		uint32_t c;
		used = utf8_decode(text + i, size - i, &c);
		if (is_dangerous(c))
			return false;
		if (c == UTF8_REPLACEMENT && (used != 3 || memcmp(text + i, "\uFFFD", 3) != 0))
			return false;
	}
	return true;
}

static inline void fill_random(struct random *r, char *bytes, size_t size)
{
	for (size_t i = 0; i < size; i++)
		bytes[i] = (char)random_next(r);
}

#endif
