/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
#ifndef RAMURE_APP_CHAT_CHAT_H
#define RAMURE_APP_CHAT_CHAT_H
/* chat.h - the wiring of a chat: room, conversation, view, signals, in one loop whose turns the
 * input side calls.
 *
 *     chat_init -> chat_turn* until chat_is_over -> chat_done
 */
#include "net/loop.h"
#include "options.h"
#include "ramure.h"
#include "view.h"

struct chat {
	struct conversation conversation;
	const struct ramure_options *options; /* The caller's. */
	struct ramure *room;
	struct view *view;
	struct loop loop;
	struct loop_source room_source, signal_source;
	bool has_more;           /* Events of the last step are not taken yet. */
	bool is_left;            /* A departure was asked for. */
	bool is_hurried;         /* It must not wait for anything. */
	bool knows_namesake;     /* The user was told that somebody else has this name. */
	bool has_seen_departure; /* Our departure came back: everything before it has, too. */
	struct time retry_at;    /* The room could not send: when to try again. */
	struct time
		linger_until; /* After the departure was sent: how long to wait for its return. */
	void (*on_signal)(void *owner,
			  int signal); /* Signals that are none to leave; may be NULL. */
	void *owner;                   /* Handed to on_signal. */
};

/* Joins the room and enters it. Keeps `o` and `view`. On failure the negative errno and a line in
 * `ret_error`. */
int chat_init(struct chat *c, const struct options *o, struct view *view,
	      struct ramure_error *ret_error);
void chat_done(struct chat *c);

/* Waits until something happens, and deals with it. */
void chat_turn(struct chat *c);

/* Takes a line of input; see conversation_input. */
void chat_input(struct chat *c, struct piece line, bool is_continuation);

/* True while a next line of input can be taken. */
bool chat_wants_input(const struct chat *c);

/* Leaves politely: what waits is sent first. Called again: at once. */
void chat_leave(struct chat *c);

/* Leaves at once: nobody is there to wait. */
void chat_hurry(struct chat *c);

bool chat_is_over(const struct chat *c);

#endif
