/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
#include "plain.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* Writes all of it, also to a pipe that somebody has made non-blocking. */
static bool write_all(int fd, const char *bytes, size_t size)
{
	while (size > 0) {
		ssize_t written = write(fd, bytes, size);
		if (written < 0 && errno == EAGAIN) {
			struct pollfd ready = {.fd = fd, .events = POLLOUT};
			(void)poll(&ready, 1, -1);
		} else if (written < 0 && errno != EINTR) {
			return false;
		} else if (written > 0) {
			bytes += written;
			size -= (size_t)written;
		}
	}
	return true;
}

static bool plain_flush(struct view *v)
{
	struct plain *p = (struct plain *)v;
	if (!p->is_closed && !write_all(STDOUT_FILENO, p->output, p->output_size)) {
		p->is_closed = true;
		if (errno != EPIPE) /* `| head` has seen enough: nothing to report. */
			(void)fprintf(stderr,
			              "chat-multicast: cannot write to standard output: %s\n",
			              strerror(errno));
	}
	p->output_size = 0;
	return !p->is_closed;
}

static void plain_put_line(struct plain *p, struct piece text)
{
	while (text.size + 1 > PLAIN_OUTPUT_SIZE - p->output_size) {
		size_t fits = PLAIN_OUTPUT_SIZE - p->output_size;
		size_t part = text.size < fits ? text.size : fits;
		memcpy(p->output + p->output_size, text.text, part);
		p->output_size += part;
		text = (struct piece){text.text + part, text.size - part};
		(void)plain_flush(&p->view);
	}
	memcpy(p->output + p->output_size, text.text, text.size);
	p->output_size += text.size;
	p->output[p->output_size++] = '\n';
}

static void plain_show(struct view *v, const struct heard *heard)
{
	plain_put_line((struct plain *)v, heard->text);
}

static void plain_reply(struct view *v, struct piece text)
{
	plain_put_line((struct plain *)v, text);
}

static void plain_notice(struct view *v, const char *text, size_t size)
{
	if (!((struct plain *)v)->quiet)
		(void)fprintf(stderr, "chat-multicast: %.*s\n", (int)size, text);
}

void plain_init(struct plain *p, bool quiet)
{
	static const struct view_operations operations = {
	        .show = plain_show,
	        .reply = plain_reply,
	        .notice = plain_notice,
	        .flush = plain_flush,
	};
	p->view.operations = &operations;
	p->quiet = quiet;
	p->is_closed = p->is_continuation = p->has_ended = false;
	p->output_size = p->input_begin = p->input_end = 0;
}

void plain_read(struct plain *p)
{
	memmove(p->input, p->input + p->input_begin, p->input_end - p->input_begin);
	p->input_end -= p->input_begin;
	p->input_begin = 0;
	ssize_t size = read(STDIN_FILENO, p->input + p->input_end, sizeof(p->input) - p->input_end);
	if (size < 0 && (errno == EAGAIN || errno == EINTR))
		return;
	if (size < 0)
		(void)fprintf(stderr, "chat-multicast: cannot read standard input: %s\n",
		              strerror(errno));
	if (size <= 0)
		p->has_ended = true;
	else
		p->input_end += (size_t)size;
}

bool plain_next_line(struct plain *p, struct piece *ret_line, bool *ret_is_continuation)
{
	const char *begin = p->input + p->input_begin;
	size_t size = p->input_end - p->input_begin;
	const char *end = size > 0 ? memchr(begin, '\n', size) : NULL;
	bool is_full = size == sizeof(p->input);
	if (end == begin && p->is_continuation) {
		/* The line ended exactly where the piece before was cut: that was all of it. */
		p->input_begin++;
		p->is_continuation = false;
		return plain_next_line(p, ret_line, ret_is_continuation);
	}
	if (!end && !is_full && !(p->has_ended && size > 0))
		return false;
	size_t taken = end ? (size_t)(end - begin) : size;
	if (!end && is_full)
		taken = text_cut(begin, size, size - 1);
	*ret_line = (struct piece){begin, taken};
	*ret_is_continuation = p->is_continuation;
	p->input_begin += taken + (end ? 1 : 0);
	p->is_continuation = !end;
	return true;
}
