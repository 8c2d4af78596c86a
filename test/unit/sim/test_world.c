/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
#include "sim/world.h"
#include "unit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define TRACE_SIZE ((size_t)4 << 20)

/* A world that writes down all that happens. */
struct traced {
	struct world world;
	char *trace;
	size_t size;
};

static void observe(void *owner, const struct world_report *r)
{
	struct traced *t = owner;
	char peer[ENDPOINT_TEXT_SIZE];
	if (TRACE_SIZE - t->size < 4096)
		return;
	t->size += (size_t)snprintf(t->trace + t->size, 256, "%lld %d %u %s %d %zu ",
				    (long long)r->at.us, (int)r->what, r->host,
				    endpoint_format(&r->peer, peer), (int)r->event, r->size);
	size_t shown = r->size < 1024 ? r->size : 1024;
	if (shown > 0)
		memcpy(t->trace + t->size, r->bytes, shown);
	t->size += shown;
	t->trace[t->size++] = '\n';
}

static const struct world_config calm = {
	.network = {.delay_us = 10000},
	.rdv_guard_us = 180 * US_PER_S,
	.children_max = 3,
	.seed = 1,
};

static struct world_config rough(uint64_t seed)
{
	struct world_config config = calm;
	config.seed = seed;
	config.network = (struct network_config){
		.delay_us = 10000,
		.jitter_us = 5000,
		.loss = 0.05,
		.duplication = 0.05,
		.reordering = 0.05,
		.reorder_by_us = 50000,
	};
	return config;
}

static struct traced *open_world(struct world_config config)
{
	struct traced *t = calloc(1, sizeof(*t));
	assert_non_null(t);
	t->trace = malloc(TRACE_SIZE);
	assert_non_null(t->trace);
	config.member = MEMBER_CONFIG_DEFAULT;
	world_init(&t->world, &config);
	t->world.observe = observe;
	t->world.owner = t;
	return t;
}

static void close_world(struct traced *t)
{
	world_done(&t->world);
	free(t->trace);
	free(t);
}

/* A life with everything in it. */
static struct traced *live(uint64_t seed)
{
	struct traced *t = open_world(rough(seed));
	struct world *w = &t->world;
	for (uint32_t i = 1; i <= 30; i++) {
		assert_int_equal(world_add(w, i % 7 == 0 ? 0 : -1), i);
		world_run(w, US_PER_S / 2);
		world_publish(w, i, "bonjour", 7);
	}
	world_stop(w, 3, WORLD_SILENT);
	world_stop(w, 4, WORLD_CLOSED);
	world_run(w, 400 * US_PER_S);
	world_restart(w, 3);
	world_stop(w, 0, WORLD_CLOSED);
	world_run(w, 100 * US_PER_S);
	world_restart(w, 0);
	world_run(w, 300 * US_PER_S);
	return t;
}

static void the_same_seed_gives_the_same_trace(void **state)
{
	(void)state;
	for (uint64_t seed = 1; seed <= 5; seed++) {
		struct traced *a = live(seed), *b = live(seed), *other = live(seed + 100);
		assert_true(a->size > 50000 && a->size < TRACE_SIZE - 4096);
		assert_int_equal(a->size, b->size);
		assert_memory_equal(a->trace, b->trace, a->size);
		assert_false(a->size == other->size &&
			     memcmp(a->trace, other->trace, a->size) == 0);
		close_world(a);
		close_world(b);
		close_world(other);
	}
}

/* The draws of nodes (whom to ask next) are not those of the network: a fault that is switched on
 * and never happens changes nothing. */
static void faults_that_do_not_happen_change_nothing(void **state)
{
	(void)state;
	struct world_config none = calm, rare = calm;
	rare.network.loss = 1e-12;
	rare.network.duplication = 1e-12;
	rare.network.reordering = 1e-12;
	rare.network.reorder_by_us = US_PER_S;
	struct traced *a = open_world(none), *b = open_world(rare);
	for (int i = 0; i < 60; i++) {
		world_add(&a->world, -1);
		world_run(&a->world, US_PER_S);
		world_add(&b->world, -1);
		world_run(&b->world, US_PER_S);
	}
	assert_true(a->size > 10000);
	assert_int_equal(a->size, b->size);
	assert_memory_equal(a->trace, b->trace, a->size);
	close_world(a);
	close_world(b);
}

static void hosts_have_addresses_and_are_found_by_them(void **state)
{
	struct traced *t = open_world(calm);
	struct world *w = &t->world;
	struct endpoint e;
	char text[ADDRESS_TEXT_SIZE];
	(void)state;
	for (uint32_t i = 1; i <= 300; i++)
		assert_int_equal(world_add(w, -1), i);
	for (uint32_t i = 0; i <= 300; i++)
		assert_int_equal(world_find(w, &w->hosts[i].self), i);
	assert_string_equal(endpoint_format_address(&w->hosts[255].self, text), "10.0.1.0");
	assert_true(endpoint_parse_address("10.0.1.46", 10000, &e));
	assert_int_equal(world_find(w, &e), 301); /* The next one: nobody yet. */
	assert_true(endpoint_parse_address("10.0.0.0", 10000, &e));
	assert_int_equal(world_find(w, &e), 301);
	assert_true(endpoint_parse_address("11.0.0.1", 10000, &e));
	assert_int_equal(world_find(w, &e), 301);
	assert_true(endpoint_parse_address("::10.0.0.1", 10000, &e));
	assert_int_equal(world_find(w, &e), 301);
	close_world(t);
}

