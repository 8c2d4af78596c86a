/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
/* By which way a datagram has come. [K7] */
#include "island/seen.h"
#include "unit.h"

#include <stdio.h>

static struct seen seen;
static const struct endpoint group = {.address = {0xFF, 0x15}, .port = 5000};
static const struct endpoint origin = {.address = {0xFD}, .port = 4444};

static bool take(const char *text, uint64_t way, int64_t now_us)
{
	return seen_take(&seen, &group, &origin, text, strlen(text), way, (struct time){now_us});
}

static int begin(void **state)
{
	struct random random;
	(void)state;
	random_init(&random, 1);
	seen_init(&seen, &random);
	return 0;
}

static void a_second_way_is_a_copy_for_a_while(void **state)
{
	(void)state;
	assert_true(take("a", SEEN_NATIVE, 1));
	assert_true(take("a", SEEN_NATIVE, 2)); /* Said again. */
	assert_false(take("a", 77, 3));
	assert_false(take("a", 77, SEEN_US));
	assert_true(take("a", SEEN_NATIVE, SEEN_US));
	assert_false(take("a", 77, SEEN_US + 4));
	assert_true(take("a", 77, 2 * SEEN_US));
	assert_false(take("a", SEEN_NATIVE, 2 * SEEN_US + 1));
}

static void others_are_others(void **state)
{
	struct endpoint other = origin;
	other.port++;
	(void)state;
	assert_true(take("a", 1, 1));
	assert_true(take("b", 2, 1));
	assert_true(take("", 2, 1));
	assert_true(seen_take(&seen, &group, &other, "a", 1, 2, (struct time){1}));
	assert_true(seen_take(&seen, &other, &origin, "a", 1, 2, (struct time){1}));
	assert_false(take("a", 2, 1));
}

static void more_than_fit_are_forgotten_oldest_first(void **state)
{
	char text[16];
	unsigned known = 0;
	(void)state;
	for (unsigned n = 0; n < 2 * SEEN_SETS * SEEN_WAYS; n++) {
		(void)snprintf(text, sizeof(text), "%u", n);
		assert_true(take(text, 1, 1 + n));
	}
	for (unsigned n = 0; n < 100; n++) {
		(void)snprintf(text, sizeof(text), "%u", 2 * SEEN_SETS * SEEN_WAYS - 1 - n);
		known += !take(text, 2, 2 * SEEN_SETS * SEEN_WAYS + 1);
	}
	assert_int_equal(known, 100);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(a_second_way_is_a_copy_for_a_while, begin),
		cmocka_unit_test_setup(others_are_others, begin),
		cmocka_unit_test_setup(more_than_fit_are_forgotten_oldest_first, begin),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
