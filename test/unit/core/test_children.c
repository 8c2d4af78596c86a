/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
#include "base/random.h"
#include "core/children.h"
#include "unit.h"

#include <stdlib.h>

static struct path path_of(unsigned number)
{
	uint8_t remote[4] = {10, 1, (uint8_t)(number >> 8), (uint8_t)number};
	uint8_t local[4] = {10, 2, (uint8_t)(number >> 8), (uint8_t)number};
	return (struct path){endpoint_from_v4(remote, 10000), endpoint_from_v4(local, 10000)};
}

/* A table in memory of exactly the size asked for, so that a sanitizer sees a write too far. */
static struct children table_of(unsigned max)
{
	struct children c;
	size_t size = children_memory_size(max, false);
	void *memory = malloc(size > 0 ? size : 1);
	assert_non_null(memory);
	children_init(&c, max, false, memory);
	assert_ptr_equal(c.expires_at, memory); /* To be freed by that. */
	assert_int_equal(c.count, 0);
	assert_int_equal(c.max, max);
	return c;
}

static void assert_child(const struct children *c, unsigned number, int64_t expires_at_us)
{
	struct path path = path_of(number);
	unsigned place = children_find(c, &path.remote);
	assert_true(place < c->count);
	assert_true(endpoint_equal(&c->endpoints[place], &path.remote));
	assert_true(endpoint_equal(&c->locals[place], &path.local));
	assert_int_equal(c->expires_at[place].us, expires_at_us);
}

static void a_table_of_any_size_is_filled_to_the_last_place(void **state)
{
	static const unsigned sizes[] = {1, 2, 3, 24, 1000, CHILDREN_LIMIT};
	(void)state;
	for (size_t i = 0; i < COUNT(sizes); i++) {
		struct children c = table_of(sizes[i]);
		for (unsigned n = 0; n < sizes[i]; n++) {
			struct path path = path_of(n);
			assert_false(children_is_full(&c));
			children_add(&c, &path, (struct time){1000 + n});
		}
		assert_true(children_is_full(&c));
		for (unsigned n = 0; n < sizes[i]; n++)
			assert_child(&c, n, 1000 + n);
		assert_int_equal(children_deadline(&c).us, 1000);
		free(c.expires_at);
	}
}

static void a_table_for_none_is_full_and_empty(void **state)
{
	struct children c = table_of(0);
	struct path path = path_of(1);
	(void)state;
	assert_true(children_is_full(&c));
	assert_int_equal(children_find(&c, &path.remote), 0);
	assert_true(time_is_never(children_deadline(&c)));
	assert_int_equal(children_memory_size(0, false), 0);
	free(c.expires_at);
}

static void strangers_are_not_found(void **state)
{
	struct children c = table_of(3);
	struct path path = path_of(1);
	(void)state;
	children_add(&c, &path, (struct time){5});
	path.remote.port++; /* Another program on the same host. */
	assert_int_equal(children_find(&c, &path.remote), c.count);
	path = path_of(2);
	assert_int_equal(children_find(&c, &path.remote), c.count);
	free(c.expires_at);
}

static void the_last_takes_the_place_of_the_removed(void **state)
{
	(void)state;
	for (unsigned removed = 0; removed < 4; removed++) {
		struct children c = table_of(4);
		for (unsigned n = 0; n < 4; n++) {
			struct path path = path_of(n);
			children_add(&c, &path, (struct time){100 - n});
		}
		children_remove(&c, removed);
		assert_int_equal(c.count, 3);
		for (unsigned n = 0; n < 4; n++)
			if (n != removed)
				assert_child(&c, n, 100 - n);
		struct path path = path_of(removed);
		assert_int_equal(children_find(&c, &path.remote), c.count);
		assert_int_equal(children_deadline(&c).us, removed == 3 ? 98 : 97);
		free(c.expires_at);
	}
}

/* Against a plain array of what has to be there. */
static void a_long_random_life_keeps_all_in_order(void **state)
{
	int64_t expires_at[64] = {0}; /* 0: not there. */
	struct children c = table_of(20);
	struct random random;
	(void)state;
	random_init(&random, 1);
	for (int64_t step = 1; step < 50000; step++) {
		unsigned number = (unsigned)random_below(&random, COUNT(expires_at));
		struct path path = path_of(number);
		unsigned place = children_find(&c, &path.remote);
		assert_int_equal(place < c.count, expires_at[number] != 0);
		if (place < c.count) {
			children_remove(&c, place);
			expires_at[number] = 0;
		} else if (!children_is_full(&c)) {
			children_add(&c, &path, (struct time){step});
			expires_at[number] = step;
		}
		int64_t first = INT64_MAX;
		unsigned count = 0;
		for (unsigned n = 0; n < COUNT(expires_at); n++) {
			if (expires_at[n] == 0)
				continue;
			assert_child(&c, n, expires_at[n]);
			first = expires_at[n] < first ? expires_at[n] : first;
			count++;
		}
		assert_int_equal(c.count, count);
		assert_int_equal(children_deadline(&c).us, first);
	}
	free(c.expires_at);
}

/* [C3] */
static void a_run_of_children_is_within_the_table_and_begins_anywhere(void **state)
{
	struct children c = table_of(30);
	struct random random;
	bool was_first[30] = {false};
	(void)state;
	random_init(&random, 1);
	for (unsigned n = 0; n < 30; n++) {
		struct path path = path_of(n);
		unsigned first, count = children_run(&c, 24, &random, &first);
		assert_int_equal(count, n < 24 ? n : 24);
		assert_true(first + count <= n);
		children_add(&c, &path, TIME_NEVER);
	}
	for (int i = 0; i < 200; i++) {
		unsigned first;
		assert_int_equal(children_run(&c, 24, &random, &first), 24);
		was_first[first] = true;
	}
	for (unsigned n = 0; n < 30; n++)
		assert_int_equal(was_first[n], n <= 6);
	free(c.expires_at);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_table_of_any_size_is_filled_to_the_last_place),
		cmocka_unit_test(a_table_for_none_is_full_and_empty),
		cmocka_unit_test(strangers_are_not_found),
		cmocka_unit_test(the_last_takes_the_place_of_the_removed),
		cmocka_unit_test(a_long_random_life_keeps_all_in_order),
		cmocka_unit_test(a_run_of_children_is_within_the_table_and_begins_anywhere),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
