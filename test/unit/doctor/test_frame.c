/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
/* test_frame.c - frames in hexadecimal, byte by byte as the RFCs draw them, and what is read. */
#include "doctor/explain.h"
#include "unit.h"

#include <stdlib.h>
#include <string.h>

#define BYTES_MAX 2048

/* Ethernet and IPv4 with Router Alert (24 bytes), TTL 1, from 10.0.1.1; the checksum of IPv4 is
 * that of a datagram of 32 bytes to 224.0.0.22, or is mended by finish(). */
#define V4_HEAD(mac, total, destination)                                                           \
	mac "020000000101 0800 46c0" total "00004000 0102 0000 0a000101" destination "94040000"
#define TO_ROUTERS V4_HEAD("01005e000016", "0028", "e0000016")
#define TO_ALL     V4_HEAD("01005e000001", "0020", "e0000001")
#define TO_LEAVE   V4_HEAD("01005e000002", "0020", "e0000002")
#define TO_GROUP   V4_HEAD("01005e010101", "0020", "e0010101")
/* Ethernet, IPv6 and hop-by-hop Router Alert, from fe80::1. */
#define V6_HEAD(mac, size, destination)                                                            \
	mac "020000000101 86dd 60000000" size "0001"                                               \
	    "fe800000000000000000000000000001" destination "3a00050200000100"
#define ALL_NODES "ff020000000000000000000000000001"
#define LISTENERS "ff020000000000000000000000000016"
#define ROUTERS   "ff020000000000000000000000000002"
#define GROUP_V6  "ff150000000000000000000008010101"

struct bytes {
	uint8_t b[BYTES_MAX];
	size_t size;
};

static void parse(struct bytes *ret, const char *hex)
{
	ret->size = 0;
	for (const char *c = hex; *c; c++) {
		char digits[3] = {c[0], c[1], 0};
		if (*c == ' ')
			continue;
		assert_true(ret->size < BYTES_MAX);
		ret->b[ret->size++] = (uint8_t)strtoul(digits, NULL, 16);
		c++;
	}
}

static unsigned sum(const uint8_t *p, size_t size, unsigned total)
{
	for (size_t i = 0; i < size; i++)
		total += (unsigned)p[i] << (i % 2 ? 0 : 8);
	while (total > 0xFFFF)
		total = (total & 0xFFFF) + (total >> 16);
	return total;
}

static void put(uint8_t *p, unsigned value)
{
	p[0] = (uint8_t)(value >> 8);
	p[1] = (uint8_t)value;
}

/* Writes lengths and checksums of a frame made of the heads above. */
static void finish(struct bytes *m)
{
	uint8_t *ip = m->b + 14;
	if (m->b[12] == 0x08) {
		put(ip + 2, (unsigned)m->size - 14);
		put(ip + 10, 0);
		put(ip + 10, ~sum(ip, 24, 0) & 0xFFFF);
		put(ip + 26, ~sum(ip + 24, m->size - 38, 0) & 0xFFFF);
	} else {
		size_t size = m->size - 62;
		put(ip + 4, (unsigned)m->size - 54);
		put(ip + 50, ~sum(ip + 48, size, sum(ip + 8, 32, 58 + (unsigned)size)) & 0xFFFF);
	}
}

static void dissect(struct bytes *m, const char *hex, struct frame *f)
{
	parse(m, hex);
	finish(m);
	frame_dissect(m->b, m->size, m->size, FRAME_ETHERNET, f);
}

static bool tells(const struct frame *f, const char *problem)
{
	for (size_t i = 0; i < f->problem_count; i++)
		if (strstr(f->problems[i], problem))
			return true;
	return false;
}

static void assert_address(struct endpoint e, const char *expected)
{
	char text[ADDRESS_TEXT_SIZE];
	assert_string_equal(endpoint_format_address(&e, text), expected);
}

