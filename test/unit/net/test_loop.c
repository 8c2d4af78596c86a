/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
#include "net/clock.h"
#include "net/loop.h"
#include "unit.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* What was only to be looked at, without waiting. */
#define NO_WAIT ((struct time){0})

/* A watched descriptor that counts its calls, and may do something to another source. */
struct watcher {
	struct loop_source source;
	struct loop *loop;
	int write_fd;              /* Of a pipe; -1 for a file. */
	unsigned calls;            /* How often on_ready was called, */
	bool reads;                /* reading one byte then, */
	struct watcher *to_remove; /* and removing this one. */
	bool frees;                /* and freeing that one, too. */
	struct watcher *to_pause;  /* and pausing this one. */
	struct watcher *to_add;    /* and adding this one. */
};

static struct loop loop;

static void on_ready(void *owner)
{
	struct watcher *w = owner;
	char byte;
	w->calls++;
	if (w->reads)
		assert_int_equal(read(w->source.fd, &byte, 1), 1);
	if (w->to_remove)
		loop_remove(w->loop, &w->to_remove->source);
	if (w->frees) {
		memset(w->to_remove, 0, sizeof(*w->to_remove));
		free(w->to_remove);
		w->to_remove = NULL;
		w->frees = false;
	}
	if (w->to_pause)
		loop_pause(w->loop, &w->to_pause->source, true);
	if (w->to_add)
		assert_int_equal(loop_add(w->loop, &w->to_add->source), 0);
	w->to_add = NULL;
}

static struct watcher make_watcher(int fd, int write_fd)
{
	return (struct watcher){
		.source = {.fd = fd, .on_ready = on_ready},
		.loop = &loop,
		.write_fd = write_fd,
	};
}

static void watch(struct watcher *w)
{
	w->source.owner = w;
	assert_int_equal(loop_add(&loop, &w->source), 0);
}

static void open_pipe(struct watcher *w)
{
	int ends[2];
	assert_int_equal(pipe2(ends, O_CLOEXEC | O_NONBLOCK), 0);
	*w = make_watcher(ends[0], ends[1]);
	w->reads = true;
	w->source.owner = w;
}

static void open_file(struct watcher *w, const char *path)
{
	*w = make_watcher(open(path, O_RDONLY | O_CLOEXEC), -1);
	assert_true(w->source.fd >= 0);
	w->source.owner = w;
}

static void close_watcher(struct watcher *w)
{
	loop_remove(&loop, &w->source);
	close(w->source.fd);
	if (w->write_fd >= 0)
		close(w->write_fd);
}

static void put_bytes(struct watcher *w, size_t count)
{
	while (count-- > 0)
		assert_int_equal(write(w->write_fd, "x", 1), 1);
}

static int open_loop(void **state)
{
	(void)state;
	return loop_init(&loop);
}

static int close_loop(void **state)
{
	(void)state;
	loop_done(&loop);
	return 0;
}

static void a_pipe_is_ready_as_long_as_it_holds_something(void **state)
{
	struct watcher w;
	(void)state;
	open_pipe(&w);
	watch(&w);
	loop_wait(&loop, NO_WAIT);
	assert_int_equal(w.calls, 0);
	put_bytes(&w, 2);
	loop_wait(&loop, TIME_NEVER);
	assert_int_equal(w.calls, 1);
	loop_wait(&loop, TIME_NEVER);
	assert_int_equal(w.calls, 2);
	loop_wait(&loop, NO_WAIT);
	assert_int_equal(w.calls, 2);
	close_watcher(&w);
}

static void the_end_of_a_pipe_is_ready(void **state)
{
	struct watcher w;
	(void)state;
	open_pipe(&w);
	w.reads = false;
	watch(&w);
	close(w.write_fd);
	w.write_fd = -1;
	loop_wait(&loop, TIME_NEVER);
	assert_int_equal(w.calls, 1);
	close_watcher(&w);
}

