/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
/* The bodies in binary, FIELDS and PATH. Each row of fields.def is tested without a line here. */
#include "wire/fields.h"
#include "wire/rig.h"

#include <string.h>

/* --- FIELDS --- */

static const struct layout {
	enum wire_type type;
	size_t size;
} layouts[] = {
#define LAYOUT_BEGIN(type)                                                                         \
	{                                                                                          \
		WIRE_##type, 0
#define FIELD(type, name, bits) +bits / 8
#define LAYOUT_END(type)                                                                           \
	}                                                                                          \
	,
#include "wire/fields.def"
#undef LAYOUT_BEGIN
#undef FIELD
#undef LAYOUT_END
};

static void every_type_of_fixed_size_has_a_layout(void **state)
{
	size_t count = 0;
	(void)state;
	for (int type = 0; type < WIRE_TYPES; type++) {
		bool is_fixed = wire_type_body((enum wire_type)type) == WIRE_BODY_FIELDS;
		assert_int_equal(wire_fields_size((enum wire_type)type) > 0, is_fixed);
		count += is_fixed;
	}
	assert_int_equal(count, COUNT(layouts));
	for (size_t i = 0; i < COUNT(layouts); i++)
		assert_int_equal(wire_fields_size(layouts[i].type), layouts[i].size);
}

static void has_exactly_its_size(void **state)
{
	const struct layout *l = *state;
	char bytes[WIRE_ANSWER_MAX] = {0};
	struct wire_message m;
	for (int sample = 0; sample < SAMPLES; sample++) {
		union wire_fields fields;
		rig_fields(&fields, l->type, (enum sample)sample);
		size_t whole = wire_encode_fields(l->type, &fields, bytes);
		assert_int_equal(whole, WIRE_HEADER_SIZE + l->size);
		for (size_t size = WIRE_HEADER_SIZE; size < whole; size++)
			assert_int_equal(rig_decode(bytes, size, &m), WIRE_MALFORMED);
		assert_int_equal(rig_decode(bytes, whole, &m), WIRE_GOOD);
		for (size_t size = whole + 1; size <= sizeof(bytes); size++)
			assert_int_equal(rig_decode(bytes, size, &m),
					 l->type == WIRE_PING ? WIRE_GOOD : WIRE_MALFORMED);
	}
}

/* A single line feed is an empty body of text, but a byte too few or too many of these. */
static void is_no_text(void **state)
{
	const struct layout *l = *state;
	char bytes[WIRE_HEADER_SIZE + 8];
	struct wire_message m;
	memcpy(bytes, wire_type_name(l->type), 4);
	memcpy(bytes + 4, "\n\n", 2);
	assert_int_equal(rig_decode(bytes, 6, &m), WIRE_MALFORMED);
	memcpy(bytes + 5, "hmtp 1\n", 7);
	assert_int_equal(rig_decode(bytes, 12, &m), WIRE_MALFORMED);
}

