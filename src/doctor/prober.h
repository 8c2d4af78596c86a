/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
#ifndef RAMURE_DOCTOR_PROBER_H
#define RAMURE_DOCTOR_PROBER_H
/* prober.h - the end of a probe that asks: finds listeners, sends numbered probes by multicast and
 * by unicast side by side, counts what comes back. No clock, no socket.
 *
 *     prober_init -> prober_add_host* -> ( prober_next | prober_receive | prober_stop )*
 *                 -> until prober_is_over -> prober_done
 *
 * Four phases. FIND: HELLO and QUERY until those who are there have proven themselves. MAIN: probe
 * number i by multicast, and to each peer by unicast, with answers that take the other path (i
 * even) or the same one (odd): so each path is measured in each direction, and still is where one
 * of them is blocked. SWEEP: three probes of each size, of each TTL. SETTLE: what is on its way
 * comes, and each peer reports.
 *
 *     P  --- HELLO, multicast or unicast --->  L
 *        <-- OFFER (cookie) ----------------        by the path that HELLO asks for
 *        --- QUERY (cookie) --------------->
 *        <-- REPORT ------------------------        the address is proven
 *        --- PROBE, multicast and unicast ->
 *        <-- ECHO, unicast or multicast ----
 *        --- QUERY ------------------------>
 *        <-- REPORT ------------------------        what L has heard
 */
#include "base/time.h"
#include "doctor/listener.h"

#define PROBER_PEERS   32
#define PROBER_SAMPLES 4096 /* Round trips of which the median is known: the last ones. */
#define PROBER_REPEAT  3    /* Probes of each step of the sweep. */

/* One step of the sweep. */
struct probe_step {
	uint32_t size;
	uint8_t ttl;
	bool is_ttl;   /* It is about the TTL, not about the size. */
	bool is_whole; /* It may not be fragmented. */
};

struct prober_options {
	struct endpoint group;
	uint64_t session; /* Random; it is the sender, too. */
	uint32_t count;   /* Of probes, by each path. */
	double rate_per_s;
	uint32_t size; /* Of a probe, PROBE_HEADER_SIZE to PROBE_SIZE_MAX. */
	uint8_t ttl;
	bool is_source_specific;              /* Listeners have joined for the prober alone. */
	int64_t wait_us;                      /* For the first listener. */
	struct probe_step steps[PROBE_STEPS]; /* From number 1 on. */
	unsigned step_count;                  /* Without the unused number 0. */
};

/* Round trips, by the path of the probe and the path of its answer. */
struct trips {
	uint32_t count;
	uint32_t min_us, max_us;
	uint32_t samples[PROBER_SAMPLES];
};

struct peer {
	uint64_t id;              /* 0: it was named by the user and has not answered. */
	struct endpoint endpoint; /* Port 0: it is heard by multicast alone. */
	bool was_named;           /* By the user. */
	bool is_refused;          /* ICMP said that nobody listens there. */
	bool has_reported;        /* `report` is filled in. */
	bool is_reached;          /* One of them came by unicast. */
	bool has_settled;         /* It is the last one. */
	uint64_t cookies[PROBE_PATHS];
	struct probe_report report;
	struct tally tallies[PROBE_PATHS]; /* ECHOes. */
	uint8_t steps[PROBE_PATHS][PROBE_STEPS];
	uint32_t sent; /* PROBEs by unicast. */
	uint32_t setup_ms;
	uint32_t echoes[PROBE_PATHS]; /* ECHOes of PROBEs that went by this path. */
	struct trips *trips;          /* [probe][answer]. */
};

enum prober_phase { PROBER_FIND, PROBER_MAIN, PROBER_SWEEP, PROBER_SETTLE, PROBER_OVER };

struct prober {
	struct prober_options options;
	struct peer peers[PROBER_PEERS];
	unsigned peer_count;
	enum prober_phase phase;
	struct time started_at, phase_at;
	struct time round_at;  /* When the next round of datagrams begins. */
	uint32_t round;        /* Which one that is, in the phase. */
	unsigned turn;         /* Whose turn it is in it: the group's, then the peers'. */
	uint32_t sent;         /* PROBEs by multicast. */
	uint32_t queries;      /* QUERY messages so far. */
	uint32_t settle_query; /* The first one of SETTLE. */
	bool is_hurried;       /* prober_stop: what is left of the probes is left out. */
	uint64_t foreign;      /* Datagrams that were none of ours. */
};

void prober_init(struct prober *p, const struct prober_options *o, struct time now);
void prober_done(struct prober *p);

/* A listener that the user names: it is asked by unicast, too. */
void prober_add_host(struct prober *p, const struct endpoint *endpoint);

/* The next datagram that is due; false if there is none now: ask again at prober_deadline. */
bool prober_next(struct prober *p, struct time now, struct probe_dispatch *ret_dispatch);
struct time prober_deadline(const struct prober *p);

/* Takes a datagram. */
void prober_receive(struct prober *p, const struct probe_arrival *a, struct time now);

/* Nobody listens at that address, says the network. */
void prober_on_refused(struct prober *p, const struct endpoint *endpoint);

/* No more probes: the result is what there is. Once more: at once. */
void prober_stop(struct prober *p, struct time now);

static inline bool prober_is_over(const struct prober *p)
{
	return p->phase == PROBER_OVER;
}

/* The median of the round trips, in microseconds; 0 if there were none. */
uint32_t trips_median_us(const struct trips *t);

#endif
