/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
#include "net/gather.h"
#include "unit.h"

static struct gather g;
static char bytes[70000];

static int reset(void **state)
{
	(void)state;
	gather_reset(&g);
	for (size_t i = 0; i < sizeof(bytes); i++)
		bytes[i] = (char)(i * 7 + i / 256);
	return 0;
}

/* Payloads without header, `count` of `size`. */
static struct payload payloads(size_t size, size_t count)
{
	return (struct payload){.run = run_of(bytes, size * count, size)};
}

/* A run of whole messages of `size` each, the last of `last`. */
static struct payload messages(size_t size, size_t count, size_t last)
{
	return (struct payload){.run = run_of(bytes, size * (count - 1) + last, size),
				.header_size = WIRE_HEADER_SIZE};
}

/* The same behind headers of that size. */
static struct payload behind(size_t header_size, size_t size, size_t count, size_t last)
{
	size_t whole = header_size + size;
	return (struct payload){
		.run = run_of(bytes, whole * (count - 1) + header_size + last, whole),
		.header_size = header_size};
}

static size_t take(struct payload payload)
{
	struct outgoing out = {.message = WIRE_DATA, .payload = payload};
	return gather_take(&g, &out, GATHER_DATAGRAMS);
}

/* Takes it as MDAT, the first with this stamp. */
static size_t take_stamped(struct payload payload, struct wire_stamp stamp)
{
	struct outgoing out = {.message = WIRE_MDAT, .payload = payload, .stamp = stamp};
	return gather_take(&g, &out, GATHER_DATAGRAMS);
}

/* The datagram that is handed out next, in one piece; false: there is none. */
static bool next_datagram(struct gather_place *place, char *ret_bytes, size_t *ret_size)
{
	struct iovec parts[GATHER_SINGLE_PARTS];
	size_t count = gather_single(&g, place, parts);
	*ret_size = 0;
	for (size_t i = 0; i < count; i++) {
		memcpy(ret_bytes + *ret_size, parts[i].iov_base, parts[i].iov_len);
		*ret_size += parts[i].iov_len;
	}
	return count > 0;
}

static const struct wire_stamp first_stamp = {
	.channel = 3, .key = 77, .epoch = 5, .seq = 1000, .source = 9, .number = 40};

/* The next datagram is MDAT with the stamp of the `number`-th from `first_stamp` on. */
static void assert_stamped(struct gather_place *place, uint64_t number, const char *payload,
			   size_t size)
{
	static char datagram[70000];
	struct wire_stamp s;
	size_t came;
	assert_true(next_datagram(place, datagram, &came));
	assert_int_equal(came, WIRE_STAMP_SIZE + size);
	assert_memory_equal(datagram, WIRE_STAMP_HEADER, 5);
	wire_stamp_decode(datagram, &s);
	assert_int_equal(s.channel, 3);
	assert_int_equal(s.key, 77);
	assert_int_equal(s.epoch, 5);
	assert_int_equal(s.seq, 1000 + number);
	assert_int_equal(s.source, 9);
	assert_int_equal(s.number, 40 + number);
	assert_memory_equal(datagram + WIRE_STAMP_SIZE, payload, size);
}

static void neighbours_of_one_size_are_gathered(void **state)
{
	(void)state;
	for (size_t i = 1; i <= 10; i++) {
		assert_int_equal(take(payloads(100, 1)), 1);
		assert_int_equal(g.count, i);
		assert_int_equal(g.size, i * 105);
		assert_int_equal(g.segment_size, 105);
	}
	assert_int_equal(take(messages(105, 3, 105)), 3);
	assert_int_equal(g.count, 13);
	assert_int_equal(take(payloads(101, 1)), 0); /* Longer. */
	assert_int_equal(g.count, 13);
}

static void a_shorter_one_is_the_last(void **state)
{
	(void)state;
	assert_int_equal(take(payloads(100, 2)), 2);
	assert_int_equal(take(payloads(50, 2)), 0); /* Several cannot all be the last. */
	assert_int_equal(take(payloads(50, 1)), 1);
	assert_int_equal(take(payloads(50, 1)), 0);
	assert_int_equal(take(payloads(100, 1)), 0);
	gather_reset(&g);
	assert_int_equal(take(messages(100, 4, 7)), 4);
	assert_int_equal(take(messages(100, 1, 100)), 0);
}

static void empty_payloads_are_gathered_too(void **state)
{
	(void)state;
	for (int i = 0; i < 5; i++)
		assert_int_equal(take(payloads(0, 1)), 1);
	assert_int_equal(g.count, 5);
	assert_int_equal(g.size, 25);
	assert_int_equal(g.part_count, 5);
}

