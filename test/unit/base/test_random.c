/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
#include "base/random.h"
#include "unit.h"

#include <string.h>

/* The outputs of the authors' C code for this state. */
static void draws_are_those_of_the_reference(void **state)
{
	static const uint64_t expected[] = {
		UINT64_C(11520),
		UINT64_C(0),
		UINT64_C(1509978240),
		UINT64_C(1215971899390074240),
		UINT64_C(1216172134540287360),
		UINT64_C(607988272756665600),
		UINT64_C(16172922978634559625),
		UINT64_C(8476171486693032832),
		UINT64_C(10595114339597558777),
		UINT64_C(2904607092377533576),
	};
	struct random r = {.state = {1, 2, 3, 4}};
	(void)state;
	for (size_t i = 0; i < COUNT(expected); i++)
		assert_true(random_next(&r) == expected[i]);
}

/* splitmix64's first outputs for seed 0. */
static void the_seed_is_spread_by_splitmix64(void **state)
{
	static const uint64_t expected[4] = {
		UINT64_C(0xE220A8397B1DCDAF),
		UINT64_C(0x6E789E6AA1B965F4),
		UINT64_C(0x06C45D188009454F),
		UINT64_C(0xF88BB8A8724C81EC),
	};
	struct random r;
	(void)state;
	random_init(&r, 0);
	assert_memory_equal(r.state, expected, sizeof(expected));
}

static void one_seed_gives_the_same_draws_again(void **state)
{
	struct random a, b, other;
	unsigned differences = 0;
	(void)state;
	random_init(&a, 42);
	random_init(&b, 42);
	random_init(&other, 43);
	for (int i = 0; i < 1000; i++) {
		uint64_t draw = random_next(&a);
		assert_true(draw == random_next(&b));
		differences += draw != random_next(&other);
	}
	assert_int_equal(differences, 1000);
}

static void draws_stay_below_the_bound_and_reach_all_of_it(void **state)
{
	struct random r;
	(void)state;
	random_init(&r, 1);
	for (uint64_t bound = 1; bound <= 64; bound++) {
		uint64_t seen = 0;
		for (int i = 0; i < 2000; i++) {
			uint64_t draw = random_below(&r, bound);
			assert_true(draw < bound);
			seen |= UINT64_C(1) << draw;
		}
		assert_true(seen == (bound == 64 ? UINT64_MAX : (UINT64_C(1) << bound) - 1));
	}
}

/* Three quarters of 2^64: taken modulo, or multiplied without rejection, a third of the results
 * would come up twice as often. */
static void a_large_bound_is_not_biased(void **state)
{
	const uint64_t bound = UINT64_C(3) << 62;
	unsigned thirds[3] = {0};
	struct random r;
	(void)state;
	random_init(&r, 2);
	for (int i = 0; i < 300000; i++)
		thirds[random_below(&r, bound) >> 62]++;
	for (int i = 0; i < 3; i++)
		assert_in_range(thirds[i], 98500, 101500); /* Six standard deviations. */
	unsigned odd_of_three[3] = {0};
	for (int i = 0; i < 300000; i++)
		odd_of_three[random_below(&r, bound) % 3]++;
	for (int i = 0; i < 3; i++)
		assert_in_range(odd_of_three[i], 98500, 101500);
}

static void the_largest_bound_works(void **state)
{
	struct random r;
	uint64_t all_bits = 0;
	(void)state;
	random_init(&r, 3);
	for (int i = 0; i < 200; i++)
		all_bits |= random_below(&r, UINT64_MAX);
	assert_true(all_bits == UINT64_MAX);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(draws_are_those_of_the_reference),
		cmocka_unit_test(the_seed_is_spread_by_splitmix64),
		cmocka_unit_test(one_seed_gives_the_same_draws_again),
		cmocka_unit_test(draws_stay_below_the_bound_and_reach_all_of_it),
		cmocka_unit_test(a_large_bound_is_not_biased),
		cmocka_unit_test(the_largest_bound_works),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
