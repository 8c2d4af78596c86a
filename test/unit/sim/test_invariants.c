/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
#include "sim/invariants.h"
#include "sim/trial.h"

/* A healthy world of NODES nodes, into whose members the tests write what may not be there. Node 1
 * is the root; nodes 2, 3 and 4 are its children. */
#define NODES 12

struct patient {
	struct world world;
	struct invariants invariants;
};

static void observe(void *owner, const struct world_report *r)
{
	struct patient *p = owner;
	invariants_observe(&p->invariants, r);
}

static struct patient *open_patient(bool has_leaves)
{
	struct patient *p = calloc(1, sizeof(*p));
	const struct world_config config = trial_world();
	assert_non_null(p);
	world_init(&p->world, &config);
	invariants_init(&p->invariants, &p->world, has_leaves);
	p->world.observe = observe;
	p->world.owner = p;
	for (int i = 0; i < NODES; i++) {
		(void)world_add(&p->world, -1);
		world_run(&p->world, US_PER_S);
	}
	return p;
}

static void close_patient(struct patient *p)
{
	invariants_done(&p->invariants);
	world_done(&p->world);
	free(p);
}

static struct member *member_of(struct patient *p, uint32_t host)
{
	return p->world.hosts[host].member;
}

/* A child of `host`. */
static uint32_t child_of(struct patient *p, uint32_t host)
{
	const struct children *c = &member_of(p, host)->children;
	assert_true(c->count > 0);
	return world_find(&p->world, &c->endpoints[0]);
}

static uint32_t leaf_of(struct patient *p)
{
	uint32_t host = 2;
	while (member_of(p, host)->children.count > 0)
		host++;
	return host;
}

static void add_child(struct patient *p, uint32_t parent, uint32_t child)
{
	const struct path path = {.remote = p->world.hosts[child].self,
				  .local = p->world.hosts[parent].self};
	children_add(&member_of(p, parent)->children, &path,
		     time_after(p->world.now, 180 * US_PER_S));
}

static void remove_child(struct patient *p, uint32_t parent, uint32_t child)
{
	struct children *c = &member_of(p, parent)->children;
	children_remove(c, children_find(c, &p->world.hosts[child].self));
}

/* Whatever it was, it is called so, and about them; 0 stands for nobody. Ends the patient. */
static void expect(struct patient *p, const char *name, uint32_t host, uint32_t other)
{
	const struct violation *v = &p->invariants.violation;
	if (!v->invariant)
		fail_msg("%s is not noticed", name);
	assert_string_equal(v->invariant, name);
	assert_int_equal(v->host_count, (host != 0) + (other != 0));
	if (host != 0)
		assert_int_equal(v->hosts[0], host);
	if (other != 0)
		assert_int_equal(v->hosts[1], other);
	assert_true(strlen(v->text) > 0 && strlen(v->text) < sizeof(v->text) - 1);
	assert_int_equal(v->at.us, p->world.now.us);
	close_patient(p);
}

/* At any moment: after an event of that node, and in a look at all. */
static void check_now(struct patient *p, uint32_t host)
{
	struct violation of_all;
	invariants_check(&p->invariants);
	of_all = p->invariants.violation;
	p->invariants.violation = (struct violation){0};
	invariants_after_event(&p->invariants, host);
	assert_ptr_equal(of_all.invariant, p->invariants.violation.invariant);
	assert_string_equal(of_all.text, p->invariants.violation.text);
}

static void begin_quiet(struct patient *p)
{
	invariants_begin_quiet(&p->invariants);
}

static void expect_nothing(struct patient *p)
{
	const struct violation *v = &p->invariants.violation;
	if (v->invariant)
		fail_msg("%s: %s", v->invariant, v->text);
}

/* --- At any moment --- */

static void a_healthy_world_violates_nothing(void **state)
{
	struct patient *p = open_patient(false);
	const struct known_faults none = {0};
	(void)state;
	for (uint32_t i = 1; i <= NODES; i++)
		check_now(p, i);
	begin_quiet(p);
	invariants_begin_delivery(&p->invariants, 1);
	world_publish(&p->world, 5, "bonjour!", 8);
	world_run(&p->world, 60 * US_PER_S);
	invariants_check_quiet(&p->invariants);
	expect_nothing(p);
	assert_memory_equal(&p->invariants.faults, &none, sizeof(none));
	close_patient(p);
}

static void a_root_does_not_look_for_a_parent(void **state)
{
	struct patient *p = open_patient(false);
	(void)state;
	member_of(p, 1)->request.is_open = true;
	member_of(p, 1)->request.type = WIRE_RREG; /* That it may. */
	check_now(p, 1);
	expect_nothing(p);
	member_of(p, 1)->request.type = WIRE_RJOI;
	check_now(p, 1);
	expect(p, "root-has-no-parent", 1, 0);
}

