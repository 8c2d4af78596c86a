/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
#include "sim/workload.h"

#include "sim/exponential.h"

#include <assert.h>

__extension__ typedef unsigned __int128 uint128;

#define PART_BITS 32 /* Times are kept to 2^-32 us. */

/* Beyond that mean, nothing would happen in any simulation; and the arithmetic below has room. */
#define MEAN_END_US 0x1p60

static double rate_per_s(const struct workload_config *c, enum workload_process process)
{
	switch (process) {
	case WORKLOAD_LEAVE:
	case WORKLOAD_JOIN:
		return c->churn_per_s;
	case WORKLOAD_REPLACE:
		return c->replace_per_s;
	case WORKLOAD_PUBLISH:
		return c->publish_per_s;
	case WORKLOAD_CRASH:
		return c->crash_per_s;
	case WORKLOAD_SILENT:
		return c->silent_per_s;
	case WORKLOAD_RDV_DOWN:
		return c->rdv_down_per_s;
	case WORKLOAD_PARTITION:
		return c->partition_per_s;
	case WORKLOAD_ONE_WAY:
		return c->one_way_per_s;
	case WORKLOAD_HOSTILE:
		return c->hostile_per_s;
	case WORKLOAD_PROCESSES:
		break;
	}
	return 0;
}

/* A drawn gap of that mean, in 2^-32 us. */
static uint128 draw_gap(struct random *r, double mean_us)
{
	struct exponential e = exponential_draw(r);
	uint64_t whole = (uint64_t)mean_us;
	double rest = mean_us - (double)whole;
	uint64_t part = (uint64_t)(rest * 0x1p32);
	uint128 mean = (uint128)whole << PART_BITS | part;
	return mean * e.whole + ((uint128)e.part * whole >> (64 - PART_BITS)) +
	       ((uint128)e.part * part >> 64);
}

static void advance(struct workload *w, enum workload_process process, struct time since)
{
	double rate = rate_per_s(&w->config, process);
	assert(rate >= 0);
	w->processes[process].next_at = TIME_NEVER;
	if (rate * MEAN_END_US <= (double)US_PER_S)
		return;
	uint128 now = (uint128)(uint64_t)since.us << PART_BITS | w->processes[process].next_part;
	uint128 next = now + draw_gap(&w->processes[process].random, (double)US_PER_S / rate);
	if (next >> PART_BITS >= (uint64_t)INT64_MAX)
		return;
	w->processes[process].next_at = (struct time){(int64_t)(next >> PART_BITS)};
	w->processes[process].next_part = (uint32_t)next;
}

void workload_init(struct workload *w, const struct workload_config *config, uint64_t seed)
{
	*w = (struct workload){.config = *config};
	concern_init(&w->manners, seed, CONCERN_MANNERS);
	for (unsigned i = 0; i < WORKLOAD_PROCESSES; i++) {
		concern_init(&w->processes[i].random, seed, CONCERN_PROCESS + i);
		advance(w, i, (struct time){0});
	}
}

/* The process whose turn it is. */
static enum workload_process find_next(const struct workload *w)
{
	enum workload_process next = 0;
	for (unsigned i = 1; i < WORKLOAD_PROCESSES; i++)
		if (w->processes[i].next_at.us < w->processes[next].next_at.us)
			next = i;
	return next;
}

struct time workload_next_at(const struct workload *w)
{
	return w->processes[find_next(w)].next_at;
}

static struct who any(void)
{
	return (struct who){.kind = WHO_ANY, .count = 1};
}

static struct who publisher(const struct workload_config *c, struct random *r)
{
	if (c->publishers == 0)
		return any();
	uint32_t number = 1 + (uint32_t)random_below(r, c->publishers);
	return (struct who){
		.kind = WHO_RANGES, .first = {number}, .last = {number}, .range_count = 1};
}

static void cut(struct happening *h, const struct workload_config *c, bool is_reversed)
{
	struct who some = {.kind = WHO_SHARE, .share = c->partition_share};
	struct who others = {.kind = WHO_OTHERS};
	h->who = is_reversed ? others : some;
	h->others = is_reversed ? some : others;
	h->for_us = c->outage_us;
}

/* What happens is `h`, as far as the process says it. */
static void fill(struct happening *h, enum workload_process process, struct workload *w)
{
	const struct workload_config *c = &w->config;
	struct random *r = &w->processes[process].random;
	h->who = any();
	switch (process) {
	case WORKLOAD_LEAVE:
		h->verb = random_happens(&w->manners, c->polite_share) ? HAPPENING_LEAVE
								       : HAPPENING_CRASH;
		break;
	case WORKLOAD_JOIN:
		h->verb = HAPPENING_JOIN;
		h->who = (struct who){0};
		h->count = 1;
		break;
	case WORKLOAD_REPLACE:
		h->verb = HAPPENING_REPLACE;
		break;
	case WORKLOAD_PUBLISH:
		h->verb = HAPPENING_PUBLISH;
		h->who = publisher(c, r);
		h->size = c->publish_size;
		break;
	case WORKLOAD_CRASH:
	case WORKLOAD_SILENT:
		h->verb = process == WORKLOAD_CRASH ? HAPPENING_CRASH : HAPPENING_SILENT;
		h->for_us = c->outage_us;
		break;
	case WORKLOAD_RDV_DOWN:
		h->verb = HAPPENING_CRASH;
		h->who = (struct who){.kind = WHO_RDV};
		h->for_us = c->outage_us;
		break;
	case WORKLOAD_PARTITION:
		h->verb = HAPPENING_PARTITION;
		cut(h, c, false);
		break;
	case WORKLOAD_ONE_WAY:
		h->verb = HAPPENING_ONE_WAY;
		cut(h, c, random_below(r, 2) == 1);
		break;
	case WORKLOAD_HOSTILE:
		h->verb = HAPPENING_FORGE;
		if (random_below(r, 10) == 0)
			h->who = (struct who){.kind = WHO_RDV};
		h->count = 1;
		break;
	case WORKLOAD_PROCESSES:
		break;
	}
}

struct happening workload_take(struct workload *w)
{
	enum workload_process process = find_next(w);
	struct happening h = {.at = w->processes[process].next_at};
	assert(!time_is_never(h.at));
	fill(&h, process, w);
	advance(w, process, h.at);
	return h;
}
