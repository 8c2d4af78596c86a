/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
#include "chat/line.h"
#include "chat/piece.h"

#include <stdlib.h>

#define NAME32 "abcdefghijklmnopqrstuvwxyzabcdef"

static const struct {
	const char *text;
	enum line_kind kind;
	const char *name, *rest;
} lines[] = {
	{"alice: bonjour", LINE_SAID, "alice", "bonjour"},
	{"alice: ", LINE_SAID, "alice", ""},
	{"alice:", LINE_SAID, "alice", ""},
	{"alice:  two  spaces ", LINE_SAID, "alice", " two  spaces "},
	{"alice: bob: hi", LINE_SAID, "alice", "bob: hi"},
	{"alice: *** bob has left the room", LINE_SAID, "alice", "*** bob has left the room"},
	{"日本: 🎉", LINE_SAID, "日本", "🎉"},
	{NAME32 ": hi", LINE_SAID, NAME32, "hi"},
	{"* alice waves", LINE_DONE, "alice", "waves"},
	{"* alice waves: hello", LINE_DONE, "alice", "waves: hello"},
	{"*** alice has joined the room", LINE_ARRIVED, "alice", NULL},
	{"*** alice has left the room", LINE_LEFT, "alice", NULL},
	{"*** alice is now known as carol", LINE_RENAMED, "alice", "carol"},
	{"*** here: bob, carol", LINE_HERE, "", "bob, carol"},
	{"*** here: ", LINE_HERE, "", ""},
	/* Everything else is shown as it is. */
	{"", LINE_OTHER, "", ""},
	{"bonjour", LINE_OTHER, "", "bonjour"},
	{"bonjour tout le monde: ça va", LINE_OTHER, "", "bonjour tout le monde: ça va"},
	{"http://example.org", LINE_OTHER, "", "http://example.org"},
	{"alice:bonjour", LINE_OTHER, "", "alice:bonjour"},
	{": bonjour", LINE_OTHER, "", ": bonjour"},
	{"a,b: bonjour", LINE_OTHER, "", "a,b: bonjour"},
	{NAME32 "g: hi", LINE_OTHER, "", NAME32 "g: hi"},
	{"\uFFFD: hi", LINE_OTHER, "", "\uFFFD: hi"},
	{"*alice: hi", LINE_OTHER, "", "*alice: hi"},
	{"*** alice", LINE_OTHER, "", "*** alice"},
	{"***", LINE_OTHER, "", "***"},
	{"*** ", LINE_OTHER, "", "*** "},
	{"* ", LINE_OTHER, "", "* "},
	{"*", LINE_OTHER, "", "*"},
	{"* *alice waves", LINE_OTHER, "", "* *alice waves"},
	{"*** alice has joined the room!", LINE_OTHER, "", "*** alice has joined the room!"},
	{"*** alice has joined the  room", LINE_OTHER, "", "*** alice has joined the  room"},
	{"***  alice has joined the room", LINE_OTHER, "", "***  alice has joined the room"},
	{"*** al:ice has joined the room", LINE_OTHER, "", "*** al:ice has joined the room"},
	{"***  has joined the room", LINE_OTHER, "", "***  has joined the room"},
	{"*** a b has left the room", LINE_OTHER, "", "*** a b has left the room"},
	{"*** alice is now known as ", LINE_OTHER, "", "*** alice is now known as "},
	{"*** alice is now known as c d", LINE_OTHER, "", "*** alice is now known as c d"},
	{"*** alice is now known as *", LINE_OTHER, "", "*** alice is now known as *"},
	{"*** here:bob", LINE_OTHER, "", "*** here:bob"},
	{" alice: hi", LINE_OTHER, "", " alice: hi"},
};

static void lines_are_taken_apart(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(lines); i++) {
		const char *text = lines[i].text;
		struct line line = line_parse(text, strlen(text));
		if (line.kind != lines[i].kind)
			fail_msg("'%s' is of kind %d", text, (int)line.kind);
		assert_piece(line.name, lines[i].name);
		if (lines[i].rest)
			assert_piece(line.rest, lines[i].rest);
	}
}

/* Every beginning of a notice, up to the whole, on the heap so that a sanitizer sees a read too
 * far. */
