/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
/* That memory stays bounded and nothing overflows, whatever is typed and heard. */
#include "chat/conversation.h"
#include "chat/piece.h"

#include <locale.h>
#include <stdio.h>
#include <stdlib.h>

static const char longest_name[] = LONGEST_NAME;

static const struct time now = {1000 * US_PER_S};

static void open_conversation(struct conversation *c)
{
	struct conversation_options options = {
		.name = PIECE(longest_name), .rate_per_s = 0.001, .burst = 1, .seed = 1};
	assert_true(conversation_init(c, &options));
}

static bool starts_with_here(struct piece p)
{
	return line_parse(p.text, p.size).kind == LINE_HERE;
}

/* Lines of the largest size that grow the most when they are made safe, cut and framed. */
static void fill_worst(char *line, int kind)
{
	static const char *const units[] = {"\xFF",   "\001", "\u202E",       "e\u0301",
					    "\u200D", "\x80", "\xF0\x9F\x8E", "x"};
	const char *unit = units[kind];
	size_t bytes = strlen(unit);
	for (size_t i = 0; i < CONVERSATION_INPUT_MAX; i++)
		line[i] = unit[i % bytes];
	/* Marks as far as a cut goes back for their sake, again and again. */
	for (size_t i = 0; kind == 4 && i + 34 * 3 <= CONVERSATION_INPUT_MAX; i += 34 * 3)
		memcpy(line + i, "\xFF.\xFF", 3);
}

static void input_of_the_worst_kind_never_overflows_the_outbox(void **state)
{
	static char line[CONVERSATION_INPUT_MAX];
	(void)state;
	for (int kind = 0; kind < 8; kind++)
		for (int command = 0; command < 2; command++) {
			struct conversation c;
			struct piece reply, datagram;
			unsigned taken = 0;
			open_conversation(&c);
			fill_worst(line, kind);
			if (command)
				memcpy(line, "/me ", 4);
			while (conversation_has_room(&c)) {
				assert_int_equal(conversation_input(&c, line, sizeof(line), false,
								    now, &reply),
						 CONVERSATION_SAID);
				assert_in_range(++taken, 1, 100);
			}
			assert_true(taken >= 2);
			conversation_leave(&c); /* The departure fits all the same. */
			conversation_leave(&c);
			assert_true(conversation_next(&c, now, &datagram));
			conversation_sent(&c, now);
			assert_true(conversation_is_over(&c));
			conversation_done(&c);
		}
}

static void a_full_outbox_has_room_again_when_it_has_drained(void **state)
{
	static char line[CONVERSATION_INPUT_MAX];
	struct conversation c;
	struct piece reply, datagram;
	struct time later = now;
	(void)state;
	open_conversation(&c);
	memset(line, 'x', sizeof(line));
	while (conversation_has_room(&c))
		conversation_input(&c, line, sizeof(line), false, now, &reply);
	while (!conversation_has_room(&c)) {
		later = conversation_deadline(&c, later);
		assert_false(time_is_never(later));
		assert_true(conversation_next(&c, later, &datagram));
		conversation_sent(&c, later);
	}
	assert_int_equal(conversation_input(&c, line, sizeof(line), false, later, &reply),
			 CONVERSATION_SAID);
	conversation_done(&c);
}

/* While the outbox is full an answer waits, and nothing wakes up for it in vain. */
static void an_answer_waits_for_room(void **state)
{
	static char line[CONVERSATION_INPUT_MAX];
	struct conversation c;
	struct piece reply, datagram, last = PIECE("");
	struct time later = time_after(now, 10 * US_PER_S);
	(void)state;
	open_conversation(&c);
	conversation_hear(&c, "*** bob has joined the room", 27, ORIGIN_OTHER, now);
	memset(line, 'x', sizeof(line));
	while (conversation_has_room(&c))
		conversation_input(&c, line, sizeof(line), false, now, &reply);
	assert_true(conversation_next(&c, now, &datagram));
	conversation_sent(&c, now);
	conversation_on_time(&c, later);
	assert_false(time_is_due(conversation_deadline(&c, later), later));
	for (unsigned sent = 0; !time_is_never(later); sent++) {
		conversation_on_time(&c, later);
		if (conversation_next(&c, later, &datagram)) {
			last = datagram;
			if (starts_with_here(last))
				break;
			conversation_sent(&c, later);
		}
		later = conversation_deadline(&c, later);
		assert_in_range(sent, 0, 1000);
	}
	assert_true(starts_with_here(last));
	conversation_done(&c);
}

static void a_flood_of_names_keeps_the_list_and_its_reply_bounded(void **state)
{
	struct conversation c;
	struct piece reply;
	char line[256];
	(void)state;
	open_conversation(&c);
	for (int i = 0; i < 100000; i++) {
		int size = snprintf(line, sizeof(line), "%.112s%06d: hi", longest_name, i);
		struct heard heard = conversation_hear(&c, line, (size_t)size, ORIGIN_OTHER, now);
		assert_int_equal(heard.line.kind, LINE_OTHER); /* 34 characters. */
		size = snprintf(line, sizeof(line), "%.104s%06d: hi", longest_name, i);
		heard = conversation_hear(&c, line, (size_t)size, ORIGIN_OTHER, now);
		assert_int_equal(heard.line.kind, LINE_SAID);
		assert_true(heard.is_shown);
	}
	assert_int_equal(c.people.count, PEOPLE_MAX);
	struct time later = time_after(now, 1000000 * 60 * US_PER_S);
	assert_int_equal(conversation_input(&c, "/who", 4, false, later, &reply),
			 CONVERSATION_REPLY);
	assert_in_range(reply.size, PEOPLE_MAX * 110, PEOPLE_MAX * 168);
	assert_true(is_safe(reply.text, reply.size));
	conversation_done(&c);
}

/* Arrivals faster than answers may be: no more than one answer a second. */
static void a_flood_of_arrivals_is_answered_once_a_second(void **state)
{
	struct conversation c;
	struct piece datagram;
	unsigned answers = 0;
	struct conversation_options options = {.name = PIECE("alice"), .burst = 1, .seed = 1};
	(void)state;
	assert_true(conversation_init(&c, &options));
	outbox_clear(&c.outbox);
	for (int ms = 0; ms < 60000; ms++) {
		struct time then = time_after(now, ms * US_PER_MS);
		conversation_hear(&c, "*** bob has joined the room", 27, ORIGIN_OTHER, then);
		conversation_on_time(&c, then);
		for (; conversation_next(&c, then, &datagram); answers++)
			conversation_sent(&c, then);
	}
	assert_in_range(answers, 30, 60);
	conversation_done(&c);
}

static int use_utf8(void **state)
{
	(void)state;
	return setlocale(LC_CTYPE, "C.UTF-8") ? 0 : -1;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(input_of_the_worst_kind_never_overflows_the_outbox),
		cmocka_unit_test(a_full_outbox_has_room_again_when_it_has_drained),
		cmocka_unit_test(an_answer_waits_for_room),
		cmocka_unit_test(a_flood_of_names_keeps_the_list_and_its_reply_bounded),
		cmocka_unit_test(a_flood_of_arrivals_is_answered_once_a_second),
	};
	return cmocka_run_group_tests(tests, use_utf8, NULL);
}
