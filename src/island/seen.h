/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
#ifndef RAMURE_ISLAND_SEEN_H
#define RAMURE_ISLAND_SEEN_H
/* seen.h - the ways by which a datagram has come lately: natively, or by the tree from one gateway
 * or another. Rule [K7].
 *
 * What comes by a second way is a copy: two gateways carry one island. What comes by the same way
 * again is what the program has said again. Bounded: of more than fit the oldest are forgotten.
 */
#include "base/endpoint.h"
#include "base/random.h"
#include "base/time.h"

#include <stddef.h>

#define SEEN_SETS 8192
#define SEEN_WAYS 4

/* What tells datagrams of one origin, group and size apart: bytes at the beginning, and at the end.
 * All of them would cost as much as all else that a gateway does. */
#define SEEN_FIRST 128
#define SEEN_LAST  64

/* So long it is remembered by which way a datagram came first. */
#define SEEN_US US_PER_S

/* The way of what was heard on the island itself; others are the ids of those who published. */
#define SEEN_NATIVE 0

struct seen_entry {
	uint64_t digest; /* 0: free. */
	uint64_t way;
	struct time at;
};

struct seen {
	uint64_t key[2]; /* Of the digests: nobody can make two datagrams look the same. */
	struct seen_entry entries[SEEN_SETS][SEEN_WAYS];
};

void seen_init(struct seen *s, struct random *random);

/* Notes that the datagram of `origin` to `group` has come by `way`. False if it came by another way
 * within SEEN_US. */
bool seen_take(struct seen *s, const struct endpoint *group, const struct endpoint *origin,
	       const char *bytes, size_t size, uint64_t way, struct time now);

#endif
