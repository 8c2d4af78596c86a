/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
/* Rules [F1]-[F3]: the body of a full message. Each row of keys.def is tested without a line here.
 */
#include "wire/rig.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define BODY_MAX (WIRE_ANSWER_MAX - WIRE_HEADER_SIZE)

#define FIRST "hmtp 1\n"

/* Decodes a copy of that size; on failure nothing may have been written. */
static bool decode(const char *body, size_t size, struct wire_terms *ret_terms)
{
	struct wire_terms t, untouched;
	char *copy = malloc(size > 0 ? size : 1);
	assert_non_null(copy);
	if (size > 0)
		memcpy(copy, body, size);
	memset(&t, 0xA5, sizeof(t));
	memset(&untouched, 0xA5, sizeof(untouched));
	bool good = wire_terms_decode(copy, size, &t);
	if (!good)
		assert_memory_equal(&t, &untouched, sizeof(t));
	free(copy);
	*ret_terms = t;
	return good;
}

static bool decode_text(const char *body, struct wire_terms *ret_terms)
{
	return decode(body, strlen(body), ret_terms);
}

static size_t encode(const struct wire_terms *t, char out[BODY_MAX])
{
	return wire_terms_encode(t, 0, BODY_MAX, out);
}

/* --- Keys --- */

static const struct key {
	enum wire_key key;
	const char *name, *kind;
} keys[] = {
#define KEY(name, kind) {WIRE_KEY_##name, #name, #kind},
#include "wire/keys.def"
#undef KEY
};

static void alone_is_read_as_it_was_written(void **state)
{
	const struct key *k = *state;
	char body[BODY_MAX];
	for (int sample = 0; sample < SAMPLES; sample++) {
		struct wire_terms t, again;
		wire_terms_init(&t);
		rig_put_key(&t, k->key, (enum sample)sample);
		assert_true(wire_has(&t, k->key));
		size_t size = encode(&t, body);
		assert_memory_equal(body, FIRST, strlen(FIRST));
		assert_memory_equal(body + strlen(FIRST), k->name, strlen(k->name));
		assert_int_equal(body[strlen(FIRST) + strlen(k->name)], ' ');
		assert_true(decode(body, size, &again));
		assert_int_equal(again.has, UINT32_C(1) << k->key);
		rig_assert_equal_terms(&again, &t);
		assert_true(decode(body, size - 1, &again)); /* Without its feed. */
		rig_assert_equal_terms(&again, &t);
	}
}

static void twice_is_malformed(void **state)
{
	const struct key *k = *state;
	char body[BODY_MAX + 100];
	struct wire_terms t;
	wire_terms_init(&t);
	rig_put_key(&t, k->key, SAMPLE_MIXED);
	size_t size = encode(&t, body), line = size - strlen(FIRST);
	memcpy(body + size, "other 1\n", 8);
	memcpy(body + size + 8, body + strlen(FIRST), line);
	assert_true(decode(body, size + 8, &t));
	assert_false(decode(body, size + 8 + line, &t));
}

#define SIXTY_THREE "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-"

