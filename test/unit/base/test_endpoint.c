/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
#include "base/endpoint.h"
#include "unit.h"

#include <stdio.h>

static const struct {
	const char *text;
	const char *canonical; /* As RFC 5952 and dotted quads want it. */
} addresses[] = {
	{"224.1.1.1", "224.1.1.1"},
	{"0.0.0.0", "0.0.0.0"},
	{"255.255.255.255", "255.255.255.255"},
	{"127.0.0.1", "127.0.0.1"},
	{"::", "::"},
	{"::1", "::1"},
	{"FF12::801:101", "ff12::801:101"},
	{"ff12:0:0:0:0:0:0801:0101", "ff12::801:101"},
	{"2001:db8::1:0:0:1", "2001:db8::1:0:0:1"},
	{"2001:0:0:1:0:0:0:1", "2001:0:0:1::1"},
	{"2001:db8:0:1:1:1:1:1", "2001:db8:0:1:1:1:1:1"},
	{"ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"},
	{"::ffff:10.1.2.3", "10.1.2.3"},
};

static void addresses_are_read_and_written_canonically(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(addresses); i++) {
		struct endpoint e, again;
		char text[ADDRESS_TEXT_SIZE];
		assert_true(endpoint_parse_address(addresses[i].text, 5000, &e));
		assert_int_equal(e.port, 5000);
		assert_ptr_equal(endpoint_format_address(&e, text), text);
		assert_string_equal(text, addresses[i].canonical);
		assert_true(endpoint_parse_address(text, 5000, &again));
		assert_true(endpoint_equal(&e, &again));
	}
}

static void what_is_no_numeric_address_is_refused_and_nothing_is_written(void **state)
{
	static const char *const bad[] = {
		"",
		"224.1.1",
		"224.1.1.1.1",
		"224.1.1.256",
		"224.1.1.",
		"224.1.1.1 ",
		" 224.1.1.1",
		"224.1.1.-1",
		"0xe0.1.1.1",
		"3758162177",
		"localhost",
		"ff12::g",
		"ff12:::1",
		":::",
		"1::2::3",
		"12345::",
		"fe80::1%lo",
		"[::1]",
		"::1]",
		"::1/128",
		"1:2:3:4:5:6:7",
		"1:2:3:4:5:6:7:8:9",
		":",
		"\xFF",
		"224.1.1.1\n",
		"224,1,1,1",
	};
	(void)state;
	for (size_t i = 0; i < COUNT(bad); i++) {
		struct endpoint e, before;
		memset(&e, 0xA5, sizeof(e));
		before = e;
		if (endpoint_parse_address(bad[i], 1, &e))
			fail_msg("'%s' was taken for an address", bad[i]);
		assert_memory_equal(&e, &before, sizeof(e));
	}
}

/* A truncation may be an address itself, but never anything else than what it says. */
static void truncations_are_refused_or_read_as_they_stand(void **state)
{
	static const char whole[] = "2001:db8:1111:2222:3333:4444:5555:6666";
	(void)state;
	for (size_t size = 0; size < sizeof(whole) - 1; size++) {
		char text[sizeof(whole)];
		struct endpoint e;
		memcpy(text, whole, size);
		text[size] = '\0';
		assert_int_equal(endpoint_parse_address(text, 1, &e), size >= 35);
	}
}

static void ipv4_is_held_as_mapped_ipv6(void **state)
{
	static const uint8_t quad[4] = {10, 1, 2, 3};
	struct endpoint v4 = endpoint_from_v4(quad, 80), mapped, v6;
	(void)state;
	assert_true(endpoint_is_v4(&v4));
	assert_memory_equal(endpoint_v4(&v4), quad, 4);
	assert_true(endpoint_parse_address("::ffff:10.1.2.3", 80, &mapped));
	assert_true(endpoint_equal(&v4, &mapped));
	assert_true(endpoint_parse_address("::10.1.2.3", 80, &v6));
	assert_false(endpoint_is_v4(&v6));
	v6 = endpoint_from_v6(v4.address, 80);
	assert_true(endpoint_equal(&v4, &v6));
}

static void endpoints_differ_by_any_byte_and_by_port(void **state)
{
	struct endpoint a;
	(void)state;
	assert_true(endpoint_parse_address("2001:db8::1", 7, &a));
	for (size_t i = 0; i < sizeof(a.address); i++) {
		struct endpoint b = a;
		b.address[i] ^= 0x80;
		assert_false(endpoint_equal(&a, &b));
	}
	struct endpoint b = a;
	assert_true(endpoint_equal(&a, &b));
	b.port++;
	assert_false(endpoint_equal(&a, &b));
}

static void endpoints_are_written_with_their_port(void **state)
{
	struct endpoint e;
	char text[ENDPOINT_TEXT_SIZE];
	(void)state;
	assert_true(endpoint_parse_address("224.1.1.1", 5000, &e));
	assert_string_equal(endpoint_format(&e, text), "224.1.1.1:5000");
	assert_true(endpoint_parse_address("255.255.255.255", 65535, &e));
	assert_string_equal(endpoint_format(&e, text), "255.255.255.255:65535");
	assert_true(endpoint_parse_address("::", 0, &e));
	assert_string_equal(endpoint_format(&e, text), "[::]:0");
	assert_true(endpoint_parse_address("ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", 65535, &e));
	assert_string_equal(endpoint_format(&e, text),
			    "[ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff]:65535");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(addresses_are_read_and_written_canonically),
		cmocka_unit_test(what_is_no_numeric_address_is_refused_and_nothing_is_written),
		cmocka_unit_test(truncations_are_refused_or_read_as_they_stand),
		cmocka_unit_test(ipv4_is_held_as_mapped_ipv6),
		cmocka_unit_test(endpoints_differ_by_any_byte_and_by_port),
		cmocka_unit_test(endpoints_are_written_with_their_port),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
