/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
#ifndef RAMURE_SIM_STAGES_H
#define RAMURE_SIM_STAGES_H
/* stages.h - what can happen to a packet on its way, each thing for itself.
 *
 * A stage is a struct and a function: `forward` gets a packet, moves its copies in time or loses
 * them (packet.h). It draws for each copy that there may be, whatever became of it before, so that
 * the fate of a datagram depends on no other fault. The chain of them is the network's (network.h).
 */
#include "sim/access.h"
#include "sim/cuts.h"
#include "sim/packet.h"
#include "sim/placement.h"

/* struct access: the sender's link. */
void uplink_forward(void *access, struct packet *p);

/* struct cuts */
void cuts_forward(void *cuts, struct packet *p);

/* A second copy comes into being, and has from here on a fate of its own. */
struct duplication {
	double probability;
	struct random random;
};

void duplication_forward(void *duplication, struct packet *p);

/* Losses that do not depend on each other. */
struct loss {
	double probability;
	struct packet_random random;
};

void loss_forward(void *loss, struct packet *p);

/* Losses one after another (Gilbert, 1960; Elliott, 1963): a link is good, or bad and loses all.
 * Each datagram that comes finds it as the one before left it, or changed. The links are the
 * receivers' accesses: where one is bad, all that its host is sent is lost, whoever sends it, as
 * with a radio that is disturbed. Both copies of a datagram have one fate here. */
struct bursts {
	double share;  /* What is lost in the long run, below 1. */
	double length; /* Datagrams of a burst, the mean, at least 1. */
	struct random random;
	uint8_t *links; /* Of each host: unknown, good or bad. */
	uint32_t count;
};

void bursts_done(struct bursts *b);

/* There are `hosts` hosts, or more to come. Memory that runs out ends the program. */
void bursts_fit(struct bursts *b, uint32_t hosts);
void bursts_forward(void *bursts, struct packet *p);

/* The delay from host to host: the same for all, or besides that of the topology. */
struct way {
	int64_t delay_us;
	const struct placement *placement;
};

void way_forward(void *way, struct packet *p);
void way_forward_placed(void *way, struct packet *p);

/* A delay drawn evenly from 0 to `max_us`. */
struct jitter {
	int64_t max_us;
	struct packet_random random;
};

void jitter_forward(void *jitter, struct packet *p);

/* Some are held back, so that those behind them overtake. */
struct reordering {
	double probability;
	int64_t by_us;
	struct packet_random random;
};

void reordering_forward(void *reordering, struct packet *p);

#endif
