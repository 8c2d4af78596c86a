/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
#include "sim/world.h"

#include <stdio.h>
#include <stdlib.h>

#define RING     2048 /* More than CHILDREN_LIMIT and ACTIONS_SPARE; a power of two. */
#define RDV_HOST 0

struct datagram {
	struct endpoint from;
	bool is_unreachable; /* Not a datagram but ICMP: nobody listens at `from`. */
	size_t size;
	char bytes[];
};

static void *get_memory(size_t size)
{
	void *memory = calloc(1, size > 0 ? size : 1);
	if (memory)
		return memory;
	(void)fputs("simulation: no memory\n", stderr);
	abort();
}

/* --- Hosts --- */

static struct endpoint endpoint_of(uint32_t host)
{
	uint32_t number = host + 1;
	uint8_t address[4] = {10, (uint8_t)(number >> 16), (uint8_t)(number >> 8), (uint8_t)number};
	return endpoint_from_v4(address, 10000);
}

uint32_t world_find(const struct world *w, const struct endpoint *e)
{
	const uint8_t *a = endpoint_v4(e);
	uint32_t number = (uint32_t)a[1] << 16 | (uint32_t)a[2] << 8 | a[3];
	bool known = endpoint_is_v4(e) && a[0] == 10 && number >= 1 && number <= w->host_count;
	return known ? number - 1 : (uint32_t)w->host_count;
}

static struct world_host *add_host(struct world *w)
{
	if (w->host_count == w->host_capacity) {
		w->host_capacity = w->host_capacity > 0 ? w->host_capacity * 2 : 64;
		w->hosts = realloc(w->hosts, w->host_capacity * sizeof(*w->hosts));
		if (!w->hosts)
			abort();
		/* Members point to their host's endpoint and counters. */
		for (size_t i = 1; i < w->host_count; i++) {
			w->hosts[i].member->selves = &w->hosts[i].self;
			w->hosts[i].member->drops = &w->hosts[i].drops;
		}
	}
	struct world_host *h = &w->hosts[w->host_count];
	*h = (struct world_host){
		.self = endpoint_of((uint32_t)w->host_count),
		.wake_at = TIME_NEVER,
	};
	w->host_count++;
	return h;
}

static void start_registry(struct world *w)
{
	struct registry_config config = {.guard_us = w->config.rdv_guard_us};
	registry_init(&w->registry, &config);
}

void world_init(struct world *w, const struct world_config *config)
{
	*w = (struct world){.config = *config, .rdv = endpoint_of(RDV_HOST)};
	w->config.member.rdv = &w->rdv;
	w->config.member.rdv_count = 1;
	queue_init(&w->queue);
	network_init(&w->network, &config->network, config->seed);
	w->ring = get_memory(RING * sizeof(*w->ring));
	actions_init(&w->actions, w->ring, RING);
	(void)add_host(w);
	start_registry(w);
}

static void clear_held(struct world_host *h)
{
	for (unsigned i = 0; i < h->queue_count; i++)
		free((void *)(uintptr_t)h->queue[i].bytes);
	h->queue_count = 0;
}

void world_done(struct world *w)
{
	struct queue_event event;
	while (queue_take(&w->queue, &event))
		free(event.datagram);
	for (size_t i = 0; i < w->host_count; i++) {
		struct world_host *h = &w->hosts[i];
		clear_held(h);
		free(h->queue);
		free(h->held);
		free(h->member);
		free(h->children_memory);
	}
	queue_done(&w->queue);
	free(w->hosts);
	free(w->ring);
}

/* --- The network --- */

static void report(struct world *w, enum world_happening what, uint32_t host,
		   const struct endpoint *peer, enum event event, const char *bytes, size_t size)
{
	struct world_report r = {what, w->now, host, *peer, event, bytes, size};
	if (w->observe)
		w->observe(w->owner, &r);
}

static struct datagram *new_datagram(const struct endpoint *from, const char *bytes, size_t size)
{
	struct datagram *d = get_memory(sizeof(*d) + size);
	d->from = *from;
	d->size = size;
	if (size > 0)
		memcpy(d->bytes, bytes, size);
	return d;
}

static void send_datagram(struct world *w, uint32_t from, const struct endpoint *to,
			  const char *bytes, size_t size)
{
	struct time arrivals[NETWORK_COPIES_MAX];
	uint32_t target = world_find(w, to);
	unsigned copies = network_send(&w->network, w->now, arrivals);
	w->sent++;
	if (target == w->host_count || (w->lose && w->lose(w->owner, from, target, bytes, size)))
		copies = 0;
	report(w, copies > 0 ? WORLD_SENT : WORLD_LOST, from, to, 0, bytes, size);
	for (unsigned i = 0; i < copies; i++)
		queue_put(&w->queue, arrivals[i], target,
			  new_datagram(&w->hosts[from].self, bytes, size));
}

