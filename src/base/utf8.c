/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
#include "base/utf8.h"

/* The range of the second byte, and how many bytes follow, by the first (Unicode 15.0, table 3-7).
 */
struct lead {
	unsigned following;
	unsigned char second_min, second_max;
	unsigned char bits; /* Mask of the first byte's payload. */
};

static struct lead lead_of(unsigned char first)
{
	if (first >= 0xC2 && first <= 0xDF)
		return (struct lead){1, 0x80, 0xBF, 0x1F};
	if (first >= 0xE0 && first <= 0xEF)
		return (struct lead){2, first == 0xE0 ? 0xA0 : 0x80, first == 0xED ? 0x9F : 0xBF,
				     0x0F};
	if (first >= 0xF0 && first <= 0xF4)
		return (struct lead){3, first == 0xF0 ? 0x90 : 0x80, first == 0xF4 ? 0x8F : 0xBF,
				     0x07};
	return (struct lead){0, 0, 0, 0};
}

size_t utf8_decode(const char *bytes, size_t size, uint32_t *ret_code_point)
{
	unsigned char first = (unsigned char)bytes[0];
	if (first < 0x80) {
		*ret_code_point = first;
		return 1;
	}
	struct lead lead = lead_of(first);
	uint32_t code_point = first & lead.bits;
	unsigned char low = lead.second_min, high = lead.second_max;
	for (unsigned i = 1; i <= lead.following; i++) {
		unsigned char next = i < size ? (unsigned char)bytes[i] : 0;
		if (next < low || next > high) {
			*ret_code_point = UTF8_REPLACEMENT;
			return i;
		}
		code_point = code_point << 6 | (next & 0x3F);
		low = 0x80, high = 0xBF;
	}
	*ret_code_point = lead.following ? code_point : UTF8_REPLACEMENT;
	return 1 + lead.following;
}

size_t utf8_encode(uint32_t c, char bytes[UTF8_SIZE_MAX])
{
	if (c < 0x80) {
		bytes[0] = (char)c;
		return 1;
	}
	size_t following = c < 0x800 ? 1 : c < 0x10000 ? 2 : 3;
	static const unsigned char lead_bits[] = {0, 0xC0, 0xE0, 0xF0};
	for (size_t i = following; i > 0; i--, c >>= 6)
		bytes[i] = (char)(0x80 | (c & 0x3F));
	bytes[0] = (char)(lead_bits[following] | c);
	return following + 1;
}
