/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
#include "chat/piece.h"
#include "paint.h"

#include <stdlib.h>

static struct heard heard_line(const char *text, bool mentions_us)
{
	return (struct heard){
		.text = piece_of(text),
		.line = line_parse(text, strlen(text)),
		.is_shown = true,
		.mentions_us = mentions_us,
	};
}

static void assert_painted(const char *text, bool mentions_us, bool has_colour,
			   const char *expected)
{
	struct heard heard = heard_line(text, mentions_us);
	char out[512];
	size_t size = paint_line(&heard, has_colour, "12:03", out);
	assert_piece((struct piece){out, size}, expected);
}

static void without_colour_a_line_is_time_and_text(void **state)
{
	(void)state;
	assert_painted("alice: bonjour", false, false, "12:03 alice: bonjour\n");
	assert_painted("* alice waves", false, false, "12:03 * alice waves\n");
	assert_painted("*** alice has joined the room", false, false,
		       "12:03 *** alice has joined the room\n");
	assert_painted("anything", false, false, "12:03 anything\n");
	assert_painted("bob: alice!", true, false, "12:03 bob: alice!\a\n");
}

/* `painted` without escape sequences and bells; each must be a complete SGR sequence. */
static void strip(const char *painted, size_t size, char *out)
{
	size_t written = 0;
	for (size_t i = 0; i < size; i++) {
		if (painted[i] == '\a')
			continue;
		if (painted[i] != '\033') {
			out[written++] = painted[i];
			continue;
		}
		assert_int_equal(painted[++i], '[');
		while (++i < size && painted[i] != 'm')
			assert_true(painted[i] >= '0' && painted[i] <= '9');
		assert_true(i < size);
	}
	out[written] = '\0';
}

static void colour_adds_only_escape_sequences_and_ends_reset(void **state)
{
	static const char *const texts[] = {
		"alice: bonjour",
		"日本: 🎉",
		"* alice waves",
		"* alice",
		"alice:",
		"*** alice has joined the room",
		"*** alice has left the room",
		"*** alice is now known as carol",
		"anything",
		"",
	};
	(void)state;
	for (size_t i = 0; i < COUNT(texts); i++)
		for (int mentions = 0; mentions < 2; mentions++) {
			struct heard heard = heard_line(texts[i], mentions);
			char out[256], plain[256], stripped[256];
			size_t plain_size = paint_line(&heard, false, "12:03", plain);
			size_t size = paint_line(&heard, true, "12:03", out);
			strip(out, size, stripped);
			plain[plain_size - (mentions ? 2 : 1)] = '\n';
			plain[plain_size - (mentions ? 1 : 0)] = '\0';
			assert_string_equal(stripped, plain);
			const char *end = mentions ? "\033[0m\a\n" : "\033[0m\n";
			assert_memory_equal(out + size - strlen(end), end, strlen(end));
		}
}

static void painting_grows_a_line_by_no_more_than_promised(void **state)
{
	(void)state;
	char *text = malloc(65535 + 1);
	assert_non_null(text);
	for (size_t size = 0; size <= 65535; size = size * 3 + 1) {
		/* Exactly as much room as promised, so that a sanitizer sees one byte too much. */
		char *out = malloc(size + PAINT_GROWTH);
		assert_non_null(out);
		memset(text, 'x', size);
		memcpy(text, "bob: ", size < 5 ? size : 5);
		text[size] = '\0';
		struct heard heard = heard_line(text, true);
		assert_in_range(paint_line(&heard, true, "12:03:59", out), size,
				size + PAINT_GROWTH);
		free(out);
	}
	free(text);
}

/* The sequence in front of the speaker's name. */
static void colour_of(const char *name, char out[16])
{
	char text[64] = "", painted[256] = "";
	strcat(strcat(text, name), ": hi");
	struct heard heard = heard_line(text, false);
	painted[paint_line(&heard, true, "12:03", painted)] = '\0';
	const char *end = strstr(painted, name);
	assert_non_null(end);
	const char *begin = end;
	while (*begin != '\033')
		begin--;
	memcpy(out, begin, (size_t)(end - begin));
	out[end - begin] = '\0';
}

static void a_name_keeps_its_colour_whatever_it_does(void **state)
{
	char said[16], again[16];
	(void)state;
	colour_of("alice", said);
	colour_of("alice", again);
	assert_string_equal(said, again);
	struct heard done = heard_line("* alice waves", false);
	char painted[256];
	size_t size = paint_line(&done, true, "12:03", painted);
	assert_non_null(memmem(painted, size, said, strlen(said)));
}

static void names_have_many_colours_none_of_them_red(void **state)
{
	char seen[16][16];
	size_t count = 0;
	(void)state;
	for (char letter = 'a'; letter <= 'z'; letter++) {
		char name[] = {letter, 'x', '\0'}, colour[16];
		size_t i = 0;
		colour_of(name, colour);
		assert_string_not_equal(colour, "\033[31m");
		assert_string_not_equal(colour, "\033[91m");
		while (i < count && strcmp(seen[i], colour) != 0)
			i++;
		if (i == count)
			strcpy(seen[count++], colour);
	}
	assert_in_range(count, 6, 10);
}

static void a_mention_is_reversed_and_rings_once(void **state)
{
	struct heard heard = heard_line("bob: alice, alice!", true);
	char out[256];
	(void)state;
	size_t size = paint_line(&heard, true, "12:03", out);
	static const char reversed_name[] = "\033[7mbob\033[0m";
	assert_non_null(memmem(out, size, reversed_name, sizeof(reversed_name) - 1));
	const char *bell = memchr(out, '\a', size);
	assert_non_null(bell);
	assert_ptr_equal(memrchr(out, '\a', size), bell);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(without_colour_a_line_is_time_and_text),
		cmocka_unit_test(colour_adds_only_escape_sequences_and_ends_reset),
		cmocka_unit_test(painting_grows_a_line_by_no_more_than_promised),
		cmocka_unit_test(a_name_keeps_its_colour_whatever_it_does),
		cmocka_unit_test(names_have_many_colours_none_of_them_red),
		cmocka_unit_test(a_mention_is_reversed_and_rings_once),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
