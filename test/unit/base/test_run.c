/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
#include "base/run.h"
#include "unit.h"

static const char bytes[65536];

static void one_datagram_is_a_run_of_one(void **state)
{
	static const size_t sizes[] = {0, 1, 1200, 65507};
	(void)state;
	for (size_t i = 0; i < COUNT(sizes); i++) {
		struct run r = run_one(bytes, sizes[i]);
		assert_int_equal(r.count, 1);
		struct run first = run_take(&r, 1);
		assert_int_equal(first.size, sizes[i]);
		assert_int_equal(r.count, 0);
		assert_int_equal(r.size, 0);
	}
}

static void a_run_is_cut_at_its_segments(void **state)
{
	static const struct {
		size_t size, segment_size, count;
	} cases[] = {
		{0, 0, 1},     {0, 100, 1},   {1, 1, 1},   {99, 100, 1},      {100, 100, 1},
		{101, 100, 2}, {200, 100, 2}, {64, 1, 64}, {65507, 1205, 55},
	};
	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct run r = run_of(bytes, cases[i].size, cases[i].segment_size);
		size_t at = 0;
		assert_int_equal(r.count, cases[i].count);
		for (size_t k = 0; k < cases[i].count; k++) {
			struct run one = run_take(&r, 1);
			assert_ptr_equal(one.bytes, bytes + at);
			assert_true(one.size <= cases[i].segment_size || cases[i].count == 1);
			at += one.size;
		}
		assert_int_equal(at, cases[i].size);
		assert_int_equal(r.count, 0);
	}
}

static void the_first_ones_are_a_run_too(void **state)
{
	struct run r = run_of(bytes, 250, 100);
	(void)state;
	struct run two = run_first(&r, 2), all = run_first(&r, 3);
	assert_int_equal(two.size, 200);
	assert_int_equal(two.count, 2);
	assert_int_equal(all.size, 250);
	assert_int_equal(run_take(&r, 2).size, 200);
	assert_int_equal(r.size, 50);
	assert_int_equal(r.count, 1);
	assert_int_equal(run_first(&r, 1).size, 50);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(one_datagram_is_a_run_of_one),
		cmocka_unit_test(a_run_is_cut_at_its_segments),
		cmocka_unit_test(the_first_ones_are_a_run_too),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
