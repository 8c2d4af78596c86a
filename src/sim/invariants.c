/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
#include "sim/invariants_state.h"

#include "sim/memory.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

void invariants_init(struct invariants *v, const struct world *world, bool has_leaves)
{
	*v = (struct invariants){.world = world, .has_leaves = has_leaves};
}

void invariants_done(struct invariants *v)
{
	free(v->delivered);
	invariants_full_done(v);
}

void invariants_observe(struct invariants *v, const struct world_report *report)
{
	const struct world *w = v->world;
	if (report->what != WORLD_EVENT)
		return;
	uint32_t peer = world_find(w, &report->peer);
	bool is_alive = peer < w->host_count && w->hosts[peer].stop == WORLD_RUNS;
	if (report->event == EVENT_CHILD_EXPIRED && is_alive &&
	    world_parent(w, peer) == report->host)
		v->faults.false_deaths++;
	else if (report->event == EVENT_UNREACHABLE && is_alive &&
		 (peer != WORLD_RDV || !w->config.is_full)) /* A forger can make that a child. */
		v->faults.given_up++;
}

void invariants_violate(struct invariants *v, const char *invariant, uint32_t host, uint32_t other,
			const char *format, ...)
{
	va_list arguments;
	if (v->violation.invariant)
		return;
	v->violation = (struct violation){.invariant = invariant, .at = v->world->now};
	if (host != NOBODY)
		v->violation.hosts[v->violation.host_count++] = host;
	if (other != NOBODY && other < v->world->host_count)
		v->violation.hosts[v->violation.host_count++] = other;
	va_start(arguments, format);
	(void)vsnprintf(v->violation.text, sizeof(v->violation.text), format, arguments);
	va_end(arguments);
}

/* --- Of one node, at any moment --- */

static void check_root(struct invariants *v, const char *name, uint32_t host,
		       const struct member *m)
{
	if (m->state != MEMBER_ROOT)
		return;
	if (m->request.is_open && m->request.type == WIRE_RJOI)
		invariants_violate(v, name, host, NOBODY,
				   "node %u is the root and looks for a parent", host);
	if (m->children.max == 0)
		invariants_violate(v, name, host, NOBODY,
				   "node %u takes no children and is the root", host);
}

static void check_parent(struct invariants *v, const char *name, uint32_t host,
			 const struct member *m)
{
	if (m->state == MEMBER_ATTACHED && world_find(v->world, &m->parent) == host)
		invariants_violate(v, name, host, NOBODY, "node %u is its own parent", host);
}

static void check_children(struct invariants *v, const char *name, uint32_t host,
			   const struct member *m)
{
	const struct children *c = &m->children;
	if (c->count > v->world->hosts[host].children_max + c->foster_count)
		invariants_violate(v, name, host, NOBODY, "node %u has %u children of %u", host,
				   c->count, v->world->hosts[host].children_max);
	/* Who is added stands last, and each was compared when it was added. */
	if (c->count > 1 && children_find(c, &c->endpoints[c->count - 1]) != c->count - 1U)
		invariants_violate(v, name, host, NOBODY, "node %u has one child twice", host);
}

static void check_held(struct invariants *v, const char *name, uint32_t host,
		       const struct member *m)
{
	const struct world_user *u = v->world->hosts[host].user;
	if (u && m->held && (u->held.count > HELD_MAX || u->held.count != u->count))
		invariants_violate(v, name, host, NOBODY,
				   "node %u holds %u payloads, the core says %u", host, u->count,
				   u->held.count);
}

static void check_deadline(struct invariants *v, const char *name, uint32_t host,
			   const struct member *m)
{
	const struct world_host *h = &v->world->hosts[host];
	struct time deadline = member_deadline(m);
	if (h->clock)
		deadline = clock_true(h->clock, deadline);
	if (time_is_never(deadline))
		invariants_violate(v, name, host, NOBODY, "node %u waits for nothing", host);
	else if (h->wake_at.us > deadline.us && h->wake_at.us > v->world->now.us)
		invariants_violate(v, name, host, NOBODY, "node %u would wake up too late", host);
}

static const struct {
	const char *name;
	node_checker *check;
} of_nodes[] = {
	{"root-has-no-parent", check_root},       {"not-its-own-parent", check_parent},
	{"children-are-limited", check_children}, {"held-is-bounded", check_held},
	{"deadline-is-kept", check_deadline},     {"one-foster-child", invariants_foster},
	{"kept-is-bounded", invariants_kept},     {"one-root-an-epoch", invariants_epoch},
};