static const struct {
	const char *kind, *text;
	bool good;
} values[] = {
	{"HEX", "0000000000000000", true},
	{"HEX", "0123456789abcdef", true},
	{"HEX", "ffffffffffffffff", true},
	{"HEX", "0123456789abcde", false},
	{"HEX", "0123456789abcdef0", false},
	{"HEX", "0123456789ABCDEF", false},
	{"HEX", "0123456789abcdeg", false},
	{"HEX", "0x23456789abcdef", false},
	{"HEX", " 123456789abcdef", false},
	{"NUMBER", "0", true},
	{"NUMBER", "7", true},
	{"NUMBER", "007", true},
	{"NUMBER", "9223372036854775807", true},
	{"NUMBER", "0000000000000000001", true},
	{"NUMBER", "9223372036854775808", false},
	{"NUMBER", "9999999999999999999", false},
	{"NUMBER", "00000000000000000001", false},
	{"NUMBER", "18446744073709551616", false},
	{"NUMBER", "-1", false},
	{"NUMBER", "+1", false},
	{"NUMBER", "1.0", false},
	{"NUMBER", "1 ", false},
	{"NUMBER", " 1", false},
	{"NUMBER", "1a", false},
	{"TICK", "0 0", true},
	{"TICK", "1 2", true},
	{"TICK", "4294967295 4294967295", true},
	{"TICK", "4294967296 1", false},
	{"TICK", "1 4294967296", false},
	{"TICK", "00000000001 1", false},
	{"TICK", "1", false},
	{"TICK", "1 ", false},
	{"TICK", " 1", false},
	{"TICK", "1  2", false},
	{"TICK", "1 2 ", false},
	{"TICK", "1 2 3", false},
	{"WORD", "a", true},
	{"WORD", "a.b-c_D9", true},
	{"WORD", SIXTY_THREE, true},
	{"WORD", SIXTY_THREE "x", false},
	{"WORD", "a b", false},
	{"WORD", "a ", false},
	{"WORD", "a/b", false},
	{"WORD", "a:b", false},
	{"WORD", "a@b", false},
	{"WORD", "[a]", false},
	{"WORD", "`a`", false},
	{"WORD", "{a}", false},
	{"PLACE", "10.0.0.2 10000", true},
	{"PLACE", "fd00::4 1", true},
	{"PLACE", "::ffff:10.0.0.2 1", true},
	{"PLACE", "10.0.0.2", false},
	{"PLACE", "10.0.0.2 0", false},
	{"PLACE", "10.0.0.2 10000 ", false},
	{"PLACE", "224.0.0.1 10000", false},
	{"PLACE", "fe80::1 10000", false},
	{"PLACE", "here 10000", false},
	{"*", "", false},
	{"*", "\t", false},
	{"*", "\x7f", false},
	{"*", "\xc3\xa9", false},
};

static void has_only_values_of_its_kind(void **state)
{
	const struct key *k = *state;
	struct wire_terms t;
	for (size_t i = 0; i < COUNT(values); i++) {
		char body[200];
		if (strcmp(values[i].kind, "*") != 0 && strcmp(values[i].kind, k->kind) != 0)
			continue;
		(void)snprintf(body, sizeof(body), FIRST "%s %s\n", k->name, values[i].text);
		if (decode_text(body, &t) != values[i].good)
			fail_msg("%s '%s'", k->name, values[i].text);
		(void)snprintf(body, sizeof(body), FIRST "%s %s\nother 1", k->name, values[i].text);
		assert_int_equal(decode_text(body, &t), values[i].good);
		if (values[i].good)
			assert_int_equal(t.has, UINT32_C(1) << k->key);
	}
}

static void zero_bytes_are_malformed(void **state)
{
	const struct key *k = *state;
	char body[BODY_MAX];
	struct wire_terms t;
	wire_terms_init(&t);
	rig_put_key(&t, k->key, SAMPLE_MIXED);
	size_t size = encode(&t, body);
	for (size_t at = strlen(FIRST); at < size; at++) {
		char right = body[at];
		body[at] = '\0';
		assert_false(decode(body, size, &t));
		body[at] = right;
	}
}

/* --- Members --- */

static const struct {
	const char *text;
	bool good;
} members[] = {
	{"10.0.0.2 10000 full 3 0 0", true},
	{"10.0.0.2 10000 base 0 65535 0", true},
	{"fd00::4 1 full 255 65535 4294967295", true},
	{"10.0.0.2 00080 base 003 00000 0000000000", true},
	{"10.0.0.2 10000 full 256 0 0", false},
	{"10.0.0.2 10000 full 0 65536 0", false},
	{"10.0.0.2 10000 full 0 0 4294967296", false},
	{"10.0.0.2 10000 full 0003 0 0", false},
	{"10.0.0.2 10000 full 3 000000 0", false},
	{"10.0.0.2 10000 full 3 0 00000000000", false},
	{"10.0.0.2 10000 half 3 0 0", false},
	{"10.0.0.2 10000 Full 3 0 0", false},
	{"10.0.0.2 10000 fullx 3 0 0", false},
	{"10.0.0.2 10000 ful 3 0 0", false},
	{"10.0.0.2 10000 full -1 0 0", false},
	{"10.0.0.2 10000 full 3 0", false},
	{"10.0.0.2 10000 full 3 0 ", false},
	{"10.0.0.2 10000 full 3 0 0 ", false},
	{"10.0.0.2 10000 full 3 0 0 0", false},
	{"10.0.0.2 10000 full 3  0 0", false},
	{"10.0.0.2 10000  full 3 0 0", false},
	{"10.0.0.2  10000 full 3 0 0", false},
	{" 10.0.0.2 10000 full 3 0 0", false},
	{"10.0.0.2 0 full 3 0 0", false},
	{"0.0.0.0 10000 full 3 0 0", false},
	{"ff02::1 10000 full 3 0 0", false},
	{"10.0.0.2 10000", false},
	{"10.0.0.2", false},
	{"", false},
};

