/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
#include "net/resolve.h"
#include "unit.h"

#include <errno.h>
#include <unistd.h>

static const struct {
	const char *text;
	const char *endpoint;
} numeric[] = {
	{"10.0.0.2", "10.0.0.2:10000"},
	{"10.0.0.2:1", "10.0.0.2:1"},
	{"10.0.0.2:65535", "10.0.0.2:65535"},
	{"127.0.0.1:10001", "127.0.0.1:10001"},
	{"fd00::4", "[fd00::4]:10000"},
	{"::1", "[::1]:10000"},
	{"::", "[::]:10000"},
	{"fd00::4:7", "[fd00::4:7]:10000"},
	{"[fd00::4]", "[fd00::4]:10000"},
	{"[fd00::4]:7", "[fd00::4]:7"},
	{"[::1]:65535", "[::1]:65535"},
	{"::ffff:10.0.0.2", "10.0.0.2:10000"},
	{"[::ffff:10.0.0.2]:7", "10.0.0.2:7"},
};

static void numbers_need_no_resolver(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(numeric); i++) {
		struct endpoint list[2];
		struct failure failure = {0};
		char text[ENDPOINT_TEXT_SIZE];
		assert_int_equal(resolve(numeric[i].text, 10000, list, 2, &failure), 1);
		assert_string_equal(endpoint_format(&list[0], text), numeric[i].endpoint);
		assert_int_equal(failure.code, 0);
	}
}

static void what_is_no_host_and_port_is_told_and_nothing_written(void **state)
{
	static const char *const bad[] = {
		"",
		":",
		":80",
		"10.0.0.2:",
		"10.0.0.2:0",
		"10.0.0.2:65536",
		"10.0.0.2:-1",
		"10.0.0.2:80x",
		"10.0.0.2:x",
		"10.0.0.2:99999999999999999999",
		"[::1",
		"[]",
		"[]:80",
		"[::1]80",
		"[::1]:",
		"[::1]:0",
		"[::1]x",
		"localhost:",
		"localhost:http",
	};
	(void)state;
	for (size_t i = 0; i < COUNT(bad); i++) {
		struct endpoint list[2], before[2];
		struct failure failure = {0};
		memset(list, 0xA5, sizeof(list));
		memcpy(before, list, sizeof(list));
		int count = resolve(bad[i], 10000, list, 2, &failure);
		if (count != -EINVAL && count != -ENOENT)
			fail_msg("'%s' gave %d", bad[i], count);
		assert_int_equal(failure.code, count);
		assert_true(failure.text[0] != '\0');
		assert_memory_equal(list, before, sizeof(list));
	}
}

/* Signs and spaces are no digits. */
static void a_port_is_digits_alone(void **state)
{
	static const char *const bad[] = {"10.0.0.2: 80", "10.0.0.2:+80", "[::1]:\t80"};
	(void)state;
	for (size_t i = 0; i < COUNT(bad); i++) {
		struct endpoint list[1];
		struct failure failure = {0};
		if (resolve(bad[i], 10000, list, 1, &failure) != -EINVAL)
			fail_msg("'%s' was taken", bad[i]);
	}
}

static void a_name_too_long_is_refused(void **state)
{
	static char text[70000];
	struct endpoint list[1];
	struct failure failure = {0};
	(void)state;
	memset(text, 'a', sizeof(text) - 1);
	assert_int_equal(resolve(text, 10000, list, 1, &failure), -EINVAL);
	assert_int_equal(failure.code, -EINVAL);
}

/* Of the files of every machine, /etc/hosts; also where there is no network but loopback. */
static void localhost_is_this_host(void **state)
{
	struct endpoint list[8];
	struct failure failure = {0};
	(void)state;
	if (access("/etc/hosts", R_OK) != 0)
		skip(); /* Then nothing here knows the name. */
	int count = resolve("localhost:7", 10000, list, COUNT(list), &failure);
	assert_in_range(count, 1, COUNT(list));
	for (int i = 0; i < count; i++) {
		assert_int_equal(list[i].port, 7);
		assert_true(endpoint_is_loopback(&list[i]));
	}
	assert_int_equal(resolve("localhost", 10000, list, 1, &failure), 1);
	assert_int_equal(list[0].port, 10000);
}

/* RFC 6761: `.invalid` is answered by nobody. Only `hosts` knows it, or not. */
static void an_unknown_name_is_told(void **state)
{
	struct endpoint list[2];
	struct failure failure = {0};
	(void)state;
	assert_int_equal(resolve("no such name.invalid", 10000, list, 2, &failure), -ENOENT);
	assert_int_equal(failure.code, -ENOENT);
	assert_non_null(strstr(failure.text, "no such name.invalid"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(numbers_need_no_resolver),
		cmocka_unit_test(what_is_no_host_and_port_is_told_and_nothing_written),
		cmocka_unit_test(a_port_is_digits_alone),
		cmocka_unit_test(a_name_too_long_is_refused),
		cmocka_unit_test(localhost_is_this_host),
		cmocka_unit_test(an_unknown_name_is_told),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
