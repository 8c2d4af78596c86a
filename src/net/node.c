/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
#include "net/node.h"
#include "core/walk.h"
#include "net/clock.h"
#include "net/link.h"
#include "net/sockopt.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

/* What the kernel drops is told at once, and then so often at most. */
#define DROPPED_PAUSE_US (60 * US_PER_S)

/* So that payloads side by side are messages side by side: DATA, or MDAT that the member completes.
 */
static const struct batch_prefix data_prefix = {.size = WIRE_HEADER_SIZE,
						.bytes = WIRE_DATA_HEADER};
static const struct batch_prefix stamp_prefix = {.size = WIRE_STAMP_SIZE,
						 .bytes = WIRE_STAMP_HEADER};

static const struct batch_prefix *prefix_of(const struct node *n)
{
	return n->full ? &stamp_prefix : &data_prefix;
}

/* The smallest power of two that holds what two calls yield, of which one may be made while what
 * the other wants done is not done yet; a foster child is one more than the most. */
static size_t ring_size(unsigned children_max)
{
	size_t size = ACTIONS_SPARE;
	while (size < 2 * (children_max + 1 + ACTIONS_SPARE))
		size *= 2;
	return size;
}

/* --- Actions --- */

static void send_message(struct node *n, const struct action *a)
{
	char bytes[WIRE_ANSWER_MAX];
	size_t size = action_encode(a, bytes);
	if (port_send(&n->tree, &a->path, bytes, size) != 0) {
		n->drops.count[DROP_SEND]++;
		return;
	}
	n->outflow.sent.datagrams++;
	n->outflow.sent.bytes += size;
}

static struct outgoing outgoing_of(const struct action *a)
{
	return (struct outgoing){.message = a->message, .payload = a->payload, .stamp = a->stamp};
}

static void forward(struct node *n, const struct action *a)
{
	const struct outgoing out = outgoing_of(a);
	const struct outflow_set set = {
		.endpoints = a->endpoints,
		.locals = a->locals,
		.count = a->count,
		.first = (size_t)(a->endpoints - n->member.children.endpoints),
	};
	outflow_forward(&n->outflow, &set, &out);
}

static void publish(struct node *n, struct payload payload, struct time now);

/* At the time of the TOOR that brought the root: it may be known for no longer than that. */
static void release(struct node *n, struct time now)
{
	for (unsigned count = n->queue.count; count > 0; count--) {
		struct held_payload oldest = hold_queue_take(&n->queue);
		publish(n, (struct payload){.run = run_one(oldest.bytes, oldest.size)}, now);
		outflow_flush(&n->outflow);
		free(oldest.bytes);
	}
}

static void carry_out(struct node *n, struct actions *actions, struct time now);

/* What the call wants done that asked for it comes after that, such as to forget what is sent here:
 * so this has a ring of its own. */
static void publish_again(struct node *n, size_t first, size_t count, struct time now)
{
	struct kept_ring *k = &n->full->kept;
	for (size_t place = first; place < first + count && place < k->count; place++) {
		size_t size;
		char *message = kept_ring_message(k, place, &size);
		if (size == 0)
			continue;
		member_publish_again(&n->member, message, size, now, &n->full->actions);
		carry_out(n, &n->full->actions, now);
	}
	outflow_flush(&n->outflow); /* Its place may soon be another's. */
}

static void carry_out_one(struct node *n, const struct action *a, struct time now)
{
	struct outgoing out;
	switch (a->type) {
	case ACTION_SEND:
		send_message(n, a);
		break;
	case ACTION_DATA:
		out = outgoing_of(a);
		outflow_send(&n->outflow, &a->path, &out);
		break;
	case ACTION_FORWARD:
		forward(n, a);
		break;
	case ACTION_DELIVER:
		outflow_deliver(&n->outflow, &a->payload);
		break;
	case ACTION_HOLD:
		hold_queue_put(&n->queue, a->payload);
		break;
	case ACTION_UNHOLD:
		hold_queue_forget(&n->queue, a->count);
		break;
	case ACTION_RELEASE:
		release(n, now);
		break;
	case ACTION_KEEP:
		n->drops.count[DROP_HELD_FULL] +=
			kept_ring_put(&n->full->kept, a->payload, a->stamp);
		break;
	case ACTION_UNKEEP:
		kept_ring_forget(&n->full->kept, a->count);
		break;
	case ACTION_AGAIN:
		publish_again(n, a->first, a->count, now);
		break;
	case ACTION_STORE: /* A rendezvous point's. */
		break;
	case ACTION_EVENT:
		if (n->handler.on_event)
			n->handler.on_event(n->handler.owner, a->event, &a->path.remote);
		break;
	}
}

