/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
#ifndef RAMURE_SIM_TRAFFIC_H
#define RAMURE_SIM_TRAFFIC_H
/* traffic.h - control messages: how many bytes of them each host sends and gets, and what a join
 * takes.
 *
 * Control is every message but DATA and MDAT. Bytes are those of IP packets, headers included. A
 * message counts as received when it is sent, unless the network loses it on its way. A join goes
 * from the start of a program to the moment when it has its first parent, or is the root.
 *
 *     traffic_init -> ( traffic_add_host | traffic_begin | traffic_count | traffic_on_x )* ->
 *     traffic_sum -> traffic_done
 */
#include "base/histogram.h"
#include "sim/world.h"

/* What each datagram touches. */
struct traffic_host {
	uint64_t bytes;     /* Since traffic_begin. */
	uint32_t second;    /* The last one in which it sent or got some, */
	uint32_t in_second; /* and how many. */
	uint32_t join_messages;
	bool is_joining;
};

/* What starts and stops do. */
struct traffic_run {
	struct time started_at; /* Of the program that runs. */
	int64_t ran_us;         /* Since traffic_begin, programs before it. */
};

struct traffic {
	const struct world *world;  /* Kept. */
	struct histogram *join_us;  /* Kept; gets each join. */
	struct traffic_host *hosts; /* Host 0 is the rendezvous point. */
	struct traffic_run *runs;
	uint32_t count, host_capacity, run_capacity;
	struct time begun_at;
	uint32_t busiest_node, busiest_rdv; /* Messages in the worst second since traffic_begin. */
	struct histogram join_messages;
};

/* Bytes per second, by and for nodes; NAN where no time has passed, or there is nobody. */
struct traffic_sum {
	double mean;       /* All bytes of nodes over all the time that they ran. */
	double max;        /* Of the busiest node, while it ran. */
	double root_share; /* Of all bytes of nodes, those of `root`. */
	double rdv;        /* Of the rendezvous point. */
};

/* The world may have hosts already; their joins are not counted. */
void traffic_init(struct traffic *t, const struct world *world, struct histogram *join_us);
void traffic_done(struct traffic *t);

/* The next host, at which nothing runs yet. */
void traffic_add_host(struct traffic *t);

/* From now on counts bytes. */
void traffic_begin(struct traffic *t);

void traffic_on_started(struct traffic *t, uint32_t host);
void traffic_on_stopped(struct traffic *t, uint32_t host);

/* A node has its place in the tree: its first parent, or is the root. */
void traffic_on_placed(struct traffic *t, uint32_t host);

/* Either end of a control message. */
static inline void traffic_count_at(struct traffic *t, uint32_t host, size_t size)
{
	struct traffic_host *h = &t->hosts[host];
	uint32_t *busiest = host == WORLD_RDV ? &t->busiest_rdv : &t->busiest_node;
	uint32_t second = (uint32_t)(t->world->now.us / US_PER_S);
	h->bytes += size + NETWORK_HEADERS;
	h->join_messages += h->is_joining;
	h->in_second = h->second == second ? h->in_second + 1 : 1;
	h->second = second;
	if (h->in_second > *busiest)
		*busiest = h->in_second;
}

/* A datagram leaves `from` for `to`; host_count if that is no host, or it is lost. */
static inline void traffic_count(struct traffic *t, uint32_t from, uint32_t to, const char *bytes,
				 size_t size)
{
	if (size >= WIRE_HEADER_SIZE && (memcmp(bytes, WIRE_DATA_HEADER, WIRE_HEADER_SIZE) == 0 ||
					 memcmp(bytes, WIRE_STAMP_HEADER, WIRE_HEADER_SIZE) == 0))
		return;
	traffic_count_at(t, from, size);
	if (to < t->count)
		traffic_count_at(t, to, size);
}

/* A node that ran for less than this counts as if it had run so long, or since traffic_begin: its
 * join would look as if it went on for ever. */
#define TRAFFIC_RAN_MIN_US (60 * US_PER_S)

/* `root`: 0 if there is none. */
struct traffic_sum traffic_sum(const struct traffic *t, uint32_t root);

#endif
