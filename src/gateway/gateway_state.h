/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
#ifndef RAMURE_GATEWAY_GATEWAY_STATE_H
#define RAMURE_GATEWAY_GATEWAY_STATE_H
/* gateway_state.h - what the parts of a gateway share; for src/gateway alone.
 *
 *     gateway.c   begins, and what is due
 *     island.c    an interface: its sockets, who carries its groups, who listens
 *     carry.c     datagrams, up the tree and down
 */
#include "gateway/gateway.h"

__attribute__((format(printf, 3, 4))) void gateway_tell(struct gateway *g, const char *event,
							const char *format, ...);

/* --- island.c --- */

/* Opens what of the island can be opened; the log is told why not, once. */
void island_open(struct gateway_island *i, struct time now);
void island_close(struct gateway_island *i);

/* Opens, or closes, what has changed on the interface. */
void island_look(struct gateway_island *i, struct time now);

/* The socket that emits what comes from this origin; -1: there is none. */
int island_emitter(struct gateway_island *i, const struct endpoint *origin);

void island_on_time(struct gateway_island *i, struct time now);
struct time island_deadline(const struct gateway_island *i);

/* Decides for each group who carries it. */
void island_judge(struct gateway_island *i, struct time now);

/* Learns for each group whether somebody listens. */
void island_count_listeners(struct gateway_island *i, struct time now);

/* --- carry.c --- */

/* The channel's receiving socket is ready. */
void carry_on_native(void *owner);

/* Lets out what was gathered for the tree, for an island. */
void carry_flush_up(struct gateway *g);
void carry_flush_down(struct gateway_channel *c);

/* How much of a datagram fits into a message on the paths of the tree. */
void carry_learn_mtu(struct gateway *g);

#endif
