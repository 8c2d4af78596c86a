/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
#include "base/random.h"
#include "core/window.h"
#include "unit.h"

#include <stdlib.h>

static struct window window;

static void take(uint64_t first, uint64_t last)
{
	for (uint64_t n = first; n <= last; n++) {
		assert_true(window_is_new(&window, n));
		window_take(&window, n);
	}
}

/* [D3] */
static void what_came_before_the_beginning_is_not_new(void **state)
{
	(void)state;
	window_init(&window, 41);
	assert_false(window_is_new(&window, 1));
	assert_false(window_is_new(&window, 41));
	assert_true(window_is_new(&window, 42));
	take(42, 42);
	assert_false(window_is_new(&window, 42));
}

/* [D4] */
static void a_gap_is_filled_within_the_window_alone(void **state)
{
	(void)state;
	window_init(&window, 0);
	take(1, 9);
	take(11, 10 + WINDOW_SIZE - 1);
	assert_true(window_is_new(&window, 10));
	take(10 + WINDOW_SIZE, 10 + WINDOW_SIZE);
	assert_false(window_is_new(&window, 10)); /* Nobody remembers any more. */
}

static void a_leap_forgets_what_was_there(void **state)
{
	const uint64_t far = UINT64_C(1) << 40;
	(void)state;
	window_init(&window, 0);
	take(1, 100);
	take(far, far);
	assert_false(window_is_new(&window, 100));
	assert_false(window_is_new(&window, far - WINDOW_SIZE));
	assert_true(window_is_new(&window, far - WINDOW_SIZE + 1));
	assert_true(window_is_new(&window, far - 1));
	window_take(&window, UINT64_MAX);
	assert_false(window_is_new(&window, UINT64_MAX));
}

/* As a table of all numbers would have it. */
static void random_orders_are_judged_as_a_full_table_judges(void **state)
{
	enum { LAST = 20000 };
	static bool was_taken[LAST + 1];
	struct random random;
	uint64_t top = 0;
	(void)state;
	random_init(&random, 1);
	window_init(&window, 0);
	for (unsigned i = 0; i < 40000; i++) {
		uint64_t n = 1 + (uint64_t)i / 2 + random_below(&random, 1500);
		n = n > 700 ? n - 700 : 1;
		if (n > LAST)
			continue;
		bool is_old = top >= WINDOW_SIZE && n <= top - WINDOW_SIZE;
		bool is_new = n > top || (!is_old && !was_taken[n]);
		assert_int_equal(window_is_new(&window, n), is_new);
		if (!is_new)
			continue;
		window_take(&window, n);
		was_taken[n] = true;
		top = n > top ? n : top;
	}
}

/* [D6] */
static void what_is_below_a_number_is_told(void **state)
{
	(void)state;
	window_init(&window, 0);
	take(1, 5);
	assert_int_equal(window_run_below(&window, 5), 4);
	assert_int_equal(window_run_below(&window, 1), 0);
	take(7, 8);
	take(10, 10);
	assert_int_equal(window_run_below(&window, 10), 0);
	assert_int_equal(window_bits_below(&window, 10), 0x1F6); /* 8 7 - 5 4 3 2 1 */
	assert_int_equal(window_run_below(&window, 8), 1);
	take(6, 6);
	take(9, 9);
	assert_int_equal(window_run_below(&window, 10), 9);
	take(11, 3000);
	assert_int_equal(window_run_below(&window, 3000), WINDOW_SIZE - 1);
	assert_true(window_bits_below(&window, 3000) == UINT64_MAX);
	assert_int_equal(window_run_below(&window, 3000 - WINDOW_SIZE + 1), 0);
}

/* [V3] */
static void whether_a_gap_is_left_is_known(void **state)
{
	(void)state;
	window_init(&window, 10);
	assert_true(window_has_all(&window, 10, 10));
	assert_false(window_has_all(&window, 10, 11));
	take(12, 12);
	assert_false(window_has_all(&window, 10, 12));
	take(11, 11);
	assert_true(window_has_all(&window, 10, 12));
	assert_true(window_has_all(&window, 3, 12));
	take(5000, 5000);
	assert_false(window_has_all(&window, 12, 5000));
	assert_true(window_has_all(&window, 12, 5000 - WINDOW_SIZE));
}

/* [D5] */
static void the_source_that_was_quiet_for_longest_makes_room(void **state)
{
	struct sources *s = malloc(SOURCES_SIZE(1));
	(void)state;
	assert_non_null(s);
	sources_init(s, 1);
	for (uint64_t id = 1; id <= SOURCE_WAYS; id++)
		window_take(&sources_find(s, id)->delivered, 7);
	assert_false(window_is_new(&sources_find(s, 1)->delivered, 7));
	(void)sources_find(s, 100); /* In the place of 2. */
	assert_false(window_is_new(&sources_find(s, 1)->delivered, 7));
	assert_false(window_is_new(&sources_find(s, 3)->delivered, 7));
	assert_true(window_is_new(&sources_find(s, 2)->delivered, 7));
	free(s);
}

static void sources_of_many_sets_do_not_mix(void **state)
{
	struct sources *s = malloc(SOURCES_SIZE(SOURCES_DEFAULT_SETS));
	(void)state;
	assert_non_null(s);
	sources_init(s, SOURCES_DEFAULT_SETS);
	for (uint64_t id = 1; id <= SOURCES_DEFAULT_SETS * SOURCE_WAYS; id++)
		window_take(&sources_find(s, id)->delivered, id);
	for (uint64_t id = 1; id <= SOURCES_DEFAULT_SETS * SOURCE_WAYS; id++)
		assert_false(window_is_new(&sources_find(s, id)->delivered, id));
	free(s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_came_before_the_beginning_is_not_new),
		cmocka_unit_test(a_gap_is_filled_within_the_window_alone),
		cmocka_unit_test(a_leap_forgets_what_was_there),
		cmocka_unit_test(random_orders_are_judged_as_a_full_table_judges),
		cmocka_unit_test(what_is_below_a_number_is_told),
		cmocka_unit_test(whether_a_gap_is_left_is_known),
		cmocka_unit_test(the_source_that_was_quiet_for_longest_makes_room),
		cmocka_unit_test(sources_of_many_sets_do_not_mix),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
