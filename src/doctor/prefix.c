/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
#include "doctor/prefix.h"

#include <string.h>

#define MAPPED_BITS 96u /* Of ::ffff:0:0/96, before the four bytes of IPv4. */

bool prefix_parse(const char *text, struct prefix *ret_prefix)
{
	char address[ADDRESS_TEXT_SIZE];
	const char *slash = strchr(text, '/');
	size_t size = slash ? (size_t)(slash - text) : strlen(text);
	if (size >= sizeof(address))
		return false;
	memcpy(address, text, size);
	address[size] = '\0';
	struct endpoint e;
	if (!endpoint_parse_address(address, 0, &e))
		return false;
	bool is_v4 = !strchr(address, ':');
	unsigned room = is_v4 ? 32 : 128, bits = room;
	if (slash) {
		bits = 0;
		size_t digits = strlen(slash + 1);
		for (size_t i = 0; i < digits && digits <= 3; i++) {
			if (slash[1 + i] < '0' || slash[1 + i] > '9')
				return false;
			bits = 10 * bits + (unsigned)(slash[1 + i] - '0');
		}
		if (digits == 0 || digits > 3 || bits > room)
			return false;
	}
	*ret_prefix = (struct prefix){.bits = is_v4 ? MAPPED_BITS + bits : bits, .is_v4 = is_v4};
	memcpy(ret_prefix->address, e.address, sizeof(e.address));
	return true;
}

/* True if the first `bits` bits are the same. */
static bool begin_alike(const uint8_t *a, const uint8_t *b, unsigned bits)
{
	unsigned whole = bits / 8, rest = bits % 8;
	if (memcmp(a, b, whole) != 0)
		return false;
	return rest == 0 || (a[whole] ^ b[whole]) >> (8 - rest) == 0;
}

bool prefix_covers(const struct prefix *a, const struct prefix *b)
{
	return a->is_v4 == b->is_v4 && a->bits <= b->bits &&
	       begin_alike(a->address, b->address, a->bits);
}

bool prefix_overlaps(const struct prefix *a, const struct prefix *b)
{
	return prefix_covers(a, b) || prefix_covers(b, a);
}

bool prefix_is_multicast(const char *text)
{
	struct prefix all, p;
	if (!prefix_parse(text, &p) || !prefix_parse(p.is_v4 ? "224.0.0.0/4" : "ff00::/8", &all))
		return false;
	return prefix_covers(&all, &p);
}

int prefix_family(const char *text)
{
	struct prefix p;
	if (!prefix_parse(text, &p))
		return 0;
	return p.is_v4 ? 4 : 6;
}
