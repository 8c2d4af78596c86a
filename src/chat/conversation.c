/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
#include "chat/conversation.h"

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define HEARD_SIZE ((size_t)65535 * TEXT_GROWTH)

/* Space in the outbox that one line of input may take: it grows by sanitising, and each datagram
 * adds name and frame. */
#define INPUT_SPACE (CONVERSATION_INPUT_MAX * TEXT_GROWTH * 5 / 4)

/* A reply is at most the list of all people. */
#define REPLY_SIZE ((size_t)PEOPLE_MAX * (NAME_SIZE_MAX + 40))

static const char help_text[] =
	"*** /me WHAT: say what you do; /nick NAME: change your name; /who: who is here; "
	"//TEXT: a line that begins with a slash; /quit: leave; /help: this";

static struct piece own_name(const struct conversation *c)
{
	return (struct piece){c->name, c->name_size};
}

static bool is_self(const struct conversation *c, struct piece name)
{
	return name.size == c->name_size && memcmp(name.text, c->name, name.size) == 0;
}

bool conversation_init(struct conversation *c, const struct conversation_options *o)
{
	assert(name_is_valid(o->name.text, o->name.size));
	*c = (struct conversation){
		.name_size = o->name.size, .alone_us = o->alone_us, .alone_at = TIME_NEVER};
	memcpy(c->name, o->name.text, o->name.size);
	answer_init(&c->answer);
	bucket_init(&c->bucket, o->rate_per_s, o->burst);
	random_init(&c->random, o->seed);
	c->reply = malloc(REPLY_SIZE);
	c->heard = malloc(HEARD_SIZE);
	bool has_people = people_init(&c->people);
	bool has_outbox = outbox_init(&c->outbox);
	if (!c->reply || !c->heard || !has_people || !has_outbox) {
		conversation_done(c);
		return false;
	}
	char arrival[LINE_SIZE_MAX];
	outbox_put(&c->outbox, arrival, line_write_arrived(arrival, own_name(c)));
	return true;
}

void conversation_done(struct conversation *c)
{
	people_done(&c->people);
	outbox_done(&c->outbox);
	free(c->reply);
	free(c->heard);
	c->reply = c->heard = NULL;
}

/* --- What the user types --- */

bool conversation_has_room(const struct conversation *c)
{
	return outbox_free(&c->outbox) >= INPUT_SPACE;
}

/* Puts `text` into the outbox, cut into as many datagrams as it takes. */
static void say(struct conversation *c, struct piece text, bool done)
{
	char out[LINE_SIZE_MAX];
	do {
		size_t size = done ? line_write_done(out, own_name(c), &text)
				   : line_write_said(out, own_name(c), &text);
		outbox_put(&c->outbox, out, size);
	} while (text.size > 0);
}

__attribute__((format(printf, 3, 4))) static enum conversation_result refuse(
	struct conversation *c, struct piece *ret_reply, const char *format, ...)
{
	va_list arguments;
	va_start(arguments, format);
	int size = vsnprintf(c->reply, REPLY_SIZE, format, arguments);
	va_end(arguments);
	*ret_reply =
		(struct piece){c->reply, (size_t)size < REPLY_SIZE ? (size_t)size : REPLY_SIZE - 1};
	return CONVERSATION_REFUSED;
}

static enum conversation_result rename_self(struct conversation *c, struct piece name,
					    struct piece *ret_reply)
{
	if (!name_is_valid(name.text, name.size))
		return refuse(
			c, ret_reply,
			"/nick: a name has 1 to %d characters, no space, ':' or ',', and does "
			"not begin with '*'",
			NAME_CHARACTERS_MAX);
	if (is_self(c, name))
		return refuse(c, ret_reply, "/nick: that is your name already");
	if (people_find(&c->people, name))
		return refuse(c, ret_reply, "/nick: %.*s is somebody else here", (int)name.size,
			      name.text);
	char out[LINE_SIZE_MAX];
	outbox_put(&c->outbox, out, line_write_renamed(out, own_name(c), name));
	memcpy(c->name, name.text, name.size);
	c->name_size = name.size;
	return CONVERSATION_SAID;
}

static enum conversation_result reply(const struct conversation *c, struct piece *ret_reply,
				      const char *text, size_t size)
{
	if (text != c->reply)
		memcpy(c->reply, text, size);
	*ret_reply = (struct piece){c->reply, size};
	return CONVERSATION_REPLY;
}

