/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
#ifndef RAMURE_TEST_UNIT_SIM_TRIAL_H
#define RAMURE_TEST_UNIT_SIM_TRIAL_H
/* trial.h - small worlds and experiments on a calm network, for tests of what happens in them. */
#include "sim/happen.h"
#include "unit.h"

#include <stdlib.h>
#include <string.h>

static inline struct world_config trial_world(void)
{
	return (struct world_config){
		.network = {.delay_us = 10000},
		.member = MEMBER_CONFIG_DEFAULT,
		.full = FULL_CONFIG_DEFAULT,
		.rdv_guard_us = 180 * US_PER_S,
		.children_max = 3,
		.seed = 1,
	};
}

static inline struct experiment_config trial_config(uint32_t nodes)
{
	return (struct experiment_config){.world = trial_world(), .nodes = nodes};
}

/* `nodes` nodes have joined one by one, and nothing else has happened: by hand. */
static inline struct experiment *trial_open_with(const struct experiment_config *config,
						 FILE *trace)
{
	struct experiment *e = calloc(1, sizeof(*e));
	assert_non_null(e);
	experiment_init(e, config, trace);
	for (uint32_t i = 0; i < config->nodes; i++) {
		(void)happen_join(e);
		world_run(&e->world, US_PER_S);
	}
	return e;
}

static inline struct experiment *trial_open(uint32_t nodes)
{
	const struct experiment_config config = trial_config(nodes);
	return trial_open_with(&config, NULL);
}

static inline void trial_close(struct experiment *e)
{
	experiment_done(e);
	free(e);
}

/* Lets time pass, and undoes what is due. */
static inline void trial_pass(struct experiment *e, int64_t us)
{
	struct time end = time_after(e->world.now, us);
	for (;;) {
		struct time at = undo_next_at(&e->undos), next = time_earlier(at, end);
		world_run(&e->world, time_elapsed_us(e->world.now, next));
		if (at.us > end.us)
			return;
		happen_undo(e);
	}
}

/* The hosts numbered so. */
static inline struct who trial_hosts(uint32_t first, uint32_t last)
{
	return (struct who){.kind = WHO_RANGES, .first = {first}, .last = {last}, .range_count = 1};
}

/* Makes one thing happen to them. */
static inline void trial_do(struct experiment *e, enum happening_verb verb, struct who who,
			    int64_t for_us)
{
	const struct happening h = {
		.verb = verb, .who = who, .for_us = for_us, .count = 1, .size = 100};
	happen(e, &h);
}

#endif
