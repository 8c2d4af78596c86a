/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
#include "gateway/gateway.h"
#include "gateway/gateway_state.h"
#include "gateway/querier.h"
#include "net/clock.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#define MTU_US      US_PER_S
#define USERS_US    (250 * US_PER_MS)
#define JUDGE_US    (100 * US_PER_MS)
#define ANNOUNCE_US (20 * US_PER_S) /* RFC 4286 section 6. */

void gateway_tell(struct gateway *g, const char *event, const char *format, ...)
{
	char details[NODE_DETAILS_SIZE + 256];
	va_list arguments;
	if (!g->handler.on_notice)
		return;
	va_start(arguments, format);
	(void)vsnprintf(details, sizeof(details), format, arguments);
	va_end(arguments);
	g->handler.on_notice(g->handler.owner, event, details);
}

/* --- Beginning --- */

/* The island of an interface and family, new if there was none; NULL: there are too many. */
static struct gateway_island *island_of(struct gateway *g, const char *interface, bool is_v4)
{
	for (unsigned n = 0; n < g->island_count; n++)
		if (g->islands[n].is_v4 == is_v4 && strcmp(g->islands[n].interface, interface) == 0)
			return &g->islands[n];
	if (g->island_count == GATEWAY_ISLANDS_MAX)
		return NULL;
	struct gateway_island *i = &g->islands[g->island_count++];
	*i = (struct gateway_island){.gateway = g,
				     .is_v4 = is_v4,
				     .control = MCAST_CLOSED,
				     .hello = {.fd = -1},
				     .emit_fd = -1,
				     .querier = {.fd = -1},
				     .retry_at = TIME_NEVER};
	memcpy(i->interface, interface, sizeof(i->interface));
	struct time now = clock_now();
	election_init(&i->election, (uint64_t)now.us);
	listeners_init(&i->listeners, is_v4, &i->self, now);
	return i;
}

static int add_channel(struct gateway *g, unsigned n, struct failure *failure)
{
	const struct gateway_group *wanted = &g->options.groups[n];
	struct gateway_channel *c = &g->channels[n];
	struct link link;
	char interface[IF_NAMESIZE];
	memcpy(interface, wanted->group.interface, sizeof(interface));
	if (interface[0] == '\0') {
		int error = link_choose(&wanted->group.endpoint, &link, failure);
		if (error)
			return error;
		memcpy(interface, link.name, sizeof(interface));
	}
	struct gateway_island *i = island_of(g, interface, endpoint_is_v4(&wanted->group.endpoint));
	if (!i)
		return failure_set(failure, -EINVAL, "more than %d interfaces",
				   GATEWAY_ISLANDS_MAX);
	*c = (struct gateway_channel){
		.gateway = g,
		.wanted = wanted,
		.island = i,
		.number = wire_channel_of(&wanted->group.endpoint),
		.place = election_add(&i->election, &wanted->group.endpoint),
		.watched = listeners_add(&i->listeners, &wanted->group.endpoint),
		.receive = {.fd = -1},
		.out = {.bytes = malloc(GATEWAY_STAGE_SIZE)},
	};
	return c->out.bytes ? 0 : failure_set(failure, -ENOMEM, "no memory");
}

static void on_links(void *owner)
{
	struct gateway *g = owner;
	link_watch_drain(g->links.fd);
	g->must_look = true;
}

int gateway_open(struct gateway *g, const struct gateway_options *o,
		 const struct gateway_handler *handler, struct node *node, struct loop *loop,
		 struct failure *failure)
{
	struct random random;
	struct time now = clock_now();
	*g = (struct gateway){
		.options = *o,
		.handler = *handler,
		.node = node,
		.loop = loop,
		.batch = batch_new(),
		.seen = malloc(sizeof(*g->seen)),
		.joiner = calloc(1, sizeof(*g->joiner)),
		.up = {.bytes = malloc(GATEWAY_STAGE_SIZE)},
		.links = {.fd = link_watch_open(), .on_ready = on_links, .owner = g},
		.mtu_at = now,
		.users_at = now,
		.judge_at = now,
		.announce_at = now,
		.wanted = WIRE_WANTS_ALL,
	};
	int error = 0;
	if (!g->batch || !g->seen || !g->joiner || !g->up.bytes)
		error = failure_set(failure, -ENOMEM, "no memory");
	else if (g->links.fd < 0 || loop_add(loop, &g->links) != 0)
		error = failure_set(failure, -EIO, "cannot watch the interfaces");
	for (unsigned n = 0; n < o->count && !error; n++)
		error = add_channel(g, n, failure);
	if (error)
		return error;
	random_init(&random, clock_seed());
	seen_init(g->seen, &random);
	for (unsigned n = 0; n < g->island_count; n++)
		island_open(&g->islands[n], now);
	return 0;
}

