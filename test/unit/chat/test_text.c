/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
#include "chat/piece.h"
#include "chat/text.h"

#include <stdlib.h>

static void assert_sanitised(struct piece input, const char *expected)
{
	char out[512];
	assert_in_range(input.size * TEXT_GROWTH, 0, sizeof(out));
	size_t size = text_sanitise(input.text, input.size, out);
	assert_piece((struct piece){out, size}, expected);
}

static void plain_text_is_kept(void **state)
{
	(void)state;
	assert_sanitised(PIECE(""), "");
	assert_sanitised(PIECE("alice: bonjour ~!"), "alice: bonjour ~!");
	assert_sanitised(PIECE("é, 日本, 🎉, e\u0301, 👩‍🚀"),
			 "é, 日本, 🎉, e\u0301, 👩‍🚀");
	assert_sanitised(PIECE("שלום مرحبا"), "שלום مرحبا");
	assert_sanitised(PIECE("\uFFFD"), "\uFFFD");
}

static void escape_sequences_lose_their_escape(void **state)
{
	(void)state;
	assert_sanitised(PIECE("\033[31mred\033[0m"), "\uFFFD[31mred\uFFFD[0m");
	assert_sanitised(PIECE("\033]0;title\007x"), "\uFFFD]0;title\uFFFDx");
	assert_sanitised(PIECE("\033\033\033"), "\uFFFD\uFFFD\uFFFD");
	assert_sanitised(PIECE("\302\2332J"), "\uFFFD2J"); /* CSI, U+009B */
	assert_sanitised(PIECE("\2332J"), "\uFFFD2J");     /* CSI as Latin-1 */
	assert_sanitised(PIECE("\302\205x"), "\uFFFDx");   /* NEL */
	assert_sanitised(PIECE("a\bb\177c\000d"), "a\uFFFDb\uFFFDc\uFFFDd");
	assert_sanitised(PIECE("\016\017"), "\uFFFD\uFFFD"); /* Shifts into line drawing. */
}

static void white_space_controls_become_a_space(void **state)
{
	(void)state;
	assert_sanitised(PIECE("a\tb\nc\vd\fe\rf"), "a b c d e f");
	assert_sanitised(PIECE("one\r\ntwo"), "one  two");
}

static void line_ends_at_the_very_end_are_dropped(void **state)
{
	(void)state;
	assert_sanitised(PIECE("bonjour\n"), "bonjour");
	assert_sanitised(PIECE("bonjour\r\n"), "bonjour");
	assert_sanitised(PIECE("bonjour\n\r\n\n"), "bonjour");
	assert_sanitised(PIECE("\r\n"), "");
	assert_sanitised(PIECE("bonjour \n"), "bonjour ");
	assert_sanitised(PIECE("bonjour\t"), "bonjour ");
	assert_sanitised(PIECE("\nbonjour"), " bonjour");
}

static void what_reorders_text_is_replaced(void **state)
{
	static const char *const controls[] = {"\u2028", "\u2029", "\u202A", "\u202B",
					       "\u202C", "\u202D", "\u202E", "\u2066",
					       "\u2067", "\u2068", "\u2069"};
	(void)state;
	for (size_t i = 0; i < COUNT(controls); i++)
		assert_sanitised(piece_of(controls[i]), "\uFFFD");
	assert_sanitised(PIECE("user\u202Etxt.exe"), "user\uFFFDtxt.exe");
}

static void invalid_utf8_is_replaced(void **state)
{
	(void)state;
	assert_sanitised(PIECE("caf\351"), "caf\uFFFD");
	assert_sanitised(PIECE("\xC0\xAF"), "\uFFFD\uFFFD");
	assert_sanitised(PIECE("\xED\xA0\x80"), "\uFFFD\uFFFD\uFFFD");
	assert_sanitised(PIECE("\xF4\x90\x80\x80"), "\uFFFD\uFFFD\uFFFD\uFFFD");
	assert_sanitised(PIECE("a\xE2\x82"), "a\uFFFD");
	assert_sanitised(PIECE("a\xF0\x9F\x8E\n"), "a\uFFFD");
}

