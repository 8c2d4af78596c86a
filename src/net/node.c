/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
#include "net/node.h"
#include "net/clock.h"
#include "net/link.h"
#include "net/sockopt.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

/* What the kernel drops is told at once, and then so often at most. */
#define DROPPED_PAUSE_US (60 * US_PER_S)

/* So that payloads side by side are DATA messages side by side. */
static const struct batch_prefix data_prefix = {.size = WIRE_HEADER_SIZE,
						.bytes = WIRE_DATA_HEADER};

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
	if (port_send(&n->tree, &a->path, bytes, size) != 0) {
		n->drops.count[DROP_SEND]++;
		return;
	}
	n->outflow.sent.datagrams++;
	n->outflow.sent.bytes += size;
}

static void hold(struct node *n, struct payload payload)
{
	struct run one = run_one(NULL, 0);
	struct held_payload *place = &n->queue[n->queue_count++];
	(void)payload_take(&payload, &one);
	/* The one allocation after the start, at a rate and number that the core limits. Without
	 * memory the payload is empty: its place in the queue must agree with the core's. */
	place->bytes = malloc(one.size > 0 ? one.size : 1);
	place->size = place->bytes ? one.size : 0;
	if (place->size > 0)
		memcpy(place->bytes, one.bytes, one.size);
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

static void publish(struct node *n, struct payload payload, struct time now);

/* At the time of the TOOR that brought the root: it may be known for no longer than that. */
static void release(struct node *n, struct time now)
{
	for (unsigned count = n->queue_count; count > 0; count--) {
		struct held_payload oldest = take_held(n);
		publish(n, (struct payload){.run = run_one(oldest.bytes, oldest.size)}, now);
		outflow_flush(&n->outflow);
		free(oldest.bytes);
	}
}

static void carry_out_one(struct node *n, const struct action *a, struct time now)
{
	switch (a->type) {
	case ACTION_SEND:
		send_message(n, a);
		break;
	case ACTION_DATA:
		outflow_send(&n->outflow, &a->path, &a->payload);
		break;
	case ACTION_FORWARD:
		outflow_forward(&n->outflow, a->endpoints, a->locals, a->count, &a->payload);
		break;
	case ACTION_DELIVER:
		outflow_deliver(&n->outflow, &a->payload);
		break;
	case ACTION_HOLD:
		hold(n, a->payload);
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

static void count(struct traffic *t, const struct arrival *a)
{
	size_t prefix = a->has_prefix ? WIRE_HEADER_SIZE : 0;
	t->datagrams += a->run.count;
	t->bytes += a->run.size - a->run.count * prefix;
	t->coalesced += a->is_coalesced ? a->run.count : 0;
}

/* The same for all of a batch: asking the clock for each would be a tenth of its cost. */
static struct time batch_time(struct node *n)
{
	if (time_is_never(n->batch_at))
		n->batch_at = clock_now();
	return n->batch_at;
}

static void on_arrival(void *owner, const struct path *path, const struct arrival *arrival)
{
	struct node *n = owner;
	struct time now = batch_time(n);
	struct run left = arrival->run;
	count(&n->received, arrival);
	while (left.count > 0) {
		size_t data = wire_count_data(&left);
		struct run taken = run_take(&left, data > 0 ? data : 1);
		if (data > 0) {
			member_receive_data(&n->member, path, &taken, now, &n->actions);
		} else {
			outflow_flush(&n->outflow); /* The children may be others afterwards. */
			member_receive(&n->member, path, taken.bytes, taken.size, now, &n->actions);
		}
		carry_out(n, now);
	}
}

static bool is_signalling(const struct run *run)
{
	struct run first = run_first(run, 1);
	return wire_count_data(&first) == 0;
}

static void publish(struct node *n, struct payload payload, struct time now)
{
	while (payload.run.count > 0) {
		run_take(&payload.run, member_publish(&n->member, &payload, now, &n->actions));
		carry_out(n, now);
	}
}

/* Payloads from programs on this host, [P8] and from nobody else; they have their header already,
 * unless they came coalesced. */
static void on_data(void *owner, const struct path *path, const struct arrival *arrival)
{
	struct node *n = owner;
	struct payload payload = {.run = arrival->run, .has_header = arrival->has_prefix};
	if (!endpoint_is_loopback(&path->remote)) {
		n->drops.count[DROP_FOREIGN] += payload.run.count;
		return;
	}
	count(&n->published, arrival);
	publish(n, payload, batch_time(n));
}

static void on_batch_end(void *owner, const struct udp *u)
{
	struct node *n = owner;
	(void)u;
	outflow_flush(&n->outflow);
	n->batch_at = TIME_NEVER;
}

void node_publish(struct node *n, const char *bytes, size_t size)
{
	publish(n, (struct payload){.run = run_one(bytes, size)}, clock_now());
	outflow_flush(&n->outflow);
}

static void on_unreachable(void *owner, const struct endpoint *endpoint)
{
	struct node *n = owner;
	struct time now = clock_now();
	member_on_unreachable(&n->member, endpoint, now, &n->actions);
	carry_out(n, now);
}

static void on_message(void *owner, const char *bytes, size_t size)
{
	struct node *n = owner;
	n->handler.on_message(n->handler.owner, bytes, size);
}

/* --- What the log is told of the data path --- */

__attribute__((format(printf, 3, 4))) static void tell(struct node *n, const char *event,
						       const char *format, ...)
{
	char details[NODE_DETAILS_SIZE];
	va_list arguments;
	if (!n->handler.on_notice)
		return;
	va_start(arguments, format);
	(void)vsnprintf(details, sizeof(details), format, arguments);
	va_end(arguments);
	n->handler.on_notice(n->handler.owner, event, details);
}

static void on_refused(void *owner, const struct endpoint *endpoint)
{
	struct node *n = owner;
	char text[ENDPOINT_TEXT_SIZE];
	tell(n, "segmentation-refused",
	     "endpoint=%s text=\"the device does not segment (UDP_SEGMENT): from now "
	     "datagrams are sent there one by one\"",
	     endpoint_format(endpoint, text));
}

static void on_dropped(void *owner, const struct udp *u)
{
	struct node *n = owner;
	struct time now = clock_now();
	char text[ENDPOINT_TEXT_SIZE];
	if (!time_is_due(n->tell_dropped_at, now))
		return;
	n->tell_dropped_at = time_after(now, DROPPED_PAUSE_US);
	bool has_all = sockopt_receive_buffer(u->fd) >= SOCKOPT_RECEIVE_BUFFER;
	tell(n, "kernel-dropped", "socket=%s so_far=%llu text=\"the receive buffer was full; %s\"",
	     endpoint_format(&u->bound, text), (unsigned long long)node_kernel_dropped(n),
	     has_all ? "more comes in than this node can carry"
		     : "sysctl -w net.core.rmem_max=4194304 gives it room for bursts");
}

/* --- Our own place --- */

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

uint64_t node_kernel_dropped(const struct node *n)
{
	return port_dropped(&n->tree) + port_dropped(&n->data);
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
	int error = port_open(&n->tree, o->bind, o->bind_count, true, o->without, failure);
	if (!error)
		error = choose_rdv(n, failure);
	if (!error && o->data_bind_count > 0)
		error = port_open(&n->data, o->data_bind, o->data_bind_count, false,
				  o->without | UDP_WITHOUT_LOCAL, failure);
	if (!error && !port_steer(&n->tree, o->children_max) &&
	    !(o->without & UDP_WITHOUT_STEERING))
		tell(n, "steering-refused", "text=\"%s\"",
		     "data and signalling share a socket: a flood of data may cost a place in the "
		     "tree; too few descriptors (ulimit -n), or an old kernel?");
	n->took_other_port = !error && port_number(&n->tree) != o->bind[0].port;
	return error;
}

static int watch(struct node *n, struct failure *failure)
{
	const struct port_handler tree = {
		.on_arrival = on_arrival,
		.is_urgent = is_signalling,
		.on_batch_end = on_batch_end,
		.on_unreachable = on_unreachable,
		.on_dropped = on_dropped,
		.owner = n,
	};
	const struct port_handler data = {
		.prefix = &data_prefix,
		.on_arrival = on_data,
		.on_batch_end = on_batch_end,
		.on_dropped = on_dropped,
		.owner = n,
	};
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
	const struct outflow_handler outflow = {
		.on_message = n->handler.on_message ? on_message : NULL,
		.on_refused = on_refused,
		.owner = n,
	};
	outflow_init(&n->outflow, &n->tree, &n->drops, &outflow);
	learn_selves(n);
	actions_init(&n->actions, n->ring, ring_size(n->options.children_max));
	member_start(&n->member, now, &n->actions);
	carry_out(n, now);
}

int node_open(struct node *n, const struct node_options *o, const struct node_handler *handler,
	      struct loop *loop, struct failure *failure)
{
	*n = (struct node){
		.options = *o,
		.handler = *handler,
		.loop = loop,
		.links.fd = -1,
		.batch_at = TIME_NEVER,
	};
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
