/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
#ifndef RAMURE_SIM_WORLD_H
#define RAMURE_SIM_WORLD_H
/* world.h - a rendezvous point and its nodes under a virtual clock and network.
 *
 * The same core objects as in the real programs, driven with the same calls. Everything follows
 * from the configuration and one seed.
 *
 *     world_init -> ( world_add | world_add_base | world_stop | world_leave | world_restart |
 *                     world_publish | world_improve | world_step | world_run )* -> world_done
 *
 * It may not be moved in memory. Host 0 is the rendezvous point. Host N has the address 10.x.y.z
 * that N makes, port 10000.
 */
#include "core/member.h"
#include "core/registry.h"
#include "core/walk.h"
#include "sim/clock.h"
#include "sim/datagram.h"
#include "sim/network.h"
#include "sim/queue.h"

/* The rendezvous point's host. */
#define WORLD_RDV 0

struct world_config {
	struct network_config network;
	struct member_config member; /* rdv and rdv_count are set by the world. */
	bool is_full;                /* Of the full profile: members, and the rendezvous point. */
	struct full_config full;
	uint32_t source_sets; /* Of each member, a power of two; 0: SOURCES_DEFAULT_SETS for the
				 first WORLD_MANY, a few for others. */
	bool rdv_forgets;     /* The rendezvous point stores nothing. */
	int64_t rdv_guard_us;
	unsigned children_max; /* For hosts that are not told otherwise. */
	uint64_t seed;
};

enum world_stop {
	WORLD_RUNS,
	WORLD_SILENT, /* The host is gone: nothing answers. */
	WORLD_CLOSED, /* The program is gone: the host answers with ICMP, port unreachable. */
};

/* What is kept for each host: with a million of them, each field counts (doc/architecture.md). */
struct world_host {
	struct time wake_at; /* The deadline that is in the queue. */
	struct endpoint self;
	uint8_t stop;           /* enum world_stop */
	bool is_black_hole : 1; /* Answers as ever, and passes no data on. */
	bool is_base : 1;       /* Of the base profile, whatever the others are. */
	uint16_t children_max;
	uint16_t starts;         /* Of programs on it, so far. */
	struct member *member;   /* With the rest of its state behind it; NULL for the rendezvous
				    point. */
	struct world_user *user; /* NULL while nobody has published here. */
	struct clock *clock;     /* NULL: a right one. */
	uint64_t delivered;      /* Messages to the user. */
};

/* What a host has that publishes. */
struct world_user {
	struct held held;
	struct run queue[HELD_MAX]; /* What is held, oldest first; bytes are copies. */
	unsigned count;
	struct keep *keep; /* Of the full profile; else NULL. */
	struct run *kept;  /* As MDAT messages, copies, oldest first. */
	uint32_t kept_count, kept_capacity;
};

/* Memory for more members than that is no longer given away. */
#define WORLD_MANY                10000
#define WORLD_SOURCE_SETS_OF_MANY 4

/* Members that look for a place at the same time; the others wait. */
#define WORLD_WALKS 65536

/* Groups besides the base group that the rendezvous point has room for: one is the world's, others
 * may be a forger's. */
#define WORLD_GROUPS 8

/* What is told to the observer. */
enum world_happening {
	WORLD_STARTED,   /* The program at `host`. */
	WORLD_STOPPED,   /* The same. */
	WORLD_SENT,      /* A datagram leaves `host` for `peer`. */
	WORLD_LOST,      /* The same, and the network loses it. */
	WORLD_EVENT,     /* A state machine's event at `host` about `peer`. */
	WORLD_DELIVERED, /* `host` has a message for its user. */
};

struct world_report {
	enum world_happening what;
	struct time at;
	uint32_t host;
	struct endpoint peer;
	enum event event;
	const char *bytes; /* The datagram, or the payload delivered; borrowed during the call. */
	size_t size;
};

