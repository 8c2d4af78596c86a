/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
#include "core/walk.h"
#include "unit.h"

#include <stdlib.h>

static struct walk walk;
static struct random draws;

static struct endpoint endpoint_of(unsigned number)
{
	uint8_t address[4] = {10, 1, (uint8_t)(number >> 8), (uint8_t)number};
	return endpoint_from_v4(address, 10000);
}

static void begin(enum walk_purpose purpose)
{
	random_init(&draws, 1);
	walk_start(&walk, purpose);
}

static struct candidate *add(unsigned number)
{
	struct endpoint e = endpoint_of(number);
	return walk_add(&walk, &e, &draws);
}

/* Somebody whom others have named: full, with a place. */
static struct candidate *add_listed(unsigned number, uint16_t depth)
{
	struct candidate *c = add(number);
	assert_non_null(c);
	c->is_full = true;
	c->depth = depth;
	c->free = 1;
	c->draw = number;
	return c;
}

static struct candidate *add_known(unsigned number, uint16_t depth, uint8_t free_places)
{
	struct candidate *c = add_listed(number, depth);
	c->state = CANDIDATE_KNOWN;
	c->free = free_places;
	return c;
}

static struct candidate *add_measured(unsigned number, uint32_t rtt_us, uint32_t delay_us)
{
	struct candidate *c = add_listed(number, 1);
	candidate_measured(c, rtt_us);
	c->delay_us = delay_us;
	return c;
}

static struct candidate *find(unsigned number)
{
	struct endpoint e = endpoint_of(number);
	return walk_find(&walk, &e);
}

/* --- The pool --- */

static void a_pool_lends_each_walk_to_one_at_a_time(void **state)
{
	struct walk_pool *pool = malloc(walk_pool_size(2));
	(void)state;
	assert_non_null(pool);
	walk_pool_init(pool, 2);
	struct walk *a = walk_take(pool), *b = walk_take(pool);
	assert_non_null(a);
	assert_non_null(b);
	assert_ptr_not_equal(a, b);
	assert_null(walk_take(pool));
	walk_give(pool, a);
	assert_ptr_equal(walk_take(pool), a);
	assert_null(walk_take(pool));
	free(pool);
}

static void a_pool_of_none_lends_nothing(void **state)
{
	struct walk_pool *pool = malloc(walk_pool_size(0));
	(void)state;
	assert_non_null(pool);
	walk_pool_init(pool, 0);
	assert_null(walk_take(pool));
	free(pool);
}

/* --- The table --- */

static void who_is_there_already_is_not_added_again(void **state)
{
	(void)state;
	begin(WALK_JOIN);
	assert_null(find(1));
	assert_non_null(add(1));
	assert_null(add(1));
	assert_int_equal(walk.count, 1);
	find(1)->state = CANDIDATE_FAILED;
	assert_null(add(1)); /* [J5] Nor who has failed. */
	assert_null(find(2));
}

static void a_new_candidate_is_listed_and_nothing_is_known_of_it(void **state)
{
	(void)state;
	begin(WALK_JOIN);
	const struct candidate *c = add(1);
	assert_int_equal(c->state, CANDIDATE_LISTED);
	assert_false(c->is_full);
	assert_int_equal(c->samples, 0);
	assert_int_equal(c->cookie, 0);
	assert_true(time_is_never(c->pinged_at));
}

static void nobody_is_asked_when_others_are_added(void **state)
{
	(void)state;
	begin(WALK_JOIN);
	assert_int_equal(walk.current, walk.count);
	(void)add(1);
	assert_int_equal(walk.current, walk.count);
	walk.current = 0;
	(void)add(2);
	assert_int_equal(walk.current, 0); /* Who is asked stays that. */
}

/* [J1] */
static void a_full_table_takes_nobody_while_all_are_of_use(void **state)
{
	(void)state;
	begin(WALK_JOIN);
	for (unsigned i = 0; i < WALK_CANDIDATES; i++)
		(void)add_listed(i, 1);
	assert_int_equal(walk.count, 64);
	assert_null(add(1000));
	find(3)->state = CANDIDATE_FAILED; /* To be remembered: it is not asked again. */
	assert_null(add(1000));
	find(4)->state = CANDIDATE_KNOWN; /* With a place. */
	assert_null(add(1000));
	assert_non_null(find(3));
}

