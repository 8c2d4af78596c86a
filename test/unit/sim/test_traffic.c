/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
#include "sim/traffic.h"
#include "unit.h"

#include <math.h>

static struct world w;
static struct traffic t;
static struct histogram join_us;

static int setup(void **state)
{
	(void)state;
	struct world_config config = {
		.member = MEMBER_CONFIG_DEFAULT,
		.children_max = 3,
		.rdv_guard_us = US_PER_S,
	};
	world_init(&w, &config);
	for (int i = 0; i < 2; i++)
		(void)world_add(&w, -1);
	histogram_init(&join_us);
	traffic_init(&t, &w, &join_us);
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	traffic_done(&t);
	world_done(&w);
	return 0;
}

static void assert_near(double value, double wanted)
{
	assert_true(value > wanted - 1e-9 && value < wanted + 1e-9);
}

static void count(uint32_t from, uint32_t to)
{
	traffic_count(&t, from, to, "RJOI\n", 5);
}

/* 5 bytes and 28 of headers, for who sends and who gets it. */
static void bytes_are_those_of_both_ends(void **state)
{
	(void)state;
	count(1, 0);
	count(1, 2);
	count(2, 3); /* No host. */
	traffic_count(&t, 1, 2, "DATA\nxyz", 8);
	traffic_count(&t, 1, 2, "MDAT\nxyz", 8);
	w.now.us = 100 * US_PER_S;
	struct traffic_sum sum = traffic_sum(&t, 1);
	assert_near(sum.mean, 4 * 33 / 200.0);
	assert_near(sum.max, 2 * 33 / 100.0);
	assert_near(sum.root_share, 0.5);
	assert_near(sum.rdv, 33 / 100.0);
	assert_true(isnan(traffic_sum(&t, 0).root_share));
}

static void only_the_time_counts_in_which_a_node_ran(void **state)
{
	(void)state;
	count(1, 2);
	traffic_begin(&t);
	count(2, 0);
	w.now.us = 100 * US_PER_S;
	world_stop(&w, 2, WORLD_SILENT);
	traffic_on_stopped(&t, 2);
	w.now.us = 400 * US_PER_S;
	struct traffic_sum sum = traffic_sum(&t, 1);
	assert_near(sum.mean, 33 / 500.0);
	assert_near(sum.max, 33 / 100.0);
	assert_near(sum.root_share, 0);
}

static void who_ran_for_a_moment_counts_as_if_for_a_minute(void **state)
{
	(void)state;
	w.now.us = 100 * US_PER_S;
	traffic_add_host(&t);
	traffic_on_started(&t, 3);
	count(3, 0);
	w.now.us += 1;
	traffic_on_stopped(&t, 3);
	assert_near(traffic_sum(&t, 0).max, 33 / 60.0);
}

static void without_any_time_there_is_no_rate(void **state)
{
	(void)state;
	count(1, 2);
	struct traffic_sum sum = traffic_sum(&t, 1);
	assert_true(isnan(sum.mean) && isnan(sum.max) && isnan(sum.rdv));
}

static void a_join_takes_what_is_sent_and_got_until_the_place_is_there(void **state)
{
	(void)state;
	traffic_on_placed(&t, 1); /* Ran before: not counted. */
	traffic_add_host(&t);
	traffic_on_started(&t, 3);
	count(3, 0);
	count(0, 3);
	count(3, 1);
	count(1, 2);
	w.now.us += 1500;
	traffic_on_placed(&t, 3);
	count(3, 1);
	traffic_on_placed(&t, 3); /* Another parent, later. */
	assert_int_equal(join_us.count, 1);
	assert_int_equal(join_us.max, 1500);
	assert_int_equal(t.join_messages.count, 1);
	assert_int_equal(t.join_messages.max, 3);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(bytes_are_those_of_both_ends),
		TEST(only_the_time_counts_in_which_a_node_ran),
		TEST(who_ran_for_a_moment_counts_as_if_for_a_minute),
		TEST(without_any_time_there_is_no_rate),
		TEST(a_join_takes_what_is_sent_and_got_until_the_place_is_there),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
