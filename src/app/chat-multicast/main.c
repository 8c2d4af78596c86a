/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
/* main.c - chat-multicast: reads the options, chooses how lines are shown, and runs the chat to its
 * end. */
#include "chat.h"
#include "plain.h"
#include "terminal.h"

#include <errno.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* --- Plain: lines from standard input --- */

struct plain_chat {
	struct chat chat;
	struct plain plain;
	struct loop_source input;
	bool listens; /* The end of input is no reason to leave. */
};

static void take_lines(struct plain_chat *p)
{
	struct piece line;
	bool is_continuation;
	while (chat_wants_input(&p->chat) && plain_next_line(&p->plain, &line, &is_continuation))
		chat_input(&p->chat, line, is_continuation);
}

static void on_input(void *owner)
{
	struct plain_chat *p = owner;
	plain_read(&p->plain);
	take_lines(p);
}

static void run_plain(struct plain_chat *p)
{
	bool has_left = false;
	while (!chat_is_over(&p->chat)) {
		take_lines(p);
		bool all_taken = p->plain.has_ended && p->plain.input_begin == p->plain.input_end;
		if (all_taken && !p->listens && !has_left && !p->chat.is_left) {
			has_left = true;
			chat_leave(&p->chat);
		}
		loop_pause(&p->chat.loop, &p->input,
			   p->plain.has_ended || !chat_wants_input(&p->chat));
		chat_turn(&p->chat);
	}
}

static int chat_plainly(const struct options *o, struct ramure_error *ret_error)
{
	static struct plain_chat p;
	if (plain_init(&p.plain, o->quiet) != 0)
		return ret_error->code = -EIO;
	p.listens = o->listen;
	int error = chat_init(&p.chat, o, &p.plain.view, ret_error);
	if (!error) {
		plain_watch(&p.plain, &p.chat.loop);
		p.input =
			(struct loop_source){.fd = STDIN_FILENO, .on_ready = on_input, .owner = &p};
		if (loop_add(&p.chat.loop, &p.input) != 0)
			p.plain.has_ended = true; /* Standard input is closed. */
		run_plain(&p);
	}
	chat_done(&p.chat);
	plain_done(&p.plain);
	return error;
}

/* --- Terminal: a line editor --- */

struct terminal_chat {
	struct chat chat;
	struct terminal *terminal;
};

static bool wait_for_key(void *owner)
{
	struct terminal_chat *t = owner;
	while (!chat_is_over(&t->chat) && !t->chat.is_left) {
		if (chat_wants_input(&t->chat) && terminal_take_key(t->terminal))
			return true;
		chat_turn(&t->chat);
	}
	return false;
}

static void on_signal(void *owner, int signal)
{
	struct terminal_chat *t = owner;
	if (signal == SIGWINCH)
		terminal_resize(t->terminal);
	else if (signal == SIGTSTP)
		terminal_suspend(t->terminal);
}

static void run_terminal(struct terminal_chat *t)
{
	/* Where it has joined, before the first prompt. */
	(void)t->chat.view->operations->flush(t->chat.view);
	while (!t->chat.is_left) {
		struct piece line;
		bool is_continuation;
		if (!chat_wants_input(&t->chat))
			chat_turn(&t->chat);
		else if (terminal_read_line(t->terminal, &line, &is_continuation))
			chat_input(&t->chat, line, is_continuation);
		else if (terminal_has_ended(t->terminal) && !t->chat.is_left)
			chat_leave(&t->chat);
		terminal_set_name(t->terminal, (struct piece){t->chat.conversation.name,
							      t->chat.conversation.name_size});
	}
	loop_pause(&t->chat.loop, terminal_source(t->terminal), true);
	while (!chat_is_over(&t->chat))
		chat_turn(&t->chat);
}

static int chat_in_terminal(const struct options *o, struct ramure_error *ret_error)
{
	static struct terminal_chat t;
	t.terminal = terminal_open(wait_for_key, &t);
	if (!t.terminal) {
		(void)snprintf(ret_error->text, sizeof(ret_error->text),
			       "the terminal has no line editor; try --plain");
		return ret_error->code = -ENOTTY;
	}
	terminal_set_name(t.terminal, (struct piece){o->name, strlen(o->name)});
	int error = chat_init(&t.chat, o, terminal_view(t.terminal), ret_error);
	if (!error) {
		t.chat.on_signal = on_signal;
		t.chat.owner = &t;
		error = loop_add(&t.chat.loop, terminal_source(t.terminal));
		run_terminal(&t);
	}
	terminal_close(t.terminal);
	chat_done(&t.chat);
	return error;
}

/* A line editor needs a terminal on both sides that can move its cursor. */
static bool can_edit(void)
{
	const char *term = getenv("TERM");
	return isatty(STDIN_FILENO) && isatty(STDOUT_FILENO) && term && strcmp(term, "dumb") != 0;
}

int main(int argc, char **argv)
{
	struct options options;
	struct ramure_error error = {0};
	if (!setlocale(LC_ALL, "") || MB_CUR_MAX == 1)
		(void)setlocale(LC_CTYPE,
				"C.UTF-8"); /* The room speaks UTF-8, whatever the locale. */
	(void)setlocale(LC_NUMERIC, "C");
	options_parse(argc, argv, &options);
	int code = !options.plain && can_edit() ? chat_in_terminal(&options, &error)
						: chat_plainly(&options, &error);
	if (code == 0)
		return 0;
	if (error.text[0])
		(void)fprintf(stderr, "chat-multicast: %s\n", error.text);
	return code == -EINVAL ? 2 : 1;
}