/* [V4] */
static void a_third_of_the_round_trip_less_a_millisecond_is_much_nearer(void **state)
{
	(void)state;
	assert_true(walk_is_nearer(1000, 4000));
	assert_false(walk_is_nearer(1001, 4002));
	assert_true(walk_is_nearer(0, 1000));
	assert_false(walk_is_nearer(0, 999));
	assert_false(walk_is_nearer(UINT64_MAX / 3 + 1, 4000));
}

/* [V4] It has to be measured as [J3] says first. */
static void a_place_that_a_far_child_leaves_is_one_for_who_is_much_nearer(void **state)
{
	(void)state;
	begin(WALK_IMPROVE);
	struct candidate *c = add_known(1, 1, 0);
	c->yield_us = 60000;
	candidate_measured(c, 10000);
	assert_false(candidate_has_place(c));
	assert_null(walk_best(&walk, POLICY_CLOSEST));
	candidate_measured(c, 10000);
	assert_true(candidate_has_place(c));
	assert_ptr_equal(walk_best(&walk, POLICY_CLOSEST), c);
	c->yield_us = 30000;
	assert_false(candidate_has_place(c));
	c->free = 1;
	assert_true(candidate_has_place(c));
}

/* [V5] */
static void a_place_that_a_short_child_leaves_is_a_free_one(void **state)
{
	(void)state;
	begin(WALK_ORPHAN);
	struct candidate *c = add_known(1, 1, 0);
	assert_null(walk_best(&walk, POLICY_SHALLOW));
	c->gives_way = true;
	assert_true(candidate_has_place(c));
	assert_ptr_equal(walk_best(&walk, POLICY_SHALLOW), c);
}

/* [J1] */
static void who_has_answered_and_has_no_place_makes_room(void **state)
{
	(void)state;
	begin(WALK_JOIN);
	for (unsigned i = 0; i < WALK_CANDIDATES; i++)
		(void)add_listed(i, 1);
	find(7)->state = CANDIDATE_KNOWN;
	find(7)->free = 0;
	assert_non_null(add(1000));
	assert_int_equal(walk.count, WALK_CANDIDATES);
	assert_null(find(7));
	assert_int_equal(find(1000)->state, CANDIDATE_LISTED);
	assert_null(add(1001));
}

static void neither_who_is_asked_nor_the_parent_makes_room(void **state)
{
	(void)state;
	begin(WALK_IMPROVE);
	for (unsigned i = 0; i < WALK_CANDIDATES; i++)
		(void)add_known(i, 1, 1);
	find(0)->free = find(1)->free = 0;
	walk.current = 0;
	find(1)->is_current = true;
	assert_null(add(1000));
	walk.current = walk.count;
	assert_non_null(add(1000));
	assert_null(find(0));
	assert_non_null(find(1));
}

static void a_walk_that_begins_again_remembers_only_who_failed(void **state)
{
	(void)state;
	begin(WALK_ORPHAN);
	(void)add_listed(1, 1);
	add_listed(2, 1)->state = CANDIDATE_FAILED;
	(void)add_known(3, 1, 1);
	add_listed(4, 1)->state = CANDIDATE_FAILED;
	walk.asked = 7;
	walk.current = 2;
	walk_restart(&walk);
	assert_int_equal(walk.count, 2);
	assert_int_equal(walk.asked, 0);
	assert_int_equal(walk.current, walk.count);
	assert_non_null(find(2));
	assert_non_null(find(4));
	assert_null(walk_best(&walk, POLICY_SHALLOW));
}

/* --- What a place costs --- */

/* [J2] rtt + a fifth of the delay. */
static void closest_counts_the_round_trip_and_a_part_of_the_delay(void **state)
{
	(void)state;
	begin(WALK_JOIN);
	const struct candidate *c = add_measured(1, 20000, 50000);
	assert_int_equal(candidate_cost(c, POLICY_CLOSEST), 30000);
}

