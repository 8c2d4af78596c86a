/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
/* A member's search and its place: what the stories of test/story do not reach. */
#include "rig.h"

#include <stdio.h>

static struct rig *rig;

static int open_rig(void **state)
{
	(void)state;
	rig = rig_new(3, 1);
	return 0;
}

static int open_rig_with_three_addresses(void **state)
{
	(void)state;
	rig = rig_new(3, 3);
	return 0;
}

static int close_rig(void **state)
{
	(void)state;
	rig_free(rig);
	return 0;
}

/* --- Several addresses of the rendezvous point: [M3] --- */

static void each_repetition_goes_to_the_next_address(void **state)
{
	(void)state;
	rig_start(rig, true);
	rig_expect(rig, "(search rp1)\nROOT rp1\n");
	rig_pass(rig, US_PER_S - 1);
	rig_expect(rig, "");
	rig_pass(rig, 1);
	rig_expect(rig, "ROOT rp2\n");
	rig_pass(rig, 2 * US_PER_S);
	rig_expect(rig, "ROOT rp3\n");
	rig_pass(rig, 4 * US_PER_S);
	rig_expect(rig, "ROOT rp1\n");
}

static void the_address_that_answers_is_used_from_then_on(void **state)
{
	(void)state;
	rig_start(rig, true);
	rig_pass(rig, US_PER_S);
	rig_forget(rig);
	rig_tell(rig, "rp1", "TOOR\n"); /* Too late: another is asked now. [M13] */
	rig_expect(rig, "");
	rig_tell(rig, "rp2", "TOOR\n");
	rig_expect(rig, "RREG rp2\n");
	rig_tell(rig, "rp2", "YREG\n");
	rig_expect(rig, "(root rp2)\n");
	rig_pass(rig, 120 * US_PER_S);
	rig_expect(rig, "RREG rp2\n");
	rig_pass(rig, US_PER_S);
	rig_expect(rig, "RREG rp3\n");
	rig_tell(rig, "rp3", "NREG\n");
	rig_expect(rig, "(root-lost rp3)\n(search rp3)\nROOT rp3\n");
}

/* [B6] From a closed port of the rendezvous point at once to each address that was not tried. */
static void closed_ports_of_the_rendezvous_point_are_gone_through_once(void **state)
{
	(void)state;
	rig_start(rig, true);
	rig_forget(rig);
	rig_unreachable(rig, "rp2"); /* Not asked. */
	rig_expect(rig, "");
	rig_unreachable(rig, "rp1");
	rig_expect(rig, "ROOT rp2\n");
	rig_unreachable(rig, "rp1"); /* Once more, of a copy. */
	rig_expect(rig, "");
	rig_unreachable(rig, "rp2");
	rig_expect(rig, "ROOT rp3\n");
	rig_unreachable(rig, "rp3");
	rig_unreachable(rig, "rp3");
	rig_expect(rig, ""); /* All were tried: from here on by the clock. [B8] */
	rig_pass(rig, 4 * US_PER_S);
	rig_expect(rig, "ROOT rp1\n");
}

static void a_closed_port_of_the_only_address_waits_for_the_clock(void **state)
{
	(void)state;
	rig_start(rig, true);
	rig_forget(rig);
	rig_unreachable(rig, "rp1");
	rig_expect(rig, "");
	rig_pass(rig, US_PER_S);
	rig_expect(rig, "ROOT rp1\n");
}

/* [M3], also while a payload has a question of its own open: the answer to either tells which
 * address answers. */
static void the_answering_address_is_kept_while_another_question_wanders(void **state)
{
	(void)state;
	rig_start(rig, true);
	rig_tell(rig, "rp1", "TOOR\n");
	rig_publish(rig, 5);
	rig_forget(rig); /* RREG and ROOT are open, to rp1 both. */
	rig_pass(rig, US_PER_S);
	rig_expect(rig, "RREG rp2\nROOT rp2\n");
	rig_tell(rig, "rp2", "NREG\n");
	rig_expect(rig, "(search rp2)\nROOT rp2\n");
}