static void members_are_as_the_rule_says(void **state)
{
	struct wire_terms t;
	(void)state;
	for (size_t i = 0; i < COUNT(members); i++) {
		char body[200];
		(void)snprintf(body, sizeof(body), FIRST "member %s\n", members[i].text);
		if (decode_text(body, &t) != members[i].good)
			fail_msg("member '%s'", members[i].text);
		if (!members[i].good)
			continue;
		assert_int_equal(t.has, 0);
		assert_int_equal(t.member_count, 1);
	}
}

static void members_are_read_as_they_were_written(void **state)
{
	char body[BODY_MAX];
	(void)state;
	for (size_t count = 0; count <= 6; count++) {
		for (int sample = 0; sample < SAMPLES; sample++) {
			struct wire_terms t, again;
			rig_terms(&t, (enum sample)sample, count);
			assert_true(decode(body, encode(&t, body), &again));
			rig_assert_equal_terms(&again, &t);
		}
	}
}

static void of_many_members_the_first_are_kept_and_all_are_checked(void **state)
{
	static char body[16384];
	struct wire_terms t;
	(void)state;
	for (size_t count = 20; count <= 300; count += count < 30 ? 1 : 45) {
		size_t size = (size_t)snprintf(body, sizeof(body), FIRST);
		for (size_t i = 0; i < count; i++)
			size += (size_t)snprintf(body + size, sizeof(body) - size,
						 "member 10.1.%zu.%zu %zu full 0 0 0\n", i >> 8,
						 i & 255, 10000 + i);
		assert_true(decode(body, size, &t));
		assert_int_equal(t.member_count, count < 24 ? count : 24);
		for (size_t i = 0; i < t.member_count; i++) {
			struct endpoint e = rig_peer(i, false);
			assert_true(endpoint_equal(&t.members[i].endpoint, &e));
		}
		size += (size_t)snprintf(body + size, sizeof(body) - size, "member 10.0.0.1 1\n");
		assert_false(decode(body, size, &t));
	}
}

/* --- Lines --- */

static const struct {
	const char *lines;
	bool good;
} bodies[] = {
	{"", true},
	{"a 1", true},
	{"a 1\n", true},
	{"abcdefghijklmno x\n", true}, /* 15 letters. */
	{"pad x\n", true},
	{"pad xxxxxxxx", true},
	{"pad \n", true},
	{"pad ", true},
	{"pad x\npad x\n", true}, /* What is unknown may stand there twice. */
	{"other !\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~\n", true},
	{"other  two  spaces \n", true},
	{"hmtp 2\n", true},
	{"members 1\n", true},
	{"membe 1\n", true},
	{"seqs 1\nse 1\n", true}, /* Not `seq`. */
	{"abcdefghijklmnop x\n", false},
	{"pad\n", false},
	{"pad", false},
	{" pad x\n", false},
	{"Pad x\n", false},
	{"pa-d x\n", false},
	{"pad1 x\n", false},
	{"pad\tx\n", false},
	{"pad=x\n", false},
	{"\n", false},
	{"\n\n", false},
	{"pad x\n\n", false},
	{"\npad x\n", false},
	{"pad x\n \n", false},
	{"pad x\r\n", false},
	{"pad x\ty\n", false},
	{"pad \x1b[31m\n", false},
	{"pad \x7f\n", false},
	{"pad \x80\n", false},
	{"pad \xff\n", false},
};

static void lines_are_as_the_rule_says(void **state)
{
	struct wire_terms t;
	(void)state;
	for (size_t i = 0; i < COUNT(bodies); i++) {
		char body[200];
		(void)snprintf(body, sizeof(body), FIRST "%s", bodies[i].lines);
		if (decode_text(body, &t) != bodies[i].good)
			fail_msg("'%s'", bodies[i].lines);
		if (!bodies[i].good)
			continue;
		assert_int_equal(t.has, 0);
		assert_int_equal(t.member_count, 0);
		(void)snprintf(body, sizeof(body), FIRST "seq 7\n%s", bodies[i].lines);
		assert_true(decode_text(body, &t));
		assert_int_equal(t.has, 1 << WIRE_KEY_seq);
		assert_int_equal(t.seq, 7);
	}
}

