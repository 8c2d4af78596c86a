/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
#include "output.h"
#include "app/common/daemon.h"
#include "app/common/stream.h"
#include "base/utf8.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

/* Holds a burst of some ten thousand lines, or sixteen of the largest payloads. */
#define OUTPUT_SIZE ((size_t)1024 * 1024)

/* While more comes in, so much is written at once, or what there is after so long: a system call a
 * line would cost half as much as a copy to a child. */
#define FLUSH_SIZE     ((size_t)64 * 1024)
#define FLUSH_PAUSE_US INT64_C(1000)

/* --- The ring --- */

static size_t space(const struct output *o)
{
	return OUTPUT_SIZE - o->count;
}

static void put(struct output *o, const char *bytes, size_t size)
{
	size_t at = (o->begin + o->count) % OUTPUT_SIZE;
	size_t first = size < OUTPUT_SIZE - at ? size : OUTPUT_SIZE - at;
	if (size == 0)
		return;
	memcpy(o->bytes + at, bytes, first);
	memcpy(o->bytes, bytes + first, size - first);
	o->count += size;
}

static void put_text(struct output *o, const char *text)
{
	put(o, text, strlen(text));
}

static void drop(struct output *o)
{
	if (o->dropped++ == o->told) {
		log_line("output-stalled",
			 "text=\"nobody reads standard output; messages are dropped "
			 "there, not in the tree\"");
		o->told = UINT64_MAX; /* Once for each stall. */
	}
}

/* --- JSON --- */

/* True if all of it is UTF-8, without U+FFFD, which could hide what was there. */
static bool is_text(const char *bytes, size_t size)
{
	for (size_t i = 0; i < size;) {
		uint32_t c;
		i += utf8_decode(bytes + i, size - i, &c);
		if (c == UTF8_REPLACEMENT)
			return false;
	}
	return true;
}

static void put_json_string(struct output *o, const char *bytes, size_t size)
{
	size_t begin = 0;
	for (size_t i = 0; i < size; i++) {
		unsigned char c = (unsigned char)bytes[i];
		char escape[8];
		if (c >= 0x20 && c != '"' && c != '\\' && c != 0x7F)
			continue;
		put(o, bytes + begin, i - begin);
		begin = i + 1;
		if (c == '"' || c == '\\')
			(void)snprintf(escape, sizeof(escape), "\\%c", c);
		else
			(void)snprintf(escape, sizeof(escape), "\\u%04x", c);
		put_text(o, escape);
	}
	put(o, bytes + begin, size - begin);
}

static void put_base64(struct output *o, const char *bytes, size_t size)
{
	static const char digits[] =
		"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
	for (size_t i = 0; i < size; i += 3) {
		uint32_t bits = 0;
		size_t used = size - i < 3 ? size - i : 3;
		for (size_t k = 0; k < 3; k++)
			bits = bits << 8 | (k < used ? (unsigned char)bytes[i + k] : 0);
		char quad[4];
		for (size_t k = 0; k < 4; k++)
			quad[k] = k <= used ? digits[bits >> (18 - 6 * k) & 63] : '=';
		put(o, quad, 4);
	}
}

static void put_json(struct output *o, const char *bytes, size_t size)
{
	struct timespec now;
	char head[96];
	bool text = is_text(bytes, size);
	(void)clock_gettime(CLOCK_REALTIME, &now);
	(void)snprintf(head, sizeof(head), "{\"time\":%lld.%06ld,\"length\":%zu,\"%s\":\"",
		       (long long)now.tv_sec, now.tv_nsec / 1000, size, text ? "text" : "base64");
	put_text(o, head);
	if (text)
		put_json_string(o, bytes, size);
	else
		put_base64(o, bytes, size);
	put_text(o, "\"}\n");
}

/* --- Messages --- */

/* At most what a message of `size` bytes takes. */
static size_t space_for(enum output_format format, size_t size)
{
	return format == OUTPUT_JSON ? 6 * size + 128 : size + 1;
}

/* Its reader takes no more for now; the loop tells when he does. */
static bool is_stalled(const struct output *o)
{
	return o->format != OUTPUT_NONE && !o->source.is_paused;
}

void output_message(struct output *o, const char *bytes, size_t size)
{
	if (o->format == OUTPUT_NONE || o->is_closed)
		return;
	if (space(o) < space_for(o->format, size) && !is_stalled(o))
		output_flush(o);
	if (o->is_closed || space(o) < space_for(o->format, size)) {
		drop(o);
		return;
	}
	if (o->format == OUTPUT_JSON) {
		put_json(o, bytes, size);
		return;
	}
	put(o, bytes, size);
	if (o->format == OUTPUT_LINES && (size == 0 || bytes[size - 1] != '\n'))
		put(o, "\n", 1); /* [P9] */
}

static void close_output(struct output *o)
{
	log_line("output-closed", "reason=\"%s\"", strerror(errno));
	o->is_closed = true;
	o->count = 0;
}

void output_flush(struct output *o)
{
	while (o->count > 0 && !o->is_closed) {
		size_t first = OUTPUT_SIZE - o->begin;
		struct iovec parts[2] = {
			{o->bytes + o->begin, o->count < first ? o->count : first},
			{o->bytes, o->count < first ? 0 : o->count - first},
		};
		ssize_t written = writev(o->source.fd, parts, 2);
		if (written < 0 && errno == EINTR)
			continue;
		if (written < 0 && errno == EAGAIN)
			break;
		if (written < 0) {
			close_output(o);
			break;
		}
		o->begin = (o->begin + (size_t)written) % OUTPUT_SIZE;
		o->count -= (size_t)written;
	}
	o->flush_at = TIME_NEVER;
	if (o->count == 0 && o->told == UINT64_MAX) {
		log_line("output-resumed", "dropped=%llu", (unsigned long long)o->dropped);
		o->told = o->dropped;
	}
	loop_pause(o->loop, &o->source, o->count == 0 || o->is_closed);
}

bool output_is_waiting(const struct output *o)
{
	return o->count > 0 && !is_stalled(o);
}

void output_end_turn(struct output *o, bool was_idle, struct time now)
{
	if (!output_is_waiting(o))
		return;
	if (time_is_never(o->flush_at))
		o->flush_at = time_after(now, FLUSH_PAUSE_US);
	if (was_idle || o->count >= FLUSH_SIZE || time_is_due(o->flush_at, now))
		output_flush(o);
}

static void on_writable(void *owner)
{
	output_flush(owner);
}

int output_open(struct output *o, enum output_format format, struct loop *loop,
		struct failure *failure)
{
	*o = (struct output){
		.format = format, .loop = loop, .flush_at = TIME_NEVER, .source.fd = -1};
	if (format == OUTPUT_NONE)
		return 0;
	o->bytes = malloc(OUTPUT_SIZE);
	if (!o->bytes)
		return failure_set(failure, -ENOMEM, "no memory for the output");
	o->source.fd = stream_open(STDOUT_FILENO);
	if (o->source.fd < 0)
		return failure_set(failure, o->source.fd, "cannot use standard output: %s",
				   strerror(-o->source.fd));
	o->source.is_output = true;
	o->source.on_ready = on_writable;
	o->source.owner = o;
	int error = loop_add(loop, &o->source);
	if (error)
		return failure_set(failure, error, "cannot watch standard output: %s",
				   strerror(-error));
	loop_pause(loop, &o->source, true);
	return 0;
}

void output_close(struct output *o)
{
	if (o->source.fd >= 0) {
		output_flush(o);
		loop_remove(o->loop, &o->source);
		close(o->source.fd);
	}
	free(o->bytes);
}
