/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
#include "sim/measure.h"
#include "unit.h"

#include <math.h>
#include <stdlib.h>

/* Nodes in a chain, 10 ms from one to the next, unless a test wants something else. */
struct measured {
	struct world world;
	struct measure measure;
	struct figures figures;
};

static void observe(void *owner, const struct world_report *r)
{
	struct measured *t = owner;
	measure_observe(&t->measure, r);
}

static void add(struct measured *t, unsigned count)
{
	for (unsigned i = 0; i < count; i++) {
		(void)world_add(&t->world, -1);
		world_run(&t->world, US_PER_S);
	}
}

static struct measured *open_world(unsigned nodes)
{
	struct measured *t = calloc(1, sizeof(*t));
	assert_non_null(t);
	struct world_config config = {
		.network = {.delay_us = 10000},
		.member = MEMBER_CONFIG_DEFAULT,
		.rdv_guard_us = 180 * US_PER_S,
		.children_max = 1,
		.seed = 1,
	};
	world_init(&t->world, &config);
	measure_init(&t->measure, &t->world);
	t->world.observe = observe;
	t->world.owner = t;
	add(t, nodes);
	return t;
}

static void close_world(struct measured *t)
{
	measure_done(&t->measure);
	world_done(&t->world);
	free(t);
}

static void assert_figure(struct measured *t, enum measure_key key, double wanted)
{
	double value = t->figures.of[key];
	assert_true(value > wanted - 1e-9 && value < wanted + 1e-9);
}

static void assert_none(struct measured *t, enum measure_key key)
{
	assert_true(isnan(t->figures.of[key]));
}

static void publish(struct measured *t, uint32_t source)
{
	char bytes[20];
	measure_publish(&t->measure, source, bytes, sizeof(bytes));
	world_publish(&t->world, source, bytes, sizeof(bytes));
}

static void the_tree_is_measured(void **state)
{
	struct measured *t = open_world(4);
	(void)state;
	measure_figures(&t->measure, &t->figures);
	assert_figure(t, MEASURE_NODES_RUNNING, 4);
	assert_figure(t, MEASURE_NODES_IN_TREE, 4);
	assert_figure(t, MEASURE_DEPTH_MEAN, 1.5);
	assert_figure(t, MEASURE_DEPTH_P50, 1);
	assert_figure(t, MEASURE_DEPTH_MAX, 3);
	assert_figure(t, MEASURE_TREE_COST, 1);
	assert_figure(t, MEASURE_STRETCH_MEAN, 2);
	assert_figure(t, MEASURE_STRETCH_MAX, 3);
	assert_none(t, MEASURE_STRESS_MEAN);
	assert_figure(t, MEASURE_RUN_TIME, 4);
	close_world(t);
}

/* ROOT, TOOR, RREG, YREG for the first; ROOT, TOOR, RJOI, YJOI for the second; and RJOI, NJOI for
 * each node more on the way down. 10 ms each. */
static void a_join_takes_the_messages_that_the_protocol_says(void **state)
{
	struct measured *t = open_world(4);
	(void)state;
	measure_begin(&t->measure);
	measure_figures(&t->measure, &t->figures);
	assert_figure(t, MEASURE_JOINS, 4);
	assert_figure(t, MEASURE_JOIN_MESSAGES_MEAN, (4 + 4 + 6 + 8) / 4.0);
	assert_figure(t, MEASURE_JOIN_MESSAGES_MAX, 8);
	assert_figure(t, MEASURE_JOIN_TIME_MEAN, (40 + 40 + 60 + 80) / 4.0);
	assert_figure(t, MEASURE_JOIN_TIME_MAX, 80);
	assert_none(t, MEASURE_CONTROL_MEAN);
	close_world(t);
}

