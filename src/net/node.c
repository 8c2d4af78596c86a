/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
#include "net/node.h"
#include "net/clock.h"
#include "net/link.h"

#include <errno.h>
#include <stdlib.h>

/* The smallest power of two that holds what one call yields. */
static size_t ring_size(unsigned children_max)
{
	size_t size = ACTIONS_SPARE;
	while (size < children_max + ACTIONS_SPARE)
		size *= 2;
	return size;
}

/* --- Actions --- */

static void send_message(struct node *n, const struct action *a)
{
	char bytes[WIRE_ANSWER_MAX];
	size_t size = wire_encode(a->message, a->endpoints, a->count, bytes);
	if (port_send(&n->tree, &a->path, bytes, size, NULL, 0) == 0)
		n->datagrams_out++;
	else
		n->drops.count[DROP_SEND]++;
}

static void send_data(struct node *n, const struct path *path, const struct payload *payload)
{
	char header[WIRE_HEADER_SIZE];
	wire_encode_data_header(header);
	if (port_send(&n->tree, path, header, sizeof(header), payload->bytes, payload->size) == 0)
		n->datagrams_out++;
	else
		n->drops.count[DROP_SEND]++;
}

static void hold(struct node *n, const struct payload *payload)
{
	struct held_payload *place = &n->queue[n->queue_count++];
	/* The one allocation after the start, at a rate and number that the core limits. Without
	 * memory the payload is empty: its place in the queue must agree with the core's. */
	place->bytes = malloc(payload->size > 0 ? payload->size : 1);
	place->size = place->bytes ? payload->size : 0;
	if (place->size > 0)
		memcpy(place->bytes, payload->bytes, payload->size);
}

static struct held_payload take_held(struct node *n)
{
	struct held_payload oldest = n->queue[0];
	n->queue_count--;
	memmove(n->queue, n->queue + 1, n->queue_count * sizeof(n->queue[0]));
	return oldest;
}

static void unhold(struct node *n, size_t count)
{
	while (count-- > 0)
		free(take_held(n).bytes);
}

static void carry_out(struct node *n, struct time now);

static void release(struct node *n, struct time now)
{
	for (unsigned count = n->queue_count; count > 0; count--) {
		struct held_payload oldest = take_held(n);
		struct payload payload = {.bytes = oldest.bytes, .size = oldest.size};
		member_publish(&n->member, &payload, now, &n->actions);
		carry_out(n, now);
		free(oldest.bytes);
	}
}

static void forward(struct node *n, const struct action *a)
{
	for (size_t i = 0; i < a->count; i++) {
		struct path path = {.remote = a->endpoints[i], .local = a->locals[i]};
		send_data(n, &path, &a->payload);
	}
}

static void carry_out_one(struct node *n, const struct action *a, struct time now)
{
	switch (a->type) {
	case ACTION_SEND:
		send_message(n, a);
		break;
	case ACTION_DATA:
		send_data(n, &a->path, &a->payload);
		break;
	case ACTION_FORWARD:
		forward(n, a);
		break;
	case ACTION_DELIVER:
		n->messages_out++;
		n->handler.on_message(n->handler.owner, a->payload.bytes, a->payload.size);
		break;
	case ACTION_HOLD:
		hold(n, &a->payload);
		break;
	case ACTION_UNHOLD:
		unhold(n, a->count);
		break;
	case ACTION_RELEASE:
		release(n, now);
		break;
	case ACTION_EVENT:
		if (n->handler.on_event)
			n->handler.on_event(n->handler.owner, a->event, &a->path.remote);
		break;
	}
}

static void carry_out(struct node *n, struct time now)
{
	const struct action *next;
	while ((next = actions_take(&n->actions)) != NULL) {
		struct action a = *next; /* A release writes over its place. */
		carry_out_one(n, &a, now);
	}
}

/* --- What comes in --- */

static void on_datagram(void *owner, const struct path *path, const char *bytes, size_t size)
{
	struct node *n = owner;
	struct time now = clock_now();
	n->datagrams_in++;
	member_receive(&n->member, path, bytes, size, now, &n->actions);
	carry_out(n, now);
}

static void on_unreachable(void *owner, const struct endpoint *endpoint)
{
	struct node *n = owner;
	struct time now = clock_now();
	member_on_unreachable(&n->member, endpoint, now, &n->actions);
	carry_out(n, now);
}

/* A payload from a program on this host, [P8] and from nobody else. */
static void on_data(void *owner, const struct path *path, const char *bytes, size_t size)
{
	struct node *n = owner;
	if (endpoint_is_loopback(&path->remote))
		node_publish(n, bytes, size);
	else
		n->drops.count[DROP_FOREIGN]++;
}

