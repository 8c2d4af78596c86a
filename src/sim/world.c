/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
#include "sim/world_state.h"

#include "sim/memory.h"
#include "sim/user.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define RING       2048      /* More than CHILDREN_LIMIT and ACTIONS_SPARE; a power of two. */
#define QUOTED_MAX 512       /* Bytes of a datagram that an ICMP error quotes. */
#define HOSTS_MAX  0xffffffU /* What is left of an address in 10.0.0.0/8. */

/* --- Hosts --- */

static struct endpoint endpoint_of(uint32_t host)
{
	uint32_t number = host + 1;
	uint8_t address[4] = {10, (uint8_t)(number >> 16), (uint8_t)(number >> 8), (uint8_t)number};
	return endpoint_from_v4(address, 10000);
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

/* Secrets follow from the seed: a simulation has nobody to hide them from. */
static void draw_secret(const struct world *w, uint32_t host, unsigned start,
			uint8_t ret_secret[PROOF_SECRET_SIZE])
{
	struct random random;
	concern_init(&random, w->config.seed + ((uint64_t)start << 32) + host, CONCERN_SECRETS);
	for (unsigned i = 0; i < PROOF_SECRET_SIZE; i++)
		ret_secret[i] = (uint8_t)random_next(&random);
}

static void start_registry(struct world *w)
{
	struct registry_config config = {
		.guard_us = w->config.rdv_guard_us,
		.is_full = w->config.is_full,
		.accept_base = !w->config.is_full || w->config.full.accept_base,
		.full_guard_us = REGISTRY_FULL_GUARD_US,
		.more = w->groups,
		.more_max = w->config.is_full ? WORLD_GROUPS : 0,
	};
	struct world_host *h = &w->hosts[WORLD_RDV];
	draw_secret(w, WORLD_RDV, h->starts++, config.secret);
	registry_init(&w->registry, &config);
	for (unsigned i = 0; i < w->stored_count && !w->config.rdv_forgets; i++)
		(void)registry_restore(&w->registry, &w->stored[i], world_local_now(w, WORLD_RDV));
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
	if (config->is_full) {
		w->walks = memory_get(walk_pool_size(WORLD_WALKS));
		walk_pool_init(w->walks, WORLD_WALKS);
	}
	(void)add_host(w);
	start_registry(w);
}

void world_done(struct world *w)
{
	struct queue_event event;
	while (queue_take(&w->queue, &event))
		if (event.datagram)
			datagram_free(&w->datagrams, event.datagram);
	for (uint32_t i = 0; i < w->host_count; i++) {
		struct world_host *h = &w->hosts[i];
		user_free(h->user);
		free(h->clock);
		free(h->member);
	}
	datagram_pool_done(&w->datagrams);
	network_done(&w->network);
	queue_done(&w->queue);
	free(w->hosts);
	free(w->walks);
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

/* The host of a closed port answers with ICMP, which quotes what has come (RFC 1812, 4.3.2.3). */
static void answer_unreachable(struct world *w, uint32_t host, const struct datagram *d)
{
	uint32_t sender = world_find(w, &d->from);
	size_t quoted = d->size < QUOTED_MAX ? d->size : QUOTED_MAX;
	if (!d->is_unreachable && sender < w->host_count)
		(void)put_on_way(w, host, sender, d->bytes, w->config.is_full ? quoted : 0, true);
}

/* --- Actions --- */

static void send_data(struct world *w, uint32_t from, const struct endpoint *to,
		      const struct action *a)
{
	char bytes[USER_MESSAGE_MAX];
	struct payload payload = a->payload;
	struct wire_stamp stamp = a->stamp;
	while (payload.run.count > 0) {
		size_t size = user_take_message(&payload, a->message, &stamp, bytes);
		send_datagram(w, from, to, bytes, size);
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

struct time world_local_now(const struct world *w, uint32_t host)
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
		user_unhold(h->user);
		member_publish(h->member, &payload, world_local_now(w, host), &w->actions);
		carry_out(w, host);
		free((void *)(uintptr_t)oldest.bytes);
	}
}

/* Each of them may be stamped in place, and what becomes of one may make others go: all are copied
 * before. */
static void publish_again(struct world *w, uint32_t host, const struct action *a)
{
	struct world_host *h = &w->hosts[host];
	struct run copies[KEEP_MAX];
	size_t count = user_copy_kept(h->user, a->first, a->count, copies);
	for (size_t i = 0; i < count; i++) {
		char *bytes = (char *)(uintptr_t)copies[i].bytes;
		member_publish_again(h->member, bytes, copies[i].size, world_local_now(w, host),
				     &w->actions);
		carry_out(w, host);
		free(bytes);
	}
}

/* In the place of what was written down of the same group; all hosts are of one family. */
static void store(struct world *w, const struct registry_root *root)
{
	unsigned i = 0;
	while (i < w->stored_count && strcmp(w->stored[i].group, root->group) != 0)
		i++;
	if (i == sizeof(w->stored) / sizeof(w->stored[0]))
		i = 1; /* Another group's, whose place in the registry it has taken, too. */
	else if (i == w->stored_count)
		w->stored_count++;
	w->stored[i] = *root;
}

static void carry_out_one(struct world *w, uint32_t host, const struct action *a)
{
	char bytes[WIRE_ANSWER_MAX];
	struct world_host *h = &w->hosts[host];
	switch (a->type) {
	case ACTION_SEND:
		send_datagram(w, host, &a->path.remote, bytes, action_encode(a, bytes));
		break;
	case ACTION_DATA:
		send_data(w, host, &a->path.remote, a);
		break;
	case ACTION_FORWARD:
		for (size_t i = 0; i < a->count && !h->is_black_hole; i++)
			send_data(w, host, &a->endpoints[i], a);
		break;
	case ACTION_DELIVER:
		deliver(w, host, a->payload);
		break;
	case ACTION_HOLD:
		user_hold(h->user, &a->payload.run);
		break;
	case ACTION_UNHOLD:
		for (size_t i = 0; i < a->count; i++)
			user_unhold(h->user);
		break;
	case ACTION_RELEASE:
		release(w, host);
		break;
	case ACTION_KEEP:
		user_keep(h->user, a);
		break;
	case ACTION_UNKEEP:
		user_unkeep(h->user, a->count);
		break;
	case ACTION_AGAIN:
		publish_again(w, host, a);
		break;
	case ACTION_STORE:
		store(w, a->stored);
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
	if (deadline.us < w->now.us) /* More was due than one call does. */
		deadline = w->now;
	if (h->stop != WORLD_RUNS || time_is_never(deadline) || h->wake_at.us <= deadline.us)
		return;
	h->wake_at = deadline;
	queue_put(&w->queue, deadline, host, NULL);
}

void world_settle(struct world *w, uint32_t host)
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
		member_on_time(h->member, world_local_now(w, host), &w->actions);
	else
		registry_on_time(&w->registry, world_local_now(w, host), &w->actions);
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
	struct time now = world_local_now(w, host);
	if (h->stop == WORLD_CLOSED)
		answer_unreachable(w, host, d);
	if (h->stop != WORLD_RUNS)
		return;
	if (d->is_unreachable && h->member)
		member_on_unreachable(h->member, &d->from, d->bytes, d->size, now, &w->actions);
	else if (d->is_unreachable)
		registry_on_unreachable(&w->registry, &d->from, d->bytes, d->size, now,
					&w->actions);
	else if (h->member)
		member_receive(h->member, &path, d->bytes, d->size, now, &w->actions);
	else
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
		world_settle(w, event.node);
	} else if (!is_queued(w, event.node, event.datagram)) {
		receive(w, event.node, event.datagram);
		world_settle(w, event.node);
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

/* Where the parts of a member's state lie, one behind the other. */
struct member_memory {
	struct full *full;
	struct sources *sources;
	void *children;
};

static uint32_t source_sets(const struct world *w, uint32_t host)
{
	uint32_t by_default = host <= WORLD_MANY ? SOURCES_DEFAULT_SETS : WORLD_SOURCE_SETS_OF_MANY;
	return w->config.source_sets > 0 ? w->config.source_sets : by_default;
}

static size_t memory_size(const struct world *w, uint32_t host)
{
	bool is_full = w->config.is_full;
	size_t full = is_full ? sizeof(struct full) + SOURCES_SIZE(source_sets(w, host)) : 0;
	return sizeof(struct member) + full +
	       children_memory_size(w->hosts[host].children_max, is_full);
}

static struct member_memory lay_out(const struct world *w, uint32_t host)
{
	const struct world_host *h = &w->hosts[host];
	char *begin = (char *)h->member;
	bool is_full = w->config.is_full;
	size_t full = is_full ? sizeof(struct full) : 0;
	size_t sources = is_full ? SOURCES_SIZE(source_sets(w, host)) : 0;
	size_t at = sizeof(struct member);
	return (struct member_memory){
		.full = (struct full *)(void *)(begin + at),
		.sources = (struct sources *)(void *)(begin + at + full),
		.children = begin + at + full + sources,
	};
}

static void start_member(struct world *w, uint32_t host)
{
	struct world_host *h = &w->hosts[host];
	struct member_memory memory = lay_out(w, host);
	struct full_options full = {
		.config = &w->config.full,
		.sources = memory.sources,
		.walks = w->walks,
		.keep = h->user ? h->user->keep : NULL,
	};
	unsigned start = h->starts++;
	bool is_full = w->config.is_full && !h->is_base;
	if (is_full) {
		sources_init(memory.sources, source_sets(w, host));
		draw_secret(w, host, start, full.secret);
	}
	struct member_options options = {
		.config = &w->config.member,
		.selves = &h->self,
		.self_count = 1,
		.children_max = h->children_max,
		.children_memory = memory.children,
		.held = h->user ? &h->user->held : NULL,
		.drops = &w->drops,
		.seed = w->config.seed * 1000003 + host,
		.full = is_full ? &full : NULL,
		.full_memory = memory.full,
	};
	member_init(h->member, &options);
	report(w, WORLD_STARTED, host, &h->self, 0, NULL, 0);
	member_start(h->member, world_local_now(w, host), &w->actions);
	world_settle(w, host);
}

static uint32_t add_member(struct world *w, int children_max, bool is_base)
{
	struct world_host *h = add_host(w);
	uint32_t host = w->host_count - 1;
	unsigned max = children_max < 0 ? w->config.children_max : (unsigned)children_max;
	h->children_max = (uint16_t)max;
	h->is_base = is_base;
	h->member = memory_get(memory_size(w, host));
	start_member(w, host);
	return host;
}

uint32_t world_add(struct world *w, int children_max)
{
	return add_member(w, children_max, false);
}

uint32_t world_add_base(struct world *w, int children_max)
{
	return add_member(w, children_max, true);
}

/* Walks belong to all. */
static void take_walk(struct world *w, uint32_t host)
{
	struct member *m = w->hosts[host].member;
	if (!m || !m->full || !m->full->walk)
		return;
	walk_give(w->walks, m->full->walk);
	m->full->walk = NULL;
}

void world_leave(struct world *w, uint32_t host)
{
	struct world_host *h = &w->hosts[host];
	if (h->stop == WORLD_RUNS && h->member) {
		member_leave(h->member, world_local_now(w, host), &w->actions);
		carry_out(w, host);
	}
	world_stop(w, host, WORLD_CLOSED);
}

void world_stop(struct world *w, uint32_t host, enum world_stop stop)
{
	struct world_host *h = &w->hosts[host];
	bool ran = h->stop == WORLD_RUNS;
	take_walk(w, host);
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
		user_clear(h->user);
	if (h->member)
		start_member(w, host);
	else
		start_registry(w);
	schedule(w, host); /* What is restored has deadlines. */
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
