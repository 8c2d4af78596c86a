/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
/* What alice hears, who she knows to be there, and what she answers to arrivals. */
#include "chat/piece.h"
#include "chat/story.h"

#include <stdio.h>

#define ENTERS "sends *** alice has joined the room\n"

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

static void lines_of_others_are_shown_and_ones_own_name_rings(void **state)
{
	story_is(*state, ENTERS "hears bob: bonjour\n"
				"shows bob: bonjour\n"
				"hears bob: alice, are you there?\n"
				"shows bob: alice, are you there? +bell\n"
				"hears * bob waves at Alice\n"
				"shows * bob waves at Alice +bell\n"
				"hears a program speaks to alice\n"
				"shows a program speaks to alice +bell\n"
				"hears malice: malicious\n"
				"shows malice: malicious\n"
				"hears *** alice2 has joined the room\n"
				"shows *** alice2 has joined the room\n");
}

static void ones_own_lines_come_back_without_a_bell(void **state)
{
	story_is(*state, ENTERS "returns *** alice has joined the room\n"
				"shows *** alice has joined the room\n"
				"returns alice: my name is alice\n"
				"shows alice: my name is alice\n"
				"returns *** here: alice, bob\n"
				"types /who\n"
				"replies *** here: alice (you)\n");
}

static void hostile_datagrams_are_made_safe(void **state)
{
	story_is(*state, ENTERS "hears \n"
				"hears \r\r\n"
				"hears \033]0;pwned\007\n"
				"shows \uFFFD]0;pwned\uFFFD\n"
				"hears b\033[2Job: hi\n"
				"shows b\uFFFD[2Job: hi\n"
				"hears b\u202Eob: hi\n"
				"shows b\uFFFDob: hi\n"
				"hears \377\376\n"
				"shows \uFFFD\uFFFD\n"
				"types /who\n"
				"replies *** here: alice (you)\n");
}

static void the_largest_datagram_of_anything_is_shown_safely(void **state)
{
	static char bytes[65535];
	struct story *s = *state;
	struct random r;
	random_init(&r, 1);
	for (int i = 0; i < 20; i++) {
		fill_random(&r, bytes, sizeof(bytes));
		if (i < 2)
			memset(bytes, i == 0 ? 0xFF : ',', sizeof(bytes));
		if (i % 2)
			memcpy(bytes, "*** here: ", 10);
		struct heard heard = conversation_hear(&s->conversation, bytes, sizeof(bytes),
						       ORIGIN_OTHER, s->now);
		assert_in_range(heard.text.size, 1, sizeof(bytes) * TEXT_GROWTH);
		assert_true(is_safe(heard.text.text, heard.text.size));
	}
}

/* Over a tree, nobody can tell who sent a datagram but by the name in it. */
static void without_a_sender_ones_own_name_tells(void **state)
{
	story_is(*state, ENTERS "catches *** alice has joined the room\n"
				"shows *** alice has joined the room +own\n"
				"catches alice: alice here\n"
				"shows alice: alice here +own\n"
				"catches * alice waves\n"
				"shows * alice waves +own\n"
				"catches *** bob has joined the room\n"
				"shows *** bob has joined the room\n"
				"catches bob: hi alice\n"
				"shows bob: hi alice +bell\n"
				"catches hello alice\n"
				"shows hello alice +bell\n"
				"waits 400\n"
				"sends *** here: alice\n"
				"catches *** here: alice\n"
				"types /nick carol\n"
				"sends *** alice is now known as carol\n"
				"catches *** alice is now known as carol\n"
				"shows *** alice is now known as carol +own\n"
				"types /who\n"
				"replies *** here: carol (you), bob\n"
				"leaves\n"
				"sends *** carol has left the room\n"
				"is over\n"
				"catches *** carol has left the room\n"
				"shows *** carol has left the room +own\n");
}

static void namesakes_are_noticed(void **state)
{
	story_is(*state, ENTERS "hears *** alice has joined the room\n"
				"shows *** alice has joined the room +namesake\n"
				"waits 10000\n"
				"hears alice: hi\n"
				"shows alice: hi +namesake\n"
				"hears *** bob is now known as alice\n"
				"shows *** bob is now known as alice +namesake\n"
				"hears *** alice has left the room\n"
				"shows *** alice has left the room\n"
				"types /who\n"
				"replies *** here: alice (you)\n");
}

static void a_namesake_who_takes_another_name_is_known_by_it(void **state)
{
	story_is(*state, ENTERS "hears *** alice is now known as carol\n"
				"shows *** alice is now known as carol\n"
				"types /who\n"
				"replies *** here: alice (you), carol\n");
}