/* One row a type of message that has no records. */
static const struct {
	const char *hex;
	enum message_type type;
	int version;
	const char *group;
	unsigned response_ms, robustness, interval_s, sources;
} messages[] = {
	{TO_ALL "1100 0000 00000000", MESSAGE_QUERY, 1, "0.0.0.0", 0, 0, 0, 0},
	{TO_GROUP "1164 0000 e0010101", MESSAGE_QUERY, 2, "224.1.1.1", 10000, 0, 0, 0},
	{TO_ALL "1164 0000 00000000 027d 0000", MESSAGE_QUERY, 3, "0.0.0.0", 10000, 2, 125, 0},
	{TO_GROUP "118f 0000 e0010101 0a8f 0002 0a000101 0a000102", MESSAGE_QUERY, 3, "224.1.1.1",
	 24800, 2, 248, 2},
	{TO_GROUP "1200 0000 e0010101", MESSAGE_REPORT, 1, "224.1.1.1", 0, 0, 0, 0},
	{TO_GROUP "1600 0000 e0010101", MESSAGE_REPORT, 2, "224.1.1.1", 0, 0, 0, 0},
	{TO_LEAVE "1700 0000 e0010101", MESSAGE_LEAVE, 2, "224.1.1.1", 0, 0, 0, 0},
	{V6_HEAD("333300000001", "0000", ALL_NODES) "82000000 27100000"
						    "00000000000000000000000000000000",
	 MESSAGE_QUERY, 1, "::", 10000, 0, 0, 0},
	{V6_HEAD("333308010101", "0000", GROUP_V6) "82000000 80000000" GROUP_V6 "0a7d0001" GROUP_V6,
	 MESSAGE_QUERY, 2, "ff15::801:101", 32768, 2, 125, 1},
	{V6_HEAD("333308010101", "0000", GROUP_V6) "83000000 00000000" GROUP_V6, MESSAGE_REPORT, 1,
	 "ff15::801:101", 0, 0, 0, 0},
	{V6_HEAD("333300000002", "0000", ROUTERS) "84000000 00000000" GROUP_V6, MESSAGE_LEAVE, 1,
	 "ff15::801:101", 0, 0, 0, 0},
};

static void messages_of_every_version_are_read(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(messages); i++) {
		struct bytes m;
		struct frame f;
		dissect(&m, messages[i].hex, &f);
		if (f.problem_count)
			fail_msg("message %zu: %s", i, f.problems[0]);
		assert_false(f.message.is_invalid);
		assert_int_equal(f.kind, f.family == 4 ? FRAME_IGMP : FRAME_MLD);
		assert_true(f.has_router_alert && f.ttl == 1);
		assert_int_equal(f.message.type, messages[i].type);
		assert_int_equal(f.message.version, messages[i].version);
		assert_address(f.message.group, messages[i].group);
		assert_int_equal(f.message.max_response_ms, messages[i].response_ms);
		assert_int_equal(f.message.robustness, messages[i].robustness);
		assert_int_equal(f.message.interval_s, messages[i].interval_s);
		assert_int_equal(f.message.source_count, messages[i].sources);
		for (size_t j = 0; j < f.message.source_count && f.family == 4; j++)
			assert_int_equal(frame_source(&f, j).address[15], j + 1);
	}
}

static const struct {
	const char *hex, *sentence;
} records[] = {
	{"01000000 e0010101", "MODE_IS_INCLUDE {}: does not listen to 224.1.1.1"},
	{"01000001 e0010101 0a000109",
	 "MODE_IS_INCLUDE {10.0.1.9}: listens to 224.1.1.1, only from 10.0.1.9"},
	{"02000000 e0010101", "MODE_IS_EXCLUDE {}: listens to 224.1.1.1 from any source"},
	{"03000000 e0010101", "CHANGE_TO_INCLUDE {}: leaves 224.1.1.1"},
	{"04000000 e0010101", "CHANGE_TO_EXCLUDE {}: joins 224.1.1.1 from any source"},
	{"04000002 e0010101 0a000108 0a000109",
	 "CHANGE_TO_EXCLUDE {10.0.1.8, 10.0.1.9}: joins 224.1.1.1 from any source but 10.0.1.8, "
	 "10.0.1.9"},
	{"05000001 e8010101 0a000109",
	 "ALLOW_NEW_SOURCES {10.0.1.9}: joins 232.1.1.1 from 10.0.1.9, besides what it has"},
	{"06010001 e8010101 0a000109 ffffffff",
	 "BLOCK_OLD_SOURCES {10.0.1.9}: no longer wants 232.1.1.1 from 10.0.1.9"},
	{"09000000 e0010101", "record of type 9 for 224.1.1.1: unknown, receivers ignore it"},
};

