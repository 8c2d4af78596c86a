/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
/* A member's payloads and children, and what holds after any call: what the stories of test/story
 * do not reach. */
#include "rig.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct rig *rig;

static int open_rig(void **state)
{
	(void)state;
	rig = rig_new(3, 1);
	return 0;
}

static int open_large_rig(void **state)
{
	(void)state;
	rig = rig_new(1000, 1);
	return 0;
}

static int close_rig(void **state)
{
	(void)state;
	rig_free(rig);
	return 0;
}

/* --- Payloads --- */

/* [P4] */
static void sixty_four_payloads_wait_and_the_next_is_dropped(void **state)
{
	(void)state;
	rig_start(rig, true);
	rig_forget(rig);
	for (size_t i = 0; i < HELD_MAX + 1; i++)
		rig_publish(rig, i);
	assert_int_equal(rig->queue_count, 64);
	assert_int_equal(rig->drops.count[DROP_HELD_FULL], 1);
	rig_forget(rig);
	rig_tell(rig, "rp1", "TOOR\n10.1.0.1 10000");
	/* In order, to the root. */
	char expected[2048] = "release\n";
	for (size_t i = 0; i < HELD_MAX; i++)
		(void)snprintf(expected + strlen(expected), 32, "DATA p1 %zu\n", i);
	const char *last = strstr(rig->text, "DATA p1 63\n");
	assert_non_null(last);
	assert_memory_equal(rig->text, "release\n", 8);
	assert_non_null(strstr(rig->text, "RJOI p1\n"));
	char *rjoi = strstr(rig->text, "RJOI p1\n"); /* Its turn does not matter. */
	memmove(rjoi, rjoi + 8, strlen(rjoi + 8) + 1);
	rig_expect(rig, expected);
	assert_int_equal(rig->queue_count, 0);
}

static void payloads_that_waited_too_long_are_dropped_together(void **state)
{
	(void)state;
	rig_start(rig, true);
	for (size_t i = 0; i < HELD_MAX; i++)
		rig_publish(rig, i);
	rig_pass(rig, 30 * US_PER_S);
	rig_forget(rig);
	rig_publish(rig, 1); /* No room, though the wait of the others is half over. */
	rig_expect(rig, "");
	rig_pass(rig, 30 * US_PER_S - 1);
	assert_int_equal(rig->queue_count, 64);
	rig_forget(rig);
	rig_pass(rig, 1);
	assert_non_null(strstr(rig->text, "unhold 64\n"));
	assert_int_equal(rig->drops.count[DROP_HELD_EXPIRED], 64);
	assert_int_equal(rig->queue_count, 0);
	rig_forget(rig);
	rig_publish(rig, 7);
	rig_expect(rig, "hold 7\n"); /* There is room again. */
}

/* Each waits its own 60 seconds. */
static void payloads_leave_the_queue_one_by_one(void **state)
{
	(void)state;
	rig_start(rig, true);
	for (size_t i = 0; i < 10; i++) {
		rig_publish(rig, i);
		rig_pass(rig, US_PER_S);
	}
	rig_pass(rig, 50 * US_PER_S - 1);
	assert_int_equal(rig->queue_count, 10);
	for (unsigned left = 10; left > 0; left--) {
		assert_int_equal(rig->queue_count, left);
		rig_pass(rig, 1);
		assert_int_equal(rig->queue_count, left - 1);
		rig_pass(rig, US_PER_S - 1);
	}
}

/* [W7] */
static void the_largest_payload_is_taken_and_a_larger_one_refused(void **state)
{
	(void)state;
	rig_start(rig, true);
	rig_make_root(rig);
	rig_tell(rig, "p1", "RJOI\n");
	rig_forget(rig);
	rig_publish(rig, 0);
	rig_publish(rig, 65502);
	rig_expect(rig, "forward 1 0\ndeliver 0\nforward 1 65502\ndeliver 65502\n");
	rig_publish(rig, 65503);
	rig_expect(rig, "(payload-refused [::]:0)\n");
	assert_int_equal(rig->drops.count[DROP_PAYLOAD_SIZE], 1);
	rig_tell(rig, "rp1", "NREG\n");
	rig_publish(rig, 65503);
	assert_int_equal(rig->queue_count, 0);
	assert_int_equal(rig->drops.count[DROP_PAYLOAD_SIZE], 2);
}

