/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
/* mcastnode's standard output: here a pipe, whose reader is the test. */
#include "app/mcastnode/output.h"
#include "unit.h"

#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

static struct scene {
	struct loop loop;
	struct output output;
	int read_fd, real_stdout;
	char text[1 << 21];
} scene;

static int open_scene(void **state)
{
	struct failure failure;
	int ends[2];
	(void)state;
	assert_int_equal(loop_init(&scene.loop), 0);
	assert_int_equal(pipe2(ends, O_CLOEXEC), 0);
	scene.read_fd = ends[0];
	assert_int_equal(fcntl(scene.read_fd, F_SETFL, O_NONBLOCK), 0);
	scene.real_stdout = dup(STDOUT_FILENO);
	assert_int_equal(dup2(ends[1], STDOUT_FILENO), STDOUT_FILENO);
	close(ends[1]);
	int error = output_open(&scene.output, OUTPUT_LINES, &scene.loop, &failure);
	(void)dup2(scene.real_stdout, STDOUT_FILENO);
	return error;
}

static int close_scene(void **state)
{
	(void)state;
	close(scene.read_fd);
	output_close(&scene.output);
	close(scene.real_stdout);
	loop_done(&scene.loop);
	return 0;
}

/* What the reader finds now. */
static size_t read_all(void)
{
	size_t size = 0;
	for (ssize_t got;
	     (got = read(scene.read_fd, scene.text + size, sizeof(scene.text) - size)) > 0;)
		size += (size_t)got;
	scene.text[size] = '\0';
	return size;
}

static struct time ms(int64_t value)
{
	return (struct time){1000000 + value * US_PER_MS};
}

static void say(const char *line)
{
	output_message(&scene.output, line, strlen(line));
}

static void lines_wait_for_the_end_of_a_rush(void **state)
{
	(void)state;
	assert_false(output_is_waiting(&scene.output));
	say("one");
	assert_true(output_is_waiting(&scene.output));
	output_end_turn(&scene.output, false, ms(0));
	assert_int_equal(read_all(), 0);
	say("two\n");
	output_end_turn(&scene.output, true, ms(0)); /* Nothing else came in. */
	assert_int_equal(read_all(), 8);
	assert_string_equal(scene.text, "one\ntwo\n");
	assert_false(output_is_waiting(&scene.output));
}

static void in_a_rush_without_end_lines_wait_a_millisecond(void **state)
{
	(void)state;
	say("one");
	output_end_turn(&scene.output, false, ms(0));
	say("two");
	output_end_turn(&scene.output, false, (struct time){ms(1).us - 1});
	assert_int_equal(read_all(), 0);
	output_end_turn(&scene.output, false, ms(1));
	assert_int_equal(read_all(), 8);
	say("three"); /* Its millisecond begins now. */
	output_end_turn(&scene.output, false, ms(1));
	assert_int_equal(read_all(), 0);
	output_end_turn(&scene.output, false, ms(2));
	assert_int_equal(read_all(), 6);
}

static void much_is_written_at_once(void **state)
{
	(void)state;
	for (int i = 0; i < 64 * 1024 / 8; i++)
		say("seven..");
	output_end_turn(&scene.output, false, ms(0));
	assert_int_equal(read_all(), 64 * 1024);
}

static void what_a_stalled_reader_does_not_take_is_dropped_and_counted(void **state)
{
	static char line[1000];
	size_t shown = 0;
	(void)state;
	memset(line, 'x', sizeof(line) - 1);
	for (int i = 0; i < 3000; i++) {
		say(line);
		output_end_turn(&scene.output, true, ms(i));
	}
	assert_true(scene.output.dropped > 0);
	assert_false(output_is_waiting(&scene.output)); /* The loop is to wait. */
	/* Read until nothing more comes: the loop tells when there is room again. */
	for (size_t got = 1; got > 0; shown += got) {
		loop_wait(&scene.loop, (struct time){0});
		got = read_all();
	}
	assert_int_equal(shown / 1000, 3000 - scene.output.dropped);
	assert_int_equal(shown % 1000, 0);
	say("again");
	output_end_turn(&scene.output, true, ms(5000));
	assert_int_equal(read_all(), 6);
}

static void a_reader_that_is_gone_is_no_error(void **state)
{
	(void)state;
	close(scene.read_fd);
	say("one");
	output_end_turn(&scene.output, true, ms(0));
	assert_true(scene.output.is_closed);
	say("two");
	assert_false(output_is_waiting(&scene.output));
	scene.read_fd = -1;
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, open_scene, close_scene)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(lines_wait_for_the_end_of_a_rush),
		TEST(in_a_rush_without_end_lines_wait_a_millisecond),
		TEST(much_is_written_at_once),
		TEST(what_a_stalled_reader_does_not_take_is_dropped_and_counted),
		TEST(a_reader_that_is_gone_is_no_error),
	};
	(void)signal(SIGPIPE, SIG_IGN);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