static void files_are_always_ready(void **state)
{
	static const char *const paths[] = {"/dev/null", "/proc/self/exe"};
	(void)state;
	for (size_t i = 0; i < COUNT(paths); i++) {
		struct watcher w;
		open_file(&w, paths[i]);
		watch(&w);
		loop_wait(&loop, TIME_NEVER);
		loop_wait(&loop, TIME_NEVER);
		assert_int_equal(w.calls, 2);
		close_watcher(&w);
		loop_wait(&loop, NO_WAIT);
		assert_int_equal(w.calls, 2);
	}
}

static void a_file_does_not_starve_a_pipe(void **state)
{
	struct watcher file, pipe;
	(void)state;
	open_file(&file, "/dev/null");
	open_pipe(&pipe);
	watch(&file);
	watch(&pipe);
	put_bytes(&pipe, 3);
	for (unsigned turn = 1; turn <= 3; turn++) {
		loop_wait(&loop, TIME_NEVER);
		assert_int_equal(file.calls, turn);
		assert_int_equal(pipe.calls, turn);
	}
	close_watcher(&file);
	close_watcher(&pipe);
}

static void what_is_paused_is_not_called_until_resumed(void **state)
{
	struct watcher file, pipe;
	(void)state;
	open_file(&file, "/dev/null");
	open_pipe(&pipe);
	watch(&file);
	watch(&pipe);
	put_bytes(&pipe, 1);
	loop_pause(&loop, &file.source, true);
	loop_pause(&loop, &pipe.source, true);
	loop_pause(&loop, &pipe.source, true);
	loop_wait(&loop, time_after(clock_now(), 2 * US_PER_MS));
	assert_int_equal(file.calls + pipe.calls, 0);
	loop_pause(&loop, &file.source, false);
	loop_pause(&loop, &pipe.source, false);
	loop_pause(&loop, &pipe.source, false);
	loop_wait(&loop, TIME_NEVER);
	assert_int_equal(file.calls, 1);
	assert_int_equal(pipe.calls, 1);
	close_watcher(&file);
	close_watcher(&pipe);
}

/* epoll reports a hang-up even where nothing is asked for: a paused source must not make it spin.
 */
static void a_paused_source_that_hangs_up_wakes_nobody(void **state)
{
	struct watcher w;
	(void)state;
	open_pipe(&w);
	watch(&w);
	loop_pause(&loop, &w.source, true);
	close(w.write_fd);
	w.write_fd = -1;
	struct time deadline = time_after(clock_now(), 5 * US_PER_MS);
	loop_wait(&loop, deadline);
	assert_true(time_is_due(deadline, clock_now()));
	assert_int_equal(w.calls, 0);
	close_watcher(&w);
}

static void a_paused_source_can_be_removed_and_added_again(void **state)
{
	struct watcher w;
	(void)state;
	open_pipe(&w);
	watch(&w);
	put_bytes(&w, 1);
	loop_pause(&loop, &w.source, true);
	loop_remove(&loop, &w.source);
	loop_remove(&loop, &w.source);
	watch(&w);
	loop_wait(&loop, TIME_NEVER);
	assert_int_equal(w.calls, 1);
	close_watcher(&w);
}

static void a_source_may_remove_itself(void **state)
{
	struct watcher file, pipe;
	(void)state;
	open_file(&file, "/dev/null");
	open_pipe(&pipe);
	file.to_remove = &file;
	pipe.to_remove = &pipe;
	watch(&file);
	watch(&pipe);
	put_bytes(&pipe, 2);
	loop_wait(&loop, TIME_NEVER);
	loop_wait(&loop, NO_WAIT);
	assert_int_equal(file.calls, 1);
	assert_int_equal(pipe.calls, 1);
	close_watcher(&file);
	close_watcher(&pipe);
}