static void a_copy_is_passed_on_with_its_header_in_place(void **state)
{
	static const char message[] = "DATA\nbonjour";
	struct endpoint parent = rig_peer("p1");
	struct path path = {.remote = parent, .local = rig_peer("self")};
	const struct action *a;
	(void)state;
	rig_start(rig, true);
	rig_attach(rig, "p1");
	rig_tell(rig, "p2", "RJOI\n");
	rig_tell(rig, "p3", "RJOI\n");
	member_receive(&rig->member, &path, message, sizeof(message) - 1, rig->now, &rig->actions);
	for (int i = 0; i < 2; i++) {
		a = actions_take(&rig->actions);
		assert_non_null(a);
		assert_int_equal(a->type, i == 0 ? ACTION_FORWARD : ACTION_DELIVER); /* [P6] */
		assert_ptr_equal(a->payload.run.bytes, message);
		assert_int_equal(a->payload.run.size, sizeof(message) - 1);
		assert_int_equal(a->payload.header_size, WIRE_HEADER_SIZE);
		assert_int_equal(a->count, i == 0 ? 2 : 0);
	}
	assert_null(actions_take(&rig->actions));
}

/* [P3] An empty TOOR renews what is known, too: there is no root. */
static void an_empty_answer_makes_the_known_root_unknown(void **state)
{
	(void)state;
	rig_start(rig, true);
	rig_attach(rig, "p1");
	rig_publish(rig, 1);
	rig_expect(rig, "DATA p1 1\n");
	for (int i = 0; i < 4; i++)
		rig_unreachable(rig, "p1"); /* A search begins. */
	rig_forget(rig);
	rig_tell(rig, "rp1", "TOOR\n");
	rig_expect(rig, "RREG rp1\n");
	rig_publish(rig, 2);
	rig_expect(rig, "hold 2\nROOT rp1\n");
	rig_tell(rig, "rp1", "YREG\n");
	rig_expect(rig, "(root rp1)\nrelease\ndeliver 2\n");
}

/* [P2] Exactly the root cache time. */
static void the_known_root_is_good_for_its_time(void **state)
{
	(void)state;
	rig_start(rig, true);
	rig_attach(rig, "p1");
	rig_pass(rig, 60 * US_PER_S + 1);
	rig_publish(rig, 1);
	rig_expect(rig, "hold 1\nROOT rp1\n");
	rig_tell(rig, "rp1", "TOOR\n10.1.0.9 10000");
	rig_expect(rig, "release\nDATA p9 1\n"); /* Nothing of it changes the node's place. */
	assert_int_equal(rig->member.state, MEMBER_ATTACHED);
}

/* [P3] */
static void the_root_is_asked_for_before_it_is_forgotten(void **state)
{
	(void)state;
	rig_start(rig, true);
	rig_attach(rig, "p1");
	rig_pass(rig, 45 * US_PER_S);
	rig_publish(rig, 1);
	rig_expect(rig, "DATA p1 1\n");
	rig_pass(rig, 1);
	rig_publish(rig, 1);
	rig_expect(rig, "DATA p1 1\nROOT rp1\n");
	rig_publish(rig, 2);
	rig_expect(rig, "DATA p1 2\n"); /* Once is enough. */
	rig_tell(rig, "rp1", "TOOR\n10.1.0.9 10000");
	rig_pass(rig, 45 * US_PER_S);
	rig_publish(rig, 3);
	rig_expect(rig, "DATA p9 3\n");
	assert_int_equal(rig->drops.count[DROP_UNEXPECTED], 0);
}

/* [P3] Unanswered, the question is repeated while the root is known, and then no more. */
static void the_question_ahead_ends_with_what_is_known(void **state)
{
	(void)state;
	rig_start(rig, true);
	rig_attach(rig, "p1");
	rig_pass(rig, 50 * US_PER_S);
	rig_publish(rig, 1);
	rig_expect(rig, "DATA p1 1\nROOT rp1\n");
	rig_pass(rig, 5 * US_PER_S);
	assert_non_null(strstr(rig->text, "ROOT rp1\n"));
	rig_pass(rig, 40 * US_PER_S);
	rig_forget(rig);
	assert_false(rig->member.query.is_open);
	rig_pass(rig, 20 * US_PER_S);
	rig_expect(rig, "");
}

/* [P4] One question for all of them, and none once they are gone. */
static void the_question_for_a_payload_ends_with_it(void **state)
{
	(void)state;
	rig_start(rig, true);
	rig_attach(rig, "p1");
	rig_pass(rig, 61 * US_PER_S);
	rig_publish(rig, 1);
	rig_publish(rig, 2);
	rig_expect(rig, "hold 1\nROOT rp1\nhold 2\n");
	rig_pass(rig, 59 * US_PER_S);
	rig_tell(rig, "p1", "YJOI\n");
	rig_pass(rig, US_PER_S);
	assert_non_null(strstr(rig->text, "unhold 2\n"));
	rig_forget(rig);
	rig_tell(rig, "rp1", "TOOR\n10.1.0.9 10000"); /* Nobody asks any more. */
	rig_pass(rig, 50 * US_PER_S);
	rig_expect(rig, "");
	assert_int_equal(rig->drops.count[DROP_UNEXPECTED], 1);
}

