/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
#include "core/walk.h"

#include <assert.h>
#include <string.h>

/* [J2] Times that differ by less are equal: 300 microseconds, or a tenth. */
#define TIE_US   300
#define TIE_PART 10

/* [J3] Round trips measured for each candidate. */
#define SAMPLES 2
#define PINGS   4

/* [V2] What a move must gain, where costs differ: a twentieth and half a millisecond. */
#define GAIN_US   500
#define GAIN_PART 20

/* [V4] Much nearer is a third of the round trip less a millisecond. */
#define NEARER_TIMES 3
#define NEARER_US    1000

/* [J2] How much of the delay from the root counts: a fifth. */
#define DELAY_PART 5

/* Base nodes, and those without room, come last. */
#define LAST_HOPS 10000
#define FAR_HOPS  20

struct walk_pool {
	struct walk *free;
	unsigned used, count; /* Of `walks`; those beyond were never taken. */
	struct walk walks[];
};

size_t walk_pool_size(unsigned walks)
{
	return sizeof(struct walk_pool) + walks * sizeof(struct walk);
}

void walk_pool_init(struct walk_pool *p, unsigned walks)
{
	p->free = NULL;
	p->used = 0;
	p->count = walks;
}

struct walk *walk_take(struct walk_pool *p)
{
	struct walk *w = p->free;
	if (w)
		p->free = w->next_free;
	else if (p->used < p->count)
		w = &p->walks[p->used++];
	return w;
}

void walk_give(struct walk_pool *p, struct walk *w)
{
	w->next_free = p->free;
	p->free = w;
}

void walk_start(struct walk *w, enum walk_purpose purpose)
{
	w->purpose = purpose;
	w->count = w->asked = w->current = w->seed = 0;
	w->want = WANT_PROBE;
	w->shelters = w->losses = 0;
	w->due_at = w->asked_at = TIME_NEVER;
}

void walk_restart(struct walk *w)
{
	unsigned kept = 0;
	for (unsigned i = 0; i < w->count; i++)
		if (w->candidates[i].state == CANDIDATE_FAILED)
			w->candidates[kept++] = w->candidates[i];
	w->count = w->current = kept;
	w->asked = 0;
	w->due_at = TIME_NEVER;
}

struct candidate *walk_find(struct walk *w, const struct endpoint *e)
{
	for (unsigned i = 0; i < w->count; i++)
		if (endpoint_equal(&w->candidates[i].endpoint, e))
			return &w->candidates[i];
	return NULL;
}

bool walk_is_nearer(uint64_t rtt_us, uint64_t other_us)
{
	return other_us >= NEARER_US && rtt_us <= (other_us - NEARER_US) / NEARER_TIMES;
}

bool candidate_has_place(const struct candidate *c)
{
	return c->free > 0 || c->gives_way ||
	       (c->samples >= SAMPLES && walk_is_nearer(c->rtt_us, c->yield_us));
}

/* Who has answered and has no place is of no use any more: a tree may be a chain, and longer than
 * the table. */
static struct candidate *find_useless(struct walk *w)
{
	for (unsigned i = 0; i < w->count; i++) {
		struct candidate *c = &w->candidates[i];
		if (i != w->current && c->state == CANDIDATE_KNOWN && !candidate_has_place(c) &&
		    !c->is_current)
			return c;
	}
	return NULL;
}

struct candidate *walk_add(struct walk *w, const struct endpoint *e, struct random *random)
{
	if (walk_find(w, e))
		return NULL;
	bool is_idle = w->current == w->count;
	struct candidate *c =
		w->count < WALK_CANDIDATES ? &w->candidates[w->count++] : find_useless(w);
	if (!c)
		return NULL;
	*c = (struct candidate){
		.endpoint = *e, .pinged_at = TIME_NEVER, .draw = (uint32_t)random_next(random)};
	if (is_idle)
		w->current = w->count;
	return c;
}

void candidate_measured(struct candidate *c, int64_t rtt_us)
{
	uint32_t rtt = rtt_us < 0 ? 0 : rtt_us > INT32_MAX ? INT32_MAX : (uint32_t)rtt_us;
	bool is_first = c->samples <= 1; /* The very first warmed the way up: ARP, caches. */
	c->rtt_us = is_first ? rtt : (uint32_t)((7 * (uint64_t)c->rtt_us + rtt) / 8);
	if (c->samples < UINT8_MAX)
		c->samples++;
}

bool candidate_is_to_measure(const struct candidate *c, enum policy policy)
{
	return policy == POLICY_CLOSEST && c->is_full && c->state != CANDIDATE_FAILED &&
	       c->samples < SAMPLES && c->pings < PINGS;
}

