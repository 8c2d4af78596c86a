/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
#include "sim/stages.h"

#include "sim/memory.h"

#include <assert.h>
#include <stdlib.h>

static void lose(struct packet *p)
{
	for (unsigned i = 0; i < p->copies; i++)
		p->at[i] = TIME_NEVER;
}

void uplink_forward(void *access, struct packet *p)
{
	p->at[0] = access_pass(access, p->at[0], p->from, p->size);
}

void cuts_forward(void *cuts, struct packet *p)
{
	if (cuts_separate(cuts, p->from, p->to))
		lose(p);
}

void duplication_forward(void *duplication, struct packet *p)
{
	struct duplication *d = duplication;
	p->at[1] = random_happens(&d->random, d->probability) ? p->at[0] : TIME_NEVER;
	p->copies = 2;
}

void loss_forward(void *loss, struct packet *p)
{
	struct loss *l = loss;
	for (unsigned i = 0; i < p->copies; i++)
		if (random_happens(&l->random.of[i], l->probability))
			p->at[i] = TIME_NEVER;
}

/* --- Bursts --- */

enum link_state {
	LINK_UNKNOWN, /* Nothing has come over it yet; 0, as memory_fit has it. */
	LINK_GOOD,
	LINK_BAD,
};

void bursts_done(struct bursts *b)
{
	free(b->links);
}

void bursts_fit(struct bursts *b, uint32_t hosts)
{
	b->links = memory_fit(b->links, hosts, &b->count, sizeof(*b->links));
}

/* How probable it is that the link is bad for the next datagram. A burst of mean length L ends with
 * each datagram with probability 1 / L; then a share P is lost in the long run if bursts begin with
 * P / (L (1 - P)). The first datagram finds a link as the long run makes it. */
static double bad_probability(const struct bursts *b, enum link_state before)
{
	switch (before) {
	case LINK_UNKNOWN:
		return b->share;
	case LINK_GOOD:
		return b->share / (b->length * (1 - b->share));
	case LINK_BAD:
		return 1 - 1 / b->length;
	}
	return 0;
}

void bursts_forward(void *bursts, struct packet *p)
{
	struct bursts *b = bursts;
	assert(p->to < b->count);
	double bad = bad_probability(b, b->links[p->to]);
	b->links[p->to] = random_happens(&b->random, bad) ? LINK_BAD : LINK_GOOD;
	if (b->links[p->to] == LINK_BAD)
		lose(p);
}

/* --- Delays --- */

static void delay(struct packet *p, int64_t delay_us)
{
	for (unsigned i = 0; i < p->copies; i++)
		p->at[i] = time_after(p->at[i], delay_us);
}

void way_forward(void *way, struct packet *p)
{
	const struct way *w = way;
	delay(p, w->delay_us);
}

void way_forward_placed(void *way, struct packet *p)
{
	const struct way *w = way;
	delay(p, w->delay_us + placement_delay_us(w->placement, p->from, p->to));
}

void jitter_forward(void *jitter, struct packet *p)
{
	struct jitter *j = jitter;
	for (unsigned i = 0; i < p->copies; i++) {
		uint64_t drawn = random_below(&j->random.of[i], (uint64_t)j->max_us + 1);
		p->at[i] = time_after(p->at[i], (int64_t)drawn);
	}
}

void reordering_forward(void *reordering, struct packet *p)
{
	struct reordering *r = reordering;
	for (unsigned i = 0; i < p->copies; i++)
		if (random_happens(&r->random.of[i], r->probability))
			p->at[i] = time_after(p->at[i], r->by_us);
}