static void without_a_queue_payloads_are_dropped_while_no_root_is_known(void **state)
{
	(void)state;
	rig_start(rig, false);
	rig_forget(rig);
	rig_publish(rig, 1);
	rig_expect(rig, "");
	assert_int_equal(rig->drops.count[DROP_HELD_FULL], 1);
	rig_tell(rig, "rp1", "TOOR\n10.1.0.1 10000");
	rig_publish(rig, 1);
	rig_expect(rig, "RJOI p1\nDATA p1 1\n");
	rig_pass(rig, 1000 * US_PER_S);
}

/* --- Children --- */

static void fill(unsigned count)
{
	char name[16];
	for (unsigned i = 1; i <= count; i++) {
		(void)snprintf(name, sizeof(name), "p%u", i);
		rig_tell(rig, name, "RJOI\n");
	}
	assert_int_equal(rig->member.children.count, count);
	rig_forget(rig);
}

static void a_thousand_children_get_one_forward(void **state)
{
	(void)state;
	rig_start(rig, true);
	rig_make_root(rig);
	fill(1000);
	rig_publish(rig, 5);
	rig_expect(rig, "forward 1000 5\ndeliver 5\n");
}

/* [C3] A run of 24 of them, in the order of the table, beginning anywhere. */
static void of_a_thousand_children_a_list_has_a_random_run(void **state)
{
	static bool began[1000];
	unsigned beginnings = 0;
	(void)state;
	rig_start(rig, true);
	rig_make_root(rig);
	fill(1000);
	for (int i = 0; i < 3000; i++) {
		struct path path = {.remote = rig_peer("p2000")};
		member_receive(&rig->member, &path, "RJOI\n", 5, rig->now, &rig->actions);
		const struct action *a = actions_take(&rig->actions);
		assert_non_null(a);
		assert_int_equal(a->message, WIRE_NJOI);
		assert_int_equal(a->count, WIRE_ENDPOINTS_SENT);
		size_t first = (size_t)(a->endpoints - rig->member.children.endpoints);
		assert_in_range(first, 0, 1000 - WIRE_ENDPOINTS_SENT);
		beginnings += !began[first];
		began[first] = true;
		assert_null(actions_take(&rig->actions));
	}
	assert_true(began[0] || began[1] || began[2]);
	assert_true(began[976] || began[975] || began[974]);
	assert_true(beginnings > 800); /* Of 977; 3000 draws leave some 45 out. */
}

/* [C1], [C2] In every state; the refusal of a full node is the only other answer. */
static void children_are_taken_in_every_state(void **state)
{
	(void)state;
	rig_start(rig, true);
	rig_forget(rig);
	rig_tell(rig, "p1", "RJOI\n");
	rig_expect(rig, "(child p1)\nYJOI p1\n");
	rig_tell(rig, "rp1", "TOOR\n");
	rig_tell(rig, "p2", "RJOI\nhmtp 1\n");
	rig_expect(rig, "RREG rp1\n(child p2)\nYJOI p2\n");
	rig_tell(rig, "rp1", "NREG\n");
	rig_tell(rig, "rp1", "TOOR\n10.1.0.9 10000");
	rig_forget(rig);
	rig_tell(rig, "p3", "RJOI\n");
	rig_expect(rig, "(child p3)\nYJOI p3\n");
	rig_tell(rig, "p4", "RJOI\n");
	rig_expect(rig, "NJOI p4: p1 p2 p3\n");
	rig_tell(rig, "p2", "RJOI\n");
	rig_expect(rig, "YJOI p2\n");
	rig_pass(rig, 180 * US_PER_S);
	assert_int_equal(rig->member.children.count, 0);
}

/* [W5] */
static void unusable_askers_do_not_become_children(void **state)
{
	static const char *const askers[] = {"0.0.0.0",         "169.254.1.1", "224.0.0.1",
					     "255.255.255.255", "::",          "fe80::1",
					     "ff02::1"};
	(void)state;
	rig_start(rig, true);
	rig_forget(rig);
	for (size_t i = 0; i < COUNT(askers); i++) {
		struct endpoint e;
		assert_true(endpoint_parse_address(askers[i], 10000, &e));
		rig_receive(rig, &e, "RJOI\n", 5);
	}
	struct endpoint portless = rig_peer("p1");
	portless.port = 0;
	rig_receive(rig, &portless, "RJOI\n", 5);
	rig_expect(rig, "");
	assert_int_equal(rig->drops.count[DROP_UNEXPECTED], COUNT(askers) + 1);
}