/* A lower bound of the depth of the parent that it leads to. */
static uint64_t hops(const struct candidate *c)
{
	if (c->state == CANDIDATE_KNOWN)
		return c->depth;
	if (!c->is_full)
		return c->depth + (uint64_t)LAST_HOPS;
	return c->depth + (uint64_t)(c->room == WIRE_NO_ROOM ? LAST_HOPS : c->room);
}

uint64_t candidate_cost(const struct candidate *c, enum policy policy)
{
	if (policy != POLICY_CLOSEST)
		return hops(c);
	if (c->samples == 0)
		return UINT32_MAX;
	/* Where it is full, the place is as many hops farther down; each as long as the way to it.
	 */
	uint64_t delay_us = c->delay_us;
	if (c->state == CANDIDATE_LISTED && c->free == 0)
		delay_us += (uint64_t)(c->room < FAR_HOPS ? c->room : FAR_HOPS) * c->rtt_us / 2;
	return c->rtt_us + delay_us / DELAY_PART;
}

uint64_t walk_least_cost(const struct walk *w, enum policy policy)
{
	uint64_t least = UINT32_MAX;
	for (unsigned i = 0; i < w->count; i++) {
		uint64_t cost = candidate_cost(&w->candidates[i], policy);
		if (w->candidates[i].state != CANDIDATE_FAILED && cost < least)
			least = cost;
	}
	return least;
}

static bool is_tie(uint64_t a, uint64_t b)
{
	uint64_t less = a < b ? a : b, more = a < b ? b : a;
	uint64_t tie = less / TIE_PART > TIE_US ? less / TIE_PART : TIE_US;
	return more - less <= tie;
}

static bool is_better(const struct candidate *a, const struct candidate *b, enum policy policy)
{
	uint64_t cost_a = candidate_cost(a, policy), cost_b = candidate_cost(b, policy);
	if (policy == POLICY_RANDOM && a->state != b->state)
		return a->state == CANDIDATE_KNOWN;
	if (policy == POLICY_RANDOM && a->depth != b->depth)
		return a->depth > b->depth; /* [M10] Down, whoever was named last. */
	if (policy == POLICY_CLOSEST && !is_tie(cost_a, cost_b))
		return cost_a < cost_b;
	if (policy != POLICY_RANDOM && hops(a) != hops(b))
		return hops(a) < hops(b);
	/* Who has answered, and has a place, is asked before others are. */
	if (a->state != b->state)
		return a->state == CANDIDATE_KNOWN;
	return a->draw < b->draw;
}

/* Who has a place and wants a better one asks no base node, which takes any request for one for a
 * place: it would be an enclave's. */
static bool is_of_use(const struct walk *w, const struct candidate *c)
{
	bool is_choosy = w->purpose == WALK_IMPROVE || w->purpose == WALK_YIELD;
	return !c->is_current && (c->is_full || !is_choosy) &&
	       (c->state == CANDIDATE_LISTED ||
		(c->state == CANDIDATE_KNOWN && candidate_has_place(c)));
}

/* Of those that are of use, or of those that were not asked alone. */
static struct candidate *best_of(struct walk *w, enum policy policy, bool is_listed, bool is_known)
{
	struct candidate *best = NULL;
	for (unsigned i = 0; i < w->count; i++) {
		struct candidate *c = &w->candidates[i];
		bool is_wanted = c->state == CANDIDATE_LISTED ? is_listed : is_known;
		if (is_wanted && is_of_use(w, c) && (!best || is_better(c, best, policy)))
			best = c;
	}
	return best;
}

struct candidate *walk_best_listed(struct walk *w, enum policy policy)
{
	return best_of(w, policy, true, false);
}

struct candidate *walk_best(struct walk *w, enum policy policy)
{
	unsigned asked_max = w->purpose == WALK_IMPROVE ? WALK_IMPROVE_MAX : WALK_ASKED_MAX;
	/* At the end only for a place. */
	struct candidate *known = w->asked >= asked_max ? best_of(w, policy, false, true) : NULL;
	return known ? known : best_of(w, policy, true, true);
}

bool candidate_is_gain(const struct candidate *a, const struct candidate *b, enum policy policy)
{
	uint64_t cost_a = candidate_cost(a, policy), cost_b = candidate_cost(b, policy);
	if (policy == POLICY_RANDOM)
		return false;
	if (policy == POLICY_CLOSEST && !is_tie(cost_a, cost_b))
		return cost_a + cost_b / GAIN_PART + GAIN_US <= cost_b;
	return a->depth < b->depth;
}
