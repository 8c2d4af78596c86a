/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
#include "chat/answer.h"
#include "chat/piece.h"

#include <stdio.h>

/* One participant, "me", who hears and answers. */
struct scene {
	struct answer answer;
	struct people people;
	struct random random;
	char out[LINE_SIZE_MAX];
};

static struct time at_s(int64_t seconds)
{
	return (struct time){seconds * US_PER_S};
}

static int open_scene(void **state)
{
	static struct scene scene;
	*state = &scene;
	answer_init(&scene.answer);
	random_init(&scene.random, 1);
	return people_init(&scene.people) ? 0 : -1;
}

static int close_scene(void **state)
{
	people_done(&((struct scene *)*state)->people);
	return 0;
}

static void arrive(struct scene *s, const char *name, struct time now)
{
	people_hear(&s->people, piece_of(name), now);
	answer_on_arrival(&s->answer, &s->people, piece_of(name), &s->random, now);
}

static bool named(struct scene *s, const char *name, struct time now)
{
	bool is_self = strcmp(name, "me") == 0;
	return answer_on_name(&s->answer, &s->people, piece_of(name), is_self, now);
}

static void assert_answers(struct scene *s, struct time now, const char *expected)
{
	size_t size = answer_write(&s->answer, &s->people, PIECE("me"), now, s->out);
	assert_piece((struct piece){s->out, size}, expected);
}

static void nothing_is_due_before_anybody_arrives(void **state)
{
	struct scene *s = *state;
	assert_true(time_is_never(s->answer.due_at));
	assert_false(named(s, "me", at_s(1)));
	assert_true(named(s, "bob", at_s(1)));
	assert_false(named(s, "bob", at_s(2)));
	assert_true(time_is_never(s->answer.due_at));
}

static void an_arrival_is_answered_with_oneself_and_those_heard(void **state)
{
	struct scene *s = *state;
	people_hear(&s->people, PIECE("bob"), at_s(1));
	people_hear(&s->people, PIECE("carol"), at_s(2));
	arrive(s, "dave", at_s(10));
	assert_in_range(s->answer.due_at.us, at_s(10).us + 100000, at_s(10).us + 379999);
	assert_answers(s, s->answer.due_at, "*** here: me, bob, carol");
	assert_true(time_is_never(s->answer.due_at));
}

static void delays_are_spread_over_the_window(void **state)
{
	struct scene *s = *state;
	int64_t least = INT64_MAX, most = 0;
	for (uint64_t seed = 0; seed < 1000; seed++) {
		answer_init(&s->answer);
		random_init(&s->random, seed);
		arrive(s, "dave", at_s(10));
		int64_t delay_us = s->answer.due_at.us - at_s(10).us;
		least = delay_us < least ? delay_us : least;
		most = delay_us > most ? delay_us : most;
	}
	assert_in_range(least, 100000, 105000);
	assert_in_range(most, 350000, 359999); /* dave himself is known, too. */
}

/* The most of a thousand delays where `count` people were known before. */
static int64_t longest_delay_us(struct scene *s, int count)
{
	int64_t most = 0;
	for (int i = 0; i < count; i++) {
		char name[16];
		(void)snprintf(name, sizeof(name), "p%d", i);
		people_hear(&s->people, piece_of(name), at_s(9));
	}
	for (uint64_t seed = 0; seed < 1000; seed++) {
		answer_init(&s->answer);
		random_init(&s->random, seed);
		arrive(s, "dave", at_s(10));
		int64_t delay_us = s->answer.due_at.us - at_s(10).us;
		most = delay_us > most ? delay_us : most;
	}
	return most;
}

static void among_many_people_delays_are_longer(void **state)
{
	assert_in_range(longest_delay_us(*state, 99), 1300000, 1349999);
	assert_in_range(longest_delay_us(*state, 999), 2050000, 2099999);
}

static void another_answer_with_the_same_names_silences_ours(void **state)
{
	struct scene *s = *state;
	people_hear(&s->people, PIECE("bob"), at_s(1));
	arrive(s, "dave", at_s(10));
	named(s, "bob", (struct time){at_s(10).us + 1000});
	named(s, "me", (struct time){at_s(10).us + 1000});
	assert_answers(s, s->answer.due_at, "");
	assert_true(time_is_never(s->answer.due_at));
}

static void only_who_is_missing_is_named(void **state)
{
	struct scene *s = *state;
	people_hear(&s->people, PIECE("bob"), at_s(1));
	people_hear(&s->people, PIECE("carol"), at_s(1));
	arrive(s, "dave", at_s(10));
	named(s, "bob", (struct time){at_s(10).us + 1000});
	assert_answers(s, s->answer.due_at, "*** here: me, carol");
	arrive(s, "erin", at_s(20));
	named(s, "me", (struct time){at_s(20).us + 1000});
	named(s, "carol", (struct time){at_s(20).us + 1000});
	assert_answers(s, s->answer.due_at, "*** here: bob, dave");
}

static void names_given_before_an_arrival_do_not_count(void **state)
{
	struct scene *s = *state;
	people_hear(&s->people, PIECE("bob"), at_s(1));
	named(s, "bob", at_s(9));
	named(s, "me", at_s(9));
	arrive(s, "dave", at_s(10));
	assert_answers(s, s->answer.due_at, "*** here: me, bob");
}

/* Datagrams received together carry the same time: their order counts all the same. */
static void names_given_before_an_arrival_in_the_same_moment_do_not_count(void **state)
{
	struct scene *s = *state;
	people_hear(&s->people, PIECE("bob"), at_s(1));
	arrive(s, "dave", at_s(10));
	named(s, "bob", at_s(11));
	named(s, "me", at_s(11));
	arrive(s, "erin", at_s(11));
	assert_answers(s, s->answer.due_at, "*** here: me, bob, dave");
}

