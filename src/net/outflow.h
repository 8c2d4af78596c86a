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
};

struct outflow_handler {
	/* A message for the user; borrowed during the call. May be NULL. */
	void (*on_message)(void *owner, const char *bytes, size_t size);
	/* A device does not segment (UDP_SEGMENT): from now each datagram is sent there by itself.
	 */
	void (*on_refused)(void *owner, const struct endpoint *endpoint);
	void *owner;
};

#define OUTFLOW_DELIVERIES GATHER_DATAGRAMS

struct outflow {
	struct outflow_handler handler;
	struct port *port;
	struct drops *drops;
	struct traffic sent;
	uint64_t delivered; /* Messages. */
	struct gather gather;
	size_t segments_max;
	/* Where it goes; borrowed until the flush. */
	const struct endpoint *endpoints, *locals;
	size_t count;
	struct path path; /* What the three point to for a single destination, not a child. */
	struct payload deliveries[OUTFLOW_DELIVERIES];
	unsigned delivery_count;
};

/* Keeps port and drops. */
void outflow_init(struct outflow *o, struct port *port, struct drops *drops,
		  const struct outflow_handler *handler);

/* Takes a payload for each of the children; all are borrowed until the next flush. */
void outflow_forward(struct outflow *o, const struct endpoint *endpoints,
		     const struct endpoint *locals, size_t count, const struct payload *payload);

/* Takes a payload for one, who is not a child; the payload is borrowed until the next flush. */
void outflow_send(struct outflow *o, const struct path *path, const struct payload *payload);

/* Takes a payload for the user, to come after what was taken before; borrowed until the next flush.
 */
void outflow_deliver(struct outflow *o, const struct payload *payload);

void outflow_flush(struct outflow *o);

#endif
