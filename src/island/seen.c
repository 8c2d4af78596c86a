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

static uint64_t hash(const struct seen *s, const void *bytes, size_t size)
{
	uint64_t digest;
	_Static_assert(sizeof(digest) == crypto_shorthash_BYTES, "SipHash gives 64 bits");
	_Static_assert(sizeof(s->key) == crypto_shorthash_KEYBYTES, "SipHash takes 128 bits");
	crypto_shorthash((unsigned char *)&digest, bytes, size, (const unsigned char *)s->key);
	return digest;
}

/* Of the payload, then of that with what else tells datagrams apart. */
static uint64_t digest_of(const struct seen *s, const struct endpoint *group,
			  const struct endpoint *origin, const char *bytes, size_t size)
{
	struct {
		uint64_t payload, size;
		struct endpoint group, origin;
		uint32_t zero;
	} whole = {
		.payload = hash(s, bytes, size),
		.size = size,
		.group = *group,
		.origin = *origin,
	};
	_Static_assert(sizeof(whole) == 56, "no padding");
	uint64_t digest = hash(s, &whole, sizeof(whole));
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