static void names_given_after_an_arrival_in_the_same_moment_count(void **state)
{
	struct scene *s = *state;
	people_hear(&s->people, PIECE("bob"), at_s(1));
	arrive(s, "dave", at_s(10));
	named(s, "bob", at_s(10));
	named(s, "me", at_s(10));
	assert_answers(s, s->answer.due_at, "");
}

static void several_arrivals_share_one_answer(void **state)
{
	struct scene *s = *state;
	people_hear(&s->people, PIECE("bob"), at_s(1));
	arrive(s, "dave", at_s(10));
	struct time due = s->answer.due_at;
	arrive(s, "erin", (struct time){at_s(10).us + 1});
	assert_true(s->answer.due_at.us == due.us);
	/* dave is named for erin's sake. */
	assert_answers(s, due, "*** here: me, bob, dave");
	assert_true(time_is_never(s->answer.due_at));
}

static void answers_keep_their_distance(void **state)
{
	struct scene *s = *state;
	arrive(s, "dave", at_s(10));
	struct time first = s->answer.due_at;
	assert_answers(s, first, "*** here: me");
	arrive(s, "erin", time_after(first, 1));
	assert_true(time_elapsed_us(first, s->answer.due_at) >= ANSWER_INTERVAL_US);
	assert_answers(s, s->answer.due_at, "*** here: me, dave");
}

static void who_was_silent_for_long_is_not_named(void **state)
{
	struct scene *s = *state;
	people_hear(&s->people, PIECE("bob"), at_s(0));
	people_hear(&s->people, PIECE("carol"), at_s(500));
	people_name(&s->people, PIECE("hearsay"), at_s(500));
	arrive(s, "dave", at_s(700));
	assert_answers(s, s->answer.due_at, "*** here: me, carol");
}

static void who_was_not_mentioned_in_two_rounds_is_forgotten(void **state)
{
	struct scene *s = *state;
	people_hear(&s->people, PIECE("ghost"), at_s(0));
	people_hear(&s->people, PIECE("bob"), at_s(0));
	for (int64_t round = 1; round <= 3; round++) {
		struct time now = at_s(1000 * round);
		assert_non_null(people_find(&s->people, PIECE("ghost")));
		arrive(s, "dave", now);
		named(s, "bob", time_after(now, 1000));
		answer_write(&s->answer, &s->people, PIECE("me"), s->answer.due_at, s->out);
	}
	assert_null(people_find(&s->people, PIECE("ghost")));
	assert_non_null(people_find(&s->people, PIECE("bob")));
	assert_non_null(people_find(&s->people, PIECE("dave")));
}

static void arrivals_in_quick_succession_are_one_round(void **state)
{
	struct scene *s = *state;
	people_hear(&s->people, PIECE("bob"), at_s(0));
	for (int64_t second = 1000; second < 1030; second++)
		arrive(s, "dave", at_s(second));
	assert_non_null(people_find(&s->people, PIECE("bob")));
}

/* Two hundred names of 20 bytes do not fit into one datagram. */
static void more_names_than_fit_come_in_several_lines_each_once(void **state)
{
	struct scene *s = *state;
	bool seen[200] = {false};
	unsigned lines = 0, names = 0, selves = 0;
	for (int i = 0; i < 200; i++) {
		char name[32];
		(void)snprintf(name, sizeof(name), "participant-%08d", i);
		people_hear(&s->people, piece_of(name), at_s(9));
	}
	arrive(s, "dave", at_s(10));
	struct time due = s->answer.due_at;
	while (time_is_due(s->answer.due_at, due)) {
		size_t size = answer_write(&s->answer, &s->people, PIECE("me"), due, s->out);
		assert_in_range(size, 1, LINE_SIZE_MAX);
		struct line line = line_parse(s->out, size);
		struct piece name;
		assert_int_equal(line.kind, LINE_HERE);
		for (; line_next_name(&line.rest, &name); names++) {
			int number = -1;
			if (name.size == 2)
				selves++;
			else
				assert_int_equal(sscanf(name.text, "participant-%8d", &number), 1);
			assert_false(number >= 0 && seen[number]);
			if (number >= 0)
				seen[number] = true;
		}
		lines++;
		assert_in_range(lines, 1, 10);
	}
	assert_int_equal(names, 201);
	assert_int_equal(selves, 1);
	assert_int_equal(lines, 4);
}

#define ANSWER_TEST(name) cmocka_unit_test_setup_teardown(name, open_scene, close_scene)

int main(void)
{
	const struct CMUnitTest tests[] = {
		ANSWER_TEST(nothing_is_due_before_anybody_arrives),
		ANSWER_TEST(an_arrival_is_answered_with_oneself_and_those_heard),
		ANSWER_TEST(delays_are_spread_over_the_window),
		ANSWER_TEST(among_many_people_delays_are_longer),
		ANSWER_TEST(another_answer_with_the_same_names_silences_ours),
		ANSWER_TEST(only_who_is_missing_is_named),
		ANSWER_TEST(names_given_before_an_arrival_do_not_count),
		ANSWER_TEST(names_given_before_an_arrival_in_the_same_moment_do_not_count),
		ANSWER_TEST(names_given_after_an_arrival_in_the_same_moment_count),
		ANSWER_TEST(several_arrivals_share_one_answer),
		ANSWER_TEST(answers_keep_their_distance),
		ANSWER_TEST(who_was_silent_for_long_is_not_named),
		ANSWER_TEST(who_was_not_mentioned_in_two_rounds_is_forgotten),
		ANSWER_TEST(arrivals_in_quick_succession_are_one_round),
		ANSWER_TEST(more_names_than_fit_come_in_several_lines_each_once),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
