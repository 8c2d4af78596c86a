/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
/* invariants_full.c: a healthy world, into which is written what may not be there. */
#include "sim/invariants.h"
#include "sim/trial.h"

#define NODES 12

static struct world world;
static struct invariants v;

static void observe(void *owner, const struct world_report *r)
{
	(void)owner;
	invariants_observe(&v, r);
}

static int setup(void **state)
{
	struct world_config config = trial_world();
	(void)state;
	config.is_full = true;
	world_init(&world, &config);
	invariants_init(&v, &world, false);
	world.observe = observe;
	for (int i = 0; i < NODES; i++) {
		(void)world_add(&world, -1);
		world_run(&world, US_PER_S);
	}
	invariants_check(&v);
	assert_null(v.violation.invariant);
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	invariants_done(&v);
	world_done(&world);
	return 0;
}

static struct member *member_of(uint32_t host)
{
	return world.hosts[host].member;
}

/* What is written into members changes when they want to be woken: nobody looks. */
static void stand_still(void)
{
	for (uint32_t i = 1; i <= NODES; i++) {
		world.hosts[i].wake_at = (struct time){0};
		world.hosts[i].member->refresh_at = world.now;
	}
}

static void expect(const char *name)
{
	if (!v.violation.invariant)
		fail_msg("%s is not noticed", name);
	assert_string_equal(v.violation.invariant, name);
}

static uint32_t leaf(void)
{
	uint32_t host = 2;
	while (member_of(host)->children.count > 0)
		host++;
	return host;
}

static void a_healthy_world_violates_nothing(void **state)
{
	(void)state;
	invariants_begin_quiet(&v);
	invariants_begin_delivery(&v, 1);
	world_publish(&world, 5, "bonjour!", 8);
	world_run(&world, 60 * US_PER_S);
	invariants_check_quiet(&v);
	assert_null(v.violation.invariant);
	/* It is well again within minutes, whatever it was. */
	assert_in_range(invariants_recovery_us(&world), 10 * US_PER_S, 180 * US_PER_S);
}

static void one_child_beyond_the_limit_is_a_foster_child(void **state)
{
	(void)state;
	struct children *c = &member_of(1)->children;
	assert_int_equal(c->count, 3);
	c->foster_count = 1;
	invariants_after_event(&v, 1);
	expect("one-foster-child");
	v.violation = (struct violation){0};
	c->known[1].is_foster = true;
	invariants_after_event(&v, 1);
	assert_null(v.violation.invariant);
}

static void one_epoch_has_one_root(void **state)
{
	(void)state;
	struct member *m = member_of(5);
	stand_still();
	m->state = MEMBER_ROOT;
	m->full->tick.epoch = 2;
	invariants_after_event(&v, 5);
	assert_null(v.violation.invariant); /* There may be two, for a while. */
	m->full->tick.epoch = 1;
	invariants_after_event(&v, 5);
	expect("one-root-an-epoch");
	assert_int_equal(v.violation.hosts[0], 1);
	assert_int_equal(v.violation.hosts[1], 5);
	v.violation = (struct violation){0};
	world.config.rdv_forgets = true;
	invariants_after_event(&v, 5);
	assert_null(v.violation.invariant);
	m->state = MEMBER_ATTACHED;
}

static void a_cycle_may_last_ten_ticks(void **state)
{
	(void)state;
	stand_still();
	uint32_t below = leaf(), above = world_parent(&world, below);
	assert_true(above > 1);
	member_of(above)->parent = world.hosts[below].self;
	world.now.us += US_PER_S;
	invariants_check(&v);
	world.now.us += 10 * US_PER_S;
	invariants_check(&v);
	assert_null(v.violation.invariant);
	world.now.us += 100 * US_PER_MS;
	invariants_check(&v);
	assert_null(v.violation.invariant); /* Looked at now and then. */
	world.now.us += US_PER_S;
	member_of(below)->full->is_parent_full = false; /* Known fault 1. */
	invariants_check(&v);
	assert_null(v.violation.invariant);
	world.now.us += US_PER_S;
	member_of(below)->full->is_parent_full = true;
	invariants_check(&v);
	expect("no-cycle-lasts");
}

static void what_a_source_keeps_is_kept(void **state)
{
	(void)state;
	world_publish(&world, 5, "bonjour!", 8);
	invariants_after_event(&v, 5);
	assert_null(v.violation.invariant);
	world.hosts[5].user->keep->count++;
	invariants_after_event(&v, 5);
	expect("kept-is-bounded");
	world.hosts[5].user->keep->count--;
}

static void nothing_is_delivered_twice(void **state)
{
	(void)state;
	struct delivery d = {.world = &world};
	v.delivery = &d;
	invariants_check(&v);
	assert_null(v.violation.invariant);
	d.repeated = 1;
	d.repeated_host = 7;
	invariants_check(&v);
	expect("delivered-once");
	assert_int_equal(v.violation.hosts[0], 7);
}

static void who_is_in_no_tree_violates_it(void **state)
{
	(void)state;
	stand_still();
	uint32_t host = leaf();
	member_of(host)->state = MEMBER_JOINING;
	invariants_check_quiet(&v);
	expect("everybody-has-a-place");
}

static void who_has_just_moved_may_be_in_two_tables(void **state)
{
	(void)state;
	stand_still();
	uint32_t host = leaf();
	uint32_t parent = world_parent(&world, host), other = parent == 1 ? 2 : 1;
	struct children *c = &member_of(other)->children;
	const struct path path = {.remote = world.hosts[host].self,
				  .local = world.hosts[other].self};
	if (children_is_full(c))
		children_remove(c, c->count - 1U);
	(void)children_add_full(c, &path, TIME_NEVER, &(struct child){0});
	member_of(host)->full->moved_at = world.now;
	for (uint32_t i = 1; i <= NODES; i++) /* Whoever was removed has just moved, too. */
		member_of(i)->full->moved_at = world.now;
	world.now.us += 6 * US_PER_S;
	invariants_check_quiet(&v);
	expect("parent-and-child-agree");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_healthy_world_violates_nothing),
		TEST(one_child_beyond_the_limit_is_a_foster_child),
		TEST(one_epoch_has_one_root),
		TEST(a_cycle_may_last_ten_ticks),
		TEST(what_a_source_keeps_is_kept),
		TEST(nothing_is_delivered_twice),
		TEST(who_is_in_no_tree_violates_it),
		TEST(who_has_just_moved_may_be_in_two_tables),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
