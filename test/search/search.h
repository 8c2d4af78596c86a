/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
#ifndef RAMURE_TEST_SEARCH_H
#define RAMURE_TEST_SEARCH_H
/* search.h - one random scenario and what must hold after it. Everything follows from one seed.
 *
 *     trial_open -> trial_scenario -> trial_check -> trial_close
 */
#include "sim/world.h"

/* The known faults of the base profile (doc/protocol.md, section 10), as the end of a run shows
 * them: counted, not violations. */
struct faults {
	unsigned in_cycle;     /* Nodes that are their own ancestors. */
	unsigned below_cycle;  /* And those that hang below such. */
	unsigned trapped;      /* Without a place: they walk round in a cycle that has none free. */
	unsigned no_room;      /* Without a place in a tree whose leaves take nobody. */
	unsigned two_roots;    /* Moments at which more than one node was the root. */
	unsigned circling;     /* Messages that went round in a cycle for ever. */
	unsigned storms;       /* Seconds in which such messages filled the network. */
	unsigned false_deaths; /* Live children that were dropped. */
	unsigned given_up;     /* Live parents that were given up. */
};

struct trial {
	struct world world;
	struct world_config config;
	struct random random; /* The scenario's draws; the world has its own. */
	uint64_t seed;
	bool is_traced;
	bool has_leaves; /* Some nodes take no children. */
	bool may_lose;   /* Payloads of the scenario, whatever becomes of them. */
	uint64_t steps;
	int64_t second; /* The one in which `data_sent` is counted. */
	uint64_t data_sent;
	struct faults faults;
	struct faults before_quiet; /* The same, before the last part of the quiet time. */
	char violation[200];        /* The first; empty: none. */
};

/* Draws the configuration and begins. */
void trial_open(struct trial *r, uint64_t seed, bool is_traced);
void trial_close(struct trial *r);

/* Nodes come, go and publish in a bad network; then all is quiet, long enough. */
void trial_scenario(struct trial *r);

/* What holds at any moment, and (trial_check) once the network has been quiet. */
void trial_check_always(struct trial *r);
void trial_check(struct trial *r);

/* Writes down the first violation. */
__attribute__((format(printf, 2, 3))) void trial_violate(struct trial *r, const char *format, ...);

/* A draw of the scenario from 0 to `bound` - 1. */
static inline unsigned trial_draw(struct trial *r, unsigned bound)
{
	return (unsigned)random_below(&r->random, bound);
}

#endif
