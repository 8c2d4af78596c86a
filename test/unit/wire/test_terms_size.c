/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
/* Rules [F2], [F3]: how long a full message becomes. */
#include "wire/rig.h"

#include <string.h>

#define BODY_MIN (WIRE_TERMS_MIN - WIRE_HEADER_SIZE)
#define BODY_MAX (WIRE_ANSWER_MAX - WIRE_HEADER_SIZE)

#define FIRST "hmtp 1\n"

static void all_keys_fit_without_members(void **state)
{
	char body[BODY_MAX];
	struct wire_terms t;
	(void)state;
	rig_terms(&t, SAMPLE_MOST, 0);
	assert_in_range(wire_terms_encode(&t, 0, BODY_MAX, body), WIRE_TERMS_MIN - 100, BODY_MIN);
	assert_true(wire_terms_decode(body, wire_terms_encode(&t, 0, BODY_MAX, body), &t));
}

/* Whatever room there is: never longer, and the members are the first ones, as many as fit. */
static void members_that_do_not_fit_are_dropped_from_the_end(void **state)
{
	char body[BODY_MAX + 1];
	struct wire_terms t, again;
	(void)state;
	for (int sample = 0; sample < SAMPLES; sample++) {
		uint8_t before = 0;
		rig_terms(&t, (enum sample)sample, WIRE_ENDPOINTS_SENT);
		for (size_t max = BODY_MIN; max <= BODY_MAX; max++) {
			body[max] = '#';
			size_t size = wire_terms_encode(&t, 0, max, body);
			assert_in_range(size, strlen(FIRST), max);
			assert_int_equal(body[max], '#');
			assert_true(wire_terms_decode(body, size, &again));
			assert_in_range(again.member_count, before, WIRE_ENDPOINTS_SENT);
			before = again.member_count;
			if (before < WIRE_ENDPOINTS_SENT)
				assert_in_range(max - size, 0, 78); /* No line is longer. */
			t.member_count = before;
			rig_assert_equal_terms(&again, &t);
			t.member_count = WIRE_ENDPOINTS_SENT;
		}
	}
}

static void a_pad_makes_it_as_long_as_wanted_and_no_longer_than_allowed(void **state)
{
	char body[BODY_MAX + 1];
	struct wire_terms t, again;
	(void)state;
	for (size_t count = 0; count <= WIRE_ENDPOINTS_SENT; count += 3) {
		rig_terms(&t, SAMPLE_MIXED, count);
		size_t plain = wire_terms_encode(&t, 0, BODY_MAX, body);
		for (size_t min = 0; min <= BODY_MAX; min++) {
			size_t size = wire_terms_encode(&t, min, BODY_MAX, body);
			assert_in_range(size, min, BODY_MAX);
			if (min <= plain)
				assert_int_equal(size, plain);
			else
				assert_in_range(size - min, 0, 5);
			assert_true(wire_terms_decode(body, size, &again));
			if (min + 6 < BODY_MAX) {
				t.member_count = again.member_count;
				rig_assert_equal_terms(&again, &t);
			}
		}
		for (size_t exact = BODY_MIN; exact <= BODY_MAX; exact++) {
			body[exact] = '#';
			assert_int_equal(wire_terms_encode(&t, exact, exact, body), exact);
			assert_int_equal(body[exact], '#');
			assert_true(wire_terms_decode(body, exact, &again));
			assert_int_equal(again.has, t.has);
		}
	}
}

static void the_sizes_of_a_message_are_those_of_all_of_it(void **state)
{
	char bytes[WIRE_ANSWER_MAX];
	struct wire_terms t;
	struct wire_message m;
	(void)state;
	rig_terms(&t, SAMPLE_LEAST, WIRE_ENDPOINTS_SENT);
	for (size_t size = WIRE_TERMS_MIN; size <= WIRE_ANSWER_MAX; size++) {
		assert_int_equal(wire_encode_terms(WIRE_YREG, &t, size, size, bytes), size);
		assert_int_equal(rig_decode(bytes, size, &m), WIRE_GOOD);
		assert_int_equal(m.type, WIRE_YREG);
		assert_true(m.is_full);
	}
	wire_terms_init(&t);
	for (size_t min = 0; min <= 12; min++)
		assert_int_equal(wire_encode_terms(WIRE_ROOT, &t, min, WIRE_ANSWER_MAX, bytes), 12);
	for (size_t min = 13; min <= 18; min++)
		assert_int_equal(wire_encode_terms(WIRE_ROOT, &t, min, WIRE_ANSWER_MAX, bytes), 18);
	assert_memory_equal(bytes, "ROOT\nhmtp 1\npad x\n", 18);
	assert_int_equal(wire_encode_terms(WIRE_ROOT, &t, 19, WIRE_ANSWER_MAX, bytes), 19);
	assert_memory_equal(bytes, "ROOT\nhmtp 1\npad xx\n", 19);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(all_keys_fit_without_members),
		cmocka_unit_test(members_that_do_not_fit_are_dropped_from_the_end),
		cmocka_unit_test(a_pad_makes_it_as_long_as_wanted_and_no_longer_than_allowed),
		cmocka_unit_test(the_sizes_of_a_message_are_those_of_all_of_it),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
