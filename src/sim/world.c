/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
#include "sim/world.h"

#include "sim/memory.h"

#include <stdio.h>
#include <stdlib.h>

#define RING      2048      /* More than CHILDREN_LIMIT and ACTIONS_SPARE; a power of two. */
#define HOSTS_MAX 0xffffffU /* What is left of an address in 10.0.0.0/8. */

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
	return known ? number - 1 : w->host_count;
}

/* Members point to their host's endpoint. */
static void move_hosts(struct world *w)
{
	for (uint32_t i = 1; i < w->host_count; i++)
		w->hosts[i].member->selves = &w->hosts[i].self;
}

static struct world_host *add_host(struct world *w)
{
	uint32_t capacity = w->host_capacity;
	if (w->host_count == HOSTS_MAX) {
		(void)fprintf(stderr, "simulation: more than %u hosts have no addresses\n",
			      HOSTS_MAX);
		abort();
	}
	w->hosts = memory_grow(w->hosts, w->host_count, &w->host_capacity, sizeof(*w->hosts));
	if (w->host_capacity != capacity)
		move_hosts(w);
	struct world_host *h = &w->hosts[w->host_count];
	*h = (struct world_host){.self = endpoint_of(w->host_count), .wake_at = TIME_NEVER};
	w->host_count++;
	network_add_host(&w->network);
	return h;
}

/* With a million hosts, waiting for memory is most of what an event costs: its host is fetched when
 * the event comes near, and when it is next, the member that the host points to. */
static void expect(void *owner, uint32_t host, enum queue_nearness nearness)
{
	const struct world *w = owner;
	const struct world_host *h = &w->hosts[host];
	const char *member = (const char *)h->member;
	__builtin_prefetch(h);
	for (size_t at = 0; nearness == QUEUE_NEXT && member && at < sizeof(*h->member); at += 64)
		__builtin_prefetch(member + at);
}

static void start_registry(struct world *w)
{
	struct registry_config config = {.guard_us = w->config.rdv_guard_us};
	registry_init(&w->registry, &config);
}

void world_init(struct world *w, const struct world_config *config)
{
	*w = (struct world){.config = *config, .rdv = endpoint_of(WORLD_RDV)};
	w->config.member.rdv = &w->rdv;
	w->config.member.rdv_count = 1;
	queue_init(&w->queue);
	w->queue.expect = expect;
	w->queue.owner = w;
	network_init(&w->network, &config->network, config->seed);
	w->ring = memory_get(RING * sizeof(*w->ring));
	actions_init(&w->actions, w->ring, RING);
	(void)add_host(w);
	start_registry(w);
}

static void clear_held(struct world_user *u)
{
	for (unsigned i = 0; i < u->count; i++)
		free((void *)(uintptr_t)u->queue[i].bytes);
	*u = (struct world_user){0};
}

void world_done(struct world *w)
{
	struct queue_event event;
	while (queue_take(&w->queue, &event))
		if (event.datagram)
			datagram_free(&w->datagrams, event.datagram);
	for (uint32_t i = 0; i < w->host_count; i++) {
		struct world_host *h = &w->hosts[i];
		if (h->user)
			clear_held(h->user);
		free(h->user);
		free(h->clock);
		free(h->member);
	}
	datagram_pool_done(&w->datagrams);
	network_done(&w->network);
	queue_done(&w->queue);
	free(w->hosts);
	free(w->ring);
}

/* --- The network --- */

static void report(struct world *w, enum world_happening what, uint32_t host,
		   const struct endpoint *peer, enum event event, const char *bytes, size_t size)
{
	if (!w->observe)
		return;
	struct world_report r = {what, w->now, host, *peer, event, bytes, size};
	w->observe(w->owner, &r);
}

static void let_arrive(struct world *w, struct time at, uint32_t to, struct datagram *d)
{
	queue_put(&w->queue, at, to, d);
	if (at.us > w->last_arrival.us)
		w->last_arrival = at;
}

