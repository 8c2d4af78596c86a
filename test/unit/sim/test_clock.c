/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
#include "base/random.h"
#include "sim/clock.h"
#include "unit.h"

#define TEN_YEARS_US (INT64_C(10) * 366 * 86400 * US_PER_S)

static const int32_t drifts_ppm[] = {0,    1,     -1,    7,      -7,     100,           -100,
				     9999, -9999, 99999, -99999, 100000, -CLOCK_PPM_MAX};

static const int64_t spans_us[] = {
	1, 2, 10, 999999, US_PER_S, 1000001, 60 * US_PER_S, 86400 * US_PER_S, TEN_YEARS_US};

static struct time at(int64_t us)
{
	return (struct time){us};
}

/* Calls `look` for clocks of all drifts, and moments near and far after they began to drift. */
static void for_many(void (*look)(const struct clock *c, int64_t us))
{
	struct random random;
	random_init(&random, 1);
	for (size_t d = 0; d < COUNT(drifts_ppm); d++)
		for (size_t s = 0; s < COUNT(spans_us); s++)
			for (int i = 0; i < 200; i++) {
				const struct clock c = {
					.since = at((int64_t)random_below(&random, 1000000000)),
					.local_since = at((int64_t)random_below(&random, 1000000)),
					.ppm = drifts_ppm[d],
				};
				uint64_t bound = (uint64_t)spans_us[s] + 1;
				look(&c, (int64_t)random_below(&random, bound));
			}
}

static void look_from_true(const struct clock *c, int64_t us)
{
	struct time now = time_after(c->since, us);
	struct time back = clock_true(c, clock_local(c, now));
	assert_true(back.us <= now.us);
	assert_true(now.us - back.us <= 1);
}

static void what_it_shows_leads_back_to_the_microsecond(void **state)
{
	(void)state;
	for_many(look_from_true);
}

static void look_from_local(const struct clock *c, int64_t us)
{
	struct time local = time_after(c->local_since, us), t = clock_true(c, local);
	int64_t shown_us = clock_local(c, t).us;
	assert_true(shown_us >= local.us);
	assert_true(shown_us - local.us <= 1);
	if (t.us > c->since.us)
		assert_true(clock_local(c, time_after(t, -1)).us < local.us);
}

static void it_wakes_nobody_too_early_nor_later_than_needed(void **state)
{
	(void)state;
	for_many(look_from_local);
}

static void look_at_gain(const struct clock *c, int64_t us)
{
	int64_t local_us = clock_local(c, time_after(c->since, us)).us - c->local_since.us;
	long double right = (long double)us * (1 + (long double)c->ppm / 1000000);
	assert_true((long double)local_us - right < 1.01L);
	assert_true(right - (long double)local_us < 1.01L);
}

static void it_gains_as_many_millionths_as_it_drifts(void **state)
{
	(void)state;
	for_many(look_at_gain);
}

static void it_only_grows(void **state)
{
	(void)state;
	for (size_t d = 0; d < COUNT(drifts_ppm); d++) {
		const struct clock c = {.since = at(5), .local_since = at(7), .ppm = drifts_ppm[d]};
		const int64_t begins_us[] = {0, US_PER_S - 1000, 3600 * US_PER_S - 1000,
					     TEN_YEARS_US - 1000};
		for (size_t b = 0; b < COUNT(begins_us); b++)
			for (int64_t us = begins_us[b]; us < begins_us[b] + 2000; us++) {
				int64_t gap = clock_local(&c, at(5 + us + 1)).us -
					      clock_local(&c, at(5 + us)).us;
				assert_true(gap >= 0 && gap <= 2);
			}
	}
}

static void a_changed_drift_makes_no_leap(void **state)
{
	struct clock c = {0};
	struct time now = {0};
	struct random random;
	(void)state;
	random_init(&random, 2);
	for (int i = 0; i < 20000; i++) {
		now = time_after(now, (int64_t)random_below(&random, 100 * US_PER_S));
		struct time before = clock_local(&c, now);
		clock_set_drift(&c, now, drifts_ppm[random_below(&random, COUNT(drifts_ppm))]);
		assert_int_equal(clock_local(&c, now).us, before.us);
		assert_int_equal(clock_true(&c, before).us, now.us);
	}
}

static void what_it_has_shown_already_is_now_and_never_stays_never(void **state)
{
	struct clock c = {.since = at(1000), .local_since = at(2000), .ppm = -50};
	(void)state;
	assert_int_equal(clock_true(&c, at(2000)).us, 1000);
	assert_int_equal(clock_true(&c, at(10)).us, 1000);
	assert_true(time_is_never(clock_true(&c, TIME_NEVER)));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_it_shows_leads_back_to_the_microsecond),
		cmocka_unit_test(it_wakes_nobody_too_early_nor_later_than_needed),
		cmocka_unit_test(it_gains_as_many_millionths_as_it_drifts),
		cmocka_unit_test(it_only_grows),
		cmocka_unit_test(a_changed_drift_makes_no_leap),
		cmocka_unit_test(what_it_has_shown_already_is_now_and_never_stays_never),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