static void a_root_takes_children(void **state)
{
	struct patient *p = open_patient(false);
	uint32_t leaf = leaf_of(p);
	(void)state;
	member_of(p, leaf)->children.max = 0;
	check_now(p, leaf);
	expect_nothing(p);
	member_of(p, leaf)->state = MEMBER_ROOT;
	check_now(p, leaf);
	expect(p, "root-has-no-parent", leaf, 0);
}

static void nobody_is_its_own_parent(void **state)
{
	struct patient *p = open_patient(false);
	(void)state;
	member_of(p, 7)->parent = p->world.hosts[7].self;
	check_now(p, 7);
	expect(p, "not-its-own-parent", 7, 0);
}

static void nobody_has_more_children_than_it_may(void **state)
{
	struct patient *p = open_patient(false);
	(void)state;
	assert_int_equal(member_of(p, 1)->children.count, 3);
	p->world.hosts[1].children_max = 2;
	check_now(p, 1);
	expect(p, "children-are-limited", 1, 0);
}

static void nobody_has_a_child_twice(void **state)
{
	struct patient *p = open_patient(false);
	struct children *c = &member_of(p, 1)->children;
	(void)state;
	c->endpoints[2] = c->endpoints[0];
	check_now(p, 1);
	expect(p, "children-are-limited", 1, 0);
}

static void what_is_held_is_what_the_core_says(void **state)
{
	struct patient *p = open_patient(false);
	(void)state;
	world_run(&p->world, 100 * US_PER_S); /* So that it does not know the root any more, */
	world_publish(&p->world, 6, "bonjour!", 8); /* and asks for it. */
	assert_int_equal(p->world.hosts[6].user->count, 1);
	check_now(p, 6);
	expect_nothing(p);
	held_put(&p->world.hosts[6].user->held, TIME_NEVER);
	check_now(p, 6);
	expect(p, "held-is-bounded", 6, 0);
}

static void every_node_is_woken_in_time(void **state)
{
	struct patient *p = open_patient(false);
	struct world_host *h = &p->world.hosts[4];
	(void)state;
	h->wake_at = time_after(member_deadline(h->member), 1);
	check_now(p, 4);
	expect(p, "deadline-is-kept", 4, 0);
}

static void every_node_with_a_drifting_clock_is_woken_in_time(void **state)
{
	struct patient *p = open_patient(false);
	struct world_host *h = &p->world.hosts[4];
	(void)state;
	world_set_drift(&p->world, 4, -100000);
	check_now(p, 4);
	expect_nothing(p);
	h->wake_at = time_after(clock_true(h->clock, member_deadline(h->member)), 1);
	check_now(p, 4);
	expect(p, "deadline-is-kept", 4, 0);
}

static void every_node_waits_for_something(void **state)
{
	struct patient *p = open_patient(false);
	uint32_t leaf = leaf_of(p);
	(void)state;
	member_of(p, leaf)->refresh_at = TIME_NEVER;
	member_of(p, leaf)->request.is_open = false;
	check_now(p, leaf);
	expect(p, "deadline-is-kept", leaf, 0);
}

static void time_passes(void **state)
{
	struct patient *p = open_patient(false);
	(void)state;
	for (int i = 0; i < 110000; i++)
		invariants_after_event(&p->invariants, 3);
	expect_nothing(p);
	for (int i = 0; i < 10000; i++)
		invariants_after_event(&p->invariants, 3);
	expect(p, "time-passes", 3, 0);
}

static void time_passes_if_it_does(void **state)
{
	struct patient *p = open_patient(false);
	(void)state;
	for (int i = 0; i < 300000; i++) {
		p->world.now.us += i % 100000 == 0;
		invariants_after_event(&p->invariants, 3);
	}
	expect_nothing(p);
	close_patient(p);
}

static void who_does_not_run_is_not_looked_at(void **state)
{
	struct patient *p = open_patient(false);
	(void)state;
	member_of(p, 7)->parent = p->world.hosts[7].self;
	world_stop(&p->world, 7, WORLD_SILENT);
	check_now(p, 7);
	expect_nothing(p);
	close_patient(p);
}

static void the_first_violation_is_kept(void **state)
{
	struct patient *p = open_patient(false);
	(void)state;
	member_of(p, 7)->parent = p->world.hosts[7].self;
	invariants_check(&p->invariants);
	member_of(p, 3)->parent = p->world.hosts[3].self;
	invariants_check(&p->invariants);
	expect(p, "not-its-own-parent", 7, 0);
}

/* --- Once it has been quiet --- */