/* Puts what is sent on its way; false if nothing of it arrives. */
static bool put_on_way(struct world *w, uint32_t from, uint32_t to, const char *bytes, size_t size,
		       bool is_unreachable)
{
	struct time arrivals[NETWORK_COPIES_MAX];
	unsigned copies =
		network_send(&w->network, w->now, from, to, size + NETWORK_HEADERS, arrivals);
	for (unsigned i = 0; i < copies; i++) {
		struct datagram *d = datagram_new(&w->datagrams, &w->hosts[from].self, bytes, size);
		d->is_unreachable = is_unreachable;
		let_arrive(w, arrivals[i], to, d);
	}
	return copies > 0;
}

static void send_datagram(struct world *w, uint32_t from, const struct endpoint *to,
			  const char *bytes, size_t size)
{
	uint32_t target = world_find(w, to);
	bool is_lost = target == w->host_count ||
		       (w->lose && w->lose(w->owner, from, target, bytes, size)) ||
		       !put_on_way(w, from, target, bytes, size, false);
	w->sent++;
	report(w, is_lost ? WORLD_LOST : WORLD_SENT, from, to, 0, bytes, size);
}

/* The host of a closed port answers with ICMP. */
static void answer_unreachable(struct world *w, uint32_t host, const struct datagram *d)
{
	uint32_t sender = world_find(w, &d->from);
	if (!d->is_unreachable && sender < w->host_count)
		(void)put_on_way(w, host, sender, NULL, 0, true);
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
		w->delivered++;
		report(w, WORLD_DELIVERED, host, &w->hosts[host].self, 0, one.bytes, one.size);
	}
}

static void hold(struct world_user *u, const struct run *payload)
{
	char *copy = memory_get(payload->size);
	memcpy(copy, payload->bytes, payload->size);
	u->queue[u->count++] = run_one(copy, payload->size);
}

static void unhold(struct world_user *u)
{
	free((void *)(uintptr_t)u->queue[0].bytes);
	u->count--;
	memmove(u->queue, u->queue + 1, u->count * sizeof(*u->queue));
}

/* What the host's clock shows. */
static struct time local_now(const struct world *w, uint32_t host)
{
	const struct clock *c = w->hosts[host].clock;
	return c ? clock_local(c, w->now) : w->now;
}

static void carry_out(struct world *w, uint32_t host);