static void names_are_followed(void **state)
{
	story_is(*state, ENTERS "hears bob: hi\n"
				"shows bob: hi\n"
				"hears *** bob is now known as carol\n"
				"shows *** bob is now known as carol\n"
				"types /who\n"
				"replies *** here: alice (you), carol\n"
				"hears *** carol has left the room\n"
				"shows *** carol has left the room\n"
				"types /who\n"
				"replies *** here: alice (you)\n");
}

static void an_arrival_is_answered_after_a_while(void **state)
{
	story_is(*state, ENTERS "hears bob: hi\n"
				"shows bob: hi\n"
				"hears *** carol has joined the room\n"
				"shows *** carol has joined the room\n"
				"waits 99\n"
				"waits 272\n"
				"sends *** here: alice, bob\n"
				"waits 100000\n");
}

static void an_answer_is_not_repeated_by_others(void **state)
{
	story_is(*state, ENTERS "hears bob: hi\n"
				"shows bob: hi\n"
				"hears *** carol has joined the room\n"
				"shows *** carol has joined the room\n"
				"hears *** here: bob, alice\n"
				"waits 100000\n");
}

static void only_the_missing_are_named(void **state)
{
	story_is(*state, ENTERS "hears bob: hi\n"
				"shows bob: hi\n"
				"hears dave: hi\n"
				"shows dave: hi\n"
				"hears *** carol has joined the room\n"
				"shows *** carol has joined the room\n"
				"hears *** here: bob\n"
				"waits 400\n"
				"sends *** here: alice, dave\n");
}

static void answers_are_shown_only_if_they_name_somebody_new(void **state)
{
	story_is(*state,
		 ENTERS "hears *** here: bob, carol\n"
			"shows *** here: bob, carol\n"
			"hears *** here: carol, bob\n"
			"hears *** here: bob, dave\n"
			"shows *** here: bob, dave\n"
			"hears *** here: alice\n"
			"hears *** here: \n"
			"types /who\n"
			"replies *** here: alice (you), bob (named by others), carol (named "
			"by others), dave (named by others)\n");
}

static void ones_own_arrival_is_not_answered(void **state)
{
	story_is(*state, ENTERS "returns *** alice has joined the room\n"
				"shows *** alice has joined the room\n"
				"waits 100000\n");
}

static void who_leaves_answers_nobody(void **state)
{
	story_is(*state, ENTERS "hears *** carol has joined the room\n"
				"shows *** carol has joined the room\n"
				"leaves\n"
				"sends *** alice has left the room\n"
				"is over\n"
				"waits 100000\n");
}

/* Ghost went without a word. Once its last line is ten minutes old nobody names it, and at the
 * third arrival from then on, two rounds have passed. */
static void who_left_without_a_word_is_forgotten_after_two_rounds(void **state)
{
	story_is(*state, ENTERS "hears ghost: boo\n"
				"shows ghost: boo\n"
				"waits 601000\n"
				"hears *** bob has joined the room\n"
				"shows *** bob has joined the room\n"
				"waits 60000\n"
				"sends *** here: alice\n"
				"hears *** bob has joined the room\n"
				"shows *** bob has joined the room\n"
				"waits 60000\n"
				"sends *** here: alice\n"
				"types /who\n"
				"replies *** here: alice (you), bob (last heard 1 min ago), ghost "
				"(last heard 12 min ago)\n"
				"hears *** bob has joined the room\n"
				"shows *** bob has joined the room\n"
				"types /who\n"
				"replies *** here: alice (you), bob\n");
}

static void who_answers_in_person_is_not_forgotten(void **state)
{
	story_is(*state,
		 ENTERS "hears quiet: hm\n"
			"shows quiet: hm\n"
			"waits 3600000\n"
			"hears *** bob has joined the room\n"
			"shows *** bob has joined the room\n"
			"hears *** here: quiet\n"
			"waits 60000\n"
			"sends *** here: alice\n"
			"hears *** bob has joined the room\n"
			"shows *** bob has joined the room\n"
			"hears *** here: quiet\n"
			"waits 60000\n"
			"sends *** here: alice\n"
			"hears *** bob has joined the room\n"
			"shows *** bob has joined the room\n"
			"types /who\n"
			"replies *** here: alice (you), bob, quiet (last heard 62 min ago)\n");
}

