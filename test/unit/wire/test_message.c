/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
/* Rules [W1]-[W7], [F1]. The tests of single messages are made from messages.def: a new row is
 * tested without a line here. */
#include "wire/rig.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void is_read_as_it_was_written(void **state)
{
	enum wire_type type = *(const enum wire_type *)*state;
	char bytes[WIRE_ANSWER_MAX], again[WIRE_ANSWER_MAX];
	struct wire_message m;
	for (unsigned number = 0; number < rig_samples(type); number++) {
		size_t size = rig_make(type, number, bytes);
		assert_memory_equal(bytes, wire_type_name(type), 4);
		assert_int_equal(bytes[4], '\n');
		assert_int_equal(rig_decode(bytes, size, &m), WIRE_GOOD);
		assert_int_equal(m.type, type);
		assert_int_equal(rig_encode(&m, again), size);
		assert_memory_equal(again, bytes, size - m.payload_size);
	}
}

/* What is written is what was meant, too: the other bodies have their own tests. */
static void endpoints_are_those_that_were_given(void **state)
{
	enum wire_type type = *(const enum wire_type *)*state;
	size_t max = wire_type_body(type) == WIRE_BODY_ENDPOINTS
			     ? WIRE_ENDPOINTS_SENT
			     : wire_type_body(type) == WIRE_BODY_ENDPOINT;
	char bytes[WIRE_ANSWER_MAX];
	struct wire_message m;
	for (unsigned number = 0; max > 0 && number < 2 * (max + 1); number++) {
		size_t size = rig_make(type, number, bytes);
		assert_int_equal(rig_decode(bytes, size, &m), WIRE_GOOD);
		assert_false(m.is_full);
		assert_int_equal(m.count, number / 2);
		for (size_t i = 0; i < m.count; i++) {
			struct endpoint e = rig_peer(i, number % 2);
			assert_true(endpoint_equal(&m.endpoints[i], &e));
		}
	}
}

static void is_harmless_cut_anywhere(void **state)
{
	enum wire_type type = *(const enum wire_type *)*state;
	char bytes[WIRE_ANSWER_MAX];
	struct wire_message m;
	for (unsigned number = 0; number < rig_samples(type); number++) {
		size_t whole = rig_make(type, number, bytes);
		for (size_t size = 0; size < whole; size++) {
			enum wire_fault fault = rig_decode(bytes, size, &m);
			assert_int_equal(fault == WIRE_SHORT, size < WIRE_HEADER_SIZE);
			if (fault != WIRE_GOOD)
				continue;
			assert_int_equal(m.type, type);
			rig_assert_means_the_same_again(&m);
		}
	}
}

/* The short samples: there are enough of them. */
static void is_harmless_with_any_byte_changed(void **state)
{
	enum wire_type type = *(const enum wire_type *)*state;
	char bytes[WIRE_ANSWER_MAX];
	struct wire_message m;
	for (unsigned number = 0; number < rig_samples(type); number++) {
		size_t size = rig_make(type, number, bytes);
		for (size_t at = 0; at < size && size < 120; at++) {
			char right = bytes[at];
			for (int value = 0; value < 256; value++) {
				bytes[at] = (char)value;
				if (rig_decode(bytes, size, &m) == WIRE_GOOD)
					rig_assert_means_the_same_again(&m);
			}
			bytes[at] = right;
		}
	}
}

/* [W2] Where there is no body, whatever comes is ignored. */
static void ignores_a_body_it_does_not_have(void **state)
{
	enum wire_type type = *(const enum wire_type *)*state;
	static const char *const bodies[] = {
		"",        "\n",  "junk", "10.0.0.2 10000\n", "\n\n\n", "hmtp 2\nid 1\n",
		"hmtp 1x", "hmtp"};
	char bytes[WIRE_ANSWER_MAX];
	struct wire_message m;
	if (wire_type_body(type) != WIRE_BODY_NONE)
		return;
	for (size_t i = 0; i < COUNT(bodies); i++) {
		size_t size = wire_encode(type, NULL, 0, bytes);
		memcpy(bytes + size, bodies[i], strlen(bodies[i]));
		assert_int_equal(rig_decode(bytes, size + strlen(bodies[i]), &m), WIRE_GOOD);
		assert_int_equal(m.type, type);
		assert_int_equal(m.count, 0);
		assert_false(m.is_full);
	}
}

