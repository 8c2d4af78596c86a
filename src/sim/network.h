/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
#ifndef RAMURE_SIM_NETWORK_H
#define RAMURE_SIM_NETWORK_H
/* network.h - what a virtual network does to a datagram: delays, loses, doubles, reorders it.
 *
 * Each concern has a generator of its own, so that switching one on does not shift the draws of
 * another.
 */
#include "base/random.h"
#include "base/time.h"

struct network_config {
	int64_t delay_us;      /* One way, for every datagram. */
	int64_t jitter_us;     /* And up to that more, at random; neighbours may overtake. */
	double loss;           /* Probability, each way. */
	double duplication;    /* Probability of a second copy, with a delay of its own. */
	double reordering;     /* Probability of being held back, */
	int64_t reorder_by_us; /* for so long. */
};

struct network {
	struct network_config config;
	struct random jitter, loss, duplication, reordering;
};

#define NETWORK_COPIES_MAX 2

void network_init(struct network *n, const struct network_config *config, uint64_t seed);

/* A datagram is sent at `now`. Gives how many copies arrive, 0 to NETWORK_COPIES_MAX, and when. */
unsigned network_send(struct network *n, struct time now,
		      struct time ret_arrivals[NETWORK_COPIES_MAX]);

#endif
