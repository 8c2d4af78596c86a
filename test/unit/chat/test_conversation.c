/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
/* What alice types, how it is paced, and how she leaves. */
#include "chat/piece.h"
#include "chat/story.h"

#include <stdio.h>

static int open_story(void **state)
{
	static struct story story;
	*state = &story;
	story_open(&story);
	return 0;
}

static int close_story(void **state)
{
	story_close(*state);
	return 0;
}

static void the_arrival_is_sent_first_and_then_nothing(void **state)
{
	story_is(*state, "sends *** alice has joined the room\n"
			 "waits 10000000\n");
}

static void what_is_typed_is_said_under_the_name(void **state)
{
	story_is(*state, "sends *** alice has joined the room\n"
			 "types bonjour\n"
			 "sends alice: bonjour\n"
			 "types  two  spaces \n"
			 "sends alice:  two  spaces \n"
			 "types 日本 🎉 é\n"
			 "sends alice: 日本 🎉 é\n"
			 "types \n"
			 "sends alice: \n"
			 "types tab\there, \033[31mred\033[0m, caf\351\r\n"
			 "sends alice: tab here, \uFFFD[31mred\uFFFD[0m, caf\uFFFD\n");
}

static void me_says_what_one_does(void **state)
{
	story_is(*state, "sends *** alice has joined the room\n"
			 "types /me waves\n"
			 "sends * alice waves\n"
			 "types /me   waves  twice \n"
			 "sends * alice waves  twice\n"
			 "types /me\n"
			 "refuses /me: what do you do? For example: /me waves\n"
			 "types /me  \n"
			 "refuses /me: what do you do? For example: /me waves\n");
}

static void a_long_action_continues_as_an_action_and_the_next_line_does_not(void **state)
{
	story_is(*state, "sends *** alice has joined the room\n"
			 "types /me waves\n"
			 "sends * alice waves\n"
			 "continues and smiles\n"
			 "sends * alice and smiles\n"
			 "continues /nick bob\n"
			 "sends * alice /nick bob\n"
			 "types hello\n"
			 "sends alice: hello\n"
			 "continues /quit\n"
			 "sends alice: /quit\n");
}

static void nick_changes_the_name(void **state)
{
	story_is(*state, "sends *** alice has joined the room\n"
			 "types /nick carol\n"
			 "sends *** alice is now known as carol\n"
			 "types hello\n"
			 "sends carol: hello\n"
			 "types /me waves\n"
			 "sends * carol waves\n"
			 "types /nick   é  \n"
			 "sends *** carol is now known as é\n"
			 "leaves\n"
			 "sends *** é has left the room\n"
			 "is over\n");
}

static void nick_refuses_what_is_no_name_or_somebody_elses(void **state)
{
#define NO_NAME                                                                                    \
	"refuses /nick: a name has 1 to 32 characters, no space, ':' or ',', and does not begin "  \
	"with '*'\n"
	story_is(*state,
		 "sends *** alice has joined the room\n"
		 "types /nick\n" NO_NAME "types /nick  \n" NO_NAME "types /nick a b\n" NO_NAME
		 "types /nick *x\n" NO_NAME "types /nick a:b\n" NO_NAME
		 "types /nick caf\351\n" NO_NAME
		 "types /nick abcdefghijklmnopqrstuvwxyzabcdefg\n" NO_NAME "types /nick alice\n"
		 "refuses /nick: that is your name already\n"
		 "hears bob: hi\n"
		 "shows bob: hi\n"
		 "types /nick bob\n"
		 "refuses /nick: bob is somebody else here\n"
		 "hears *** bob has left the room\n"
		 "shows *** bob has left the room\n"
		 "types /nick bob\n"
		 "sends *** alice is now known as bob\n");
}

