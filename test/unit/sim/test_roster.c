/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
#include "sim/roster.h"
#include "sim/trial.h"

/* Nodes 1 to 30, and a list to fill. */
struct bench {
	struct experiment *e;
	struct random random;
	struct host_list list;
};

static struct bench open_bench(uint32_t nodes)
{
	struct bench b = {.e = trial_open(nodes)};
	random_init(&b.random, 5);
	return b;
}

static void close_bench(struct bench *b)
{
	host_list_done(&b->list);
	trial_close(b->e);
}

static const struct host_list *resolve(struct bench *b, struct who who, bool of_stopped)
{
	roster_resolve(&b->e->roster, &who, of_stopped, &b->random, &b->list);
	return &b->list;
}

static void stop(struct bench *b, uint32_t host)
{
	world_stop(&b->e->world, host, WORLD_SILENT);
}

static unsigned times_in(const struct host_list *l, uint32_t host)
{
	unsigned times = 0;
	for (uint32_t i = 0; i < l->count; i++)
		times += l->hosts[i] == host;
	return times;
}

/* Each node that runs (or, is stopped) once, nobody else. */
static void check_all(struct bench *b)
{
	const struct world *w = &b->e->world;
	for (int of_stopped = 0; of_stopped < 2; of_stopped++) {
		const struct host_list *l =
			resolve(b, (struct who){.kind = WHO_ALL}, of_stopped != 0);
		uint8_t seen[1000] = {0};
		uint32_t expected = 0;
		assert_true(w->host_count <= COUNT(seen));
		for (uint32_t i = 0; i < l->count; i++)
			seen[l->hosts[i]]++;
		for (uint32_t i = 1; i < w->host_count; i++) {
			bool is_meant = (w->hosts[i].stop != WORLD_RUNS) == (of_stopped != 0);
			assert_int_equal(seen[i], is_meant);
			expected += is_meant;
		}
		assert_int_equal(l->count, expected);
	}
}

static void all_are_the_nodes_that_run_or_those_that_are_stopped(void **state)
{
	struct bench b = open_bench(10);
	(void)state;
	check_all(&b);
	stop(&b, 3);
	stop(&b, 10);
	check_all(&b);
	world_stop(&b.e->world, 0, WORLD_CLOSED); /* The rendezvous point is none of them. */
	check_all(&b);
	close_bench(&b);
}

static void it_stays_right_over_thousands_of_starts_and_stops(void **state)
{
	struct bench b = open_bench(30);
	struct random random;
	(void)state;
	random_init(&random, 9);
	for (int i = 0; i < 5000; i++) {
		struct world *w = &b.e->world;
		uint32_t host = 1 + (uint32_t)random_below(&random, w->host_count - 1);
		if (random_below(&random, 20) == 0 && w->host_count < 300)
			(void)world_add(w, -1);
		else if (random_below(&random, 2) == 0)
			world_restart(w, host); /* Of one that runs, too. */
		else
			world_stop(w, host, i % 2 == 0 ? WORLD_CLOSED : WORLD_SILENT);
		(void)resolve(&b, (struct who){.kind = WHO_ANY, .count = (uint32_t)i % 7},
			      i % 3 == 0);
		check_all(&b);
		world_run(w, 1000);
	}
	close_bench(&b);
}

static void ranges_leave_out_who_does_not_exist_and_who_does_not_run(void **state)
{
	struct bench b = open_bench(10);
	struct who who = {.kind = WHO_RANGES,
			  .first = {2, 9, 50, 0},
			  .last = {4, 4000000000U, 60, 0},
			  .range_count = 4};
	(void)state;
	stop(&b, 3);
	const struct host_list *l = resolve(&b, who, false);
	assert_int_equal(l->count, 4);
	const uint32_t running[] = {2, 4, 9, 10};
	assert_memory_equal(l->hosts, running, sizeof(running));
	l = resolve(&b, who, true);
	assert_int_equal(l->count, 1);
	assert_int_equal(l->hosts[0], 3);
	close_bench(&b);
}

static void any_are_different_ones_that_run(void **state)
{
	struct bench b = open_bench(20);
	(void)state;
	for (uint32_t i = 1; i <= 5; i++)
		stop(&b, i * 3);
	for (uint32_t count = 0; count < 30; count++) {
		const struct host_list *l =
			resolve(&b, (struct who){.kind = WHO_ANY, .count = count}, false);
		assert_int_equal(l->count, count < 15 ? count : 15);
		for (uint32_t i = 0; i < l->count; i++) {
			assert_int_equal(times_in(l, l->hosts[i]), 1);
			assert_non_null(world_member(&b.e->world, l->hosts[i]));
		}
		l = resolve(&b, (struct who){.kind = WHO_ANY, .count = count}, true);
		assert_int_equal(l->count, count < 5 ? count : 5);
	}
	close_bench(&b);
}