/* [M3] Two addresses, of which one is dead: the search finds the other within a few repetitions,
 * whatever else is asked meanwhile. */
static void a_search_reaches_every_address_while_a_payload_asks_too(void **state)
{
	bool asked[4] = {false};
	(void)state;
	rig_free(rig);
	rig = rig_new(3, 2);
	rig_start(rig, true);
	rig_tell(rig, "rp1", "TOOR\n10.1.0.1 10000");
	rig_tell(rig, "p1", "YJOI\n");
	rig_pass(rig, 61 * US_PER_S); /* The root's endpoint is stale by now. */
	rig_publish(rig, 5);          /* A question for its sake. */
	rig_unreachable(rig, "p1");   /* And the parent is gone. */
	for (int i = 0; i < 3; i++)
		rig_unreachable(rig, "p1");
	assert_int_equal(rig->member.state, MEMBER_SEARCHING);
	assert_true(rig->member.query.is_open);
	for (int i = 0; i < 60; i++) {
		rig_pass(rig, US_PER_S);
		if (rig->member.request.target.port != 0)
			asked[endpoint_v4(&rig->member.request.target)[3]] = true;
	}
	assert_true(asked[1] && asked[2]);
}

/* --- Answers --- */

/* [M13] A late answer to a repeated request counts, one from somebody else does not. */
static void answers_count_from_whom_was_asked_while_the_request_is_open(void **state)
{
	(void)state;
	rig_start(rig, true);
	rig_tell(rig, "rp1", "TOOR\n10.1.0.1 10000");
	rig_pass(rig, US_PER_S);
	rig_expect(rig, "(search rp1)\nROOT rp1\nRJOI p1\nRJOI p1\n");
	rig_tell(rig, "p2", "YJOI\n");
	rig_tell(rig, "p2", "NJOI\n10.1.0.3 10000\n");
	rig_tell(rig, "rp1", "YJOI\n");
	rig_tell(rig, "rp1", "TOOR\n10.1.0.2 10000");
	rig_tell(rig, "p1", "YREG\n");
	rig_tell(rig, "p1", "NREG\n");
	rig_tell(rig, "p1", "TOOR\n");
	rig_expect(rig, "");
	assert_int_equal(rig->drops.count[DROP_UNEXPECTED], 7);
	rig_tell(rig, "p1", "YJOI\n");
	rig_expect(rig, "(joined p1)\n");
	rig_tell(rig, "p1", "YJOI\n"); /* The answer to the repetition. */
	rig_tell(rig, "p1", "NJOI\n10.1.0.3 10000\n");
	rig_expect(rig, "");
	assert_int_equal(rig->drops.count[DROP_UNEXPECTED], 9);
}

/* The last answer to three repetitions that were all slow. */
static void an_answer_after_the_last_repetition_keeps_the_parent(void **state)
{
	(void)state;
	rig->config.tries = 1;
	rig_start(rig, true);
	rig_attach(rig, "p1");
	rig_pass(rig, 120 * US_PER_S);
	rig_expect(rig, "RJOI p1\n");
	rig_pass(rig, 100 * US_PER_S);
	rig_expect(rig, "");
	assert_int_equal(rig->member.misses, 1);
	rig_tell(rig, "p1", "YJOI\n");
	assert_int_equal(rig->member.misses, 0);
	rig_pass(rig, 120 * US_PER_S);
	rig_expect(rig, "RJOI p1\n");
}