/* The call that has the most to do: everything is due at once. finish() in rig.c counts. */
static void all_is_due_at_once_and_no_call_does_too_much(void **state)
{
	(void)state;
	rig_start(rig, true);
	rig_attach(rig, "p1001");
	fill(1000);
	rig_pass(rig, 61 * US_PER_S);
	for (size_t i = 0; i < HELD_MAX; i++)
		rig_publish(rig, 1);
	rig_forget(rig);
	struct member *m = &rig->member;
	rig->now = (struct time){rig->now.us + 1000 * US_PER_S};
	m->misses = 2; /* The parent is about to be given up. */
	m->request.is_open = true;
	m->request.due_at = rig->now;
	rig_pass(rig, 0);
	assert_int_equal(m->children.count, 0);
	assert_int_equal(rig->queue_count, 0);
	assert_int_equal(m->state, MEMBER_SEARCHING);
	assert_non_null(strstr(rig->text, "unhold 64\n"));
	assert_non_null(strstr(rig->text, "(unreachable p1001)\n"));
}

/* --- Any calls --- */

static void do_anything(struct random *random)
{
	static const char *const messages[] = {
		"TOOR\n",
		"TOOR\n10.1.0.0 10000",
		"TOOR\n10.1.0.1 10000",
		"TOOR\n10.1.0.2 10000\n",
		"YREG\n",
		"NREG\n",
		"RJOI\n",
		"RJOI\n",
		"YJOI\n",
		"YJOI\n",
		"NJOI\n",
		"NJOI\n10.1.0.0 10000\n",
		"NJOI\n10.1.0.1 10000\n10.1.0.2 10000\n10.1.0.3 10000\n",
		"DATA\nx",
		"ROOT\n",
		"XXXX\n",
	};
	static const char *const names[] = {"rp1", "rp2", "p1", "p2", "p3", "p4", "self"};
	const char *name = names[random_below(random, COUNT(names))];
	switch (random_below(random, 8)) {
	case 0:
		rig_publish(rig, random_below(random, 4) == 0 ? 65503 : 3);
		break;
	case 1:
		rig_unreachable(rig, name);
		break;
	case 2:
		rig_pass(rig, (int64_t)random_below(random, 200 * US_PER_S));
		break;
	case 3:
		rig_pass(rig, (int64_t)random_below(random, 2 * US_PER_S));
		break;
	default:
		rig_tell(rig, name, messages[random_below(random, COUNT(messages))]);
	}
	if (rig->text_size > RIG_TEXT_SIZE / 2)
		rig_forget(rig);
}

/* A thousand random calls: rig.c asserts after each. The same seed gives the same lines. */
static void any_calls_keep_the_promises(void **state)
{
	static char before[RIG_TEXT_SIZE];
	(void)state;
	for (uint64_t seed = 0; seed < 60; seed++) {
		for (int turn = 0; turn < 2; turn++) {
			struct random random;
			rig_free(rig);
			rig = rig_new((unsigned)(seed % 5), 1 + (unsigned)(seed % 3));
			rig->seed = seed;
			rig->config.misses = 1 + (unsigned)(seed % 4);
			rig->config.tries = 1 + (unsigned)(seed / 2 % 4);
			random_init(&random, seed);
			rig_start(rig, seed % 7 != 0);
			for (int i = 0; i < 1000; i++)
				do_anything(&random);
			if (turn == 1)
				assert_string_equal(rig->text, before);
			memcpy(before, rig->text, sizeof(before));
		}
	}
}

#define TEST(name)       cmocka_unit_test_setup_teardown(name, open_rig, close_rig)
#define TEST_LARGE(name) cmocka_unit_test_setup_teardown(name, open_large_rig, close_rig)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(sixty_four_payloads_wait_and_the_next_is_dropped),
		TEST(payloads_that_waited_too_long_are_dropped_together),
		TEST(payloads_leave_the_queue_one_by_one),
		TEST(the_largest_payload_is_taken_and_a_larger_one_refused),
		TEST(a_copy_is_passed_on_with_its_header_in_place),
		TEST(an_empty_answer_makes_the_known_root_unknown),
		TEST(the_known_root_is_good_for_its_time),
		TEST(the_root_is_asked_for_before_it_is_forgotten),
		TEST(the_question_ahead_ends_with_what_is_known),
		TEST(the_question_for_a_payload_ends_with_it),
		TEST(without_a_queue_payloads_are_dropped_while_no_root_is_known),
		TEST_LARGE(a_thousand_children_get_one_forward),
		TEST_LARGE(of_a_thousand_children_a_list_has_a_random_run),
		TEST(children_are_taken_in_every_state),
		TEST(unusable_askers_do_not_become_children),
		TEST_LARGE(all_is_due_at_once_and_no_call_does_too_much),
		TEST(any_calls_keep_the_promises),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