static void every_code_point_is_kept_or_made_safe(void **state)
{
	(void)state;
	for (uint32_t c = 0; c <= 0x10FFFF; c++) {
		char in[UTF8_SIZE_MAX + 1], out[sizeof(in) * TEXT_GROWTH];
		if (c >= 0xD800 && c <= 0xDFFF)
			continue;
		size_t size = utf8_encode(c, in);
		in[size] = '.'; /* So that a line end is not the last. */
		size_t out_size = text_sanitise(in, size + 1, out);
		assert_true(is_safe(out, out_size));
		if (!is_dangerous(c)) {
			/* Neither separator U+202F nor the like may be lost with its neighbours. */
			assert_int_equal(out_size, size + 1);
			assert_memory_equal(out, in, size + 1);
		}
	}
}

static void check_random_bytes(const char *in, size_t size)
{
	char out[256 * TEXT_GROWTH], again[sizeof(out) * TEXT_GROWTH];
	size_t out_size = text_sanitise(in, size, out);
	assert_in_range(out_size, 0, size * TEXT_GROWTH);
	assert_true(is_safe(out, out_size));
	assert_int_equal(text_sanitise(out, out_size, again), out_size);
	assert_memory_equal(again, out, out_size);
}

static void no_control_survives_in_any_two_bytes(void **state)
{
	(void)state;
	for (int i = 0; i < 1 << 16; i++) {
		char in[2] = {(char)(i >> 8), (char)i};
		check_random_bytes(in, 2);
	}
}

static void no_control_survives_in_random_bytes(void **state)
{
	struct random r;
	(void)state;
	random_init(&r, 1);
	for (int i = 0; i < 20000; i++) {
		char in[256];
		size_t size = (size_t)random_below(&r, sizeof(in) + 1);
		fill_random(&r, in, size);
		/* Half of them from the bytes that make controls. */
		for (size_t j = 0; i % 2 && j < size; j++)
			in[j] = "\033\x9B\xC2\xE2\x80\xAE\x81\xA9[\n\r\x7F\xF0\x9F"
				[(unsigned char)in[j] % 14];
		check_random_bytes(in, size);
	}
}

static void words_of_ones_own_name_are_mentions(void **state)
{
	static const struct {
		const char *text, *name;
		bool is_mentioned;
	} cases[] = {
		{"alice: hello", "alice", true},
		{"hello alice", "alice", true},
		{"hello, Alice!", "alice", true},
		{"ALICE", "alice", true},
		{"(alice)", "alice", true},
		{"@alice", "alice", true},
		{"malice", "alice", false},
		{"alices", "alice", false},
		{"alice_", "alice", false},
		{"alice2", "alice", false},
		{"malice and alice", "alice", true},
		{"alic", "alice", false},
		{"", "alice", false},
		{"élalice", "alice", false},
		{"aliceé", "alice", false},
		{"« élodie »", "élodie", true},
		{"日本 hello", "日本", true},
		{"日本語", "日本", false},
		{"x-bob-y", "-bob-", true},
		{"alice's", "alice", true},
		{"alialice alice", "alice", true},
	};
	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		const char *text = cases[i].text, *name = cases[i].name;
		if (text_mentions(text, strlen(text), name, strlen(name)) != cases[i].is_mentioned)
			fail_msg("'%s' in '%s'", name, text);
	}
}

static void mentions_are_not_sought_beyond_the_end(void **state)
{
	(void)state;
	assert_false(text_mentions("hello alice", 10, "alice", 5));
	assert_true(text_mentions("hello alicexxx", 11, "alice", 5));
	assert_false(text_mentions("", 0, "a", 1));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(plain_text_is_kept),
		cmocka_unit_test(escape_sequences_lose_their_escape),
		cmocka_unit_test(white_space_controls_become_a_space),
		cmocka_unit_test(line_ends_at_the_very_end_are_dropped),
		cmocka_unit_test(what_reorders_text_is_replaced),
		cmocka_unit_test(invalid_utf8_is_replaced),
		cmocka_unit_test(every_code_point_is_kept_or_made_safe),
		cmocka_unit_test(no_control_survives_in_any_two_bytes),
		cmocka_unit_test(no_control_survives_in_random_bytes),
		cmocka_unit_test(words_of_ones_own_name_are_mentions),
		cmocka_unit_test(mentions_are_not_sought_beyond_the_end),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
