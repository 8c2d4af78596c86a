/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
/* scenario.c - what happens in one run. */
#include "search.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#define RDV 0

void trial_violate(struct trial *r, const char *format, ...)
{
	va_list arguments;
	if (r->violation[0] != '\0')
		return;
	va_start(arguments, format);
	(void)vsnprintf(r->violation, sizeof(r->violation), format, arguments);
	va_end(arguments);
}

/* --- The trace, and what is counted on the way --- */

static void trace(const struct world_report *r)
{
	static const char *const words[] = {[WORLD_SENT] = ">",
					    [WORLD_LOST] = "-/->",
					    [WORLD_EVENT] = "",
					    [WORLD_DELIVERED] = ""};
	char peer[ENDPOINT_TEXT_SIZE];
	(void)printf("# %.6f %u ", (double)r->at.us / 1e6, r->host);
	(void)endpoint_format_address(&r->peer, peer);
	if (r->what == WORLD_EVENT)
		(void)printf("%s %s\n", event_name(r->event), peer);
	else if (r->what == WORLD_DELIVERED)
		(void)printf("delivers %zu bytes\n", r->size);
	else
		(void)printf("%s %s %.*s\n", words[r->what], peer, r->size < 4 ? (int)r->size : 4,
			     r->bytes);
}

static void observe(void *owner, const struct world_report *report)
{
	struct trial *r = owner;
	const struct world *w = &r->world;
	r->steps++;
	if (r->is_traced)
		trace(report);
	if (report->what != WORLD_EVENT)
		return;
	uint32_t peer = world_find(w, &report->peer);
	bool is_alive = peer < w->host_count && w->hosts[peer].stop == WORLD_RUNS;
	if (report->event == EVENT_CHILD_EXPIRED && world_parent(w, peer) == report->host)
		r->faults.false_deaths++;
	else if (report->event == EVENT_UNREACHABLE && is_alive)
		r->faults.given_up++;
}

/* The network carries only so much: in a cycle a message goes round for ever, and a network that
 * doubles one in ten makes 1.1^n of it. */
#define DATA_PER_HOST_AND_SECOND 50

static bool lose(void *owner, uint32_t from, uint32_t to, const char *bytes, size_t size)
{
	struct trial *r = owner;
	int64_t second = r->world.now.us / US_PER_S;
	(void)from;
	(void)to;
	if (size < WIRE_HEADER_SIZE || memcmp(bytes, "DATA", 4) != 0)
		return false;
	if (second != r->second) {
		r->second = second;
		r->data_sent = 0;
	}
	uint64_t limit = DATA_PER_HOST_AND_SECOND * (uint64_t)r->world.host_count;
	r->faults.storms += ++r->data_sent == limit;
	return r->data_sent >= limit;
}

/* --- The configuration --- */

static double draw_probability(struct trial *r, double max)
{
	return trial_draw(r, 2) == 0 ? 0 : max * (double)trial_draw(r, 1001) / 1000;
}

static void draw_network(struct trial *r, struct network_config *n)
{
	n->delay_us = 1000 + trial_draw(r, 100000);
	n->jitter_us = trial_draw(r, 2) == 0 ? 0 : trial_draw(r, 50000);
	n->loss = draw_probability(r, 0.3);
	n->duplication = draw_probability(r, 0.3);
	n->reordering = draw_probability(r, 0.3);
	n->reorder_by_us = trial_draw(r, 2000000);
}

/* The default timers, or all of them shorter; one request a refresh or three. */
static void draw_member(struct trial *r, struct member_config *m)
{
	static const int64_t parts[] = {1, 1, 4, 30};
	int64_t part = parts[trial_draw(r, 4)];
	*m = MEMBER_CONFIG_DEFAULT;
	m->refresh_us /= part;
	m->guard_us /= part;
	m->root_cache_us /= part;
	m->held_us /= part;
	m->tries = trial_draw(r, 3) == 0 ? 1 : 3;
	m->misses = 1 + trial_draw(r, 4);
	if (m->misses < m->tries)
		m->misses = m->tries;
}

