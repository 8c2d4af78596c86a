/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
#include "sim/draw.h"
#include "sim/report.h"
#include "sim/transit_stub.h"
#include "sim/trial.h"

#define SEEDS 2000

/* What may be on or off. */
static unsigned switches(const struct experiment_config *c, bool ret_on[32])
{
	const struct network_config *n = &c->world.network;
	const struct workload_config *w = &c->workload;
	const bool on[] = {
		n->topology != NULL,
		n->topology && n->topology->kind == TOPOLOGY_PLANE,
		n->topology && n->topology->kind == TOPOLOGY_TRANSIT_STUB,
		n->jitter_us > 0,
		n->loss > 0,
		n->burst_loss > 0,
		n->duplication > 0,
		n->reordering > 0,
		n->bandwidth_bits_per_s > 0,
		c->world.member.tries > 1,
		c->joining == JOINING_AT_ONCE,
		c->leaf_share > 0,
		c->black_holes > 0,
		c->drift_ppm > 0,
		w->churn_per_s > 0,
		w->replace_per_s > 0,
		w->publishers > 0,
		w->crash_per_s > 0,
		w->silent_per_s > 0,
		w->rdv_down_per_s > 0,
		w->partition_per_s > 0,
		w->one_way_per_s > 0,
		w->hostile_per_s > 0,
		w->outage_us > 1,
		w->outage_us == 1,
		w->outage_us == 0,
		c->nodes > 40,
		c->nodes < 5,
		c->world.children_max == 1,
	};
	memcpy(ret_on, on, sizeof(on));
	return COUNT(on);
}

static void is_probability(double p, double most)
{
	assert_true(p >= 0 && p <= most);
}

static void check_network(const struct network_config *n)
{
	is_probability(n->loss, 0.3);
	is_probability(n->burst_loss, 0.3);
	is_probability(n->duplication, 0.3);
	is_probability(n->reordering, 0.3);
	assert_true(n->burst_length >= 1);
	assert_true(n->burst_loss <= n->burst_length / (n->burst_length + 1));
	assert_true(n->delay_us >= 0 && n->jitter_us >= 0 && n->reorder_by_us >= 0);
	assert_true(n->topology || n->delay_us > 0); /* Or all would happen at one moment. */
	assert_true(n->last_mile_min_us >= 0 && n->last_mile_max_us >= n->last_mile_min_us);
	assert_true(n->last_mile_max_us <= INT32_MAX);
	assert_true(n->bandwidth_bits_per_s >= 0 && n->queue_bytes > 0);
}

static void check_workload(const struct workload_config *w)
{
	const double rates[] = {w->churn_per_s,     w->replace_per_s, w->publish_per_s,
				w->crash_per_s,     w->silent_per_s,  w->rdv_down_per_s,
				w->partition_per_s, w->one_way_per_s, w->hostile_per_s};
	for (size_t i = 0; i < COUNT(rates); i++)
		assert_true(rates[i] >= 0 && rates[i] < 1e6);
	assert_true(w->publish_per_s > 0);
	assert_in_range(w->publish_size, MEASURE_PAYLOAD_MIN, WIRE_PAYLOAD_MAX);
	assert_true(w->partition_share > 0 && w->partition_share < 1);
	assert_true(w->outage_us >= 0);
}

static void check_config(const struct experiment_config *c, uint64_t seed)
{
	const struct member_config *m = &c->world.member;
	assert_int_equal(c->world.seed, seed);
	assert_in_range(c->nodes, 2, 200);
	assert_true(c->duration_us >= m->refresh_us);
	assert_true(m->refresh_us > 0 && m->guard_us > m->refresh_us && m->retry_us > 0);
	assert_true(m->tries >= 1 && m->tries <= m->misses && m->misses <= 255);
	assert_int_equal(c->world.rdv_guard_us, m->guard_us);
	assert_in_range(c->world.children_max, 1, CHILDREN_LIMIT);
	assert_in_range(c->drift_ppm, 0, CLOCK_PPM_MAX);
	is_probability(c->leaf_share, 1);
	check_network(&c->world.network);
	check_workload(&c->workload);
}

static void everything_is_on_in_some_and_off_in_others_and_within_its_limits(void **state)
{
	unsigned times[32] = {0}, kinds = 0;
	(void)state;
	for (uint64_t seed = 1; seed <= SEEDS; seed++) {
		struct experiment_config c = {.is_checked = seed % 2 == 0};
		struct topology t;
		bool on[32];
		draw_experiment(&c, seed, &t);
		assert_int_equal(c.is_checked, seed % 2 == 0);
		check_config(&c, seed);
		kinds = switches(&c, on);
		for (unsigned i = 0; i < kinds; i++)
			times[i] += on[i];
		topology_done(&t);
	}
	for (unsigned i = 0; i < kinds; i++)
		if (times[i] < SEEDS / 50 || times[i] > SEEDS * 49 / 50)
			fail_msg("switch %u is on in %u of %d", i, times[i], SEEDS);
}