/* The host of a closed port answers with ICMP. */
static void answer_unreachable(struct world *w, uint32_t host, const struct datagram *d)
{
	struct time arrivals[NETWORK_COPIES_MAX];
	uint32_t sender = world_find(w, &d->from);
	if (d->is_unreachable || sender == w->host_count)
		return;
	unsigned copies = network_send(&w->network, w->now, arrivals);
	for (unsigned i = 0; i < copies; i++) {
		struct datagram *icmp = new_datagram(&w->hosts[host].self, NULL, 0);
		icmp->is_unreachable = true;
		queue_put(&w->queue, arrivals[i], sender, icmp);
	}
}

/* --- Actions --- */

static void send_data(struct world *w, uint32_t from, const struct endpoint *to,
		      struct payload payload)
{
	char bytes[WIRE_HEADER_SIZE + WIRE_PAYLOAD_MAX];
	struct run one;
	wire_encode_data_header(bytes);
	while (payload_take(&payload, &one)) {
		memcpy(bytes + WIRE_HEADER_SIZE, one.bytes, one.size);
		send_datagram(w, from, to, bytes, WIRE_HEADER_SIZE + one.size);
	}
}

static void deliver(struct world *w, uint32_t host, struct payload payload)
{
	struct run one;
	while (payload_take(&payload, &one)) {
		w->hosts[host].delivered++;
		report(w, WORLD_DELIVERED, host, &w->hosts[host].self, 0, one.bytes, one.size);
	}
}

static void hold(struct world_host *h, const struct run *payload)
{
	char *copy = get_memory(payload->size);
	memcpy(copy, payload->bytes, payload->size);
	if (!h->queue)
		h->queue = get_memory(HELD_MAX * sizeof(*h->queue));
	h->queue[h->queue_count++] = run_one(copy, payload->size);
}

static void unhold(struct world_host *h)
{
	free((void *)(uintptr_t)h->queue[0].bytes);
	h->queue_count--;
	memmove(h->queue, h->queue + 1, h->queue_count * sizeof(*h->queue));
}

static void carry_out(struct world *w, uint32_t host);

static void release(struct world *w, uint32_t host)
{
	struct world_host *h = &w->hosts[host];
	unsigned count = h->queue_count;
	for (unsigned i = 0; i < count; i++) {
		struct run oldest = h->queue[0];
		oldest.bytes = memcpy(get_memory(oldest.size), oldest.bytes, oldest.size);
		struct payload payload = {.run = oldest};
		unhold(h);
		member_publish(h->member, &payload, w->now, &w->actions);
		carry_out(w, host);
		free((void *)(uintptr_t)oldest.bytes);
	}
}

static void carry_out_one(struct world *w, uint32_t host, const struct action *a)
{
	char bytes[WIRE_ANSWER_MAX];
	struct world_host *h = &w->hosts[host];
	switch (a->type) {
	case ACTION_SEND:
		send_datagram(w, host, &a->path.remote, bytes,
			      wire_encode(a->message, a->endpoints, a->count, bytes));
		break;
	case ACTION_DATA:
		send_data(w, host, &a->path.remote, a->payload);
		break;
	case ACTION_FORWARD:
		for (size_t i = 0; i < a->count; i++)
			send_data(w, host, &a->endpoints[i], a->payload);
		break;
	case ACTION_DELIVER:
		deliver(w, host, a->payload);
		break;
	case ACTION_HOLD:
		hold(h, &a->payload.run);
		break;
	case ACTION_UNHOLD:
		for (size_t i = 0; i < a->count; i++)
			unhold(h);
		break;
	case ACTION_RELEASE:
		release(w, host);
		break;
	case ACTION_EVENT:
		report(w, WORLD_EVENT, host, &a->path.remote, a->event, NULL, 0);
		break;
	}
}

static void carry_out(struct world *w, uint32_t host)
{
	const struct action *next;
	while ((next = actions_take(&w->actions)) != NULL) {
		struct action a = *next; /* Its place in the ring may be needed meanwhile. */
		carry_out_one(w, host, &a);
	}
}

/* --- Time --- */

/* Puts the host's deadline into the queue, unless an earlier wake-up stands there already. */
static void schedule(struct world *w, uint32_t host)
{
	struct world_host *h = &w->hosts[host];
	struct time deadline =
		h->member ? member_deadline(h->member) : registry_deadline(&w->registry);
	if (h->stop != WORLD_RUNS || time_is_never(deadline) || h->wake_at.us <= deadline.us)
		return;
	h->wake_at = deadline;
	queue_put(&w->queue, deadline, host, NULL);
}