static void a_child_that_was_dropped_is_not_quiet(void **state)
{
	struct patient *p = open_patient(false);
	(void)state;
	p->invariants.faults.false_deaths = 3; /* Before: known fault. */
	begin_quiet(p);
	invariants_check_quiet(&p->invariants);
	expect_nothing(p);
	/* Node 1 believes that 2 did not refresh. */
	member_of(p, 1)->children.expires_at[children_find(&member_of(p, 1)->children,
							   &p->world.hosts[2].self)] = p->world.now;
	member_on_time(member_of(p, 1), p->world.now, &p->world.actions);
	p->world.hosts[1].wake_at = p->world.now; /* Lets the world carry it out. */
	queue_put(&p->world.queue, p->world.now, 1, NULL);
	world_run(&p->world, 0);
	assert_int_equal(p->invariants.faults.false_deaths, 4);
	invariants_check_quiet(&p->invariants);
	expect(p, "nobody-is-given-up", 0, 0);
}

static void a_parent_that_was_given_up_is_not_quiet_unless_leaves_refuse(void **state)
{
	(void)state;
	for (int has_leaves = 0; has_leaves < 2; has_leaves++) {
		struct patient *p = open_patient(has_leaves != 0);
		begin_quiet(p);
		p->invariants.faults.given_up = 1;
		invariants_check_quiet(&p->invariants);
		if (!has_leaves) {
			expect(p, "nobody-is-given-up", 0, 0);
			continue;
		}
		expect_nothing(p);
		close_patient(p);
	}
}

static void the_root_is_registered(void **state)
{
	struct patient *p = open_patient(false);
	(void)state;
	begin_quiet(p);
	p->world.registry.roots[0].is_registered = false;
	invariants_check_quiet(&p->invariants);
	expect(p, "one-registered-root", 1, 0);
	p = open_patient(false);
	begin_quiet(p);
	p->world.registry.roots[0].endpoint = p->world.hosts[2].self;
	invariants_check_quiet(&p->invariants);
	expect(p, "one-registered-root", 1, 0);
}

static void the_registered_root_is_one(void **state)
{
	struct patient *p = open_patient(false);
	(void)state;
	begin_quiet(p);
	world_stop(&p->world, 1, WORLD_SILENT);
	invariants_check_quiet(&p->invariants);
	expect(p, "one-registered-root", 1, 0);
}

static void two_roots_are_counted_and_in_the_end_are_one_too_many(void **state)
{
	struct patient *p = open_patient(false);
	uint32_t leaf = leaf_of(p);
	(void)state;
	begin_quiet(p);
	member_of(p, leaf)->state = MEMBER_ROOT;
	invariants_check(&p->invariants);
	expect_nothing(p);
	assert_int_equal(p->invariants.faults.two_roots, 1);
	invariants_check_quiet(&p->invariants);
	expect(p, "one-registered-root", 1, leaf);
}

static void everybody_has_a_place(void **state)
{
	struct patient *p = open_patient(false);
	uint32_t leaf = leaf_of(p);
	(void)state;
	begin_quiet(p);
	remove_child(p, world_parent(&p->world, leaf), leaf);
	member_of(p, leaf)->state = MEMBER_JOINING;
	invariants_check_quiet(&p->invariants);
	expect(p, "everybody-has-a-place", leaf, 0);
}

static void where_leaves_feed_nobody_there_may_be_no_room(void **state)
{
	struct patient *p = open_patient(true);
	uint32_t leaf = leaf_of(p);
	(void)state;
	begin_quiet(p);
	remove_child(p, world_parent(&p->world, leaf), leaf);
	member_of(p, leaf)->state = MEMBER_JOINING;
	invariants_check_quiet(&p->invariants);
	expect_nothing(p);
	assert_int_equal(p->invariants.faults.no_room, 1);
	close_patient(p);
}

static void a_parent_knows_its_child(void **state)
{
	struct patient *p = open_patient(false);
	uint32_t leaf = leaf_of(p), parent = world_parent(&p->world, leaf);
	(void)state;
	begin_quiet(p);
	remove_child(p, parent, leaf);
	invariants_check_quiet(&p->invariants);
	expect(p, "parent-and-child-agree", leaf, parent);
}

static void a_child_knows_its_parent(void **state)
{
	struct patient *p = open_patient(false);
	uint32_t leaf = leaf_of(p);
	(void)state;
	begin_quiet(p);
	add_child(p, leaf, 2);
	invariants_check_quiet(&p->invariants);
	expect(p, "parent-and-child-agree", leaf, 2);
}

