/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
/* Which groups cross. [K8] */
#include "island/border.h"
#include "unit.h"

static bool crosses(const char *text)
{
	struct endpoint e;
	assert_true(endpoint_parse_address(text, 5000, &e));
	return border_may_cross(&e);
}

static void what_is_of_one_network_stays_there(void **state)
{
	(void)state;
	assert_false(crosses("224.0.0.1"));
	assert_false(crosses("224.0.0.251"));
	assert_true(crosses("224.0.1.1"));
	assert_true(crosses("239.1.2.3"));
	assert_false(crosses("ff01::1"));
	assert_false(crosses("ff02::fb"));
	assert_false(crosses("ff12::8801:101"));
	assert_true(crosses("ff15::8801:101"));
	assert_true(crosses("ff0e::101"));
	assert_false(crosses("10.0.0.1"));
	assert_false(crosses("fe80::1"));
}

static bool admits(const struct border_rules *rules, const char *text)
{
	struct endpoint e;
	assert_true(endpoint_parse_address(text, 5000, &e));
	return border_rules_admit(rules, &e);
}

static void the_first_rule_that_holds_decides(void **state)
{
	struct border_rules rules = {.count = 0};
	(void)state;
	assert_true(admits(&rules, "239.1.2.3"));
	assert_true(border_rules_add(&rules, "!239.1.0.0/16"));
	assert_false(admits(&rules, "239.1.2.3"));
	assert_true(admits(&rules, "239.2.2.3"));
	assert_true(admits(&rules, "ff15::1"));
	assert_true(border_rules_add(&rules, "239.0.0.0/8"));
	assert_false(admits(&rules, "239.1.2.3"));
	assert_true(admits(&rules, "239.2.2.3"));
	assert_false(admits(&rules, "224.1.1.1"));
	assert_false(admits(&rules, "ff15::1"));
	assert_true(border_rules_add(&rules, "ff15::/16"));
	assert_true(admits(&rules, "ff15::1"));
	assert_true(border_rules_add(&rules, "224.1.1.1"));
	assert_true(admits(&rules, "224.1.1.1"));
	assert_false(admits(&rules, "224.1.1.2"));
}

static void what_is_no_rule_is_refused(void **state)
{
	static const char *const wrong[] = {
		"",           "!",          "239.1.2",      "239.0.0.0/33",
		"ff00::/129", "239.0.0.0/", "239.0.0.0/8x", "eth0"};
	struct border_rules rules = {.count = 0};
	(void)state;
	for (unsigned i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++)
		assert_false(border_rules_add(&rules, wrong[i]));
	for (unsigned i = 0; i < BORDER_RULES_MAX; i++)
		assert_true(border_rules_add(&rules, "0.0.0.0/0"));
	assert_false(border_rules_add(&rules, "0.0.0.0/0"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_of_one_network_stays_there),
		cmocka_unit_test(the_first_rule_that_holds_decides),
		cmocka_unit_test(what_is_no_rule_is_refused),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
