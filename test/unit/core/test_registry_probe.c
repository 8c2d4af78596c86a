/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
#include "registry_rig.h"
#include "unit.h"

#include <stdio.h>
#include <string.h>

#define COMPLAINT       "dead 10.0.0.2 10000\ntick 1 50\n"
#define PROBED(answer)  "root-probed 10.0.0.2:10000, PING 10.0.0.2:10000, " answer
#define PROBING(others) "TOOR probing tick 1 0 root 10.0.0.2:10000" others

/* [E4] */
static void a_root_that_does_not_answer_to_a_complaint_is_dropped(void **state)
{
	(void)state;
	rig_register_root();
	rig_proven(A, "ROOT", 2, COMPLAINT, PROBED(PROBING("")));
	rig_bare(A, "ROOT\n", "TOOR 10.0.0.2:10000");
	rig_proven(B, "ROOT", 3, COMPLAINT, PROBING(""));
	rig_proven(B, "RREG", 3, "tick 1 50\n", "NREG probing tick 1 0 root 10.0.0.2:10000");
	rig_pass_series(R);
	rig_is_due("root-dead 10.0.0.2:10000, store 1");
	rig_proven(
		B, "RREG", 3, "tick 1 50\n",
		"store 2 full 10.0.0.4:10000, root-registered 10.0.0.4:10000, YREG tick 2 0 token");
}

/* [E4] */
static void a_root_that_answers_to_a_complaint_stays(void **state)
{
	(void)state;
	rig_register_root();
	rig_proven(A, "ROOT", 2, COMPLAINT, PROBED(PROBING("")));
	rig_pass(2 * US_PER_S / 6, "PING 10.0.0.2:10000");
	rig_fields(R, WIRE_PONG, rig.ping_nonce + 1, "");
	rig_fields(A, WIRE_PONG, rig.ping_nonce, "");
	assert_int_equal(rig_drops(DROP_UNEXPECTED), 2);
	rig_fields(R, WIRE_PONG, rig.ping_nonce, "");
	rig_fields(R, WIRE_PONG, rig.ping_nonce, "");
	assert_int_equal(rig_drops(DROP_UNEXPECTED), 3);
	rig_proven(A, "ROOT", 2, "", "TOOR tick 1 0 root 10.0.0.2:10000");
	assert_int_equal(registry_deadline(&rig.registry).us, 1000 + REGISTRY_FULL_GUARD_US);
	/* Its refresh is an answer as well. */
	rig_proven(A, "ROOT", 2, COMPLAINT, PROBED(PROBING("")));
	rig_proven(R, "RREG", 1, "tick 1 51\n", "YREG tick 1 51 token");
	rig_proven(A, "ROOT", 2, "", "TOOR tick 1 51 root 10.0.0.2:10000");
}

/* [E4] */
static void a_complaint_counts_if_it_is_proven_and_names_the_root(void **state)
{
	(void)state;
	rig_register_root();
	rig_unproven(A, "ROOT", 2, COMPLAINT, "TOOR tick 1 0 root 10.0.0.2:10000 cookie");
	rig_proven(A, "ROOT", 2, "dead 10.0.0.2 10001\n", "TOOR tick 1 0 root 10.0.0.2:10000");
	rig_proven(R, "ROOT", 1, COMPLAINT, "TOOR tick 1 0 root 10.0.0.2:10000");
	rig_proven(A, "ROOT", 2, "dead 10.0.0.2 10000\n", PROBED(PROBING("")));
}

/* [E4], [E5] */
static void a_root_whose_ticks_others_get_stays(void **state)
{
	(void)state;
	rig_register_root();
	rig_proven(A, "ROOT", 2, COMPLAINT, PROBED(PROBING("")));
	rig_proven(B, "ROOT", 3, "tick 1 53\n", PROBING(""));
	rig_pass_series(R);
	rig_is_due("");
	rig_proven(A, "ROOT", 2, "", "TOOR tick 1 0 root 10.0.0.2:10000");
	/* [E5] Not at once again. */
	rig_proven(A, "ROOT", 2, COMPLAINT, "TOOR tick 1 0 root 10.0.0.2:10000");
	rig.now.us += 10 * US_PER_S;
	/* That was then; and a tick that was on its way proves nothing. */
	rig_proven(A, "ROOT", 2, COMPLAINT, PROBED(PROBING("")));
	rig_pass_series(R);
	rig_is_due("root-dead 10.0.0.2:10000, store 1");
}