/* [W6] In every state what is unexpected or no message changes nothing and is not answered. */
static void what_nobody_asked_for_is_never_answered(void **state)
{
	static const char *const messages[] = {
		"",           "RJOI",   "rjoi\n", "XXXX\nx", "TOOR\n0.0.0.0 1",
		"NJOI\n\n\n", "ROOT\n", "RREG\n", "TOOR\n",  "TOOR\n10.1.0.9 10000",
		"NJOI\n",     "YREG\n", "YJOI\n", "NREG\n",  "NJOI\n10.1.0.9 10000\n",
	};
	(void)state;
	rig_start(rig, true);
	for (int place = 0; place < 5; place++) {
		if (place == 1)
			rig_tell(rig, "rp1", "TOOR\n"); /* Registering. */
		else if (place == 2)
			rig_tell(rig, "rp1", "YREG\n"); /* The root. */
		else if (place == 3)
			rig_pass(rig, 120 * US_PER_S); /* With an open refresh. */
		else if (place == 4)
			rig_tell(rig, "rp1", "NREG\n"); /* Searching again. */
		rig_forget(rig);
		enum member_state before = rig->member.state;
		uint64_t dropped = 0, dropped_after = 0;
		for (size_t i = 0; i < DROP_REASONS; i++)
			dropped += rig->drops.count[i];
		for (size_t i = 0; i < COUNT(messages); i++)
			rig_tell(rig, "p7", messages[i]);
		for (size_t i = 0; i < DROP_REASONS; i++)
			dropped_after += rig->drops.count[i];
		rig_expect(rig, "");
		assert_int_equal(rig->member.state, before);
		assert_int_equal(dropped_after - dropped, COUNT(messages));
	}
}

static void its_own_messages_are_dropped(void **state)
{
	(void)state;
	rig_start(rig, true);
	rig_make_root(rig);
	rig_tell(rig, "self", "RJOI\n");
	rig_tell(rig, "self", "DATA\nx");
	rig_expect(rig, "");
	assert_int_equal(rig->drops.count[DROP_SELF], 2);
	assert_int_equal(rig->member.children.count, 0);
}

/* --- Down the list --- */

/* [M10] */
static void a_list_of_oneself_alone_begins_the_search_again(void **state)
{
	(void)state;
	rig_start(rig, true);
	rig_tell(rig, "rp1", "TOOR\n10.1.0.1 10000");
	rig_forget(rig);
	rig_tell(rig, "p1", "NJOI\n10.1.0.0 10000\n10.1.0.0 10000\n");
	rig_expect(rig, "(parent-full p1)\n(search rp1)\nROOT rp1\n");
	assert_int_equal(rig->member.state, MEMBER_SEARCHING);
}

static void the_choice_is_even_and_never_oneself(void **state)
{
	int chosen[5] = {0};
	(void)state;
	for (int i = 0; i < 4000; i++) {
		rig->seed = (uint64_t)i;
		rig_start(rig, true);
		rig_tell(rig, "rp1", "TOOR\n10.1.0.9 10000");
		rig_tell(rig, "p9",
			 "NJOI\n10.1.0.1 10000\n10.1.0.0 10000\n10.1.0.2 10000\n"
			 "10.1.0.3 10000\n10.1.0.4 10000\n");
		assert_int_equal(rig->member.state, MEMBER_JOINING);
		unsigned number = endpoint_v4(&rig->member.request.target)[3];
		assert_in_range(number, 1, 4);
		chosen[number]++;
		rig_forget(rig);
	}
	for (int i = 1; i < 5; i++)
		assert_in_range(chosen[i], 900, 1100);
}

/* [M11] Repeated and given up as if nothing had come. */
static void a_list_of_nobody_is_no_answer(void **state)
{
	(void)state;
	rig_start(rig, true);
	rig_tell(rig, "rp1", "TOOR\n10.1.0.1 10000");
	rig_forget(rig);
	for (int i = 0; i < 5; i++)
		rig_tell(rig, "p1", "NJOI\n");
	rig_expect(rig, "");
	assert_int_equal(rig->drops.count[DROP_MALFORMED], 5);
	rig_pass(rig, US_PER_S);
	rig_expect(rig, "RJOI p1\n");
	rig_pass(rig, US_PER_S);
	rig_expect(rig, "RJOI p1\n");
	rig_tell(rig, "p1", "NJOI\n");
	rig_pass(rig, US_PER_S);
	rig_expect(rig, "(unreachable p1)\n(search rp1)\nROOT rp1\n");
}

