/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
/* invariants.c - what must hold of a world: at any moment, and once it has been quiet. */
#include "search.h"

#include <stdlib.h>

/* How long a message may take from any source to all, in hops, and be counted as circling. */
#define HOPS 500

static const struct member *member_of(const struct trial *r, uint32_t host)
{
	const struct world_host *h = &r->world.hosts[host];
	return h->stop == WORLD_RUNS ? h->member : NULL;
}

/* --- At any moment --- */

static void check_node(struct trial *r, uint32_t host, const struct member *m)
{
	const struct world_host *h = &r->world.hosts[host];
	if (m->children.count > h->children_max)
		trial_violate(r, "node %u has %u children of %u", host, m->children.count,
			      h->children_max);
	if (m->held->count > HELD_MAX || m->held->count != h->queue_count)
		trial_violate(r, "node %u holds %u payloads, the core says %u", host,
			      h->queue_count, m->held->count);
	if (time_is_never(member_deadline(m)))
		trial_violate(r, "node %u has no deadline", host);
	if (!time_is_due(r->world.now, member_deadline(m)) && h->wake_at.us > r->world.now.us)
		trial_violate(r, "node %u has missed its deadline", host);
	if (m->state == MEMBER_ROOT && h->children_max == 0)
		trial_violate(r, "node %u takes no children and is the root", host);
	if (m->state == MEMBER_ATTACHED && world_find(&r->world, &m->parent) == host)
		trial_violate(r, "node %u is its own parent", host);
}

void trial_check_always(struct trial *r)
{
	unsigned roots = 0;
	for (uint32_t i = 1; i < r->world.host_count; i++) {
		const struct member *m = member_of(r, i);
		if (!m)
			continue;
		roots += m->state == MEMBER_ROOT;
		check_node(r, i, m);
	}
	r->faults.two_roots += roots > 1;
}

/* --- Once it has been quiet --- */

enum place {
	PLACE_UNKNOWN,
	PLACE_OFF,      /* Not running. */
	PLACE_TREE,     /* Its path ends at the root. */
	PLACE_CYCLE,    /* Its path comes back to it. */
	PLACE_BELOW,    /* Its path ends in a cycle. */
	PLACE_NOWHERE,  /* It has no parent and is not the root. */
	PLACE_DANGLING, /* Its path ends at such a one, or at a stopped node. */
};

static bool is_on_cycle(const struct world *w, uint32_t host)
{
	uint32_t at = world_parent(w, host);
	for (size_t hops = 0; at != w->host_count && at != host && hops <= w->host_count; hops++)
		at = world_parent(w, at);
	return at == host;
}

static enum place place_of(const struct trial *r, uint32_t host)
{
	const struct world *w = &r->world;
	const struct member *m = member_of(r, host);
	if (!m)
		return PLACE_OFF;
	if (world_depth(w, host) >= 0)
		return PLACE_TREE;
	if (m->state != MEMBER_ATTACHED)
		return PLACE_NOWHERE;
	if (is_on_cycle(w, host))
		return PLACE_CYCLE;
	uint32_t at = host;
	for (size_t hops = 0; hops <= w->host_count; hops++) {
		at = world_parent(w, at);
		if (at == w->host_count || w->hosts[at].stop != WORLD_RUNS)
			return PLACE_DANGLING;
		if (is_on_cycle(w, at))
			return PLACE_BELOW;
	}
	return PLACE_DANGLING;
}

/* `child.parent = me` and `child in parent.children` agree, both ways. */
static void check_agreement(struct trial *r, uint32_t host, const struct member *m)
{
	const struct world *w = &r->world;
	for (unsigned i = 0; i < m->children.count; i++) {
		uint32_t child = world_find(w, &m->children.endpoints[i]);
		if (child >= w->host_count || world_parent(w, child) != host)
			trial_violate(r, "node %u keeps the entry of %u, which is no child of it",
				      host, child);
	}
	if (m->state != MEMBER_ATTACHED)
		return;
	uint32_t parent = world_parent(w, host);
	const struct member *p = parent < w->host_count ? member_of(r, parent) : NULL;
	if (!p || children_find(&p->children, &w->hosts[host].self) == p->children.count)
		trial_violate(r, "node %u is no child of its parent %u", host, parent);
}

