/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
#include "sim/workload.h"

#include "sim/exponential.h"
#include "unit.h"

#define DRAWS 200000

static void assert_near(double value, double expected, double tolerance)
{
	if (value < expected - tolerance || value > expected + tolerance)
		fail_msg("%g is not within %g of %g", value, tolerance, expected);
}

/* Of DRAWS gaps: their mean within 1 % (four standard deviations are 0.9 %), as many above it as
 * e^-1 of them, and above twice and three times it as e^-2 and e^-3. */
static void check_gaps(double rate_per_s)
{
	struct workload_config config = {.publish_per_s = rate_per_s};
	struct workload w;
	workload_init(&w, &config, 3);
	static const double expected[4] = {1, 0.367879, 0.135335, 0.049787};
	double mean_us = 1e6 / rate_per_s;
	unsigned above[4] = {0};
	struct time last = {0};
	for (int i = 0; i < DRAWS; i++) {
		struct time at = workload_next_at(&w);
		assert_false(time_is_never(at));
		assert_int_equal(workload_take(&w).at.us, at.us);
		for (int k = 1; k <= 3; k++)
			above[k] += (double)(at.us - last.us) > k * mean_us;
		last = at;
	}
	assert_near((double)last.us / DRAWS / mean_us, 1, 0.01);
	for (int k = 1; k <= 3 && mean_us > 1000; k++)
		assert_near((double)above[k] / DRAWS, expected[k], 0.005);
}

static void gaps_are_exponential_at_any_rate(void **state)
{
	(void)state;
	check_gaps(1e6);
	check_gaps(300000); /* 3.33 us: rounded ones would be a tenth shorter. */
	check_gaps(2);
	check_gaps(1.0 / 3600);
	check_gaps(1.0 / 86400);
}

static void who_leaves_says_so_as_often_as_wanted(void **state)
{
	const double shares[] = {0, 0.5, 1};
	(void)state;
	for (int i = 0; i < 3; i++) {
		struct workload_config config = {.churn_per_s = 1, .polite_share = shares[i]};
		struct workload w, never;
		unsigned leave = 0, crash = 0;
		workload_init(&w, &config, 1);
		config.polite_share = 0;
		workload_init(&never, &config, 1);
		for (int k = 0; k < 4000; k++) {
			struct happening h = workload_take(&w), other = workload_take(&never);
			leave += h.verb == HAPPENING_LEAVE;
			crash += h.verb == HAPPENING_CRASH;
			assert_int_equal(h.at.us, other.at.us); /* It shifts nothing else. */
			assert_true(h.verb == other.verb || h.verb == HAPPENING_LEAVE);
		}
		assert_near((double)leave / (leave + crash), shares[i], i == 1 ? 0.05 : 0);
	}
}

static void once_a_year_is_possible(void **state)
{
	struct workload_config config = {.crash_per_s = 1.0 / 86400 / 365};
	const double year_us = 365 * 86400e6;
	double sum_us = 0;
	(void)state;
	for (unsigned seed = 0; seed < 20000; seed++) {
		struct workload w;
		workload_init(&w, &config, seed);
		sum_us += (double)workload_next_at(&w).us;
	}
	assert_near(sum_us / 20000 / year_us, 1, 0.03);
}

/* A rate that no number of microseconds can keep: the time itself runs out. */
static void what_would_come_after_the_end_of_time_never_comes(void **state)
{
	struct workload_config config = {.crash_per_s = 1e-300, .publish_per_s = 1e-12};
	struct workload w;
	(void)state;
	workload_init(&w, &config, 1);
	for (int i = 0; i < 100 && !time_is_never(workload_next_at(&w)); i++)
		assert_int_equal(workload_take(&w).verb, HAPPENING_PUBLISH);
	assert_true(time_is_never(workload_next_at(&w)));
}

static void without_a_rate_nothing_ever_happens(void **state)
{
	struct workload_config config = {.outage_us = 5};
	struct workload w;
	(void)state;
	workload_init(&w, &config, 1);
	assert_true(time_is_never(workload_next_at(&w)));
}