/* [F1] The three bodies that are text may be full instead, and no others. */
static void is_full_if_its_body_begins_so(void **state)
{
	enum wire_type type = *(const enum wire_type *)*state;
	enum wire_body body = wire_type_body(type);
	bool is_text =
		body == WIRE_BODY_NONE || body == WIRE_BODY_ENDPOINT || body == WIRE_BODY_ENDPOINTS;
	char bytes[64];
	struct wire_message m;
	size_t size =
		(size_t)snprintf(bytes, sizeof(bytes), "%s\nhmtp 1\nseq 7\n", wire_type_name(type));
	enum wire_fault fault = rig_decode(bytes, size, &m);
	assert_int_equal(fault == WIRE_GOOD && m.is_full, is_text);
	if (!is_text)
		return;
	assert_int_equal(m.count, 0);
	assert_int_equal(m.terms.has, 1 << WIRE_KEY_seq);
	assert_int_equal(m.terms.seq, 7);
	bytes[size - 2] = 'x';
	assert_int_equal(rig_decode(bytes, size, &m), WIRE_MALFORMED);
}

/* --- Endpoints as text --- */

/* [W3], [W5] */
static const struct {
	const char *text;
	const char *canonical; /* NULL: refused. */
} endpoints[] = {
	{"10.0.0.2 10000", "10.0.0.2 10000"},
	{"10.0.0.2 1", "10.0.0.2 1"},
	{"10.0.0.2 65535", "10.0.0.2 65535"},
	{"10.0.0.2 00080", "10.0.0.2 80"},
	{"127.0.0.1 7", "127.0.0.1 7"},
	{"223.255.255.255 7", "223.255.255.255 7"},
	{"::1 7", "::1 7"},
	{"fd00::4 10001", "fd00::4 10001"},
	{"FD00:0:0:0:0:0:0:0004 10001", "fd00::4 10001"},
	{"2001:db8:0:1:1:1:1:1 7", "2001:db8:0:1:1:1:1:1 7"},
	{"2001:0:0:1:0:0:0:1 7", "2001:0:0:1::1 7"},
	{"2001:db8:ffff:ffff:ffff:ffff:255.255.255.255 65535",
	 "2001:db8:ffff:ffff:ffff:ffff:ffff:ffff 65535"},
	{"::ffff:10.0.0.2 7", "10.0.0.2 7"},
	{"::FFFF:a00:2 7", "10.0.0.2 7"},
	{"0:0:0:0:0:ffff:10.0.0.2 7", "10.0.0.2 7"},
	{"fec0::1 7", "fec0::1 7"},
	{"10.0.0.2 0", NULL},
	{"10.0.0.2 00000", NULL},
	{"10.0.0.2 65536", NULL},
	{"10.0.0.2 99999", NULL},
	{"10.0.0.2 010000", NULL},
	{"10.0.0.2 4294967297", NULL},
	{"10.0.0.2 ", NULL},
	{"10.0.0.2", NULL},
	{"10.0.0.2  10000", NULL},
	{"10.0.0.2\t10000", NULL},
	{"10.0.0.2:10000", NULL},
	{"10.0.0.2 +80", NULL},
	{"10.0.0.2 -80", NULL},
	{"10.0.0.2 0x50", NULL},
	{"10.0.0.2 80 ", NULL},
	{"10.0.0.2 80x", NULL},
	{"10.0.0.2 80\r", NULL},
	{" 10.0.0.2 80", NULL},
	{"x10.0.0.2 80", NULL},
	{" 80", NULL},
	{" ", NULL},
	{"80", NULL},
	{"10.0.0 80", NULL},
	{"10.0.0.256 80", NULL},
	{"010.0.0.2 80", NULL},
	{"localhost 80", NULL},
	{"[fd00::4] 80", NULL},
	{"fd00::4%lo 80", NULL},
	{"fd00:::4 80", NULL},
	{"0.0.0.0 80", NULL},
	{"0.1.2.3 80", NULL},
	{"169.254.1.1 80", NULL},
	{"::ffff:169.254.1.1 80", NULL},
	{"224.0.0.1 80", NULL},
	{"255.255.255.255 80", NULL},
	{"::ffff:224.0.0.1 80", NULL},
	{"::ffff:0.0.0.0 80", NULL},
	{":: 80", NULL},
	{"fe80::1 80", NULL},
	{"febf::1 80", NULL},
	{"ff02::1 80", NULL},
	{"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa 80", NULL},
};

