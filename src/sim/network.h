/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
#ifndef RAMURE_SIM_NETWORK_H
#define RAMURE_SIM_NETWORK_H
/* network.h - what a virtual network does to a datagram: delays, loses, doubles, reorders it.
 *
 * A chain of stages, each small and concerned with one thing (stages.h):
 *
 *     sender -> uplink -> cuts -> duplication -> loss -> bursts -> way -> jitter -> reordering
 *                                                             ... -> downlink -> receiver
 *
 * A stage gets a packet and moves its time of arrival, or marks it as lost (`forward`). Only those
 * that are switched on are in the chain. None holds packets: all is known when a datagram is sent,
 * so the world's one queue has all there is to wait for. The downlink alone comes at the end of the
 * way, when the datagram is there: what comes first is served first.
 *
 * Each stage has a generator of its own and draws for each datagram, whatever becomes of it, so
 * that switching one on does not shift the draws of another. What a stage remembers of each host
 * takes memory only once it was switched on.
 *
 * A network may not be moved in memory.
 *
 *     network_init -> ( network_add_host | network_set | network_cut | network_heal | network_send
 *                       | network_receive )* -> network_done
 */
#include "sim/stages.h"

#include <stddef.h>

/* All may be changed while it runs (network_set), except the topology and the last mile. */
struct network_config {
	const struct topology *topology; /* Kept; NULL: one place, without a delay of its own. */
	int64_t last_mile_min_us, last_mile_max_us; /* See placement.h. */
	int64_t delay_us;      /* One way, for every datagram, besides that of the topology. */
	int64_t jitter_us;     /* And up to that more, at random; neighbours may overtake. */
	double loss;           /* Probability, each way. */
	double burst_loss;     /* The share that is lost in bursts, in the long run, below 1; at
				  most L / (L + 1) can be, L being the next. */
	double burst_length;   /* Datagrams of a burst, the mean, at least 1. */
	double duplication;    /* Probability of a second copy, with a loss and delay of its own. */
	double reordering;     /* Probability of being held back, */
	int64_t reorder_by_us; /* for so long. */
	int64_t bandwidth_bits_per_s; /* Of each host's access, up and down each; 0: no limit. */
	int64_t queue_bytes;          /* What waits there at most; what comes then is lost; see
					 access.h. */
};

/* A stage that is switched on. */
struct network_link {
	void (*forward)(void *stage, struct packet *p);
	void *stage;
};

#define NETWORK_STAGES_MAX 8

struct network {
	struct network_config config; /* Changed by network_set only. */
	struct placement placement;   /* All zero where there is no topology. */
	uint32_t host_count;
	struct network_link chain[NETWORK_STAGES_MAX];
	unsigned chain_length;
	struct access uplinks;
	struct cuts cuts;
	struct duplication duplication;
	struct loss loss;
	struct bursts bursts;
	struct way way;
	struct jitter jitter;
	struct reordering reordering;
	struct access downlinks;
};

#define NETWORK_COPIES_MAX PACKET_COPIES_MAX

/* What IP and UDP add to each datagram: their headers without options, IPv4. */
#define NETWORK_HEADERS 28

void network_init(struct network *n, const struct network_config *config, uint64_t seed);
void network_done(struct network *n);

/* The next host: the first is number 0. */
void network_add_host(struct network *n);

/* Turns the dials: what is sent from now on. What stages remember and will draw stays. `config` may
 * be the network's own. */
void network_set(struct network *n, const struct network_config *config);

/* Cuts the network: from now on nothing passes that is sent from hosts with sides[h] == 1 to those
 * with 2 nor, unless `is_one_way`, back; what is on its way arrives. 0 is neither; hosts that come
 * later are that, too. `sides` is borrowed. There may be any number of cuts, and it takes the time
 * of all to send a datagram. Gives the cut's number, the lowest that is free. */
unsigned network_cut(struct network *n, const uint8_t *sides, uint32_t count, bool is_one_way);

/* Ends a cut that lasts; its number is free again. */
void network_heal(struct network *n, unsigned cut);

/* True if a cut is between them, in this direction. */
bool network_is_cut(const struct network *n, uint32_t from, uint32_t to);

/* How long a datagram takes from host to host, one way, if nothing disturbs it. */
int64_t network_delay_us(const struct network *n, uint32_t from, uint32_t to);

/* A datagram of `size` bytes, headers included, is sent at `now`. Gives how many copies come to the
 * receiver's access, 0 to NETWORK_COPIES_MAX, and when. Calls are in the order of time. */
unsigned network_send(struct network *n, struct time now, uint32_t from, uint32_t to, size_t size,
		      struct time ret_arrivals[NETWORK_COPIES_MAX]);

/* True if what arrives has to pass network_receive. */
bool network_has_downlinks(const struct network *n);

/* The same datagram is at its receiver's access, now. Gives when it has passed; TIME_NEVER if it is
 * lost in the queue there. Calls are in the order of time. */
struct time network_receive(struct network *n, struct time now, uint32_t to, size_t size);

#endif
