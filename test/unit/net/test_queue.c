/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
#include "net/queue.h"
#include "unit.h"

#include <stdlib.h>

static struct hold_queue queue;
static struct kept_ring ring;
static char bytes[70000];

static int open_ring(void **state)
{
	(void)state;
	queue = (struct hold_queue){0};
	assert_true(kept_ring_init(&ring));
	for (size_t i = 0; i < sizeof(bytes); i++)
		bytes[i] = (char)(i * 7 + i / 256);
	return 0;
}

static int close_ring(void **state)
{
	(void)state;
	hold_queue_forget(&queue, queue.count);
	kept_ring_done(&ring);
	kept_ring_done(&ring);
	return 0;
}

/* `count` payloads of `size`, each behind a header. */
static struct payload payloads(size_t header_size, size_t size, size_t count)
{
	size_t whole = header_size + size;
	return (struct payload){.run = run_of(bytes, whole * count, whole),
				.header_size = header_size};
}

/* Keeps one of that size; gives whether there was room. */
static bool keep(size_t size, uint64_t number)
{
	struct wire_stamp stamp = {.source = 5, .number = number};
	return kept_ring_put(&ring, payloads(0, size, 1), stamp) == 0;
}

static void assert_kept(size_t place, uint64_t number, const char *payload, size_t payload_size)
{
	struct wire_stamp stamp;
	size_t size;
	const char *message = kept_ring_message(&ring, place, &size);
	assert_int_equal(size, WIRE_STAMP_SIZE + payload_size);
	wire_stamp_decode(message, &stamp);
	assert_int_equal(stamp.source, 5);
	assert_int_equal(stamp.number, number);
	assert_memory_equal(message + WIRE_STAMP_SIZE, payload, payload_size);
}

static void what_is_held_comes_back_in_order_without_headers(void **state)
{
	(void)state;
	hold_queue_put(&queue, payloads(0, 10, 1));
	hold_queue_put(&queue, payloads(WIRE_HEADER_SIZE, 20, 1));
	hold_queue_put(&queue, payloads(WIRE_STAMP_SIZE, 30, 1));
	hold_queue_put(&queue, payloads(0, 0, 1));
	for (size_t i = 0; i < 3; i++) {
		static const size_t headers[] = {0, WIRE_HEADER_SIZE, WIRE_STAMP_SIZE};
		struct held_payload oldest = hold_queue_take(&queue);
		assert_int_equal(oldest.size, 10 * (i + 1));
		assert_memory_equal(oldest.bytes, bytes + headers[i], oldest.size);
		free(oldest.bytes);
	}
	assert_int_equal(queue.count, 1);
}

static void a_run_is_kept_as_messages(void **state)
{
	static const size_t headers[] = {0, WIRE_HEADER_SIZE};
	struct wire_stamp stamp = {.source = 5, .number = 100};
	(void)state;
	for (size_t i = 0; i < COUNT(headers); i++, stamp.number += 7)
		assert_int_equal(kept_ring_put(&ring, payloads(headers[i], 50, 7), stamp), 0);
	assert_int_equal(ring.count, 14);
	for (size_t i = 0; i < 14; i++) {
		size_t header = headers[i / 7];
		assert_kept(i, 100 + i, bytes + i % 7 * (50 + header) + header, 50);
	}
}

static void a_stamp_that_is_there_is_kept(void **state)
{
	struct wire_stamp stamp = {.source = 5, .number = 9, .flags = WIRE_STAMP_AGAIN},
			  other = {0};
	(void)state;
	wire_stamp_encode(&stamp, bytes);
	assert_int_equal(kept_ring_put(&ring, payloads(WIRE_STAMP_SIZE, 50, 1), other), 0);
	assert_kept(0, 9, bytes + WIRE_STAMP_SIZE, 50);
}

static void what_is_kept_may_be_written_to(void **state)
{
	size_t size;
	(void)state;
	assert_true(keep(10, 1));
	kept_ring_message(&ring, 0, &size)[WIRE_STAMP_SIZE] = '!';
	assert_int_equal(kept_ring_message(&ring, 0, &size)[WIRE_STAMP_SIZE], '!');
}

static void places_count_from_the_oldest(void **state)
{
	(void)state;
	for (uint64_t i = 0; i < 10 * KEEP_MAX; i++) {
		if (ring.count == KEEP_MAX)
			kept_ring_forget(&ring, 300);
		assert_true(keep(i % 100, i));
		assert_kept(ring.count - 1, i, bytes, i % 100);
		assert_kept(0, i + 1 - ring.count, bytes, (i + 1 - ring.count) % 100);
	}
}

/* Bytes run out long before places do. */
static void what_finds_no_room_is_empty_and_has_its_place(void **state)
{
	uint64_t kept = 0;
	size_t size;
	(void)state;
	while (keep(60000, kept))
		kept++;
	assert_in_range(kept, 60, 70);
	assert_int_equal(ring.count, kept + 1);
	(void)kept_ring_message(&ring, kept, &size);
	assert_int_equal(size, 0);
	kept_ring_forget(&ring, 2);
	assert_true(keep(60000, kept + 1));
	assert_kept(kept - 1, kept + 1, bytes, 60000);
	(void)kept_ring_message(&ring, kept - 2, &size);
	assert_int_equal(size, 0);
	assert_kept(0, 2, bytes, 60000);
	kept_ring_forget(&ring, ring.count);
	assert_true(keep(65000, 1));
}

/* Whatever the sizes: nothing that is kept is written over. */
static void nothing_that_is_kept_is_overwritten(void **state)
{
	uint64_t number = 0, oldest = 0, lost = 0;
	unsigned draw = 1;
	(void)state;
	for (int i = 0; i < 5000; i++) {
		draw = draw * 1103515245u + 12345u;
		while (ring.count == KEEP_MAX || (draw >> 16) % 13 == 0) {
			unsigned count = (draw >> 8) % 20 + 1;
			count = count < ring.count ? count : ring.count;
			kept_ring_forget(&ring, count);
			oldest += count;
			draw = draw * 1103515245u + 12345u;
		}
		lost += !keep((draw >> 16) % 32000 + number % 7, number);
		number++;
		if (i % 100 != 0)
			continue;
		for (uint64_t k = oldest; k < number; k++) {
			size_t size;
			(void)kept_ring_message(&ring, k - oldest, &size);
			if (size > 0)
				assert_kept(k - oldest, k, bytes, size - WIRE_STAMP_SIZE);
		}
	}
	assert_true(lost > 0);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, open_ring, close_ring)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(what_is_held_comes_back_in_order_without_headers),
		TEST(a_run_is_kept_as_messages),
		TEST(a_stamp_that_is_there_is_kept),
		TEST(what_is_kept_may_be_written_to),
		TEST(places_count_from_the_oldest),
		TEST(what_finds_no_room_is_empty_and_has_its_place),
		TEST(nothing_that_is_kept_is_overwritten),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