static void check_endpoint(enum wire_type type, const char *text, const char *end,
			   const char *canonical)
{
	char bytes[256], written[WIRE_ANSWER_MAX];
	struct wire_message m;
	size_t size =
		(size_t)snprintf(bytes, sizeof(bytes), "%s\n%s%s", wire_type_name(type), text, end);
	enum wire_fault fault = rig_decode(bytes, size, &m);
	if (fault != (canonical ? WIRE_GOOD : WIRE_MALFORMED))
		fail_msg("%s '%s': fault %d", wire_type_name(type), text, (int)fault);
	if (!canonical)
		return;
	assert_int_equal(m.count, 1);
	size_t again = wire_encode(WIRE_TOOR, m.endpoints, 1, written);
	assert_int_equal(again, WIRE_HEADER_SIZE + strlen(canonical));
	assert_memory_equal(written + WIRE_HEADER_SIZE, canonical, strlen(canonical));
}

static void endpoints_are_read_with_and_without_a_line_feed(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(endpoints); i++) {
		const char *text = endpoints[i].text, *canonical = endpoints[i].canonical;
		check_endpoint(WIRE_TOOR, text, "", canonical);
		check_endpoint(WIRE_TOOR, text, "\n", canonical);
		check_endpoint(WIRE_NJOI, text, "", canonical);
		check_endpoint(WIRE_NJOI, text, "\n", canonical);
		/* A second line is one too many, a blank one too. */
		check_endpoint(WIRE_TOOR, text, "\n\n", NULL);
		check_endpoint(WIRE_TOOR, text, "\n10.0.0.3 10000", NULL);
		check_endpoint(WIRE_NJOI, text, "\n\n", NULL);
		check_endpoint(WIRE_NJOI, text, "\n10.0.0.3 0", NULL);
	}
}

static void an_address_with_a_zero_byte_is_malformed(void **state)
{
	static const char bytes[] = "TOOR\n10.0.0.2\0 80", port[] = "TOOR\n10.0.0.2 80\0";
	struct wire_message m;
	(void)state;
	assert_int_equal(rig_decode(bytes, sizeof(bytes) - 1, &m), WIRE_MALFORMED);
	assert_int_equal(rig_decode(port, sizeof(port) - 1, &m), WIRE_MALFORMED);
}

/* --- Lists --- */

/* [W4] Of a long list the first 64 are used, all are checked. */
static void lists_of_any_length_are_read(void **state)
{
	static const size_t counts[] = {0, 1, 2, 23, 24, 25, 63, 64, 65, 1000, 2500};
	static char bytes[65536];
	struct wire_message m;
	(void)state;
	for (size_t c = 0; c < COUNT(counts); c++) {
		size_t size = (size_t)snprintf(bytes, sizeof(bytes), "NJOI\n");
		size_t kept = counts[c] < WIRE_ENDPOINTS_MAX ? counts[c] : WIRE_ENDPOINTS_MAX;
		for (size_t i = 0; i < counts[c]; i++)
			size += (size_t)snprintf(bytes + size, sizeof(bytes) - size,
						 "10.1.%zu.%zu %zu\n", i >> 8, i & 255, 10000 + i);
		for (size_t feed = 0; feed < 2 && feed <= counts[c]; feed++) {
			assert_int_equal(rig_decode(bytes, size - feed, &m), WIRE_GOOD);
			assert_int_equal(m.count, kept);
			for (size_t i = 0; i < kept; i++) {
				struct endpoint e = rig_peer(i, false);
				assert_true(endpoint_equal(&m.endpoints[i], &e));
			}
		}
		size_t bad = (size_t)snprintf(bytes + size, sizeof(bytes) - size, "10.0.0.2 0\n");
		assert_int_equal(rig_decode(bytes, size + bad, &m), WIRE_MALFORMED);
	}
}