/* On every machine and compiler. The times were computed by another implementation, with exact
 * fractions. */
static void the_same_seed_gives_the_same_times(void **state)
{
	static const int64_t expected[] = {357593,  586530,  691556,  1295391,
					   1336256, 1408721, 1489077, 1631553};
	struct workload_config config = {.churn_per_s = 2};
	struct workload w;
	(void)state;
	workload_init(&w, &config, 7);
	for (size_t i = 0; i < COUNT(expected); i++)
		assert_int_equal(workload_take(&w).at.us, expected[i]);
}

/* When something happens, and to whom, is the same whatever else happens. */
static void switching_one_on_does_not_shift_another(void **state)
{
	struct workload_config config = {.publish_per_s = 1, .publishers = 100},
			       busy = {
				       .churn_per_s = 3,
				       .replace_per_s = 2,
				       .publish_per_s = 1,
				       .publishers = 100,
				       .crash_per_s = 1,
				       .silent_per_s = 1,
				       .rdv_down_per_s = 1,
				       .partition_per_s = 1,
				       .one_way_per_s = 1,
				       .hostile_per_s = 5,
			       };
	struct workload alone, among;
	(void)state;
	workload_init(&alone, &config, 9);
	workload_init(&among, &busy, 9);
	for (int i = 0; i < 1000; i++) {
		struct happening expected = workload_take(&alone), found;
		do
			found = workload_take(&among);
		while (found.verb != HAPPENING_PUBLISH);
		assert_int_equal(found.at.us, expected.at.us);
		assert_int_equal(found.who.first[0], expected.who.first[0]);
	}
}

static void time_goes_forward_and_all_take_place_as_often_as_asked_for(void **state)
{
	struct workload_config config = {.churn_per_s = 2, .crash_per_s = 1, .hostile_per_s = 4};
	struct workload w;
	unsigned joins = 0, crashes = 0, forged = 0, at_rdv = 0;
	struct time last = {0};
	(void)state;
	workload_init(&w, &config, 11);
	while (workload_next_at(&w).us < 10000 * US_PER_S) {
		struct happening h = workload_take(&w);
		assert_true(h.at.us >= last.us);
		last = h.at;
		joins += h.verb == HAPPENING_JOIN;
		crashes += h.verb == HAPPENING_CRASH;
		forged += h.verb == HAPPENING_FORGE;
		at_rdv += h.verb == HAPPENING_FORGE && h.who.kind == WHO_RDV;
	}
	assert_in_range(joins, 19400, 20600);
	assert_in_range(crashes, 29200, 30800);
	assert_in_range(forged, 39000, 41000);
	assert_in_range(at_rdv, 3700, 4300);
}

/* Takes the first of a workload in which only that goes on. */
static struct happening first_of(struct workload_config config)
{
	struct workload w;
	config.outage_us = 60 * US_PER_S;
	config.partition_share = 0.3;
	config.publish_size = 500;
	workload_init(&w, &config, 5);
	return workload_take(&w);
}

static void assert_any(struct happening h, enum happening_verb verb, int64_t for_us)
{
	assert_int_equal(h.verb, verb);
	assert_int_equal(h.who.kind, WHO_ANY);
	assert_int_equal(h.who.count, 1);
	assert_int_equal(h.for_us, for_us);
}