/* Two that are ready at once, each of which removes the other: only one is called. */
static void check_removal(void (*open_one)(struct watcher *))
{
	struct watcher a, b;
	open_one(&a);
	open_one(&b);
	a.to_remove = &b;
	b.to_remove = &a;
	watch(&a);
	watch(&b);
	loop_wait(&loop, TIME_NEVER);
	assert_int_equal(a.calls + b.calls, 1);
	loop_wait(&loop, TIME_NEVER);
	assert_int_equal(a.calls + b.calls, 2);
	assert_true(a.calls == 2 || b.calls == 2);
	close_watcher(&a);
	close_watcher(&b);
}

static void open_full_pipe(struct watcher *w)
{
	open_pipe(w);
	put_bytes(w, 2);
}

static void open_null(struct watcher *w)
{
	open_file(w, "/dev/null");
}

static void a_removed_pipe_is_not_called_though_it_was_ready(void **state)
{
	(void)state;
	check_removal(open_full_pipe);
}

static void a_removed_file_is_not_called_though_it_was_ready(void **state)
{
	(void)state;
	check_removal(open_null);
}

/* Whose memory goes with it: a sanitizer sees whether the loop still looks there. */
static void a_source_may_be_removed_and_freed_by_another(void **state)
{
	(void)state;
	for (int is_file = 0; is_file < 2; is_file++) {
		struct watcher first, *second = malloc(sizeof(*second));
		assert_non_null(second);
		(is_file ? open_null : open_full_pipe)(second);
		int second_fd = second->source.fd, second_write_fd = second->write_fd;
		watch(second); /* Of files, the latest added is called first. */
		(is_file ? open_null : open_full_pipe)(&first);
		first.to_remove = second;
		first.frees = true;
		watch(&first);
		loop_wait(&loop, TIME_NEVER);
		assert_int_equal(first.calls, 1);
		close(second_fd);
		close(second_write_fd);
		close_watcher(&first);
	}
}

static void a_callback_may_pause_another_source(void **state)
{
	struct watcher a, b;
	(void)state;
	open_full_pipe(&a);
	open_full_pipe(&b);
	a.to_pause = &b;
	b.to_pause = &a;
	watch(&a);
	watch(&b);
	loop_wait(&loop, TIME_NEVER);
	assert_int_equal(a.calls + b.calls, 1);
	close_watcher(&a);
	close_watcher(&b);
}

static void a_callback_may_add_a_source(void **state)
{
	struct watcher a, b;
	(void)state;
	open_full_pipe(&a);
	open_full_pipe(&b);
	a.to_add = &b;
	watch(&a);
	loop_wait(&loop, TIME_NEVER);
	assert_int_equal(a.calls, 1);
	loop_wait(&loop, TIME_NEVER);
	assert_int_equal(a.calls, 2);
	assert_in_range(b.calls, 1, 2);
	close_watcher(&a);
	close_watcher(&b);
}

static void all_of_many_ready_sources_are_called(void **state)
{
	static struct watcher many[100];
	unsigned waits = 0, waiting = COUNT(many);
	(void)state;
	for (size_t i = 0; i < COUNT(many); i++) {
		open_pipe(&many[i]);
		watch(&many[i]);
		put_bytes(&many[i], 1);
	}
	while (waiting > 0) {
		assert_in_range(++waits, 1, COUNT(many));
		loop_wait(&loop, TIME_NEVER);
		waiting = COUNT(many);
		for (size_t i = 0; i < COUNT(many); i++)
			waiting -= many[i].calls;
	}
	for (size_t i = 0; i < COUNT(many); i++)
		close_watcher(&many[i]);
}

static void the_deadline_ends_the_wait_not_before_it(void **state)
{
	struct watcher w;
	(void)state;
	open_pipe(&w);
	watch(&w);
	for (int64_t delay_us = 0; delay_us < 3000; delay_us += 700) {
		struct time deadline = time_after(clock_now(), delay_us);
		loop_wait(&loop, deadline);
		assert_true(time_is_due(deadline, clock_now()));
	}
	loop_wait(&loop, (struct time){-US_PER_S});
	assert_int_equal(w.calls, 0);
	close_watcher(&w);
}

