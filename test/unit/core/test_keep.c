/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
#include "core/keep.h"
#include "core/window.h"
#include "unit.h"

static struct keep keep;

static void put(unsigned count, int64_t until_us)
{
	for (unsigned i = 0; i < count; i++)
		(void)keep_put(&keep, (struct time){until_us});
}

/* [D1] */
static void numbers_begin_with_one_and_are_not_used_twice(void **state)
{
	(void)state;
	keep_init(&keep);
	assert_int_equal(keep_put(&keep, TIME_NEVER), 1);
	keep_forget(&keep, 1);
	keep_skip(&keep, 5);
	assert_int_equal(keep_put(&keep, TIME_NEVER), 7);
	assert_int_equal(keep.count, 1);
}

/* [D6] */
static void an_acknowledgement_frees_what_is_oldest(void **state)
{
	(void)state;
	keep_init(&keep);
	put(10, 100);
	assert_int_equal(keep_acknowledge(&keep, 3, 0, 0), 0);
	assert_true(keep_is_acknowledged(&keep, 3));
	assert_int_equal(keep_acknowledge(&keep, 2, 1, 0), 3);
	assert_int_equal(keep.first, 4);
	/* 9 and 8; not 7; 6 and 4. */
	assert_int_equal(keep_acknowledge(&keep, 9, 1, 0x5), 1);
	assert_int_equal(keep.first, 5);
	assert_false(keep_is_acknowledged(&keep, 7));
	assert_int_equal(keep_acknowledge(&keep, 7, 2, 0), 5);
	assert_int_equal(keep.first, 10);
}

static void an_acknowledgement_of_anything_does_no_harm(void **state)
{
	(void)state;
	keep_init(&keep);
	put(3, 100);
	keep_forget(&keep, 1);
	put(1, 100);
	assert_int_equal(keep_acknowledge(&keep, 0, UINT32_MAX, UINT64_MAX), 0);
	assert_int_equal(keep_acknowledge(&keep, 1, UINT32_MAX, UINT64_MAX), 0);
	assert_int_equal(keep_acknowledge(&keep, 1000, 10, UINT64_MAX), 0);
	assert_int_equal(keep_acknowledge(&keep, UINT64_MAX, UINT32_MAX, UINT64_MAX), 0);
	assert_int_equal(keep.count, 3);
	assert_int_equal(keep_acknowledge(&keep, 10, 10, 0), 3);
}

/* [D7] The whole of what is kept can be acknowledged, however many gaps there are. */
static void what_the_root_tells_of_its_window_is_understood(void **state)
{
	struct window w;
	(void)state;
	keep_init(&keep);
	put(KEEP_MAX, 100);
	window_init(&w, 0);
	for (uint64_t n = 1; n <= KEEP_MAX; n++)
		if (n % 3 != 0)
			window_take(&w, n);
	for (uint64_t n = KEEP_MAX; n >= 1; n--) {
		if (n % 3 == 0)
			continue;
		uint32_t run = window_run_below(&w, n);
		uint64_t below = n - run;
		uint64_t bits = below > 1 ? window_bits_below(&w, below - 1) : 0;
		(void)keep_acknowledge(&keep, n, run, bits);
	}
	assert_int_equal(keep.first, 3);
	for (uint64_t n = 3; n <= KEEP_MAX; n++)
		assert_int_equal(keep_is_acknowledged(&keep, n), n % 3 != 0);
}

/* [D7] */
static void only_what_is_old_and_not_acknowledged_is_due(void **state)
{
	(void)state;
	keep_init(&keep);
	put(4, 100);
	put(4, 200);
	(void)keep_acknowledge(&keep, 3, 0, 1); /* And 1. */
	assert_int_equal(keep.first, 2);
	assert_int_equal(keep_count_due(&keep, 0, 64, (struct time){99}), 0);
	assert_int_equal(keep_count_due(&keep, 0, 64, (struct time){100}), 3);
	(void)keep_acknowledge(&keep, 6, 0, 0);
	assert_int_equal(keep_count_due(&keep, 0, 64, (struct time){200}), 7);
	assert_int_equal(keep_count_due(&keep, 0, 2, (struct time){200}), 3); /* 2, 4 */
	assert_int_equal(keep_count_due(&keep, 3, 1, (struct time){200}), 1); /* 5 */
	assert_int_equal(keep_count_due(&keep, 7, 64, (struct time){200}), 0);
}

static void what_is_kept_for_too_long_is_given_up(void **state)
{
	(void)state;
	keep_init(&keep);
	put(2, 100);
	put(1, 200);
	assert_int_equal(keep_expire(&keep, (struct time){99}), 0);
	assert_int_equal(keep_expire(&keep, (struct time){100}), 2);
	assert_int_equal(keep_deadline(&keep).us, 200);
	assert_int_equal(keep_expire(&keep, (struct time){200}), 1);
	assert_true(time_is_never(keep_deadline(&keep)));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(numbers_begin_with_one_and_are_not_used_twice),
		cmocka_unit_test(an_acknowledgement_frees_what_is_oldest),
		cmocka_unit_test(an_acknowledgement_of_anything_does_no_harm),
		cmocka_unit_test(what_the_root_tells_of_its_window_is_understood),
		cmocka_unit_test(only_what_is_old_and_not_acknowledged_is_due),
		cmocka_unit_test(what_is_kept_for_too_long_is_given_up),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