static void carry_out(struct node *n, struct actions *actions, struct time now)
{
	const struct action *next;
	while ((next = actions_take(actions)) != NULL) {
		struct action a = *next; /* A release writes over its place. */
		carry_out_one(n, &a, now);
	}
}

/* --- What comes in --- */

static void count(struct traffic *t, const struct arrival *a, size_t prefix_size)
{
	t->datagrams += a->run.count;
	t->bytes += a->run.size - a->run.count * prefix_size;
	t->coalesced += a->is_coalesced ? a->run.count : 0;
}

/* The same for all of a batch: asking the clock for each would be a tenth of its cost. */
static struct time batch_time(struct node *n)
{
	if (time_is_never(n->batch_at))
		n->batch_at = clock_now();
	return n->batch_at;
}

static void take_data(struct node *n, const struct path *path, struct run run, enum wire_type type,
		      struct time now)
{
	while (run.count > 0) {
		run_take(&run, member_receive_data(&n->member, path, &run, type, now, &n->actions));
		carry_out(n, &n->actions, now);
	}
}

static void on_arrival(void *owner, const struct path *path, const struct arrival *arrival)
{
	struct node *n = owner;
	struct time now = batch_time(n);
	struct run left = arrival->run;
	count(&n->received, arrival, 0);
	while (left.count > 0) {
		enum wire_type type = WIRE_DATA;
		size_t data = wire_count_data(&left, &type);
		struct run taken = run_take(&left, data > 0 ? data : 1);
		if (data > 0) {
			take_data(n, path, taken, type, now);
			continue;
		}
		outflow_flush(&n->outflow); /* The children may be others afterwards. */
		member_receive(&n->member, path, taken.bytes, taken.size, now, &n->actions);
		carry_out(n, &n->actions, now);
	}
}

static bool is_signalling(const struct run *run)
{
	struct run first = run_first(run, 1);
	enum wire_type type;
	return wire_count_data(&first, &type) == 0;
}

static void publish(struct node *n, struct payload payload, struct time now)
{
	while (payload.run.count > 0) {
		run_take(&payload.run, member_publish(&n->member, &payload, now, &n->actions));
		carry_out(n, &n->actions, now);
	}
}

/* Payloads from programs on this host, [P8] and from nobody else; they have room for their header
 * already, unless they came coalesced. */
static void on_data(void *owner, const struct path *path, const struct arrival *arrival)
{
	struct node *n = owner;
	size_t prefix_size = arrival->has_prefix ? prefix_of(n)->size : 0;
	struct payload payload = {.run = arrival->run, .header_size = prefix_size};
	if (!endpoint_is_loopback(&path->remote)) {
		n->drops.count[DROP_FOREIGN] += payload.run.count;
		return;
	}
	count(&n->published, arrival, prefix_size);
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
	struct payload payload = {.run = run_one(bytes, size)};
	if (n->full && size <= WIRE_PAYLOAD_MAX) { /* The user is told then that it is its own. */
		char *message = n->full->message;
		if (size > 0)
			memcpy(message + WIRE_STAMP_SIZE, bytes, size);
		payload.run = run_one(message, WIRE_STAMP_SIZE + size);
		payload.header_size = WIRE_STAMP_SIZE;
	}
	publish(n, payload, clock_now());
	outflow_flush(&n->outflow);
}

