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

/* Up to `most` in the time of a refresh, in one of `n` experiments. */
static double draw_rate(struct random *r, const struct member_config *m, unsigned n, unsigned most)
{
	double per_refresh = one_in(r, n) ? (1 + (double)draw(r, 100 * most)) / 100 : 0;
	return per_refresh * (double)US_PER_S / (double)m->refresh_us;
}

static void draw_workload(struct random *r, const struct member_config *m,
			  struct workload_config *w)
{
	*w = (struct workload_config){0};
	w->churn_per_s = draw_rate(r, m, 4, 10);
	w->replace_per_s = draw_rate(r, m, 4, 10);
	w->publish_per_s = draw_rate(r, m, 1, 10);
	w->publishers = one_in(r, 2) ? 0 : 1 + draw(r, 3);
	w->publish_size = MEASURE_PAYLOAD_MIN + draw(r, one_in(r, 8) ? 20000 : 200);
	w->crash_per_s = draw_rate(r, m, 2, 10);
	w->silent_per_s = draw_rate(r, m, 2, 10);
	w->rdv_down_per_s = draw_rate(r, m, 3, 2);
	w->partition_per_s = draw_rate(r, m, 3, 2);
	w->one_way_per_s = draw_rate(r, m, 4, 2);
	w->partition_share = (1 + (double)draw(r, 99)) / 100;
	w->hostile_per_s = draw_rate(r, m, 6, 200);
	/* Over at once (a program that comes again, and remembers nothing), later, or never. */
	w->outage_us = one_in(r, 8) ? draw(r, 2) : 1 + draw_us(r, 4 * m->refresh_us);
}

void draw_experiment(struct experiment_config *ret_config, uint64_t seed,
		     struct topology *ret_topology)
{
	static const unsigned sizes[] = {2, 5, 10, 40, 200};
	struct experiment_config c = {.is_checked = ret_config->is_checked};
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
	draw_workload(r, &c.world.member, &c.workload);
	c.duration_us = (1 + draw_us(r, 12)) * c.world.member.refresh_us;
	c.black_holes = one_in(r, 6) ? 1 + draw(r, 3) : 0;
	c.drift_ppm = one_in(r, 4) ? (int32_t)draw(r, 10000) : 0;
	*ret_config = c;
}
