/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
#include "base/bucket.h"
#include "unit.h"

/* Takes one token at the first moment there is one, not before `now`; gives that moment. */
static struct time take_next(struct bucket *b, struct time now)
{
	struct time ready = bucket_ready_at(b, now);
	if (!time_is_due(ready, now)) {
		struct time before = time_after(ready, -1);
		assert_false(time_is_due(bucket_ready_at(b, before), before));
		now = ready;
	}
	assert_true(time_is_due(bucket_ready_at(b, now), now));
	bucket_take(b, now);
	return now;
}

/* Takes as many as there are at `now`. */
static unsigned take_all(struct bucket *b, struct time now)
{
	unsigned count = 0;
	while (count < 2000000 && time_is_due(bucket_ready_at(b, now), now)) {
		bucket_take(b, now);
		count++;
	}
	return count;
}

static void fifty_go_at_once_and_then_exactly_twenty_a_second(void **state)
{
	struct bucket b;
	struct time now = {7 * US_PER_S};
	(void)state;
	bucket_init(&b, 20, 50);
	for (int i = 0; i < 50; i++)
		assert_int_equal(take_next(&b, now).us, 7 * US_PER_S);
	for (int i = 1; i <= 20 * 3600; i++) {
		now = take_next(&b, now);
		assert_int_equal(now.us, 7 * US_PER_S + i * 50 * US_PER_MS);
	}
}

static void idle_time_fills_the_bucket_up_to_the_burst_and_no_further(void **state)
{
	struct bucket b;
	(void)state;
	bucket_init(&b, 20, 50);
	assert_int_equal(take_all(&b, (struct time){0}), 50);
	assert_int_equal(take_all(&b, (struct time){49999}), 0);
	assert_int_equal(take_all(&b, (struct time){50000}), 1);
	assert_int_equal(take_all(&b, (struct time){US_PER_S}), 19);
	assert_int_equal(take_all(&b, (struct time){3600 * US_PER_S}), 50);
	assert_int_equal(take_all(&b, (struct time){3602 * US_PER_S}), 40);
}

static void rate_zero_never_waits(void **state)
{
	struct bucket b;
	(void)state;
	bucket_init(&b, 0, 1);
	for (int i = 0; i < 100000; i++) {
		assert_true(time_is_due(bucket_ready_at(&b, (struct time){5}), (struct time){5}));
		bucket_take(&b, (struct time){5});
	}
}

static void less_than_one_a_second_is_possible(void **state)
{
	struct bucket b;
	(void)state;
	bucket_init(&b, 0.1, 1);
	assert_int_equal(take_next(&b, (struct time){0}).us, 0);
	assert_int_equal(take_next(&b, (struct time){1}).us, 10 * US_PER_S);
	assert_int_equal(take_next(&b, (struct time){10 * US_PER_S}).us, 20 * US_PER_S);
}

static void bucket_works_from_the_clocks_first_moment_and_before(void **state)
{
	struct bucket b;
	(void)state;
	bucket_init(&b, 10, 2);
	assert_int_equal(take_all(&b, (struct time){-5 * US_PER_S}), 2);
	assert_int_equal(take_all(&b, (struct time){0}), 2);
	assert_int_equal(take_next(&b, (struct time){0}).us, 100 * US_PER_MS);
}

static void asking_changes_nothing(void **state)
{
	struct bucket b;
	(void)state;
	bucket_init(&b, 20, 1);
	bucket_take(&b, (struct time){0});
	for (int64_t us = 0; us < 50000; us++) {
		struct time ready = bucket_ready_at(&b, (struct time){us});
		assert_int_equal(ready.us, 50000);
	}
}

/* Over ten seconds with all taken as soon as it is there; the burst apart, a thousandth off at
 * most. */
static void the_rate_is_kept(void **state)
{
	static const double rates[] = {1, 3, 7, 20, 30, 333, 10000, 300000, 600000, 1000000};
	const unsigned burst = 50;
	(void)state;
	for (size_t i = 0; i < COUNT(rates); i++) {
		struct bucket b;
		struct time now = {0};
		unsigned count = 0;
		bucket_init(&b, rates[i], burst);
		assert_int_equal(take_all(&b, now), burst);
		while (now = bucket_ready_at(&b, now), now.us <= 10 * US_PER_S) {
			bucket_take(&b, now);
			count++;
		}
		if (count > rates[i] * 10 * 1.001)
			fail_msg("%.0f a second: %u in ten seconds", rates[i], count);
		if (count < rates[i] * 10 * 0.999 - 1)
			fail_msg("%.0f a second: only %u in ten seconds", rates[i], count);
	}
}

static void a_tiny_rate_does_not_cost_the_burst(void **state)
{
	static const double rates[] = {1e-3, 1e-7, 1e-12, 1e-15, 1e-300};
	(void)state;
	for (size_t i = 0; i < COUNT(rates); i++) {
		struct bucket b;
		bucket_init(&b, rates[i], 1000000);
		unsigned count = take_all(&b, (struct time){US_PER_S});
		if (count != 1000000)
			fail_msg("rate %g: %u at once", rates[i], count);
		/* Nor is there another one soon. */
		struct time soon = {2 * US_PER_S};
		assert_false(time_is_due(bucket_ready_at(&b, soon), soon));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(fifty_go_at_once_and_then_exactly_twenty_a_second),
		cmocka_unit_test(idle_time_fills_the_bucket_up_to_the_burst_and_no_further),
		cmocka_unit_test(rate_zero_never_waits),
		cmocka_unit_test(less_than_one_a_second_is_possible),
		cmocka_unit_test(bucket_works_from_the_clocks_first_moment_and_before),
		cmocka_unit_test(asking_changes_nothing),
		cmocka_unit_test(the_rate_is_kept),
		cmocka_unit_test(a_tiny_rate_does_not_cost_the_burst),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
