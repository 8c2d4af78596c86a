/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
#include "core/backoff.h"
#include "unit.h"

#define SECOND INT64_C(1000000)

static void the_first_pause_is_exact(void **state)
{
	struct random random;
	struct backoff b;
	(void)state;
	for (uint64_t seed = 0; seed < 1000; seed++) {
		random_init(&random, seed);
		backoff_reset(&b);
		assert_int_equal(backoff_next_us(&b, SECOND, 5, &random), SECOND);
	}
}

/* [B8] Twice as long each time up to 32 times, less up to a quarter at random. */
static void pauses_double_up_to_the_limit_less_a_quarter_at_most(void **state)
{
	struct random random;
	struct backoff b;
	int64_t least[10], most[10];
	(void)state;
	random_init(&random, 1);
	for (int i = 0; i < 10; i++)
		least[i] = INT64_MAX, most[i] = 0;
	for (int round = 0; round < 2000; round++) {
		backoff_reset(&b);
		for (int i = 0; i < 10; i++) {
			int64_t whole = SECOND << (i < 5 ? i : 5);
			int64_t pause = backoff_next_us(&b, SECOND, 5, &random);
			assert_true(pause <= whole && pause >= whole - whole / 4);
			least[i] = pause < least[i] ? pause : least[i];
			most[i] = pause > most[i] ? pause : most[i];
		}
	}
	/* All of the quarter is used. */
	for (int i = 1; i < 10; i++) {
		int64_t whole = SECOND << (i < 5 ? i : 5);
		assert_true(most[i] > whole - whole / 100);
		assert_true(least[i] < whole - whole / 4 + whole / 100);
	}
}

static void without_doublings_pauses_stay(void **state)
{
	struct random random;
	struct backoff b;
	(void)state;
	random_init(&random, 1);
	backoff_reset(&b);
	for (int i = 0; i < 100; i++)
		assert_int_equal(backoff_next_us(&b, 7, 0, &random), 7);
}

static void after_a_reset_it_begins_again(void **state)
{
	struct random random;
	struct backoff b;
	(void)state;
	random_init(&random, 1);
	backoff_reset(&b);
	for (int i = 0; i < 7; i++)
		(void)backoff_next_us(&b, SECOND, 5, &random);
	assert_true(backoff_next_us(&b, SECOND, 5, &random) > SECOND);
	backoff_reset(&b);
	assert_int_equal(backoff_next_us(&b, SECOND, 5, &random), SECOND);
}

static void pauses_of_a_few_microseconds_and_of_days_are_no_trouble(void **state)
{
	static const int64_t firsts[] = {0, 1, 2, 3, 30 * 86400 * SECOND};
	struct random random;
	(void)state;
	random_init(&random, 1);
	for (size_t i = 0; i < COUNT(firsts); i++) {
		struct backoff b = {0};
		for (int n = 0; n < 20; n++) {
			int64_t pause = backoff_next_us(&b, firsts[i], 5, &random);
			assert_true(pause >= firsts[i] / 2 && pause <= firsts[i] * 32);
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_first_pause_is_exact),
		cmocka_unit_test(pauses_double_up_to_the_limit_less_a_quarter_at_most),
		cmocka_unit_test(without_doublings_pauses_stay),
		cmocka_unit_test(after_a_reset_it_begins_again),
		cmocka_unit_test(pauses_of_a_few_microseconds_and_of_days_are_no_trouble),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
