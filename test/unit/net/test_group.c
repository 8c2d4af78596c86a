/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
#include "base/random.h"
#include "net/group.h"
#include "unit.h"

#include <errno.h>
#include <stdio.h>

static const struct {
	const char *text, *address, *interface;
} good[] = {
	{"224.1.1.1", "224.1.1.1", ""},
	{"224.0.1.0", "224.0.1.0", ""},
	{"224.1.0.0", "224.1.0.0", ""},
	{"239.255.255.255", "239.255.255.255", ""},
	{"232.1.2.3", "232.1.2.3", ""},
	{"224.1.1.1%eth0", "224.1.1.1", "eth0"},
	{"224.1.1.1%veth-abcdefghi", "224.1.1.1", "veth-abcdefghi"},
	{"224.1.1.1%abcdefghijklmno", "224.1.1.1", "abcdefghijklmno"},
	{"::ffff:224.1.1.1", "224.1.1.1", ""},
	{"ff12::801:101", "ff12::801:101", ""},
	{"FF12::0801:0101%lo", "ff12::801:101", "lo"},
	{"ff15::801:101%eth0", "ff15::801:101", "eth0"},
	{"ff15::801:101%br0.100", "ff15::801:101", "br0.100"},
	{"ff05::1:3", "ff05::1:3", ""},
	{"ff0e::801:101", "ff0e::801:101", ""},
	{"ff11::1", "ff11::1", ""},
	{"ff3e::8000:1", "ff3e::8000:1", ""},
	{"ff1e:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "ff1e:ffff:ffff:ffff:ffff:ffff:ffff:ffff", ""},
};

static void groups_are_read_with_port_and_interface(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(good); i++) {
		struct group group;
		struct failure failure = {0};
		char text[ADDRESS_TEXT_SIZE];
		if (group_parse(good[i].text, 5000, &group, &failure) != 0)
			fail_msg("%s", failure.text);
		assert_int_equal(failure.code, 0);
		assert_int_equal(group.endpoint.port, 5000);
		assert_string_equal(endpoint_format_address(&group.endpoint, text),
				    good[i].address);
		assert_string_equal(group.interface, good[i].interface);
	}
}

static const struct {
	const char *text, *reason;
} refused[] = {
	{"", "no IP address"},
	{"localhost", "no IP address"},
	{"224.1.1", "no IP address"},
	{"224.1.1.256", "no IP address"},
	{"224.1.1.1 ", "no IP address"},
	{" 224.1.1.1", "no IP address"},
	{"224.1.1.1:5000", "no IP address"},
	{"[ff12::1]", "no IP address"},
	{"ff12::1::2", "no IP address"},
	{"%eth0", "no IP address"},
	{"ff12:1:2:3:4:5:6:7:8", "no IP address"},
	{"0.0.0.0", "not a multicast address"},
	{"10.1.2.3", "not a multicast address"},
	{"223.255.255.255", "not a multicast address"},
	{"240.0.0.0", "not a multicast address"},
	{"255.255.255.255", "not a multicast address"},
	{"::1", "not a multicast address"},
	{"fe80::1%lo", "not a multicast address"},
	{"2001:db8::1", "not a multicast address"},
	{"::ffff:10.1.2.3", "not a multicast address"},
	{"::224.1.1.1", "not a multicast address"},
	{"224.0.0.0", "RFC 5771"},
	{"224.0.0.1", "RFC 5771"},
	{"224.0.0.251", "RFC 5771"},
	{"224.0.0.255%eth0", "RFC 5771"},
	{"::ffff:224.0.0.1", "RFC 5771"},
	{"ff10::801:101", "scopes 0 and f"},
	{"ff00::1", "scopes 0 and f"},
	{"ff1f::801:101", "scopes 0 and f"},
	{"ff0f::1", "scopes 0 and f"},
	{"ff12::", "group id 0"},
	{"ff15::", "group id 0"},
	{"ff02::1", "RFC 4291 section 2.7.1"},
	{"ff02::fb%eth0", "RFC 4291 section 2.7.1"},
	{"ff01::1", "RFC 4291 section 2.7.1"},
	{"ff02::801:101", "RFC 4291 section 2.7.1"},
	{"224.1.1.1%", "no interface name"},
	{"ff12::1%", "no interface name"},
	{"ff12::1%abcdefghijklmnop", "no interface name"},
	{"%", "no interface name"},
	{"11111111111111111111111111111111111111111111111111111111111111111", "too long"},
};