/* [J2] Half a round trip for each hop down to its place, 20 at most. */
static void closest_counts_the_way_down_from_who_is_full(void **state)
{
	(void)state;
	begin(WALK_JOIN);
	struct candidate *c = add_measured(1, 20000, 50000);
	c->free = 0;
	c->room = 2;
	assert_int_equal(candidate_cost(c, POLICY_CLOSEST), 20000 + 70000 / 5);
	c->room = WIRE_NO_ROOM;
	assert_int_equal(candidate_cost(c, POLICY_CLOSEST), 20000 + 250000 / 5);
	c->state = CANDIDATE_KNOWN; /* It has told its own delay, and the place is its own. */
	assert_int_equal(candidate_cost(c, POLICY_CLOSEST), 30000);
}

static void the_longest_times_do_not_overflow(void **state)
{
	(void)state;
	begin(WALK_JOIN);
	struct candidate *c = add_measured(1, UINT32_MAX, UINT32_MAX);
	c->free = 0;
	c->room = WIRE_NO_ROOM;
	assert_true(candidate_cost(c, POLICY_CLOSEST) > UINT32_MAX);
}

static void closest_has_who_was_not_measured_last(void **state)
{
	(void)state;
	begin(WALK_JOIN);
	assert_int_equal(candidate_cost(add_listed(1, 0), POLICY_CLOSEST), UINT32_MAX);
	const struct candidate *far = add_measured(2, 3000000, 3000000);
	assert_ptr_equal(walk_best(&walk, POLICY_CLOSEST), far);
}

/* [J2] */
static void shallow_counts_hops_and_base_nodes_come_last(void **state)
{
	(void)state;
	begin(WALK_JOIN);
	struct candidate *c = add_listed(1, 3);
	c->free = 0;
	c->room = 2;
	assert_int_equal(candidate_cost(c, POLICY_SHALLOW), 5);
	c->room = WIRE_NO_ROOM;
	assert_int_equal(candidate_cost(c, POLICY_SHALLOW), 10003);
	c->room = 0;
	c->is_full = false;
	assert_int_equal(candidate_cost(c, POLICY_SHALLOW), 10003);
	c->state = CANDIDATE_KNOWN;
	assert_int_equal(candidate_cost(c, POLICY_SHALLOW), 3);
}

/* [J3] Who is far beyond it is not measured again. */
static void the_least_cost_is_of_those_that_were_measured_and_may_be_asked(void **state)
{
	(void)state;
	begin(WALK_JOIN);
	assert_int_equal(walk_least_cost(&walk, POLICY_CLOSEST), UINT32_MAX);
	(void)add_listed(1, 0);
	assert_int_equal(walk_least_cost(&walk, POLICY_CLOSEST), UINT32_MAX);
	(void)add_measured(2, 40000, 0);
	assert_int_equal(walk_least_cost(&walk, POLICY_CLOSEST), 40000);
	(void)add_measured(3, 10000, 50000); /* The delay counts. */
	assert_int_equal(walk_least_cost(&walk, POLICY_CLOSEST), 10000 + 50000 / 5);
	add_measured(4, 1000, 0)->state = CANDIDATE_FAILED;
	assert_int_equal(walk_least_cost(&walk, POLICY_CLOSEST), 20000);
	struct candidate *known = add_measured(5, 15000, 0);
	known->state = CANDIDATE_KNOWN; /* Whether it has a place or not. */
	known->free = 0;
	assert_int_equal(walk_least_cost(&walk, POLICY_CLOSEST), 15000);
}

static void the_least_cost_of_shallow_is_in_hops(void **state)
{
	(void)state;
	begin(WALK_JOIN);
	assert_int_equal(walk_least_cost(&walk, POLICY_SHALLOW), UINT32_MAX);
	(void)add_listed(1, 4);
	(void)add_known(2, 3, 1);
	add_listed(3, 1)->state = CANDIDATE_FAILED;
	assert_int_equal(walk_least_cost(&walk, POLICY_SHALLOW), 3);
}

/* --- Who is next --- */

