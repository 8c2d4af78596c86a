/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
#include "island/seen.h"

#include <sodium.h>

void seen_init(struct seen *s, struct random *random)
{
	memset(s, 0, sizeof(*s));
	s->key[0] = random_next(random);
	s->key[1] = random_next(random);
}

/* Of group, origin, size and bytes; of many bytes the first and the last. */
static uint64_t digest_of(const struct seen *s, const struct endpoint *group,
			  const struct endpoint *origin, const char *bytes, size_t size)
{
	struct {
		uint64_t size;
		struct endpoint group, origin;
		uint32_t zero;
		char first[SEEN_FIRST], last[SEEN_LAST];
	} whole = {.size = size, .group = *group, .origin = *origin};
	uint64_t digest;
	_Static_assert(sizeof(whole) == 48 + SEEN_FIRST + SEEN_LAST, "no padding");
	_Static_assert(sizeof(digest) == crypto_shorthash_BYTES, "SipHash gives 64 bits");
	_Static_assert(sizeof(s->key) == crypto_shorthash_KEYBYTES, "SipHash takes 128 bits");
	size_t first = size < SEEN_FIRST ? size : SEEN_FIRST, left = size - first;
	size_t last = left < SEEN_LAST ? left : SEEN_LAST;
	if (first > 0)
		memcpy(whole.first, bytes, first);
	if (last > 0)
		memcpy(whole.last, bytes + size - last, last);
	size_t used = sizeof(whole) - (SEEN_LAST - last) - (last == 0 ? SEEN_FIRST - first : 0);
	crypto_shorthash((unsigned char *)&digest, (const unsigned char *)&whole, used,
			 (const unsigned char *)s->key);
	return digest != 0 ? digest : 1;
}

bool seen_take(struct seen *s, const struct endpoint *group, const struct endpoint *origin,
	       const char *bytes, size_t size, uint64_t way, struct time now)
{
	uint64_t digest = digest_of(s, group, origin, bytes, size);
	struct seen_entry *set = s->entries[digest % SEEN_SETS], *place = &set[0];
	for (unsigned i = 0; i < SEEN_WAYS; i++) {
		if (set[i].digest == digest) {
			place = &set[i];
			break;
		}
		if (set[i].at.us < place->at.us)
			place = &set[i];
	}
	bool is_known = place->digest == digest && time_elapsed_us(place->at, now) < SEEN_US;
	if (is_known && place->way != way)
		return false;
	*place = (struct seen_entry){.digest = digest, .way = way, .at = now};
	return true;
}
