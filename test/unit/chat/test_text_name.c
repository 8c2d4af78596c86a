/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
/* The names that text.h allows. */
#include "chat/piece.h"
#include "chat/text.h"

static bool is_name(const char *text)
{
	return name_is_valid(text, strlen(text));
}

static void names_of_all_scripts_are_valid(void **state)
{
	static const char *const good[] = {
		"a",     "alice", "Alice2", "élodie", "日本", "🎉",   "👩‍🚀", "क्‍ष",
		"a*b",   "a**",   "/nick",  "-",      "a.b",  "<b>", "(x)",         "o'neil",
		"@here", "%s%n",  "شريف",   "..",     "0",    "_",   "\\",          "e\u0301",
	};
	(void)state;
	for (size_t i = 0; i < COUNT(good); i++)
		if (!is_name(good[i]))
			fail_msg("'%s' was refused", good[i]);
}

static void names_with_what_has_a_meaning_are_refused(void **state)
{
	static const char *const bad[] = {
		"",         "*",      "*a",      "***",    "a:b",      ":",
		"a,b",      ",",      "a b",     " a",     "a ",       "a\tb",
		"a\n",      "\033[m", "a\177",   "\001",   "\302\205", "\302\233",
		"a\u00A0b", "\u2028", "\u202Ea", "\u2066", "\uFFFD",   "a\uFFFD",
	};
	(void)state;
	for (size_t i = 0; i < COUNT(bad); i++)
		if (is_name(bad[i]))
			fail_msg("'%s' (%zu) was taken", bad[i], i);
	assert_false(name_is_valid("a\0b", 3));
	assert_false(name_is_valid("\0", 1));
}

/* The Unicode property White_Space, PropList 15.0. */
static void no_white_space_of_unicode_is_in_a_name(void **state)
{
	static const uint32_t spaces[] = {
		0x09,   0x0A,   0x0B,   0x0C,   0x0D,   0x20,   0x85,   0xA0,   0x1680,
		0x2000, 0x2001, 0x2002, 0x2003, 0x2004, 0x2005, 0x2006, 0x2007, 0x2008,
		0x2009, 0x200A, 0x2028, 0x2029, 0x202F, 0x205F, 0x3000,
	};
	(void)state;
	for (size_t i = 0; i < COUNT(spaces); i++) {
		char name[2 + UTF8_SIZE_MAX] = "ab";
		size_t size = 1 + utf8_encode(spaces[i], name + 1);
		name[size] = 'b';
		if (name_is_valid(name, size + 1))
			fail_msg("U+%04X was taken", spaces[i]);
	}
}

/* What shows nothing could make two names look the same. U+200C, U+200D and variation selectors
 * are spelling. */
static void no_invisible_character_is_in_a_name(void **state)
{
	static const uint32_t invisible[] = {
		0xAD,   0x61C,  0x200B, 0x200E,  0x200F,  0x2060,  0x2061,  0x2062,  0x2063,
		0x2064, 0xFEFF, 0xFFF9, 0xFFFA,  0xFFFB,  0x180E,  0x115F,  0x1160,  0x3164,
		0xFFA0, 0x206A, 0x206F, 0xE0001, 0xE0020, 0xE0041, 0xE007F, 0x1D173, 0x1BCA0,
	};
	(void)state;
	for (size_t i = 0; i < COUNT(invisible); i++) {
		char name[2 + UTF8_SIZE_MAX] = "a";
		size_t size = 1 + utf8_encode(invisible[i], name + 1);
		name[size] = 'b';
		if (name_is_valid(name, size + 1))
			fail_msg("U+%04X was taken", invisible[i]);
	}
}

static void names_have_up_to_32_characters_whatever_their_bytes(void **state)
{
	static const char *const characters[] = {"a", "é", "日", "🎉"};
	(void)state;
	for (size_t i = 0; i < COUNT(characters); i++) {
		char name[33 * UTF8_SIZE_MAX];
		size_t bytes = strlen(characters[i]);
		for (size_t count = 0; count < 33; count++)
			memcpy(name + count * bytes, characters[i], bytes);
		for (size_t count = 1; count <= 32; count++)
			assert_true(name_is_valid(name, count * bytes));
		assert_false(name_is_valid(name, 33 * bytes));
	}
}

static void names_of_broken_utf8_are_refused(void **state)
{
	static const char *const whole[] = {"é", "日", "🎉"};
	(void)state;
	for (size_t i = 0; i < COUNT(whole); i++)
		for (size_t size = 1; size < strlen(whole[i]); size++) {
			char name[8] = "ab";
			memcpy(name + 2, whole[i], size);
			assert_false(name_is_valid(name, 2 + size));
			assert_false(name_is_valid(name + 2, size));
		}
	assert_false(is_name("\xC0\xAA"));         /* An overlong '*'. */
	assert_false(is_name("a\xC0\xBA"));        /* An overlong ':'. */
	assert_false(is_name("\xED\xA0\x80"));     /* A surrogate. */
	assert_false(is_name("\xF4\x90\x80\x80")); /* Above U+10FFFF. */
	assert_false(is_name("caf\351"));
}

static void no_random_name_is_dangerous(void **state)
{
	struct random r;
	unsigned valid = 0;
	(void)state;
	random_init(&r, 1);
	for (int i = 0; i < 300000; i++) {
		char name[8];
		size_t size = 1 + (size_t)random_below(&r, 4);
		fill_random(&r, name, size);
		if (!name_is_valid(name, size))
			continue;
		valid++;
		assert_true(is_safe(name, size));
		assert_null(memchr(name, ':', size));
		assert_null(memchr(name, ',', size));
		assert_null(memchr(name, ' ', size));
		assert_int_not_equal(name[0], '*');
	}
	assert_true(valid > 1000);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(names_of_all_scripts_are_valid),
		cmocka_unit_test(names_with_what_has_a_meaning_are_refused),
		cmocka_unit_test(no_white_space_of_unicode_is_in_a_name),
		cmocka_unit_test(no_invisible_character_is_in_a_name),
		cmocka_unit_test(names_have_up_to_32_characters_whatever_their_bytes),
		cmocka_unit_test(names_of_broken_utf8_are_refused),
		cmocka_unit_test(no_random_name_is_dangerous),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