/* 20,000 draws of 3 of 10: each node 6,000 times, whose standard deviation is 65. */
static void any_are_drawn_evenly(void **state)
{
	struct bench b = open_bench(12);
	unsigned drawn[13] = {0};
	(void)state;
	stop(&b, 1);
	stop(&b, 7);
	for (int i = 0; i < 20000; i++) {
		const struct host_list *l =
			resolve(&b, (struct who){.kind = WHO_ANY, .count = 3}, false);
		for (uint32_t k = 0; k < l->count; k++)
			drawn[l->hosts[k]]++;
	}
	for (uint32_t host = 1; host <= 12; host++) {
		bool runs = host != 1 && host != 7;
		assert_in_range(drawn[host], runs ? 5700 : 0, runs ? 6300 : 0);
	}
	close_bench(&b);
}

/* 40 nodes 2,000 times at 30 %: 24,000, whose standard deviation is 130. */
static void a_share_takes_each_with_its_probability(void **state)
{
	struct bench b = open_bench(40);
	unsigned drawn[41] = {0}, sum = 0;
	(void)state;
	for (int i = 0; i < 2000; i++) {
		const struct host_list *l =
			resolve(&b, (struct who){.kind = WHO_SHARE, .share = 0.3}, false);
		for (uint32_t k = 0; k < l->count; k++, sum++)
			drawn[l->hosts[k]]++;
	}
	assert_in_range(sum, 23400, 24600);
	for (uint32_t host = 1; host <= 40; host++)
		assert_in_range(drawn[host], 500, 700);
	assert_int_equal(resolve(&b, (struct who){.kind = WHO_SHARE, .share = 0}, false)->count, 0);
	assert_int_equal(resolve(&b, (struct who){.kind = WHO_SHARE, .share = 1}, false)->count,
			 40);
	assert_int_equal(resolve(&b, (struct who){.kind = WHO_SHARE, .share = 1}, true)->count, 0);
	close_bench(&b);
}

static void the_root_is_whoever_is_it_now(void **state)
{
	struct bench b = open_bench(5);
	struct who root = {.kind = WHO_ROOT};
	(void)state;
	assert_int_equal(resolve(&b, root, false)->count, 1);
	assert_int_equal(b.list.hosts[0], 1);
	stop(&b, 1);
	assert_int_equal(resolve(&b, root, false)->count, 0);
	world_run(&b.e->world, 1000 * US_PER_S);
	assert_int_equal(resolve(&b, root, false)->count, 1);
	assert_int_equal(b.list.hosts[0], world_root(&b.e->world));
	assert_int_not_equal(b.list.hosts[0], 1);
	close_bench(&b);
}

static void the_rendezvous_point_is_host_0_and_others_are_for_the_caller(void **state)
{
	struct bench b = open_bench(5);
	(void)state;
	assert_int_equal(resolve(&b, (struct who){.kind = WHO_RDV}, false)->count, 1);
	assert_int_equal(b.list.hosts[0], 0);
	assert_int_equal(resolve(&b, (struct who){.kind = WHO_OTHERS}, false)->count, 0);
	assert_int_equal(resolve(&b, (struct who){.kind = WHO_NOBODY}, false)->count, 0);
	close_bench(&b);
}

static void nobody_is_drawn_where_nobody_is(void **state)
{
	struct bench b = open_bench(0);
	(void)state;
	for (enum who_kind kind = WHO_NOBODY; kind <= WHO_OTHERS; kind++) {
		struct who who = {.kind = kind, .count = 3, .share = 1};
		who.first[0] = 0;
		who.last[0] = UINT32_MAX;
		who.range_count = 1;
		assert_int_equal(resolve(&b, who, false)->count, kind == WHO_RDV);
	}
	close_bench(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(all_are_the_nodes_that_run_or_those_that_are_stopped),
		cmocka_unit_test(it_stays_right_over_thousands_of_starts_and_stops),
		cmocka_unit_test(ranges_leave_out_who_does_not_exist_and_who_does_not_run),
		cmocka_unit_test(any_are_different_ones_that_run),
		cmocka_unit_test(any_are_drawn_evenly),
		cmocka_unit_test(a_share_takes_each_with_its_probability),
		cmocka_unit_test(the_root_is_whoever_is_it_now),
		cmocka_unit_test(the_rendezvous_point_is_host_0_and_others_are_for_the_caller),
		cmocka_unit_test(nobody_is_drawn_where_nobody_is),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