void trial_open(struct trial *r, uint64_t seed, bool is_traced)
{
	*r = (struct trial){.seed = seed, .is_traced = is_traced};
	random_init(&r->random, seed);
	r->config.seed = seed;
	draw_network(r, &r->config.network);
	draw_member(r, &r->config.member);
	r->config.rdv_guard_us = r->config.member.guard_us;
	r->config.children_max = 1 + trial_draw(r, 4);
	r->has_leaves = trial_draw(r, 3) == 0;
	world_init(&r->world, &r->config);
	r->world.observe = observe;
	r->world.lose = lose;
	r->world.owner = r;
}

void trial_close(struct trial *r)
{
	world_done(&r->world);
}

/* --- What happens --- */

static void add_node(struct trial *r)
{
	/* The first may always be the root: else there may never be one. */
	bool is_leaf = r->has_leaves && r->world.host_count > 1 && trial_draw(r, 3) == 0;
	(void)world_add(&r->world, is_leaf ? 0 : -1);
}

static uint32_t any_node(struct trial *r)
{
	return 1 + trial_draw(r, (unsigned)r->world.host_count - 1);
}

static void publish(struct trial *r)
{
	char text[32];
	int size = snprintf(text, sizeof(text), "%llu", (unsigned long long)r->steps);
	world_publish(&r->world, any_node(r), text, (size_t)size);
}

static void stop_or_start(struct trial *r, uint32_t host)
{
	if (r->world.hosts[host].stop != WORLD_RUNS)
		world_restart(&r->world, host);
	else
		world_stop(&r->world, host, trial_draw(r, 2) == 0 ? WORLD_SILENT : WORLD_CLOSED);
}

static void pass(struct trial *r, int64_t us)
{
	world_run(&r->world, us);
	trial_check_always(r);
}

/* A while in which something is drawn again and again. */
static void trouble(struct trial *r, unsigned count)
{
	int64_t refresh_us = r->config.member.refresh_us;
	for (unsigned i = 0; i < count; i++) {
		switch (trial_draw(r, 8)) {
		case 0:
		case 1:
		case 2:
			stop_or_start(r, any_node(r));
			break;
		case 3:
			stop_or_start(r, RDV);
			break;
		case 4: /* A program that comes again at once, and remembers nothing. */
			world_restart(&r->world, any_node(r));
			break;
		default:
			publish(r);
		}
		pass(r, (int64_t)random_below(&r->random, (uint64_t)refresh_us / 2));
	}
}

/* All of it is over; some nodes stay away. */
static void make_peace(struct trial *r)
{
	struct network_config *n = &r->world.network.config;
	bool all_return = trial_draw(r, 2) == 0;
	if (r->world.hosts[RDV].stop != WORLD_RUNS)
		world_restart(&r->world, RDV);
	for (uint32_t i = 1; all_return && i < r->world.host_count; i++)
		if (r->world.hosts[i].stop != WORLD_RUNS)
			world_restart(&r->world, i);
	n->loss = n->duplication = n->reordering = 0;
}

/* Longer than it takes until: late datagrams have come; dead parents are noticed (misses
 * refreshes), entries and the root have expired, twice, since a search may begin at a dead root;
 * the pauses between searches are over; each node has walked down a tree that may be a chain. */
static int64_t recovery_us(const struct trial *r)
{
	const struct member_config *m = &r->config.member;
	int64_t step_us = 2 * (r->config.network.delay_us + r->config.network.jitter_us);
	return (m->misses + 2) * m->refresh_us + 4 * m->guard_us + 200 * m->retry_us +
	       4 * (int64_t)r->world.host_count * step_us;
}

void trial_scenario(struct trial *r)
{
	static const unsigned sizes[] = {2, 5, 10, 40, 200};
	unsigned most = sizes[trial_draw(r, 5)], count = 2 + trial_draw(r, most - 1);
	int64_t spread_us = 1 + (int64_t)random_below(&r->random, 5 * US_PER_S);
	for (unsigned i = 0; i < count; i++) {
		add_node(r);
		pass(r, (int64_t)random_below(&r->random, (uint64_t)spread_us));
		if (trial_draw(r, 10) == 0)
			publish(r);
	}
	trouble(r, trial_draw(r, 2 * most > 100 ? 100 : 2 * most));
	make_peace(r);
	for (int part = 0; part < 10; part++) {
		if (part == 8)
			r->before_quiet = r->faults;
		pass(r, recovery_us(r) / 10);
	}
}