static void records_are_put_into_words(void **state)
{
	struct bytes m;
	struct frame f;
	struct record record;
	char hex[BYTES_MAX] = TO_ROUTERS "2200 0000 0000 0009", text[300];
	size_t place = 0;
	(void)state;
	for (size_t i = 0; i < COUNT(records); i++)
		strcat(hex, records[i].hex);
	dissect(&m, hex, &f);
	assert_int_equal(f.problem_count, 0);
	assert_int_equal(f.message.record_count, COUNT(records));
	for (size_t i = 0; i < COUNT(records); i++) {
		assert_true(frame_next_record(&f, &place, &record));
		explain_record(&f, &record, text, sizeof(text));
		assert_string_equal(text, records[i].sentence);
	}
	assert_false(frame_next_record(&f, &place, &record));
	dissect(&m,
		V6_HEAD("333300000016", "0000", LISTENERS) "8f000000 00000001 04000001" GROUP_V6
							   "20010db8000000000000000000000001",
		&f);
	place = 0;
	assert_int_equal(f.problem_count, 0);
	assert_true(frame_next_record(&f, &place, &record));
	explain_record(&f, &record, text, sizeof(text));
	assert_string_equal(text, "CHANGE_TO_EXCLUDE {2001:db8::1}: joins ff15::801:101 from any "
				  "source but 2001:db8::1");
}

static const struct {
	const char *hex, *problem;
} malformed[] = {
	{TO_ALL "1164 0000", "shorter than the 8 bytes of IGMP"},
	{TO_ALL "1164 0000 00000000 02", "of no version of IGMP"},
	{TO_GROUP "1164 0000 e0010101 027d 0003 0a000101", "more sources than fit"},
	{TO_ROUTERS "2200 0000 0000 0002 04000000 e0010101", "more than fits"},
	{TO_ROUTERS "2200 0000 0000 0001 0400ffff e0010101 0a000101", "more than fits"},
	{TO_ROUTERS "2200 0000 0000 0001 04ff0000 e0010101 0a000101", "more than fits"},
	{TO_ALL "1300 0000 00000000", "not one of the messages"},
	{V6_HEAD("333300000001", "0000", ALL_NODES) "82000000", "shorter than the 8 bytes"},
	{V6_HEAD("333300000001", "0000", ALL_NODES) "82000000 00000000", "24 bytes of MLD"},
	{V6_HEAD("333308010101", "0000", GROUP_V6) "82000000 27100000" GROUP_V6 "02",
	 "of no version of MLD"},
	{V6_HEAD("333308010101", "0000", GROUP_V6) "82000000 27100000" GROUP_V6 "027d0009",
	 "more sources than fit"},
	{V6_HEAD("333300000016", "0000", LISTENERS) "8f000000 00000009 04000000" GROUP_V6,
	 "more than fits"},
	{TO_ALL "1600 0000 e0010101", "sent to another group"},
	{TO_GROUP "1700 0000 e0010101", "sent to another group"},
	{TO_GROUP "2200 0000 0000 0001 04000000 e0010101", "sent to another group"},
	{TO_GROUP "1164 0000 00000000", "sent to another group"},
	{V6_HEAD("333300000001", "0000", ALL_NODES) "83000000 00000000" GROUP_V6,
	 "sent to another group"},
	{V4_HEAD("01005e000017", "0000", "e0010101") "1600 0000 e0010101", "does not follow"},
	{V6_HEAD("333300000002", "0000", GROUP_V6) "83000000 00000000" GROUP_V6, "does not follow"},
};

static void malformed_messages_are_told(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(malformed); i++) {
		struct bytes m;
		struct frame f;
		dissect(&m, malformed[i].hex, &f);
		if (!tells(&f, malformed[i].problem) || f.problem_count != 1)
			fail_msg("%zu: %zu problems, first %s", i, f.problem_count,
				 f.problem_count ? f.problems[0] : "none");
		assert_int_equal(f.message.is_invalid, strstr(f.problems[0], "malformed") != NULL);
	}
}