/* Two nodes that are each other's parent, each with an entry for the other: known fault 1. */
static void cycles_are_counted_and_violate_nothing(void **state)
{
	struct patient *p = open_patient(false);
	uint32_t a = 2, b = child_of(p, 2), below = 0;
	(void)state;
	begin_quiet(p);
	for (uint32_t i = 2; i <= NODES; i++)
		for (uint32_t up = world_parent(&p->world, i); up != 1 && i != b;
		     up = world_parent(&p->world, up))
			if (up == a) {
				below++;
				break;
			}
	if (member_of(p, b)->children.count == 3)
		remove_child(p, b, child_of(p, b));
	remove_child(p, 1, a);
	add_child(p, b, a);
	member_of(p, a)->parent = p->world.hosts[b].self;
	invariants_check_quiet(&p->invariants);
	expect_nothing(p);
	assert_int_equal(p->invariants.faults.in_cycle, 2);
	assert_int_equal(p->invariants.faults.below_cycle, below);
	close_patient(p);
}

static void a_message_comes_to_everybody(void **state)
{
	struct patient *p = open_patient(false);
	(void)state;
	begin_quiet(p);
	world_publish(&p->world, 5, "before it", 9);
	world_run(&p->world, 10 * US_PER_S);
	invariants_begin_delivery(&p->invariants, 1);
	world_publish(&p->world, 5, "bonjour!", 8);
	world_run(&p->world, 10 * US_PER_S);
	p->world.hosts[9].delivered--;
	invariants_check_quiet(&p->invariants);
	expect(p, "one-message-once", 9, 0);
}

static void a_message_comes_once(void **state)
{
	struct patient *p = open_patient(false);
	(void)state;
	begin_quiet(p);
	invariants_begin_delivery(&p->invariants, 1);
	world_publish(&p->world, 5, "bonjour!", 8);
	world_run(&p->world, 10 * US_PER_S);
	p->world.hosts[9].delivered++;
	invariants_check_quiet(&p->invariants);
	expect(p, "one-message-once", 9, 0);
}

static void who_comes_after_the_message_need_not_have_it(void **state)
{
	struct patient *p = open_patient(false);
	(void)state;
	begin_quiet(p);
	uint32_t late = world_add(&p->world, -1);
	invariants_begin_delivery(&p->invariants, 1);
	world_publish(&p->world, 5, "bonjour!", 8);
	world_run(&p->world, 10 * US_PER_S);
	p->world.hosts[late].delivered = 0;
	invariants_check_quiet(&p->invariants);
	expect_nothing(p);
	close_patient(p);
}

static void a_world_recovers_in_time_whoever_stops(void **state)
{
	(void)state;
	for (uint32_t host = 0; host <= NODES; host++) {
		struct patient *p = open_patient(false);
		world_stop(&p->world, host, host % 2 == 0 ? WORLD_SILENT : WORLD_CLOSED);
		if (host == 0)
			world_restart(&p->world, 0);
		world_run(&p->world, invariants_recovery_us(&p->world));
		begin_quiet(p);
		invariants_check_quiet(&p->invariants);
		expect_nothing(p);
		close_patient(p);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_healthy_world_violates_nothing),
		cmocka_unit_test(a_root_does_not_look_for_a_parent),
		cmocka_unit_test(a_root_takes_children),
		cmocka_unit_test(nobody_is_its_own_parent),
		cmocka_unit_test(nobody_has_more_children_than_it_may),
		cmocka_unit_test(nobody_has_a_child_twice),
		cmocka_unit_test(what_is_held_is_what_the_core_says),
		cmocka_unit_test(every_node_is_woken_in_time),
		cmocka_unit_test(every_node_with_a_drifting_clock_is_woken_in_time),
		cmocka_unit_test(every_node_waits_for_something),
		cmocka_unit_test(time_passes),
		cmocka_unit_test(time_passes_if_it_does),
		cmocka_unit_test(who_does_not_run_is_not_looked_at),
		cmocka_unit_test(the_first_violation_is_kept),
		cmocka_unit_test(a_child_that_was_dropped_is_not_quiet),
		cmocka_unit_test(a_parent_that_was_given_up_is_not_quiet_unless_leaves_refuse),
		cmocka_unit_test(the_root_is_registered),
		cmocka_unit_test(the_registered_root_is_one),
		cmocka_unit_test(two_roots_are_counted_and_in_the_end_are_one_too_many),
		cmocka_unit_test(everybody_has_a_place),
		cmocka_unit_test(where_leaves_feed_nobody_there_may_be_no_room),
		cmocka_unit_test(a_parent_knows_its_child),
		cmocka_unit_test(a_child_knows_its_parent),
		cmocka_unit_test(cycles_are_counted_and_violate_nothing),
		cmocka_unit_test(a_message_comes_to_everybody),
		cmocka_unit_test(a_message_comes_once),
		cmocka_unit_test(who_comes_after_the_message_need_not_have_it),
		cmocka_unit_test(a_world_recovers_in_time_whoever_stops),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
