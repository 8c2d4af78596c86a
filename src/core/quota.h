/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
#ifndef RAMURE_CORE_QUOTA_H
#define RAMURE_CORE_QUOTA_H
/* quota.h - a rate limit for each address, or each network, in a table of fixed size. Rules [P5],
 * [I5].
 *
 * No clock, I/O or allocation. Where the table is too small for all senders, who was quiet longest
 * makes room, and begins with a full allowance when it comes again: a limit for honest senders, not
 * a fortress.
 *
 *     quota_init | quota_init_burst -> ( quota_take* | quota_take_prefix* )
 */
#include "base/bucket.h"
#include "base/endpoint.h"

#define QUOTA_SETS 64
#define QUOTA_WAYS 4

struct quota_entry {
	uint8_t address[16]; /* Or the first of a prefix. The port does not matter. :: for none. */
	struct bucket bucket;
};

struct quota {
	struct bucket full; /* What each address begins with. */
	struct quota_entry entries[QUOTA_SETS][QUOTA_WAYS];
};

/* `rate_per_s` a second for each address, at least 1, and as many at once. */
void quota_init(struct quota *q, unsigned rate_per_s);

/* The same, and `burst` at once. */
void quota_init_burst(struct quota *q, unsigned rate_per_s, unsigned burst);

/* How many of `count` the sender's address may have now; there are so many less left. */
size_t quota_take(struct quota *q, const struct endpoint *sender, size_t count, struct time now);

/* The same for the sender's prefix, /24 or /64: one who has a network has all of its addresses. Has
 * a table of its own. */
size_t quota_take_prefix(struct quota *q, const struct endpoint *sender, size_t count,
			 struct time now);

/* Both limits for one request of the sender; either table may be NULL, for none. */
bool quota_admits(struct quota *addresses, struct quota *prefixes, const struct endpoint *sender,
		  struct time now);

#endif