/* [M12] */
static void a_parent_that_forgot_sends_its_child_down(void **state)
{
	(void)state;
	rig_start(rig, true);
	rig_attach(rig, "p1");
	rig_pass(rig, 120 * US_PER_S);
	rig_tell(rig, "p1", "NJOI\n10.1.0.0 10000\n10.1.0.5 10000\n");
	rig_expect(rig, "RJOI p1\n(parent-forgot p1)\nRJOI p5\n");
	rig_tell(rig, "p5", "YJOI\n");
	rig_expect(rig, "(joined p5)\n");
}

/* --- A closed port: [B6] --- */

static void a_candidates_closed_port_counts_at_once(void **state)
{
	(void)state;
	rig_start(rig, true);
	rig_tell(rig, "rp1", "TOOR\n10.1.0.1 10000");
	rig_forget(rig);
	rig_unreachable(rig, "p2");
	rig_unreachable(rig, "rp1");
	rig_expect(rig, "");
	rig_unreachable(rig, "p1");
	rig_expect(rig, "RJOI p1\n");
	rig_unreachable(rig, "p1");
	rig_expect(rig, "RJOI p1\n");
	rig_unreachable(rig, "p1");
	rig_expect(rig, "(unreachable p1)\n(search rp1)\nROOT rp1\n");
	rig_unreachable(rig, "p1");
	rig_expect(rig, "");
}

static void a_parents_closed_port_makes_the_child_refresh(void **state)
{
	(void)state;
	rig_start(rig, true);
	rig_attach(rig, "p1");
	rig_unreachable(rig, "p2"); /* A former one, perhaps. */
	rig_unreachable(rig, "rp1");
	rig_expect(rig, "");
	rig_unreachable(rig, "p1");
	rig_expect(rig, "RJOI p1\n");
	rig_tell(rig, "p1", "YJOI\n"); /* It lives: another program's ICMP. */
	rig_expect(rig, "");
	assert_int_equal(rig->member.misses, 0);
	rig_pass(rig, 120 * US_PER_S - 1);
	rig_expect(rig, "");
	rig_pass(rig, 1);
	rig_expect(rig, "RJOI p1\n");
}

static void at_the_root_closed_ports_of_others_are_of_no_concern(void **state)
{
	(void)state;
	rig_start(rig, true);
	rig_make_root(rig);
	rig_tell(rig, "p1", "RJOI\n");
	rig_forget(rig);
	rig_unreachable(rig, "p1");
	rig_unreachable(rig, "rp1");
	rig_unreachable(rig, "self");
	rig_expect(rig, "");
	assert_int_equal(rig->member.children.count, 1);
}

/* However often it is told: an attached node gives up after `misses`, not before. */
static void misses_are_counted_across_refreshes(void **state)
{
	(void)state;
	rig->config.tries = 1;
	rig_start(rig, true);
	rig_attach(rig, "p1");
	rig_pass(rig, 120 * US_PER_S);
	rig_pass(rig, 120 * US_PER_S);
	rig_expect(rig, "RJOI p1\nRJOI p1\n");
	rig_pass(rig, 120 * US_PER_S);
	rig_expect(rig, "RJOI p1\n");
	rig_pass(rig, US_PER_S);
	rig_expect(rig, "(unreachable p1)\n(search rp1)\nROOT rp1\n");
}

/* --- Time --- */