/* [E4] Base nodes cannot complain. */
static void a_base_node_makes_a_quiet_root_be_asked(void **state)
{
	(void)state;
	rig_register_root();
	rig.now.us += REGISTRY_QUIET_US;
	rig_bare(A, "ROOT\n", "TOOR 10.0.0.2:10000");
	rig.now.us++;
	rig_bare(A, "ROOT\n", PROBED("TOOR 10.0.0.2:10000"));
	rig_bare(B, "ROOT\n", "TOOR 10.0.0.2:10000");
	rig_pass_series(R);
	rig_is_due("root-dead 10.0.0.2:10000, store 1");
	rig_bare(A, "ROOT\n", "TOOR");
}

/* [E4] None of these says that the root lives. */
static void reports_that_prove_nothing_do_not_save_a_root(void **state)
{
	(void)state;
	rig_register_root();
	rig_proven(A, "ROOT", 2, COMPLAINT, PROBED(PROBING("")));
	rig_unproven(B, "ROOT", 3, "tick 1 60\n", PROBING(" cookie"));
	rig_proven(B, "ROOT", 3, "tick 1 50\n", PROBING(""));
	rig_proven(B, "ROOT", 3, "tick 2 60\n", PROBING(""));
	rig_proven(A, "ROOT", 2, "tick 1 60\n", PROBING(""));
	/* Nor does another complaint, which has seen more of it. */
	rig_proven(C, "ROOT", 4, "dead 10.0.0.2 10000\ntick 1 55\n", PROBING(""));
	rig_proven(B, "RREG", 3, "tick 1 55\n", "NREG probing tick 1 0 root 10.0.0.2:10000");
	rig_pass_series(R);
	rig_is_due("root-dead 10.0.0.2:10000, store 1");
}

/* [E4] */
static void a_port_that_is_closed_ends_a_root_at_once(void **state)
{
	(void)state;
	rig_register_root();
	rig_unreachable(R, 0, "");
	rig_unreachable(R, 1, "");
	rig_proven(A, "ROOT", 2, COMPLAINT, PROBED(PROBING("")));
	rig_unreachable(R, rig.ping_nonce + 1, "");
	rig_unreachable(A, rig.ping_nonce, "");
	rig_unreachable(R, rig.ping_nonce, "root-dead 10.0.0.2:10000, store 1");
	rig_unreachable(R, rig.ping_nonce, "");
	rig_proven(A, "ROOT", 2, "", "TOOR tick 1 0");
}

/* [E4] */
static void what_an_icmp_message_quotes_must_be_the_question(void **state)
{
	struct endpoint e = rig_endpoint(R);
	char bytes[WIRE_ANSWER_MAX];
	(void)state;
	rig_register_root();
	rig_proven(A, "ROOT", 2, COMPLAINT, PROBED(PROBING("")));
	union wire_fields f = {.PONG = {.nonce = rig.ping_nonce}};
	size_t size = wire_encode_fields(WIRE_PONG, &f, bytes);
	registry_on_unreachable(&rig.registry, &e, bytes, size, rig.now, &rig.actions);
	f = (union wire_fields){.PING = {.nonce = rig.ping_nonce}};
	size = wire_encode_fields(WIRE_PING, &f, bytes);
	registry_on_unreachable(&rig.registry, &e, bytes, size - 1, rig.now, &rig.actions);
	registry_on_unreachable(&rig.registry, &e, "YREG\n", 5, rig.now, &rig.actions);
	registry_on_unreachable(&rig.registry, &e, "", 0, rig.now, &rig.actions);
	rig_note(NULL);
	assert_string_equal(rig.text, "");
}

/* It has no answer to PING. */
static void a_base_root_is_dropped_by_icmp_and_not_by_silence(void **state)
{
	(void)state;
	rig_bare(R, "RREG\n", "store 1 base 10.0.0.2:10000, root-registered 10.0.0.2:10000, YREG");
	rig_proven(A, "ROOT", 2, COMPLAINT, PROBED(PROBING("")));
	rig_pass_series(R);
	rig_is_due("");
	rig_proven(A, "ROOT", 2, COMPLAINT, PROBED(PROBING("")));
	rig_unreachable(R, rig.ping_nonce, "root-dead 10.0.0.2:10000, store 1");
}