static void a_message_comes_to_everybody_one_hop_after_the_other(void **state)
{
	struct measured *t = open_world(4);
	(void)state;
	measure_begin(&t->measure);
	measure_figures(&t->measure, &t->figures);
	assert_figure(t, MEASURE_MESSAGES, 0);
	assert_none(t, MEASURE_DELIVERY_RATIO);
	assert_none(t, MEASURE_DUPLICATES);
	publish(t, 4);
	world_run(&t->world, US_PER_S);
	measure_figures(&t->measure, &t->figures);
	assert_figure(t, MEASURE_MESSAGES, 1);
	assert_figure(t, MEASURE_DELIVERY_RATIO, 1);
	assert_figure(t, MEASURE_DUPLICATES, 0);
	assert_figure(t, MEASURE_DELAY_MEAN, (10 + 20 + 30 + 40) / 4.0);
	assert_figure(t, MEASURE_DELAY_MAX, 40);
	assert_figure(t, MEASURE_CONTROL_MEAN, 0); /* Data are none. */
	close_world(t);
}

/* A black hole at 2: 3 and 4 do not get it. */
static void what_does_not_arrive_is_missing_in_the_ratio(void **state)
{
	struct measured *t = open_world(4);
	(void)state;
	measure_fault(&t->measure);
	t->world.hosts[2].is_black_hole = true;
	measure_look(&t->measure);
	publish(t, 1);
	world_run(&t->world, US_PER_S);
	t->world.hosts[2].is_black_hole = false;
	measure_look(&t->measure);
	measure_figures(&t->measure, &t->figures);
	assert_figure(t, MEASURE_DELIVERY_RATIO, 0.5);
	assert_figure(t, MEASURE_RECOVERY_FAULTS, 1);
	assert_figure(t, MEASURE_RECOVERY_MAX, 1);
	assert_figure(t, MEASURE_OUTAGE_MEMBERS, 2);
	assert_figure(t, MEASURE_OUTAGE_MAX, 1);
	close_world(t);
}

/* 3 asks the rendezvous point and the root, 10 ms each way; 4 comes with it. */
static void a_crash_that_is_noticed_at_once_is_over_after_four_messages(void **state)
{
	struct measured *t = open_world(4);
	(void)state;
	measure_begin(&t->measure);
	measure_fault(&t->measure);
	world_stop(&t->world, 2, WORLD_SILENT);
	measure_figures(&t->measure, &t->figures);
	assert_figure(t, MEASURE_RECOVERY_OPEN, 1);
	assert_none(t, MEASURE_RECOVERY_MAX);
	world_notice(&t->world, 2);
	world_run(&t->world, US_PER_S);
	measure_figures(&t->measure, &t->figures);
	assert_figure(t, MEASURE_RECOVERY_FAULTS, 1);
	assert_figure(t, MEASURE_RECOVERY_OPEN, 0);
	assert_figure(t, MEASURE_RECOVERY_P50, 0.04);
	assert_figure(t, MEASURE_RECOVERY_MAX, 0.04);
	assert_figure(t, MEASURE_OUTAGE_MEMBERS, 2);
	assert_figure(t, MEASURE_OUTAGE_P50, 0.04);
	assert_figure(t, MEASURE_FALSE_DETACHMENTS, 0);
	measure_figures(&t->measure, &t->figures); /* The same again. */
	assert_figure(t, MEASURE_RECOVERY_FAULTS, 1);
	assert_int_equal(t->measure.recovery_us.count, 1);
	close_world(t);
}

static bool lose_requests_of_3(void *owner, uint32_t from, uint32_t to, const char *bytes,
			       size_t size)
{
	(void)owner;
	(void)to;
	return from == 3 && size >= 4 && memcmp(bytes, "RJOI", 4) == 0;
}

/* It refreshes 120 s after its join, three times, and has searched again 3 s later. */
static void who_gives_up_a_live_parent_is_detached_without_a_fault(void **state)
{
	struct measured *t = open_world(4);
	(void)state;
	measure_fault(&t->measure);
	t->world.lose = lose_requests_of_3;
	world_run(&t->world, 122 * US_PER_S);
	measure_figures(&t->measure, &t->figures);
	assert_figure(t, MEASURE_FALSE_DETACHMENTS, 1);
	assert_figure(t, MEASURE_OUTAGE_MEMBERS, 2);
	assert_figure(t, MEASURE_RECOVERY_FAULTS, 0);
	assert_none(t, MEASURE_RECOVERY_OPEN);
	assert_none(t, MEASURE_RECOVERY_MAX);
	close_world(t);
}

