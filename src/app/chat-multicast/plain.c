/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
#include "plain.h"
#include "app/common/stream.h"

#include <assert.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static bool plain_flush(struct view *v)
{
	struct plain *p = (struct plain *)v;
	while (p->output_begin < p->output_end && !p->is_closed) {
		ssize_t written = write(p->output_source.fd, p->output + p->output_begin,
					p->output_end - p->output_begin);
		if (written >= 0) {
			p->output_begin += (size_t)written;
		} else if (errno == EAGAIN) {
			break;
		} else if (errno != EINTR) {
			p->is_closed = true;
			if (errno != EPIPE) /* `| head` has seen enough: nothing to report. */
				(void)fprintf(
					stderr,
					"chat-multicast: cannot write to standard output: %s\n",
					strerror(errno));
		}
	}
	if (p->output_begin == p->output_end || p->is_closed)
		p->output_begin = p->output_end = 0;
	if (p->loop)
		loop_pause(p->loop, &p->output_source, p->output_end == 0);
	return !p->is_closed;
}

static void on_output(void *owner)
{
	(void)plain_flush(owner);
}

static bool plain_is_drained(const struct view *v)
{
	return ((const struct plain *)v)->output_end == 0;
}

static size_t space(const struct plain *p)
{
	return PLAIN_OUTPUT_SIZE - (p->output_end - p->output_begin);
}

static bool plain_has_room(const struct view *v)
{
	return space((const struct plain *)v) >= PLAIN_LINE_SIZE;
}

static void plain_put_line(struct plain *p, struct piece text)
{
	if (text.size + 1 > PLAIN_OUTPUT_SIZE - p->output_end) {
		memmove(p->output, p->output + p->output_begin, p->output_end - p->output_begin);
		p->output_end -= p->output_begin;
		p->output_begin = 0;
	}
	assert(text.size + 1 <= PLAIN_OUTPUT_SIZE - p->output_end);
	memcpy(p->output + p->output_end, text.text, text.size);
	p->output_end += text.size;
	p->output[p->output_end++] = '\n';
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

int plain_init(struct plain *p, bool quiet)
{
	static const struct view_operations operations = {
		.show = plain_show,
		.reply = plain_reply,
		.notice = plain_notice,
		.flush = plain_flush,
		.has_room = plain_has_room,
		.is_drained = plain_is_drained,
	};
	p->view.operations = &operations;
	p->quiet = quiet;
	p->is_closed = p->is_continuation = p->has_ended = false;
	p->output_begin = p->output_end = p->input_begin = p->input_end = 0;
	p->loop = NULL;
	p->output_source = (struct loop_source){
		.fd = stream_open(STDOUT_FILENO),
		.is_output = true,
		.on_ready = on_output,
		.owner = p,
	};
	if (p->output_source.fd >= 0)
		return 0;
	(void)fprintf(stderr, "chat-multicast: cannot use standard output: %s\n",
		      strerror(-p->output_source.fd));
	return -1;
}

void plain_watch(struct plain *p, struct loop *loop)
{
	if (loop_add(loop, &p->output_source) != 0)
		return;
	p->loop = loop;
	loop_pause(loop, &p->output_source, true);
}

void plain_done(struct plain *p)
{
	if (p->output_source.fd >= 0)
		close(p->output_source.fd);
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
	bool is_line_end = end == begin || (end == begin + 1 && begin[0] == '\r');
	if (end && is_line_end && p->is_continuation) {
		/* The line ended exactly where the piece before was cut: that was all of it. */
		p->input_begin += (size_t)(end - begin) + 1;
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
