/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
/* Fragments become datagrams. [K6] */
#include "core/joiner.h"
#include "unit.h"

#include <string.h>

static struct joiner joiner;
static const char text[] = "a datagram that is cut into three parts.";
enum { LENGTH = sizeof(text), COUNT = 3 };

static const char *give(uint64_t source, uint64_t first, unsigned index)
{
	const struct wire_envelope e = {.length = LENGTH, .index = (uint8_t)index, .count = COUNT};
	size_t part = wire_fragment_size(LENGTH, COUNT);
	char padded[LENGTH + COUNT] = {0};
	memcpy(padded, text, LENGTH);
	return joiner_take(&joiner, source, first + index, &e, padded + index * part);
}

static int begin(void **state)
{
	(void)state;
	memset(&joiner, 0, sizeof(joiner));
	return 0;
}

static void in_any_order_and_once(void **state)
{
	static const unsigned orders[][COUNT] = {{0, 1, 2}, {2, 1, 0}, {1, 2, 0}};
	(void)state;
	for (unsigned n = 0; n < 3; n++) {
		assert_null(give(1, 10 + 3 * n, orders[n][0]));
		assert_null(give(1, 10 + 3 * n, orders[n][0])); /* Twice. */
		assert_null(give(1, 10 + 3 * n, orders[n][1]));
		assert_string_equal(give(1, 10 + 3 * n, orders[n][2]), text);
	}
	assert_int_equal(joiner.lost, 0);
}

static void sources_do_not_mix(void **state)
{
	(void)state;
	assert_null(give(1, 10, 0));
	assert_null(give(2, 10, 1));
	assert_null(give(1, 10, 1));
	assert_null(give(2, 10, 0));
	assert_string_equal(give(2, 10, 2), text);
	assert_string_equal(give(1, 10, 2), text);
}

static void the_oldest_gives_way_and_is_counted(void **state)
{
	(void)state;
	for (unsigned n = 0; n < JOINER_PLACES; n++)
		assert_null(give(1, 10 + 3 * n, 0));
	assert_int_equal(joiner.lost, 0);
	assert_null(give(1, 1000, 0));
	assert_int_equal(joiner.lost, 1);
	assert_null(give(1, 1000, 1));
	assert_string_equal(give(1, 1000, 2), text);
	assert_null(give(1, 13, 1));
	assert_string_equal(give(1, 13, 2), text);
	assert_null(give(1, 10, 1)); /* It begins again, and is never complete. */
	assert_null(give(1, 10, 2));
}

static void another_length_is_another_datagram(void **state)
{
	struct wire_envelope e = {.length = 4, .index = 1, .count = 2};
	(void)state;
	assert_null(joiner_take(&joiner, 1, 11, &e, "cd"));
	e.length = 6;
	e.index = 0;
	assert_null(joiner_take(&joiner, 1, 10, &e, "abc"));
	e.length = 4;
	assert_memory_equal(joiner_take(&joiner, 1, 10, &e, "ab"), "abcd", 4);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(in_any_order_and_once, begin),
		cmocka_unit_test_setup(sources_do_not_mix, begin),
		cmocka_unit_test_setup(the_oldest_gives_way_and_is_counted, begin),
		cmocka_unit_test_setup(another_length_is_another_datagram, begin),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