/* Field after field, in the table's order, most significant byte first. */
static void has_each_field_where_the_table_says(void **state)
{
	const struct layout *l = *state;
	size_t at = WIRE_HEADER_SIZE;
	uint8_t out[WIRE_ANSWER_MAX], expected[WIRE_ANSWER_MAX];
	union wire_fields fields;
	struct wire_message m;
#define LAYOUT_BEGIN(of)
#define FIELD(of, name, bits)                                                                      \
	if (l->type == WIRE_##of) {                                                                \
		memset(expected + WIRE_HEADER_SIZE, 0, l->size);                                   \
		memcpy(expected, #of "\n", WIRE_HEADER_SIZE);                                      \
		memset(&fields, 0, sizeof(fields));                                                \
		for (unsigned byte = 0; byte < bits / 8; byte++) {                                 \
			expected[at++] = (uint8_t)(byte + 0xF1);                                   \
			fields.of.name |= (uint##bits##_t)((uint64_t)(byte + 0xF1)                 \
							   << (bits - 8 - 8 * byte));              \
		}                                                                                  \
		wire_encode_fields(l->type, &fields, (char *)out);                                 \
		assert_memory_equal(out, expected, WIRE_HEADER_SIZE + l->size);                    \
		assert_int_equal(rig_decode((char *)expected, WIRE_HEADER_SIZE + l->size, &m),     \
				 WIRE_GOOD);                                                       \
		assert_int_equal(m.fields.of.name, fields.of.name);                                \
	}
#define LAYOUT_END(of)
#include "wire/fields.def"
#undef LAYOUT_BEGIN
#undef FIELD
#undef LAYOUT_END
	assert_int_equal(at, WIRE_HEADER_SIZE + l->size);
}

static void the_byte_example_of_a_tick_is_exact(void **state)
{
	static const char tick[] = "\x54\x49\x43\x4b\x0a"
				   "\x01\x02\x03\x04\x05\x06\x07\x08"
				   "\x00\x00\x00\x02\x00\x00\x01\x00\xff\xff\xff\xfe"
				   "\x00\x00\xea\x60\xde\xad\xbe\xef\x00\x03\x01";
	const union wire_fields fields = {.TICK = {
						  .token = UINT64_C(0x0102030405060708),
						  .epoch = 2,
						  .number = 256,
						  .seq = 0xFFFFFFFE,
						  .delay = 60000,
						  .hash = 0xDEADBEEF,
						  .depth = 3,
						  .flags = WIRE_TICK_DETACHED,
					  }};
	char out[WIRE_ANSWER_MAX];
	(void)state;
	assert_int_equal(wire_encode_fields(WIRE_TICK, &fields, out), sizeof(tick) - 1);
	assert_memory_equal(out, tick, sizeof(tick) - 1);
}

static void the_padding_of_a_ping_is_any_bytes(void **state)
{
	const union wire_fields fields = {.PING = {.token = 1, .nonce = 2, .flags = 1}};
	char bytes[WIRE_ANSWER_MAX];
	struct wire_message m;
	(void)state;
	for (int value = 0; value < 256; value++) {
		memset(bytes, value, sizeof(bytes));
		wire_encode_fields(WIRE_PING, &fields, bytes);
		assert_int_equal(rig_decode(bytes, sizeof(bytes), &m), WIRE_GOOD);
		assert_int_equal(m.fields.PING.token, 1);
		assert_int_equal(m.fields.PING.nonce, 2);
		assert_int_equal(m.fields.PING.flags, 1);
		assert_int_equal(m.size, sizeof(bytes));
	}
}

/* --- PATH --- */

static void paths_of_every_length_are_read_as_they_were_written(void **state)
{
	char bytes[WIRE_ANSWER_MAX];
	struct wire_message m;
	(void)state;
	for (size_t count = 1; count <= WIRE_HOPS_MAX; count++) {
		for (int v6 = 0; v6 < 2; v6++) {
			struct wire_path path;
			rig_path(&path, count, v6);
			size_t size = wire_encode_path(&path, bytes);
			size_t v6_hops = v6 ? (count + 1) / 2 : 0;
			assert_int_equal(size, WIRE_HEADER_SIZE + 33 + count * 15 + v6_hops * 12);
			assert_int_equal(rig_decode(bytes, size, &m), WIRE_GOOD);
			assert_int_equal(m.type, WIRE_PATH);
			assert_int_equal(m.root_path.token, path.token);
			assert_int_equal(m.root_path.hash, path.hash);
			assert_int_equal(m.root_path.epoch, path.epoch);
			assert_int_equal(m.root_path.key, path.key);
			assert_int_equal(m.root_path.seq, path.seq);
			assert_int_equal(m.root_path.count, count);
			for (size_t i = 0; i < count; i++) {
				const struct wire_hop *hop = &m.root_path.hops[i];
				assert_int_equal(hop->id, path.hops[i].id);
				assert_true(endpoint_equal(&hop->endpoint, &path.hops[i].endpoint));
			}
		}
	}
}

static void a_path_cut_or_continued_is_malformed(void **state)
{
	char bytes[WIRE_ANSWER_MAX] = {0};
	struct wire_message m;
	(void)state;
	for (size_t count = 1; count <= WIRE_HOPS_MAX; count++) {
		struct wire_path path;
		rig_path(&path, count, true);
		size_t whole = wire_encode_path(&path, bytes);
		for (size_t size = WIRE_HEADER_SIZE; size < whole + 40; size++)
			assert_int_equal(rig_decode(bytes, size, &m),
					 size == whole ? WIRE_GOOD : WIRE_MALFORMED);
	}
}

#define PATH_HEAD                                                                                  \
	"PATH\n\1\2\3\4\5\6\7\x08\xde\xad\xbe\xef\0\0\0\3\x99\x98\x97\x96\x95\x94\x93\x92\0\0\0\0" \
	"\0\0\0\7"
#define PATH_ID "\x11\x12\x13\x14\x15\x16\x17\x18"
#define HOP_V4  PATH_ID "\4\x0a\0\0\2\x27\x10"
#define HOP_V6  PATH_ID "\6\xfd\0\0\0\0\0\0\0\0\0\0\0\0\0\0\4\x27\x11"

#define BYTES(text) text, sizeof(text) - 1

static const struct {
	const char *name, *bytes;
	size_t size;
	enum wire_fault fault;
} paths[] = {
	{"one hop of IPv4", BYTES(PATH_HEAD "\1" HOP_V4), WIRE_GOOD},
	{"one hop of IPv6", BYTES(PATH_HEAD "\1" HOP_V6), WIRE_GOOD},
	{"two hops", BYTES(PATH_HEAD "\2" HOP_V6 HOP_V4), WIRE_GOOD},
	{"no hops", BYTES(PATH_HEAD "\0"), WIRE_MALFORMED},
	{"no hops, and one", BYTES(PATH_HEAD "\0" HOP_V4), WIRE_MALFORMED},
	{"one hop fewer", BYTES(PATH_HEAD "\2" HOP_V4), WIRE_MALFORMED},
	{"one hop more", BYTES(PATH_HEAD "\1" HOP_V4 HOP_V4), WIRE_MALFORMED},
	{"ten hops",
	 BYTES(PATH_HEAD
	       "\x0a" HOP_V4 HOP_V4 HOP_V4 HOP_V4 HOP_V4 HOP_V4 HOP_V4 HOP_V4 HOP_V4 HOP_V4),
	 WIRE_MALFORMED},
	{"255 hops", BYTES(PATH_HEAD "\xff" HOP_V4), WIRE_MALFORMED},
	{"a byte more", BYTES(PATH_HEAD "\1" HOP_V4 "\n"), WIRE_MALFORMED},
	{"family 0", BYTES(PATH_HEAD "\1" PATH_ID "\0\x0a\0\0\2\x27\x10"), WIRE_MALFORMED},
	{"family 5", BYTES(PATH_HEAD "\1" PATH_ID "\5\x0a\0\0\2\x27\x10"), WIRE_MALFORMED},
	{"family 6, four bytes", BYTES(PATH_HEAD "\1" PATH_ID "\6\x0a\0\0\2\x27\x10"),
	 WIRE_MALFORMED},
	{"port 0", BYTES(PATH_HEAD "\1" PATH_ID "\4\x0a\0\0\2\0\0"), WIRE_MALFORMED},
	{"multicast", BYTES(PATH_HEAD "\1" PATH_ID "\4\xe0\0\0\1\x27\x10"), WIRE_MALFORMED},
	{"unspecified", BYTES(PATH_HEAD "\1" PATH_ID "\6\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\x27\x11"),
	 WIRE_MALFORMED},
	{"link-local",
	 BYTES(PATH_HEAD "\1" PATH_ID "\6\xfe\x80\0\0\0\0\0\0\0\0\0\0\0\0\0\1\x27\x11"),
	 WIRE_MALFORMED},
	{"the second is not usable", BYTES(PATH_HEAD "\2" HOP_V4 PATH_ID "\4\0\0\0\0\0\0"),
	 WIRE_MALFORMED},
	{"a header alone", BYTES("PATH\n"), WIRE_MALFORMED},
	{"text", BYTES("PATH\nhmtp 1\n"), WIRE_MALFORMED},
};

static void paths_that_are_none_are_malformed(void **state)
{
	struct wire_message m;
	(void)state;
	for (size_t i = 0; i < COUNT(paths); i++)
		if (rig_decode(paths[i].bytes, paths[i].size, &m) != paths[i].fault)
			fail_msg("%s", paths[i].name);
}

static void the_byte_example_of_a_path_is_exact(void **state)
{
	struct wire_path path = {
		.token = UINT64_C(0x0102030405060708),
		.key = UINT64_C(0x9998979695949392),
		.seq = 7,
		.epoch = 3,
		.hash = 0xDEADBEEF,
		.count = 2,
	};
	char out[WIRE_ANSWER_MAX];
	(void)state;
	path.hops[0].id = path.hops[1].id = UINT64_C(0x1112131415161718);
	assert_true(endpoint_parse_address("fd00::4", 10001, &path.hops[0].endpoint));
	assert_true(endpoint_parse_address("10.0.0.2", 10000, &path.hops[1].endpoint));
	assert_int_equal(wire_encode_path(&path, out), paths[2].size);
	assert_memory_equal(out, paths[2].bytes, paths[2].size);
}

/* [W5] */
static void a_mapped_address_of_a_hop_is_the_ipv4_address(void **state)
{
	static const char bytes[] =
		PATH_HEAD "\1" PATH_ID "\6\0\0\0\0\0\0\0\0\0\0\xff\xff\x0a\0\0\2\x27\x10";
	char out[WIRE_ANSWER_MAX];
	struct wire_message m;
	(void)state;
	assert_int_equal(rig_decode(bytes, sizeof(bytes) - 1, &m), WIRE_GOOD);
	assert_int_equal(wire_encode_path(&m.root_path, out), paths[0].size);
	assert_memory_equal(out, paths[0].bytes, paths[0].size);
}

#define OF_TYPE(type, test)                                                                        \
	{                                                                                          \
#type "_" #test, test, NULL, NULL, (void *)&layouts[LAYOUT_##type]                 \
	}

enum {
#define LAYOUT_BEGIN(type) LAYOUT_##type,
#define FIELD(type, name, bits)
#define LAYOUT_END(type)
#include "wire/fields.def"
#undef LAYOUT_BEGIN
#undef FIELD
#undef LAYOUT_END
};

int main(void)
{
	const struct CMUnitTest tests[] = {
#define LAYOUT_BEGIN(type)                                                                         \
	OF_TYPE(type, has_exactly_its_size), OF_TYPE(type, is_no_text),                            \
		OF_TYPE(type, has_each_field_where_the_table_says),
#define FIELD(type, name, bits)
#define LAYOUT_END(type)
#include "wire/fields.def"
#undef LAYOUT_BEGIN
#undef FIELD
#undef LAYOUT_END
		cmocka_unit_test(every_type_of_fixed_size_has_a_layout),
		cmocka_unit_test(the_byte_example_of_a_tick_is_exact),
		cmocka_unit_test(the_padding_of_a_ping_is_any_bytes),
		cmocka_unit_test(paths_of_every_length_are_read_as_they_were_written),
		cmocka_unit_test(a_path_cut_or_continued_is_malformed),
		cmocka_unit_test(paths_that_are_none_are_malformed),
		cmocka_unit_test(the_byte_example_of_a_path_is_exact),
		cmocka_unit_test(a_mapped_address_of_a_hop_is_the_ipv4_address),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
