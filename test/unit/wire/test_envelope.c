/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
/* What stands before the payload of a channel. [K1], [K6] */
#include "unit.h"
#include "wire/envelope.h"

static struct endpoint at(const char *text, uint16_t port)
{
	struct endpoint e;
	assert_true(endpoint_parse_address(text, port, &e));
	return e;
}

static struct wire_envelope example(void)
{
	return (struct wire_envelope){.group = at("239.1.2.3", 5000),
				      .origin = at("10.0.1.9", 4444),
				      .ttl = 1,
				      .length = 7,
				      .index = 1,
				      .count = 3};
}

static void the_bytes_are_exact(void **state)
{
	static const char bytes[] = "\x04\x01\x13\x88\x11\x5c\x00\x07\x01\x03\x00\x00"
				    "\xef\x01\x02\x03\x0a\x00\x01\x09";
	struct wire_envelope e = example();
	char out[WIRE_ENVELOPE_MAX];
	(void)state;
	assert_int_equal(wire_envelope_size(&e.group), sizeof(bytes) - 1);
	wire_envelope_encode(&e, out);
	assert_memory_equal(out, bytes, sizeof(bytes) - 1);
}

static void assert_read(const struct wire_envelope *e)
{
	char out[WIRE_ENVELOPE_MAX + 300] = {0};
	struct wire_envelope read;
	size_t head = wire_envelope_size(&e->group), part = wire_fragment_size(e->length, e->count);
	wire_envelope_encode(e, out);
	assert_int_equal(wire_envelope_decode(out, head + part, &read), head);
	assert_true(endpoint_equal(&read.group, &e->group));
	assert_true(endpoint_equal(&read.origin, &e->origin));
	assert_int_equal(read.ttl, e->ttl);
	assert_int_equal(read.length, e->length);
	assert_int_equal(read.index, e->index);
	assert_int_equal(read.count, e->count);
	assert_int_equal(wire_envelope_peel(out, head + part), e->count == 1 ? head : 0);
	for (size_t size = 0; size < head + part; size++)
		assert_int_equal(wire_envelope_decode(out, size, &read), 0);
	assert_int_equal(wire_envelope_decode(out, head + part + 1, &read), 0);
}

static void it_is_read_as_it_was_written(void **state)
{
	struct wire_envelope e = example();
	(void)state;
	assert_read(&e);
	e.index = 0;
	e.count = 1;
	e.length = 0;
	assert_read(&e);
	e.group = at("ff15::8801:101", 65535);
	e.origin = at("fd00::9", 1);
	e.length = 255;
	e.count = 255;
	e.index = 254;
	assert_read(&e);
}

static void what_is_none_is_refused(void **state)
{
	static const struct {
		size_t at;
		char byte;
	} wrong[] = {
		{0, 5}, {9, 0}, {9, 1}, {8, 3}, {12, 10}, {16, (char)224},
	};
	struct wire_envelope e = example(), read;
	char out[WIRE_ENVELOPE_MAX + 3] = {0};
	(void)state;
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		wire_envelope_encode(&e, out);
		assert_int_equal(wire_envelope_decode(out, WIRE_ENVELOPE_V4 + 3, &read),
				 WIRE_ENVELOPE_V4);
		out[wrong[i].at] = wrong[i].byte;
		assert_int_equal(wire_envelope_decode(out, WIRE_ENVELOPE_V4 + 3, &read), 0);
	}
}

static void channels_have_a_bit_each_and_none_is_0(void **state)
{
	struct endpoint group = at("239.0.0.0", 5000);
	uint64_t all = 0;
	(void)state;
	for (unsigned n = 0; n < 4096; n++) {
		group.address[14] = (uint8_t)(n >> 8);
		group.address[15] = (uint8_t)n;
		uint16_t channel = wire_channel_of(&group);
		assert_int_not_equal(channel, 0);
		uint64_t bit = wire_channel_bit(channel);
		assert_true(bit > 1 && (bit & (bit - 1)) == 0);
		all |= bit;
	}
	assert_true((all | wire_channel_bit(0)) == WIRE_WANTS_ALL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_bytes_are_exact),
		cmocka_unit_test(it_is_read_as_it_was_written),
		cmocka_unit_test(what_is_none_is_refused),
		cmocka_unit_test(channels_have_a_bit_each_and_none_is_0),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