/* What a receiver would refuse: one byte changed at a place, and what is told then. */
static const struct {
	const char *hex;
	size_t place;
	uint8_t value;
	const char *problem;
} spoiled[] = {
	{TO_GROUP "1600 0000 e0010101", 45, 9, "checksum of IGMP is wrong"},
	{TO_GROUP "1600 0000 e0010101", 22, 2, "checksum of IPv4 is wrong"},
	{TO_GROUP "1600 0000 e0010101", 22, 2, "TTL of IGMP has to be 1"},
	{TO_GROUP "1600 0000 e0010101", 34, 7, "without the Router Alert"},
	{TO_GROUP "1600 0000 e0010101", 35, 9, "options of IP are not whole"},
	{TO_GROUP "1600 0000 e0010101", 14, 0x4F, "lengths in the header of IPv4"},
	{TO_GROUP "1600 0000 e0010101", 17, 0xFF, "longer than the frame"},
	{TO_GROUP "1600 0000 e0010101", 14, 0x66, "no whole header of IPv4"},
	{V6_HEAD("333308010101", "0000", GROUP_V6) "83000000 00000000" GROUP_V6, 85, 9,
	 "checksum of ICMPv6 is wrong"},
	{V6_HEAD("333308010101", "0000", GROUP_V6) "83000000 00000000" GROUP_V6, 21, 64,
	 "hop limit of MLD has to be 1"},
	{V6_HEAD("333308010101", "0000", GROUP_V6) "83000000 00000000" GROUP_V6, 56, 1,
	 "without the Router Alert"},
	{V6_HEAD("333308010101", "0000", GROUP_V6) "83000000 00000000" GROUP_V6, 57, 9,
	 "hop-by-hop options are not whole"},
	{V6_HEAD("333308010101", "0000", GROUP_V6) "83000000 00000000" GROUP_V6, 22, 0x20,
	 "no link-local address"},
	{V6_HEAD("333308010101", "0000", GROUP_V6) "83000000 00000000" GROUP_V6, 55, 200,
	 "extension headers of IPv6 are not whole"},
};

static void what_receivers_refuse_is_told(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(spoiled); i++) {
		struct bytes m;
		struct frame f;
		parse(&m, spoiled[i].hex);
		finish(&m);
		m.b[spoiled[i].place] = spoiled[i].value;
		frame_dissect(m.b, m.size, m.size, FRAME_ETHERNET, &f);
		if (!tells(&f, spoiled[i].problem))
			fail_msg("%zu: %zu problems, first %s", i, f.problem_count,
				 f.problem_count ? f.problems[0] : "none");
	}
}

/* The same datagram by each kind of link. */
static void links_differ_and_the_datagram_is_the_same(void **state)
{
	static const struct {
		const char *head;
		enum frame_link link;
		int vlan;
	} links[] = {
		{"01005e010101 020000000101 0800", FRAME_ETHERNET, -1},
		{"01005e010101 020000000101 8100 0064 0800", FRAME_ETHERNET, 100},
		{"0004 0001 0006 020000000101 0000 0800", FRAME_COOKED, -1},
		{"0800 0000 00000002 0001 04 06 020000000101 0000", FRAME_COOKED_V2, -1},
		{"", FRAME_RAW, -1},
	};
	(void)state;
	for (size_t i = 0; i < COUNT(links); i++) {
		struct bytes m;
		struct frame f;
		char hex[256];
		(void)snprintf(hex, sizeof(hex),
			       "%s 4500 0021 0000 4000 0111 8dc9 0a000101 e0010101 "
			       "8000 1388 000d 0000 68656c6c6f",
			       links[i].head);
		parse(&m, hex);
		frame_dissect(m.b, m.size, m.size, links[i].link, &f);
		if (f.problem_count)
			fail_msg("%zu: %s", i, f.problems[0]);
		assert_int_equal(f.kind, FRAME_UDP);
		assert_int_equal(f.vlan, links[i].vlan);
		assert_int_equal(f.destination.port, 5000);
		assert_int_equal(f.payload_size, 5);
		assert_memory_equal(f.payload, "hello", 5);
		assert_int_equal(f.has_mac, links[i].link == FRAME_ETHERNET);
		assert_int_equal(f.has_mac_source, links[i].link != FRAME_RAW);
	}
}

