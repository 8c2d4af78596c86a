/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
#include "sim/recovery.h"
#include "unit.h"

#define S(seconds) ((struct time){(seconds)*US_PER_S})

static struct recovery r;
static struct histogram outage_us, recovery_us;
static uint32_t faults, open;

static int setup(void **state)
{
	(void)state;
	recovery_init(&r, &outage_us);
	recovery_begin(&r);
	for (int i = 0; i < 10; i++)
		recovery_add_host(&r);
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	recovery_done(&r);
	return 0;
}

static void sum(void)
{
	histogram_init(&recovery_us);
	recovery_sum(&r, &recovery_us, &faults, &open);
}

static void a_fault_lasts_until_its_last_member_is_served(void **state)
{
	(void)state;
	recovery_fault(&r, S(10));
	recovery_on_cut(&r, 1, recovery_latest(&r), S(10));
	recovery_on_cut(&r, 2, recovery_latest(&r), S(10));
	recovery_on_served(&r, 1, S(12));
	sum();
	assert_int_equal(faults, 1);
	assert_int_equal(open, 1);
	assert_int_equal(recovery_us.count, 0);
	recovery_on_served(&r, 2, S(15));
	sum();
	assert_int_equal(open, 0);
	assert_int_equal(recovery_us.max, 5 * US_PER_S);
	assert_int_equal(r.outages, 2);
	assert_int_equal(outage_us.min, 2 * US_PER_S);
	assert_int_equal(outage_us.max, 5 * US_PER_S);
}

static void who_stops_meanwhile_does_not_count(void **state)
{
	(void)state;
	recovery_fault(&r, S(10));
	recovery_on_cut(&r, 1, 0, S(10));
	recovery_on_cut(&r, 2, 0, S(10));
	recovery_on_served(&r, 1, S(12));
	recovery_on_stopped(&r, 2);
	recovery_on_served(&r, 2, S(99)); /* A new program. */
	sum();
	assert_int_equal(open, 0);
	assert_int_equal(recovery_us.count, 1);
	assert_int_equal(recovery_us.max, 2 * US_PER_S);
	assert_int_equal(outage_us.count, 1);
}

static void a_fault_all_of_whose_members_stop_has_no_time(void **state)
{
	(void)state;
	recovery_fault(&r, S(10));
	recovery_on_cut(&r, 1, 0, S(10));
	recovery_on_stopped(&r, 1);
	sum();
	assert_int_equal(faults, 1);
	assert_int_equal(open, 0);
	assert_int_equal(recovery_us.count, 0);
}

static void a_fault_that_cuts_nobody_off_is_none(void **state)
{
	(void)state;
	assert_int_equal(recovery_latest(&r), RECOVERY_NO_FAULT);
	recovery_fault(&r, S(10));
	assert_int_equal(recovery_present(&r, S(10)), 0);
	assert_int_equal(recovery_present(&r, S(11)), RECOVERY_NO_FAULT);
	recovery_on_cut(&r, 1, RECOVERY_NO_FAULT, S(11));
	recovery_on_served(&r, 1, S(12));
	sum();
	assert_int_equal(faults, 0);
	assert_int_equal(outage_us.count, 1);
}

static void what_began_before_is_forgotten(void **state)
{
	(void)state;
	recovery_fault(&r, S(10));
	recovery_on_cut(&r, 1, 0, S(10));
	recovery_begin(&r);
	recovery_on_served(&r, 1, S(12));
	sum();
	assert_int_equal(faults, 0);
	assert_int_equal(r.outages, 0);
	assert_int_equal(outage_us.count, 0);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_fault_lasts_until_its_last_member_is_served),
		TEST(who_stops_meanwhile_does_not_count),
		TEST(a_fault_all_of_whose_members_stop_has_no_time),
		TEST(a_fault_that_cuts_nobody_off_is_none),
		TEST(what_began_before_is_forgotten),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
