/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
#include "net/gather.h"
#include "unit.h"

static struct gather g;
static char bytes[70000];

static int reset(void **state)
{
	(void)state;
	gather_reset(&g);
	for (size_t i = 0; i < sizeof(bytes); i++)
		bytes[i] = (char)(i * 7 + i / 256);
	return 0;
}

/* Payloads without header, `count` of `size`. */
static struct payload payloads(size_t size, size_t count)
{
	return (struct payload){.run = run_of(bytes, size * count, size)};
}

/* A run of whole messages of `size` each, the last of `last`. */
static struct payload messages(size_t size, size_t count, size_t last)
{
	return (struct payload){.run = run_of(bytes, size * (count - 1) + last, size),
				.has_header = true};
}

static size_t take(struct payload payload)
{
	return gather_take(&g, &payload, GATHER_DATAGRAMS);
}

static void neighbours_of_one_size_are_gathered(void **state)
{
	(void)state;
	for (size_t i = 1; i <= 10; i++) {
		assert_int_equal(take(payloads(100, 1)), 1);
		assert_int_equal(g.count, i);
		assert_int_equal(g.size, i * 105);
		assert_int_equal(g.segment_size, 105);
	}
	assert_int_equal(take(messages(105, 3, 105)), 3);
	assert_int_equal(g.count, 13);
	assert_int_equal(take(payloads(101, 1)), 0); /* Longer. */
	assert_int_equal(g.count, 13);
}

static void a_shorter_one_is_the_last(void **state)
{
	(void)state;
	assert_int_equal(take(payloads(100, 2)), 2);
	assert_int_equal(take(payloads(50, 2)), 0); /* Several cannot all be the last. */
	assert_int_equal(take(payloads(50, 1)), 1);
	assert_int_equal(take(payloads(50, 1)), 0);
	assert_int_equal(take(payloads(100, 1)), 0);
	gather_reset(&g);
	assert_int_equal(take(messages(100, 4, 7)), 4);
	assert_int_equal(take(messages(100, 1, 100)), 0);
}

static void empty_payloads_are_gathered_too(void **state)
{
	(void)state;
	for (int i = 0; i < 5; i++)
		assert_int_equal(take(payloads(0, 1)), 1);
	assert_int_equal(g.count, 5);
	assert_int_equal(g.size, 25);
	assert_int_equal(g.part_count, 5);
}

static void what_does_not_fit_is_left(void **state)
{
	struct payload p = payloads(100, 300);
	(void)state;
	assert_int_equal(gather_take(&g, &p, 128), 128);
	assert_int_equal(p.run.count, 172);
	assert_ptr_equal(p.run.bytes, bytes + 12800);
	assert_int_equal(gather_take(&g, &p, 128), 0);
	gather_reset(&g);
	assert_int_equal(gather_take(&g, &p, 64), 64);
	gather_reset(&g);
	p = payloads(1200, 55); /* With their headers, 55 of them are more than a send can hold. */
	assert_int_equal(gather_take(&g, &p, 128), 54);
	assert_int_equal(p.run.count, 1);
	assert_int_equal(gather_take(&g, &p, 128), 0);
	assert_true(g.size <= GATHER_SIZE_MAX);
}

static void the_largest_is_taken_alone(void **state)
{
	(void)state;
	assert_int_equal(take(payloads(65502, 1)), 1);
	assert_int_equal(g.size, 65507);
	assert_int_equal(take(payloads(0, 1)), 0);
	gather_reset(&g);
	assert_int_equal(take(messages(65520, 1, 65520)), 1); /* IPv6 carries it. */
}

/* What the kernel would cut, cut here. */
static void the_datagrams_come_one_by_one(void **state)
{
	static const size_t sizes[] = {0, 1, 100, 1400};
	(void)state;
	for (size_t i = 0; i < COUNT(sizes); i++) {
		size_t size = sizes[i], number = 0;
		struct gather_place place = {0};
		struct iovec parts[GATHER_SINGLE_PARTS];
		gather_reset(&g);
		assert_int_equal(take(payloads(size, 1)), 1);
		if (size > 0) {
			assert_int_equal(take(messages(size + 5, 3, size + 5)), 3);
			assert_int_equal(take(payloads(size, 2)), 2);
			assert_int_equal(take(payloads(size - 1, 1)), 1);
		}
		for (size_t count; (count = gather_single(&g, &place, parts)) > 0; number++) {
			size_t total = 0;
			for (size_t k = 0; k < count; k++)
				total += parts[k].iov_len;
			assert_int_equal(total, number == 6 ? size + 4 : size + 5);
			if (number == 2)
				assert_ptr_equal(parts[0].iov_base, bytes + size + 5);
		}
		assert_int_equal(number, g.count);
		assert_int_equal(place.done, g.size);
	}
}

#define TEST(name) cmocka_unit_test_setup(name, reset)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(neighbours_of_one_size_are_gathered), TEST(a_shorter_one_is_the_last),
		TEST(empty_payloads_are_gathered_too),     TEST(what_does_not_fit_is_left),
		TEST(the_largest_is_taken_alone),          TEST(the_datagrams_come_one_by_one),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
