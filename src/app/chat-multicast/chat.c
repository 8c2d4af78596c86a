/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
#include "chat.h"
#include "net/clock.h"
#include "net/group.h"
#include "net/link.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define RETRY_US  (250 * US_PER_MS)
#define LINGER_US (500 * US_PER_MS)

#define ALONE_US (5 * US_PER_S)

#define LINES_PER_TURN 1000

static void notice(struct chat *c, const char *text)
{
	c->view->operations->notice(c->view, text, strlen(text));
}

static void warn_of_namesake(struct chat *c)
{
	if (c->knows_namesake)
		return;
	c->knows_namesake = true;
	notice(c, "somebody else in the room has the same name as you; /nick changes yours");
}

/* Nobody shows up: names the program that finds out why. A tree is not its business. */
static void tell_of_doctor(struct chat *c)
{
	char text[256], address[ADDRESS_TEXT_SIZE];
	struct failure unused;
	struct group group;
	struct link link = {0};
	if (group_parse(c->options->room, c->options->port, &group, &unused) != 0)
		return;
	const char *named = c->options->interface ? c->options->interface : group.interface;
	if (named[0] == '\0' && link_choose(&group.endpoint, &link, &unused) == 0)
		named = link.name;
	(void)snprintf(text, sizeof(text),
		       "nobody else is heard so far; why that may be says: mcastdoctor %s -i %s",
		       endpoint_format_address(&group.endpoint, address), named);
	notice(c, text);
}

static enum origin origin_of(enum ramure_origin origin)
{
	switch (origin) {
	case RAMURE_OWN:
		return ORIGIN_OWN;
	case RAMURE_OTHER:
		return ORIGIN_OTHER;
	case RAMURE_UNKNOWN:
		break;
	}
	return ORIGIN_UNKNOWN;
}

static bool has_room(const struct chat *c)
{
	return c->view->operations->has_room(c->view);
}

static void hear(struct chat *c, const char *bytes, size_t size, enum ramure_origin origin,
		 struct time now)
{
	struct heard heard =
		conversation_hear(&c->conversation, bytes, size, origin_of(origin), now);
	if (heard.is_own && heard.line.kind == LINE_RENAMED)
		c->knows_namesake = false;
	if (heard.is_own && heard.line.kind == LINE_LEFT)
		c->has_seen_departure = true;
	if (heard.is_shown)
		c->view->operations->show(c->view, &heard);
	if (heard.is_namesake)
		warn_of_namesake(c);
}

static void take_event(struct chat *c, const struct ramure_event *event, struct time now)
{
	if (event->type == RAMURE_MESSAGE) {
		hear(c, event->bytes, event->size, event->origin, now);
		return;
	}
	notice(c, event->text);
	if (event->type == RAMURE_JOINED)
		c->retry_at = now;
}

/* Takes some of what came; a flood is taken in portions, so that keys and signals are seen in
 * between. */
static void on_room(void *owner)
{
	struct chat *c = owner;
	struct ramure_event event;
	struct time now = clock_now();
	if (!c->has_more) {
		ramure_step(c->room);
		c->has_more = true;
	}
	for (int i = 0; i < LINES_PER_TURN && has_room(c); i++) {
		c->has_more = ramure_next(c->room, &event);
		if (!c->has_more)
			return;
		take_event(c, &event, now);
	}
}

static void on_signals(void *owner)
{
	struct chat *c = owner;
	int signal;
	while ((signal = signals_next(c->signal_source.fd)) != 0) {
		if (signal == SIGINT || signal == SIGTERM || signal == SIGHUP)
			chat_leave(c);
		else if (c->on_signal)
			c->on_signal(c->owner, signal);
	}
}

static int watch_signals(struct chat *c)
{
	static const int watched[] = {SIGINT, SIGTERM, SIGHUP, SIGWINCH, SIGTSTP};
	sigset_t set;
	sigemptyset(&set);
	for (size_t i = 0; i < sizeof(watched) / sizeof(watched[0]); i++)
		sigaddset(&set, watched[i]);
	(void)signal(SIGPIPE, SIG_IGN);
	int fd = signals_open(&set);
	if (fd < 0)
		return fd;
	c->signal_source = (struct loop_source){.fd = fd, .on_ready = on_signals, .owner = c};
	return loop_add(&c->loop, &c->signal_source);
}

static int open_loop(struct chat *c, struct ramure_error *ret_error)
{
	int error = loop_init(&c->loop);
	if (!error)
		error = watch_signals(c);
	if (error)
		(void)snprintf(ret_error->text, sizeof(ret_error->text),
			       "cannot wait for events: %s", strerror(-error));
	return ret_error->code = error;
}

