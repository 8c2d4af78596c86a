/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
#include "base/random.h"
#include "sim/queue.h"
#include "unit.h"

#include <stdlib.h>

#define MANY 100000

static void put(struct queue *q, int64_t at_us, uint32_t node)
{
	queue_put(q, (struct time){at_us}, node, NULL);
}

static void assert_next(struct queue *q, int64_t at_us, uint32_t node)
{
	struct queue_event event;
	assert_int_equal(queue_next_at(q).us, at_us);
	assert_true(queue_take(q, &event));
	assert_int_equal(event.at.us, at_us);
	assert_int_equal(event.node, node);
}

static void an_empty_queue_gives_nothing(void **state)
{
	struct queue q;
	struct queue_event event = {.node = 7};
	(void)state;
	queue_init(&q);
	assert_true(time_is_never(queue_next_at(&q)));
	assert_false(queue_take(&q, &event));
	assert_int_equal(event.node, 7);
	queue_done(&q);
}

static void the_earliest_comes_first(void **state)
{
	static const int order[] = {3, 1, 4, 0, 5, 9, 2, 6, 8, 7};
	struct queue q;
	(void)state;
	queue_init(&q);
	for (size_t i = 0; i < COUNT(order); i++)
		put(&q, order[i], (uint32_t)order[i]);
	for (uint32_t i = 0; i < COUNT(order); i++)
		assert_next(&q, i, i);
	assert_true(time_is_never(queue_next_at(&q)));
	queue_done(&q);
}

static void what_was_put_comes_back_whole(void **state)
{
	struct queue q;
	struct queue_event event;
	int datagram;
	(void)state;
	queue_init(&q);
	queue_put(&q, (struct time){-5}, UINT32_MAX, &datagram);
	assert_true(queue_take(&q, &event));
	assert_int_equal(event.at.us, -5);
	assert_int_equal(event.node, UINT32_MAX);
	assert_ptr_equal(event.datagram, &datagram);
	queue_done(&q);
}

static void ties_come_in_the_order_of_insertion(void **state)
{
	struct queue q;
	(void)state;
	queue_init(&q);
	for (uint32_t i = 0; i < 5000; i++)
		put(&q, i % 5, i);
	for (uint32_t i = 0; i < 5000; i++)
		assert_next(&q, i / 1000, i % 1000 * 5 + i / 1000);
	queue_done(&q);
}

/* Also across takes: what was put later stays later. */
static void ties_keep_their_order_while_others_are_taken(void **state)
{
	struct queue q;
	uint32_t put_count = 0, taken = 0;
	(void)state;
	queue_init(&q);
	for (int round = 0; round < 300; round++) {
		for (int i = 0; i < 7; i++)
			put(&q, 1, put_count++);
		for (int i = 0; i < 5; i++)
			assert_next(&q, 1, taken++);
	}
	while (taken < put_count)
		assert_next(&q, 1, taken++);
	queue_done(&q);
}

static void a_hundred_thousand_at_random_come_in_order(void **state)
{
	struct queue q;
	struct queue_event before, event;
	struct random random;
	(void)state;
	random_init(&random, 1);
	queue_init(&q);
	for (uint32_t i = 0; i < MANY; i++)
		put(&q, (int64_t)random_below(&random, 20000), i);
	assert_true(queue_take(&q, &before));
	for (uint32_t i = 1; i < MANY; i++) {
		assert_true(queue_take(&q, &event));
		assert_true(before.at.us < event.at.us ||
			    (before.at.us == event.at.us && before.node < event.node));
		before = event;
	}
	assert_false(queue_take(&q, &event));
	queue_done(&q);
}

/* As a simulation uses it: nothing is put before what was taken. */
static void put_and_taken_in_turns_time_never_goes_back(void **state)
{
	struct queue q;
	struct queue_event event;
	struct random random;
	int64_t now = 0;
	uint32_t left = 0;
	(void)state;
	random_init(&random, 2);
	queue_init(&q);
	for (uint32_t i = 0; i < MANY; i++) {
		put(&q, now + (int64_t)random_below(&random, 1000), i);
		left++;
		if (random_below(&random, 3) == 0)
			continue;
		assert_true(queue_take(&q, &event));
		assert_true(event.at.us >= now);
		now = event.at.us;
		left--;
	}
	assert_int_equal(q.count, left);
	while (queue_take(&q, &event)) {
		assert_true(event.at.us >= now);
		now = event.at.us;
	}
	queue_done(&q);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_empty_queue_gives_nothing),
		cmocka_unit_test(the_earliest_comes_first),
		cmocka_unit_test(what_was_put_comes_back_whole),
		cmocka_unit_test(ties_come_in_the_order_of_insertion),
		cmocka_unit_test(ties_keep_their_order_while_others_are_taken),
		cmocka_unit_test(a_hundred_thousand_at_random_come_in_order),
		cmocka_unit_test(put_and_taken_in_turns_time_never_goes_back),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
