/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
#ifndef RAMURE_SIM_PACKET_H
#define RAMURE_SIM_PACKET_H
/* packet.h - what passes from stage to stage of a virtual network (network.h): one datagram, and
 * the second copy that the network may make of it. */
#include "base/time.h"
#include "sim/concern.h"

#include <stdbool.h>
#include <stddef.h>

#define PACKET_COPIES_MAX 2

struct packet {
	uint32_t from, to; /* Hosts. */
	size_t size;       /* With all headers. */
	unsigned copies;   /* How many there may be: 1, or 2 behind the stage of duplication. */
	struct time at[PACKET_COPIES_MAX]; /* Where each is, in time; TIME_NEVER: lost. */
};

/* What a stage draws from: each copy has its generator, so that having a second one does not shift
 * the draws of the first. */
struct packet_random {
	struct random of[PACKET_COPIES_MAX];
};

static inline void packet_random_init(struct packet_random *r, uint64_t seed, enum concern concern)
{
	for (unsigned i = 0; i < PACKET_COPIES_MAX; i++)
		concern_init(&r->of[i], seed, concern + i * CONCERN_COPY);
}

#endif
