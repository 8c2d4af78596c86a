/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
#ifndef RAMURE_SIM_SERVED_H
#define RAMURE_SIM_SERVED_H
/* served.h - which members get what is published, followed change by change.
 *
 * A member is served while the way down from the tree's root to it leads over nodes that run, know
 * each other as parent and child, pass data on, and are not separated by a cut. Each node has one
 * parent, so what one change at one node does is done to a subtree: the cost of following is that
 * of the subtrees that are cut off and come back, not of the tree.
 *
 * Where several nodes run as the root, the tree's is the one that is registered with the rendezvous
 * point, if it is among them; else the one that was it before; else the one that has been root the
 * longest.
 *
 * Who is cut off by which fault: at the moment of a fault (recovery_fault), by that one; because
 * another became the tree's root, by the one that last stopped the rendezvous point; between two
 * nodes that a cut separates, by the latest. All others are cut off without a fault.
 *
 *     served_init -> ( served_add_host | served_begin | served_on_x | served_look )* -> served_done
 */
#include "sim/recovery.h"
#include "sim/world.h"

struct served {
	const struct world *world; /* Kept. */
	struct recovery *recovery; /* Kept; is told who is cut off. */
	uint8_t *is_served;        /* By host. */
	uint32_t count, capacity;
	uint32_t *roots; /* All that run as the root; who did first comes first. */
	uint32_t root_count, root_capacity;
	uint32_t root;         /* The tree's; 0: none. */
	uint32_t rdv_fault;    /* Which last stopped the rendezvous point. */
	uint64_t second_roots; /* How often one came while another was there. */
	uint32_t *stack;       /* For walks down. */
	uint32_t stack_capacity;
};

/* The world may have hosts already: they are looked at, and nobody counts as cut off. */
void served_init(struct served *s, const struct world *world, struct recovery *recovery);
void served_done(struct served *s);

/* The next host, which nobody serves; the recovery has it already. */
void served_add_host(struct served *s);

/* The recovery has forgotten its faults. */
void served_begin(struct served *s);

/* What the world reports. `peer` is host_count if it is no host. */
void served_on_stopped(struct served *s, uint32_t host);
void served_on_event(struct served *s, uint32_t host, enum event event, uint32_t peer);

/* Looks at all nodes: for what is not reported. */
void served_look(struct served *s);

#endif