static void a_blank_line_spoils_a_list(void **state)
{
	static const char *const bad[] = {
		"NJOI\n\n\n",
		"NJOI\n\n10.0.0.3 10000\n",
		"NJOI\n10.0.0.3 10000\n\n",
		"NJOI\n10.0.0.3 10000\n\n10.0.0.4 10000\n",
		"NJOI\n10.0.0.3 10000\n \n",
		"TOOR\n\n\n",
		"TOOR\n \n",
		"TOOR\n\n10.0.0.3 10000",
	};
	struct wire_message m;
	(void)state;
	for (size_t i = 0; i < COUNT(bad); i++)
		assert_int_equal(rig_decode_text(bad[i], &m), WIRE_MALFORMED);
	/* Alone it is an empty answer, its line ended. */
	assert_int_equal(rig_decode_text("NJOI\n\n", &m), WIRE_GOOD);
	assert_int_equal(m.count, 0);
	assert_int_equal(rig_decode_text("TOOR\n\n", &m), WIRE_GOOD);
	assert_int_equal(m.count, 0);
}

/* --- The rest --- */

static void what_is_no_message_is_told_apart(void **state)
{
	struct wire_message m;
	(void)state;
	assert_int_equal(rig_decode_text("", &m), WIRE_SHORT);
	assert_int_equal(rig_decode_text("\n", &m), WIRE_SHORT);
	assert_int_equal(rig_decode_text("ROOT", &m), WIRE_SHORT);
	assert_int_equal(rig_decode_text("ROOT ", &m), WIRE_SHORT);
	assert_int_equal(rig_decode_text("ROOT\r\n", &m), WIRE_SHORT);
	assert_int_equal(rig_decode_text("ROO\n\n", &m), WIRE_UNKNOWN);
	assert_int_equal(rig_decode_text("root\n", &m), WIRE_UNKNOWN);
	assert_int_equal(rig_decode_text("XXXX\n10.0.0.3 10000\n", &m), WIRE_UNKNOWN);
	assert_int_equal(rig_decode("\0\0\0\0\n", 5, &m), WIRE_UNKNOWN);
}

/* [W7] */
static void payloads_of_any_size_and_bytes_are_borrowed(void **state)
{
	static const size_t sizes[] = {0, 1, 2, 1200, WIRE_PAYLOAD_MAX};
	static char bytes[WIRE_HEADER_SIZE + WIRE_PAYLOAD_MAX];
	struct wire_message m;
	(void)state;
	for (size_t i = 0; i < sizeof(bytes); i++)
		bytes[i] = (char)i;
	wire_encode_data_header(bytes);
	for (size_t i = 0; i < COUNT(sizes); i++) {
		assert_int_equal(rig_decode(bytes, WIRE_HEADER_SIZE + sizes[i], &m), WIRE_GOOD);
		assert_int_equal(m.type, WIRE_DATA);
		assert_int_equal(m.payload_size, sizes[i]);
	}
	assert_int_equal(rig_decode_text("DATA\n\n", &m), WIRE_GOOD);
	assert_int_equal(m.payload_size, 1); /* Not an empty body with its line ended. */
}

