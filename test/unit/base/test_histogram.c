/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
#include "base/histogram.h"
#include "unit.h"

static void a_bucket_holds_its_own_values_and_the_next_one_begins_after_it(void **state)
{
	(void)state;
	assert_int_equal(histogram_bucket(0), 0);
	for (unsigned i = 0; i < HISTOGRAM_BUCKETS - 1; i++) {
		uint64_t highest = histogram_bucket_max(i);
		assert_int_equal(histogram_bucket(highest), i);
		assert_int_equal(histogram_bucket(highest + 1), i + 1);
	}
	assert_true(histogram_bucket_max(HISTOGRAM_BUCKETS - 1) == UINT64_MAX);
	assert_int_equal(histogram_bucket(UINT64_MAX), HISTOGRAM_BUCKETS - 1);
}

static void a_bucket_is_no_wider_than_one_percent_of_its_values(void **state)
{
	(void)state;
	for (unsigned i = 1; i < HISTOGRAM_BUCKETS; i++) {
		uint64_t lowest = histogram_bucket_max(i - 1) + 1;
		assert_true(histogram_bucket_max(i) - lowest <= lowest / 100);
	}
}

static void percentiles_of_a_ramp_are_right_within_one_percent(void **state)
{
	static const double percents[] = {1, 50, 90, 99, 99.9};
	static struct histogram h;
	(void)state;
	histogram_init(&h);
	for (uint64_t value = 1; value <= 100000; value++)
		histogram_add(&h, value);
	for (size_t i = 0; i < COUNT(percents); i++) {
		double exact = percents[i] * 1000;
		double got = (double)histogram_percentile(&h, percents[i]);
		assert_true(got >= exact && got <= exact * 1.01);
	}
	assert_int_equal(h.min, 1);
	assert_int_equal(histogram_percentile(&h, 100), 100000);
	assert_int_equal(histogram_percentile(&h, 0), 1);
}

static void one_slow_one_in_a_thousand_shows_beyond_the_last_percentile_alone(void **state)
{
	static struct histogram h;
	(void)state;
	histogram_init(&h);
	for (int i = 0; i < 999; i++)
		histogram_add(&h, 100);
	histogram_add(&h, 1000000);
	assert_int_equal(histogram_percentile(&h, 99.9), 100);
	assert_int_equal(histogram_percentile(&h, 99.95), 1000000);
	assert_int_equal(h.max, 1000000);
}

static void nothing_seen_is_nothing(void **state)
{
	static struct histogram h;
	(void)state;
	histogram_init(&h);
	assert_int_equal(histogram_percentile(&h, 50), 0);
	assert_int_equal(h.count, 0);
}

static void merged_is_as_if_seen_by_one(void **state)
{
	static struct histogram one, other, all, merged;
	(void)state;
	histogram_init(&one);
	histogram_init(&other);
	histogram_init(&all);
	histogram_init(&merged);
	for (uint64_t value = 1; value < UINT64_C(1) << 40; value = value * 3 / 2 + 1) {
		histogram_add(value % 2 ? &one : &other, value);
		histogram_add(&all, value);
	}
	histogram_merge(&merged, &one);
	histogram_merge(&merged, &other);
	assert_memory_equal(merged.buckets, all.buckets, sizeof(all.buckets));
	assert_int_equal(merged.count, all.count);
	assert_int_equal(merged.min, all.min);
	assert_int_equal(merged.max, all.max);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_bucket_holds_its_own_values_and_the_next_one_begins_after_it),
		cmocka_unit_test(a_bucket_is_no_wider_than_one_percent_of_its_values),
		cmocka_unit_test(percentiles_of_a_ramp_are_right_within_one_percent),
		cmocka_unit_test(one_slow_one_in_a_thousand_shows_beyond_the_last_percentile_alone),
		cmocka_unit_test(nothing_seen_is_nothing),
		cmocka_unit_test(merged_is_as_if_seen_by_one),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