static void a_closed_descriptor_is_refused(void **state)
{
	struct watcher w = make_watcher(-1, -1);
	(void)state;
	assert_int_equal(loop_add(&loop, &w.source), -EBADF);
	loop_wait(&loop, NO_WAIT);
	assert_int_equal(w.calls, 0);
}

/* A pipe that can be written to until it is full, and again when it has been emptied. */
static void an_output_is_ready_while_it_takes_more(void **state)
{
	static const char bytes[65536];
	char sink[65536];
	struct watcher w;
	int ends[2];
	(void)state;
	assert_int_equal(pipe2(ends, O_CLOEXEC | O_NONBLOCK), 0);
	w = make_watcher(ends[1], ends[0]);
	w.source.is_output = true;
	watch(&w);
	loop_wait(&loop, TIME_NEVER);
	assert_int_equal(w.calls, 1);
	while (write(ends[1], bytes, sizeof(bytes)) > 0)
		;
	loop_wait(&loop, NO_WAIT);
	assert_int_equal(w.calls, 1);
	while (read(ends[0], sink, sizeof(sink)) > 0)
		;
	loop_pause(&loop, &w.source, true);
	loop_wait(&loop, NO_WAIT);
	assert_int_equal(w.calls, 1);
	loop_pause(&loop, &w.source, false);
	loop_wait(&loop, TIME_NEVER);
	assert_int_equal(w.calls, 2);
	close_watcher(&w);
}

static void signals_become_readable_one_by_one(void **state)
{
	sigset_t set, before;
	(void)state;
	sigemptyset(&set);
	sigaddset(&set, SIGUSR1);
	sigaddset(&set, SIGHUP);
	assert_int_equal(sigprocmask(SIG_BLOCK, NULL, &before), 0);
	struct watcher w = make_watcher(signals_open(&set), -1);
	assert_true(w.source.fd >= 0);
	watch(&w);
	assert_int_equal(signals_next(w.source.fd), 0);
	loop_wait(&loop, NO_WAIT);
	assert_int_equal(w.calls, 0);
	assert_int_equal(raise(SIGUSR1), 0);
	assert_int_equal(raise(SIGHUP), 0);
	loop_wait(&loop, TIME_NEVER);
	assert_int_equal(w.calls, 1);
	int first = signals_next(w.source.fd), second = signals_next(w.source.fd);
	assert_int_equal(first + second, SIGUSR1 + SIGHUP);
	assert_int_not_equal(first, second);
	assert_int_equal(signals_next(w.source.fd), 0);
	close_watcher(&w);
	assert_int_equal(sigprocmask(SIG_SETMASK, &before, NULL), 0);
}

#define LOOP_TEST(name) cmocka_unit_test_setup_teardown(name, open_loop, close_loop)

int main(void)
{
	const struct CMUnitTest tests[] = {
		LOOP_TEST(a_pipe_is_ready_as_long_as_it_holds_something),
		LOOP_TEST(the_end_of_a_pipe_is_ready),
		LOOP_TEST(files_are_always_ready),
		LOOP_TEST(a_file_does_not_starve_a_pipe),
		LOOP_TEST(what_is_paused_is_not_called_until_resumed),
		LOOP_TEST(a_paused_source_that_hangs_up_wakes_nobody),
		LOOP_TEST(a_paused_source_can_be_removed_and_added_again),
		LOOP_TEST(a_source_may_remove_itself),
		LOOP_TEST(a_removed_pipe_is_not_called_though_it_was_ready),
		LOOP_TEST(a_removed_file_is_not_called_though_it_was_ready),
		LOOP_TEST(a_source_may_be_removed_and_freed_by_another),
		LOOP_TEST(a_callback_may_pause_another_source),
		LOOP_TEST(a_callback_may_add_a_source),
		LOOP_TEST(all_of_many_ready_sources_are_called),
		LOOP_TEST(the_deadline_ends_the_wait_not_before_it),
		LOOP_TEST(a_closed_descriptor_is_refused),
		LOOP_TEST(an_output_is_ready_while_it_takes_more),
		LOOP_TEST(signals_become_readable_one_by_one),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
