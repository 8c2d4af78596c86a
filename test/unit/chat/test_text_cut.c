/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
/* Where text.h cuts a line that is too long for one datagram. The width of a character, which tells
 * what is a combining mark, comes from the locale: a program of ours always has a UTF-8 one. */
#include "chat/piece.h"
#include "chat/text.h"

#include <locale.h>
#include <stdlib.h>

/* `count` times `what`; the caller frees it. */
static struct piece repeated(const char *what, size_t count)
{
	size_t size = strlen(what);
	char *text = malloc(size * count);
	assert_non_null(text);
	for (size_t i = 0; i < count; i++)
		memcpy(text + i * size, what, size);
	return (struct piece){text, size * count};
}

static void what_fits_is_not_cut(void **state)
{
	(void)state;
	assert_int_equal(text_cut("", 0, 4), 0);
	assert_int_equal(text_cut("abc", 3, 4), 3);
	assert_int_equal(text_cut("abcd", 4, 4), 4);
	assert_int_equal(text_cut("🎉", 4, 4), 4);
	assert_int_equal(text_cut("abcde", 5, 4), 4);
}

static void cuts_fall_between_characters(void **state)
{
	static const char *const characters[] = {"a", "é", "日", "🎉"};
	(void)state;
	for (size_t i = 0; i < COUNT(characters); i++) {
		struct piece text = repeated(characters[i], 400);
		size_t bytes = strlen(characters[i]);
		for (size_t limit = UTF8_SIZE_MAX; limit < text.size; limit++)
			assert_int_equal(text_cut(text.text, text.size, limit),
					 limit - limit % bytes);
		free((char *)text.text);
	}
}

/* Characters of several code points stay whole wherever the limit leaves room for one. */
static void what_belongs_together_stays_together(void **state)
{
	static const char *const clusters[] = {
		"e\u0301",                   /* A combining accent. */
		"a\u0308\u0304\u0323",       /* Three of them. */
		"❤\uFE0F",                   /* A variation selector. */
		"👍🏽",                  /* A skin tone. */
		"👩‍🚀",               /* A joined pair. */
		"👨‍👩‍👧‍👦", /* A family. */
		"1\uFE0F\u20E3",             /* A keycap. */
		"นี้",                         /* Thai: a vowel and a tone above. */
	};
	(void)state;
	for (size_t i = 0; i < COUNT(clusters); i++) {
		struct piece text = repeated(clusters[i], 100);
		size_t bytes = strlen(clusters[i]);
		size_t least = bytes < UTF8_SIZE_MAX ? UTF8_SIZE_MAX : bytes;
		for (size_t limit = least; limit < text.size; limit++) {
			size_t cut = text_cut(text.text, text.size, limit);
			if (cut != limit - limit % bytes)
				fail_msg("'%s' x 100, limit %zu: cut at %zu", clusters[i], limit,
					 cut);
		}
		free((char *)text.text);
	}
}

static void a_pile_of_marks_is_cut_all_the_same(void **state)
{
	static const char *const marks[] = {"\u0301", "\u200D", "\uFE0F", "🏽"};
	(void)state;
	for (size_t i = 0; i < COUNT(marks); i++) {
		struct piece text = repeated(marks[i], 1000);
		size_t bytes = strlen(marks[i]);
		for (size_t limit = UTF8_SIZE_MAX; limit < text.size; limit++) {
			size_t cut = text_cut(text.text, text.size, limit);
			assert_in_range(cut, 1, limit);
			assert_int_equal(cut % bytes, 0);
			assert_true(cut + 128 > limit);
		}
		free((char *)text.text);
	}
}

static size_t write_random_text(struct random *r, char *out, size_t pieces)
{
	static const char *const alphabet[] = {"a",      " ",      "é", "日", "🎉",
					       "\u0301", "\u200D", "👩", "🚀",  "🏽",
					       "\uFE0F", "\uFFFD", "z"};
	size_t size = 0;
	for (size_t i = 0; i < pieces; i++) {
		const char *next = alphabet[random_below(r, COUNT(alphabet))];
		memcpy(out + size, next, strlen(next));
		size += strlen(next);
	}
	return size;
}

static void any_text_is_cut_into_valid_pieces_that_give_it_back(void **state)
{
	struct random r;
	(void)state;
	random_init(&r, 1);
	for (int i = 0; i < 3000; i++) {
		char text[4 * 300];
		size_t size = write_random_text(&r, text, 300);
		size_t limit = UTF8_SIZE_MAX + (size_t)random_below(&r, 300);
		for (size_t at = 0; at < size;) {
			size_t cut = text_cut(text + at, size - at, limit);
			assert_in_range(cut, 1, limit);
			assert_true(at + cut <= size);
			assert_true(is_safe(text + at, cut));
			at += cut;
		}
	}
}

/* What a user types is cut before it is checked. */
static void bytes_that_are_no_text_are_cut_with_progress(void **state)
{
	struct random r;
	(void)state;
	random_init(&r, 2);
	for (int i = 0; i < 20000; i++) {
		char bytes[200];
		fill_random(&r, bytes, sizeof(bytes));
		for (size_t j = 0; i % 3 == 0 && j < sizeof(bytes); j++)
			bytes[j] |= (char)0x80;
		for (size_t j = 0; i % 3 == 1 && j < sizeof(bytes); j++)
			bytes[j] = (char)0x80;
		size_t limit = 5 + (size_t)random_below(&r, 190);
		assert_in_range(text_cut(bytes, sizeof(bytes), limit), 1, limit);
	}
}

static int use_utf8(void **state)
{
	(void)state;
	return setlocale(LC_CTYPE, "C.UTF-8") ? 0 : -1;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_fits_is_not_cut),
		cmocka_unit_test(cuts_fall_between_characters),
		cmocka_unit_test(what_belongs_together_stays_together),
		cmocka_unit_test(a_pile_of_marks_is_cut_all_the_same),
		cmocka_unit_test(any_text_is_cut_into_valid_pieces_that_give_it_back),
		cmocka_unit_test(bytes_that_are_no_text_are_cut_with_progress),
	};
	return cmocka_run_group_tests(tests, use_utf8, NULL);
}