/* doc/protocol.md, section 2. */
static void the_byte_examples_of_the_document_are_exact(void **state)
{
	static const char toor[] =
		"\x54\x4f\x4f\x52\x0a\x31\x30\x2e\x30\x2e\x30\x2e\x32\x20\x31\x30"
		"\x30\x30\x30";
	static const char njoi[] =
		"\x4e\x4a\x4f\x49\x0a\x31\x30\x2e\x30\x2e\x30\x2e\x33\x20\x31\x30"
		"\x30\x30\x30\x0a\x66\x64\x30\x30\x3a\x3a\x34\x20\x31\x30\x30\x30"
		"\x31\x0a";
	static const char data[] = "\x44\x41\x54\x41\x0a\x62\x6f\x6e\x6a\x6f\x75\x72\x0a";
	struct endpoint list[2], two;
	struct wire_message m;
	char out[WIRE_ANSWER_MAX];
	(void)state;
	assert_true(endpoint_parse_address("10.0.0.3", 10000, &list[0]));
	assert_true(endpoint_parse_address("fd00::4", 10001, &list[1]));
	assert_true(endpoint_parse_address("10.0.0.2", 10000, &two));
	assert_int_equal(wire_encode(WIRE_ROOT, NULL, 0, out), 5);
	assert_memory_equal(out, "\x52\x4f\x4f\x54\x0a", 5);
	assert_int_equal(wire_encode(WIRE_TOOR, NULL, 0, out), 5);
	assert_memory_equal(out, "\x54\x4f\x4f\x52\x0a", 5);
	assert_int_equal(wire_encode(WIRE_TOOR, &two, 1, out), sizeof(toor) - 1);
	assert_memory_equal(out, toor, sizeof(toor) - 1);
	assert_int_equal(wire_encode(WIRE_NJOI, list, 2, out), sizeof(njoi) - 1);
	assert_memory_equal(out, njoi, sizeof(njoi) - 1);
	wire_encode_data_header(out);
	assert_memory_equal(out, data, WIRE_HEADER_SIZE);
	assert_int_equal(rig_decode(data, sizeof(data) - 1, &m), WIRE_GOOD);
	assert_int_equal(m.payload_size, strlen("bonjour\n"));
	assert_int_equal(rig_decode(njoi, sizeof(njoi) - 1, &m), WIRE_GOOD);
	assert_true(endpoint_equal(&m.endpoints[0], &list[0]));
	assert_true(endpoint_equal(&m.endpoints[1], &list[1]));
}

/* [W4] 24 of the longest endpoints fit, and few bytes are left. */
static void the_longest_list_fits_into_an_answer(void **state)
{
	char out[WIRE_ANSWER_MAX];
	(void)state;
	size_t size = rig_make(WIRE_NJOI, 2 * WIRE_ENDPOINTS_SENT + 1, out);
	assert_in_range(size, 1000, WIRE_ANSWER_MAX);
}

static enum wire_type types[] = {
#define MESSAGE(type, body, receiver) WIRE_##type,
#include "wire/messages.def"
#undef MESSAGE
};

static void every_type_has_its_four_letters(void **state)
{
	static const char *const names[] = {
#define MESSAGE(type, body, receiver) #type,
#include "wire/messages.def"
#undef MESSAGE
	};
	(void)state;
	assert_int_equal(COUNT(names), WIRE_TYPES);
	for (size_t i = 0; i < COUNT(names); i++) {
		assert_int_equal(strlen(names[i]), 4);
		assert_string_equal(wire_type_name(types[i]), names[i]);
	}
}

#define REST_OF_STAMP "fcc-the-keyepoc0000sequence-source--number-"
static_assert(sizeof("MDAT\n" REST_OF_STAMP) - 1 == WIRE_STAMP_SIZE, "a header of MDAT");