static void only_the_exact_first_line_makes_a_body_full(void **state)
{
	static const char *const full[] = {"hmtp 1", "hmtp 1\n", "hmtp 1\nseq 7", "hmtp 1\n\n"};
	static const char *const others[] = {
		"",         "\n",      "h",        "hmtp",     "hmtp ",      "hmtp\n",  "hmtp 2",
		"hmtp 2\n", "hmtp 10", "hmtp 1 ",  "hmtp 1\r", "hmtp 1\r\n", "hmtp  1", "hmtp 01",
		"HMTP 1",   " hmtp 1", "\nhmtp 1", "hmtp 1x",  "hmtp\t1",    "seq 7",
	};
	struct wire_terms t;
	(void)state;
	for (size_t i = 0; i < COUNT(full); i++)
		assert_true(wire_terms_is(full[i], strlen(full[i])));
	for (size_t i = 0; i < COUNT(others); i++) {
		assert_false(wire_terms_is(others[i], strlen(others[i])));
		assert_false(decode_text(others[i], &t));
	}
	assert_false(wire_terms_is("hmtp 1\0", 7));
	assert_true(decode_text("hmtp 1", &t));
	assert_int_equal(t.has, 0);
	assert_int_equal(t.member_count, 0);
}

/* Where a value was cut it may still be one, but never is anything else read. */
static void a_body_cut_anywhere_has_what_was_before(void **state)
{
	char body[BODY_MAX];
	struct wire_terms t, cut;
	(void)state;
	for (int sample = 0; sample < SAMPLES; sample++) {
		rig_terms(&t, (enum sample)sample, 4);
		size_t whole = encode(&t, body);
		for (size_t size = 0; size < whole; size++) {
			bool good = decode(body, size, &cut);
			if (size < strlen("hmtp 1"))
				assert_false(good);
			else if (body[size] == '\n' || body[size - 1] == '\n')
				assert_true(good);
			if (!good)
				continue;
			assert_int_equal(cut.has & ~t.has, 0);
			assert_in_range(cut.member_count, 0, t.member_count);
		}
	}
}

static void any_byte_changed_is_harmless(void **state)
{
	char bytes[WIRE_ANSWER_MAX];
	struct wire_terms t;
	struct wire_message m;
	(void)state;
	rig_terms(&t, SAMPLE_MIXED, 3);
	size_t size = wire_encode_terms(WIRE_NJOI, &t, 0, WIRE_ANSWER_MAX, bytes);
	for (size_t at = 0; at < size; at++) {
		char right = bytes[at];
		for (int value = 0; value < 256; value++) {
			bytes[at] = (char)value;
			if (rig_decode(bytes, size, &m) == WIRE_GOOD)
				rig_assert_means_the_same_again(&m);
		}
		bytes[at] = right;
	}
}

/* Fields of keys that do not stand there, and members behind the last, keep what they were. */
static void only_what_stands_there_is_written(void **state)
{
	struct wire_terms t, untouched;
	(void)state;
	memset(&t, 0xA5, sizeof(t));
	memset(&untouched, 0xA5, sizeof(untouched));
	assert_true(wire_terms_decode("hmtp 1\nseq 7", 12, &t));
	assert_int_equal(t.seq, 7);
	t.seq = untouched.seq;
	t.has = untouched.has;
	t.member_count = untouched.member_count;
	assert_memory_equal(&t, &untouched, sizeof(t));
}

/* --- The rest --- */

