/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
#include "load/tally.h"
#include "unit.h"

#define SIZE 100

static struct tally t;

static void take_from(uint32_t stream, uint64_t sequence)
{
	char bytes[SIZE];
	payload_fill(bytes, SIZE);
	payload_stamp(bytes, SIZE, stream, sequence, 1000);
	tally_take(&t, bytes, SIZE, 5000);
}

static void take(uint64_t sequence)
{
	take_from(0, sequence);
}

static void take_all(uint64_t first, uint64_t end)
{
	for (uint64_t i = first; i < end; i++)
		take(i);
}

static void expect(uint64_t received, uint64_t lost, uint64_t duplicates, uint64_t reordered,
		   uint64_t wrong)
{
	assert_int_equal(t.received, received);
	assert_int_equal(t.bytes, received * SIZE);
	assert_int_equal(t.lost, lost);
	assert_int_equal(t.duplicates, duplicates);
	assert_int_equal(t.reordered, reordered);
	assert_int_equal(t.wrong, wrong);
}

static int set_up(void **state)
{
	(void)state;
	tally_init(&t, NULL);
	return 0;
}

static void all_in_order_is_all_received(void **state)
{
	(void)state;
	take_all(0, 1000);
	expect(1000, 0, 0, 0, 0);
}

static void what_is_missing_is_lost_also_at_the_beginning(void **state)
{
	(void)state;
	take_all(3, 10);
	take_all(12, 20);
	expect(15, 5, 0, 0, 0);
}

static void a_repeated_one_is_a_duplicate(void **state)
{
	(void)state;
	take_all(0, 10);
	take(9);
	take(0);
	expect(10, 0, 2, 0, 0);
}

static void a_late_one_is_reordered_and_lost_no_more(void **state)
{
	(void)state;
	take_all(0, 10);
	take_all(15, 20);
	take(12); /* In the middle, at both ends, the last ones. */
	take(10);
	take(14);
	expect(18, 2, 0, 3, 0);
	take(11);
	take(13);
	expect(20, 0, 0, 5, 0);
	take(12);
	take(19);
	expect(20, 0, 2, 5, 0);
}

static void two_that_changed_places_are_one_reordered(void **state)
{
	(void)state;
	take(0);
	take(2);
	take(1);
	take_all(3, 6);
	expect(6, 0, 0, 1, 0);
}

static void streams_are_told_apart(void **state)
{
	(void)state;
	for (uint64_t i = 0; i < 100; i++) {
		take_from(7, i);
		take_from(8, i);
	}
	take_from(8, 5);
	take_from(9, 1);
	expect(201, 1, 1, 0, 0);
}

static void too_many_streams_are_wrong(void **state)
{
	(void)state;
	for (uint32_t stream = 0; stream <= TALLY_STREAMS_MAX; stream++)
		take_from(stream, 0);
	expect(TALLY_STREAMS_MAX, 0, 0, 0, 1);
}

static void what_is_no_payload_or_a_damaged_one_is_wrong(void **state)
{
	char bytes[2 * SIZE];
	(void)state;
	payload_fill(bytes, SIZE);
	tally_take(&t, bytes, SIZE, 5000);
	payload_stamp(bytes, SIZE, 0, 0, 1000);
	payload_stamp(bytes + SIZE, SIZE, 0, 1, 1000);
	tally_take(&t, bytes, 0, 5000);
	tally_take(&t, bytes, PAYLOAD_SIZE_MIN - 1, 5000);
	tally_take(&t, bytes, SIZE - 1, 5000);
	tally_take(&t, bytes, 2 * SIZE, 5000);
	tally_take(&t, bytes + 1, SIZE, 5000);
	expect(0, 0, 0, 0, 6);
	tally_take(&t, bytes, SIZE, 5000);
	expect(1, 0, 0, 0, 6);
}

static void the_smallest_payload_has_its_fields_only(void **state)
{
	char bytes[PAYLOAD_SIZE_MIN];
	(void)state;
	payload_stamp(bytes, sizeof(bytes), 0, 0, 1000);
	tally_take(&t, bytes, sizeof(bytes), 5000);
	assert_int_equal(t.received, 1);
	assert_int_equal(t.wrong, 0);
}

/* Every second one is missing, so often that the oldest gaps are forgotten. */
static void the_oldest_gaps_are_forgotten_and_nothing_else(void **state)
{
	const uint64_t count = 2 * TALLY_GAPS_MAX;
	(void)state;
	for (uint64_t i = 0; i < count; i++)
		take(2 * i + 1);
	expect(count, count, 0, 0, 0);
	for (uint64_t i = 0; i < count; i++)
		take(2 * i);
	expect(count + TALLY_GAPS_MAX, count - TALLY_GAPS_MAX, count - TALLY_GAPS_MAX,
	       TALLY_GAPS_MAX, 0);
}

/* A gap that is cut in two when there is no room costs the oldest one. */
static void a_gap_cut_in_a_full_table_stays_exact(void **state)
{
	const uint64_t count = TALLY_GAPS_MAX, end = 10 * count;
	(void)state;
	for (uint64_t i = 0; i < count; i++)
		take(10 * i + 9);
	expect(count, 9 * count, 0, 0, 0);
	take(end - 6);
	take(end - 6);
	take(end - 7);
	take(end - 5);
	expect(count + 3, 9 * count - 3, 1, 3, 0);
	take(3); /* Of the oldest gap, which is forgotten. */
	expect(count + 3, 9 * count - 3, 2, 3, 0);
	take(13);
	expect(count + 4, 9 * count - 4, 2, 4, 0);
}

static void age_is_counted_where_that_is_wanted(void **state)
{
	static struct histogram h;
	(void)state;
	histogram_init(&h);
	tally_init(&t, &h);
	take_all(0, 10);
	assert_int_equal(h.count, 10);
	assert_int_equal(h.max, 4000);
	assert_int_equal(h.min, 4000);
}

static void a_sum_spans_all_times(void **state)
{
	static struct tally sum;
	(void)state;
	tally_init(&sum, NULL);
	tally_add(&sum, &t); /* Nothing came: no time. */
	take_all(0, 5);
	t.first_ns = 2000;
	tally_add(&sum, &t);
	t.first_ns = 3000;
	t.last_ns = 9000;
	tally_add(&sum, &t);
	assert_int_equal(sum.received, 10);
	assert_int_equal(sum.first_ns, 2000);
	assert_int_equal(sum.last_ns, 9000);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(all_in_order_is_all_received, set_up),
		cmocka_unit_test_setup(what_is_missing_is_lost_also_at_the_beginning, set_up),
		cmocka_unit_test_setup(a_repeated_one_is_a_duplicate, set_up),
		cmocka_unit_test_setup(a_late_one_is_reordered_and_lost_no_more, set_up),
		cmocka_unit_test_setup(two_that_changed_places_are_one_reordered, set_up),
		cmocka_unit_test_setup(streams_are_told_apart, set_up),
		cmocka_unit_test_setup(too_many_streams_are_wrong, set_up),
		cmocka_unit_test_setup(what_is_no_payload_or_a_damaged_one_is_wrong, set_up),
		cmocka_unit_test_setup(the_smallest_payload_has_its_fields_only, set_up),
		cmocka_unit_test_setup(the_oldest_gaps_are_forgotten_and_nothing_else, set_up),
		cmocka_unit_test_setup(a_gap_cut_in_a_full_table_stays_exact, set_up),
		cmocka_unit_test_setup(age_is_counted_where_that_is_wanted, set_up),
		cmocka_unit_test_setup(a_sum_spans_all_times, set_up),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
