/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
#include "chat/outbox.h"
#include "chat/piece.h"

static int open_outbox(void **state)
{
	static struct outbox box;
	*state = &box;
	return outbox_init(&box) ? 0 : -1;
}

static int close_outbox(void **state)
{
	outbox_done(*state);
	return 0;
}

static void datagrams_leave_in_the_order_they_came(void **state)
{
	struct outbox *o = *state;
	assert_true(outbox_is_empty(o));
	outbox_put(o, "one", 3);
	outbox_put(o, "", 0);
	outbox_put(o, "two\0three", 9);
	assert_false(outbox_is_empty(o));
	assert_piece(outbox_first(o), "one");
	assert_piece(outbox_first(o), "one");
	outbox_drop_first(o);
	assert_piece(outbox_first(o), "");
	outbox_drop_first(o);
	assert_int_equal(outbox_first(o).size, 9);
	assert_memory_equal(outbox_first(o).text, "two\0three", 9);
	outbox_drop_first(o);
	assert_true(outbox_is_empty(o));
}

static void each_datagram_takes_two_bytes_more_than_its_size(void **state)
{
	struct outbox *o = *state;
	assert_int_equal(outbox_free(o), OUTBOX_SIZE);
	outbox_put(o, "12345", 5);
	assert_int_equal(outbox_free(o), OUTBOX_SIZE - 7);
	outbox_drop_first(o);
	assert_int_equal(outbox_free(o), OUTBOX_SIZE);
}

static void one_datagram_is_told_from_none_and_from_two(void **state)
{
	struct outbox *o = *state;
	assert_false(outbox_has_one(o));
	outbox_put(o, "one", 3);
	assert_true(outbox_has_one(o));
	outbox_put(o, "", 0);
	assert_false(outbox_has_one(o));
	outbox_drop_first(o);
	assert_true(outbox_has_one(o));
	outbox_drop_first(o);
	assert_false(outbox_has_one(o));
}

static void clearing_empties_it(void **state)
{
	struct outbox *o = *state;
	outbox_put(o, "one", 3);
	outbox_put(o, "two", 3);
	outbox_drop_first(o);
	outbox_clear(o);
	assert_true(outbox_is_empty(o));
	assert_int_equal(outbox_free(o), OUTBOX_SIZE);
}

static void it_can_be_filled_to_the_last_byte_and_emptied(void **state)
{
	struct outbox *o = *state;
	char bytes[LINE_SIZE_MAX] = "";
	size_t sizes = 0, count = 0;
	while (outbox_free(o) >= 2) {
		size_t size =
			outbox_free(o) - 2 < LINE_SIZE_MAX ? outbox_free(o) - 2 : LINE_SIZE_MAX;
		outbox_put(o, bytes, size);
		sizes += size;
		count++;
	}
	assert_int_equal(outbox_free(o), 0);
	assert_int_equal(sizes + 2 * count, OUTBOX_SIZE);
	for (; count > 0; count--)
		outbox_drop_first(o);
	assert_true(outbox_is_empty(o));
}

/* Datagrams of which size and bytes follow from a number, against the numbers in the box. */
static size_t make_datagram(unsigned number, char bytes[LINE_SIZE_MAX])
{
	size_t size = number * 7919u % (LINE_SIZE_MAX + 1);
	memset(bytes, (int)(number % 251), size);
	return size;
}

static void nothing_is_lost_or_mixed_up_over_a_long_time(void **state)
{
	struct outbox *o = *state;
	unsigned put = 0, dropped = 0;
	char bytes[LINE_SIZE_MAX];
	struct random r;
	random_init(&r, 1);
	for (int i = 0; i < 100000; i++) {
		/* Phases in which it fills up, and in which it drains. */
		bool fills = random_below(&r, 100) < (i / 2000 % 2 ? 70 : 30);
		size_t size = make_datagram(put, bytes);
		if (fills && outbox_free(o) >= size + 2) {
			outbox_put(o, bytes, size);
			put++;
		} else if (!fills && !outbox_is_empty(o)) {
			struct piece first = outbox_first(o);
			assert_int_equal(first.size, make_datagram(dropped, bytes));
			assert_memory_equal(first.text, bytes, first.size);
			outbox_drop_first(o);
			dropped++;
		}
		assert_int_equal(outbox_is_empty(o), put == dropped);
	}
	assert_true(dropped > 10000);
}

#define OUTBOX_TEST(name) cmocka_unit_test_setup_teardown(name, open_outbox, close_outbox)

int main(void)
{
	const struct CMUnitTest tests[] = {
		OUTBOX_TEST(datagrams_leave_in_the_order_they_came),
		OUTBOX_TEST(each_datagram_takes_two_bytes_more_than_its_size),
		OUTBOX_TEST(one_datagram_is_told_from_none_and_from_two),
		OUTBOX_TEST(clearing_empties_it),
		OUTBOX_TEST(it_can_be_filled_to_the_last_byte_and_emptied),
		OUTBOX_TEST(nothing_is_lost_or_mixed_up_over_a_long_time),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