static void wake(struct world *w, uint32_t host)
{
	struct world_host *h = &w->hosts[host];
	h->wake_at = TIME_NEVER;
	if (h->stop != WORLD_RUNS)
		return;
	if (h->member)
		member_on_time(h->member, w->now, &w->actions);
	else
		registry_on_time(&w->registry, w->now, &w->actions);
}

static void arrive(struct world *w, uint32_t host, const struct datagram *d)
{
	struct world_host *h = &w->hosts[host];
	struct path path = {.remote = d->from, .local = h->self};
	if (h->stop == WORLD_CLOSED)
		answer_unreachable(w, host, d);
	if (h->stop != WORLD_RUNS)
		return;
	if (d->is_unreachable && h->member)
		member_on_unreachable(h->member, &d->from, w->now, &w->actions);
	else if (h->member)
		member_receive(h->member, &path, d->bytes, d->size, w->now, &w->actions);
	else if (!d->is_unreachable)
		registry_receive(&w->registry, &path, d->bytes, d->size, w->now, &w->actions);
}

void world_run(struct world *w, int64_t duration_us)
{
	struct time end = time_after(w->now, duration_us);
	struct queue_event event;
	while (queue_next_at(&w->queue).us <= end.us && queue_take(&w->queue, &event)) {
		w->now = event.at;
		if (event.datagram)
			arrive(w, event.node, event.datagram);
		else if (event.at.us == w->hosts[event.node].wake_at.us)
			wake(w, event.node);
		carry_out(w, event.node);
		schedule(w, event.node);
		free(event.datagram);
	}
	w->now = end;
}

/* --- What the experimenter does --- */

static void start_member(struct world *w, uint32_t host)
{
	struct world_host *h = &w->hosts[host];
	struct member_options options = {
		.config = &w->config.member,
		.selves = &h->self,
		.self_count = 1,
		.children_max = h->children_max,
		.children_memory = h->children_memory,
		.held = h->held,
		.drops = &h->drops,
		.seed = w->config.seed * 1000003 + host,
	};
	member_init(h->member, &options);
	member_start(h->member, w->now, &w->actions);
	carry_out(w, host);
	schedule(w, host);
}

uint32_t world_add(struct world *w, int children_max)
{
	struct world_host *h = add_host(w);
	uint32_t host = (uint32_t)w->host_count - 1;
	h->children_max = children_max < 0 ? w->config.children_max : (unsigned)children_max;
	h->children_memory = get_memory(children_memory_size(h->children_max));
	h->member = get_memory(sizeof(*h->member));
	h->held = get_memory(sizeof(*h->held));
	start_member(w, host);
	return host;
}

void world_stop(struct world *w, uint32_t host, enum world_stop stop)
{
	w->hosts[host].stop = stop;
}

void world_restart(struct world *w, uint32_t host)
{
	struct world_host *h = &w->hosts[host];
	h->stop = WORLD_RUNS;
	h->wake_at = TIME_NEVER;
	if (!h->member) {
		start_registry(w);
		return;
	}
	clear_held(h);
	start_member(w, host);
}

void world_publish(struct world *w, uint32_t host, const char *bytes, size_t size)
{
	struct payload payload = {.run = run_one(bytes, size)};
	if (w->hosts[host].stop != WORLD_RUNS)
		return;
	member_publish(w->hosts[host].member, &payload, w->now, &w->actions);
	carry_out(w, host);
	schedule(w, host);
}

void world_inject(struct world *w, const struct endpoint *from, uint32_t to, const char *bytes,
		  size_t size)
{
	queue_put(&w->queue, w->now, to, new_datagram(from, bytes, size));
}

uint32_t world_parent(const struct world *w, uint32_t host)
{
	const struct world_host *h = &w->hosts[host];
	bool attached = h->stop == WORLD_RUNS && h->member && h->member->state == MEMBER_ATTACHED;
	return attached ? world_find(w, &h->member->parent) : (uint32_t)w->host_count;
}

int world_depth(const struct world *w, uint32_t host)
{
	int depth = 0;
	for (; (size_t)depth <= w->host_count; depth++) {
		const struct world_host *h = &w->hosts[host];
		if (h->stop == WORLD_RUNS && h->member && h->member->state == MEMBER_ROOT)
			return depth;
		uint32_t parent = world_parent(w, host);
		if (parent == w->host_count)
			return -1;
		host = parent;
	}
	return -1; /* A cycle. */
}
