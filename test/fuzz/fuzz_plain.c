/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
/* fuzz_plain.c - lines read from standard input.
 *
 * The bytes are pairs: a byte, and how often it comes (128 and more: hundreds of times). After each
 * pair that makes an odd sum, what was written so far is read.
 */
#include "fuzz.h"
#include "plain.h"

#include <fcntl.h>
#include <unistd.h>

#define INPUT_MAX ((size_t)256 * 1024)

static struct plain plain;

/* What went in, without a newline at the very end, and what came out, put together again. */
static char written[INPUT_MAX], joined[INPUT_MAX + 1];
static size_t written_size, joined_size;
static bool has_line;

/* The pipe that is standard input from now on; gives its other end. */
static int open_input(void)
{
	int ends[2];
	CHECK(pipe2(ends, O_CLOEXEC) == 0);
	CHECK(dup2(ends[0], STDIN_FILENO) == STDIN_FILENO);
	close(ends[0]);
	return ends[1];
}

static void take_lines(void)
{
	struct piece line;
	bool is_continuation;
	while (plain_next_line(&plain, &line, &is_continuation)) {
		CHECK(line.size <= CONVERSATION_INPUT_MAX);
		CHECK(!memchr(line.text, '\n', line.size));
		CHECK(!is_continuation || (has_line && line.size > 0));
		if (has_line && !is_continuation)
			joined[joined_size++] = '\n';
		CHECK(joined_size + line.size <= INPUT_MAX);
		memcpy(joined + joined_size, line.text, line.size);
		joined_size += line.size;
		has_line = true;
	}
}

static void read_waiting(int input_fd, size_t *waiting)
{
	size_t at = written_size - *waiting;
	while (*waiting > 0) {
		size_t part = sizeof(plain.input) - (plain.input_end - plain.input_begin);
		CHECK(part > 0);
		part = part < *waiting ? part : *waiting;
		CHECK(write(input_fd, written + at, part) == (ssize_t)part);
		plain_read(&plain);
		CHECK(!plain.has_ended);
		at += part;
		*waiting -= part;
		take_lines();
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static int input_fd = -1;
	size_t waiting = 0;
	if (input_fd < 0)
		input_fd = open_input();
	CHECK(plain_init(&plain, true) == 0);
	written_size = joined_size = 0;
	has_line = false;
	for (size_t i = 0; i + 1 < size; i += 2) {
		size_t count = data[i + 1] < 128 ? data[i + 1] : (size_t)(data[i + 1] - 127) * 200;
		if (written_size + count > INPUT_MAX)
			break;
		memset(written + written_size, data[i], count);
		written_size += count;
		waiting += count;
		if ((data[i] + data[i + 1]) & 1)
			read_waiting(input_fd, &waiting);
	}
	read_waiting(input_fd, &waiting);
	plain.has_ended = true;
	take_lines();
	if (written_size > 0 && written[written_size - 1] == '\n')
		written_size--;
	CHECK(joined_size == written_size);
	CHECK(memcmp(joined, written, joined_size) == 0);
	plain_done(&plain);
	return 0;
}