/* The rendezvous point forgets the root; 5 becomes one, too. The old one learns of it when it
 * refreshes, and joins with its tree. */
static void a_rendezvous_point_that_forgets_makes_a_second_root(void **state)
{
	struct measured *t = open_world(4);
	(void)state;
	measure_fault(&t->measure);
	world_restart(&t->world, 0);
	int64_t fault_us = t->world.now.us;
	add(t, 1);
	measure_figures(&t->measure, &t->figures);
	assert_figure(t, MEASURE_KNOWN_TWO_ROOTS, 1);
	assert_int_equal(t->measure.served.root, 5);
	assert_figure(t, MEASURE_RECOVERY_OPEN, 1);
	assert_figure(t, MEASURE_OUTAGE_MEMBERS, 4);
	world_run(&t->world, 200 * US_PER_S);
	measure_figures(&t->measure, &t->figures);
	assert_figure(t, MEASURE_RECOVERY_FAULTS, 1);
	assert_figure(t, MEASURE_RECOVERY_OPEN, 0);
	/* Registered at 20 ms, it heard of that at 40 ms, refreshes 120 s later; 6 messages. */
	assert_figure(t, MEASURE_RECOVERY_MAX,
		      (40000 + 120e6 + 6 * 10000 - (double)fault_us) / 1e6);
	assert_figure(t, MEASURE_KNOWN_TWO_ROOTS, 1);
	close_world(t);
}

static void a_partition_cuts_off_its_other_side(void **state)
{
	static const uint8_t sides[] = {0, 1, 1, 2, 2};
	struct measured *t = open_world(4);
	(void)state;
	measure_fault(&t->measure);
	unsigned cut = network_cut(&t->world.network, sides, COUNT(sides), false);
	measure_look(&t->measure);
	world_run(&t->world, 400 * US_PER_S); /* 3 gives up, 2 drops it. */
	measure_figures(&t->measure, &t->figures);
	assert_figure(t, MEASURE_FALSE_DETACHMENTS, 0);
	assert_figure(t, MEASURE_OUTAGE_MEMBERS, 2);
	assert_figure(t, MEASURE_RECOVERY_OPEN, 1);
	network_heal(&t->world.network, cut);
	measure_look(&t->measure);
	world_run(&t->world, 60 * US_PER_S);
	measure_figures(&t->measure, &t->figures);
	assert_figure(t, MEASURE_RECOVERY_OPEN, 0);
	assert_true(t->figures.of[MEASURE_RECOVERY_MAX] > 400);
	close_world(t);
}

static void a_world_without_nodes_has_no_figures(void **state)
{
	struct measured *t = open_world(0);
	(void)state;
	measure_figures(&t->measure, &t->figures);
	assert_figure(t, MEASURE_NODES_RUNNING, 0);
	assert_none(t, MEASURE_DEPTH_MEAN);
	assert_none(t, MEASURE_TREE_COST);
	assert_none(t, MEASURE_STRETCH_MEAN);
	assert_none(t, MEASURE_CONTROL_MEAN);
	assert_figure(t, MEASURE_JOINS, 0);
	close_world(t);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_tree_is_measured),
		cmocka_unit_test(a_join_takes_the_messages_that_the_protocol_says),
		cmocka_unit_test(a_message_comes_to_everybody_one_hop_after_the_other),
		cmocka_unit_test(what_does_not_arrive_is_missing_in_the_ratio),
		cmocka_unit_test(a_crash_that_is_noticed_at_once_is_over_after_four_messages),
		cmocka_unit_test(who_gives_up_a_live_parent_is_detached_without_a_fault),
		cmocka_unit_test(a_rendezvous_point_that_forgets_makes_a_second_root),
		cmocka_unit_test(a_partition_cuts_off_its_other_side),
		cmocka_unit_test(a_world_without_nodes_has_no_figures),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