static void what_does_not_fit_is_left(void **state)
{
	struct outgoing p = {.message = WIRE_DATA, .payload = payloads(100, 300)};
	(void)state;
	assert_int_equal(gather_take(&g, &p, 128), 128);
	assert_int_equal(p.payload.run.count, 172);
	assert_ptr_equal(p.payload.run.bytes, bytes + 12800);
	assert_int_equal(gather_take(&g, &p, 128), 0);
	gather_reset(&g);
	assert_int_equal(gather_take(&g, &p, 64), 64);
	gather_reset(&g);
	p.payload = payloads(
		1200, 55); /* With their headers, 55 of them are more than a send can hold. */
	assert_int_equal(gather_take(&g, &p, 128), 54);
	assert_int_equal(p.payload.run.count, 1);
	assert_int_equal(gather_take(&g, &p, 128), 0);
	assert_true(g.size <= GATHER_SIZE_MAX);
}

static void the_largest_is_taken_alone(void **state)
{
	(void)state;
	assert_int_equal(take(payloads(65502, 1)), 1);
	assert_int_equal(g.size, 65507);
	assert_int_equal(take(payloads(0, 1)), 0);
	gather_reset(&g);
	assert_int_equal(take(messages(65520, 1, 65520)), 1); /* IPv6 carries it. */
}

/* What the kernel would cut, cut here. */
static void the_datagrams_come_one_by_one(void **state)
{
	static const size_t sizes[] = {0, 1, 100, 1400};
	(void)state;
	for (size_t i = 0; i < COUNT(sizes); i++) {
		size_t size = sizes[i], number = 0;
		struct gather_place place = {0};
		struct iovec parts[GATHER_SINGLE_PARTS];
		gather_reset(&g);
		assert_int_equal(take(payloads(size, 1)), 1);
		if (size > 0) {
			assert_int_equal(take(messages(size + 5, 3, size + 5)), 3);
			assert_int_equal(take(payloads(size, 2)), 2);
			assert_int_equal(take(payloads(size - 1, 1)), 1);
		}
		for (size_t count; (count = gather_single(&g, &place, parts)) > 0; number++) {
			size_t total = 0;
			for (size_t k = 0; k < count; k++)
				total += parts[k].iov_len;
			assert_int_equal(total, number == 6 ? size + 4 : size + 5);
			if (number == 2)
				assert_ptr_equal(parts[0].iov_base, bytes + size + 5);
		}
		assert_int_equal(number, g.count);
		assert_int_equal(place.done, g.size);
	}
}

static void a_stamp_is_put_before_each_payload(void **state)
{
	static const size_t headers[] = {0, WIRE_HEADER_SIZE};
	(void)state;
	for (size_t i = 0; i < COUNT(headers); i++) {
		struct gather_place place = {0};
		gather_reset(&g);
		assert_int_equal(take_stamped(behind(headers[i], 100, 5, 60), first_stamp), 5);
		assert_int_equal(g.segment_size, 148);
		assert_int_equal(g.last_size, 108);
		assert_int_equal(g.size, 4 * 148 + 108);
		assert_int_equal(g.whole_count, 0);
		for (size_t k = 0; k < 5; k++)
			assert_stamped(&place, k, bytes + k * (100 + headers[i]) + headers[i],
				       k == 4 ? 60 : 100);
		assert_int_equal(place.done, g.size);
	}
}

/* Each take has headers of its own; where one is interrupted, the stamps go on. */
static void stamps_follow_over_several_takes(void **state)
{
	struct outgoing out = {
		.message = WIRE_MDAT, .payload = payloads(10, 300), .stamp = first_stamp};
	size_t number = 0;
	(void)state;
	while (out.payload.run.count > 0) {
		struct gather_place place = {0};
		gather_reset(&g);
		size_t first = gather_take(&g, &out, 50);
		size_t second = first == 50 ? gather_take(&g, &out, GATHER_DATAGRAMS) : 0;
		for (size_t k = 0; k < first + second; k++, number++)
			assert_stamped(&place, number, bytes + number * 10, 10);
	}
	assert_int_equal(number, 300);
}

/* On the way to the root it is 0, and the root wants it so. */
static void a_seq_of_0_stays_0(void **state)
{
	struct wire_stamp stamp = {.source = 9, .number = 1}, read;
	struct gather_place place = {0};
	char datagram[100];
	size_t size;
	(void)state;
	assert_int_equal(take_stamped(payloads(10, 3), stamp), 3);
	for (uint64_t number = 1; number <= 3; number++) {
		assert_true(next_datagram(&place, datagram, &size));
		wire_stamp_decode(datagram, &read);
		assert_int_equal(read.seq, 0);
		assert_int_equal(read.number, number);
	}
}

