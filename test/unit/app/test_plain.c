/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
#include "chat/piece.h"
#include "plain.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

/* Standard input is a pipe during each test. */
static int input_fd;
static int saved_stdin;
static struct plain plain;

static int open_input(void **state)
{
	int ends[2];
	(void)state;
	if (pipe2(ends, O_CLOEXEC) != 0)
		return -1;
	saved_stdin = dup(STDIN_FILENO);
	dup2(ends[0], STDIN_FILENO);
	close(ends[0]);
	input_fd = ends[1];
	return plain_init(&plain, true);
}

static void start_afresh(void)
{
	plain_done(&plain);
	assert_int_equal(plain_init(&plain, true), 0);
}

static void end_input(void)
{
	if (input_fd >= 0)
		close(input_fd);
	input_fd = -1;
}

static int close_input(void **state)
{
	(void)state;
	end_input();
	plain_done(&plain);
	if (saved_stdin >= 0) {
		dup2(saved_stdin, STDIN_FILENO);
		close(saved_stdin);
	}
	return 0;
}

static void feed(const char *bytes, size_t size)
{
	assert_int_equal(write(input_fd, bytes, size), size);
	plain_read(&plain);
	assert_false(plain.has_ended);
}

static void assert_line(const char *expected)
{
	struct piece line;
	bool is_continuation = true;
	assert_true(plain_next_line(&plain, &line, &is_continuation));
	assert_piece(line, expected);
	assert_false(is_continuation);
}

static void assert_no_line(void)
{
	struct piece line;
	bool is_continuation;
	assert_false(plain_next_line(&plain, &line, &is_continuation));
}

static void lines_come_one_by_one_without_their_ends(void **state)
{
	(void)state;
	assert_no_line();
	feed("one\ntwo\n\n four \n", 16);
	assert_line("one");
	assert_line("two");
	assert_line("");
	assert_line(" four ");
	assert_no_line();
}

static void a_line_in_two_parts_is_one(void **state)
{
	(void)state;
	feed("bon", 3);
	assert_no_line();
	feed("jour\nsal", 8);
	assert_line("bonjour");
	assert_no_line();
	feed("ut\n", 3);
	assert_line("salut");
	assert_no_line();
}

static void the_last_line_needs_no_end(void **state)
{
	(void)state;
	feed("one\nlast", 8);
	assert_line("one");
	assert_no_line();
	end_input();
	plain_read(&plain);
	assert_true(plain.has_ended);
	assert_line("last");
	assert_no_line();
	assert_no_line();
}

static void nothing_follows_the_end_of_the_last_line(void **state)
{
	(void)state;
	feed("one\n", 4);
	end_input();
	plain_read(&plain);
	assert_true(plain.has_ended);
	assert_line("one");
	assert_no_line();
}

static void no_input_at_all_is_no_line(void **state)
{
	(void)state;
	end_input();
	plain_read(&plain);
	assert_true(plain.has_ended);
	assert_no_line();
}

/* The carriage return may stay in the line, but never in what is said. */
static void dos_line_ends_are_not_said(void **state)
{
	struct piece line;
	bool is_continuation;
	char said[64];
	(void)state;
	feed("one\r\n\r\ntwo\r\n", 12);
	for (int i = 0; i < 3; i++) {
		assert_true(plain_next_line(&plain, &line, &is_continuation));
		assert_false(is_continuation);
		size_t size = text_sanitise(line.text, line.size, said);
		assert_piece((struct piece){said, size}, i == 0 ? "one" : i == 1 ? "" : "two");
	}
	assert_no_line();
}

/* A cut may fall just in front of the line's end: what remains is the end, and nothing to say. */
static void a_line_end_behind_a_cut_is_not_said(void **state)
{
	static const char *const ends[] = {"\n", "\r\n"};
	static char bytes[CONVERSATION_INPUT_MAX + 2], said[CONVERSATION_INPUT_MAX * TEXT_GROWTH];
	(void)state;
	memset(bytes, 'x', sizeof(bytes));
	for (size_t i = 0; i < COUNT(ends); i++)
		for (size_t length = CONVERSATION_INPUT_MAX - 4; length <= sizeof(bytes);
		     length++) {
			struct piece line;
			bool is_continuation;
			start_afresh();
			assert_int_equal(write(input_fd, bytes, length), length);
			assert_int_equal(write(input_fd, ends[i], strlen(ends[i])),
					 strlen(ends[i]));
			for (size_t at = 0; at < length + strlen(ends[i]);) {
				size_t unread = plain.input_end - plain.input_begin;
				plain_read(&plain);
				at += plain.input_end - plain.input_begin - unread;
				while (plain_next_line(&plain, &line, &is_continuation))
					if (text_sanitise(line.text, line.size, said) == 0)
						fail_msg("%zu bytes and %s: an empty piece", length,
							 i == 0 ? "LF" : "CR LF");
			}
		}
}