static void refusals_say_why_and_what_was_meant(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(refused); i++) {
		struct group group, before;
		struct failure failure = {0};
		memset(&group, 0xA5, sizeof(group));
		before = group;
		int error = group_parse(refused[i].text, 1, &group, &failure);
		if (error != -EINVAL || failure.code != -EINVAL)
			fail_msg("'%s' gave %d", refused[i].text, error);
		if (!strstr(failure.text, refused[i].reason))
			fail_msg("'%s': %s", refused[i].text, failure.text);
		if (strlen(refused[i].text) < 60)
			assert_non_null(strstr(failure.text, refused[i].text));
		assert_null(strchr(failure.text, '\n'));
		assert_memory_equal(&group, &before, sizeof(group));
	}
}

/* Every beginning of a room is either refused or what it says. */
static void truncations_are_refused_or_read_as_they_stand(void **state)
{
	static const char *const whole[] = {"224.10.20.30%eth0", "ff12::801:101%eth0"};
	(void)state;
	for (size_t i = 0; i < COUNT(whole); i++)
		for (size_t size = 0; size <= strlen(whole[i]); size++) {
			char text[32], address[ADDRESS_TEXT_SIZE], again[64];
			struct group group;
			struct failure failure;
			(void)snprintf(text, sizeof(text), "%.*s", (int)size, whole[i]);
			if (group_parse(text, 1, &group, &failure) != 0)
				continue;
			endpoint_format_address(&group.endpoint, address);
			(void)snprintf(again, sizeof(again), "%s%s%s", address,
				       group.interface[0] ? "%" : "", group.interface);
			assert_string_equal(again, text);
		}
}

static void hostile_text_is_refused(void **state)
{
	static char text[100001];
	struct group group;
	struct failure failure;
	(void)state;
	memset(text, '%', sizeof(text) - 1);
	assert_int_equal(group_parse(text, 1, &group, &failure), -EINVAL);
	memset(text, ':', sizeof(text) - 1);
	assert_int_equal(group_parse(text, 1, &group, &failure), -EINVAL);
	memset(text, 'f', sizeof(text) - 1);
	text[5] = '%';
	assert_int_equal(group_parse(text, 1, &group, &failure), -EINVAL);
	assert_int_equal(group_parse("%n%s%n", 1, &group, &failure), -EINVAL);
}

static void parse(const char *text, struct endpoint *ret_endpoint)
{
	assert_true(endpoint_parse_address(text, 0, ret_endpoint));
}

static void source_specific_ranges_are_known(void **state)
{
	static const struct {
		const char *text;
		bool expected;
	} cases[] = {
		{"232.0.0.0", true},  {"232.255.255.255", true}, {"231.255.255.255", false},
		{"233.0.0.0", false}, {"224.1.1.1", false},      {"ff3e::8000:1", true},
		{"ff35::1", true},    {"ff32:0:1::1", true},     {"ff3e:0:ffff::1", true},
		{"ff3e:1::1", false}, {"ff3e:100::1", false},    {"ff1e::1", false},
		{"ff7e::1", false},   {"ff12::801:101", false},  {"ff2e::1", false},
	};
	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct endpoint e;
		parse(cases[i].text, &e);
		if (group_is_source_specific(&e) != cases[i].expected)
			fail_msg("%s", cases[i].text);
	}
}

