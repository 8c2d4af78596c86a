/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
#include "sim/tree.h"

#include "sim/memory.h"
#include "sim/spanning.h"

#include <math.h>
#include <stdlib.h>

/* --- Who is where --- */

#define UNKNOWN (-4)
#define ON_WAY  (-5) /* Between the host that is asked for and what is known. */

/* What is known of a host without its parent; UNKNOWN: ask that one. */
static int32_t place_alone(const struct world *w, uint32_t host)
{
	const struct member *m = host < w->host_count ? world_member(w, host) : NULL;
	if (!m)
		return TREE_OUT;
	if (m->state == MEMBER_ROOT)
		return 0;
	return m->state == MEMBER_ATTACHED ? UNKNOWN : TREE_OUT;
}

static int32_t place_below(int32_t parent)
{
	if (parent >= 0)
		return parent + 1;
	return parent == TREE_CYCLE ? TREE_BELOW : parent;
}

/* Follows the way up to the first host whose place is known, then gives all on it theirs. `way` has
 * room for all hosts. */
static void place(struct tree *t, uint32_t host, uint32_t *way)
{
	uint32_t hops = 0, at = host;
	while (t->depths[at] == UNKNOWN) {
		int32_t alone = place_alone(t->world, at);
		uint32_t parent = world_parent(t->world, at);
		t->depths[at] = alone == UNKNOWN ? ON_WAY : alone;
		if (alone != UNKNOWN)
			break;
		way[hops++] = at;
		if (parent == t->world->host_count) {
			t->depths[at] = TREE_OUT;
			hops--;
			break;
		}
		at = parent;
	}
	if (t->depths[at] == ON_WAY) { /* The way has come back to itself. */
		while (way[hops - 1] != at)
			t->depths[way[--hops]] = TREE_CYCLE;
		t->depths[way[--hops]] = TREE_CYCLE;
	}
	int32_t last = t->depths[at];
	while (hops > 0)
		last = t->depths[way[--hops]] = place_below(last);
}

/* Sorts by depth: how many there are of each is known before. */
static void sort(struct tree *t)
{
	uint32_t hosts = t->world->host_count;
	uint32_t *next =
		memory_get((hosts + 1) * sizeof(*next)); /* Place of the next of a depth. */
	for (uint32_t i = 1; i < hosts; i++)
		if (t->depths[i] >= 0)
			next[t->depths[i] + 1]++;
	for (uint32_t depth = 1; depth <= hosts; depth++)
		next[depth] += next[depth - 1];
	for (uint32_t i = 1; i < hosts; i++)
		if (t->depths[i] >= 0)
			t->order[next[t->depths[i]]++] = i;
	free(next);
}

void tree_init(struct tree *t, const struct world *world)
{
	uint32_t hosts = world->host_count;
	*t = (struct tree){.world = world};
	t->depths = memory_get(hosts * sizeof(*t->depths));
	t->order = memory_get(hosts * sizeof(*t->order));
	for (uint32_t i = 0; i < hosts; i++)
		t->depths[i] = UNKNOWN;
	for (uint32_t i = 0; i < hosts; i++) {
		place(t, i, t->order);
		t->running += world_member(world, i) != NULL;
		t->count += t->depths[i] >= 0;
		t->in_cycle += t->depths[i] == TREE_CYCLE;
		t->below_cycle += t->depths[i] == TREE_BELOW;
	}
	sort(t);
}

void tree_done(struct tree *t)
{
	free(t->depths);
	free(t->order);
}

/* --- Delays --- */

/* True if all nodes are equally far from each other. */
static bool is_even(const struct world *w)
{
	const struct network_config *c = &w->network.config;
	return !c->topology || (c->topology->kind == TOPOLOGY_LAN && c->last_mile_max_us == 0);
}

/* There and back, so that halves are not lost. */
static int64_t both_ways_us(const void *owner, uint32_t a, uint32_t b)
{
	const struct world *w = owner;
	int64_t there_us = network_delay_us(&w->network, a, b);
	/* Only what was measured may differ. */
	if (w->network.config.topology->kind != TOPOLOGY_MATRIX)
		return 2 * there_us;
	return there_us + network_delay_us(&w->network, b, a);
}

double tree_cost_over_mst(const struct tree *t, uint32_t nodes_max)
{
	const struct world *w = t->world;
	int64_t cost_us = 0, mst_us;
	if (t->count < 2 || (!is_even(w) && t->count > nodes_max))
		return NAN;
	for (uint32_t i = 0; i < t->count; i++)
		if (t->depths[t->order[i]] > 0)
			cost_us += network_delay_us(&w->network, world_parent(w, t->order[i]),
						    t->order[i]);
	if (is_even(w))
		mst_us = 2 * (t->count - 1) *
			 network_delay_us(&w->network, t->order[0], t->order[1]);
	else
		mst_us = spanning_cost(t->order, t->count, both_ways_us, w);
	return mst_us > 0 ? 2 * (double)cost_us / (double)mst_us : NAN;
}

double tree_stretch(const struct tree *t, struct histogram *per_mille)
{
	const struct world *w = t->world;
	int64_t *from_root_us = memory_get(w->host_count * sizeof(*from_root_us));
	uint32_t *roots = memory_get(w->host_count * sizeof(*roots));
	int64_t longest_us = 0;
	uint64_t members = 0;
	double sum = 0;
	for (uint32_t i = 0; i < t->count; i++) {
		uint32_t host = t->order[i], parent = world_parent(w, host);
		roots[host] = host;
		if (t->depths[host] == 0)
			continue;
		roots[host] = roots[parent];
		from_root_us[host] =
			from_root_us[parent] + network_delay_us(&w->network, parent, host);
		if (from_root_us[host] > longest_us)
			longest_us = from_root_us[host];
		int64_t direct_us = network_delay_us(&w->network, roots[host], host);
		if (direct_us < TREE_DIRECT_MIN_US)
			direct_us = TREE_DIRECT_MIN_US;
		histogram_add(per_mille, (uint64_t)(from_root_us[host] * 1000 / direct_us));
		sum += (double)from_root_us[host] / (double)direct_us;
		members++;
	}
	free(from_root_us);
	free(roots);
	return longest_us > 0 ? sum / (double)members : NAN;
}

/* --- Links --- */

static void count_copy(void *owner, uint32_t link)
{
	uint32_t *copies = owner;
	copies[link]++;
}

void tree_stress(const struct tree *t, double *ret_mean, double *ret_max)
{
	const struct world *w = t->world;
	const struct topology *topology = w->network.config.topology;
	*ret_mean = *ret_max = NAN;
	if (!topology || topology->link_count == 0)
		return;
	const struct placement_host *hosts = w->network.placement.hosts;
	uint32_t *copies = memory_get(topology->link_count * sizeof(*copies));
	for (uint32_t i = 0; i < t->count; i++) {
		uint32_t host = t->order[i], parent = world_parent(w, host);
		if (t->depths[host] > 0)
			topology_walk(topology, hosts[parent].place, hosts[host].place, count_copy,
				      copies);
	}
	uint64_t sum = 0, used = 0;
	uint32_t max = 0;
	for (uint32_t i = 0; i < topology->link_count; i++) {
		sum += copies[i];
		used += copies[i] > 0;
		max = copies[i] > max ? copies[i] : max;
	}
	free(copies);
	if (used == 0)
		return;
	*ret_mean = (double)sum / (double)used;
	*ret_max = (double)max;
}
