/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
/* The header of MDAT. */
#include "unit.h"
#include "wire/message.h"

#include <string.h>

static const struct wire_stamp example = {
	.flags = WIRE_STAMP_AGAIN,
	.channel = 0x0203,
	.key = UINT64_C(0x1112131415161718),
	.epoch = 0x21222324,
	.seq = UINT64_C(0x3132333435363738),
	.source = UINT64_C(0x4142434445464748),
	.number = UINT64_C(0xF1F2F3F4F5F6F7F8),
};

static const char example_bytes[] = "\x4d\x44\x41\x54\x0a\x01\x02\x03"
				    "\x11\x12\x13\x14\x15\x16\x17\x18"
				    "\x21\x22\x23\x24\x00\x00\x00\x00"
				    "\x31\x32\x33\x34\x35\x36\x37\x38"
				    "\x41\x42\x43\x44\x45\x46\x47\x48"
				    "\xf1\xf2\xf3\xf4\xf5\xf6\xf7\xf8";
static_assert(sizeof(example_bytes) - 1 == WIRE_STAMP_SIZE, "a whole header");

static void assert_equal(const struct wire_stamp *a, const struct wire_stamp *b)
{
	assert_int_equal(a->flags, b->flags);
	assert_int_equal(a->channel, b->channel);
	assert_int_equal(a->key, b->key);
	assert_int_equal(a->epoch, b->epoch);
	assert_int_equal(a->seq, b->seq);
	assert_int_equal(a->source, b->source);
	assert_int_equal(a->number, b->number);
}

static void the_bytes_are_exact(void **state)
{
	char out[WIRE_STAMP_SIZE];
	(void)state;
	memset(out, 0xA5, sizeof(out));
	wire_stamp_encode(&example, out);
	assert_memory_equal(out, example_bytes, sizeof(out));
}

static void it_is_read_as_it_was_written(void **state)
{
	static const struct wire_stamp most = {UINT8_MAX,  UINT16_MAX, UINT64_MAX, UINT32_MAX,
					       UINT64_MAX, UINT64_MAX, UINT64_MAX};
	static const struct wire_stamp least, *const stamps[] = {&least, &example, &most};
	char out[WIRE_STAMP_SIZE];
	struct wire_stamp s;
	(void)state;
	for (size_t i = 0; i < COUNT(stamps); i++) {
		wire_stamp_encode(stamps[i], out);
		wire_stamp_decode(out, &s);
		assert_equal(&s, stamps[i]);
	}
}

static void what_the_zero_bytes_hold_is_ignored(void **state)
{
	char bytes[WIRE_STAMP_SIZE];
	struct wire_stamp s;
	(void)state;
	memcpy(bytes, example_bytes, sizeof(bytes));
	memset(bytes + 20, 0xFF, 4);
	wire_stamp_decode(bytes, &s);
	assert_equal(&s, &example);
}

static void the_root_stamps_in_place_and_changes_nothing_else(void **state)
{
	struct wire_stamp on_its_way = example, s;
	char bytes[WIRE_STAMP_SIZE];
	(void)state;
	on_its_way.key = on_its_way.seq = 0;
	on_its_way.epoch = 0;
	wire_stamp_encode(&on_its_way, bytes);
	wire_stamp_decode(bytes, &s);
	assert_equal(&s, &on_its_way);
	wire_stamp_put_root(bytes, example.key, example.epoch, example.seq);
	assert_memory_equal(bytes, example_bytes, sizeof(bytes));
	wire_stamp_put_root(bytes, 1, 2, 3);
	wire_stamp_decode(bytes, &s);
	on_its_way.key = 1;
	on_its_way.epoch = 2;
	on_its_way.seq = 3;
	assert_equal(&s, &on_its_way);
}

static void a_message_without_a_whole_header_is_malformed(void **state)
{
	struct wire_message m;
	(void)state;
	for (size_t size = 0; size < WIRE_STAMP_SIZE; size++)
		assert_int_equal(wire_decode(example_bytes, size, &m),
				 size < WIRE_HEADER_SIZE ? WIRE_SHORT : WIRE_MALFORMED);
	assert_int_equal(wire_decode(example_bytes, WIRE_STAMP_SIZE, &m), WIRE_GOOD);
	assert_int_equal(m.type, WIRE_MDAT);
	assert_int_equal(m.payload_size, 0);
	assert_equal(&m.stamp, &example);
}

static void the_payload_behind_the_header_is_borrowed(void **state)
{
	static const size_t sizes[] = {1, 2, 1200, 65507 - WIRE_STAMP_SIZE};
	static char bytes[65507];
	struct wire_message m;
	(void)state;
	memcpy(bytes, example_bytes, WIRE_STAMP_SIZE);
	for (size_t i = 0; i < COUNT(sizes); i++) {
		size_t size = WIRE_STAMP_SIZE + sizes[i];
		assert_int_equal(wire_decode(bytes, size, &m), WIRE_GOOD);
		assert_ptr_equal(m.payload, bytes + WIRE_STAMP_SIZE);
		assert_int_equal(m.payload_size, sizes[i]);
		assert_int_equal(m.size, size);
		assert_false(m.is_full);
		assert_int_equal(m.count, 0);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_bytes_are_exact),
		cmocka_unit_test(it_is_read_as_it_was_written),
		cmocka_unit_test(what_the_zero_bytes_hold_is_ignored),
		cmocka_unit_test(the_root_stamps_in_place_and_changes_nothing_else),
		cmocka_unit_test(a_message_without_a_whole_header_is_malformed),
		cmocka_unit_test(the_payload_behind_the_header_is_borrowed),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
