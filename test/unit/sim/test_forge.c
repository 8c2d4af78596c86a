/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
#include "sim/forge.h"
#include "sim/trial.h"

#define FORGED 8000

/* What was seen of a great many forgeries. */
struct seen {
	unsigned types[WIRE_TYPES], noise, from_hosts, from_rdv, from_strangers, listed, full;
};

static void look(const struct world *w, const struct datagram *d, struct seen *seen)
{
	struct wire_message m;
	uint32_t host = world_find(w, &d->from);
	*(host == w->host_count ? &seen->from_strangers
	  : host == 0           ? &seen->from_rdv
				: &seen->from_hosts) += 1;
	assert_true(d->size <= 1500);
	assert_false(d->is_unreachable);
	if (wire_decode(d->bytes, d->size, &m) != WIRE_GOOD) {
		seen->noise++;
		return;
	}
	seen->types[m.type]++;
	seen->full += m.is_full;
	seen->listed += !m.is_full && m.count > 0;
}

/* Takes what was sent from the queue, so that nobody gets it. */
static struct seen forge_many(struct world *w, uint32_t to, struct random *random)
{
	struct seen seen = {0};
	struct queue_event event;
	for (int i = 0; i < FORGED; i++) {
		forge_message(w, to, random);
		assert_true(queue_take(&w->queue, &event));
		assert_non_null(event.datagram);
		assert_int_equal(event.node, to);
		assert_int_equal(event.at.us, w->now.us);
		look(w, event.datagram, &seen);
		datagram_free(&w->datagrams, event.datagram);
	}
	return seen;
}

static void every_type_appears_in_the_name_of_everybody(void **state)
{
	struct experiment *e = trial_open(6);
	struct random random;
	(void)state;
	random_init(&random, 1);
	struct seen seen = forge_many(&e->world, 3, &random);
	for (unsigned i = 0; i <= WIRE_DATA; i++)
		assert_in_range(seen.types[i], FORGED / (WIRE_DATA + 1) / 2,
				FORGED / (WIRE_DATA + 1));
	for (unsigned i = WIRE_DATA + 1; i < WIRE_TYPES; i++)
		assert_int_equal(seen.types[i], 0);
	assert_in_range(seen.noise, FORGED / 10, FORGED / 6); /* One in eight. */
	assert_in_range(seen.from_strangers, FORGED / 5, FORGED / 3);
	assert_true(seen.from_rdv > FORGED / 20);
	assert_true(seen.from_hosts > FORGED / 2);
	assert_true(seen.listed > FORGED / 10);
	trial_close(e);
}

static void in_the_full_profile_half_are_of_that(void **state)
{
	struct experiment_config config = trial_config(6);
	config.world.is_full = true;
	struct experiment *e = trial_open_with(&config, NULL);
	struct queue_event event;
	struct random random;
	(void)state;
	while (queue_take(&e->world.queue, &event)) { /* What is on its way. */
		e->world.now = event.at;
		if (event.datagram)
			datagram_free(&e->world.datagrams, event.datagram);
	}
	random_init(&random, 1);
	struct seen seen = forge_many(&e->world, 3, &random);
	for (unsigned i = 0; i < WIRE_TYPES; i++)
		assert_in_range(seen.types[i], FORGED / WIRE_TYPES / 3, FORGED / WIRE_TYPES * 3);
	assert_in_range(seen.full, FORGED / 8, FORGED / 3);
	assert_true(seen.listed > FORGED / 20);
	trial_close(e);
}

static void the_rendezvous_point_gets_them_as_well(void **state)
{
	struct experiment *e = trial_open(0);
	struct random random;
	(void)state;
	random_init(&random, 1);
	struct seen seen = forge_many(&e->world, 0, &random);
	assert_int_equal(seen.from_hosts, 0); /* There are none yet. */
	assert_true(seen.from_rdv > 0 && seen.from_strangers > 0);
	trial_close(e);
}

static void the_same_generator_forges_the_same(void **state)
{
	struct experiment *e = trial_open(6);
	struct random a, b;
	(void)state;
	random_init(&a, 3);
	random_init(&b, 3);
	struct seen of_a = forge_many(&e->world, 2, &a), of_b = forge_many(&e->world, 2, &b);
	assert_memory_equal(&of_a, &of_b, sizeof(of_a));
	trial_close(e);
}

/* What must hold at any moment does, whatever comes. */
static void none_breaks_the_world(void **state)
{
	(void)state;
	for (uint64_t seed = 1; seed <= 4; seed++) {
		struct experiment_config config = trial_config(12);
		config.world.seed = seed;
		config.world.network.duplication = 0; /* Fault 1 would make floods of it. */
		struct experiment *e = trial_open_with(&config, NULL);
		struct world *w = &e->world;
		struct random random;
		random_init(&random, seed);
		for (int i = 0; i < 2000; i++) {
			uint32_t to = (uint32_t)random_below(&random, w->host_count);
			if (i % 100 == 0)
				world_stop(w, to, i % 200 == 0 ? WORLD_CLOSED : WORLD_SILENT);
			if (i % 100 == 50)
				for (uint32_t host = 0; host < w->host_count; host++)
					world_restart(w, host);
			forge_message(w, to, &random);
			world_run(w, (int64_t)random_below(&random, 20000));
			invariants_check(&e->invariants);
			if (e->invariants.violation.invariant)
				fail_msg("%s", e->invariants.violation.text);
		}
		trial_close(e);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_type_appears_in_the_name_of_everybody),
		cmocka_unit_test(in_the_full_profile_half_are_of_that),
		cmocka_unit_test(the_rendezvous_point_gets_them_as_well),
		cmocka_unit_test(the_same_generator_forges_the_same),
		cmocka_unit_test(none_breaks_the_world),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