static void any_byte_may_be_in_a_line(void **state)
{
	struct piece line;
	bool is_continuation;
	(void)state;
	feed("a\0b\xFF\033\n", 6);
	assert_true(plain_next_line(&plain, &line, &is_continuation));
	assert_int_equal(line.size, 5);
	assert_memory_equal(line.text, "a\0b\xFF\033", 5);
}

static void an_unreadable_input_counts_as_ended(void **state)
{
	(void)state;
	int directory = open("/", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	int saved_stderr = dup(STDERR_FILENO), null = open("/dev/null", O_WRONLY | O_CLOEXEC);
	dup2(directory, STDIN_FILENO);
	dup2(null, STDERR_FILENO);
	plain_read(&plain);
	dup2(saved_stderr, STDERR_FILENO);
	close(directory);
	close(saved_stderr);
	close(null);
	assert_true(plain.has_ended);
	assert_no_line();
}

/* What was read, put together again: pieces of one line are joined. */
struct joined {
	char *bytes;
	size_t size;
	bool is_open; /* The last line may continue. */
};

/* Each line ends in a newline as in the input, the last one too. */
static void take_pieces(struct joined *j)
{
	struct piece line;
	bool is_continuation;
	while (plain_next_line(&plain, &line, &is_continuation)) {
		assert_in_range(line.size, 0, CONVERSATION_INPUT_MAX);
		if (!is_continuation && j->is_open)
			j->bytes[j->size++] = '\n';
		if (is_continuation)
			assert_in_range(line.size, 1, CONVERSATION_INPUT_MAX);
		memcpy(j->bytes + j->size, line.text, line.size);
		j->size += line.size;
		j->is_open = true;
	}
}

/* Lets it read `size` bytes in portions of up to `portion`, and expects the same lines. */
static void check_reading(const char *bytes, size_t size, size_t portion, struct random *r)
{
	struct joined j = {.bytes = malloc(2 * size + 16)};
	assert_non_null(j.bytes);
	start_afresh();
	for (size_t at = 0; at < size;) {
		size_t part = 1 + (size_t)random_below(r, portion);
		part = part < size - at ? part : size - at;
		assert_int_equal(write(input_fd, bytes + at, part), part);
		at += part;
		for (size_t wanted = part; wanted > 0;) {
			size_t space = sizeof(plain.input) - (plain.input_end - plain.input_begin);
			plain_read(&plain);
			wanted -= wanted < space ? wanted : space;
			take_pieces(&j);
		}
	}
	plain.has_ended = true;
	take_pieces(&j);
	/* The end of the last line makes no difference. */
	size -= size > 0 && bytes[size - 1] == '\n';
	assert_int_equal(j.size, size);
	assert_memory_equal(j.bytes, bytes, size);
	free(j.bytes);
}

static void long_lines_come_in_pieces_that_give_them_back(void **state)
{
	static const size_t lengths[] = {0,     1,     16382, 16383, 16384, 16385,
					 16386, 32766, 32767, 32768, 32769, 50000};
	static char bytes[50000 + 16];
	struct random r;
	(void)state;
	random_init(&r, 1);
	for (size_t i = 0; i < COUNT(lengths); i++) {
		memset(bytes, 'x', lengths[i]);
		memcpy(bytes + lengths[i], "\nnext\n\nlast", 11);
		check_reading(bytes, lengths[i] + 11, 20000, &r);
		check_reading(bytes, lengths[i] + 6, 20000, &r);
		check_reading(bytes, lengths[i] + 1, 60000, &r);
		check_reading(bytes, lengths[i], 60000, &r);
	}
}

static void random_lines_in_random_portions_are_read_as_they_are(void **state)
{
	static char bytes[200000];
	struct random r;
	(void)state;
	random_init(&r, 2);
	for (int round = 0; round < 20; round++) {
		fill_random(&r, bytes, sizeof(bytes));
		uint64_t rarity = round % 2 ? 30 : 20000;
		for (size_t i = 0; i < sizeof(bytes); i++) {
			if (bytes[i] == '\n')
				bytes[i] = 'n';
			if (random_below(&r, rarity) == 0)
				bytes[i] = '\n';
		}
		check_reading(bytes, sizeof(bytes), 30000, &r);
	}
}

static void long_lines_are_cut_between_characters(void **state)
{
	static const char *const characters[] = {"é", "日", "🎉"};
	static char bytes[CONVERSATION_INPUT_MAX];
	(void)state;
	for (size_t i = 0; i < COUNT(characters); i++) {
		size_t unit = strlen(characters[i]);
		for (size_t shift = 0; shift < unit; shift++) {
			struct piece line;
			bool is_continuation;
			memset(bytes, 'x', sizeof(bytes));
			for (size_t at = shift; at + unit <= sizeof(bytes); at += unit)
				memcpy(bytes + at, characters[i], unit);
			start_afresh();
			feed(bytes, sizeof(bytes));
			assert_true(plain_next_line(&plain, &line, &is_continuation));
			assert_true(is_safe(line.text, line.size));
			assert_true(line.size > sizeof(bytes) - 8);
		}
	}
}

/* --- Output --- */

static int output_fd, saved_stdout;

/* Standard output is a pipe of 64 KiB from now on. */
static void open_output(void)
{
	int ends[2];
	(void)fflush(stdout);
	assert_int_equal(pipe2(ends, O_CLOEXEC), 0);
	assert_int_equal(fcntl(ends[0], F_SETPIPE_SZ, 65536), 65536);
	(void)fcntl(ends[0], F_SETFL, O_NONBLOCK);
	saved_stdout = dup(STDOUT_FILENO);
	dup2(ends[1], STDOUT_FILENO);
	close(ends[1]);
	output_fd = ends[0];
	start_afresh();
}

/* Takes what waits in the pipe. */
static size_t take_output(char *bytes, size_t size)
{
	size_t total = 0;
	for (ssize_t part; (part = read(output_fd, bytes + total, size - total)) > 0;)
		total += (size_t)part;
	return total;
}

/* Puts standard output back; before any assertion, for what is printed then. */
static void close_output(void)
{
	dup2(saved_stdout, STDOUT_FILENO);
	close(saved_stdout);
	close(output_fd);
}

static bool flush(void)
{
	return plain.view.operations->flush(&plain.view);
}

static bool has_room(void)
{
	return plain.view.operations->has_room(&plain.view);
}

static bool is_drained(void)
{
	return plain.view.operations->is_drained(&plain.view);
}

static void show(const char *text, size_t size)
{
	struct heard heard = {.text = {text, size}, .is_shown = true};
	plain.view.operations->show(&plain.view, &heard);
}

static void lines_are_written_when_flushed(void **state)
{
	char seen[64];
	(void)state;
	open_output();
	show("bob: hi", 7);
	plain.view.operations->reply(&plain.view, PIECE("*** here: alice (you)"));
	show("", 0);
	plain.view.operations->notice(&plain.view, "quiet", 5);
	bool drained_before = is_drained(), flushed = flush(), drained = is_drained();
	size_t size = take_output(seen, sizeof(seen));
	close_output();
	assert_true(flushed);
	assert_false(drained_before);
	assert_true(drained);
	assert_piece((struct piece){seen, size}, "bob: hi\n*** here: alice (you)\n\n");
}

static void lines_of_any_size_are_written_whole(void **state)
{
	static char text[65535 * TEXT_GROWTH], seen[1 << 20];
	static const size_t sizes[] = {65534, 65535, 65536, 65537, 1, 196605, 0, 65535};
	size_t total = 0, at = 0;
	bool had_room = true, flushed = true;
	(void)state;
	for (size_t i = 0; i < sizeof(text); i++)
		text[i] = (char)('a' + i % 23);
	open_output();
	for (size_t i = 0; i < COUNT(sizes); i++) {
		while (!has_room()) {
			flushed &= flush();
			total += take_output(seen + total, sizeof(seen) - total);
		}
		had_room &= has_room();
		show(text, sizes[i]);
	}
	while (!is_drained()) {
		flushed &= flush();
		total += take_output(seen + total, sizeof(seen) - total);
	}
	close_output();
	assert_true(had_room);
	assert_true(flushed);
	for (size_t i = 0; i < COUNT(sizes); i++) {
		assert_memory_equal(seen + at, text, sizes[i]);
		assert_int_equal(seen[at + sizes[i]], '\n');
		at += sizes[i] + 1;
	}
	assert_int_equal(at, total);
}

/* Nobody reads: nothing blocks, nothing is lost, and room ends before the buffer does. */
static void a_stalled_reader_stops_the_room_and_loses_nothing(void **state)
{
	static char line[1200], seen[1 << 20];
	size_t shown = 0, total = 0;
	bool flushed = true;
	(void)state;
	memset(line, 'x', sizeof(line));
	open_output();
	while (has_room() && shown < 10000) {
		show(line, sizeof(line));
		shown++;
		flushed &= flush();
	}
	bool drained_before = is_drained();
	for (int i = 0; i < 1000 && !is_drained(); i++) {
		total += take_output(seen + total, sizeof(seen) - total);
		flushed &= flush();
	}
	bool room_again = has_room();
	total += take_output(seen + total, sizeof(seen) - total);
	close_output();
	assert_true(flushed);
	assert_false(drained_before);
	assert_true(room_again);
	assert_in_range(shown, 100, 300);
	assert_int_equal(total, shown * (sizeof(line) + 1));
	for (size_t i = 0; i < total; i++)
		assert_int_equal(seen[i], i % (sizeof(line) + 1) == sizeof(line) ? '\n' : 'x');
}

/* Making it non-blocking for all who share it would break the shell that started us. */
static void standard_output_itself_stays_blocking(void **state)
{
	(void)state;
	open_output();
	int flags = fcntl(STDOUT_FILENO, F_GETFL);
	close_output();
	assert_false(flags & O_NONBLOCK);
}

static void the_loop_writes_what_waits(void **state)
{
	static char line[60000], seen[1 << 20];
	struct loop loop;
	size_t total = 0;
	(void)state;
	memset(line, 'x', sizeof(line));
	open_output();
	int error = loop_init(&loop);
	plain_watch(&plain, &loop);
	loop_wait(&loop, (struct time){0}); /* Nothing waits: it is not asked for. */
	for (int i = 0; i < 4 && has_room(); i++)
		show(line, sizeof(line));
	bool flushed = flush();
	for (int i = 0; i < 100 && !is_drained(); i++) {
		total += take_output(seen + total, sizeof(seen) - total);
		loop_wait(&loop, (struct time){0});
	}
	total += take_output(seen + total, sizeof(seen) - total);
	loop_done(&loop);
	close_output();
	assert_int_equal(error, 0);
	assert_true(flushed);
	assert_int_equal(total % (sizeof(line) + 1), 0);
	assert_in_range(total, 2 * sizeof(line), 4 * (sizeof(line) + 1));
}

static void a_closed_pipe_is_told_by_flush(void **state)
{
	(void)state;
	(void)signal(SIGPIPE, SIG_IGN);
	open_output();
	close(output_fd);
	show("bob: hi", 7);
	bool flushed = flush();
	show("bob: hi", 7);
	bool flushed_again = flush(), drained = is_drained();
	output_fd = -1;
	close_output();
	(void)signal(SIGPIPE, SIG_DFL);
	assert_false(flushed);
	assert_false(flushed_again);
	assert_true(drained);
}

#define PLAIN_TEST(name) cmocka_unit_test_setup_teardown(name, open_input, close_input)

int main(void)
{
	const struct CMUnitTest tests[] = {
		PLAIN_TEST(lines_come_one_by_one_without_their_ends),
		PLAIN_TEST(a_line_in_two_parts_is_one),
		PLAIN_TEST(the_last_line_needs_no_end),
		PLAIN_TEST(nothing_follows_the_end_of_the_last_line),
		PLAIN_TEST(no_input_at_all_is_no_line),
		PLAIN_TEST(dos_line_ends_are_not_said),
		PLAIN_TEST(a_line_end_behind_a_cut_is_not_said),
		PLAIN_TEST(any_byte_may_be_in_a_line),
		PLAIN_TEST(an_unreadable_input_counts_as_ended),
		PLAIN_TEST(long_lines_come_in_pieces_that_give_them_back),
		PLAIN_TEST(random_lines_in_random_portions_are_read_as_they_are),
		PLAIN_TEST(long_lines_are_cut_between_characters),
		PLAIN_TEST(lines_are_written_when_flushed),
		PLAIN_TEST(lines_of_any_size_are_written_whole),
		PLAIN_TEST(a_stalled_reader_stops_the_room_and_loses_nothing),
		PLAIN_TEST(standard_output_itself_stays_blocking),
		PLAIN_TEST(the_loop_writes_what_waits),
		PLAIN_TEST(a_closed_pipe_is_told_by_flush),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