static void two_slashes_begin_a_line_with_one(void **state)
{
	story_is(*state, "sends *** alice has joined the room\n"
			 "types //me is a command\n"
			 "sends alice: /me is a command\n"
			 "types //\n"
			 "sends alice: /\n"
			 "types ///\n"
			 "sends alice: //\n"
			 "types  /me\n"
			 "sends alice:  /me\n");
}

static void unknown_commands_are_refused_and_not_sent(void **state)
{
#define UNKNOWN ": no such command, not sent; /help lists them, // begins a line with a slash\n"
	story_is(*state,
		 "sends *** alice has joined the room\n"
		 "types /msg bob secret\n"
		 "refuses /msg bob secret" UNKNOWN "types /\n"
		 "refuses /" UNKNOWN "types /mea\n"
		 "refuses /mea" UNKNOWN "types /quitter\n"
		 "refuses /quitter" UNKNOWN "types /0123456789012345678901234567890123456日本\n"
		 "refuses /0123456789012345678901234567890123456" UNKNOWN "types /%s%n\n"
		 "refuses /%s%n" UNKNOWN);
}

static void who_lists_oneself_and_everybody_known(void **state)
{
	story_is(*state,
		 "sends *** alice has joined the room\n"
		 "types /who\n"
		 "replies *** here: alice (you)\n"
		 "hears bob: hi\n"
		 "shows bob: hi\n"
		 "hears *** here: carol\n"
		 "shows *** here: carol\n"
		 "types /who\n"
		 "replies *** here: alice (you), bob, carol (named by others)\n"
		 "waits 125000\n"
		 "types /who \n"
		 "replies *** here: alice (you), bob (last heard 2 min ago), carol (named by "
		 "others)\n");
}

static void help_and_quit(void **state)
{
	struct story *s = *state;
	struct piece reply;
	assert_int_equal(conversation_input(&s->conversation, "/help", 5, false, s->now, &reply),
			 CONVERSATION_REPLY);
	assert_true(is_safe(reply.text, reply.size));
	static const char *const commands[] = {"/me ", "/nick ", "/who", "/quit", "//"};
	for (size_t i = 0; i < COUNT(commands); i++)
		assert_non_null(memmem(reply.text, reply.size, commands[i], strlen(commands[i])));
	story_is(s, "sends *** alice has joined the room\n"
		    "types /quit\n"
		    "quits\n"
		    "leaves\n"
		    "sends *** alice has left the room\n"
		    "is over\n"
		    "waits 100000\n");
}

/* Times of all datagrams after the first 50, which go at once. */
static void fifty_lines_go_at_once_and_then_twenty_a_second(void **state)
{
	struct story *s = *state;
	struct conversation *c = &s->conversation;
	struct piece datagram, reply;
	const struct time begin = s->now;
	char line[16], expected[32];
	for (int i = 1; i < 500; i++) {
		int size = snprintf(line, sizeof(line), "line %d", i);
		assert_int_equal(conversation_input(c, line, (size_t)size, false, s->now, &reply),
				 CONVERSATION_SAID);
	}
	for (int i = 0; i < 500; i++) {
		struct time expected_at = time_after(begin, i < 50 ? 0 : (i - 49) * 50 * US_PER_MS);
		struct time deadline = conversation_deadline(c, s->now);
		assert_true(i < 50 ? time_is_due(deadline, s->now) : deadline.us == expected_at.us);
		if (i >= 50)
			assert_false(conversation_next(c, time_after(expected_at, -1), &datagram));
		s->now = expected_at;
		assert_true(conversation_next(c, s->now, &datagram));
		(void)snprintf(expected, sizeof(expected), "alice: line %d", i);
		assert_piece(datagram, i == 0 ? "*** alice has joined the room" : expected);
		conversation_sent(c, s->now);
	}
	assert_true(time_is_never(conversation_deadline(c, s->now)));
}

