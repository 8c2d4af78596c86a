/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
#include "chat/story.h"
#include "chat/piece.h"

#include <stdio.h>
#include <stdlib.h>

void story_open_with(struct story *s, double rate_per_s, unsigned burst, uint64_t seed)
{
	struct conversation_options options = {
		.name = PIECE("alice"),
		.rate_per_s = rate_per_s,
		.burst = burst,
		.seed = seed,
	};
	*s = (struct story){.now = {100 * US_PER_S}};
	assert_true(conversation_init(&s->conversation, &options));
}

void story_open(struct story *s)
{
	story_open_with(s, 20, 50, 1);
}

void story_close(struct story *s)
{
	conversation_done(&s->conversation);
}

static void tell(struct story *s, const char *what, struct piece text, const char *more)
{
	size_t used = strlen(s->told);
	assert_in_range(used + text.size + 64, 0, sizeof(s->told));
	(void)snprintf(s->told + used, sizeof(s->told) - used, "%s%.*s%s\n", what, (int)text.size,
		       text.text, more);
}

/* Sends what may be sent now. Nothing is due any more then. */
static void turn(struct story *s)
{
	struct conversation *c = &s->conversation;
	struct piece datagram;
	conversation_on_time(c, s->now);
	while (conversation_next(c, s->now, &datagram)) {
		assert_in_range(datagram.size, 1, LINE_SIZE_MAX);
		assert_true(is_safe(datagram.text, datagram.size));
		tell(s, "sends ", datagram, "");
		conversation_sent(c, s->now);
	}
	if (conversation_is_over(c) && !s->is_over) {
		s->is_over = true;
		tell(s, "is over", PIECE(""), "");
	}
	struct time deadline = conversation_deadline(c, s->now);
	assert_false(time_is_due(deadline, s->now));
	assert_int_equal(time_is_never(deadline),
			 outbox_is_empty(&c->outbox) &&
				 (c->is_leaving || time_is_never(c->answer.due_at)));
}

static void wait_ms(struct story *s, int64_t ms)
{
	struct time end = time_after(s->now, ms * US_PER_MS);
	struct time deadline;
	while (deadline = conversation_deadline(&s->conversation, s->now),
	       time_is_due(deadline, end)) {
		s->now = deadline;
		turn(s);
	}
	s->now = end;
}

static void type(struct story *s, struct piece text, bool is_continuation)
{
	struct piece reply;
	switch (conversation_input(&s->conversation, text.text, text.size, is_continuation, s->now,
				   &reply)) {
	case CONVERSATION_SAID:
		break;
	case CONVERSATION_REPLY:
		tell(s, "replies ", reply, "");
		break;
	case CONVERSATION_REFUSED:
		tell(s, "refuses ", reply, "");
		break;
	case CONVERSATION_QUIT:
		tell(s, "quits", PIECE(""), "");
		break;
	}
}

static void hear(struct story *s, struct piece text, enum origin origin)
{
	struct heard heard =
		conversation_hear(&s->conversation, text.text, text.size, origin, s->now);
	char more[32] = "";
	assert_true(is_safe(heard.text.text, heard.text.size));
	if (heard.mentions_us)
		strcat(more, " +bell");
	if (heard.is_namesake)
		strcat(more, " +namesake");
	if (heard.is_own && origin == ORIGIN_UNKNOWN)
		strcat(more, " +own");
	assert_true(origin == ORIGIN_UNKNOWN || heard.is_own == (origin == ORIGIN_OWN));
	if (heard.is_shown)
		tell(s, "shows ", heard.text, more);
	else
		assert_false(heard.mentions_us || heard.is_namesake);
}

/* If the event is `verb`, gives what stands behind it. */
static bool is_event(struct piece event, const char *verb, struct piece *ret_text)
{
	size_t size = strlen(verb);
	if (event.size < size || memcmp(event.text, verb, size) != 0)
		return false;
	*ret_text = (struct piece){event.text + size, event.size - size};
	return true;
}

static void carry_out(struct story *s, struct piece event)
{
	struct piece text;
	bool types = is_event(event, "types ", &text);
	if (types || is_event(event, "continues ", &text)) {
		tell(s, "", event, "");
		type(s, text, !types);
	} else if (is_event(event, "hears ", &text)) {
		tell(s, "", event, "");
		hear(s, text, ORIGIN_OTHER);
	} else if (is_event(event, "returns ", &text)) {
		tell(s, "", event, "");
		hear(s, text, ORIGIN_OWN);
	} else if (is_event(event, "catches ", &text)) {
		tell(s, "", event, "");
		hear(s, text, ORIGIN_UNKNOWN);
	} else if (is_event(event, "waits ", &text)) {
		tell(s, "", event, "");
		wait_ms(s, strtoll(text.text, NULL, 10));
	} else if (is_event(event, "leaves", &text)) {
		tell(s, "", event, "");
		conversation_leave(&s->conversation);
	} else {
		return;
	}
	turn(s);
}

void story_is(struct story *s, const char *text)
{
	s->told[0] = '\0';
	turn(s);
	for (const char *at = text, *end; *at; at = end + 1) {
		end = strchr(at, '\n');
		assert_non_null(end);
		carry_out(s, (struct piece){at, (size_t)(end - at)});
	}
	if (strcmp(s->told, text) != 0)
		fail_msg("what happened:\n%s\nwhat should have:\n%s", s->told, text);
}