static void the_byte_example_is_exact(void **state)
{
	static const char text[] = "YJOI\n"
				   "hmtp 1\n"
				   "id 0123456789abcdef\n"
				   "token 00000000000000ff\n"
				   "group main\n"
				   "tick 2 256\n"
				   "root fd00::4 10001\n"
				   "seq 9223372036854775807\n"
				   "depth 3\n"
				   "member 10.0.0.2 10000 full 3 0 60000\n"
				   "member 10.0.0.3 10000 base 0 65535 0\n"
				   "pad xxxx\n";
	struct wire_terms t;
	struct endpoint e;
	char out[WIRE_ANSWER_MAX];
	(void)state;
	wire_terms_init(&t);
	wire_put(&t, depth, 3);
	wire_put(&t, seq, INT64_MAX);
	wire_put(&t, tick, ((struct wire_tick_number){.epoch = 2, .number = 256}));
	wire_put(&t, token, 255);
	wire_put(&t, id, UINT64_C(0x0123456789abcdef));
	wire_put_word(&t, group, "main");
	assert_true(endpoint_parse_address("fd00::4", 10001, &e));
	wire_put(&t, root, e);
	assert_true(endpoint_parse_address("10.0.0.2", 10000, &e));
	t.members[0] = (struct wire_neighbour){
		.endpoint = e, .is_full = true, .free = 3, .delay_us = 60000};
	assert_true(endpoint_parse_address("10.0.0.3", 10000, &e));
	t.members[1] = (struct wire_neighbour){.endpoint = e, .room = WIRE_NO_ROOM};
	t.member_count = 2;
	size_t size = sizeof(text) - 1;
	assert_int_equal(wire_encode_terms(WIRE_YJOI, &t, size, WIRE_ANSWER_MAX, out), size);
	assert_memory_equal(out, text, size);
}

static void a_word_that_is_set_is_said(void **state)
{
	struct wire_terms t;
	(void)state;
	wire_terms_init(&t);
	strcpy(t.want, "join"); /* Not set. */
	assert_false(wire_says(&t, want, "join"));
	wire_put_word(&t, want, "join");
	assert_true(wire_says(&t, want, "join"));
	assert_false(wire_says(&t, want, "joi"));
	assert_false(wire_says(&t, want, "joins"));
	assert_false(wire_says(&t, reason, "join"));
	wire_put_word(&t, want, SIXTY_THREE);
	assert_true(wire_says(&t, want, SIXTY_THREE));
}

static void words_are_of_letters_digits_and_three_signs(void **state)
{
	(void)state;
	assert_false(wire_is_word("", 0));
	assert_true(wire_is_word(SIXTY_THREE, 63));
	assert_false(wire_is_word(SIXTY_THREE "x", 64));
	for (int c = 0; c < 256; c++) {
		char text = (char)c;
		bool is_letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
		bool is_other = c != 0 && strchr("0123456789.-_", c) != NULL;
		assert_int_equal(wire_is_word(&text, 1), is_letter || is_other);
	}
}

static void ticks_are_in_order_of_epoch_then_number(void **state)
{
	static const struct wire_tick_number order[] = {
		{0, 0}, {0, 1}, {0, UINT32_MAX}, {1, 0}, {2, 0}, {2, 7}, {UINT32_MAX, 0},
	};
	(void)state;
	for (size_t i = 0; i < COUNT(order); i++)
		for (size_t j = 0; j < COUNT(order); j++)
			assert_int_equal(wire_tick_is_newer(order[i], order[j]), i > j);
}

#define OF_KEY(name, test)                                                                         \
	{                                                                                          \
#name "_" #test, test, NULL, NULL, (void *)&keys[WIRE_KEY_##name]                  \
	}
#define KEY(name, kind)                                                                            \
	OF_KEY(name, alone_is_read_as_it_was_written), OF_KEY(name, twice_is_malformed),           \
		OF_KEY(name, has_only_values_of_its_kind), OF_KEY(name, zero_bytes_are_malformed),

int main(void)
{
	const struct CMUnitTest tests[] = {
#include "wire/keys.def"
		cmocka_unit_test(members_are_as_the_rule_says),
		cmocka_unit_test(members_are_read_as_they_were_written),
		cmocka_unit_test(of_many_members_the_first_are_kept_and_all_are_checked),
		cmocka_unit_test(lines_are_as_the_rule_says),
		cmocka_unit_test(only_the_exact_first_line_makes_a_body_full),
		cmocka_unit_test(a_body_cut_anywhere_has_what_was_before),
		cmocka_unit_test(any_byte_changed_is_harmless),
		cmocka_unit_test(only_what_stands_there_is_written),
		cmocka_unit_test(the_byte_example_is_exact),
		cmocka_unit_test(a_word_that_is_set_is_said),
		cmocka_unit_test(words_are_of_letters_digits_and_three_signs),
		cmocka_unit_test(ticks_are_in_order_of_epoch_then_number),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
