/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
#include "collect/range.h"
#include "unit.h"

static void a_range_becomes_the_fewest_prefixes(void **state)
{
	char list[8][RANGE_TEXT_SIZE];
	(void)state;
	assert_int_equal(range_to_prefixes("225.0.0.1", "225.0.0.7", list, 8), 3);
	assert_string_equal(list[0], "225.0.0.1/32");
	assert_string_equal(list[1], "225.0.0.2/31");
	assert_string_equal(list[2], "225.0.0.4/30");
	assert_int_equal(range_to_prefixes("224.0.0.0", "239.255.255.255", list, 8), 1);
	assert_string_equal(list[0], "224.0.0.0/4");
	assert_int_equal(range_to_prefixes("10.0.0.1", "10.0.0.1", list, 8), 1);
	assert_string_equal(list[0], "10.0.0.1/32");
}

static void the_ends_of_all_addresses_are_no_trap(void **state)
{
	char list[8][RANGE_TEXT_SIZE];
	(void)state;
	assert_int_equal(range_to_prefixes("0.0.0.0", "255.255.255.255", list, 8), 1);
	assert_string_equal(list[0], "0.0.0.0/0");
	assert_int_equal(
		range_to_prefixes("::", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", list, 8), 1);
	assert_string_equal(list[0], "::/0");
	assert_int_equal(range_to_prefixes("ff02::ff", "ff02::100", list, 8), 2);
	assert_string_equal(list[1], "ff02::100/128");
}

static void what_is_no_range_has_no_prefixes(void **state)
{
	char list[8][RANGE_TEXT_SIZE];
	(void)state;
	assert_int_equal(range_to_prefixes("10.0.0.2", "10.0.0.1", list, 8), 0);
	assert_int_equal(range_to_prefixes("10.0.0.2", "::1", list, 8), 0);
	assert_int_equal(range_to_prefixes("x", "10.0.0.1", list, 8), 0);
	assert_int_equal(range_to_prefixes("10.0.0.1", "10.255.255.254", list, 8), 0);
}

static void prefixes_with_groups_are_known_by_their_first_byte(void **state)
{
	(void)state;
	assert_true(range_has_groups(4, 0, 0));
	assert_true(range_has_groups(4, 0xC0, 2));
	assert_true(range_has_groups(4, 239, 8));
	assert_false(range_has_groups(4, 10, 8));
	assert_false(range_has_groups(4, 240, 4));
	assert_true(range_has_groups(6, 0xFF, 16));
	assert_true(range_has_groups(6, 0x80, 1));
	assert_false(range_has_groups(6, 0xFE, 10));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_range_becomes_the_fewest_prefixes),
		cmocka_unit_test(the_ends_of_all_addresses_are_no_trap),
		cmocka_unit_test(what_is_no_range_has_no_prefixes),
		cmocka_unit_test(prefixes_with_groups_are_known_by_their_first_byte),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
