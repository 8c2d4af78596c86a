/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
#ifndef RAMURE_SIM_CONCERN_H
#define RAMURE_SIM_CONCERN_H
/* concern.h - all that is drawn in a simulation, each with a generator of its own, so that
 * switching one on does not shift the draws of another. */
#include "base/random.h"

enum concern {
	CONCERN_EXPERIMENT, /* What --draw draws. */
	CONCERN_POINTS,     /* Of a plane. */
	CONCERN_GRAPH,      /* Transit-stub: who is linked with whom, */
	CONCERN_LINKS,      /* and their delays. */
	CONCERN_PLACES,     /* In which order hosts get them, */
	CONCERN_LAST_MILES, /* and those of further hosts. */
	CONCERN_LEAVES,
	CONCERN_CLOCKS,
	CONCERN_JITTER,
	CONCERN_LOSS,
	CONCERN_BURSTS,
	CONCERN_DUPLICATION,
	CONCERN_REORDERING,
	CONCERN_FORGER,
	CONCERN_IMPROVERS,    /* After replacements. */
	CONCERN_MANNERS,      /* Who leaves politely. */
	CONCERN_SECRETS,      /* Of members and the rendezvous point. */
	CONCERN_PROCESS = 64, /* And enum workload_process: when. */
	CONCERN_WHO = 128,    /* And enum happening_verb: whom. */
	CONCERN_COPY = 256,   /* And that of the first: a datagram's second copy. */
};

/* Prepares the generator of `concern` in the run of `seed`. The seeds of two concerns, in whichever
 * runs, have nothing to do with each other: the run's is mixed before the concern's number comes to
 * it. */
static inline void concern_init(struct random *r, uint64_t seed, unsigned concern)
{
	random_init(r, seed);
	random_init(r, random_next(r) + concern);
}

#endif