static void the_data_at_the_beginning_of_a_run_are_counted(void **state)
{
	static const struct {
		const char *bytes;
		size_t segment_size, count;
		enum wire_type type;
	} cases[] = {
		{"", 0, 0, 0},
		{"DATA\n", 5, 1, WIRE_DATA},
		{"DATA", 4, 0, 0},
		{"DATA\nDATA\n", 4, 0, 0},
		{"DATAx", 5, 0, 0},
		{"DATA\nDATA\nDATA\n", 5, 3, WIRE_DATA},
		{"DATA\n1DATA\n2", 6, 2, WIRE_DATA},
		{"DATA\n1DATA\n2DATA\n", 6, 3, WIRE_DATA},
		{"DATA\n1DATA\n2DATA", 6, 2, WIRE_DATA}, /* The last is too short. */
		{"DATA\n1RJOI\n2DATA\n3", 6, 1, WIRE_DATA},
		{"RJOI\n1DATA\n2DATA\n3", 6, 0, 0},
		{"DATA\n1DATA 2DATA\n3", 6, 1, WIRE_DATA},
		{"DATA\n1MDAT\n2DATA\n3", 6, 1, WIRE_DATA},
		{"MDAT\n", 5, 0, 0},
		{"MDAT\n" REST_OF_STAMP, 48, 1, WIRE_MDAT},
		{"MDAT\n" REST_OF_STAMP, 47, 0, 0},
		{"MDAT " REST_OF_STAMP, 48, 0, 0},
		{"MDAT\n" REST_OF_STAMP "1MDAT\n" REST_OF_STAMP "2", 49, 2, WIRE_MDAT},
		{"MDAT\n" REST_OF_STAMP "1MDAT\n" REST_OF_STAMP, 49, 2, WIRE_MDAT},
		{"MDAT\n" REST_OF_STAMP "1MDAT\n-fcc", 49, 1, WIRE_MDAT},
		{"MDAT\n" REST_OF_STAMP "1DATA\n" REST_OF_STAMP "2", 49, 1, WIRE_MDAT},
		{"DATA\n" REST_OF_STAMP "1MDAT\n" REST_OF_STAMP "2", 49, 1, WIRE_DATA},
		{"TICK\n" REST_OF_STAMP "1MDAT\n" REST_OF_STAMP "2", 49, 0, 0},
	};
	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		size_t size = strlen(cases[i].bytes);
		enum wire_type type = WIRE_TYPES;
		char *copy = malloc(size > 0 ? size : 1); /* For a sanitizer to watch. */
		assert_non_null(copy);
		memcpy(copy, cases[i].bytes, size);
		struct run run = run_of(copy, size, cases[i].segment_size);
		assert_int_equal(wire_count_data(&run, &type), cases[i].count);
		assert_int_equal(type, cases[i].count > 0 ? cases[i].type : WIRE_TYPES);
		free(copy);
	}
}

#define OF_TYPE(type, test)                                                                        \
	{                                                                                          \
#type "_" #test, test, NULL, NULL, &types[WIRE_##type]                             \
	}
#define MESSAGE(type, body, receiver)                                                              \
	OF_TYPE(type, is_read_as_it_was_written),                                                  \
		OF_TYPE(type, endpoints_are_those_that_were_given),                                \
		OF_TYPE(type, is_harmless_cut_anywhere),                                           \
		OF_TYPE(type, is_harmless_with_any_byte_changed),                                  \
		OF_TYPE(type, ignores_a_body_it_does_not_have),                                    \
		OF_TYPE(type, is_full_if_its_body_begins_so),

int main(void)
{
	const struct CMUnitTest tests[] = {
#include "wire/messages.def"
		cmocka_unit_test(every_type_has_its_four_letters),
		cmocka_unit_test(endpoints_are_read_with_and_without_a_line_feed),
		cmocka_unit_test(an_address_with_a_zero_byte_is_malformed),
		cmocka_unit_test(lists_of_any_length_are_read),
		cmocka_unit_test(a_blank_line_spoils_a_list),
		cmocka_unit_test(what_is_no_message_is_told_apart),
		cmocka_unit_test(payloads_of_any_size_and_bytes_are_borrowed),
		cmocka_unit_test(the_data_at_the_beginning_of_a_run_are_counted),
		cmocka_unit_test(the_byte_examples_of_the_document_are_exact),
		cmocka_unit_test(the_longest_list_fits_into_an_answer),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