/* [B8] 1, 2, 4, 8, 16, 32, 32 ... seconds, less up to a quarter; for ever. */
static void the_rendezvous_point_is_asked_ever_less_often(void **state)
{
	(void)state;
	for (uint64_t seed = 1; seed < 50; seed++) {
		rig->seed = seed;
		rig_start(rig, true);
		rig_forget(rig);
		for (int i = 0; i < 40; i++) {
			int64_t pause = time_elapsed_us(rig->now, member_deadline(&rig->member));
			int64_t whole = US_PER_S << (i < 5 ? i : 5);
			assert_true(pause <= whole && pause >= whole - whole / 4);
			rig_pass(rig, pause);
			rig_expect(rig, "ROOT rp1\n");
		}
	}
}

/* [B9] Two searches are free, the next ones wait ever longer. */
static void searches_in_vain_wait_ever_longer(void **state)
{
	(void)state;
	rig_start(rig, true);
	for (int i = 0; i < 12; i++) {
		struct time before = rig->now;
		for (int n = 0; rig->member.request.tries == 0 && n < 100; n++)
			rig_pass(rig, member_deadline(&rig->member).us - rig->now.us);
		int64_t pause = time_elapsed_us(before, rig->now);
		if (i < 2)
			assert_int_equal(pause, 0);
		else
			assert_in_range(pause, i < 5 ? US_PER_S / 2 : 5 * US_PER_S, 32 * US_PER_S);
		rig_tell(rig, "rp1", "TOOR\n10.1.0.1 10000");
		for (int n = 0; n < 3; n++)
			rig_unreachable(rig, "p1");
		assert_int_equal(rig->member.state, MEMBER_SEARCHING);
	}
}

/* [M4] */
static void a_leaf_without_a_root_asks_again_later(void **state)
{
	(void)state;
	rig_free(rig);
	rig = rig_new(0, 1);
	rig_start(rig, true);
	rig_forget(rig);
	for (int i = 0; i < 20; i++) {
		rig_tell(rig, "rp1", "TOOR\n");
		rig_expect(rig, "(no-root rp1)\n");
		assert_in_range(time_elapsed_us(rig->now, member_deadline(&rig->member)),
				US_PER_S / 2, 32 * US_PER_S);
		rig_pass(rig, time_elapsed_us(rig->now, member_deadline(&rig->member)));
		rig_expect(rig, "ROOT rp1\n");
	}
	rig_tell(rig, "p1", "RJOI\n");
	rig_expect(rig, "NJOI p1\n");
	rig_tell(rig, "rp1", "TOOR\n10.1.0.1 10000");
	rig_expect(rig, "RJOI p1\n");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, open_rig, close_rig)
#define TEST_THREE(name)                                                                           \
	cmocka_unit_test_setup_teardown(name, open_rig_with_three_addresses, close_rig)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST_THREE(each_repetition_goes_to_the_next_address),
		TEST_THREE(the_address_that_answers_is_used_from_then_on),
		TEST_THREE(closed_ports_of_the_rendezvous_point_are_gone_through_once),
		TEST(a_closed_port_of_the_only_address_waits_for_the_clock),
		TEST_THREE(the_answering_address_is_kept_while_another_question_wanders),
		TEST(a_search_reaches_every_address_while_a_payload_asks_too),
		TEST(answers_count_from_whom_was_asked_while_the_request_is_open),
		TEST(an_answer_after_the_last_repetition_keeps_the_parent),
		TEST(what_nobody_asked_for_is_never_answered),
		TEST(its_own_messages_are_dropped),
		TEST(a_list_of_oneself_alone_begins_the_search_again),
		TEST(the_choice_is_even_and_never_oneself),
		TEST(a_list_of_nobody_is_no_answer),
		TEST(a_parent_that_forgot_sends_its_child_down),
		TEST(a_candidates_closed_port_counts_at_once),
		TEST(a_parents_closed_port_makes_the_child_refresh),
		TEST(at_the_root_closed_ports_of_others_are_of_no_concern),
		TEST(misses_are_counted_across_refreshes),
		TEST(the_rendezvous_point_is_asked_ever_less_often),
		TEST(searches_in_vain_wait_ever_longer),
		TEST(a_leaf_without_a_root_asks_again_later),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