static enum conversation_result list_people(struct conversation *c, struct time now,
					    struct piece *ret_reply)
{
	int size =
		snprintf(c->reply, REPLY_SIZE, "*** here: %.*s (you)", (int)c->name_size, c->name);
	for (size_t i = 0; i < c->people.count; i++) {
		const struct person *p = &c->people.list[i];
		char *out = c->reply + size;
		size_t space = REPLY_SIZE - (size_t)size;
		int64_t minutes = time_elapsed_us(p->heard_at, now) / (60 * US_PER_S);
		if (p->heard_at.us == TIME_LONG_AGO.us)
			size += snprintf(out, space, ", %s (named by others)", p->name);
		else if (minutes == 0)
			size += snprintf(out, space, ", %s", p->name);
		else
			size += snprintf(out, space, ", %s (last heard %lld min ago)", p->name,
					 (long long)minutes);
	}
	return reply(c, ret_reply, c->reply, (size_t)size);
}

/* If `text` is the command `name`, with or without arguments, gives the arguments. */
static bool is_named(struct piece text, const char *name, struct piece *ret_arguments)
{
	size_t size = strlen(name);
	if (text.size < size || memcmp(text.text, name, size) != 0 ||
	    (text.size > size && text.text[size] != ' '))
		return false;
	struct piece rest = {text.text + size, text.size - size};
	while (rest.size > 0 && rest.text[0] == ' ')
		rest = (struct piece){rest.text + 1, rest.size - 1};
	while (rest.size > 0 && rest.text[rest.size - 1] == ' ')
		rest.size--;
	*ret_arguments = rest;
	return true;
}

static enum conversation_result obey(struct conversation *c, struct piece command, struct time now,
				     struct piece *ret_reply)
{
	struct piece arguments;
	if (is_named(command, "/me", &arguments)) {
		if (arguments.size == 0)
			return refuse(c, ret_reply, "/me: what do you do? For example: /me waves");
		say(c, arguments, true);
		c->input_kind = INPUT_DONE;
		return CONVERSATION_SAID;
	}
	if (is_named(command, "/nick", &arguments))
		return rename_self(c, arguments, ret_reply);
	if (is_named(command, "/who", &arguments))
		return list_people(c, now, ret_reply);
	if (is_named(command, "/help", &arguments))
		return reply(c, ret_reply, help_text, sizeof(help_text) - 1);
	if (is_named(command, "/quit", &arguments))
		return CONVERSATION_QUIT;
	int shown = (int)text_cut(command.text, command.size, 40);
	return refuse(c, ret_reply,
		      "%.*s: no such command, not sent; /help lists them, // begins a line with a "
		      "slash",
		      shown, command.text);
}

enum conversation_result conversation_input(struct conversation *c, const char *text, size_t size,
					    bool is_continuation, struct time now,
					    struct piece *ret_reply)
{
	assert(size <= CONVERSATION_INPUT_MAX && conversation_has_room(c) && !c->is_leaving);
	struct piece line = {c->heard, text_sanitise(text, size, c->heard)};
	bool is_command = !is_continuation && line.size > 0 && line.text[0] == '/' &&
			  (line.size == 1 || line.text[1] != '/');
	if (is_command) {
		c->input_kind = INPUT_COMMAND;
		return obey(c, line, now, ret_reply);
	}
	if (!is_continuation) {
		c->input_kind = INPUT_SAID;
		if (line.size > 0 && line.text[0] == '/')
			line = (struct piece){line.text + 1, line.size - 1};
	}
	if (c->input_kind != INPUT_COMMAND)
		say(c, line, c->input_kind == INPUT_DONE);
	return CONVERSATION_SAID;
}

/* --- What the room says --- */

static bool learn_here(struct conversation *c, struct piece names, struct time now)
{
	struct piece name;
	bool is_news = false;
	while (line_next_name(&names, &name))
		is_news |= answer_on_name(&c->answer, &c->people, name, is_self(c, name), now);
	return is_news;
}