void gateway_close(struct gateway *g)
{
	for (unsigned n = 0; n < g->island_count; n++)
		island_close(&g->islands[n]);
	for (unsigned n = 0; n < g->options.count; n++)
		free(g->channels[n].out.bytes);
	if (g->links.fd >= 0)
		loop_remove(g->loop, &g->links);
	link_watch_close(g->links.fd);
	batch_free(g->batch);
	free(g->seen);
	free(g->joiner);
	free(g->up.bytes);
}

/* --- Time --- */

static void set_place(struct gateway *g, struct time now)
{
	const struct member *m = &g->node->member;
	const struct full *f = &g->node->full->full;
	bool is_attached =
		m->state == MEMBER_ROOT || (m->state == MEMBER_ATTACHED && f->is_parent_full &&
					    !f->is_enclave && !f->is_detached);
	for (unsigned n = 0; n < g->island_count; n++)
		election_set_place(&g->islands[n].election, f->id, f->key, is_attached, now);
}

/* [K2] What we carry, and somebody listens to. */
static void want(struct gateway *g)
{
	uint64_t wanted = g->options.is_read ? WIRE_WANTS_ALL : 0;
	for (unsigned n = 0; n < g->options.count; n++) {
		const struct gateway_channel *c = &g->channels[n];
		if (c->receive.fd < 0 || !c->has_listeners ||
		    !election_holds(&c->island->election, c->place))
			continue;
		wanted |= wire_channel_bit(c->number);
		if (n == 0)
			wanted |= wire_channel_bit(0);
	}
	if (wanted != g->wanted)
		node_want(g->node, wanted);
	g->wanted = wanted;
}

static void announce(struct gateway *g, struct time now)
{
	g->announce_at = time_after(now, ANNOUNCE_US);
	for (unsigned n = 0; n < g->island_count; n++) {
		const struct gateway_island *i = &g->islands[n];
		if (i->querier.fd >= 0)
			(void)querier_announce(i->querier.fd, &i->link, &i->self);
	}
}

void gateway_on_time(struct gateway *g, struct time now)
{
	set_place(g, now);
	if (g->must_look)
		for (unsigned n = 0; n < g->island_count; n++)
			island_look(&g->islands[n], now);
	g->must_look = false;
	if (time_is_due(g->announce_at, now)) /* First: reports come to routers. */
		announce(g, now);
	for (unsigned n = 0; n < g->island_count; n++)
		island_on_time(&g->islands[n], now);
	if (time_is_due(g->mtu_at, now)) {
		g->mtu_at = time_after(now, MTU_US);
		carry_learn_mtu(g);
	}
	bool must_count = time_is_due(g->users_at, now), must_judge = time_is_due(g->judge_at, now);
	for (unsigned n = 0; n < g->island_count && (must_count || must_judge); n++) {
		if (must_judge)
			island_judge(&g->islands[n], now);
		if (must_count)
			island_count_listeners(&g->islands[n], now);
	}
	if (must_count)
		g->users_at = time_after(now, USERS_US);
	if (must_judge)
		g->judge_at = time_after(now, JUDGE_US);
	if (must_count || must_judge)
		want(g);
}

struct time gateway_deadline(const struct gateway *g)
{
	struct time deadline = time_earlier(g->users_at, g->judge_at);
	deadline = time_earlier(deadline, time_earlier(g->mtu_at, g->announce_at));
	for (unsigned n = 0; n < g->island_count; n++)
		deadline = time_earlier(deadline, island_deadline(&g->islands[n]));
	return deadline;
}

void gateway_end_turn(struct gateway *g)
{
	for (unsigned n = 0; n < g->options.count; n++)
		carry_flush_down(&g->channels[n]);
}