static void fragments_are_told_apart(void **state)
{
	struct bytes m;
	struct frame f;
	(void)state;
	parse(&m, "4500 0021 0000 2000 0111 adc9 0a000101 e0010101 8000 1388 0100 1234 68656c6c6f");
	frame_dissect(m.b, m.size, m.size, FRAME_RAW, &f);
	assert_true(f.kind == FRAME_UDP && f.is_fragment && f.problem_count == 0);
	m.b[7] = 1;
	m.b[11]--;
	frame_dissect(m.b, m.size, m.size, FRAME_RAW, &f);
	assert_true(f.kind == FRAME_FRAGMENT && f.is_fragment && f.problem_count == 0);
}

/* Every beginning of a frame, captured so far or sent so far, is read without a complaint of the
 * sanitizers, and names no more than it has. */
static void truncations_are_read_as_far_as_they_go(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(messages); i++) {
		struct bytes m;
		struct frame f;
		parse(&m, messages[i].hex);
		finish(&m);
		for (size_t size = 0; size < m.size; size++) {
			uint8_t *exact = malloc(size + 1);
			assert_non_null(exact);
			memcpy(exact + 1, m.b, size);
			frame_dissect(exact + 1, size, m.size, FRAME_ETHERNET, &f);
			assert_true(f.payload + f.payload_size <= exact + 1 + size);
			assert_false(tells(&f, "checksum of IGMP"));
			frame_dissect(exact + 1, size, size, FRAME_ETHERNET, &f);
			assert_true(f.problem_count > 0);
			free(exact);
		}
	}
}

static void assert_text(struct frame *f, const char *expected)
{
	char *text = NULL;
	size_t size = 0;
	FILE *file = open_memstream(&text, &size);
	assert_non_null(file);
	explain_text(f, "12:00:00", EXPLAIN_USUAL, file);
	assert_int_equal(fclose(file), 0);
	assert_string_equal(text, expected);
	free(text);
}

static void explanation_says_what_a_student_asks(void **state)
{
	struct bytes m;
	struct frame f;
	(void)state;
	dissect(&m, TO_ROUTERS "2200 0000 0000 0001 04000000 e0010101", &f);
	assert_text(&f, "12:00:00  10.0.1.1 -> 224.0.0.22  IGMPv3 report of 1 group\n"
			"    MAC 02:00:00:00:01:01 -> 01:00:5e:00:00:16: 01:00:5e and the low 23 "
			"bits of 224.0.0.22 (RFC 1112 section 6.4)\n"
			"    TTL 1, Router Alert: no router forwards it; frame of 54 bytes\n"
			"    CHANGE_TO_EXCLUDE {}: joins 224.1.1.1 from any source\n");
	dissect(&m, V4_HEAD("01005e000017", "0000", "e0010101") "1600 0000 e0010101", &f);
	assert_text(&f, "12:00:00  10.0.1.1 -> 224.1.1.1  IGMPv2 report: listens to 224.1.1.1\n"
			"    MAC 02:00:00:00:01:01 -> 01:00:5e:00:00:17: NOT what follows from the "
			"group: 01:00:5e and the low 23 bits of 224.1.1.1 (RFC 1112 section 6.4), "
			"which is 01:00:5e:01:01:01\n"
			"    TTL 1, Router Alert: no router forwards it; frame of 46 bytes\n"
			"    ! the destination MAC address does not follow from the group\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(messages_of_every_version_are_read),
		cmocka_unit_test(records_are_put_into_words),
		cmocka_unit_test(malformed_messages_are_told),
		cmocka_unit_test(what_receivers_refuse_is_told),
		cmocka_unit_test(links_differ_and_the_datagram_is_the_same),
		cmocka_unit_test(fragments_are_told_apart),
		cmocka_unit_test(truncations_are_read_as_far_as_they_go),
		cmocka_unit_test(explanation_says_what_a_student_asks),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
