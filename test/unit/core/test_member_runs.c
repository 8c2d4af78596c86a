/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
/* What a member decides about a run of messages: once for all of them, and as for each alone. */
#include "rig.h"

#include <string.h>

#define EACH   (sizeof("DATA\nbonjour") - 1)
#define COPIES 5

static struct rig *rig;
static char run_bytes[COPIES * EACH];
static struct run run;
static struct payload payload; /* The same. */

static int open_rig(void **state)
{
	(void)state;
	rig = rig_new(3, 1);
	rig->config.held_us = US_PER_S;
	for (size_t i = 0; i < COPIES; i++)
		memcpy(run_bytes + i * EACH, "DATA\nbonjour", EACH);
	run = run_of(run_bytes, sizeof(run_bytes), EACH);
	payload = (struct payload){.run = run, .header_size = WIRE_HEADER_SIZE};
	return 0;
}

static int close_rig(void **state)
{
	(void)state;
	rig_free(rig);
	return 0;
}

static void receive_data(const char *from)
{
	struct path path = {.remote = rig_peer(from)};
	size_t count =
		member_receive_data(&rig->member, &path, &run, WIRE_DATA, rig->now, &rig->actions);
	assert_int_equal(count, run.count);
}

/* The next action is of this type and about the first `count` of the run. */
static void expect_action(enum action_type type, size_t count)
{
	const struct action *a = actions_take(&rig->actions);
	assert_non_null(a);
	assert_int_equal(a->type, type);
	assert_ptr_equal(a->payload.run.bytes, run_bytes);
	assert_int_equal(a->payload.run.count, count);
	assert_int_equal(a->payload.run.segment_size, EACH);
}

static void expect_nothing(void)
{
	assert_null(actions_take(&rig->actions));
}

/* [P6], [P7] */
static void a_run_from_the_parent_is_passed_on_whole(void **state)
{
	(void)state;
	rig_start(rig, true);
	rig_attach(rig, "p1");
	rig_tell(rig, "p2", "RJOI\n");
	receive_data("p1");
	expect_action(ACTION_FORWARD, COPIES);
	expect_action(ACTION_DELIVER, COPIES);
	expect_nothing();
}

/* [P7], and nobody is their own parent. */
static void a_run_from_another_is_dropped_and_each_counted(void **state)
{
	(void)state;
	rig_start(rig, true);
	rig_attach(rig, "p1");
	receive_data("p2");
	assert_int_equal(rig->drops.count[DROP_DATA_STRANGER], COPIES);
	receive_data("self");
	assert_int_equal(rig->drops.count[DROP_SELF], COPIES);
	expect_nothing();
}

static void make_root(void)
{
	rig_start(rig, true);
	rig_tell(rig, "rp1", "TOOR\n");
	rig_tell(rig, "rp1", "YREG\n");
	assert_int_equal(rig->member.state, MEMBER_ROOT);
	rig_forget(rig);
}

/* [P5] */
static void the_root_takes_of_a_run_what_its_limit_allows(void **state)
{
	struct quota quota;
	(void)state;
	make_root();
	receive_data("p2");
	expect_action(ACTION_DELIVER, COPIES);
	quota_init(&quota, 3);
	rig->member.quota = &quota;
	receive_data("p2");
	expect_action(ACTION_DELIVER, 3);
	receive_data("p2");
	receive_data("p3"); /* Each address has its own. */
	expect_action(ACTION_DELIVER, 3);
	expect_nothing();
	assert_int_equal(rig->drops.count[DROP_DATA_LIMIT], 2 + COPIES + 2);
}

/* [P1] */
static void the_root_publishes_a_run_whole(void **state)
{
	(void)state;
	make_root();
	assert_int_equal(member_publish(&rig->member, &payload, rig->now, &rig->actions), COPIES);
	expect_action(ACTION_DELIVER, COPIES);
	expect_nothing();
}

/* [P2] */
static void a_run_goes_to_the_root_whole(void **state)
{
	(void)state;
	rig_start(rig, true);
	rig_attach(rig, "p1");
	assert_int_equal(member_publish(&rig->member, &payload, rig->now, &rig->actions), COPIES);
	expect_action(ACTION_DATA, COPIES);
	expect_nothing();
}

/* [P4] */
static void a_run_waits_for_a_root_one_by_one(void **state)
{
	(void)state;
	rig_start(rig, true);
	rig_forget(rig);
	struct payload left = payload;
	for (size_t i = 0; i < COPIES; i++) {
		size_t taken = member_publish(&rig->member, &left, rig->now, &rig->actions);
		assert_int_equal(taken, 1);
		const struct action *a = actions_take(&rig->actions);
		assert_int_equal(a->type, ACTION_HOLD);
		assert_ptr_equal(a->payload.run.bytes, run_bytes + i * EACH);
		assert_int_equal(a->payload.run.size, EACH);
		(void)run_take(&left.run, taken);
	}
	assert_int_equal(left.run.count, 0);
	assert_int_equal(rig->held.count, COPIES);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, open_rig, close_rig)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_run_from_the_parent_is_passed_on_whole),
		TEST(a_run_from_another_is_dropped_and_each_counted),
		TEST(the_root_takes_of_a_run_what_its_limit_allows),
		TEST(the_root_publishes_a_run_whole),
		TEST(a_run_goes_to_the_root_whole),
		TEST(a_run_waits_for_a_root_one_by_one),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