static void release(struct world *w, uint32_t host)
{
	struct world_host *h = &w->hosts[host];
	unsigned count = h->user->count;
	for (unsigned i = 0; i < count; i++) {
		struct run oldest = h->user->queue[0];
		oldest.bytes = memcpy(memory_get(oldest.size), oldest.bytes, oldest.size);
		struct payload payload = {.run = oldest};
		unhold(h->user);
		member_publish(h->member, &payload, local_now(w, host), &w->actions);
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
		for (size_t i = 0; i < a->count && !h->is_black_hole; i++)
			send_data(w, host, &a->endpoints[i], a->payload);
		break;
	case ACTION_DELIVER:
		deliver(w, host, a->payload);
		break;
	case ACTION_HOLD:
		hold(h->user, &a->payload.run);
		break;
	case ACTION_UNHOLD:
		for (size_t i = 0; i < a->count; i++)
			unhold(h->user);
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
	if (h->clock)
		deadline = clock_true(h->clock, deadline);
	if (h->stop != WORLD_RUNS || time_is_never(deadline) || h->wake_at.us <= deadline.us)
		return;
	h->wake_at = deadline;
	queue_put(&w->queue, deadline, host, NULL);
}

/* Lets a host do what it wants done, and sleep. */
static void settle(struct world *w, uint32_t host)
{
	carry_out(w, host);
	schedule(w, host);
}

static void wake(struct world *w, uint32_t host)
{
	struct world_host *h = &w->hosts[host];
	h->wake_at = TIME_NEVER;
	if (h->stop != WORLD_RUNS)
		return;
	if (h->member)
		member_on_time(h->member, local_now(w, host), &w->actions);
	else
		registry_on_time(&w->registry, local_now(w, host), &w->actions);
}

/* True if it waits once more, for its turn on the receiver's downlink, or is lost there. */
static bool is_queued(struct world *w, uint32_t host, struct datagram *d)
{
	if (d->is_at_access || !network_has_downlinks(&w->network))
		return false;
	struct time at = network_receive(&w->network, w->now, host, d->size + NETWORK_HEADERS);
	d->is_at_access = true;
	if (time_is_never(at))
		datagram_free(&w->datagrams, d);
	else
		let_arrive(w, at, host, d);
	return true;
}

static void receive(struct world *w, uint32_t host, const struct datagram *d)
{
	struct world_host *h = &w->hosts[host];
	struct path path = {.remote = d->from, .local = h->self};
	struct time now = local_now(w, host);
	if (h->stop == WORLD_CLOSED)
		answer_unreachable(w, host, d);
	if (h->stop != WORLD_RUNS)
		return;
	if (d->is_unreachable && h->member)
		member_on_unreachable(h->member, &d->from, now, &w->actions);
	else if (h->member)
		member_receive(h->member, &path, d->bytes, d->size, now, &w->actions);
	else if (!d->is_unreachable)
		registry_receive(&w->registry, &path, d->bytes, d->size, now, &w->actions);
}

bool world_step(struct world *w, struct time until, uint32_t *ret_host)
{
	struct queue_event event;
	if (queue_next_at(&w->queue).us > until.us || !queue_take(&w->queue, &event)) {
		w->now = until;
		return false;
	}
	w->now = event.at;
	w->events++;
	if (ret_host)
		*ret_host = event.node;
	if (!event.datagram) {
		if (event.at.us == w->hosts[event.node].wake_at.us)
			wake(w, event.node);
		settle(w, event.node);
	} else if (!is_queued(w, event.node, event.datagram)) {
		receive(w, event.node, event.datagram);
		settle(w, event.node);
		datagram_free(&w->datagrams, event.datagram);
	}
	return true;
}

void world_run(struct world *w, int64_t duration_us)
{
	struct time end = time_after(w->now, duration_us);
	while (world_step(w, end, NULL)) {
	}
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
		.children_memory = h->member + 1,
		.held = h->user ? &h->user->held : NULL,
		.drops = &w->drops,
		.seed = w->config.seed * 1000003 + host,
	};
	member_init(h->member, &options);
	report(w, WORLD_STARTED, host, &h->self, 0, NULL, 0);
	member_start(h->member, local_now(w, host), &w->actions);
	settle(w, host);
}

uint32_t world_add(struct world *w, int children_max)
{
	struct world_host *h = add_host(w);
	uint32_t host = w->host_count - 1;
	unsigned max = children_max < 0 ? w->config.children_max : (unsigned)children_max;
	h->children_max = (uint16_t)max;
	h->member = memory_get(sizeof(*h->member) + children_memory_size(max));
	start_member(w, host);
	return host;
}

void world_stop(struct world *w, uint32_t host, enum world_stop stop)
{
	struct world_host *h = &w->hosts[host];
	bool ran = h->stop == WORLD_RUNS;
	h->stop = (uint8_t)stop;
	if (ran)
		report(w, WORLD_STOPPED, host, &h->self, 0, NULL, 0);
}

void world_restart(struct world *w, uint32_t host)
{
	struct world_host *h = &w->hosts[host];
	if (h->stop == WORLD_RUNS)
		world_stop(w, host, WORLD_CLOSED);
	h->stop = WORLD_RUNS;
	h->wake_at = TIME_NEVER;
	if (h->user)
		clear_held(h->user);
	if (h->member)
		start_member(w, host);
	else
		start_registry(w);
}