/* Learns from a line of somebody else. */
static void learn(struct conversation *c, const struct line *line, struct time now)
{
	bool is_namesake = is_self(c, line->name);
	if (line->name.size == 0 || (is_namesake && line->kind != LINE_RENAMED))
		return;
	switch (line->kind) {
	case LINE_LEFT:
		people_remove(&c->people, line->name);
		break;
	case LINE_RENAMED:
		people_remove(&c->people, line->name);
		if (!is_self(c, line->rest))
			people_hear(&c->people, line->rest, now);
		break;
	case LINE_ARRIVED:
		people_hear(&c->people, line->name, now);
		answer_on_arrival(&c->answer, &c->people, line->name, &c->random, now);
		break;
	default:
		people_hear(&c->people, line->name, now);
		break;
	}
}

struct heard conversation_hear(struct conversation *c, const char *bytes, size_t size,
			       enum origin origin, struct time now)
{
	size_t text_size = text_sanitise(bytes, size, c->heard);
	struct heard heard = {
		.text = {c->heard, text_size},
		.line = line_parse(c->heard, text_size),
		.is_shown = text_size > 0,
	};
	const struct line *line = &heard.line;
	bool is_our_name = line->name.size > 0 && is_self(c, line->name);
	bool renames_to_us = line->kind == LINE_RENAMED && is_self(c, line->rest);
	heard.is_own = origin == ORIGIN_OWN ||
		       (origin == ORIGIN_UNKNOWN && (is_our_name || renames_to_us));
	if (heard.is_own) {
		heard.is_shown &= line->kind != LINE_HERE;
		return heard;
	}
	c->alone_us = 0; /* Somebody is there. */
	c->alone_at = TIME_NEVER;
	if (line->kind == LINE_HERE)
		heard.is_shown = learn_here(c, line->rest, now);
	learn(c, line, now);
	bool speaks =
		line->kind == LINE_SAID || line->kind == LINE_DONE || line->kind == LINE_OTHER;
	heard.mentions_us =
		speaks && text_mentions(line->rest.text, line->rest.size, c->name, c->name_size);
	heard.is_namesake = renames_to_us ||
			    (is_our_name && line->kind != LINE_LEFT && line->kind != LINE_RENAMED);
	return heard;
}

/* --- Time and sending --- */

void conversation_on_time(struct conversation *c, struct time now)
{
	char out[LINE_SIZE_MAX];
	while (!c->is_leaving && time_is_due(c->answer.due_at, now) && conversation_has_room(c)) {
		size_t size = answer_write(&c->answer, &c->people, own_name(c), now, out);
		if (size > 0)
			outbox_put(&c->outbox, out, size);
	}
}

bool conversation_finds_itself_alone(struct conversation *c, struct time now)
{
	if (c->is_leaving || !time_is_due(c->alone_at, now))
		return false;
	c->alone_at = TIME_NEVER;
	return true;
}

bool conversation_next(const struct conversation *c, struct time now, struct piece *ret_datagram)
{
	if (outbox_is_empty(&c->outbox))
		return false;
	if (!c->is_hurried && !time_is_due(bucket_ready_at(&c->bucket, now), now))
		return false;
	*ret_datagram = outbox_first(&c->outbox);
	return true;
}

void conversation_sent(struct conversation *c, struct time now)
{
	if (!c->is_hurried)
		bucket_take(&c->bucket, now);
	if (c->alone_us > 0) { /* What is sent first is the arrival. */
		c->alone_at = time_after(now, c->alone_us);
		c->alone_us = 0;
	}
	outbox_drop_first(&c->outbox);
}

struct time conversation_deadline(const struct conversation *c, struct time now)
{
	struct time deadline = TIME_NEVER;
	if (!outbox_is_empty(&c->outbox))
		deadline = c->is_hurried ? now : bucket_ready_at(&c->bucket, now);
	if (!c->is_leaving)
		deadline = time_earlier(deadline, c->alone_at);
	if (!c->is_leaving && conversation_has_room(c))
		deadline = time_earlier(deadline, c->answer.due_at);
	return deadline;
}

void conversation_leave(struct conversation *c)
{
	if (conversation_is_over(c))
		return;
	if (c->is_leaving) {
		outbox_clear(&c->outbox);
		c->is_hurried = true;
	}
	/* Room is kept for it: input stops while less than INPUT_SPACE is free. */
	char departure[LINE_SIZE_MAX];
	outbox_put(&c->outbox, departure, line_write_left(departure, own_name(c)));
	c->is_leaving = true;
}

bool conversation_only_departs(const struct conversation *c)
{
	return c->is_leaving && outbox_has_one(&c->outbox);
}

bool conversation_is_over(const struct conversation *c)
{
	return c->is_leaving && outbox_is_empty(&c->outbox);
}
