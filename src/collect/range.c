/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
#include "collect/range.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>

#define BYTES_MAX 16

struct block {
	uint8_t bytes[BYTES_MAX];
};

static bool bit_is_set(const struct block *b, size_t size, unsigned bit)
{
	return b->bytes[size - 1 - bit / 8] >> (bit % 8) & 1;
}

/* The last address of the block of 2 to the power of `bits` that begins at `b`. */
static struct block end_of(struct block b, size_t size, unsigned bits)
{
	for (unsigned bit = 0; bit < bits; bit++)
		b.bytes[size - 1 - bit / 8] |= (uint8_t)(1u << (bit % 8));
	return b;
}

static void add_one(struct block *b, size_t size)
{
	for (size_t i = size; i > 0 && ++b->bytes[i - 1] == 0; i--)
		;
}

/* The most bits that a block which begins at `at` may have to end at `last` or before. */
static unsigned widest(const struct block *at, const struct block *last, size_t size)
{
	unsigned bits = 0;
	while (bits < 8 * size && !bit_is_set(at, size, bits)) {
		struct block end = end_of(*at, size, bits + 1);
		if (memcmp(end.bytes, last->bytes, size) > 0)
			break;
		bits++;
	}
	return bits;
}

size_t range_to_prefixes(const char *first, const char *last, char ret_list[][RANGE_TEXT_SIZE],
			 size_t max)
{
	struct block at, until;
	int family = strchr(first, ':') ? AF_INET6 : AF_INET;
	size_t size = family == AF_INET ? 4 : 16, count = 0;
	if (inet_pton(family, first, at.bytes) != 1 || inet_pton(family, last, until.bytes) != 1 ||
	    memcmp(at.bytes, until.bytes, size) > 0)
		return 0;
	for (;;) {
		char text[INET6_ADDRSTRLEN];
		unsigned bits = widest(&at, &until, size);
		if (count == max)
			return 0;
		(void)inet_ntop(family, at.bytes, text, sizeof(text));
		(void)snprintf(ret_list[count++], RANGE_TEXT_SIZE, "%s/%u", text,
			       (unsigned)(8 * size) - bits);
		at = end_of(at, size, bits);
		if (memcmp(at.bytes, until.bytes, size) >= 0)
			return count;
		add_one(&at, size);
	}
}

bool range_has_groups(int family, uint8_t first_byte, unsigned bits)
{
	unsigned wanted = family == 4 ? 4 : 8;
	uint8_t of_groups = family == 4 ? 0xE0 : 0xFF;
	if (bits > wanted)
		bits = wanted;
	return ((first_byte ^ of_groups) & 0xFF) >> (8 - bits) == 0;
}
