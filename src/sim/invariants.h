/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
#ifndef RAMURE_SIM_INVARIANTS_H
#define RAMURE_SIM_INVARIANTS_H
/* invariants.h - what must hold of a world, whatever happens in it; and the known faults of the
 * base profile (doc/protocol.md, section 10), which are counted, and no violations. In the full
 * profile cycles, second roots of one epoch and the like are violations.
 *
 * Each invariant is one checker with a name, in one of three tables: of one node at any moment, of
 * the world at any moment, of the world once it has been quiet. The first violation is kept.
 *
 *     invariants_init -> ( invariants_observe | invariants_after_event | invariants_check )*
 *                     -> invariants_begin_quiet -> invariants_check_quiet
 */
#include "sim/delivery.h"

struct known_faults {
	unsigned in_cycle;     /* Nodes that are their own ancestors, at the end. */
	unsigned below_cycle;  /* And those that hang below such. */
	unsigned trapped;      /* Without a place: they walk round in a cycle that has none free. */
	unsigned no_room;      /* Without a place in a tree whose leaves take nobody. */
	unsigned two_roots;    /* Looks at which more than one node was the root. */
	unsigned circling;     /* Messages that went round in a cycle for ever. */
	unsigned false_deaths; /* Live children that were dropped. */
	unsigned given_up;     /* Live parents that were given up. */
};

struct violation {
	const char *invariant; /* Its name; NULL: none was violated. */
	char text[160];        /* What was found. */
	uint32_t hosts[2];     /* Whom it is about. */
	unsigned host_count;
	struct time at;
};

/* Who has been the root under an epoch. */
struct epoch_root {
	uint32_t epoch, host;
};

/* What has been seen of a world of the full profile. */
struct full_seen {
	struct epoch_root *roots; /* Every epoch's last. */
	uint32_t root_count, root_capacity;
	struct time *cycle_since; /* Of each host: its own ancestor since then; TIME_NEVER: not. */
	uint32_t host_count;
	struct time look_at; /* When cycles are looked for again. */
};

struct invariants {
	const struct world *world;       /* Kept. */
	const struct delivery *delivery; /* Of what is published; kept; NULL: not looked at. */
	bool has_leaves;                 /* Some nodes take no children. */
	struct violation violation;
	struct time now; /* Of the last event, and how many there were at this moment. */
	uint64_t events_now;
	struct known_faults faults;
	struct known_faults before; /* When the last part of the quiet began. */
	uint64_t *delivered;        /* By each host, before the last messages; NULL: none yet. */
	unsigned messages;          /* How many these are. */
	bool was_whole;             /* All were in the tree then. */
	struct full_seen full;
};

void invariants_init(struct invariants *v, const struct world *world, bool has_leaves);
void invariants_done(struct invariants *v);

/* Is told of all that happens in the world. */
void invariants_observe(struct invariants *v, const struct world_report *report);

/* What holds of one node at any moment, after an event that concerned it: a few instructions. And
 * that time passes: nobody is woken again and again at one moment. */
void invariants_after_event(struct invariants *v, uint32_t host);

/* What holds of all and each at any moment. */
void invariants_check(struct invariants *v);

/* How long after the last fault, which is now, all is well again: late datagrams have come; dead
 * parents are noticed, entries and the root have expired, twice, since a search may begin at a dead
 * root; the pauses between searches are over; each node has walked down a tree that may be a chain.
 * In the full profile: silence and standing ticks are noticed, those above have had their time to
 * mend it, a dead root is probed, the pauses are over, and walks are. */
int64_t invariants_recovery_us(const struct world *w);

/* The last fault is so long ago; from now on nobody gives up anybody. */
void invariants_begin_quiet(struct invariants *v);

/* How long a message takes at most from one host to another. */
int64_t invariants_way_us(const struct world *w);

/* How long a message takes at most to go through the whole tree, which may be a chain. */
int64_t invariants_message_us(const struct world *w);

/* The last `messages` are published next. */
void invariants_begin_delivery(struct invariants *v, unsigned messages);

/* What holds once it has been quiet, and the last messages have had the time to reach everybody. */
void invariants_check_quiet(struct invariants *v);

#endif
