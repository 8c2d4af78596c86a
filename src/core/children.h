/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
#ifndef RAMURE_CORE_CHILDREN_H
#define RAMURE_CORE_CHILDREN_H
/* children.h - a node's children: who they are, and until when each counts as one. Rules [C1]-[C4],
 * [J6]-[J8], [T6].
 *
 * Fixed capacity, in memory that the caller lends. The endpoints lie side by side, so that they are
 * at once the list in an NJOI and the fan-out of a payload; those of the full profile first.
 */
#include "base/endpoint.h"
#include "base/random.h"
#include "base/time.h"
#include "core/action.h"

#define CHILDREN_LIMIT 1024 /* More than any node can feed. */

/* What is known of a child of the full profile. */
struct child {
	uint64_t id;
	uint64_t nonce;    /* Of the question that it has not answered; 0: none. */
	uint64_t wanted;   /* The channels that somebody of its subtree wants. [K2] */
	struct time since; /* When it got its place. */
	uint32_t size;     /* Members of its subtree, as it reported; itself included. */
	uint32_t delay_us; /* From the root. */
	uint16_t height;   /* Hops to the farthest of its subtree. */
	uint16_t room;     /* Hops from it down to the nearest free place; WIRE_NO_ROOM: none. */
	uint8_t free;      /* Children that it would still take. */
	uint8_t asks;      /* Questions unanswered in a row. */
	bool is_foster;    /* Beyond the limit: until expires_at, or until it goes if it yields. */
	bool is_yielding;  /* A foster child whose place is another's now. [V4], [V5] */
};

struct children {
	struct endpoint *endpoints;
	struct endpoint *locals; /* Our own address that each child knows. */
	struct time *expires_at; /* When each is dropped unless it refreshes; of the full
				    profile: when it is asked whether it is there. */
	struct child *known;     /* Of those of the full profile; NULL: there are none. */
	uint16_t count, max;     /* `max` without a foster child. */
	uint16_t full_count;     /* Of the full profile, foster child included: the first ones. */
	uint16_t foster_count;   /* 0 or 1. */
};

/* Bytes of memory for a table of `max` children; `is_full`: of a member of the full profile. */
size_t children_memory_size(unsigned max, bool is_full);

/* An empty table in `memory`, aligned for any type, which is kept. */
void children_init(struct children *c, unsigned max, bool is_full, void *memory);

/* The place of a child, or `count` if it is none. */
unsigned children_find(const struct children *c, const struct endpoint *endpoint);

/* A run of children beginning at random, `max` at most: gives how many, and the first. */
unsigned children_run(const struct children *c, unsigned max, struct random *random,
		      unsigned *ret_first);

static inline unsigned children_free(const struct children *c)
{
	return c->max + (unsigned)c->foster_count - c->count;
}

static inline bool children_is_full(const struct children *c)
{
	return children_free(c) == 0;
}

/* Adds a child; the table is not full and does not hold it. */
void children_add(struct children *c, const struct path *path, struct time expires_at);

/* The same for one of the full profile; gives its place. A foster child may be added to a full
 * table, if there is none. */
unsigned children_add_full(struct children *c, const struct path *path, struct time expires_at,
			   const struct child *known);

/* Makes the child at `place`, of the full profile, a foster child that yields; there may be no
 * other foster child. Its time to be asked stays. */
void children_yield(struct children *c, unsigned place);

/* Gives the child at `place`, which yields, a place of its own again; there is one. */
void children_stay(struct children *c, unsigned place);

/* Removes the child at `place`; others may change their places. */
void children_remove(struct children *c, unsigned place);

/* When the first child expires; TIME_NEVER without any. */
struct time children_deadline(const struct children *c);

#endif