static void truncated_notices_are_of_no_kind(void **state)
{
	static const char *const whole[] = {"*** alice has joined the room",
					    "*** alice has left the room",
					    "*** alice is now known as c"};
	(void)state;
	for (size_t i = 0; i < COUNT(whole); i++)
		for (size_t size = 0; size <= strlen(whole[i]); size++) {
			char *cut = malloc(size + 1);
			assert_non_null(cut);
			memcpy(cut, whole[i], size);
			cut = realloc(cut, size ? size : 1);
			bool is_other = line_parse(cut, size).kind == LINE_OTHER;
			assert_int_equal(is_other, size < strlen(whole[i]));
			free(cut);
		}
}

static void pieces_lie_within_the_line_whatever_it_is(void **state)
{
	static const char *const parts[] = {"*",
					    "* ",
					    "*** ",
					    "here: ",
					    "alice",
					    ":",
					    ": ",
					    " ",
					    ",",
					    ", ",
					    "é",
					    "\uFFFD",
					    NAME32,
					    " has joined the room",
					    " has left the room",
					    " is now known as "};
	struct random r;
	(void)state;
	random_init(&r, 1);
	for (int i = 0; i < 100000; i++) {
		char text[1024];
		size_t size = 0;
		for (uint64_t count = random_below(&r, 8); count > 0; count--) {
			const char *part = parts[random_below(&r, COUNT(parts))];
			memcpy(text + size, part, strlen(part));
			size += strlen(part);
		}
		struct line line = line_parse(text, size);
		bool has_name = line.kind != LINE_OTHER && line.kind != LINE_HERE;
		assert_int_equal(name_is_valid(line.name.text, line.name.size), has_name);
		assert_true(line.rest.text >= text &&
			    line.rest.text + line.rest.size <= text + size);
		assert_true(line.name.text >= text &&
			    line.name.text + line.name.size <= text + size);
		if (line.kind == LINE_RENAMED)
			assert_true(name_is_valid(line.rest.text, line.rest.size));
	}
}

static void names_are_taken_off_an_answer(void **state)
{
	static const struct {
		const char *rest, *names;
	} cases[] = {
		{"bob, carol, dave", "bob|carol|dave|"},
		{"bob", "bob|"},
		{"", ""},
		{",", ""},
		{", , ,", ""},
		{"bob,carol", "bob|carol|"},
		{"bob, ", "bob|"},
		{"bob,", "bob|"},
		{" bob, carol", "carol|"},
		{"bob, *x, a b, carol", "bob|carol|"},
		{"bob, bob", "bob|bob|"},
		{"a:b, c", "c|"},
		{NAME32 "x, é", "é|"},
		{NAME32, NAME32 "|"},
	};
	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct piece rest = piece_of(cases[i].rest), name;
		char seen[128] = "";
		while (line_next_name(&rest, &name)) {
			strncat(seen, name.text, name.size);
			strcat(seen, "|");
		}
		assert_string_equal(seen, cases[i].names);
		assert_int_equal(rest.size, 0);
	}
}

static void what_is_written_is_what_any_listener_prints(void **state)
{
	char out[LINE_SIZE_MAX];
	struct piece alice = PIECE("alice"), text = PIECE("bonjour"), what = PIECE("waves");
	(void)state;
	assert_piece((struct piece){out, line_write_arrived(out, alice)},
		     "*** alice has joined the room");
	assert_piece((struct piece){out, line_write_left(out, alice)},
		     "*** alice has left the room");
	assert_piece((struct piece){out, line_write_renamed(out, alice, PIECE("carol"))},
		     "*** alice is now known as carol");
	assert_piece((struct piece){out, line_write_said(out, alice, &text)}, "alice: bonjour");
	assert_piece((struct piece){out, line_write_done(out, alice, &what)}, "* alice waves");
	assert_int_equal(text.size, 0);
	assert_int_equal(what.size, 0);
	size_t size = line_write_here(out);
	assert_true(line_add_name(out, &size, PIECE("bob")));
	assert_true(line_add_name(out, &size, PIECE("carol")));
	assert_piece((struct piece){out, size}, "*** here: bob, carol");
}