struct world {
	struct world_config config;
	struct time now;
	struct queue queue;
	struct network network;
	struct endpoint rdv;
	struct registry registry;
	struct registry_root groups[WORLD_GROUPS];     /* Lent to it. */
	struct registry_root stored[WORLD_GROUPS + 1]; /* What it has written down, one a group. */
	unsigned stored_count;
	struct walk_pool *walks;
	struct world_host *hosts;
	uint32_t host_count, host_capacity;
	struct datagram_pool datagrams;
	struct drops drops; /* Of all members together. */
	struct actions actions;
	struct action *ring;
	uint64_t sent;            /* Datagrams. */
	uint64_t delivered;       /* Messages, to users. */
	uint64_t events;          /* Taken from the queue. */
	struct time last_arrival; /* Of all that are on their way, or have come. */
	/* Told of all that happens; may be NULL. It may not call the world. */
	void (*observe)(void *owner, const struct world_report *report);
	/* Asked for each datagram whether the network loses it; may be NULL. */
	bool (*lose)(void *owner, uint32_t from, uint32_t to, const char *bytes, size_t size);
	void *owner;
};

/* Memory that runs out ends the program. */
void world_init(struct world *w, const struct world_config *config);
void world_done(struct world *w);

/* Adds a host and starts a node on it; gives its number. `children_max` < 0: the configuration's.
 */
uint32_t world_add(struct world *w, int children_max);

/* The same, of the base profile among others of the full one. */
uint32_t world_add_base(struct world *w, int children_max);

/* Stops the program on a host; the rendezvous point, too. */
void world_stop(struct world *w, uint32_t host, enum world_stop stop);

/* The program says that it stops, and stops. In the base profile it has no word for it. */
void world_leave(struct world *w, uint32_t host);

/* The host's member looks for a better place now; in the base profile none does. */
void world_improve(struct world *w, uint32_t host);

/* Makes everybody notice at once that a host has stopped: its parent and the rendezvous point
 * forget it, its children look for another parent. No real network does that; the figures of an
 * ideal one are compared with what is there. */
void world_notice(struct world *w, uint32_t host);

/* Starts a new program on a host, with the same endpoint and nothing remembered; what ran there
 * before is gone. */
void world_restart(struct world *w, uint32_t host);

/* A user of the host publishes in a channel: the bytes are copied, and begin with an envelope. */
void world_publish_channel(struct world *w, uint32_t host, uint16_t channel, const char *bytes,
			   size_t size);

/* The same in none. */
static inline void world_publish(struct world *w, uint32_t host, const char *bytes, size_t size)
{
	world_publish_channel(w, host, 0, bytes, size);
}

/* From now on the host's user wants these channels alone; see member_want. */
void world_want(struct world *w, uint32_t host, uint64_t wanted);

/* Hands a datagram to a host as if it came from `from`: a forger's. */
void world_inject(struct world *w, const struct endpoint *from, uint32_t to, const char *bytes,
		  size_t size);

/* From now on the clock of a host drifts; see clock.h. */
void world_set_drift(struct world *w, uint32_t host, int32_t ppm);

/* Does what is next, if that is not after `until`; false: nothing is, and `now` is `until`. The
 * host that it concerns is in `ret_host`, which may be NULL. */
bool world_step(struct world *w, struct time until, uint32_t *ret_host);

/* Lets the time pass, `duration_us` long. */
void world_run(struct world *w, int64_t duration_us);

/* The host that an endpoint belongs to; host_count if none. */
uint32_t world_find(const struct world *w, const struct endpoint *e);

/* The member of a host that runs; NULL: it does not, or is the rendezvous point. */
static inline const struct member *world_member(const struct world *w, uint32_t host)
{
	const struct world_host *h = &w->hosts[host];
	return h->stop == WORLD_RUNS ? h->member : NULL;
}

/* What the rendezvous point knows of the root of the world's group; it may be none. */
const struct registry_root *world_registered(const struct world *w);

/* The parent of a host that is attached; host_count if it is not. */
uint32_t world_parent(const struct world *w, uint32_t host);

/* The root: the one that is registered, if it is one; else any that is; host_count if none. */
uint32_t world_root(const struct world *w);

/* Hops to the root above; -1 if the host's path does not end at a running root. */
int world_depth(const struct world *w, uint32_t host);

#endif
