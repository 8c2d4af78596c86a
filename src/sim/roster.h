/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
#ifndef RAMURE_SIM_ROSTER_H
#define RAMURE_SIM_ROSTER_H
/* roster.h - which nodes run, and which are stopped: two lists to draw from, each step in constant
 * time.
 *
 *     roster_init -> ( roster_observe | roster_resolve )* -> roster_done
 */
#include "base/random.h"
#include "sim/happening.h"
#include "sim/world.h"

struct roster {
	const struct world *world; /* Kept. */
	uint32_t *hosts;           /* All nodes, those that run first. */
	uint32_t *places;          /* Of each host in it. */
	uint32_t count, running;
	uint32_t host_capacity, place_capacity;
};

void roster_init(struct roster *r, const struct world *world);
void roster_done(struct roster *r);

/* Is told of all that happens in the world. */
void roster_observe(struct roster *r, const struct world_report *report);

/* A list of hosts, filled and filled again. All zero at the beginning. */
struct host_list {
	uint32_t *hosts;
	uint32_t count, capacity;
};

void host_list_done(struct host_list *l);

/* Puts into `l` whom `who` means now: of those that run or, for a happening that starts them, of
 * those that are stopped. Draws are from `random`. Nobody for WHO_OTHERS, which the caller knows.
 */
void roster_resolve(struct roster *r, const struct who *who, bool of_stopped, struct random *random,
		    struct host_list *l);

#endif
