/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
#include "net/outflow.h"

void outflow_init(struct outflow *o, struct port *port, struct drops *drops,
		  const struct outflow_handler *handler)
{
	*o = (struct outflow){
		.handler = *handler,
		.port = port,
		.drops = drops,
		.segments_max = port_segments_max(port),
	};
}

/* --- Sending --- */

static bool is_single(const struct outflow *o, const struct outflow_set *set)
{
	return set->endpoints == &o->path.remote;
}

static void send_to(struct outflow *o, struct udp *u, const struct path *path,
		    const struct outflow_way *way)
{
	const struct gather *g = &way->gather;
	struct udp before = *u;
	size_t sent = udp_send_gathered(u, path, g);
	o->drops->count[DROP_SEND] += g->count - sent;
	o->sent.datagrams += sent;
	o->sent.bytes += sent == g->count ? g->size : sent * g->segment_size;
	o->sent.coalesced += u->coalesced - before.coalesced;
	if (u->coalesced != before.coalesced && !is_single(o, &way->set))
		o->sent.forwarded_whole += g->whole_count;
	if (u->segments_max == before.segments_max)
		return;
	o->segments_max = port_segments_max(o->port);
	if (u->segments_max == 1)
		o->handler.on_refused(o->handler.owner, &path->remote);
}

static void send_gathered(struct outflow *o, struct outflow_way *way)
{
	const struct outflow_set *set = &way->set;
	for (size_t i = 0; i < set->count; i++) {
		struct path path = {.remote = set->endpoints[i], .local = set->locals[i]};
		struct udp *u = is_single(o, set)
					? port_data_socket_for(o->port, &path.remote)
					: port_lane_for(o->port, &path.remote, set->first + i);
		if (u)
			send_to(o, u, &path, way);
		else
			o->drops->count[DROP_SEND] += way->gather.count;
	}
	gather_reset(&way->gather);
}

static void deliver(struct outflow *o, struct payload payload)
{
	bool has_stamp = payload.header_size == WIRE_STAMP_SIZE;
	struct wire_stamp stamp;
	struct run one = run_one(NULL, 0);
	while (payload.run.count > 0) {
		if (has_stamp)
			wire_stamp_decode(payload.run.bytes, &stamp);
		(void)payload_take(&payload, &one);
		o->handler.on_message(o->handler.owner, one.bytes, one.size,
				      has_stamp ? &stamp : NULL);
	}
}

void outflow_flush(struct outflow *o)
{
	for (unsigned i = 0; i < OUTFLOW_WAYS; i++) {
		struct outflow_way *way = &o->ways[i];
		if (way->gather.count > 0)
			send_gathered(o, way);
		way->set.count = 0;
	}
	for (unsigned i = 0; i < o->delivery_count; i++)
		deliver(o, o->deliveries[i]);
	o->delivery_count = 0;
}

/* --- Taking --- */

static bool is_same(const struct outflow_set *a, const struct outflow_set *b)
{
	return a->count == b->count && a->endpoints == b->endpoints;
}

/* True if the sets have no child in common: both are of the table, and their places differ. */
static bool is_beside(const struct outflow *o, const struct outflow_set *a,
		      const struct outflow_set *b)
{
	bool is_disjoint = a->first + a->count <= b->first || b->first + b->count <= a->first;
	return is_disjoint && !is_single(o, a) && !is_single(o, b);
}

/* The way of a set, one that is free, or, where what waits for others would be overtaken, any after
 * it has left. */
static struct outflow_way *find_way(struct outflow *o, const struct outflow_set *set)
{
	struct outflow_way *free = NULL;
	bool is_free = true; /* Of others in its way. */
	for (unsigned i = 0; i < OUTFLOW_WAYS; i++) {
		struct outflow_way *way = &o->ways[i];
		if (way->set.count == 0)
			free = free ? free : way;
		else if (is_same(&way->set, set))
			return way;
		else
			is_free = is_free && is_beside(o, &way->set, set);
	}
	if (!free || !is_free) {
		outflow_flush(o);
		free = &o->ways[0];
	}
	free->set = *set;
	return free;
}

void outflow_forward(struct outflow *o, const struct outflow_set *set, const struct outgoing *out)
{
	struct outgoing left = *out;
	if (set->count == 0)
		return;
	while (left.payload.run.count > 0) {
		struct outflow_way *way = find_way(o, set);
		if (gather_take(&way->gather, &left, o->segments_max) == 0)
			outflow_flush(o);
	}
}

void outflow_send(struct outflow *o, const struct path *path, const struct outgoing *out)
{
	const struct outflow_set one = {
		.endpoints = &o->path.remote, .locals = &o->path.local, .count = 1};
	bool is_same_way = endpoint_equal(&o->path.remote, &path->remote) &&
			   endpoint_equal(&o->path.local, &path->local);
	if (!is_same_way)
		outflow_flush(o);
	o->path = *path;
	outflow_forward(o, &one, out);
}

void outflow_deliver(struct outflow *o, const struct payload *payload)
{
	o->delivered += payload->run.count;
	if (!o->handler.on_message)
		return;
	if (o->delivery_count == OUTFLOW_DELIVERIES)
		outflow_flush(o);
	o->deliveries[o->delivery_count++] = *payload;
}
