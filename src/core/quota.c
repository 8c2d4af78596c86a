/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
#include "core/quota.h"

#include <assert.h>

void quota_init(struct quota *q, unsigned rate_per_s)
{
	quota_init_burst(q, rate_per_s, rate_per_s);
}

void quota_init_burst(struct quota *q, unsigned rate_per_s, unsigned burst)
{
	assert(rate_per_s >= 1 && burst >= 1);
	*q = (struct quota){0};
	bucket_init(&q->full, rate_per_s, burst);
}

/* FNV-1a. */
static unsigned set_of(const struct endpoint *sender)
{
	uint32_t hash = 2166136261u;
	for (unsigned i = 0; i < sizeof(sender->address); i++)
		hash = (hash ^ sender->address[i]) * 16777619u;
	return hash % QUOTA_SETS;
}

/* The entry of the address; where it has none, the one that has been full for longest becomes its.
 */
static struct quota_entry *find_entry(struct quota *q, const struct endpoint *sender)
{
	struct quota_entry *set = q->entries[set_of(sender)], *oldest = &set[0];
	for (unsigned i = 0; i < QUOTA_WAYS; i++) {
		if (memcmp(set[i].address, sender->address, sizeof(sender->address)) == 0)
			return &set[i];
		if (set[i].bucket.full_at_ns < oldest->bucket.full_at_ns)
			oldest = &set[i];
	}
	memcpy(oldest->address, sender->address, sizeof(sender->address));
	oldest->bucket = q->full;
	return oldest;
}

size_t quota_take(struct quota *q, const struct endpoint *sender, size_t count, struct time now)
{
	struct bucket *bucket = &find_entry(q, sender)->bucket;
	size_t taken = 0;
	while (taken < count && time_is_due(bucket_ready_at(bucket, now), now)) {
		bucket_take(bucket, now);
		taken++;
	}
	return taken;
}

size_t quota_take_prefix(struct quota *q, const struct endpoint *sender, size_t count,
			 struct time now)
{
	struct endpoint first = *sender;
	size_t kept = endpoint_is_v4(sender) ? 12 + 3 : 8;
	memset(first.address + kept, 0, sizeof(first.address) - kept);
	return quota_take(q, &first, count, now);
}

bool quota_admits(struct quota *addresses, struct quota *prefixes, const struct endpoint *sender,
		  struct time now)
{
	return (!addresses || quota_take(addresses, sender, 1, now) == 1) &&
	       (!prefixes || quota_take_prefix(prefixes, sender, 1, now) == 1);
}
