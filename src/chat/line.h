/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
#ifndef RAMURE_CHAT_LINE_H
#define RAMURE_CHAT_LINE_H
/* line.h - the lines of a room: what stands in a datagram, so that any listener can print it.
 *
 *     alice: bonjour                          said
 *     * alice waves                           done (/me)
 *     *** alice has joined the room           arrival
 *     *** alice has left the room             departure
 *     *** alice is now known as carol         new name
 *     *** here: bob, carol                    an answer to an arrival: who is present
 *
 * Anything else is shown as it is: a room may hold programs that know nothing of names.
 */
#include "chat/text.h"

/* A datagram holds at most so many bytes, which fit any network's packets. */
#define LINE_SIZE_MAX 1200

enum line_kind {
	LINE_OTHER,   /* Of none of the forms below. */
	LINE_SAID,    /* name, rest: the text. */
	LINE_DONE,    /* name, rest: what. */
	LINE_ARRIVED, /* name. */
	LINE_LEFT,    /* name. */
	LINE_RENAMED, /* name, rest: the new name. */
	LINE_HERE,    /* rest: names, each after the first behind ", ". */
};

/* A piece of a line; points into it. */
struct piece {
	const char *text;
	size_t size;
};

struct line {
	enum line_kind kind;
	struct piece name; /* Who: a valid name; empty for LINE_OTHER and LINE_HERE. */
	struct piece rest;
};

/* Takes a sanitised line apart. The pieces borrow `text`. */
struct line line_parse(const char *text, size_t size);

/* Takes the first name off a LINE_HERE's rest; false when there is no more. A name that is not
 * valid is passed over. */
bool line_next_name(struct piece *rest, struct piece *ret_name);

/* Write the line for a datagram, and give its size. `name` is a valid name of `name_size` bytes. */
size_t line_write_arrived(char out[LINE_SIZE_MAX], struct piece name);
size_t line_write_left(char out[LINE_SIZE_MAX], struct piece name);
size_t line_write_renamed(char out[LINE_SIZE_MAX], struct piece name, struct piece new_name);

/* Write as much of `text` as one datagram holds, cut between characters, and take that off `text`.
 */
size_t line_write_said(char out[LINE_SIZE_MAX], struct piece name, struct piece *text);
size_t line_write_done(char out[LINE_SIZE_MAX], struct piece name, struct piece *text);

/* The beginning of a LINE_HERE; then line_add_name, false when the line is full. */
size_t line_write_here(char out[LINE_SIZE_MAX]);
bool line_add_name(char out[LINE_SIZE_MAX], size_t *size, struct piece name);

#endif