static void leaving_sends_what_waits_first(void **state)
{
	struct story *s = *state;
	story_close(s);
	story_open_with(s, 20, 1, 1);
	story_is(s, "sends *** alice has joined the room\n"
		    "types one\n"
		    "types two\n"
		    "leaves\n"
		    "waits 50\n"
		    "sends alice: one\n"
		    "waits 49\n"
		    "waits 1\n"
		    "sends alice: two\n"
		    "waits 50\n"
		    "sends *** alice has left the room\n"
		    "is over\n"
		    "waits 100000\n");
}

static void leaving_again_sends_the_departure_at_once_and_drops_the_rest(void **state)
{
	struct story *s = *state;
	story_close(s);
	story_open_with(s, 0.1, 1, 1);
	story_is(s, "sends *** alice has joined the room\n"
		    "types one\n"
		    "types two\n"
		    "leaves\n"
		    "waits 10000\n"
		    "sends alice: one\n"
		    "leaves\n"
		    "sends *** alice has left the room\n"
		    "is over\n"
		    "waits 100000\n");
}

static void leaving_again_when_the_departure_was_sent_sends_nothing(void **state)
{
	story_is(*state, "sends *** alice has joined the room\n"
			 "leaves\n"
			 "sends *** alice has left the room\n"
			 "is over\n"
			 "leaves\n"
			 "waits 100000\n");
}

static void only_the_departure_is_left_when_all_was_sent(void **state)
{
	struct story *s = *state;
	struct conversation *c = &s->conversation;
	story_close(s);
	story_open_with(s, 20, 1, 1);
	story_is(s, "sends *** alice has joined the room\n"
		    "types one\n");
	assert_false(conversation_only_departs(c));
	conversation_leave(c);
	assert_false(conversation_only_departs(c));
	story_is(s, "waits 50\n"
		    "sends alice: one\n");
	assert_true(conversation_only_departs(c));
	story_is(s, "waits 50\n"
		    "sends *** alice has left the room\n"
		    "is over\n");
	assert_false(conversation_only_departs(c));
}

static void rate_zero_sends_everything_at_once(void **state)
{
	struct story *s = *state;
	struct piece reply, datagram;
	unsigned sent = 0;
	story_close(s);
	story_open_with(s, 0, 1, 1);
	for (int i = 0; i < 1000; i++)
		conversation_input(&s->conversation, "x", 1, false, s->now, &reply);
	while (conversation_next(&s->conversation, s->now, &datagram)) {
		conversation_sent(&s->conversation, s->now);
		sent++;
	}
	assert_int_equal(sent, 1001);
}

#define CONVERSATION_TEST(name) cmocka_unit_test_setup_teardown(name, open_story, close_story)

int main(void)
{
	const struct CMUnitTest tests[] = {
		CONVERSATION_TEST(the_arrival_is_sent_first_and_then_nothing),
		CONVERSATION_TEST(what_is_typed_is_said_under_the_name),
		CONVERSATION_TEST(me_says_what_one_does),
		CONVERSATION_TEST(a_long_action_continues_as_an_action_and_the_next_line_does_not),
		CONVERSATION_TEST(nick_changes_the_name),
		CONVERSATION_TEST(nick_refuses_what_is_no_name_or_somebody_elses),
		CONVERSATION_TEST(two_slashes_begin_a_line_with_one),
		CONVERSATION_TEST(unknown_commands_are_refused_and_not_sent),
		CONVERSATION_TEST(who_lists_oneself_and_everybody_known),
		CONVERSATION_TEST(help_and_quit),
		CONVERSATION_TEST(fifty_lines_go_at_once_and_then_twenty_a_second),
		CONVERSATION_TEST(leaving_sends_what_waits_first),
		CONVERSATION_TEST(leaving_again_sends_the_departure_at_once_and_drops_the_rest),
		CONVERSATION_TEST(leaving_again_when_the_departure_was_sent_sends_nothing),
		CONVERSATION_TEST(only_the_departure_is_left_when_all_was_sent),
		CONVERSATION_TEST(rate_zero_sends_everything_at_once),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
