/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
#include "core/quota.h"
#include "unit.h"

static struct quota quota;

static struct endpoint sender(unsigned number, uint16_t port)
{
	uint8_t address[4] = {10, (uint8_t)(number >> 16), (uint8_t)(number >> 8), (uint8_t)number};
	return endpoint_from_v4(address, port);
}

/* How many of `count` at one moment are let through. */
static unsigned take(unsigned number, unsigned count, int64_t at_us)
{
	unsigned taken = 0;
	for (unsigned i = 0; i < count; i++) {
		struct endpoint e =
			sender(number, (uint16_t)(10000 + i)); /* Ports do not matter. */
		taken += (unsigned)quota_take(&quota, &e, 1, (struct time){at_us});
	}
	return taken;
}

/* [P5] */
static void an_address_has_a_second_of_its_rate_at_once_and_then_the_rate(void **state)
{
	static const unsigned rates[] = {1, 2, 10, 1000};
	(void)state;
	for (size_t i = 0; i < COUNT(rates); i++) {
		int64_t now = 5000 * US_PER_S;
		quota_init(&quota, rates[i]);
		assert_int_equal(take(1, rates[i] + 10, now), rates[i]);
		for (int second = 0; second < 5; second++) {
			now += US_PER_S;
			assert_int_equal(take(1, rates[i] + 10, now), rates[i]);
		}
		now += US_PER_S / 2;
		assert_int_equal(take(1, rates[i] + 10, now), rates[i] / 2);
		now += 1000 * US_PER_S; /* Nothing is saved up. */
		assert_int_equal(take(1, rates[i] + 10, now), rates[i]);
	}
}

static void addresses_do_not_take_from_each_other(void **state)
{
	(void)state;
	quota_init(&quota, 10);
	for (unsigned number = 0; number < QUOTA_SETS; number++)
		assert_int_equal(take(number, 7, US_PER_S), 7);
	for (unsigned number = 0; number < QUOTA_SETS; number++)
		assert_int_equal(take(number, 7, US_PER_S), 3);
	struct endpoint v6 = sender(1, 1);
	v6.address[0] = 0xFD;
	assert_true(quota_take(&quota, &v6, 1, (struct time){US_PER_S}));
}

/* Many senders: each new one gets its allowance, whoever loses its entry. */
static void more_addresses_than_there_is_room_for_are_let_through(void **state)
{
	(void)state;
	quota_init(&quota, 5);
	for (unsigned number = 1; number <= 100000; number++)
		assert_int_equal(take(number, 6, US_PER_S), 5);
}

/* The busy one keeps its entry among those that come once. */
static void who_is_busy_is_remembered_longest(void **state)
{
	(void)state;
	quota_init(&quota, 10);
	unsigned taken = take(7, 10, US_PER_S);
	for (unsigned number = 1000; number < 1000 + QUOTA_SETS; number++)
		(void)take(number, 1, US_PER_S);
	taken += take(7, 100, US_PER_S);
	assert_int_equal(taken, 10);
}

/* [I5] */
static void both_limits_hold_and_either_may_be_missing(void **state)
{
	static struct quota addresses, prefixes;
	struct endpoint a = sender(1, 10000), b = sender(2, 10000);
	struct time now = {0};
	(void)state;
	quota_init_burst(&addresses, 1, 2);
	quota_init_burst(&prefixes, 1, 3);
	assert_true(quota_admits(&addresses, &prefixes, &a, now));
	assert_true(quota_admits(&addresses, &prefixes, &a, now));
	assert_false(quota_admits(&addresses, &prefixes, &a, now)); /* Its own. */
	assert_true(quota_admits(&addresses, &prefixes, &b, now));
	assert_false(quota_admits(&addresses, &prefixes, &b, now)); /* Its network's. */
	assert_true(quota_admits(NULL, NULL, &a, now));
	assert_false(quota_admits(&addresses, NULL, &a, now));
	assert_false(quota_admits(NULL, &prefixes, &a, now));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_address_has_a_second_of_its_rate_at_once_and_then_the_rate),
		cmocka_unit_test(addresses_do_not_take_from_each_other),
		cmocka_unit_test(more_addresses_than_there_is_room_for_are_let_through),
		cmocka_unit_test(who_is_busy_is_remembered_longest),
		cmocka_unit_test(both_limits_hold_and_either_may_be_missing),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
