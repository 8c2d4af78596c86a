/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
#include "base/random.h"
#include "sim/datagram.h"
#include "unit.h"

#include <stdlib.h>
#include <string.h>

#define MANY    2000
#define LONGEST 65507

static struct endpoint sender(uint32_t number)
{
	const uint8_t address[4] = {10, (uint8_t)(number >> 16), (uint8_t)(number >> 8),
				    (uint8_t)number};
	return endpoint_from_v4(address, 10000);
}

/* Bytes that follow from a number. */
static void fill(char *bytes, size_t size, uint32_t number)
{
	for (size_t i = 0; i < size; i++)
		bytes[i] = (char)(number * 31 + i * 7 + i / 251);
}

static struct datagram *make(struct datagram_pool *p, uint32_t number, size_t size)
{
	static char bytes[LONGEST];
	struct endpoint from = sender(number);
	fill(bytes, size, number);
	return datagram_new(p, &from, bytes, size);
}

static void check(const struct datagram *d, uint32_t number, size_t size)
{
	static char bytes[LONGEST];
	struct endpoint from = sender(number);
	fill(bytes, size, number);
	assert_int_equal(d->size, size);
	assert_true(endpoint_equal(&d->from, &from));
	assert_false(d->is_unreachable);
	assert_false(d->is_at_access);
	assert_memory_equal(d->bytes, bytes, size);
}

static void each_length_is_kept_as_it_came(void **state)
{
	struct datagram_pool p = {0};
	struct datagram *all[301];
	(void)state;
	for (uint32_t size = 0; size <= 300; size++)
		all[size] = make(&p, size, size);
	struct datagram *longest = make(&p, 7, LONGEST);
	for (uint32_t size = 0; size <= 300; size++) {
		check(all[size], size, size);
		datagram_free(&p, all[size]);
	}
	check(longest, 7, LONGEST);
	datagram_free(&p, longest);
	datagram_pool_done(&p);
}

static void one_without_bytes_needs_none(void **state)
{
	struct datagram_pool p = {0};
	struct endpoint from = sender(1);
	struct datagram *d = datagram_new(&p, &from, NULL, 0);
	(void)state;
	check(d, 1, 0);
	datagram_free(&p, d);
	datagram_pool_done(&p);
}

static void the_place_of_a_short_one_is_used_again(void **state)
{
	struct datagram_pool p = {0};
	struct datagram *first = make(&p, 1, 5);
	(void)state;
	first->is_unreachable = true;
	first->is_at_access = true;
	datagram_free(&p, first);
	for (uint32_t i = 0; i < 10000; i++) {
		struct datagram *d = make(&p, i, i % 40);
		assert_ptr_equal(d, first);
		check(d, i, i % 40);
		datagram_free(&p, d);
	}
	datagram_pool_done(&p);
}

/* With a slab for about 600 of them: many slabs, and places that come back in any order. */
static void none_lies_in_the_place_of_another(void **state)
{
	static struct datagram *all[MANY];
	static uint32_t numbers[MANY];
	static size_t sizes[MANY];
	struct datagram_pool p = {0};
	struct random random;
	(void)state;
	random_init(&random, 1);
	for (uint32_t i = 0; i < 10 * MANY; i++) {
		uint32_t place = (uint32_t)random_below(&random, MANY);
		if (all[place]) {
			check(all[place], numbers[place], sizes[place]);
			datagram_free(&p, all[place]);
		}
		numbers[place] = i;
		sizes[place] = random_below(&random, random_below(&random, 8) == 0 ? 2000 : 70);
		all[place] = make(&p, i, sizes[place]);
	}
	for (uint32_t i = 0; i < MANY; i++)
		if (all[i]) {
			check(all[i], numbers[i], sizes[i]);
			datagram_free(&p, all[i]);
		}
	datagram_pool_done(&p);
}

static void a_pool_that_has_ended_can_begin_again(void **state)
{
	struct datagram_pool p = {0};
	(void)state;
	for (int i = 0; i < 3; i++) {
		struct datagram *d = make(&p, 1, 20);
		check(d, 1, 20);
		datagram_free(&p, d);
		datagram_pool_done(&p);
	}
	datagram_pool_done(&p);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_length_is_kept_as_it_came),
		cmocka_unit_test(one_without_bytes_needs_none),
		cmocka_unit_test(the_place_of_a_short_one_is_used_again),
		cmocka_unit_test(none_lies_in_the_place_of_another),
		cmocka_unit_test(a_pool_that_has_ended_can_begin_again),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
