/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
#include "sim/tree.h"
#include "unit.h"

#include <math.h>
#include <stdlib.h>

/* Places on a line, at 0, 10 and 30 ms. */
static const char line[] = "0 20 60\n20 0 40\n60 40 0\n";

static struct world_config config_of(const struct topology *topology, unsigned children_max)
{
	return (struct world_config){
		.network = {.topology = topology},
		.member = MEMBER_CONFIG_DEFAULT,
		.rdv_guard_us = 180 * US_PER_S,
		.children_max = children_max,
		.seed = 1,
	};
}

static void grow(struct world *w, unsigned count)
{
	for (unsigned i = 0; i < count; i++) {
		(void)world_add(w, -1);
		world_run(w, US_PER_S);
	}
}

static void assert_near(double value, double wanted)
{
	assert_true(value > wanted - 1e-9 && value < wanted + 1e-9);
}

static void a_chain_has_every_depth_once(void **state)
{
	struct world w;
	struct world_config config = config_of(NULL, 1);
	struct tree t;
	(void)state;
	config.network.delay_us = 10000;
	world_init(&w, &config);
	grow(&w, 5);
	tree_init(&t, &w);
	assert_int_equal(t.count, 5);
	assert_int_equal(t.running, 5);
	for (int i = 0; i < 5; i++) {
		assert_int_equal(t.depths[i + 1], i);
		assert_int_equal(t.order[i], i + 1);
	}
	assert_int_equal(t.depths[0], TREE_OUT);
	tree_done(&t);
	world_stop(&w, 3, WORLD_SILENT);
	tree_init(&t, &w);
	assert_int_equal(t.count, 2);
	assert_int_equal(t.running, 4);
	assert_int_equal(t.depths[4], TREE_OUT);
	assert_int_equal(t.depths[5], TREE_OUT);
	tree_done(&t);
	world_done(&w);
}

/* Each of N equal ways costs the same in every tree; along the chain the stretch is the depth. */
static void where_all_are_equally_far_the_cost_is_one(void **state)
{
	struct world w;
	struct world_config config = config_of(NULL, 1);
	struct tree t;
	struct histogram per_mille;
	(void)state;
	config.network.delay_us = 10000;
	world_init(&w, &config);
	grow(&w, 5);
	tree_init(&t, &w);
	histogram_init(&per_mille);
	assert_near(tree_cost_over_mst(&t, 0), 1);
	assert_near(tree_stretch(&t, &per_mille), (1 + 2 + 3 + 4) / 4.0);
	assert_int_equal(per_mille.count, 4);
	assert_int_equal(per_mille.max, 4000);
	tree_done(&t);
	world_done(&w);
}

static void what_has_no_delay_has_neither_cost_nor_stretch(void **state)
{
	struct world w;
	struct world_config config = config_of(NULL, 3);
	struct tree t;
	struct histogram per_mille;
	double mean = 0, max = 0;
	(void)state;
	world_init(&w, &config);
	grow(&w, 5);
	tree_init(&t, &w);
	histogram_init(&per_mille);
	assert_true(isnan(tree_cost_over_mst(&t, 100)));
	assert_true(isnan(tree_stretch(&t, &per_mille)));
	tree_stress(&t, &mean, &max);
	assert_true(isnan(mean) && isnan(max));
	tree_done(&t);
	world_done(&w);
}

/* Three nodes in a chain, in whatever order they lie on the line. */
static void cost_and_stretch_on_a_line_are_as_computed_by_hand(void **state)
{
	static const double at_ms[] = {0, 10, 30};
	struct failure failure;
	struct topology topology;
	bool has_detour = false;
	(void)state;
	assert_int_equal(topology_matrix(&topology, line, sizeof(line) - 1, &failure), 0);
	for (uint64_t seed = 1; seed <= 10; seed++) {
		struct world_config config = config_of(&topology, 1);
		struct histogram per_mille;
		struct world w;
		struct tree t;
		double at[4];
		config.seed = seed;
		world_init(&w, &config);
		grow(&w, 3);
		for (int i = 1; i <= 3; i++)
			at[i] = at_ms[w.network.placement.hosts[i].place];
		double first = fabs(at[2] - at[1]), second = fabs(at[3] - at[2]);
		tree_init(&t, &w);
		histogram_init(&per_mille);
		assert_near(tree_cost_over_mst(&t, 3), (first + second) / 30);
		double wanted = (1 + (first + second) / fabs(at[3] - at[1])) / 2;
		assert_near(tree_stretch(&t, &per_mille), wanted);
		assert_true(isnan(tree_cost_over_mst(&t, 2)));
		has_detour |= wanted > 1.1;
		tree_done(&t);
		world_done(&w);
	}
	assert_true(has_detour);
	topology_done(&topology);
}