void world_publish(struct world *w, uint32_t host, const char *bytes, size_t size)
{
	struct world_host *h = &w->hosts[host];
	struct payload payload = {.run = run_one(bytes, size)};
	if (h->stop != WORLD_RUNS)
		return;
	if (!h->user) {
		h->user = memory_get(sizeof(*h->user));
		h->member->held = &h->user->held;
	}
	member_publish(h->member, &payload, local_now(w, host), &w->actions);
	settle(w, host);
}

void world_inject(struct world *w, const struct endpoint *from, uint32_t to, const char *bytes,
		  size_t size)
{
	queue_put(&w->queue, w->now, to, datagram_new(&w->datagrams, from, bytes, size));
}

void world_set_drift(struct world *w, uint32_t host, int32_t ppm)
{
	struct world_host *h = &w->hosts[host];
	if (!h->clock) {
		h->clock = memory_get(sizeof(*h->clock));
		*h->clock = (struct clock){.since = w->now, .local_since = w->now};
	}
	clock_set_drift(h->clock, w->now, ppm);
	schedule(w, host);
}

/* --- Everybody knows at once --- */

/* A parent drops a child as it does when that did not refresh for the guard time. [C4] */
static void drop_child(struct world *w, uint32_t parent, const struct endpoint *child)
{
	struct member *m = w->hosts[parent].member;
	unsigned place = children_find(&m->children, child);
	if (place == m->children.count)
		return;
	m->children.expires_at[place] = local_now(w, parent);
	member_on_time(m, local_now(w, parent), &w->actions);
	settle(w, parent);
}

/* A child gives up its parent, as it does when `misses` requests were answered by ICMP. [B6] */
static void give_up(struct world *w, uint32_t child, const struct endpoint *parent)
{
	struct member *m = w->hosts[child].member;
	for (unsigned i = 0; i <= 2 * w->config.member.misses; i++) {
		if (m->state != MEMBER_ATTACHED || !endpoint_equal(&m->parent, parent))
			return;
		member_on_unreachable(m, parent, local_now(w, child), &w->actions);
		settle(w, child);
	}
}

void world_notice(struct world *w, uint32_t host)
{
	const struct world_host *h = &w->hosts[host];
	const struct endpoint self = h->self;
	struct registry_root *root = &w->registry.roots[0];
	if (root->is_registered && endpoint_equal(&root->endpoint, &self)) {
		root->expires_at = local_now(w, WORLD_RDV);
		registry_on_time(&w->registry, local_now(w, WORLD_RDV), &w->actions);
		settle(w, WORLD_RDV);
	}
	uint32_t parent = world_find(w, &h->member->parent);
	if (parent < w->host_count && world_member(w, parent))
		drop_child(w, parent, &self);
	for (unsigned i = 0; i < h->member->children.count; i++) {
		uint32_t child = world_find(w, &h->member->children.endpoints[i]);
		if (child < w->host_count && world_member(w, child))
			give_up(w, child, &self);
	}
}

/* --- What an observer asks --- */

uint32_t world_parent(const struct world *w, uint32_t host)
{
	const struct member *m = world_member(w, host);
	bool attached = m && m->state == MEMBER_ATTACHED;
	return attached ? world_find(w, &m->parent) : w->host_count;
}

static bool is_root(const struct world *w, uint32_t host)
{
	const struct member *m = host < w->host_count ? world_member(w, host) : NULL;
	return m && m->state == MEMBER_ROOT;
}

uint32_t world_root(const struct world *w)
{
	const struct registry_root *registered = &w->registry.roots[0];
	uint32_t host = w->host_count;
	if (registered->is_registered)
		host = world_find(w, &registered->endpoint);
	if (is_root(w, host))
		return host;
	for (host = 1; host < w->host_count && !is_root(w, host);)
		host++;
	return host;
}

int world_depth(const struct world *w, uint32_t host)
{
	for (uint32_t depth = 0; depth <= w->host_count; depth++) {
		if (is_root(w, host))
			return (int)depth;
		uint32_t parent = world_parent(w, host);
		if (parent == w->host_count)
			return -1;
		host = parent;
	}
	return -1; /* A cycle. */
}
