/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
#ifndef RAMURE_NET_OUTFLOW_H
#define RAMURE_NET_OUTFLOW_H
/* outflow.h - a node's data on their way out: to the children first, then to the user.
 *
 * What goes the same way is gathered as long as more of it is at hand, and sent to each child with
 * one system call. Nothing waits for company: the node flushes at the end of each batch. Order is
 * kept.
 *
 *     outflow_init -> ( ( outflow_forward | outflow_send | outflow_deliver )* -> outflow_flush )*
 */
#include "core/drops.h"
#include "net/gather.h"
#include "net/port.h"

/* What went in or out. */
struct traffic {
	uint64_t datagrams, bytes;
	uint64_t coalesced; /* Of the datagrams, those that shared a packet buffer with others. */
	uint64_t forwarded_whole; /* Of these, those that left for children byte for byte. */
};

struct outflow_handler {
	/* A message for the user, and its stamp, NULL where it has none; borrowed during the call.
	 * May be NULL. */
	void (*on_message)(void *owner, const char *bytes, size_t size,
			   const struct wire_stamp *stamp);
	/* A device does not segment (UDP_SEGMENT): from now each datagram is sent there by itself.
	 */
	void (*on_refused)(void *owner, const struct endpoint *endpoint);
	void *owner;
};

#define OUTFLOW_DELIVERIES GATHER_DATAGRAMS

/* Some of a node's children, side by side in its table. */
struct outflow_set {
	const struct endpoint *endpoints, *locals;
	size_t count;
	size_t first; /* The place of the first of them in the table: each child has its lane. */
};

/* What is gathered for one set. */
struct outflow_way {
	struct outflow_set set; /* Borrowed until the flush; count 0: the way is free. */
	struct gather gather;
};

/* Children of the full profile and of the base profile get the same payloads as different messages:
 * each set has a way of its own, so that what alternates is gathered all the same. */
#define OUTFLOW_WAYS 2

struct outflow {
	struct outflow_handler handler;
	struct port *port;
	struct drops *drops;
	struct traffic sent;
	uint64_t delivered; /* Messages. */
	struct outflow_way ways[OUTFLOW_WAYS];
	size_t segments_max;
	struct path path; /* What a set points to for a single destination, not a child. */
	struct payload deliveries[OUTFLOW_DELIVERIES];
	unsigned delivery_count;
};

/* Keeps port and drops. */
void outflow_init(struct outflow *o, struct port *port, struct drops *drops,
		  const struct outflow_handler *handler);

/* Takes payloads for each of the set, whose children are in no other one until the next flush; all
 * are borrowed until then. What goes to one child stays in order. */
void outflow_forward(struct outflow *o, const struct outflow_set *set, const struct outgoing *out);

/* Takes payloads for one, who is not a child; they are borrowed until the next flush. */
void outflow_send(struct outflow *o, const struct path *path, const struct outgoing *out);

/* Takes a payload for the user, to come after what was taken before; borrowed until the next flush.
 */
void outflow_deliver(struct outflow *o, const struct payload *payload);

void outflow_flush(struct outflow *o);

#endif