static void check_root(struct trial *r)
{
	const struct registry_root *registered = &r->world.registry.roots[0];
	unsigned roots = 0;
	for (uint32_t i = 1; i < r->world.host_count; i++) {
		const struct member *m = member_of(r, i);
		if (!m || m->state != MEMBER_ROOT)
			continue;
		roots++;
		if (!registered->is_registered ||
		    !endpoint_equal(&registered->endpoint, &r->world.hosts[i].self))
			trial_violate(r, "node %u is the root, and not registered", i);
	}
	if (roots > 1)
		trial_violate(r, "%u roots", roots);
	if (roots == 0 && registered->is_registered)
		trial_violate(r, "the registered root is none");
}

/* Counts who is where. Whoever is nowhere is a violation where every node takes children: then the
 * tree has free places at its end, and each way down leads to one. Unless it leads through a stale
 * entry into a cycle of full nodes: none of them is the last, so the way down has no end. */
static bool check_places(struct trial *r)
{
	unsigned of[PLACE_DANGLING + 1] = {0};
	uint32_t lost = 0;
	for (uint32_t i = 1; i < r->world.host_count; i++) {
		enum place place = place_of(r, i);
		of[place]++;
		if (place == PLACE_NOWHERE || place == PLACE_DANGLING)
			lost = i;
	}
	unsigned lost_count = of[PLACE_NOWHERE] + of[PLACE_DANGLING];
	r->faults.in_cycle += of[PLACE_CYCLE];
	r->faults.below_cycle += of[PLACE_BELOW];
	if (of[PLACE_CYCLE] > 0)
		r->faults.trapped += lost_count;
	else if (r->has_leaves)
		r->faults.no_room += lost_count;
	else if (lost_count > 0)
		trial_violate(r, "node %u is %s, and has no place", lost,
			      member_state_name(member_of(r, lost)->state));
	return lost_count + of[PLACE_CYCLE] + of[PLACE_BELOW] == 0;
}

/* One message from anybody: everybody has it once, if all are in the tree. */
static void check_delivery(struct trial *r, bool is_whole)
{
	struct world *w = &r->world;
	uint64_t *before = calloc(w->host_count, sizeof(*before));
	uint32_t source = 1 + trial_draw(r, (unsigned)w->host_count - 1);
	for (uint32_t i = 1; before && i < w->host_count; i++)
		before[i] = w->hosts[i].delivered;
	world_publish(w, source, "last", 4);
	/* The root may have to be asked for. */
	world_run(w, HOPS * (w->config.network.delay_us + w->config.network.jitter_us));
	for (uint32_t i = 1; before && i < w->host_count; i++) {
		uint64_t times = w->hosts[i].delivered - before[i];
		bool is_expected = is_whole && member_of(r, i) && member_of(r, source);
		if (times > 1 && place_of(r, i) == PLACE_CYCLE)
			r->faults.circling++;
		else if (times > 1 && place_of(r, i) != PLACE_BELOW)
			trial_violate(r, "node %u has one message %llu times", i,
				      (unsigned long long)times);
		else if (times == 0 && is_expected)
			trial_violate(r, "node %u misses the message of %u", i, source);
	}
	free(before);
}

/* Nobody gives up anybody in a network that loses nothing. (A leaf that is full of nobody gives
 * answers that are none, and is given up rightly: [M11].) */
static void check_quiet(struct trial *r)
{
	if (r->faults.false_deaths != r->before_quiet.false_deaths)
		trial_violate(r, "a live child was dropped in a quiet network");
	if (r->faults.given_up != r->before_quiet.given_up && !r->has_leaves)
		trial_violate(r, "a live parent was given up in a quiet network");
	if (r->faults.two_roots != r->before_quiet.two_roots)
		trial_violate(r, "two roots in a quiet network");
}

void trial_check(struct trial *r)
{
	trial_check_always(r);
	check_quiet(r);
	check_root(r);
	bool is_whole = check_places(r);
	for (uint32_t i = 1; i < r->world.host_count; i++)
		if (member_of(r, i))
			check_agreement(r, i, member_of(r, i));
	check_delivery(r, is_whole);
}