/* Of the full profile: its own options; lives of seconds. */
static void in_the_full_profile_its_options_are_drawn_too(void **state)
{
	unsigned policies[3] = {0}, closed = 0, groups = 0, forgetful = 0, improving = 0;
	(void)state;
	for (uint64_t seed = 1; seed <= SEEDS; seed++) {
		struct experiment_config c = {.world.is_full = true};
		struct topology t;
		draw_experiment(&c, seed, &t);
		const struct full_config *f = &c.world.full;
		assert_true(c.world.is_full);
		assert_in_range(f->tick_us, 200 * US_PER_MS, US_PER_S);
		assert_true(f->improve_max_us >= f->improve_us);
		assert_true(c.duration_us <= 130 * US_PER_S);
		check_network(&c.world.network);
		check_workload(&c.workload);
		policies[f->policy]++;
		closed += !f->accept_base;
		groups += f->group[0] != '\0';
		forgetful += c.world.rdv_forgets;
		improving += f->improve_us > 0;
		topology_done(&t);
	}
	for (int i = 0; i < 3; i++)
		assert_in_range(policies[i], SEEDS / 4, SEEDS / 2);
	assert_in_range(closed, SEEDS / 3, SEEDS * 2 / 3);
	assert_in_range(groups, SEEDS / 5, SEEDS / 2);
	assert_in_range(forgetful, SEEDS / 20, SEEDS / 4);
	assert_in_range(improving, SEEDS / 3, SEEDS * 2 / 3);
}

/* FNV-1a. */
static void mix(uint64_t *hash, int64_t value)
{
	for (int i = 0; i < 8; i++) {
		*hash ^= (uint64_t)value >> 8 * i & 0xff;
		*hash *= UINT64_C(0x100000001b3);
	}
}

static void mix_double(uint64_t *hash, double value)
{
	mix(hash, (int64_t)(value * 1e9));
}

static void mix_config(uint64_t *hash, const struct experiment_config *c, const struct topology *t)
{
	const struct network_config *n = &c->world.network;
	const struct workload_config *w = &c->workload;
	const struct member_config *m = &c->world.member;
	const int64_t numbers[] = {c->nodes,
				   c->joining,
				   c->duration_us,
				   c->black_holes,
				   c->drift_ppm,
				   c->world.children_max,
				   n->delay_us,
				   n->jitter_us,
				   n->last_mile_max_us,
				   n->reorder_by_us,
				   n->bandwidth_bits_per_s,
				   n->queue_bytes,
				   m->refresh_us,
				   m->tries,
				   m->misses,
				   w->publishers,
				   (int64_t)w->publish_size,
				   w->outage_us,
				   t->kind};
	const double parts[] = {n->loss,
				n->burst_loss,
				n->burst_length,
				n->duplication,
				n->reordering,
				c->leaf_share,
				w->churn_per_s,
				w->replace_per_s,
				w->publish_per_s,
				w->crash_per_s,
				w->silent_per_s,
				w->rdv_down_per_s,
				w->partition_per_s,
				w->partition_share,
				w->one_way_per_s,
				w->hostile_per_s};
	for (size_t i = 0; i < COUNT(numbers); i++)
		mix(hash, numbers[i]);
	for (size_t i = 0; i < COUNT(parts); i++)
		mix_double(hash, parts[i]);
	mix(hash, t->place_count);
	for (uint32_t i = 0; t->points && i < t->place_count; i++)
		mix(hash, t->points[i].x_us);
	for (uint32_t i = 0; t->graph && i < t->graph->link_count; i++)
		mix(hash, t->graph->links[i].delay_us);
}

static uint64_t hash_of(uint64_t first, uint64_t last)
{
	uint64_t hash = UINT64_C(0xcbf29ce484222325);
	for (uint64_t seed = first; seed <= last; seed++) {
		struct experiment_config c = {0};
		struct topology t;
		draw_experiment(&c, seed, &t);
		mix_config(&hash, &c, &t);
		topology_done(&t);
	}
	return hash;
}

static void the_same_seed_draws_the_same(void **state)
{
	(void)state;
	for (uint64_t seed = 1; seed <= 100; seed++) {
		assert_true(hash_of(seed, seed) == hash_of(seed, seed));
		assert_true(hash_of(seed, seed) != hash_of(seed + 1, seed + 1));
	}
}

/* Compilers may choose the order in which arguments are evaluated; draws may not depend on it. */
static void every_compiler_draws_the_same(void **state)
{
	(void)state;
	assert_true(hash_of(1, 200) == UINT64_C(0x176d08e4b039ee1a));
}

static void run(uint64_t seed, bool is_full)
{
	static struct experiment e;
	struct experiment_config c = {.is_checked = true, .world.is_full = is_full};
	struct topology t;
	struct figures f;
	draw_experiment(&c, seed, &t);
	c.nodes = c.nodes > 40 ? 40 : c.nodes; /* For the time it takes. */
	experiment_init(&e, &c, NULL);
	experiment_run(&e);
	if (e.invariants.violation.invariant)
		fail_msg("seed %llu: %s: %s", (unsigned long long)seed,
			 e.invariants.violation.invariant, e.invariants.violation.text);
	measure_figures(&e.measure, &f);
	assert_true(f.of[MEASURE_NODES_RUNNING] >= 0);
	experiment_done(&e);
	topology_done(&t);
}

static void what_was_drawn_runs_and_breaks_nothing(void **state)
{
	(void)state;
	for (uint64_t seed = 1; seed <= 30; seed++)
		run(seed, false);
}

static void in_the_full_profile_neither(void **state)
{
	(void)state;
	for (uint64_t seed = 1; seed <= 15; seed++)
		run(seed, true);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(everything_is_on_in_some_and_off_in_others_and_within_its_limits),
		cmocka_unit_test(in_the_full_profile_its_options_are_drawn_too),
		cmocka_unit_test(the_same_seed_draws_the_same),
		cmocka_unit_test(every_compiler_draws_the_same),
		cmocka_unit_test(what_was_drawn_runs_and_breaks_nothing),
		cmocka_unit_test(in_the_full_profile_neither),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