int chat_init(struct chat *c, const struct options *o, struct view *view,
	      struct ramure_error *ret_error)
{
	struct conversation_options conversation = {
		.name = {o->name, strlen(o->name)},
		.rate_per_s = o->rate_per_s,
		.burst = o->burst,
		.seed = clock_seed(),
		.alone_us = ALONE_US,
	};
	*c = (struct chat){.options = &o->room, .view = view, .linger_until = TIME_NEVER};
	if (open_loop(c, ret_error) != 0)
		return ret_error->code;
	int error = ramure_join(&o->room, &c->room, ret_error);
	if (error)
		return error;
	if (!conversation_init(&c->conversation, &conversation)) {
		(void)snprintf(ret_error->text, sizeof(ret_error->text), "no memory for a chat");
		return ret_error->code = -ENOMEM;
	}
	c->room_source = (struct loop_source){
		.fd = ramure_fd(c->room),
		.on_ready = on_room,
		.owner = c,
	};
	on_room(c); /* Tells where it has joined. */
	return loop_add(&c->loop, &c->room_source);
}

void chat_done(struct chat *c)
{
	ramure_leave(c->room);
	conversation_done(&c->conversation);
	if (c->signal_source.fd > 0)
		close(c->signal_source.fd);
	loop_done(&c->loop);
}

/* Sends what may be sent now. */
static void send_waiting(struct chat *c, struct time now)
{
	struct piece datagram;
	bool is_heard = ramure_hears_itself(c->room);
	while (time_is_due(c->retry_at, now) && (is_heard || has_room(c)) &&
	       conversation_next(&c->conversation, now, &datagram)) {
		int error = ramure_send(c->room, datagram.text, datagram.size);
		/* What was said waits for the network; a mere departure does not. */
		if (error && conversation_only_departs(&c->conversation))
			c->is_hurried = true;
		if (error && !c->is_hurried) {
			c->retry_at = time_after(now, RETRY_US);
			break;
		}
		if (!is_heard)
			hear(c, datagram.text, datagram.size, RAMURE_OWN, now);
		conversation_sent(&c->conversation, now);
	}
	if (conversation_is_over(&c->conversation) && time_is_never(c->linger_until))
		c->linger_until = time_after(now, is_heard && !c->is_hurried ? LINGER_US : 0);
}

static struct time next_deadline(const struct chat *c, struct time now)
{
	struct time deadline = conversation_deadline(&c->conversation, now);
	if (!time_is_due(c->retry_at, now) && !time_is_never(deadline) &&
	    deadline.us < c->retry_at.us)
		deadline = c->retry_at;
	return time_earlier(deadline, c->linger_until);
}

void chat_turn(struct chat *c)
{
	struct time now = clock_now();
	conversation_on_time(&c->conversation, now);
	if (conversation_finds_itself_alone(&c->conversation, now))
		tell_of_doctor(c);
	send_waiting(c, now);
	if (c->has_more)
		on_room(c);
	if (!c->view->operations->flush(c->view))
		chat_hurry(c);
	if (chat_is_over(c))
		return;
	/* While what was shown is not taken, the network waits, too. */
	bool may_show = has_room(c);
	loop_pause(&c->loop, &c->room_source, !may_show);
	loop_wait(&c->loop, c->has_more && may_show ? now : next_deadline(c, now));
	if (!c->view->operations->flush(c->view))
		chat_hurry(c);
}

void chat_input(struct chat *c, struct piece line, bool is_continuation)
{
	struct piece reply;
	switch (conversation_input(&c->conversation, line.text, line.size, is_continuation,
				   clock_now(), &reply)) {
	case CONVERSATION_SAID:
		break;
	case CONVERSATION_REPLY:
		c->view->operations->reply(c->view, reply);
		break;
	case CONVERSATION_REFUSED:
		c->view->operations->notice(c->view, reply.text, reply.size);
		break;
	case CONVERSATION_QUIT:
		chat_leave(c);
		break;
	}
}

bool chat_wants_input(const struct chat *c)
{
	return !c->is_left && has_room(c) && conversation_has_room(&c->conversation);
}

void chat_leave(struct chat *c)
{
	c->is_hurried = c->is_left;
	c->is_left = true;
	if (!c->has_seen_departure)
		conversation_leave(&c->conversation);
}

void chat_hurry(struct chat *c)
{
	while (!c->is_hurried)
		chat_leave(c);
}

bool chat_is_over(const struct chat *c)
{
	if (!conversation_is_over(&c->conversation))
		return false;
	if (c->is_hurried)
		return true;
	bool is_heard = c->has_seen_departure || time_is_due(c->linger_until, clock_now());
	return is_heard && c->view->operations->is_drained(c->view);
}