/* Five participants who hear each other at once: how many answers does a newcomer get? */
static void a_room_of_five_answers_a_newcomer_once(void **state)
{
	static const char *const names[] = {"anna", "bert", "carl", "dora", "emil"};
	static struct conversation members[COUNT(names)];
	unsigned answers = 0;
	struct piece datagram;
	(void)state;
	for (size_t i = 0; i < COUNT(names); i++) {
		struct conversation_options options = {
			.name = piece_of(names[i]), .rate_per_s = 20, .burst = 50, .seed = i};
		assert_true(conversation_init(&members[i], &options));
		outbox_clear(&members[i].outbox);
		for (size_t j = 0; j < COUNT(names); j++) {
			char line[32];
			int size = snprintf(line, sizeof(line), "%s: hi", names[j]);
			conversation_hear(&members[i], line, (size_t)size,
					  i == j ? ORIGIN_OWN : ORIGIN_OTHER, (struct time){0});
		}
		conversation_hear(&members[i], "*** zoe has joined the room", 27, ORIGIN_OTHER,
				  (struct time){US_PER_S});
	}
	for (struct time now = {US_PER_S}; now.us < 3 * US_PER_S; now.us++)
		for (size_t i = 0; i < COUNT(names); i++) {
			conversation_on_time(&members[i], now);
			if (!conversation_next(&members[i], now, &datagram))
				continue;
			answers++;
			for (size_t j = 0; j < COUNT(names); j++)
				if (j != i)
					conversation_hear(&members[j], datagram.text, datagram.size,
							  ORIGIN_OTHER, now);
			conversation_sent(&members[i], now);
		}
	for (size_t i = 0; i < COUNT(names); i++)
		conversation_done(&members[i]);
	assert_int_equal(answers, 1);
}

static void start_alone(struct conversation *c, struct time now)
{
	struct conversation_options options = {
		.name = piece_of("anna"), .rate_per_s = 20, .burst = 50, .alone_us = 5 * US_PER_S};
	assert_true(conversation_init(c, &options));
	assert_true(time_is_never(c->alone_at));
	conversation_sent(c, now);
}

static void who_hears_nobody_is_told_once_after_a_while(void **state)
{
	struct conversation c;
	struct time now = {US_PER_S}, later = {6 * US_PER_S};
	(void)state;
	start_alone(&c, now);
	conversation_hear(&c, "anna: hi", 8, ORIGIN_OWN, now);
	assert_int_equal(conversation_deadline(&c, now).us, later.us);
	assert_false(conversation_finds_itself_alone(&c, (struct time){later.us - 1}));
	assert_true(conversation_finds_itself_alone(&c, later));
	assert_false(conversation_finds_itself_alone(&c, later));
	assert_true(time_is_never(conversation_deadline(&c, later)));
	conversation_done(&c);
}

static void who_has_heard_somebody_or_leaves_is_not_alone(void **state)
{
	struct conversation c;
	struct time now = {US_PER_S}, later = {60 * US_PER_S};
	(void)state;
	start_alone(&c, now);
	conversation_hear(&c, "bert: hi", 8, ORIGIN_OTHER, now);
	assert_false(conversation_finds_itself_alone(&c, later));
	conversation_done(&c);
	start_alone(&c, now);
	conversation_leave(&c);
	assert_false(conversation_finds_itself_alone(&c, later));
	conversation_done(&c);
}

#define ROOM_TEST(name) cmocka_unit_test_setup_teardown(name, open_story, close_story)

int main(void)
{
	const struct CMUnitTest tests[] = {
		ROOM_TEST(lines_of_others_are_shown_and_ones_own_name_rings),
		ROOM_TEST(ones_own_lines_come_back_without_a_bell),
		ROOM_TEST(hostile_datagrams_are_made_safe),
		ROOM_TEST(the_largest_datagram_of_anything_is_shown_safely),
		ROOM_TEST(without_a_sender_ones_own_name_tells),
		ROOM_TEST(namesakes_are_noticed),
		ROOM_TEST(a_namesake_who_takes_another_name_is_known_by_it),
		ROOM_TEST(names_are_followed),
		ROOM_TEST(an_arrival_is_answered_after_a_while),
		ROOM_TEST(an_answer_is_not_repeated_by_others),
		ROOM_TEST(only_the_missing_are_named),
		ROOM_TEST(answers_are_shown_only_if_they_name_somebody_new),
		ROOM_TEST(ones_own_arrival_is_not_answered),
		ROOM_TEST(who_leaves_answers_nobody),
		ROOM_TEST(who_left_without_a_word_is_forgotten_after_two_rounds),
		ROOM_TEST(who_answers_in_person_is_not_forgotten),
		cmocka_unit_test(a_room_of_five_answers_a_newcomer_once),
		cmocka_unit_test(who_hears_nobody_is_told_once_after_a_while),
		cmocka_unit_test(who_has_heard_somebody_or_leaves_is_not_alone),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