static void only_narrow_ipv6_scopes_need_an_interface(void **state)
{
	struct endpoint e;
	char text[32];
	(void)state;
	for (unsigned scope = 1; scope < 15; scope++) {
		(void)snprintf(text, sizeof(text), "ff1%x::1", scope);
		parse(text, &e);
		assert_int_equal(group_needs_zone(&e), scope <= 2);
	}
	parse("224.1.1.1", &e);
	assert_false(group_needs_zone(&e));
	parse("225.2.2.2", &e);
	assert_false(group_needs_zone(&e));
}

static void assert_mac(const char *group, const char *expected)
{
	struct endpoint e;
	uint8_t m[6];
	char text[18];
	parse(group, &e);
	group_mac(&e, m);
	(void)snprintf(text, sizeof(text), "%02x:%02x:%02x:%02x:%02x:%02x", m[0], m[1], m[2], m[3],
		       m[4], m[5]);
	assert_string_equal(text, expected);
}

static void ipv4_groups_map_23_bits_into_the_mac(void **state)
{
	(void)state;
	assert_mac("224.1.1.1", "01:00:5e:01:01:01");
	assert_mac("225.129.1.1", "01:00:5e:01:01:01");
	assert_mac("239.255.255.255", "01:00:5e:7f:ff:ff");
	assert_mac("224.128.0.0", "01:00:5e:00:00:00");
	assert_mac("239.192.0.1", "01:00:5e:40:00:01");
	assert_mac("224.0.0.251", "01:00:5e:00:00:fb");
}

static void thirty_two_ipv4_groups_share_each_mac(void **state)
{
	static const uint8_t expected[6] = {0x01, 0x00, 0x5E, 0x01, 0x01, 0x01};
	unsigned sharing = 0;
	(void)state;
	for (unsigned high = 224; high < 240; high++)
		for (unsigned next = 0; next < 256; next++) {
			uint8_t quad[4] = {(uint8_t)high, (uint8_t)next, 1, 1}, mac[6];
			struct endpoint e = endpoint_from_v4(quad, 0);
			group_mac(&e, mac);
			sharing += memcmp(mac, expected, 6) == 0;
		}
	assert_int_equal(sharing, 32);
}

static void ipv6_groups_map_32_bits_into_the_mac(void **state)
{
	struct random r;
	(void)state;
	assert_mac("ff12::801:101", "33:33:08:01:01:01");
	assert_mac("ff15::801:101", "33:33:08:01:01:01");
	assert_mac("ff12:1:2:3:4:5:801:101", "33:33:08:01:01:01");
	assert_mac("ff1e::ffff:ffff", "33:33:ff:ff:ff:ff");
	assert_mac("ff02::1", "33:33:00:00:00:01");
	random_init(&r, 1);
	for (int i = 0; i < 1000; i++) {
		uint8_t address[16], mac[6];
		for (size_t j = 0; j < 16; j++)
			address[j] = (uint8_t)random_next(&r);
		address[0] = 0xFF;
		struct endpoint e = endpoint_from_v6(address, 0);
		group_mac(&e, mac);
		assert_int_equal(mac[0], 0x33);
		assert_int_equal(mac[1], 0x33);
		assert_memory_equal(mac + 2, address + 12, 4);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(groups_are_read_with_port_and_interface),
		cmocka_unit_test(refusals_say_why_and_what_was_meant),
		cmocka_unit_test(truncations_are_refused_or_read_as_they_stand),
		cmocka_unit_test(hostile_text_is_refused),
		cmocka_unit_test(source_specific_ranges_are_known),
		cmocka_unit_test(only_narrow_ipv6_scopes_need_an_interface),
		cmocka_unit_test(ipv4_groups_map_23_bits_into_the_mac),
		cmocka_unit_test(thirty_two_ipv4_groups_share_each_mac),
		cmocka_unit_test(ipv6_groups_map_32_bits_into_the_mac),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
