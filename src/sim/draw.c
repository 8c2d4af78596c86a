/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
#include "sim/draw.h"

static unsigned draw(struct random *r, unsigned bound)
{
	return (unsigned)random_below(r, bound);
}

static bool one_in(struct random *r, unsigned n)
{
	return draw(r, n) == 0;
}

/* Nothing in half of the experiments, else up to `max`. */
static double draw_probability(struct random *r, double max)
{
	return one_in(r, 2) ? 0 : max * (double)draw(r, 1001) / 1000;
}

static int64_t draw_us(struct random *r, int64_t max_us)
{
	return (int64_t)random_below(r, (uint64_t)max_us + 1);
}

static void draw_places(struct random *r, struct network_config *n, uint64_t seed,
			struct topology *ret_topology)
{
	n->last_mile_min_us = US_PER_MS;
	n->last_mile_max_us = US_PER_MS + draw_us(r, 20 * US_PER_MS);
	n->topology = ret_topology;
	uint32_t count; /* Arguments, and what initializes a struct, have no order of their own. */
	switch (draw(r, 6)) {
	case 0:
		count = 1 + draw(r, 100);
		topology_plane(ret_topology, count, 1 + draw_us(r, 200 * US_PER_MS), seed);
		break;
	case 1:
		topology_transit_stub(ret_topology, 25 + draw(r, 75), seed);
		break;
	default:
		topology_lan(ret_topology, 0);
		n->topology = NULL;
		n->delay_us = 1000 + draw_us(r, 100 * US_PER_MS);
		break;
	}
}

static void draw_network(struct random *r, struct network_config *n)
{
	n->jitter_us = one_in(r, 2) ? 0 : draw_us(r, 50 * US_PER_MS);
	n->loss = draw_probability(r, 0.3);
	n->burst_loss = one_in(r, 4) ? draw_probability(r, 0.3) : 0;
	n->burst_length = 1 + draw(r, 20);
	n->duplication = draw_probability(r, 0.3);
	n->reordering = draw_probability(r, 0.3);
	n->reorder_by_us = draw_us(r, 2 * US_PER_S);
	n->bandwidth_bits_per_s = one_in(r, 8) ? 64000 << draw(r, 8) : 0;
	n->queue_bytes = 2000 + draw(r, 100000);
}

/* The default timers, or all of them shorter; one request a refresh or three. */
static void draw_member(struct random *r, struct member_config *m)
{
	static const int64_t parts[] = {1, 1, 4, 30};
	int64_t part = parts[draw(r, 4)];
	*m = MEMBER_CONFIG_DEFAULT;
	m->refresh_us /= part;
	m->guard_us /= part;
	m->root_cache_us /= part;
	m->held_us /= part;
	m->tries = one_in(r, 3) ? 1 : 3;
	m->misses = 1 + draw(r, 4);
	m->misses = m->misses < m->tries ? m->tries : m->misses;
}

/* Up to `most` in a period, in one of `n` experiments. */
static double draw_rate(struct random *r, int64_t period_us, unsigned n, unsigned most)
{
	double per_period = one_in(r, n) ? (1 + (double)draw(r, 100 * most)) / 100 : 0;
	return per_period * (double)US_PER_S / (double)period_us;
}

static void draw_workload(struct random *r, int64_t period_us, struct workload_config *w)
{
	*w = (struct workload_config){0};
	w->churn_per_s = draw_rate(r, period_us, 4, 10);
	w->replace_per_s = draw_rate(r, period_us, 4, 10);
	w->publish_per_s = draw_rate(r, period_us, 1, 10);
	w->publishers = one_in(r, 2) ? 0 : 1 + draw(r, 3);
	w->publish_size = MEASURE_PAYLOAD_MIN + draw(r, one_in(r, 8) ? 20000 : 200);
	w->crash_per_s = draw_rate(r, period_us, 2, 10);
	w->silent_per_s = draw_rate(r, period_us, 2, 10);
	w->rdv_down_per_s = draw_rate(r, period_us, 3, 2);
	w->partition_per_s = draw_rate(r, period_us, 3, 2);
	w->one_way_per_s = draw_rate(r, period_us, 4, 2);
	w->partition_share = (1 + (double)draw(r, 99)) / 100;
	w->hostile_per_s = draw_rate(r, period_us, 6, 200);
	/* Over at once (a program that comes again, and remembers nothing), later, or never. */
	w->outage_us = one_in(r, 8) ? draw(r, 2) : 1 + draw_us(r, 4 * period_us);
}

/* The default times, or shorter ones. */
static void draw_full(struct random *r, struct full_config *f)
{
	*f = FULL_CONFIG_DEFAULT;
	f->policy = (enum policy)draw(r, POLICY_RANDOM + 1);
	f->accept_base = one_in(r, 2);
	if (one_in(r, 3))
		wire_copy_word(f->group, "blue");
	f->tick_us = 200 * US_PER_MS + draw_us(r, 800 * US_PER_MS);
	f->stale_us = one_in(r, 2) ? 5 * f->tick_us : f->stale_us;
	f->patience_us = one_in(r, 2) ? 3 * f->tick_us : f->patience_us;
	f->improve_us = one_in(r, 2) ? US_PER_S + draw_us(r, 20 * US_PER_S) : 0;
	f->improve_max_us = f->improve_us * (1 + draw(r, 8));
}

#define FULL_PERIOD_US  (10 * US_PER_S)
#define FULL_NARROW_MAX 12 /* Nodes. */

void draw_experiment(struct experiment_config *ret_config, uint64_t seed,
		     struct topology *ret_topology)
{
	static const unsigned sizes[] = {2, 5, 10, 40, 200};
	bool is_full = ret_config->world.is_full;
	struct experiment_config c = {.is_checked = ret_config->is_checked,
				      .world.is_full = is_full};
	struct random random, *r = &random;
	concern_init(r, seed, CONCERN_EXPERIMENT);
	c.world.seed = seed;
	c.nodes = 2 + draw(r, sizes[draw(r, 5)] - 1);
	c.joining = one_in(r, 3) ? JOINING_AT_ONCE : JOINING_ONE_BY_ONE;
	draw_places(r, &c.world.network, seed, ret_topology);
	draw_network(r, &c.world.network);
	draw_member(r, &c.world.member);
	c.world.rdv_guard_us = c.world.member.guard_us;
	c.world.children_max = 1 + draw(r, 4);
	c.leaf_share = one_in(r, 3) ? 1.0 / 3 : 0;
	int64_t period_us = is_full ? FULL_PERIOD_US : c.world.member.refresh_us;
	draw_workload(r, period_us, &c.workload);
	c.duration_us = (1 + draw_us(r, 12)) * period_us;
	c.black_holes = one_in(r, 6) ? 1 + draw(r, 3) : 0;
	c.drift_ppm = one_in(r, 4) ? (int32_t)draw(r, 10000) : 0;
	if (is_full) {
		draw_full(r, &c.world.full);
		c.world.rdv_forgets = one_in(r, 8);
		/* A walk asks few enough that it does not reach the end of a tree that is nearly
		 * a chain. */
		unsigned least = c.leaf_share > 0 ? 3 : 2;
		if (c.nodes > FULL_NARROW_MAX && c.world.children_max < least)
			c.world.children_max = least;
	}
	*ret_config = c;
}