static void a_stamp_that_is_there_is_left_alone(void **state)
{
	struct wire_stamp none = {0};
	(void)state;
	assert_int_equal(take_stamped(behind(WIRE_STAMP_SIZE, 100, 7, 50), none), 7);
	assert_int_equal(g.part_count, 1);
	assert_ptr_equal(g.parts[0].iov_base, bytes);
	assert_int_equal(g.size, 6 * 148 + 98);
	assert_int_equal(g.whole_count, 7);
}

static void a_stamp_is_left_out_of_data(void **state)
{
	struct gather_place place = {0};
	char datagram[200];
	size_t size;
	(void)state;
	assert_int_equal(take(behind(WIRE_STAMP_SIZE, 100, 3, 0)), 3);
	assert_int_equal(take(messages(105, 1, 105)), 0); /* The last was shorter. */
	for (size_t k = 0; k < 3; k++) {
		size_t payload = k == 2 ? 0 : 100;
		assert_true(next_datagram(&place, datagram, &size));
		assert_int_equal(size, 5 + payload);
		assert_memory_equal(datagram, "DATA\n", 5);
		assert_memory_equal(datagram + 5, bytes + k * 148 + 48, payload);
	}
	assert_int_equal(g.whole_count, 0);
}

/* What comes in either way goes in one. */
static void stamped_and_other_payloads_are_gathered_together(void **state)
{
	struct gather_place place = {0};
	char datagram[200];
	size_t size;
	(void)state;
	assert_int_equal(take_stamped(behind(WIRE_STAMP_SIZE, 100, 4, 100), first_stamp), 4);
	assert_int_equal(take_stamped(payloads(100, 2), first_stamp), 2);
	assert_int_equal(take_stamped(behind(WIRE_HEADER_SIZE, 100, 2, 100), first_stamp), 2);
	assert_int_equal(g.count, 8);
	assert_int_equal(g.whole_count, 4);
	for (size_t k = 0; k < 4; k++) {
		assert_true(next_datagram(&place, datagram, &size));
		assert_int_equal(size, 148);
		assert_memory_equal(datagram, bytes + k * 148, 148);
	}
	for (size_t k = 0; k < 2; k++)
		assert_stamped(&place, k, bytes + k * 100, 100);
	for (size_t k = 0; k < 2; k++)
		assert_stamped(&place, k, bytes + k * 105 + 5, 100);
	assert_false(next_datagram(&place, datagram, &size));
}

static void stamps_of_empty_payloads_are_messages_too(void **state)
{
	struct gather_place place = {0};
	(void)state;
	for (size_t k = 0; k < 5; k++) {
		struct wire_stamp stamp = first_stamp;
		stamp.seq += k;
		stamp.number += k;
		assert_int_equal(take_stamped(payloads(0, 1), stamp), 1);
	}
	assert_int_equal(g.size, 5 * WIRE_STAMP_SIZE);
	for (size_t k = 0; k < 5; k++)
		assert_stamped(&place, k, bytes, 0);
}

static void the_largest_with_a_stamp_is_taken_alone(void **state)
{
	size_t size = GATHER_SIZE_MAX - WIRE_STAMP_SIZE;
	(void)state;
	assert_int_equal(take_stamped(payloads(size, 1), first_stamp), 1);
	assert_int_equal(g.size, GATHER_SIZE_MAX);
	assert_int_equal(take_stamped(payloads(0, 1), first_stamp), 0);
}

#define TEST(name) cmocka_unit_test_setup(name, reset)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(neighbours_of_one_size_are_gathered),
		TEST(a_shorter_one_is_the_last),
		TEST(empty_payloads_are_gathered_too),
		TEST(what_does_not_fit_is_left),
		TEST(the_largest_is_taken_alone),
		TEST(the_datagrams_come_one_by_one),
		TEST(a_stamp_is_put_before_each_payload),
		TEST(stamps_follow_over_several_takes),
		TEST(a_seq_of_0_stays_0),
		TEST(a_stamp_that_is_there_is_left_alone),
		TEST(a_stamp_is_left_out_of_data),
		TEST(stamped_and_other_payloads_are_gathered_together),
		TEST(stamps_of_empty_payloads_are_messages_too),
		TEST(the_largest_with_a_stamp_is_taken_alone),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