void node_publish(struct node *n, const char *bytes, size_t size)
{
	struct payload payload = {.bytes = bytes, .size = size};
	struct time now = clock_now();
	member_publish(&n->member, &payload, now, &n->actions);
	carry_out(n, now);
}

static void learn_selves(struct node *n)
{
	n->member.self_count = port_selves(&n->tree, n->selves, NODE_SELVES_MAX);
}

static void on_links(void *owner)
{
	struct node *n = owner;
	link_watch_drain(n->links.fd);
	learn_selves(n);
}

void node_on_time(struct node *n, struct time now)
{
	member_on_time(&n->member, now, &n->actions);
	carry_out(n, now);
}

struct time node_deadline(const struct node *n)
{
	return member_deadline(&n->member);
}

/* --- Opening --- */

/* Leaves out the endpoints of the rendezvous point that no socket reaches. */
static int choose_rdv(struct node *n, struct failure *failure)
{
	unsigned kept = 0;
	for (unsigned i = 0; i < n->options.rdv_count; i++)
		if (port_reaches(&n->tree, &n->options.rdv[i]))
			n->options.rdv[kept++] = n->options.rdv[i];
	if (kept == 0)
		return failure_set(failure, -EADDRNOTAVAIL,
				   "no address of the rendezvous point is of a family that --bind "
				   "allows");
	n->options.rdv_count = kept;
	n->options.member.rdv = n->options.rdv;
	n->options.member.rdv_count = kept;
	return 0;
}

static int open_ports(struct node *n, struct failure *failure)
{
	const struct node_options *o = &n->options;
	int error = port_open(&n->tree, o->bind, o->bind_count, true, failure);
	if (!error)
		error = choose_rdv(n, failure);
	if (!error && o->data_bind_count > 0)
		error = port_open(&n->data, o->data_bind, o->data_bind_count, false, failure);
	n->took_other_port = !error && port_number(&n->tree) != o->bind[0].port;
	return error;
}

static int watch(struct node *n, struct failure *failure)
{
	const struct port_handler tree = {
		.on_datagram = on_datagram, .on_unreachable = on_unreachable, .owner = n};
	const struct port_handler data = {.on_datagram = on_data, .owner = n};
	n->links = (struct loop_source){.fd = link_watch_open(), .on_ready = on_links, .owner = n};
	int error = n->links.fd < 0 ? n->links.fd : loop_add(n->loop, &n->links);
	if (!error)
		error = port_watch(&n->tree, n->loop, n->batch, &tree);
	if (!error)
		error = port_watch(&n->data, n->loop, n->batch, &data);
	if (error)
		failure_set(failure, error, "cannot watch a socket: %s", strerror(-error));
	return error;
}

static void start(struct node *n)
{
	struct time now = clock_now();
	struct member_options member = {
		.config = &n->options.member,
		.selves = n->selves,
		.children_max = n->options.children_max,
		.children_memory = n->children_memory,
		.held = &n->held,
		.quota = n->options.data_limit > 0 ? &n->quota : NULL,
		.drops = &n->drops,
		.seed = clock_seed(),
	};
	if (member.quota)
		quota_init(member.quota, n->options.data_limit);
	member_init(&n->member, &member);
	learn_selves(n);
	actions_init(&n->actions, n->ring, ring_size(n->options.children_max));
	member_start(&n->member, now, &n->actions);
	carry_out(n, now);
}

int node_open(struct node *n, const struct node_options *o, const struct node_handler *handler,
	      struct loop *loop, struct failure *failure)
{
	*n = (struct node){.options = *o, .handler = *handler, .loop = loop, .links.fd = -1};
	n->batch = batch_new();
	n->ring = calloc(ring_size(o->children_max), sizeof(*n->ring));
	n->children_memory = malloc(children_memory_size(o->children_max) + 1);
	int error = 0;
	if (!n->batch || !n->ring || !n->children_memory)
		error = failure_set(failure, -ENOMEM, "no memory for a node");
	if (!error)
		error = open_ports(n, failure);
	if (!error)
		error = watch(n, failure);
	if (error)
		node_close(n);
	else
		start(n);
	return error;
}

void node_close(struct node *n)
{
	port_close(&n->tree);
	port_close(&n->data);
	if (n->links.fd >= 0)
		loop_remove(n->loop, &n->links);
	link_watch_close(n->links.fd);
	unhold(n, n->queue_count);
	batch_free(n->batch);
	free(n->ring);
	free(n->children_memory);
}
