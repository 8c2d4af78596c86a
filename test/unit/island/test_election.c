/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
/* Which gateway of an island carries a group; and what gateways say to each other. [K5] */
#include "island/election.h"
#include "unit.h"

enum { GATEWAYS = 3, STEP_US = 10 * US_PER_MS };
#define KEY UINT64_C(0x1234)

static struct election gateways[GATEWAYS];
static bool is_up[GATEWAYS], are_apart; /* The last one is on an island of its own. */
static struct time now;
static unsigned yielded;

static bool hear_each_other(unsigned a, unsigned b)
{
	return a != b && is_up[a] && is_up[b] &&
	       !(are_apart && (a == GATEWAYS - 1) != (b == GATEWAYS - 1));
}

static void say(unsigned from, const char *bytes, size_t size)
{
	for (unsigned n = 0; n < GATEWAYS; n++)
		if (hear_each_other(from, n))
			election_take(&gateways[n], bytes, size, now);
}

static void run(int64_t us)
{
	char out[HELLO_SIZE_MAX];
	size_t size;
	for (struct time end = time_after(now, us); now.us < end.us; now.us += STEP_US)
		for (unsigned n = 0; n < GATEWAYS; n++) {
			if (!is_up[n])
				continue;
			yielded += election_judge(&gateways[n], 0, now) == ELECTION_YIELDED;
			if (election_on_time(&gateways[n], now, out, &size))
				say(n, out, size);
		}
}

/* Who carries it, as a set. */
static unsigned holders(void)
{
	unsigned set = 0;
	for (unsigned n = 0; n < GATEWAYS; n++)
		if (is_up[n] && election_holds(&gateways[n], 0))
			set |= 1u << n;
	return set;
}

static void start(unsigned n, uint64_t id)
{
	const struct endpoint group = {.address = {0xFF, 0x15}, .port = 5000};
	election_init(&gateways[n], (uint64_t)now.us);
	assert_int_equal(election_add(&gateways[n], &group), 0);
	election_set_place(&gateways[n], id, KEY, true, now);
	is_up[n] = true;
}

/* The first holds the place. */
static void start_two(void)
{
	start(0, 10);
	start(1, 30);
	run(2 * US_PER_S);
}

static int begin(void **state)
{
	(void)state;
	now = (struct time){US_PER_S};
	are_apart = false;
	yielded = 0;
	for (unsigned n = 0; n < GATEWAYS; n++)
		is_up[n] = false;
	return 0;
}

static void the_lowest_of_those_that_begin_together_carries(void **state)
{
	(void)state;
	start(0, 30);
	start(1, 10);
	start(2, 20);
	run(2 * US_PER_S);
	assert_int_equal(holders(), 1u << 1);
}

static void a_newcomer_disturbs_nobody(void **state)
{
	(void)state;
	start(0, 30);
	run(2 * US_PER_S);
	assert_int_equal(holders(), 1);
	start(1, 10);
	run(5 * US_PER_S);
	assert_int_equal(holders(), 1);
	assert_int_equal(yielded, 0);
}

static void who_is_silent_is_replaced_within_two_seconds(void **state)
{
	(void)state;
	start(0, 10);
	start(1, 30);
	start(2, 20);
	run(2 * US_PER_S);
	assert_int_equal(holders(), 1);
	is_up[0] = false;
	run(2 * US_PER_S);
	assert_int_equal(holders(), 1u << 2);
	is_up[2] = false;
	run(2 * US_PER_S);
	assert_int_equal(holders(), 1u << 1);
}

static void who_was_here_is_known_for_a_while(void **state)
{
	(void)state;
	start_two();
	is_up[0] = false;
	run(2 * US_PER_S);
	assert_true(election_knows(&gateways[1], 10, now));
	assert_false(election_knows(&gateways[1], 11, now));
	run(ELECTION_KNOWN_US);
	assert_false(election_knows(&gateways[1], 10, now)); /* It may be on another island. */
}

static void who_comes_again_disturbs_nobody(void **state)
{
	char out[HELLO_SIZE_MAX];
	size_t size;
	(void)state;
	start_two();
	assert_true(election_leave(&gateways[0], out, &size)); /* Its interface goes, */
	is_up[0] = false;
	run(2 * US_PER_S);
	is_up[0] = true; /* and comes. */
	election_listen(&gateways[0], now);
	run(2 * US_PER_S);
	assert_int_equal(holders(), 1u << 1);
	assert_int_equal(yielded, 0);
}

