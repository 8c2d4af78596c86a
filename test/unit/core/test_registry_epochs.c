/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
#include "registry_rig.h"
#include "unit.h"

#include <stdio.h>
#include <string.h>

/* [E1], [E2] */
static void a_root_refreshes_within_its_epoch(void **state)
{
	(void)state;
	rig_register_root();
	assert_int_equal(registry_deadline(&rig.registry).us, rig.now.us + REGISTRY_FULL_GUARD_US);
	rig_proven(A, "RREG", 2, "", "NREG root tick 1 0 root 10.0.0.2:10000");
	rig.now.us += 20 * US_PER_S;
	rig_proven(R, "RREG", 1, "tick 1 20\n", "YREG tick 1 20 token");
	assert_int_equal(registry_deadline(&rig.registry).us, rig.now.us + REGISTRY_FULL_GUARD_US);
	rig_proven(R, "RREG", 1, "tick 1 19\n", "YREG tick 1 20 token");
	rig_proven(A, "ROOT", 2, "tick 1 500\n", "TOOR tick 1 20 root 10.0.0.2:10000");
}

/* [E1] */
static void each_new_root_has_a_higher_epoch(void **state)
{
	(void)state;
	rig_register_root();
	/* The same endpoint, another start. */
	rig_proven(
		R, "RREG", 9, "",
		"store 2 full 10.0.0.2:10000, root-registered 10.0.0.2:10000, YREG tick 2 0 token");
	rig_fields(R, WIRE_LEAV, rig.token, "root-left 10.0.0.2:10000, store 2");
	rig_proven(A, "ROOT", 2, "", "TOOR tick 2 0");
	rig_proven(
		A, "RREG", 2, "tick 7 100\n",
		"store 8 full 10.0.0.3:10000, root-registered 10.0.0.3:10000, YREG tick 8 0 token");
}

/* [E1], [R2] */
static void base_roots_have_epochs_as_well(void **state)
{
	(void)state;
	rig_bare(A, "RREG\n", "store 1 base 10.0.0.3:10000, root-registered 10.0.0.3:10000, YREG");
	rig_bare(A, "RREG\n", "YREG");
	assert_int_equal(registry_deadline(&rig.registry).us, rig.now.us + 180 * US_PER_S);
	rig_proven(R, "RREG", 1, "", "NREG root tick 1 0 root 10.0.0.3:10000");
	/* It speaks the full profile now. */
	rig_proven(
		A, "RREG", 2, "",
		"store 2 full 10.0.0.3:10000, root-registered 10.0.0.3:10000, YREG tick 2 0 token");
	rig_bare(R, "RREG\n", "NREG");
	rig_bare(R, "ROOT\n", "TOOR 10.0.0.3:10000");
	rig_fields(A, WIRE_LEAV, rig.token, "root-left 10.0.0.3:10000, store 2");
	rig_bare(R, "RREG\n", "store 3 base 10.0.0.2:10000, root-registered 10.0.0.2:10000, YREG");
	rig_pass(180 * US_PER_S, "root-expired 10.0.0.2:10000, store 3");
}

/* A bare request proves nothing: the full root is asked. */
static void a_bare_request_does_not_take_the_place_of_a_full_root_that_answers(void **state)
{
	(void)state;
	rig_register_root();
	rig_bare(R, "RREG\n", "root-probed 10.0.0.2:10000, PING 10.0.0.2:10000, YREG");
	rig_fields(R, WIRE_PONG, rig.ping_nonce, "");
	rig_proven(A, "ROOT", 2, "", "TOOR tick 1 0 root 10.0.0.2:10000");
	rig_bare(R, "RREG\n", "root-probed 10.0.0.2:10000, PING 10.0.0.2:10000, YREG");
	rig_pass_series(R);
	rig_is_due("store 2 base 10.0.0.2:10000, root-registered 10.0.0.2:10000");
	rig_bare(R, "RREG\n", "YREG");
}

/* [E2] */
static void a_full_root_is_asked_once_more_before_it_expires(void **state)
{
	(void)state;
	rig_register_root();
	rig_pass(REGISTRY_FULL_GUARD_US - 1, "");
	rig_pass(1, "root-probed 10.0.0.2:10000, PING 10.0.0.2:10000");
	rig_proven(A, "ROOT", 2, "", "TOOR probing tick 1 0 root 10.0.0.2:10000");
	rig_pass_series(R);
	rig_is_due("root-expired 10.0.0.2:10000, store 1");
	assert_true(time_is_never(registry_deadline(&rig.registry)));
	rig_proven(A, "ROOT", 2, "", "TOOR tick 1 0");
}

