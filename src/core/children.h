/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
#ifndef RAMURE_CORE_CHILDREN_H
#define RAMURE_CORE_CHILDREN_H
/* children.h - a node's children: who they are, and until when each counts as one. Rules [C1]-[C4].
 *
 * Fixed capacity, in memory that the caller lends. The endpoints lie side by side, so that they are
 * at once the list in an NJOI and the fan-out of a payload.
 */
#include "base/endpoint.h"
#include "base/time.h"
#include "core/action.h"

#define CHILDREN_LIMIT 1024 /* More than any node can feed. */

struct children {
	struct endpoint *endpoints;
	struct endpoint *locals; /* Our own address that each child knows. */
	struct time *expires_at; /* When each is dropped unless it refreshes. */
	uint16_t count, max;
};

/* Bytes of memory for a table of `max` children. */
size_t children_memory_size(unsigned max);

/* An empty table in `memory`, aligned for any type, which is kept. */
void children_init(struct children *c, unsigned max, void *memory);

/* The place of a child, or `count` if it is none. */
unsigned children_find(const struct children *c, const struct endpoint *endpoint);

static inline bool children_is_full(const struct children *c)
{
	return c->count == c->max;
}

/* Adds a child; the table is not full and does not hold it. */
void children_add(struct children *c, const struct path *path, struct time expires_at);

/* Removes the child at `place`; the last takes its place. */
void children_remove(struct children *c, unsigned place);

/* When the first child expires; TIME_NEVER without any. */
struct time children_deadline(const struct children *c);

#endif