static void closest_takes_the_least_cost(void **state)
{
	(void)state;
	begin(WALK_JOIN);
	(void)add_measured(1, 40000, 0);
	(void)add_measured(2, 10000, 90000);
	const struct candidate *best = add_measured(3, 20000, 0);
	assert_ptr_equal(walk_best(&walk, POLICY_CLOSEST), best);
}

/* [J2] 300 microseconds or a tenth are no difference: then the fewest hops. */
static void times_that_hardly_differ_are_decided_by_hops(void **state)
{
	static const struct {
		uint32_t less, more;
		bool is_tie;
	} pairs[] = {
		{1000, 1300, true},     {1000, 1301, false},     {0, 300, true},
		{0, 301, false},        {10000, 11000, true},    {10000, 11001, false},
		{100000, 110000, true}, {100000, 110001, false},
	};
	(void)state;
	for (size_t i = 0; i < COUNT(pairs); i++) {
		begin(WALK_JOIN);
		struct candidate *near = add_measured(1, pairs[i].less, 0);
		struct candidate *high = add_measured(2, pairs[i].more, 0);
		near->depth = 5;
		high->depth = 4;
		assert_ptr_equal(walk_best(&walk, POLICY_CLOSEST), pairs[i].is_tie ? high : near);
	}
}

/* [J2] Who has answered, then at random. */
static void among_equals_who_has_answered_is_first_then_the_draw_decides(void **state)
{
	(void)state;
	for (int policy = POLICY_CLOSEST; policy <= POLICY_SHALLOW; policy++) {
		begin(WALK_JOIN);
		struct candidate *a = add_measured(1, 10000, 0), *b = add_measured(2, 10000, 0);
		a->draw = 8;
		b->draw = 3;
		assert_ptr_equal(walk_best(&walk, (enum policy)policy), b);
		a->draw = 2;
		assert_ptr_equal(walk_best(&walk, (enum policy)policy), a);
		b->state = CANDIDATE_KNOWN;
		assert_ptr_equal(walk_best(&walk, (enum policy)policy), b);
	}
}

/* [J2], [M10] */
static void random_takes_a_place_that_is_known_then_goes_down(void **state)
{
	(void)state;
	begin(WALK_JOIN);
	(void)add_listed(1, 1);
	struct candidate *deep = add_listed(2, 4), *twin = add_listed(3, 4);
	assert_ptr_equal(walk_best(&walk, POLICY_RANDOM), deep);
	twin->draw = 0;
	assert_ptr_equal(walk_best(&walk, POLICY_RANDOM), twin);
	const struct candidate *known = add_known(4, 0, 1);
	assert_ptr_equal(walk_best(&walk, POLICY_RANDOM), known);
}

static void who_failed_or_has_no_place_or_is_the_parent_is_never_next(void **state)
{
	(void)state;
	begin(WALK_IMPROVE);
	add_listed(1, 0)->state = CANDIDATE_FAILED;
	(void)add_known(2, 0, 0);
	add_known(3, 0, 1)->is_current = true;
	assert_null(walk_best(&walk, POLICY_SHALLOW));
	const struct candidate *c = add_listed(4, 1000);
	assert_ptr_equal(walk_best(&walk, POLICY_SHALLOW), c);
}

static void of_those_not_asked_the_best_can_be_had_alone(void **state)
{
	(void)state;
	begin(WALK_JOIN);
	struct candidate *known = add_known(1, 1, 1);
	assert_null(walk_best_listed(&walk, POLICY_SHALLOW));
	const struct candidate *listed = add_listed(2, 2);
	assert_ptr_equal(walk_best(&walk, POLICY_SHALLOW), known);
	assert_ptr_equal(walk_best_listed(&walk, POLICY_SHALLOW), listed);
}

