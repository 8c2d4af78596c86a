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

static void send_to(struct outflow *o, struct udp *u, const struct path *path)
{
	const struct gather *g = &o->gather;
	struct udp before = *u;
	size_t sent = udp_send_gathered(u, path, g);
	o->drops->count[DROP_SEND] += g->count - sent;
	o->sent.datagrams += sent;
	o->sent.bytes += sent == g->count ? g->size : sent * g->segment_size;
	o->sent.coalesced += u->coalesced - before.coalesced;
	if (u->segments_max == before.segments_max)
		return;
	o->segments_max = port_segments_max(o->port);
	if (u->segments_max == 1)
		o->handler.on_refused(o->handler.owner, &path->remote);
}

static void send_gathered(struct outflow *o)
{
	bool is_single = o->endpoints == &o->path.remote;
	for (size_t i = 0; i < o->count; i++) {
		struct path path = {.remote = o->endpoints[i], .local = o->locals[i]};
		struct udp *u = is_single ? port_data_socket_for(o->port, &path.remote)
					  : port_lane_for(o->port, &path.remote, i);
		if (u)
			send_to(o, u, &path);
		else
			o->drops->count[DROP_SEND] += o->gather.count;
	}
	gather_reset(&o->gather);
}

static void deliver(struct outflow *o, struct payload payload)
{
	struct run one;
	while (payload_take(&payload, &one))
		o->handler.on_message(o->handler.owner, one.bytes, one.size);
}

void outflow_flush(struct outflow *o)
{
	if (o->gather.count > 0)
		send_gathered(o);
	for (unsigned i = 0; i < o->delivery_count; i++)
		deliver(o, o->deliveries[i]);
	o->delivery_count = 0;
	o->endpoints = NULL;
}

/* --- Taking --- */

void outflow_forward(struct outflow *o, const struct endpoint *endpoints,
		     const struct endpoint *locals, size_t count, const struct payload *payload)
{
	struct payload left = *payload;
	while (left.run.count > 0) {
		bool is_same_way = o->endpoints == endpoints && o->count == count;
		if (!is_same_way)
			outflow_flush(o);
		o->endpoints = endpoints;
		o->locals = locals;
		o->count = count;
		if (gather_take(&o->gather, &left, o->segments_max) == 0)
			outflow_flush(o);
	}
}

void outflow_send(struct outflow *o, const struct path *path, const struct payload *payload)
{
	bool is_same_way = o->endpoints == &o->path.remote &&
			   endpoint_equal(&o->path.remote, &path->remote) &&
			   endpoint_equal(&o->path.local, &path->local);
	if (!is_same_way)
		outflow_flush(o);
	o->path = *path;
	outflow_forward(o, &o->path.remote, &o->path.local, 1, payload);
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