static void who_stops_says_so(void **state)
{
	char out[HELLO_SIZE_MAX];
	size_t size;
	(void)state;
	start_two();
	assert_true(election_leave(&gateways[0], out, &size));
	say(0, out, size);
	is_up[0] = false;
	run(2 * STEP_US);
	assert_int_equal(holders(), 1u << 1);
}

static void who_is_cut_off_yields_to_one_that_is_not(void **state)
{
	(void)state;
	start_two();
	election_set_place(&gateways[0], 10, KEY, false, now);
	run(2 * STEP_US);
	assert_int_equal(holders(), 1u << 1);
	election_set_place(&gateways[0], 10, KEY, true, now);
	run(2 * US_PER_S);
	assert_int_equal(holders(), 1u << 1);
}

static void islands_that_become_one_have_one_gateway_within_a_second(void **state)
{
	(void)state;
	are_apart = true;
	start(0, 20);
	start(2, 10);
	run(3 * US_PER_S);
	assert_int_equal(holders(), 1u | 1u << 2);
	are_apart = false;
	run(US_PER_S);
	assert_int_equal(holders(), 1u << 2);
	assert_int_equal(yielded, 1);
}

static void a_new_epoch_s_key_may_be_late_with_some(void **state)
{
	(void)state;
	start_two();
	election_set_place(&gateways[0], 10, KEY + 1, true, now);
	run(2 * STEP_US);
	election_set_place(&gateways[1], 30, KEY + 1, true, now);
	run(5 * US_PER_S);
	assert_int_equal(holders(), 1);
	assert_int_equal(yielded, 0);
}

static void strangers_and_what_is_old_change_nothing(void **state)
{
	struct hello hello = {.flags = HELLO_ATTACHED, .count = 1, .id = 1, .serial = 5};
	const struct endpoint group = {.address = {0xFF, 0x15}, .port = 5000};
	char out[HELLO_SIZE_MAX];
	(void)state;
	start(0, 10);
	run(2 * US_PER_S);
	hello.groups[0] = hello_group(&group) | HELLO_HOLDS;
	size_t size = hello_encode(&hello, KEY + 7, out);
	election_take(&gateways[0], out, size, now);
	assert_int_equal(gateways[0].strangers, 1);
	for (size_t cut = 0; cut < size; cut++)
		election_take(&gateways[0], out, cut, now);
	assert_int_equal(gateways[0].malformed, size);
	run(US_PER_S);
	assert_int_equal(holders(), 1);
	size = hello_encode(&hello, KEY, out);
	election_take(&gateways[0], out, size, now);
	run(2 * STEP_US);
	assert_int_equal(holders(), 0); /* It is one of us. */
	run(US_PER_S);
	assert_int_equal(holders(), 1);
	election_take(&gateways[0], out, size, now);
	assert_int_equal(gateways[0].replayed, 1);
	run(2 * STEP_US);
	assert_int_equal(holders(), 1);
}

static void its_tables_are_bounded(void **state)
{
	struct hello hello = {.flags = HELLO_ATTACHED};
	char out[HELLO_SIZE_MAX];
	(void)state;
	start(0, 10);
	run(2 * US_PER_S);
	for (unsigned n = 0; n < 3 * ELECTION_PEERS_MAX; n++) {
		hello.id = 100 + n;
		hello.serial = 1;
		election_take(&gateways[0], out, hello_encode(&hello, KEY, out), now);
	}
	assert_int_equal(gateways[0].crowded, 2 * ELECTION_PEERS_MAX);
	assert_int_equal(holders(), 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(the_lowest_of_those_that_begin_together_carries, begin),
		cmocka_unit_test_setup(a_newcomer_disturbs_nobody, begin),
		cmocka_unit_test_setup(who_is_silent_is_replaced_within_two_seconds, begin),
		cmocka_unit_test_setup(who_was_here_is_known_for_a_while, begin),
		cmocka_unit_test_setup(who_comes_again_disturbs_nobody, begin),
		cmocka_unit_test_setup(who_stops_says_so, begin),
		cmocka_unit_test_setup(who_is_cut_off_yields_to_one_that_is_not, begin),
		cmocka_unit_test_setup(islands_that_become_one_have_one_gateway_within_a_second,
				       begin),
		cmocka_unit_test_setup(a_new_epoch_s_key_may_be_late_with_some, begin),
		cmocka_unit_test_setup(strangers_and_what_is_old_change_nothing, begin),
		cmocka_unit_test_setup(its_tables_are_bounded, begin),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
