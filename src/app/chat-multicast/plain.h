/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
#ifndef RAMURE_APP_CHAT_PLAIN_H
#define RAMURE_APP_CHAT_PLAIN_H
/* plain.h - lines in from standard input, lines out to standard output, notices to standard error.
 */
#include "net/loop.h"
#include "view.h"

/* Room for the longest line after sanitising, and a good write besides. */
#define PLAIN_LINE_SIZE   ((size_t)65535 * TEXT_GROWTH + 1)
#define PLAIN_OUTPUT_SIZE (PLAIN_LINE_SIZE + (size_t)64 * 1024)

struct plain {
	struct view view; /* First: a struct view * of it is a struct plain *. */
	bool quiet;       /* No notices. */
	bool is_closed;   /* Standard output is gone. */
	struct loop *loop;
	struct loop_source output_source; /* Ready when standard output takes more. */
	size_t output_begin, output_end;  /* What waits in `output`. */
	char output[PLAIN_OUTPUT_SIZE];
	bool is_continuation; /* What is in `input` continues a line handed out before. */
	bool has_ended;       /* End of input. */
	size_t input_begin, input_end;
	char input[CONVERSATION_INPUT_MAX];
};

/* Takes over standard output; -1, and a line on standard error, if that cannot be. */
int plain_init(struct plain *p, bool quiet);

/* Lets the loop tell when standard output takes more; keeps the loop. */
void plain_watch(struct plain *p, struct loop *loop);
void plain_done(struct plain *p);

/* Reads what is there, once; blocks if nothing is. has_ended afterwards tells of the end, or of an
 * error, which is reported and counts as the end. */
void plain_read(struct plain *p);

/* The next line that has been read, without its end. A line longer than CONVERSATION_INPUT_MAX
 * comes in pieces, cut between characters; `ret_is_continuation` marks all but the first. Borrowed
 * until plain_read. */
bool plain_next_line(struct plain *p, struct piece *ret_line, bool *ret_is_continuation);

#endif