/* Cuts `text` into lines and checks each, and that together they are the text. */
static void check_cutting(struct piece name, struct piece text, bool done)
{
	struct piece left = text;
	size_t at = 0;
	do {
		char out[LINE_SIZE_MAX];
		size_t before = left.size;
		size_t size = done ? line_write_done(out, name, &left)
				   : line_write_said(out, name, &left);
		assert_in_range(size, 1, LINE_SIZE_MAX);
		assert_true(is_safe(out, size));
		assert_true(left.size < before || before == 0);
		struct line line = line_parse(out, size);
		assert_int_equal(line.kind, done ? LINE_DONE : LINE_SAID);
		assert_int_equal(line.name.size, name.size);
		assert_memory_equal(line.name.text, name.text, name.size);
		assert_true(at + line.rest.size <= text.size);
		assert_memory_equal(line.rest.text, text.text + at, line.rest.size);
		if (left.size > 0)
			assert_true(size > LINE_SIZE_MAX - 128);
		at += line.rest.size;
	} while (left.size > 0);
	assert_int_equal(at, text.size);
}

static void long_text_is_cut_into_datagrams_each_with_the_name(void **state)
{
	static const char *const names[] = {"a", "alice", "日本", NAME32, LONGEST_NAME};
	static const char *const contents[] = {"x", "é", "日", "🎉", " ", "e\u0301", "\uFFFD"};
	static const size_t counts[] = {0, 1, 100, 299, 300, 599, 600, 1193, 1194, 1195, 5000};
	char text[5000 * 4];
	(void)state;
	for (size_t n = 0; n < COUNT(names); n++)
		for (size_t c = 0; c < COUNT(contents); c++)
			for (size_t i = 0; i < COUNT(counts); i++) {
				size_t bytes = strlen(contents[c]);
				for (size_t j = 0; j < counts[i]; j++)
					memcpy(text + j * bytes, contents[c], bytes);
				struct piece all = {text, counts[i] * bytes};
				check_cutting(piece_of(names[n]), all, false);
				check_cutting(piece_of(names[n]), all, true);
			}
}

static void a_line_of_exactly_1200_bytes_is_not_cut(void **state)
{
	char out[LINE_SIZE_MAX], text[LINE_SIZE_MAX];
	(void)state;
	memset(text, 'x', sizeof(text));
	struct piece said = {text, LINE_SIZE_MAX - strlen("alice: ")};
	assert_int_equal(line_write_said(out, PIECE("alice"), &said), LINE_SIZE_MAX);
	assert_int_equal(said.size, 0);
	said = (struct piece){text, LINE_SIZE_MAX - strlen("alice: ") + 1};
	assert_int_equal(line_write_said(out, PIECE("alice"), &said), LINE_SIZE_MAX);
	assert_int_equal(said.size, 1);
}

static void an_answer_takes_names_until_it_is_full(void **state)
{
	char out[LINE_SIZE_MAX];
	size_t size = line_write_here(out);
	unsigned added = 0, found = 0;
	struct piece name;
	(void)state;
	while (line_add_name(out, &size, PIECE(NAME32))) {
		assert_in_range(size, 1, LINE_SIZE_MAX);
		added++;
	}
	size_t full = size;
	assert_false(line_add_name(out, &size, PIECE(NAME32)));
	assert_int_equal(size, full);
	assert_true(full + 2 + strlen(NAME32) > LINE_SIZE_MAX);
	struct line line = line_parse(out, size);
	assert_int_equal(line.kind, LINE_HERE);
	while (line_next_name(&line.rest, &name)) {
		assert_piece(name, NAME32);
		found++;
	}
	assert_int_equal(found, added);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(lines_are_taken_apart),
		cmocka_unit_test(truncated_notices_are_of_no_kind),
		cmocka_unit_test(pieces_lie_within_the_line_whatever_it_is),
		cmocka_unit_test(names_are_taken_off_an_answer),
		cmocka_unit_test(what_is_written_is_what_any_listener_prints),
		cmocka_unit_test(long_text_is_cut_into_datagrams_each_with_the_name),
		cmocka_unit_test(a_line_of_exactly_1200_bytes_is_not_cut),
		cmocka_unit_test(an_answer_takes_names_until_it_is_full),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
