/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
/* Only what every machine has: the loopback interface. Others belong to the lab. */
#include "net/link.h"
#include "unit.h"

#include <errno.h>
#include <poll.h>
#include <string.h>

static struct endpoint address_of(const char *text)
{
	struct endpoint e;
	assert_true(endpoint_parse_address(text, 5000, &e));
	return e;
}

static void the_loopback_interface_is_known(void **state)
{
	struct link link;
	struct endpoint localhost = address_of("127.0.0.1");
	(void)state;
	assert_int_equal(link_find("lo", &link), 0);
	assert_string_equal(link.name, "lo");
	assert_int_equal(link.index, if_nametoindex("lo"));
	assert_true(link.is_up);
	assert_true(link.is_loopback);
	assert_true(link.can_multicast);
	assert_true(link.has_v4);
	assert_memory_equal(link.v4.address, localhost.address, sizeof(localhost.address));
	assert_int_equal(link.v4.port, 0);
}

static void no_such_interface_is_told_and_nothing_written(void **state)
{
	static const char *const names[] = {
		"",  "nosuch0", "l", "lo0", "lo ", "LO", "a-name-longer-than-any-interface-has",
		"%s"};
	(void)state;
	for (size_t i = 0; i < COUNT(names); i++) {
		struct link link, before;
		memset(&link, 0xA5, sizeof(link));
		before = link;
		assert_int_equal(link_find(names[i], &link), -ENODEV);
		assert_memory_equal(&link, &before, sizeof(link));
	}
}

static bool contains(const struct endpoint *list, unsigned count, const struct endpoint *e)
{
	for (unsigned i = 0; i < count; i++)
		if (endpoint_equal(&list[i], e))
			return true;
	return false;
}

static void this_hosts_addresses_are_of_the_family_and_have_the_port(void **state)
{
	struct endpoint list[256], localhost = address_of("127.0.0.1");
	(void)state;
	for (int v6 = 0; v6 < 2; v6++) {
		unsigned count = link_addresses(v6, 5000, list, COUNT(list));
		assert_in_range(count, v6 ? 0 : 1, COUNT(list));
		assert_int_equal(contains(list, count, &localhost), !v6);
		for (unsigned i = 0; i < count; i++) {
			assert_int_equal(endpoint_is_v4(&list[i]), !v6);
			assert_int_equal(list[i].port, 5000);
		}
	}
}

static void no_more_addresses_are_written_than_there_is_room_for(void **state)
{
	struct endpoint list[2], untouched;
	(void)state;
	memset(list, 0xA5, sizeof(list));
	untouched = list[0];
	assert_int_equal(link_addresses(false, 1, list, 0), 0);
	assert_true(endpoint_equal(&list[0], &untouched));
	assert_int_equal(link_addresses(false, 1, list, 1), 1);
	assert_false(endpoint_equal(&list[0], &untouched));
	assert_true(endpoint_equal(&list[1], &untouched));
}

static void the_loopback_interfaces_own_address_is_known(void **state)
{
	struct endpoint list[2], localhost = address_of("127.0.0.1"), v6 = address_of("::1");
	(void)state;
	unsigned count = link_own_addresses("lo", 5000, list);
	assert_in_range(count, 1, 2);
	assert_true(contains(list, count, &localhost));
	if (count == 2)
		assert_true(contains(list, count, &v6));
	assert_int_equal(link_own_addresses("nosuch0", 5000, list), 0);
}

static void the_chosen_interface_is_up_and_can_multicast(void **state)
{
	static const char *const groups[] = {"224.1.1.1", "239.1.1.1", "ff15::801:101",
					     "ff12::801:101"};
	(void)state;
	for (size_t i = 0; i < COUNT(groups); i++) {
		struct endpoint group = address_of(groups[i]);
		struct link link, again;
		struct failure failure;
		assert_int_equal(link_choose(&group, &link, &failure), 0);
		assert_true(link.is_up);
		assert_true(link.can_multicast);
		assert_int_equal(link_find(link.name, &again), 0);
		assert_int_equal(link.index, again.index);
	}
}

static void a_watch_without_changes_is_not_readable_and_drains_at_once(void **state)
{
	int fd = link_watch_open();
	(void)state;
	assert_true(fd >= 0);
	struct pollfd ready = {.fd = fd, .events = POLLIN};
	link_watch_drain(fd);
	assert_int_equal(poll(&ready, 1, 0), 0);
	link_watch_drain(fd);
	link_watch_close(fd);
	link_watch_close(-1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_loopback_interface_is_known),
		cmocka_unit_test(no_such_interface_is_told_and_nothing_written),
		cmocka_unit_test(this_hosts_addresses_are_of_the_family_and_have_the_port),
		cmocka_unit_test(no_more_addresses_are_written_than_there_is_room_for),
		cmocka_unit_test(the_loopback_interfaces_own_address_is_known),
		cmocka_unit_test(the_chosen_interface_is_up_and_can_multicast),
		cmocka_unit_test(a_watch_without_changes_is_not_readable_and_drains_at_once),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