static void check_node(struct invariants *v, uint32_t host)
{
	const struct member *m = world_member(v->world, host);
	for (size_t i = 0; m && i < sizeof(of_nodes) / sizeof(of_nodes[0]); i++)
		of_nodes[i].check(v, of_nodes[i].name, host, m);
}

/* --- Of all, at any moment --- */

/* Far more than a flash crowd, a message to everybody and its forgeries make at once. */
#define EVENTS_AT_ONCE(hosts) (100000 + 1000 * (uint64_t)(hosts))

void invariants_after_event(struct invariants *v, uint32_t host)
{
	bool is_later = v->world->now.us != v->now.us;
	v->events_now = is_later ? 0 : v->events_now + 1;
	v->now = v->world->now;
	if (v->events_now > EVENTS_AT_ONCE(v->world->host_count))
		invariants_violate(v, "time-passes", host, NOBODY,
				   "time stands still, node %u is awake", host);
	check_node(v, host);
}

void invariants_check(struct invariants *v)
{
	unsigned roots = 0;
	for (uint32_t i = 1; i < v->world->host_count; i++) {
		const struct member *m = world_member(v->world, i);
		roots += m && m->state == MEMBER_ROOT;
		check_node(v, i);
	}
	v->faults.two_roots += roots > 1; /* Known fault 4. */
	invariants_full_look(v);
}

/* --- Once it has been quiet --- */

/* Nobody gives up anybody in a network that loses nothing. (A leaf that is full of nobody gives
 * answers that are none, and is given up rightly: [M11].) */
static void check_peace(struct invariants *v, const char *name, const struct tree *t)
{
	(void)t;
	if (v->faults.false_deaths != v->before.false_deaths)
		invariants_violate(v, name, NOBODY, NOBODY,
				   "a live child was dropped in a quiet network");
	if (v->faults.given_up != v->before.given_up && !v->has_leaves)
		invariants_violate(v, name, NOBODY, NOBODY,
				   "a live parent was given up in a quiet network");
	if (v->faults.two_roots != v->before.two_roots)
		invariants_violate(v, name, NOBODY, NOBODY, "two roots in a quiet network");
}

/* There is one root, and the rendezvous point knows it. */
static void check_registry(struct invariants *v, const char *name, const struct tree *t)
{
	(void)t;
	const struct world *w = v->world;
	const struct registry_root *registered = world_registered(w);
	uint32_t root = NOBODY;
	for (uint32_t i = 1; i < w->host_count; i++) {
		const struct member *m = world_member(w, i);
		if (!m || m->state != MEMBER_ROOT)
			continue;
		if (root != NOBODY)
			invariants_violate(v, name, root, i, "nodes %u and %u are roots", root, i);
		root = i;
		if (!registered->is_registered ||
		    !endpoint_equal(&registered->endpoint, &w->hosts[i].self))
			invariants_violate(v, name, i, NOBODY,
					   "node %u is the root, and not registered", i);
	}
	if (root == NOBODY && registered->is_registered)
		invariants_violate(v, name, world_find(w, &registered->endpoint), NOBODY,
				   "the registered root is none");
}

/* `child.parent = me` and `child in parent.children` agree. */
static void check_agreement(struct invariants *v, const char *name, const struct tree *t)
{
	(void)t;
	const struct world *w = v->world;
	for (uint32_t host = 1; host < w->host_count; host++) {
		const struct member *m = world_member(w, host);
		for (unsigned i = 0; m && i < m->children.count; i++) {
			uint32_t child = world_find(w, &m->children.endpoints[i]);
			if (invariants_is_leaving(v, host, child))
				continue;
			if (child >= w->host_count || world_parent(w, child) != host)
				invariants_violate(
					v, name, host, child,
					"node %u keeps the entry of %u, which is no child of it",
					host, child);
		}
		if (!m || m->state != MEMBER_ATTACHED)
			continue;
		uint32_t parent = world_parent(w, host);
		const struct member *p = parent < w->host_count ? world_member(w, parent) : NULL;
		if (!p || children_find(&p->children, &w->hosts[host].self) == p->children.count)
			invariants_violate(v, name, host, parent,
					   "node %u is no child of its parent %u", host, parent);
	}
}

/* Everybody has a place in the tree. Whoever has none is a violation where every node takes
 * children: then the tree has free places at its end, and each way down leads to one. Unless it
 * leads through a stale entry into a cycle of full nodes (known fault 1): none of them is the last,
 * so the way down has no end. */
