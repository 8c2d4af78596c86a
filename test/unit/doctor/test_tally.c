/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
#include "doctor/tally.h"
#include "unit.h"

static void datagrams_in_order_are_neither_lost_nor_reordered(void **state)
{
	struct tally t = TALLY_EMPTY;
	(void)state;
	for (uint32_t n = 0; n < 3 * TALLY_WINDOW; n++)
		tally_add(&t, n, 2);
	assert_int_equal(t.received, 3 * TALLY_WINDOW);
	assert_int_equal(t.distinct, t.received);
	assert_int_equal(t.duplicates + t.reordered, 0);
	assert_int_equal(tally_lost(&t, t.received), 0);
	assert_int_equal(tally_lost(&t, t.received + 7), 7);
	assert_int_equal(t.hops_min, 2);
	assert_int_equal(t.hops_max, 2);
}

static void every_second_one_is_lost(void **state)
{
	struct tally t = TALLY_EMPTY;
	(void)state;
	for (uint32_t n = 1; n < 10000; n += 2)
		tally_add(&t, n, HOPS_UNKNOWN);
	assert_int_equal(t.distinct, 5000);
	assert_int_equal(tally_lost(&t, 10000), 5000);
	assert_int_equal(t.first, 1);
	assert_int_equal(t.highest, 9999);
	assert_int_equal(t.hops_min, HOPS_UNKNOWN);
}

static void each_one_twice_is_as_many_duplicates(void **state)
{
	struct tally t = TALLY_EMPTY;
	(void)state;
	for (uint32_t n = 0; n < 2 * 10000; n++)
		tally_add(&t, n / 2, 0);
	assert_int_equal(t.distinct, 10000);
	assert_int_equal(t.duplicates, 10000);
	assert_int_equal(t.reordered, 0);
}

static void swapped_neighbours_are_reordered_and_not_lost(void **state)
{
	struct tally t = TALLY_EMPTY;
	(void)state;
	for (uint32_t n = 0; n < 10000; n++)
		tally_add(&t, n ^ 1, 0);
	assert_int_equal(t.distinct, 10000);
	assert_int_equal(t.duplicates, 0);
	assert_int_equal(t.reordered, 5000);
}

static void one_older_than_the_window_is_late(void **state)
{
	struct tally t = TALLY_EMPTY;
	(void)state;
	tally_add(&t, 0, 0);
	tally_add(&t, TALLY_WINDOW + 10, 1);
	tally_add(&t, 11, 3); /* The oldest of the window. */
	tally_add(&t, 11, 3);
	tally_add(&t, 10, 3); /* It may have come before. */
	assert_int_equal(t.received, 5);
	assert_int_equal(t.distinct, 3);
	assert_int_equal(t.duplicates, 1);
	assert_int_equal(t.reordered, 2);
	assert_int_equal(t.hops_min, 0);
	assert_int_equal(t.hops_max, 3);
}

static void the_highest_numbers_do_no_harm(void **state)
{
	struct tally t = TALLY_EMPTY;
	(void)state;
	tally_add(&t, UINT32_MAX, 0);
	tally_add(&t, UINT32_MAX, 0);
	tally_add(&t, 0, 0);
	tally_add(&t, UINT32_MAX - 1, 0);
	assert_int_equal(t.distinct, 2);
	assert_int_equal(t.duplicates, 1);
	assert_int_equal(t.reordered, 2);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(datagrams_in_order_are_neither_lost_nor_reordered),
		cmocka_unit_test(every_second_one_is_lost),
		cmocka_unit_test(each_one_twice_is_as_many_duplicates),
		cmocka_unit_test(swapped_neighbours_are_reordered_and_not_lost),
		cmocka_unit_test(one_older_than_the_window_is_late),
		cmocka_unit_test(the_highest_numbers_do_no_harm),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
