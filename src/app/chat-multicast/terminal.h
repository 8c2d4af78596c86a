/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
#ifndef RAMURE_APP_CHAT_TERMINAL_H
#define RAMURE_APP_CHAT_TERMINAL_H
/* terminal.h - a line editor (libedit) around which the room's lines appear.
 *
 * The editor reads its keys through us (EL_GETCFN), and while it waits for one the chat goes on.
 * Before the room's lines are printed the line being typed is taken off the screen, and put back
 * below them afterwards. The line typed is not left on the screen when it is finished: it appears
 * when the room has it.
 */
#include "net/loop.h"
#include "view.h"

struct terminal;

/* Opens the editor on standard input and output. `wait_for_key` is called whenever it needs a key;
 * it returns true once terminal_take_key has, false to end the line at once. NULL if the terminal
 * cannot do it. */
struct terminal *terminal_open(bool (*wait_for_key)(void *owner), void *owner);

/* Puts the terminal back as it was. */
void terminal_close(struct terminal *t);

struct view *terminal_view(struct terminal *t);

/* For the loop: becomes ready when a key waits. */
struct loop_source *terminal_source(struct terminal *t);

/* The name in the prompt, and the one that is highlighted when said. Copied. */
void terminal_set_name(struct terminal *t, struct piece name);

/* Lets the user type a line. False if there is none: it was empty, or the input ended or was
 * interrupted. A line longer than CONVERSATION_INPUT_MAX comes in pieces; `ret_is_continuation`
 * marks all but the first. The line is borrowed until the next call. */
bool terminal_read_line(struct terminal *t, struct piece *ret_line, bool *ret_is_continuation);

/* True once a key waits; that one is taken by the editor next. */
bool terminal_take_key(struct terminal *t);

/* True when the input has ended: no more lines come. */
bool terminal_has_ended(const struct terminal *t);

/* The window has another size (SIGWINCH). */
void terminal_resize(struct terminal *t);

/* Stops the program as Ctrl-Z asks for, with the terminal as it was before; returns when it goes
 * on. */
void terminal_suspend(struct terminal *t);

#endif