/* The same host twice: the direct delay counts as 1 ms at least. */
static void a_short_way_counts_as_one_millisecond(void **state)
{
	struct failure failure;
	struct topology topology;
	struct histogram per_mille;
	struct world w;
	struct tree t;
	(void)state;
	assert_int_equal(topology_matrix(&topology, "0 1\n1 0\n", 8, &failure), 0);
	struct world_config config = config_of(&topology, 1);
	world_init(&w, &config);
	grow(&w, 2);
	tree_init(&t, &w);
	histogram_init(&per_mille);
	assert_near(tree_stretch(&t, &per_mille), 0.5);
	tree_done(&t);
	world_done(&w);
	topology_done(&topology);
}

/* 2 is the child of 1, 3 of 2; then 1, which is the root, is made a child of 3. */
static void cycles_and_what_hangs_on_them_are_counted(void **state)
{
	struct world_config config = config_of(NULL, 1);
	struct world w;
	struct tree t;
	(void)state;
	world_init(&w, &config);
	grow(&w, 6);
	w.hosts[1].member->state = MEMBER_ATTACHED;
	w.hosts[1].member->parent = w.hosts[3].self;
	tree_init(&t, &w);
	assert_int_equal(t.count, 0);
	assert_int_equal(t.in_cycle, 3);
	assert_int_equal(t.below_cycle, 3);
	for (int i = 1; i <= 6; i++)
		assert_int_equal(t.depths[i], i <= 3 ? TREE_CYCLE : TREE_BELOW);
	tree_done(&t);
	world_done(&w);
}

static void depths_are_those_of_world_depth(void **state)
{
	struct world_config config = config_of(NULL, 2);
	struct world w;
	struct tree t;
	(void)state;
	config.network.delay_us = 10000;
	world_init(&w, &config);
	for (int i = 0; i < 200; i++) {
		(void)world_add(&w, -1);
		world_run(&w, US_PER_S / 3);
		if (i % 10 == 0)
			world_stop(&w, 1 + (uint32_t)i / 3, WORLD_SILENT);
	}
	tree_init(&t, &w);
	for (uint32_t i = 1; i < w.host_count; i++)
		assert_int_equal(t.depths[i] < 0 ? -1 : t.depths[i], world_depth(&w, i));
	for (uint32_t i = 1; i < t.count; i++)
		assert_true(t.depths[t.order[i - 1]] <= t.depths[t.order[i]]);
	tree_done(&t);
	world_done(&w);
}

struct crossed {
	uint32_t *copies;
};

static void cross(void *owner, uint32_t link)
{
	struct crossed *c = owner;
	c->copies[link]++;
}

static void link_stress_counts_the_copies_on_each_link(void **state)
{
	struct topology topology;
	struct world w;
	struct tree t;
	double mean, max, sum = 0, used = 0, most = 0;
	(void)state;
	topology_transit_stub(&topology, 200, 1);
	struct world_config config = config_of(&topology, 1);
	world_init(&w, &config);
	grow(&w, 40);
	world_run(&w, 60 * US_PER_S);
	tree_init(&t, &w);
	tree_stress(&t, &mean, &max);
	assert_int_equal(t.count, 40);
	struct crossed crossed = {calloc(topology.link_count, sizeof(uint32_t))};
	assert_non_null(crossed.copies);
	for (uint32_t i = 1; i <= 40; i++)
		if (t.depths[i] > 0)
			topology_walk(&topology,
				      w.network.placement.hosts[world_parent(&w, i)].place,
				      w.network.placement.hosts[i].place, cross, &crossed);
	for (uint32_t i = 0; i < topology.link_count; i++) {
		sum += crossed.copies[i];
		used += crossed.copies[i] > 0;
		most = crossed.copies[i] > most ? crossed.copies[i] : most;
	}
	assert_near(mean, sum / used);
	assert_near(max, most);
	free(crossed.copies);
	tree_done(&t);
	world_done(&w);
	topology_done(&topology);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_chain_has_every_depth_once),
		cmocka_unit_test(where_all_are_equally_far_the_cost_is_one),
		cmocka_unit_test(what_has_no_delay_has_neither_cost_nor_stretch),
		cmocka_unit_test(cost_and_stretch_on_a_line_are_as_computed_by_hand),
		cmocka_unit_test(a_short_way_counts_as_one_millisecond),
		cmocka_unit_test(cycles_and_what_hangs_on_them_are_counted),
		cmocka_unit_test(depths_are_those_of_world_depth),
		cmocka_unit_test(link_stress_counts_the_copies_on_each_link),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