/* [J5], [V1] */
static void after_so_many_a_place_that_is_known_is_enough(void **state)
{
	static const struct {
		enum walk_purpose purpose;
		unsigned asked;
	} limits[] = {{WALK_JOIN, 32}, {WALK_ORPHAN, 32}, {WALK_RESCUE, 32}, {WALK_IMPROVE, 32}};
	(void)state;
	for (size_t i = 0; i < COUNT(limits); i++) {
		begin(limits[i].purpose);
		struct candidate *better = add_listed(1, 1), *place = add_known(2, 9, 1);
		walk.asked = limits[i].asked - 1;
		assert_ptr_equal(walk_best(&walk, POLICY_SHALLOW), better);
		walk.asked = limits[i].asked;
		assert_ptr_equal(walk_best(&walk, POLICY_SHALLOW), place);
		place->free = 0; /* [J5] Without any the walk goes on. */
		assert_ptr_equal(walk_best(&walk, POLICY_SHALLOW), better);
	}
}

/* --- Round trips --- */

/* [J3] RFC 6298, section 2: an eighth of each; but the first has ARP in it, and counts only until
 * the second is here. */
static void round_trips_are_smoothed_from_the_second_on(void **state)
{
	(void)state;
	begin(WALK_JOIN);
	struct candidate *c = add(1);
	candidate_measured(c, 80000);
	assert_int_equal(c->rtt_us, 80000);
	candidate_measured(c, 160000);
	assert_int_equal(c->rtt_us, 160000);
	assert_int_equal(c->samples, 2);
	candidate_measured(c, 80000);
	assert_int_equal(c->rtt_us, (7 * 160000 + 80000) / 8);
	assert_int_equal(c->samples, 3);
}

static void round_trips_out_of_range_are_cut_and_their_number_does_not_wrap(void **state)
{
	(void)state;
	begin(WALK_JOIN);
	struct candidate *c = add(1);
	candidate_measured(c, -5);
	assert_int_equal(c->rtt_us, 0);
	c->samples = 0;
	candidate_measured(c, INT64_MAX);
	assert_int_equal(c->rtt_us, INT32_MAX);
	for (int i = 0; i < 300; i++)
		candidate_measured(c, INT64_MAX);
	assert_int_equal(c->rtt_us, INT32_MAX);
	assert_int_equal(c->samples, UINT8_MAX);
}

/* [J3] Twice, with four questions at most; base nodes do not answer them. */
static void closest_alone_measures_and_only_so_often(void **state)
{
	(void)state;
	begin(WALK_JOIN);
	struct candidate *c = add_listed(1, 1);
	assert_true(candidate_is_to_measure(c, POLICY_CLOSEST));
	assert_false(candidate_is_to_measure(c, POLICY_SHALLOW));
	assert_false(candidate_is_to_measure(c, POLICY_RANDOM));
	c->is_full = false;
	assert_false(candidate_is_to_measure(c, POLICY_CLOSEST));
	c->is_full = true;
	c->state = CANDIDATE_FAILED;
	assert_false(candidate_is_to_measure(c, POLICY_CLOSEST));
	c->state = CANDIDATE_KNOWN;
	candidate_measured(c, 1000);
	assert_true(candidate_is_to_measure(c, POLICY_CLOSEST));
	candidate_measured(c, 1000);
	assert_false(candidate_is_to_measure(c, POLICY_CLOSEST));
	c->samples = 0;
	c->pings = 3;
	assert_true(candidate_is_to_measure(c, POLICY_CLOSEST));
	c->pings = 4;
	assert_false(candidate_is_to_measure(c, POLICY_CLOSEST));
}

/* --- Whether it pays to move --- */

static bool is_gain(uint32_t rtt_us, uint16_t depth, uint32_t mine_us, uint16_t my_depth,
		    enum policy policy)
{
	begin(WALK_IMPROVE);
	struct candidate *there = add_measured(1, rtt_us, 0), *here = add_measured(2, mine_us, 0);
	there->state = here->state = CANDIDATE_KNOWN;
	there->depth = depth;
	here->depth = my_depth;
	return candidate_is_gain(there, here, policy);
}

