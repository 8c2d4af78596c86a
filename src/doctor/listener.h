/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
#ifndef RAMURE_DOCTOR_LISTENER_H
#define RAMURE_DOCTOR_LISTENER_H
/* listener.h - the end of a probe that waits: counts what it hears, and answers who has shown that
 * answers reach him. No clock, no socket.
 *
 *     listener_init -> ( listener_receive | listener_on_time )*
 *
 * It answers datagrams of its group alone, one for one, none with a longer one (probe_message.h).
 * Where an answer goes by unicast, REPORT and ECHO wait until a cookie has come back from that
 * address and port; OFFER, which carries the cookie, is shorter than HELLO and rare. By multicast
 * nobody outside the group is hit. All of it is bounded by a rate.
 */
#include "base/bucket.h"
#include "doctor/probe_message.h"
#include "doctor/tally.h"

#define LISTENER_ANNOUNCE_US (500 * US_PER_MS) /* From one announcement to the next. */
#define LISTENER_SESSIONS    16
#define LISTENER_ADDRESSES   2 /* Of a prober: a link-local one and another. */

struct listener_options {
	struct endpoint group;
	uint64_t id;     /* Random. */
	uint8_t key[16]; /* Random: for cookies. */
	char name[PROBE_NAME_SIZE];
	uint8_t ttl_max; /* Nobody makes it send further by multicast. */
	struct time joined_at;
};

/* Another listener of the same session, heard by multicast. */
struct listener_other {
	uint64_t sender;
	struct tally tally;
};

struct listener_session {
	uint64_t session; /* 0: the place is free. */
	struct time heard_at;
	struct endpoint proven[LISTENER_ADDRESSES]; /* Port 0: none. */
	bool is_group_proven; /* It has sent back a cookie that went by multicast. */
	struct tally tallies[PROBE_PATHS];
	uint32_t sent[PROBE_PATHS];
	uint8_t steps[PROBE_PATHS][PROBE_STEPS];
	uint32_t setup_ms;
	struct time spoke_at; /* Its first multicast in the session; TIME_NEVER: none yet. */
	struct listener_other *others; /* PROBE_OTHERS of them. */
	unsigned other_count;
};

struct listener {
	struct listener_options options;
	struct listener_session sessions[LISTENER_SESSIONS];
	struct bucket offers, answers;
	struct time announce_at;
	uint32_t announced;
	uint64_t ignored; /* Datagrams that got no answer, and were to get one. */
};

/* What came, and how. */
struct probe_arrival {
	const char *bytes; /* Borrowed. */
	size_t size;
	struct endpoint from;
	struct endpoint local; /* Unicast: where it was sent to; `::`: not told. */
	bool is_multicast;
	int ttl; /* That it came with; -1: not told. */
};

/* What is to be sent. */
struct probe_dispatch {
	struct probe_message message;
	size_t size; /* Zeros are added up to it. */
	bool is_multicast;
	struct endpoint to; /* By unicast. */
	struct endpoint
		local; /* By unicast: where it is to leave from; `::`: the kernel chooses. */
};

/* Routers that it has crossed; HOPS_UNKNOWN where that is not told. */
uint8_t probe_hops(const struct probe_message *m, const struct probe_arrival *a);

/* False without memory. */
bool listener_init(struct listener *l, const struct listener_options *o, struct time now);
void listener_done(struct listener *l);

/* Takes a datagram; true if `ret_answer` is to be sent. */
bool listener_receive(struct listener *l, const struct probe_arrival *a, struct time now,
		      struct probe_dispatch *ret_answer);

/* True if `ret_dispatch`, an announcement, is to be sent now. l->announce_at is when to ask. */
bool listener_on_time(struct listener *l, struct time now, struct probe_dispatch *ret_dispatch);

#endif