static void each_says_what_happens_to_whom_for_how_long(void **state)
{
	const int64_t outage_us = 60 * US_PER_S;
	(void)state;
	assert_any(first_of((struct workload_config){.replace_per_s = 1}), HAPPENING_REPLACE, 0);
	assert_any(first_of((struct workload_config){.crash_per_s = 1}), HAPPENING_CRASH,
		   outage_us);
	assert_any(first_of((struct workload_config){.silent_per_s = 1}), HAPPENING_SILENT,
		   outage_us);
	struct happening h = first_of((struct workload_config){.publish_per_s = 1});
	assert_any(h, HAPPENING_PUBLISH, 0);
	assert_int_equal(h.size, 500);
	h = first_of((struct workload_config){.rdv_down_per_s = 1});
	assert_true(h.verb == HAPPENING_CRASH && h.who.kind == WHO_RDV && h.for_us == outage_us);
	h = first_of((struct workload_config){.partition_per_s = 1});
	assert_true(h.verb == HAPPENING_PARTITION && h.for_us == outage_us);
	assert_true(h.who.kind == WHO_SHARE && h.who.share == 0.3 && h.others.kind == WHO_OTHERS);
}

/* A node of a churning group is gone for good. */
static void who_leaves_does_not_come_back(void **state)
{
	struct workload_config config = {.churn_per_s = 1, .outage_us = 5};
	struct workload w;
	(void)state;
	workload_init(&w, &config, 5);
	for (int i = 0; i < 100; i++) {
		struct happening h = workload_take(&w);
		if (h.verb == HAPPENING_CRASH)
			assert_any(h, HAPPENING_CRASH, 0);
		else
			assert_true(h.verb == HAPPENING_JOIN && h.count == 1);
	}
}

static void one_way_partitions_go_either_way(void **state)
{
	struct workload_config config = {.one_way_per_s = 1, .partition_share = 0.5};
	struct workload w;
	unsigned reversed = 0;
	(void)state;
	workload_init(&w, &config, 5);
	for (int i = 0; i < 1000; i++) {
		struct happening h = workload_take(&w);
		assert_int_equal(h.verb, HAPPENING_ONE_WAY);
		assert_int_not_equal(h.who.kind, h.others.kind);
		reversed += h.who.kind == WHO_OTHERS;
	}
	assert_in_range(reversed, 430, 570);
}

static void publishers_are_drawn_from_the_first_nodes(void **state)
{
	struct workload_config config = {.publish_per_s = 1, .publishers = 3};
	struct workload w;
	unsigned of[4] = {0};
	(void)state;
	workload_init(&w, &config, 5);
	for (int i = 0; i < 3000; i++) {
		struct happening h = workload_take(&w);
		assert_true(h.who.kind == WHO_RANGES && h.who.range_count == 1);
		assert_in_range(h.who.first[0], 1, 3);
		assert_int_equal(h.who.first[0], h.who.last[0]);
		of[h.who.first[0]]++;
	}
	for (int i = 1; i <= 3; i++)
		assert_in_range(of[i], 870, 1130);
}

static void exponential_draws_need_few_random_numbers(void **state)
{
	struct random r, copy;
	(void)state;
	random_init(&r, 1);
	copy = r;
	for (int i = 0; i < 10000; i++)
		(void)exponential_draw(&r);
	unsigned used = 0;
	for (; copy.state[0] != r.state[0] || copy.state[1] != r.state[1]; used++)
		(void)random_next(&copy);
	assert_in_range(used, 42000, 44000);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(gaps_are_exponential_at_any_rate),
		cmocka_unit_test(who_leaves_says_so_as_often_as_wanted),
		cmocka_unit_test(once_a_year_is_possible),
		cmocka_unit_test(what_would_come_after_the_end_of_time_never_comes),
		cmocka_unit_test(without_a_rate_nothing_ever_happens),
		cmocka_unit_test(the_same_seed_gives_the_same_times),
		cmocka_unit_test(switching_one_on_does_not_shift_another),
		cmocka_unit_test(time_goes_forward_and_all_take_place_as_often_as_asked_for),
		cmocka_unit_test(each_says_what_happens_to_whom_for_how_long),
		cmocka_unit_test(who_leaves_does_not_come_back),
		cmocka_unit_test(one_way_partitions_go_either_way),
		cmocka_unit_test(publishers_are_drawn_from_the_first_nodes),
		cmocka_unit_test(exponential_draws_need_few_random_numbers),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
