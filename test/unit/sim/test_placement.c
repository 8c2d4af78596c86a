/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
#include "sim/placement.h"
#include "unit.h"

#include <string.h>

static struct placement placement_of(const struct topology *t, int64_t min_us, int64_t max_us,
				     uint64_t seed, uint32_t hosts)
{
	struct placement p;
	placement_init(&p, t, min_us, max_us, seed);
	for (uint32_t i = 0; i < hosts; i++)
		placement_add(&p);
	return p;
}

static void the_first_hosts_have_a_place_each(void **state)
{
	struct topology t;
	bool is_taken[100] = {false};
	unsigned at_home = 0;
	(void)state;
	topology_plane(&t, 100, 10000, 1);
	struct placement p = placement_of(&t, 50, 90, 1, 101);
	for (uint32_t i = 1; i <= 100; i++) {
		assert_true(p.hosts[i].place < 100);
		assert_false(is_taken[p.hosts[i].place]);
		is_taken[p.hosts[i].place] = true;
		assert_int_equal(p.hosts[i].last_mile_us, 0);
		at_home += p.hosts[i].place == i - 1;
	}
	assert_in_range(at_home, 0, 10);
	for (uint32_t i = 1; i < 100; i++)
		assert_int_equal(placement_delay_us(&p, i, i + 1),
				 topology_delay_us(&t, p.hosts[i].place, p.hosts[i + 1].place));
	placement_done(&p);
	topology_done(&t);
}

static void the_rendezvous_point_is_where_host_1_is(void **state)
{
	struct topology t;
	(void)state;
	topology_plane(&t, 10, 10000, 1);
	for (uint64_t seed = 1; seed <= 20; seed++) {
		struct placement p = placement_of(&t, 50, 90, seed, 3);
		assert_int_equal(p.hosts[0].place, p.hosts[1].place);
		assert_int_equal(p.hosts[0].last_mile_us, 0);
		assert_int_equal(placement_delay_us(&p, 0, 2), placement_delay_us(&p, 1, 2));
		placement_done(&p);
	}
	topology_done(&t);
}

static void further_hosts_have_drawn_places_and_last_miles(void **state)
{
	struct topology t;
	unsigned at[10] = {0}, last_mile[41] = {0};
	(void)state;
	topology_plane(&t, 10, 10000, 1);
	struct placement p = placement_of(&t, 50, 90, 1, 41011);
	for (uint32_t i = 11; i < 41011; i++) {
		at[p.hosts[i].place]++;
		assert_in_range(p.hosts[i].last_mile_us, 50, 90);
		last_mile[p.hosts[i].last_mile_us - 50]++;
	}
	for (size_t i = 0; i < COUNT(at); i++)
		assert_in_range(at[i], 3800, 4400);
	for (size_t i = 0; i < COUNT(last_mile); i++)
		assert_in_range(last_mile[i], 850, 1150);
	const struct placement_host *a = &p.hosts[5], *b = &p.hosts[5000], *c = &p.hosts[5001];
	assert_int_equal(placement_delay_us(&p, 5, 5000),
			 topology_delay_us(&t, a->place, b->place) + b->last_mile_us);
	assert_int_equal(placement_delay_us(&p, 5000, 5001),
			 topology_delay_us(&t, b->place, c->place) + b->last_mile_us +
				 c->last_mile_us);
	placement_done(&p);
	topology_done(&t);
}

static void to_itself_a_host_has_no_delay_and_to_any_other_some(void **state)
{
	struct topology plane, lan;
	(void)state;
	topology_plane(&plane, 2, 1000, 1);
	topology_lan(&lan, 0);
	struct placement p = placement_of(&plane, 0, 0, 1, 20), q = placement_of(&lan, 0, 0, 1, 20);
	for (uint32_t a = 0; a < 20; a++)
		for (uint32_t b = 0; b < 20; b++) {
			assert_int_equal(placement_delay_us(&p, a, b) == 0, a == b);
			assert_int_equal(placement_delay_us(&q, a, b), a != b);
		}
	placement_done(&p);
	placement_done(&q);
	topology_done(&plane);
	topology_done(&lan);
}

static void a_lan_without_last_miles_remembers_no_host(void **state)
{
	struct topology t;
	(void)state;
	topology_lan(&t, 100);
	struct placement p = placement_of(&t, 0, 0, 1, 1000);
	assert_null(p.hosts);
	assert_int_equal(p.count, 1000);
	assert_int_equal(placement_delay_us(&p, 3, 999), 100);
	placement_done(&p);
	topology_done(&t);
}

static void on_a_lan_there_may_be_last_miles(void **state)
{
	struct topology t;
	(void)state;
	topology_lan(&t, 100);
	struct placement p = placement_of(&t, 7, 7, 1, 10);
	assert_int_equal(placement_delay_us(&p, 0, 1), 100);
	assert_int_equal(placement_delay_us(&p, 1, 2), 107);
	assert_int_equal(placement_delay_us(&p, 3, 2), 114);
	placement_done(&p);
	topology_done(&t);
}

/* Where the first ones are does not depend on how many come later, nor on their last miles. */
static void the_same_seed_gives_the_same_places(void **state)
{
	struct topology t;
	(void)state;
	topology_plane(&t, 100, 10000, 1);
	struct placement a = placement_of(&t, 1, 9, 7, 500), b = placement_of(&t, 1, 9, 7, 300);
	struct placement far = placement_of(&t, 1, 9999, 7, 101);
	struct placement other = placement_of(&t, 1, 9, 8, 500);
	assert_memory_equal(a.hosts, b.hosts, 300 * sizeof(*a.hosts));
	assert_memory_equal(a.hosts, far.hosts, 101 * sizeof(*a.hosts));
	assert_memory_not_equal(a.hosts, other.hosts, 100 * sizeof(*a.hosts));
	placement_done(&a);
	placement_done(&b);
	placement_done(&far);
	placement_done(&other);
	topology_done(&t);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_first_hosts_have_a_place_each),
		cmocka_unit_test(the_rendezvous_point_is_where_host_1_is),
		cmocka_unit_test(further_hosts_have_drawn_places_and_last_miles),
		cmocka_unit_test(to_itself_a_host_has_no_delay_and_to_any_other_some),
		cmocka_unit_test(a_lan_without_last_miles_remembers_no_host),
		cmocka_unit_test(on_a_lan_there_may_be_last_miles),
		cmocka_unit_test(the_same_seed_gives_the_same_places),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
