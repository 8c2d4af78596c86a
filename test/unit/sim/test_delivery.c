/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
#include "sim/delivery.h"
#include "unit.h"

/* Five nodes that run; what they are delivered is what the test says. */
static struct world w;
static struct delivery d;
static struct histogram delay_us;

static int setup(void **state)
{
	(void)state;
	struct world_config config = {
		.member = MEMBER_CONFIG_DEFAULT,
		.children_max = 3,
		.rdv_guard_us = US_PER_S,
	};
	world_init(&w, &config);
	for (int i = 0; i < 5; i++)
		(void)world_add(&w, -1);
	delivery_init(&d, &w, &delay_us);
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	delivery_done(&d);
	world_done(&w);
	return 0;
}

static void everybody_who_runs_is_expected_to_get_it_once(void **state)
{
	char bytes[100];
	(void)state;
	world_stop(&w, 5, WORLD_SILENT);
	delivery_on_stopped(&d, 5);
	delivery_publish(&d, 2, bytes, sizeof(bytes));
	assert_int_equal(d.published, 1);
	assert_int_equal(d.expected, 4);
	for (uint32_t i = 1; i <= 3; i++) {
		w.now.us += 1000;
		delivery_on_delivered(&d, i, bytes, sizeof(bytes));
	}
	delivery_on_delivered(&d, 1, bytes, sizeof(bytes));
	assert_int_equal(d.received, 3);
	assert_int_equal(d.duplicates, 1);
	assert_int_equal(delay_us.count, 3);
	assert_int_equal(delay_us.max, 3000);
	assert_true(delay_us.sum == 6000);
}

static void messages_are_told_apart(void **state)
{
	char first[DELIVERY_SIZE], second[DELIVERY_SIZE];
	(void)state;
	delivery_publish(&d, 1, first, sizeof(first));
	delivery_publish(&d, 1, second, sizeof(second));
	delivery_on_delivered(&d, 3, second, sizeof(second));
	delivery_on_delivered(&d, 3, first, sizeof(first));
	delivery_on_delivered(&d, 3, "something", 9);
	delivery_on_delivered(&d, 3, "msim\0\0\0\3", 8); /* No such number. */
	delivery_on_delivered(&d, 3, first, 7);
	assert_int_equal(d.received, 2);
	assert_int_equal(d.duplicates, 0);
}

static void who_comes_later_is_not_expected_to_get_it(void **state)
{
	char bytes[DELIVERY_SIZE];
	(void)state;
	delivery_publish(&d, 1, bytes, sizeof(bytes));
	for (uint32_t i = 6; i <= 300; i++)
		delivery_on_started(&d, i);
	delivery_on_delivered(&d, 300, bytes, sizeof(bytes));
	assert_int_equal(d.received, 0);
	assert_int_equal(d.duplicates, 0);
	delivery_on_delivered(&d, 300, bytes, sizeof(bytes));
	assert_int_equal(d.duplicates, 1);
	delivery_publish(&d, 1, bytes, sizeof(bytes));
	assert_int_equal(d.expected, 5 + 300);
}

static void a_program_that_starts_again_has_had_nothing(void **state)
{
	char bytes[DELIVERY_SIZE];
	(void)state;
	delivery_publish(&d, 1, bytes, sizeof(bytes));
	delivery_on_delivered(&d, 2, bytes, sizeof(bytes));
	for (uint32_t i = 2; i <= 3; i++) {
		delivery_on_stopped(&d, i);
		delivery_on_started(&d, i);
		delivery_on_delivered(&d, i, bytes, sizeof(bytes));
	}
	assert_int_equal(d.received, 1);
	assert_int_equal(d.duplicates, 0);
	assert_int_equal(d.running_count, 5);
}

static void what_comes_after_three_minutes_is_a_duplicate(void **state)
{
	char bytes[DELIVERY_SIZE];
	(void)state;
	delivery_publish(&d, 1, bytes, sizeof(bytes));
	w.now.us += DELIVERY_FOLLOWED_US;
	delivery_on_delivered(&d, 2, bytes, sizeof(bytes));
	assert_int_equal(d.received, 1);
	w.now.us++;
	delivery_on_delivered(&d, 3, bytes, sizeof(bytes));
	assert_int_equal(d.received, 1);
	assert_int_equal(d.duplicates, 1);
}

/* The places of those that are closed are used again. */
static void many_messages_take_the_room_of_those_of_three_minutes(void **state)
{
	char bytes[DELIVERY_SIZE];
	(void)state;
	for (int i = 0; i < 10000; i++) {
		delivery_publish(&d, 1, bytes, sizeof(bytes));
		delivery_on_delivered(&d, 4, bytes, sizeof(bytes));
		w.now.us += 10 * US_PER_S;
	}
	assert_int_equal(d.received, 10000);
	assert_true(d.capacity <= 128);
}

static void what_was_published_before_the_beginning_is_not_counted(void **state)
{
	char bytes[DELIVERY_SIZE];
	(void)state;
	delivery_publish(&d, 1, bytes, sizeof(bytes));
	delivery_on_delivered(&d, 1, bytes, sizeof(bytes));
	delivery_begin(&d);
	delivery_on_delivered(&d, 1, bytes, sizeof(bytes));
	assert_int_equal(d.published + d.expected + d.received + d.duplicates, 0);
	assert_int_equal(delay_us.count, 0);
}

static void who_does_not_run_publishes_nothing(void **state)
{
	char bytes[DELIVERY_SIZE];
	(void)state;
	world_stop(&w, 3, WORLD_SILENT);
	delivery_publish(&d, 3, bytes, sizeof(bytes));
	assert_int_equal(d.published, 0);
	delivery_on_delivered(&d, 1, bytes, sizeof(bytes));
	assert_int_equal(d.received + d.duplicates, 0);
}

static void a_second_copy_of_what_did_not_go_bare_is_told(void **state)
{
	char bare[WIRE_HEADER_SIZE + DELIVERY_SIZE] = WIRE_DATA_HEADER,
				     *bytes = bare + WIRE_HEADER_SIZE;
	(void)state;
	delivery_publish(&d, 1, bytes, DELIVERY_SIZE);
	delivery_on_sent(&d, bare, sizeof(bare) - 1);
	delivery_on_delivered(&d, 2, bytes, DELIVERY_SIZE);
	assert_int_equal(d.repeated, 0);
	delivery_on_delivered(&d, 2, bytes, DELIVERY_SIZE);
	assert_int_equal(d.repeated, 1);
	assert_int_equal(d.repeated_host, 2);
	assert_int_equal(d.repeated_number, 0);
	delivery_on_sent(&d, bare, sizeof(bare));
	delivery_on_delivered(&d, 2, bytes, DELIVERY_SIZE);
	assert_int_equal(d.repeated, 1);
	assert_int_equal(d.duplicates, 2);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(everybody_who_runs_is_expected_to_get_it_once),
		TEST(messages_are_told_apart),
		TEST(who_comes_later_is_not_expected_to_get_it),
		TEST(a_program_that_starts_again_has_had_nothing),
		TEST(what_comes_after_three_minutes_is_a_duplicate),
		TEST(many_messages_take_the_room_of_those_of_three_minutes),
		TEST(what_was_published_before_the_beginning_is_not_counted),
		TEST(who_does_not_run_publishes_nothing),
		TEST(a_second_copy_of_what_did_not_go_bare_is_told),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