void node_publish_channel(struct node *n, uint16_t channel, const struct run *run)
{
	const struct payload payload = {
		.run = *run, .header_size = WIRE_STAMP_SIZE, .channel = channel};
	publish(n, payload, clock_now());
	outflow_flush(&n->outflow);
}

void node_want(struct node *n, uint64_t wanted)
{
	struct time now = clock_now();
	member_want(&n->member, wanted, now, &n->actions);
	carry_out(n, &n->actions, now);
}

uint64_t node_id(const struct node *n)
{
	return n->full ? n->full->full.id : 0;
}

static void on_unreachable(void *owner, const struct endpoint *endpoint, const char *quoted,
			   size_t size)
{
	struct node *n = owner;
	struct time now = clock_now();
	member_on_unreachable(&n->member, endpoint, quoted, size, now, &n->actions);
	carry_out(n, &n->actions, now);
}

static void on_message(void *owner, const char *bytes, size_t size, const struct wire_stamp *stamp)
{
	struct node *n = owner;
	n->handler.on_message(n->handler.owner, bytes, size, stamp);
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
	carry_out(n, &n->actions, now);
	outflow_flush(&n->outflow);
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
		.prefix = prefix_of(n),
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
		.full = n->full ? &n->full->options : NULL,
		.full_memory = n->full ? &n->full->full : NULL,
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
	n->is_started = true;
	member_start(&n->member, now, &n->actions);
	carry_out(n, &n->actions, now);
}

/* What is lent to a member of the full profile; false without memory. */
static bool prepare_full(struct node *n)
{
	struct node_full *f = calloc(1, sizeof(*f));
	size_t ring = ring_size(n->options.children_max);
	n->full = f;
	if (!f)
		return false;
	f->options = (struct full_options){
		.config = &n->options.full,
		.sources = malloc(SOURCES_SIZE(SOURCES_DEFAULT_SETS)),
		.walks = malloc(walk_pool_size(1)),
		.keep = &f->keep,
		.address_quota = &f->address_quota,
		.prefix_quota = &f->prefix_quota,
	};
	quota_init_burst(&f->address_quota, FULL_ADDRESS_PER_S, FULL_ADDRESS_AT_ONCE);
	quota_init_burst(&f->prefix_quota, FULL_PREFIX_PER_S, FULL_PREFIX_AT_ONCE);
	f->ring = calloc(ring, sizeof(*f->ring));
	if (!kept_ring_init(&f->kept) || !f->options.sources || !f->options.walks || !f->ring)
		return false;
	for (size_t i = 0; i < PROOF_SECRET_SIZE; i += sizeof(uint64_t)) {
		uint64_t random = clock_seed();
		memcpy(f->options.secret + i, &random, sizeof(random));
	}
	sources_init(f->options.sources, SOURCES_DEFAULT_SETS);
	walk_pool_init(f->options.walks, 1);
	actions_init(&f->actions, f->ring, ring);
	return true;
}

static void free_full(struct node_full *f)
{
	if (!f)
		return;
	kept_ring_done(&f->kept);
	free(f->options.sources);
	free(f->options.walks);
	free(f->ring);
	free(f);
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
	n->children_memory = malloc(children_memory_size(o->children_max, o->is_full) + 1);
	int error = 0;
	bool has_full = !o->is_full || prepare_full(n);
	if (!n->batch || !n->ring || !n->children_memory || !has_full)
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

/* Those who know the node need not find out that it is gone. */
static void leave(struct node *n)
{
	struct time now = clock_now();
	outflow_flush(&n->outflow);
	member_leave(&n->member, now, &n->actions);
	carry_out(n, &n->actions, now);
	outflow_flush(&n->outflow);
}

void node_close(struct node *n)
{
	if (n->is_started)
		leave(n);
	port_close(&n->tree);
	port_close(&n->data);
	if (n->links.fd >= 0)
		loop_remove(n->loop, &n->links);
	link_watch_close(n->links.fd);
	hold_queue_forget(&n->queue, n->queue.count);
	batch_free(n->batch);
	free(n->ring);
	free(n->children_memory);
	free_full(n->full);
}
