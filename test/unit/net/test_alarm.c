/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
#include "net/alarm.h"
#include "net/clock.h"
#include "unit.h"

#include <poll.h>

static int rings;

static void on_ready(void *owner)
{
	rings++;
	alarm_set(owner, TIME_NEVER);
}

static struct alarm alarm_of_test;

static int open_alarm(void **state)
{
	*state = &alarm_of_test;
	rings = 0;
	return alarm_open(&alarm_of_test, on_ready, &alarm_of_test);
}

static int close_alarm(void **state)
{
	alarm_close(*state);
	assert_int_equal(((struct alarm *)*state)->source.fd, -1);
	alarm_close(*state);
	return 0;
}

/* 1 if it is ready within `ms`. */
static int is_ready(const struct alarm *a, int ms)
{
	struct pollfd ready = {.fd = a->source.fd, .events = POLLIN};
	return poll(&ready, 1, ms);
}

static struct time in_ms(int64_t ms)
{
	return time_after(clock_now(), ms * US_PER_MS);
}

static void a_new_alarm_is_off(void **state)
{
	struct alarm *a = *state;
	assert_true(time_is_never(a->set_to));
	assert_int_equal(is_ready(a, 0), 0);
}

static void it_rings_at_its_time_and_not_before(void **state)
{
	struct alarm *a = *state;
	struct time deadline = in_ms(50);
	alarm_set(a, deadline);
	assert_int_equal(is_ready(a, 5000), 1);
	assert_true(time_is_due(deadline, clock_now()));
}

static void what_is_due_already_rings_at_once(void **state)
{
	static const int64_t dues[] = {INT64_MIN / 2, -1, 0, 1};
	struct alarm *a = *state;
	for (size_t i = 0; i < COUNT(dues); i++) {
		alarm_set(a, TIME_NEVER);
		assert_int_equal(is_ready(a, 0), 0);
		alarm_set(a, (struct time){dues[i]});
		assert_int_equal(is_ready(a, 5000), 1);
	}
	alarm_set(a, clock_now());
	assert_int_equal(is_ready(a, 5000), 1);
}

static void it_stays_ready_until_it_is_moved(void **state)
{
	struct alarm *a = *state;
	alarm_set(a, clock_now());
	for (int i = 0; i < 3; i++)
		assert_int_equal(is_ready(a, 5000), 1);
	alarm_set(a, in_ms(60000));
	assert_int_equal(is_ready(a, 0), 0);
}

static void it_can_be_moved_forth_and_back_and_switched_off(void **state)
{
	struct alarm *a = *state;
	alarm_set(a, in_ms(20));
	alarm_set(a, in_ms(60000));
	assert_int_equal(is_ready(a, 60), 0);
	alarm_set(a, in_ms(20));
	assert_int_equal(is_ready(a, 5000), 1);
	alarm_set(a, in_ms(20));
	alarm_set(a, TIME_NEVER);
	assert_int_equal(is_ready(a, 60), 0);
}

static void the_far_future_is_no_trouble(void **state)
{
	struct alarm *a = *state;
	alarm_set(a, (struct time){INT64_MAX - 1});
	assert_int_equal(is_ready(a, 0), 0);
	alarm_set(a, in_ms(1));
	assert_int_equal(is_ready(a, 5000), 1);
}

static void a_loop_calls_its_owner(void **state)
{
	struct alarm *a = *state;
	struct loop loop;
	assert_int_equal(loop_init(&loop), 0);
	assert_int_equal(loop_add(&loop, &a->source), 0);
	for (int i = 1; i <= 3; i++) {
		alarm_set(a, in_ms(5));
		struct time end = in_ms(5000);
		while (rings < i && !time_is_due(end, clock_now()))
			loop_wait(&loop, end);
		assert_int_equal(rings, i);
		loop_wait(&loop, (struct time){0});
		assert_int_equal(rings, i); /* on_ready has switched it off. */
	}
	loop_remove(&loop, &a->source);
	loop_done(&loop);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, open_alarm, close_alarm)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_new_alarm_is_off),
		TEST(it_rings_at_its_time_and_not_before),
		TEST(what_is_due_already_rings_at_once),
		TEST(it_stays_ready_until_it_is_moved),
		TEST(it_can_be_moved_forth_and_back_and_switched_off),
		TEST(the_far_future_is_no_trouble),
		TEST(a_loop_calls_its_owner),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
