/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
#ifndef RAMURE_SIM_PLACEMENT_H
#define RAMURE_SIM_PLACEMENT_H
/* placement.h - which host is at which place of a topology, in one run.
 *
 * The first hosts get the places in a random order, one each; where there are more hosts than
 * places, each further one gets a place drawn at random, and a last mile: the delay between it and
 * its place, drawn evenly from a range. Host 0, the rendezvous point, is where host 1 is, without a
 * last mile.
 *
 *     placement_init -> ( placement_add | placement_delay_us )* -> placement_done
 */
#include "sim/concern.h"
#include "sim/topology.h"

struct placement_host {
	uint32_t place;
	int32_t last_mile_us;
};

struct placement {
	const struct topology *topology; /* Kept. */
	int64_t last_mile_min_us, last_mile_max_us;
	struct random random;         /* Of the further hosts' places and last miles. */
	uint32_t *order;              /* The places, shuffled. */
	struct placement_host *hosts; /* NULL on a LAN without last miles: all are the same. */
	uint32_t count, capacity;
};

/* `last_mile_min_us` to `last_mile_max_us`: from 0 to INT32_MAX, both included. */
void placement_init(struct placement *p, const struct topology *topology, int64_t last_mile_min_us,
		    int64_t last_mile_max_us, uint64_t seed);
void placement_done(struct placement *p);

/* Places the next host; the first is number 0. Memory that runs out ends the program. */
void placement_add(struct placement *p);

/* One way from host to host. 0 from a host to itself; at least 1 between two, also where they are
 * at one place, so that what goes round between them takes time. */
int64_t placement_delay_us(const struct placement *p, uint32_t from, uint32_t to);

#endif