static void a_tree_grows_and_a_message_reaches_everybody_once(void **state)
{
	struct traced *t = open_world(calm);
	struct world *w = &t->world;
	(void)state;
	for (int i = 0; i < 100; i++) {
		world_add(w, -1);
		world_run(w, US_PER_S);
	}
	assert_int_equal(world_depth(w, 1), 0);
	assert_int_equal(world_parent(w, 1), w->host_count);
	for (uint32_t i = 2; i <= 100; i++)
		assert_int_equal(world_depth(w, i), 1 + world_depth(w, world_parent(w, i)));
	world_publish(w, 57, "x", 1);
	world_run(w, US_PER_S);
	for (uint32_t i = 1; i <= 100; i++)
		assert_int_equal(w->hosts[i].delivered, 1);
	close_world(t);
}

static void time_passes_also_where_nothing_happens(void **state)
{
	struct traced *t = open_world(calm);
	(void)state;
	world_run(&t->world, 5 * US_PER_S);
	assert_int_equal(t->world.now.us, 5 * US_PER_S);
	world_run(&t->world, 0);
	assert_int_equal(t->world.now.us, 5 * US_PER_S);
	assert_int_equal(t->size, 0);
	close_world(t);
}

static void a_stopped_host_does_nothing_until_it_is_started_again(void **state)
{
	struct traced *t = open_world(calm);
	struct world *w = &t->world;
	(void)state;
	world_add(w, -1);
	world_add(w, -1);
	world_run(w, 10 * US_PER_S);
	assert_int_equal(world_depth(w, 2), 1);
	world_stop(w, 2, WORLD_SILENT);
	assert_int_equal(world_parent(w, 2), w->host_count);
	assert_int_equal(world_depth(w, 2), -1);
	world_publish(w, 2, "x", 1); /* Nobody is there to do so. */
	world_publish(w, 1, "y", 1);
	world_run(w, 1000 * US_PER_S);
	assert_int_equal(w->hosts[1].delivered, 1);
	assert_int_equal(w->hosts[2].delivered, 0);
	world_restart(w, 2);
	world_run(w, US_PER_S);
	assert_int_equal(world_depth(w, 2), 1);
	close_world(t);
}

static bool lose_data(void *owner, uint32_t from, uint32_t to, const char *bytes, size_t size)
{
	(void)owner;
	(void)to;
	return from == 1 && size > 4 && memcmp(bytes, "DATA", 4) == 0;
}

static void a_test_may_lose_what_it_wants(void **state)
{
	struct traced *t = open_world(calm);
	struct world *w = &t->world;
	(void)state;
	w->lose = lose_data;
	world_add(w, -1);
	world_run(w, US_PER_S);
	world_add(w, -1);
	world_run(w, US_PER_S);
	world_publish(w, 2, "x", 1);
	world_run(w, US_PER_S);
	assert_int_equal(w->hosts[1].delivered, 1);
	assert_int_equal(w->hosts[2].delivered, 0);
	close_world(t);
}

/* What is held, in flight or waiting is freed (the leak checker looks). */
static void a_world_can_end_at_any_moment(void **state)
{
	(void)state;
	for (int64_t us = 0; us < 200000; us += 7919) {
		struct traced *t = open_world(rough((uint64_t)us + 1));
		for (int i = 0; i < 5; i++)
			world_publish(&t->world, world_add(&t->world, -1), "held", 4);
		world_run(&t->world, us);
		close_world(t);
	}
}

static void a_program_that_starts_again_remembers_nothing(void **state)
{
	struct traced *t = open_world(calm);
	struct world *w = &t->world;
	(void)state;
	world_stop(w, 0, WORLD_SILENT);
	world_add(w, -1);
	for (int i = 0; i < HELD_MAX + 5; i++)
		world_publish(w, 1, "held", 4);
	assert_int_equal(w->hosts[1].user->count, HELD_MAX);
	assert_int_equal(w->drops.count[DROP_HELD_FULL], 5);
	world_stop(w, 1, WORLD_CLOSED);
	world_run(w, US_PER_S);
	world_restart(w, 0);
	world_restart(w, 1);
	assert_int_equal(w->hosts[1].user->count, 0);
	world_run(w, US_PER_S);
	assert_int_equal(world_depth(w, 1), 0);
	assert_int_equal(w->hosts[1].delivered, 0);
	close_world(t);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_same_seed_gives_the_same_trace),
		cmocka_unit_test(faults_that_do_not_happen_change_nothing),
		cmocka_unit_test(hosts_have_addresses_and_are_found_by_them),
		cmocka_unit_test(a_tree_grows_and_a_message_reaches_everybody_once),
		cmocka_unit_test(time_passes_also_where_nothing_happens),
		cmocka_unit_test(a_stopped_host_does_nothing_until_it_is_started_again),
		cmocka_unit_test(a_test_may_lose_what_it_wants),
		cmocka_unit_test(a_world_can_end_at_any_moment),
		cmocka_unit_test(a_program_that_starts_again_remembers_nothing),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
