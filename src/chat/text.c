/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
#include "chat/text.h"
#include "base/utf8.h"

#include <assert.h>
#include <string.h>
#include <strings.h>
#include <wchar.h>

/* A cut goes back at most so many bytes for the sake of combining marks. */
#define ATTACHED_MAX 64

static bool in_range(uint32_t c, uint32_t first, uint32_t last)
{
	return c >= first && c <= last;
}

/* Code points that would act on a terminal, or on the order of what stands beside them. */
static bool is_control(uint32_t c)
{
	return c < 0x20 || in_range(c, 0x7F, 0x9F) || in_range(c, 0x2028, 0x202E) ||
	       in_range(c, 0x2066, 0x2069);
}

/* The Unicode property White_Space (PropList 15.0). */
static bool is_space(uint32_t c)
{
	return in_range(c, 0x09, 0x0D) || c == ' ' || c == 0x85 || c == 0xA0 || c == 0x1680 ||
	       in_range(c, 0x2000, 0x200A) || c == 0x2028 || c == 0x2029 || c == 0x202F ||
	       c == 0x205F || c == 0x3000;
}

/* Invisible code points, which would make two names look the same. The joiners U+200C and U+200D
 * and the variation selectors are spelling. */
static bool is_invisible(uint32_t c)
{
	static const struct {
		uint32_t first, last;
	} ranges[] = {
		{0xAD, 0xAD},       {0x61C, 0x61C},     {0x115F, 0x1160},   {0x180E, 0x180E},
		{0x200B, 0x200B},   {0x200E, 0x200F},   {0x2060, 0x2064},   {0x206A, 0x206F},
		{0x3164, 0x3164},   {0xFEFF, 0xFEFF},   {0xFFA0, 0xFFA0},   {0xFFF9, 0xFFFB},
		{0x1BCA0, 0x1BCA3}, {0x1D173, 0x1D17A}, {0xE0000, 0xE007F},
	};
	for (size_t i = 0; i < sizeof(ranges) / sizeof(ranges[0]); i++)
		if (in_range(c, ranges[i].first, ranges[i].last))
			return true;
	return false;
}

static bool is_printable_ascii(char byte)
{
	return byte >= 0x20 && byte < 0x7F;
}

/* How many printable ASCII bytes `bytes` begins with: eight at a time while there are eight. */
static size_t printable_run(const char *bytes, size_t size)
{
	const uint64_t high = UINT64_C(0x8080808080808080);
	size_t i = 0;
	for (; i + 8 <= size; i += 8) {
		uint64_t x;
		memcpy(&x, bytes + i, 8);
		/* In each byte: not above 0x7F, not below 0x20, not 0x7F. No sum carries into the
		 * next. */
		bool ascii = (x & high) == 0;
		if (!ascii || ((x + high / 0x80 * 0x60) & high) != high ||
		    ((x + high / 0x80) & high) != 0)
			break;
	}
	while (i < size && is_printable_ascii(bytes[i]))
		i++;
	return i;
}

size_t text_sanitise(const char *bytes, size_t size, char *out)
{
	size_t written = 0;
	while (size > 0 && (bytes[size - 1] == '\n' || bytes[size - 1] == '\r'))
		size--;
	for (size_t i = 0; i < size;) {
		size_t run = printable_run(bytes + i, size - i);
		memcpy(out + written, bytes + i, run);
		written += run;
		i += run;
		if (i == size)
			break;
		uint32_t c;
		size_t used = utf8_decode(bytes + i, size - i, &c);
		if (c >= 0x09 && c <= 0x0D)
			c = ' ';
		else if (is_control(c))
			c = UTF8_REPLACEMENT;
		written += utf8_encode(c, out + written);
		i += used;
	}
	return written;
}

bool name_is_valid(const char *name, size_t size)
{
	size_t characters = 0;
	if (size == 0 || size > NAME_SIZE_MAX || name[0] == '*')
		return false;
	for (size_t i = 0; i < size; characters++) {
		uint32_t c;
		size_t used = utf8_decode(name + i, size - i, &c);
		if (c == UTF8_REPLACEMENT || is_control(c) || is_space(c) || is_invisible(c) ||
		    c == ':' || c == ',')
			return false;
		i += used;
	}
	return characters <= NAME_CHARACTERS_MAX;
}

/* Letters and digits, and every byte of a character beyond ASCII. */
static bool is_word_byte(char byte)
{
	return (byte >= '0' && byte <= '9') || (byte >= 'A' && byte <= 'Z') ||
	       (byte >= 'a' && byte <= 'z') || byte == '_' || (byte & 0x80);
}

bool text_mentions(const char *text, size_t size, const char *name, size_t name_size)
{
	for (size_t i = 0; i + name_size <= size; i++) {
		/* The first byte alone rules out nearly every place; it may let too many pass. */
		if ((text[i] | 0x20) != (name[0] | 0x20) ||
		    strncasecmp(text + i, name, name_size) != 0)
			continue;
		bool begins = i == 0 || !is_word_byte(text[i - 1]) || !is_word_byte(name[0]);
		bool ends = i + name_size == size || !is_word_byte(text[i + name_size]) ||
			    !is_word_byte(name[name_size - 1]);
		if (begins && ends)
			return true;
	}
	return false;
}

/* True if the character at `at` belongs to the one before it. */
static bool is_attached(const char *text, size_t size, size_t at)
{
	uint32_t c;
	(void)utf8_decode(text + at, size - at, &c);
	bool modifier = in_range(c, 0x1F3FB, 0x1F3FF); /* Skin tones. */
	bool joined = at >= 3 && memcmp(text + at - 3, "\u200D", 3) == 0;
	return modifier || joined || (c >= 0x300 && wcwidth((wchar_t)c) == 0);
}

size_t text_cut(const char *text, size_t size, size_t limit)
{
	assert(limit >= UTF8_SIZE_MAX);
	if (size <= limit)
		return size;
	size_t cut = limit;
	while (utf8_is_continuation(text[cut]) && cut > limit - UTF8_SIZE_MAX)
		cut--;
	size_t whole = cut, furthest = cut > ATTACHED_MAX ? cut - ATTACHED_MAX : 0;
	while (whole > furthest &&
	       (utf8_is_continuation(text[whole]) || is_attached(text, size, whole)))
		whole--;
	return whole > furthest ? whole : cut;
}
