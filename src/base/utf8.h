/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
#ifndef RAMURE_BASE_UTF8_H
#define RAMURE_BASE_UTF8_H
/* utf8.h - UTF-8 bytes to code points, never trusting the bytes (RFC 3629; Unicode 15.0,
 * section 3.9). */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define UTF8_REPLACEMENT 0xFFFDu
#define UTF8_SIZE_MAX    4 /* Bytes of the longest code point. */

/* Reads one code point from `bytes`, of which there are `size`, at least 1. Gives the bytes used,
 * at least 1. What is not well formed (overlong, surrogate, above U+10FFFF, cut short) reads as
 * UTF8_REPLACEMENT, one for each maximal subpart, as the Unicode standard advises. */
size_t utf8_decode(const char *bytes, size_t size, uint32_t *ret_code_point);

/* Writes `code_point` and gives the bytes written, 1 to UTF8_SIZE_MAX. */
size_t utf8_encode(uint32_t code_point, char bytes[UTF8_SIZE_MAX]);

/* True for a byte that continues a code point (10xxxxxx). */
static inline bool utf8_is_continuation(char byte)
{
	return ((unsigned char)byte & 0xC0) == 0x80;
}

#endif