static void check_places(struct invariants *v, const char *name, const struct tree *t)
{
	uint32_t lost = NOBODY, lost_count = 0;
	for (uint32_t i = 1; i < v->world->host_count; i++)
		if (world_member(v->world, i) && t->depths[i] == TREE_OUT) {
			lost_count++;
			lost = i;
		}
	if (invariants_is_strict(v->world)) {
		invariants_full_places(v, name, t, lost);
		return;
	}
	v->faults.in_cycle += t->in_cycle;
	v->faults.below_cycle += t->below_cycle;
	if (t->in_cycle > 0)
		v->faults.trapped += lost_count;
	else if (v->has_leaves)
		v->faults.no_room += lost_count;
	else if (lost_count > 0)
		invariants_violate(v, name, lost, NOBODY, "node %u is %s, and has no place", lost,
				   member_state_name(world_member(v->world, lost)->state));
}

static bool is_whole(const struct tree *t)
{
	return t->count == t->running;
}

/* The last messages: everybody has each once, if all have been in the tree throughout. */
static void check_delivery(struct invariants *v, const char *name, const struct tree *t)
{
	const struct world *w = v->world;
	/* A rendezvous point that forgets gives an epoch twice, and its data have two keys. */
	bool is_expected = v->was_whole && is_whole(t) && !w->config.rdv_forgets;
	bool is_strict = invariants_is_strict(w);
	for (uint32_t i = 1; v->delivered && i < w->host_count; i++) {
		uint64_t got = w->hosts[i].delivered - v->delivered[i];
		if (got > v->messages && t->depths[i] == TREE_CYCLE && !is_strict)
			v->faults.circling++;
		else if ((got > v->messages && (t->depths[i] != TREE_BELOW || is_strict)) ||
			 (got < v->messages && is_expected && world_member(w, i)))
			invariants_violate(v, name, i, NOBODY,
					   "node %u has %llu of the last %u messages", i,
					   (unsigned long long)got, v->messages);
	}
}

static const struct {
	const char *name;
	quiet_checker *check;
} of_quiet[] = {
	{"one-registered-root", check_registry}, {"nobody-is-given-up", check_peace},
	{"everybody-has-a-place", check_places}, {"parent-and-child-agree", check_agreement},
	{"one-message-once", check_delivery},
};

/* No way between two hosts takes longer: each leads over the rendezvous point's place, by a detour.
 * Where round-trip times were measured, a detour can be shorter than the way: hence twice. */
static int64_t way_max_us(const struct world *w)
{
	const struct network *n = &w->network;
	int64_t most_us = 0;
	for (uint32_t i = 1; n->config.topology && i < w->host_count; i++) {
		int64_t us = placement_delay_us(&n->placement, WORLD_RDV, i);
		most_us = us > most_us ? us : most_us;
	}
	return n->config.delay_us + n->config.jitter_us + 4 * most_us;
}

/* With full queues at either end. */
int64_t invariants_way_us(const struct world *w)
{
	const struct network_config *n = &w->config.network;
	int64_t rate = n->bandwidth_bits_per_s, access_us = 0;
	if (rate > 0) {
		int64_t bits = (n->queue_bytes + 2000) * 8;
		access_us = bits / rate >= ACCESS_WAIT_MAX_US / US_PER_S ? ACCESS_WAIT_MAX_US
									 : bits * US_PER_S / rate;
	}
	return way_max_us(w) + 2 * access_us;
}

int64_t invariants_message_us(const struct world *w)
{
	return (int64_t)w->host_count * invariants_way_us(w);
}

int64_t invariants_recovery_us(const struct world *w)
{
	const struct member_config *m = &w->config.member;
	if (w->config.is_full)
		return invariants_full_recovery_us(w) + 8 * invariants_message_us(w);
	return (m->misses + 2) * m->refresh_us + 4 * m->guard_us + 200 * m->retry_us +
	       8 * invariants_message_us(w);
}

void invariants_begin_quiet(struct invariants *v)
{
	v->before = v->faults;
}

void invariants_begin_delivery(struct invariants *v, unsigned messages)
{
	const struct world *w = v->world;
	struct tree t;
	v->delivered = memory_resize(v->delivered, w->host_count * sizeof(*v->delivered));
	v->messages = messages;
	tree_init(&t, w);
	v->was_whole = is_whole(&t);
	tree_done(&t);
	for (uint32_t i = 0; i < w->host_count; i++)
		v->delivered[i] = w->hosts[i].delivered;
}

void invariants_check_quiet(struct invariants *v)
{
	struct tree t;
	invariants_check(v);
	tree_init(&t, v->world);
	for (size_t i = 0; i < sizeof(of_quiet) / sizeof(of_quiet[0]); i++)
		of_quiet[i].check(v, of_quiet[i].name, &t);
	tree_done(&t);
}
