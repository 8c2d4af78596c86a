/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
#ifndef RAMURE_ISLAND_LISTENERS_H
#define RAMURE_ISLAND_LISTENERS_H
/* listeners.h - who listens on an island, as a router knows it: the reports of IGMPv1 to v3 and
 * MLDv1 and v2 that are heard on an interface, and the queries that make hosts send them. RFC 3376
 * section 6, RFC 3810 section 7, of which groups are kept, and not their sources. Rule [K9].
 *
 * A state machine without clock and sockets. Only of groups that somebody watches is anything kept,
 * so that a flood of reports for others costs nothing. Who leaves another group has it asked for
 * once, as a querier does, so that switches forget it; some of them a second.
 */
#include "base/bucket.h"
#include "base/time.h"
#include "doctor/frame.h"

#include <stdbool.h>

#define LISTENERS_GROUPS_MAX 128

/* RFC 3376 section 8: the intervals of queries, and what follows from them. */
#define LISTENERS_QUERY_US  (125 * US_PER_S)
#define LISTENERS_ANSWER_US (10 * US_PER_S)
#define LISTENERS_MEMBER_US (2 * LISTENERS_QUERY_US + LISTENERS_ANSWER_US)
#define LISTENERS_OTHER_US  (2 * LISTENERS_QUERY_US + LISTENERS_ANSWER_US / 2)
#define LISTENERS_LAST_US   US_PER_S

/* At the start, and after a change, it is asked more often. */
#define LISTENERS_STARTUP_US    (LISTENERS_QUERY_US / 4)
#define LISTENERS_STARTUP_COUNT 2

/* Other groups that were left, and are asked for: so many wait, and so many a second. */
#define LISTENERS_LEFT_MAX   8
#define LISTENERS_LEFT_PER_S 20

struct listeners_group {
	struct endpoint group;
	struct time until;    /* Somebody listens; TIME_NEVER is not used, 0: nobody. */
	struct time query_at; /* A query for this group is due; TIME_NEVER: none. */
	uint8_t queries_left;
};

struct listeners {
	bool is_v4;
	struct endpoint self; /* Our address on the interface: the lowest of the routers asks. */
	struct time query_at; /* The next general query. */
	unsigned startup_left;
	struct time other_until; /* Another querier is there until then. */
	struct listeners_group groups[LISTENERS_GROUPS_MAX];
	unsigned count;
	struct endpoint left[LISTENERS_LEFT_MAX];
	unsigned left_count;
	struct bucket left_bucket;
	uint64_t reports;
};

void listeners_init(struct listeners *l, bool is_v4, const struct endpoint *self, struct time now);

/* Watches a group; gives its place, LISTENERS_GROUPS_MAX if there are too many. */
unsigned listeners_add(struct listeners *l, const struct endpoint *group);

/* Takes a frame that another host has sent. */
void listeners_take(struct listeners *l, const struct frame *f, struct time now);

bool listeners_has(const struct listeners *l, unsigned place, struct time now);

/* A query that is due: true, and for which group (unspecified: all), as long as there is one. */
bool listeners_next_query(struct listeners *l, struct time now, struct endpoint *ret_group);
struct time listeners_deadline(const struct listeners *l);

#endif