/* [V2] A twentieth of the cost and half a millisecond, where it is no tie. */
static void closest_moves_for_a_twentieth_and_half_a_millisecond(void **state)
{
	(void)state;
	assert_true(is_gain(90909, 1, 100000, 1, POLICY_CLOSEST));
	assert_false(is_gain(90910, 1, 100000, 1, POLICY_CLOSEST));
	assert_true(is_gain(8999, 1, 10000, 1, POLICY_CLOSEST));
	assert_true(is_gain(9000, 1, 10000, 1, POLICY_CLOSEST));
	assert_false(is_gain(9001, 1, 10000, 1, POLICY_CLOSEST));
	assert_false(is_gain(200000, 0, 100000, 5, POLICY_CLOSEST));
}

/* [V2] */
static void of_equal_costs_closest_moves_for_a_hop(void **state)
{
	(void)state;
	assert_true(is_gain(95000, 1, 100000, 2, POLICY_CLOSEST));
	assert_true(is_gain(105000, 1, 100000, 2, POLICY_CLOSEST));
	assert_false(is_gain(95000, 2, 100000, 2, POLICY_CLOSEST));
	assert_false(is_gain(95000, 3, 100000, 2, POLICY_CLOSEST));
}

/* [V2] */
static void shallow_moves_for_a_hop_and_random_for_nothing(void **state)
{
	(void)state;
	assert_true(is_gain(900000, 1, 1000, 2, POLICY_SHALLOW));
	assert_false(is_gain(1000, 2, 900000, 2, POLICY_SHALLOW));
	assert_false(is_gain(1000, 1, 900000, 9, POLICY_RANDOM));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_pool_lends_each_walk_to_one_at_a_time),
		cmocka_unit_test(a_pool_of_none_lends_nothing),
		cmocka_unit_test(who_is_there_already_is_not_added_again),
		cmocka_unit_test(a_new_candidate_is_listed_and_nothing_is_known_of_it),
		cmocka_unit_test(nobody_is_asked_when_others_are_added),
		cmocka_unit_test(a_full_table_takes_nobody_while_all_are_of_use),
		cmocka_unit_test(a_third_of_the_round_trip_less_a_millisecond_is_much_nearer),
		cmocka_unit_test(a_place_that_a_far_child_leaves_is_one_for_who_is_much_nearer),
		cmocka_unit_test(a_place_that_a_short_child_leaves_is_a_free_one),
		cmocka_unit_test(who_has_answered_and_has_no_place_makes_room),
		cmocka_unit_test(neither_who_is_asked_nor_the_parent_makes_room),
		cmocka_unit_test(a_walk_that_begins_again_remembers_only_who_failed),
		cmocka_unit_test(closest_counts_the_round_trip_and_a_part_of_the_delay),
		cmocka_unit_test(closest_counts_the_way_down_from_who_is_full),
		cmocka_unit_test(the_longest_times_do_not_overflow),
		cmocka_unit_test(closest_has_who_was_not_measured_last),
		cmocka_unit_test(shallow_counts_hops_and_base_nodes_come_last),
		cmocka_unit_test(the_least_cost_is_of_those_that_were_measured_and_may_be_asked),
		cmocka_unit_test(the_least_cost_of_shallow_is_in_hops),
		cmocka_unit_test(closest_takes_the_least_cost),
		cmocka_unit_test(times_that_hardly_differ_are_decided_by_hops),
		cmocka_unit_test(among_equals_who_has_answered_is_first_then_the_draw_decides),
		cmocka_unit_test(random_takes_a_place_that_is_known_then_goes_down),
		cmocka_unit_test(who_failed_or_has_no_place_or_is_the_parent_is_never_next),
		cmocka_unit_test(of_those_not_asked_the_best_can_be_had_alone),
		cmocka_unit_test(after_so_many_a_place_that_is_known_is_enough),
		cmocka_unit_test(round_trips_are_smoothed_from_the_second_on),
		cmocka_unit_test(round_trips_out_of_range_are_cut_and_their_number_does_not_wrap),
		cmocka_unit_test(closest_alone_measures_and_only_so_often),
		cmocka_unit_test(closest_moves_for_a_twentieth_and_half_a_millisecond),
		cmocka_unit_test(of_equal_costs_closest_moves_for_a_hop),
		cmocka_unit_test(shallow_moves_for_a_hop_and_random_for_nothing),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
