/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
#include "sim/measure.h"
#include "unit.h"

#include <stdlib.h>

/* Worlds with everything in them, looked at after each step: who is followed as served is who a
 * search from the root down finds. */
struct watched {
	struct world world;
	struct measure measure;
	struct random random;
	uint8_t *found;
	uint32_t *way;
};

static void observe(void *owner, const struct world_report *r)
{
	struct watched *t = owner;
	measure_observe(&t->measure, r);
}

static struct watched *open_world(uint64_t seed, double loss)
{
	struct watched *t = calloc(1, sizeof(*t));
	assert_non_null(t);
	struct world_config config = {
		.network = {.delay_us = 10000,
			    .jitter_us = 20000,
			    .loss = loss,
			    .duplication = 0.02},
		.member = MEMBER_CONFIG_DEFAULT,
		.rdv_guard_us = 18 * US_PER_S,
		.children_max = 1 + (unsigned)(seed % 3),
		.seed = seed,
	};
	/* Ten times as fast as usual: more happens. */
	config.member.refresh_us /= 10;
	config.member.guard_us /= 10;
	config.member.tries = 1 + (unsigned)(seed % 2);
	world_init(&t->world, &config);
	measure_init(&t->measure, &t->world);
	t->world.observe = observe;
	t->world.owner = t;
	random_init(&t->random, seed);
	t->found = calloc(1000, 1);
	t->way = calloc(1000, sizeof(*t->way));
	assert_true(t->found && t->way);
	return t;
}

static void close_world(struct watched *t)
{
	measure_done(&t->measure);
	world_done(&t->world);
	free(t->found);
	free(t->way);
	free(t);
}

static bool is_root(const struct world *w, uint32_t host)
{
	const struct member *m = world_member(w, host);
	return m && m->state == MEMBER_ROOT;
}

static void check_root(const struct watched *t)
{
	const struct world *w = &t->world;
	const struct registry_root *registered = &w->registry.roots[0];
	uint32_t host = world_find(w, &registered->endpoint), roots = 0;
	for (uint32_t i = 1; i < w->host_count; i++)
		roots += is_root(w, i);
	assert_int_equal(t->measure.served.root_count, roots);
	assert_int_equal(t->measure.served.root != 0, roots > 0);
	if (t->measure.served.root != 0)
		assert_true(is_root(w, t->measure.served.root));
	if (registered->is_registered && is_root(w, host))
		assert_int_equal(t->measure.served.root, host);
}

static void check(struct watched *t)
{
	const struct world *w = &t->world;
	uint32_t depth = 0;
	assert_true(w->host_count <= 1000);
	check_root(t);
	memset(t->found, 0, w->host_count);
	if (t->measure.served.root != 0) {
		t->found[t->measure.served.root] = true;
		t->way[depth++] = t->measure.served.root;
	}
	while (depth > 0) {
		uint32_t parent = t->way[--depth];
		const struct children *c = &w->hosts[parent].member->children;
		for (unsigned i = 0; i < c->count && !w->hosts[parent].is_black_hole; i++) {
			uint32_t child = world_find(w, &c->endpoints[i]);
			if (world_parent(w, child) != parent || t->found[child] ||
			    network_is_cut(&w->network, parent, child))
				continue;
			t->found[child] = true;
			t->way[depth++] = child;
		}
	}
	assert_memory_equal(t->measure.served.is_served, t->found, w->host_count);
}

static uint32_t draw(struct watched *t, uint32_t bound)
{
	return (uint32_t)random_below(&t->random, bound);
}

static void run(struct watched *t, int64_t duration_us)
{
	struct time end = time_after(t->world.now, duration_us);
	while (world_step(&t->world, end, NULL))
		check(t);
}

static void cut(struct watched *t, bool is_one_way)
{
	uint8_t sides[1000];
	for (uint32_t i = 0; i < t->world.host_count; i++)
		sides[i] = (uint8_t)draw(t, 3);
	unsigned number = network_cut(&t->world.network, sides, t->world.host_count, is_one_way);
	measure_look(&t->measure);
	check(t);
	run(t, (1 + draw(t, 60)) * US_PER_S);
	network_heal(&t->world.network, number);
	measure_look(&t->measure);
	check(t);
}

static void do_something(struct watched *t)
{
	struct world *w = &t->world;
	uint32_t host = 1 + draw(t, w->host_count - 1);
	measure_fault(&t->measure);
	switch (draw(t, 9)) {
	case 0:
		world_stop(w, host, WORLD_SILENT);
		break;
	case 1:
		world_stop(w, host, WORLD_CLOSED);
		break;
	case 2:
		world_restart(w, host);
		break;
	case 3:
		world_stop(w, host, WORLD_CLOSED);
		world_notice(w, host);
		break;
	case 4:
		world_stop(w, 0, WORLD_SILENT);
		run(t, draw(t, 30) * US_PER_S);
		world_restart(w, 0);
		break;
	case 5:
		w->hosts[host].is_black_hole ^= true;
		measure_look(&t->measure);
		break;
	case 6:
		cut(t, draw(t, 2) == 0);
		break;
	default:
		(void)world_add(w, -1);
		break;
	}
	check(t);
}

/* Whoever is counted as cut off by a fault is so, and runs. */
static void check_recovery(const struct watched *t)
{
	const struct recovery *r = &t->measure.recovery;
	uint32_t open = 0, cut_off = 0;
	for (uint32_t i = 0; i < r->fault_count; i++)
		open += r->faults[i].open;
	for (uint32_t i = 1; i < r->count; i++) {
		if (!r->hosts[i].is_cut)
			continue;
		assert_false(t->measure.served.is_served[i]);
		assert_non_null(world_member(&t->world, i));
		cut_off += r->hosts[i].fault != RECOVERY_NO_FAULT;
	}
	assert_int_equal(open, cut_off);
}

static void live(uint64_t seed, double loss)
{
	struct watched *t = open_world(seed, loss);
	for (int i = 0; i < 20; i++) {
		(void)world_add(&t->world, -1);
		run(t, draw(t, 2) * US_PER_S);
	}
	for (int i = 0; i < 60; i++) {
		do_something(t);
		run(t, draw(t, 10) * US_PER_S);
	}
	check_recovery(t);
	close_world(t);
}

static void who_is_served_is_known_after_each_step(void **state)
{
	(void)state;
	for (uint64_t seed = 1; seed <= 40; seed++)
		live(seed, 0);
}

static void who_is_served_is_known_where_much_is_lost(void **state)
{
	(void)state;
	for (uint64_t seed = 1; seed <= 40; seed++)
		live(seed, seed % 2 == 0 ? 0.05 : 0.3);
}

/* What is followed from the middle on is what was followed from the start. */
static void one_that_comes_late_finds_the_same(void **state)
{
	(void)state;
	for (uint64_t seed = 1; seed <= 10; seed++) {
		struct watched *t = open_world(seed, 0.05);
		for (int i = 0; i < 30; i++)
			(void)world_add(&t->world, -1);
		run(t, 100 * US_PER_S);
		measure_done(&t->measure);
		measure_init(&t->measure, &t->world);
		check(t);
		run(t, 10 * US_PER_S);
		close_world(t);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(who_is_served_is_known_after_each_step),
		cmocka_unit_test(who_is_served_is_known_where_much_is_lost),
		cmocka_unit_test(one_that_comes_late_finds_the_same),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