/* [E2] But what answers and does not refresh is no root. */
static void a_root_that_answers_has_one_more_guard_time(void **state)
{
	(void)state;
	rig_register_root();
	rig_pass(REGISTRY_FULL_GUARD_US, "root-probed 10.0.0.2:10000, PING 10.0.0.2:10000");
	rig_fields(R, WIRE_PONG, rig.ping_nonce, "");
	rig_pass(REGISTRY_FULL_GUARD_US - 1, "");
	rig_proven(R, "RREG", 1, "", "YREG tick 1 0 token");
	rig_pass(REGISTRY_FULL_GUARD_US, "root-probed 10.0.0.2:10000, PING 10.0.0.2:10000");
	rig_fields(R, WIRE_PONG, rig.ping_nonce, "");
	rig_pass(REGISTRY_FULL_GUARD_US, "root-expired 10.0.0.2:10000, store 1");
}

/* [E3] A member of a later epoch than that of the root that we have: we have lost our state. */
static void a_later_epoch_that_is_told_makes_the_root_begin_another(void **state)
{
	(void)state;
	rig_register_root();
	rig_unproven(A, "ROOT", 2, "tick 7 3\n", "TOOR tick 1 0 root 10.0.0.2:10000 cookie");
	rig_proven(R, "RREG", 1, "tick 1 2\n", "YREG tick 1 2 token");
	rig_proven(A, "ROOT", 2, "tick 7 3\n", "TOOR tick 1 2 root 10.0.0.2:10000");
	rig_proven(R, "RREG", 1, "tick 1 3\n",
		   "store 8 full 10.0.0.2:10000, root-registered 10.0.0.2:10000, "
		   "YREG tick 8 0 token");
	rig_proven(R, "RREG", 1, "tick 8 1\n", "YREG tick 8 1 token");
	/* One that was given to two. */
	rig_proven(B, "RREG", 3, "tick 8 9\n", "NREG root tick 8 1 root 10.0.0.2:10000");
	rig_proven(R, "RREG", 1, "tick 8 2\n",
		   "store 9 full 10.0.0.2:10000, root-registered 10.0.0.2:10000, "
		   "YREG tick 9 0 token");
}

/* [E3] */
static void a_claim_beyond_our_epoch_wins(void **state)
{
	(void)state;
	rig_register_root();
	rig_proven(A, "RREG", 2, "tick 1 1000\n", "NREG root tick 1 0 root 10.0.0.2:10000");
	rig_proven(
		A, "RREG", 2, "tick 6 10\n",
		"store 7 full 10.0.0.3:10000, root-registered 10.0.0.3:10000, YREG tick 7 0 token");
	rig_proven(R, "RREG", 1, "tick 1 50\n", "NREG root tick 7 0 root 10.0.0.3:10000");
}

/* [E3] */
static void the_root_itself_may_know_of_a_higher_epoch(void **state)
{
	(void)state;
	rig_register_root();
	rig_proven(
		R, "RREG", 1, "tick 4 10\n",
		"store 5 full 10.0.0.2:10000, root-registered 10.0.0.2:10000, YREG tick 5 0 token");
	rig_proven(R, "RREG", 1, "tick 5 10\n", "YREG tick 5 10 token");
}

/* [E3] */
static void a_claim_cannot_use_up_the_epochs(void **state)
{
	(void)state;
	rig_proven(R, "RREG", 1, "tick 4294967295 4294967295\n",
		   "store 2147483648 full 10.0.0.2:10000, root-registered 10.0.0.2:10000, "
		   "YREG tick 2147483648 0 token");
	rig_proven(R, "RREG", 1, "tick 4294967295 4294967295\n", "YREG tick 2147483648 0 token");
	rig_proven(R, "RREG", 2, "tick 4294967295 4294967295\n",
		   "store 2147483649 full 10.0.0.2:10000, root-registered 10.0.0.2:10000, "
		   "YREG tick 2147483649 0 token");
}

#define TEST(name) cmocka_unit_test_setup(name, rig_open)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_later_epoch_that_is_told_makes_the_root_begin_another),
		TEST(a_root_refreshes_within_its_epoch),
		TEST(each_new_root_has_a_higher_epoch),
		TEST(base_roots_have_epochs_as_well),
		TEST(a_bare_request_does_not_take_the_place_of_a_full_root_that_answers),
		TEST(a_full_root_is_asked_once_more_before_it_expires),
		TEST(a_root_that_answers_has_one_more_guard_time),
		TEST(a_claim_beyond_our_epoch_wins),
		TEST(the_root_itself_may_know_of_a_higher_epoch),
		TEST(a_claim_cannot_use_up_the_epochs),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
