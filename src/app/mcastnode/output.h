/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
#ifndef RAMURE_APP_MCASTNODE_OUTPUT_H
#define RAMURE_APP_MCASTNODE_OUTPUT_H
/* output.h - messages to standard output, which never wait for its reader.
 *
 * A bounded buffer; what does not fit is dropped and counted, so that a reader who stands still
 * costs the tree nothing.
 *
 *     output_open -> ( output_message* -> output_end_turn )* -> output_close
 */
#include "base/failure.h"
#include "net/loop.h"

#include <stddef.h>

enum output_format { OUTPUT_LINES, OUTPUT_RAW, OUTPUT_JSON, OUTPUT_NONE };

struct output {
	enum output_format format;
	struct loop *loop;
	struct loop_source source; /* Ready when the reader takes more. */
	char *bytes;               /* A ring. */
	size_t begin, count;       /* What waits in it. */
	struct time flush_at;      /* When it is written at the latest. */
	uint64_t dropped;          /* Messages. */
	uint64_t told;             /* How many of those the log knows of. */
	bool is_closed;            /* The reader is gone. */
};

/* Takes over standard output. Negative errno and `failure` on failure. */
int output_open(struct output *o, enum output_format format, struct loop *loop,
		struct failure *failure);

/* Writes what can be written without waiting, and lets the rest go. */
void output_close(struct output *o);

/* Takes a message; copied. */
void output_message(struct output *o, const char *bytes, size_t size);

/* True while there is something that could be written: the loop is not to wait then, but to look.
 */
bool output_is_waiting(const struct output *o);

/* After each turn of the loop: writes what can be written without waiting, if nothing else came in
 * (`was_idle`), or if it is much or has waited for a millisecond. */
void output_end_turn(struct output *o, bool was_idle, struct time now);

/* Writes what can be written without waiting. */
void output_flush(struct output *o);

#endif