/* [E6] */
static void a_restored_root_is_asked_before_its_place_is_given_away(void **state)
{
	(void)state;
	rig_register_root();
	rig.now.us += 3600 * US_PER_S;
	rig_start_again();
	assert_int_equal(registry_deadline(&rig.registry).us, rig.now.us + REGISTRY_FULL_GUARD_US);
	rig_proven(A, "RREG", 2, "tick 1 99\n",
		   PROBED("NREG probing tick 1 0 root 10.0.0.2:10000"));
	rig_pass_series(R);
	rig_is_due("root-dead 10.0.0.2:10000, store 1");
	rig_proven(
		A, "RREG", 2, "tick 1 99\n",
		"store 2 full 10.0.0.3:10000, root-registered 10.0.0.3:10000, YREG tick 2 0 token");
}

/* [E6] */
static void who_asks_for_a_restored_root_makes_it_be_asked(void **state)
{
	(void)state;
	rig_register_root();
	rig_start_again();
	rig_unproven(A, "ROOT", 2, "", PROBED(PROBING(" cookie")));
	rig_fields(R, WIRE_PONG, rig.ping_nonce, "");
	rig_unproven(A, "ROOT", 2, "", "TOOR tick 1 0 root 10.0.0.2:10000 cookie");
	rig_start_again();
	rig_bare(A, "ROOT\n", PROBED("TOOR 10.0.0.2:10000"));
	rig_start_again();
	rig_bare(A, "RREG\n", PROBED("NREG"));
	rig_start_again();
	rig_proven(R, "ROOT", 1, "", "TOOR tick 1 0 root 10.0.0.2:10000");
	rig_proven(R, "RREG", 1, "tick 1 5\n", "YREG tick 1 5 token");
	rig_unproven(A, "ROOT", 2, "", "TOOR tick 1 5 root 10.0.0.2:10000 cookie");
}

/* [E6], [E1] A base root could not answer. */
static void of_what_was_no_full_root_the_epoch_comes_back(void **state)
{
	(void)state;
	rig_bare(R, "RREG\n", "store 1 base 10.0.0.2:10000, root-registered 10.0.0.2:10000, YREG");
	rig_start_again();
	rig_bare(A, "ROOT\n", "TOOR");
	rig_proven(
		A, "RREG", 2, "",
		"store 2 full 10.0.0.3:10000, root-registered 10.0.0.3:10000, YREG tick 2 0 token");
	rig_fields(A, WIRE_LEAV, rig.token, "root-left 10.0.0.3:10000, store 2");
	rig_start_again();
	rig_bare(A, "RREG\n", "store 3 base 10.0.0.3:10000, root-registered 10.0.0.3:10000, YREG");
}

/* [E6] */
static void a_restored_root_has_a_guard_time(void **state)
{
	(void)state;
	rig_register_root();
	rig_start_again();
	rig_pass(REGISTRY_FULL_GUARD_US, "root-probed 10.0.0.2:10000, PING 10.0.0.2:10000");
	rig_pass_series(R);
	rig_is_due("root-expired 10.0.0.2:10000, store 1");
}

/* [E7], [I4] */
static void only_the_root_can_say_that_it_leaves(void **state)
{
	(void)state;
	rig_register_root();
	rig_fields(R, WIRE_LEAV, rig.token + 1, "");
	rig_fields(A, WIRE_LEAV, rig.token, "");
	assert_int_equal(rig_drops(DROP_TOKEN), 2);
	rig_fields(R, WIRE_LEAV, rig.token, "root-left 10.0.0.2:10000, store 1");
	rig_fields(R, WIRE_LEAV, rig.token, "");
	assert_int_equal(rig_drops(DROP_UNEXPECTED), 1);
	assert_true(time_is_never(registry_deadline(&rig.registry)));
}

#define TEST(name) cmocka_unit_test_setup(name, rig_open)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_root_that_does_not_answer_to_a_complaint_is_dropped),
		TEST(a_root_that_answers_to_a_complaint_stays),
		TEST(a_complaint_counts_if_it_is_proven_and_names_the_root),
		TEST(a_root_whose_ticks_others_get_stays),
		TEST(a_base_node_makes_a_quiet_root_be_asked),
		TEST(reports_that_prove_nothing_do_not_save_a_root),
		TEST(a_port_that_is_closed_ends_a_root_at_once),
		TEST(what_an_icmp_message_quotes_must_be_the_question),
		TEST(a_base_root_is_dropped_by_icmp_and_not_by_silence),
		TEST(a_restored_root_is_asked_before_its_place_is_given_away),
		TEST(who_asks_for_a_restored_root_makes_it_be_asked),
		TEST(of_what_was_no_full_root_the_epoch_comes_back),
		TEST(a_restored_root_has_a_guard_time),
		TEST(only_the_root_can_say_that_it_leaves),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
