/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
/* invariants_full.c - what must hold of a world of the full profile besides. */
#include "sim/invariants_state.h"

#include "sim/memory.h"

#include <stdlib.h>

/* A cycle may last so many ticks. */
#define CYCLE_TICKS 10

/* Who has moved is remembered by its former parent until that has heard of it. */
#define MOVING_US (5 * US_PER_S)

/* Pauses between searches are up to 200 ms * 2^4 and a quarter of 200 ms (src/core/member.c); there
 * may be so many of them. */
#define SEARCH_PAUSE_US (3250 * US_PER_MS)
#define SEARCH_PAUSES   20

/* A walk asks 32 at most, of which nearly all answer at once; so many that are dead cost 2.1 s each
 * (src/core/join.c). */
#define WALK_DEAD_US (2100 * US_PER_MS)
#define WALK_DEAD    8

/* --- Of one node --- */

void invariants_foster(struct invariants *v, const char *name, uint32_t host,
		       const struct member *m)
{
	const struct children *c = &m->children;
	unsigned fosters = 0;
	for (unsigned i = 0; c->foster_count > 0 && i < c->full_count; i++)
		fosters += c->known[i].is_foster;
	if (c->foster_count > 1 || fosters != c->foster_count)
		invariants_violate(v, name, host, NOBODY, "node %u has %u foster children, not %u",
				   host, fosters, c->foster_count);
}

/* What the source says that it keeps is what its caller keeps. */
void invariants_kept(struct invariants *v, const char *name, uint32_t host, const struct member *m)
{
	const struct world_user *u = v->world->hosts[host].user;
	if (!u || !m->full || !m->full->keep)
		return;
	if (u->kept_count > KEEP_MAX || u->kept_count != u->keep->count)
		invariants_violate(v, name, host, NOBODY,
				   "node %u keeps %u messages, the core says %u", host,
				   u->kept_count, u->keep->count);
}

static bool is_root_of(const struct world *w, uint32_t host, uint32_t epoch)
{
	const struct member *m = world_member(w, host);
	return m && m->full && m->state == MEMBER_ROOT && m->full->tick.epoch == epoch;
}

void invariants_epoch(struct invariants *v, const char *name, uint32_t host, const struct member *m)
{
	struct full_seen *seen = &v->full;
	uint32_t i = seen->root_count;
	if (!m->full || m->state != MEMBER_ROOT || v->world->config.rdv_forgets)
		return;
	uint32_t epoch = m->full->tick.epoch;
	while (i > 0 && seen->roots[i - 1].epoch != epoch)
		i--;
	if (i == 0) {
		seen->roots = memory_grow(seen->roots, seen->root_count, &seen->root_capacity,
					  sizeof(*seen->roots));
		seen->roots[seen->root_count++] = (struct epoch_root){epoch, host};
		return;
	}
	uint32_t before = seen->roots[i - 1].host;
	if (before != host && is_root_of(v->world, before, epoch))
		invariants_violate(v, name, before, host, "nodes %u and %u are roots of epoch %u",
				   before, host, epoch);
	seen->roots[i - 1].host = host;
}

/* --- Of all --- */

static bool is_base_link(const struct member *m)
{
	return m->state == MEMBER_ATTACHED && m->full && !m->full->is_parent_full;
}

/* Whether somebody hangs by the rules of the base profile, or seems to: after three full tries a
 * bare one is made, and a forger can make anybody a base child. */
static bool has_base_links(const struct world *w)
{
	for (uint32_t i = 1; i < w->host_count; i++) {
		const struct member *m = world_member(w, i);
		if (m && (m->children.count > m->children.full_count || is_base_link(m)))
			return true;
	}
	return false;
}

bool invariants_is_strict(const struct world *w)
{
	return w->config.is_full && !has_base_links(w);
}

/* True if a link of the cycle that `host` is in is one of the base profile: its known fault 1. */
static bool is_base_cycle(const struct world *w, uint32_t host)
{
	uint32_t at = host;
	do {
		if (is_base_link(world_member(w, at)))
			return true;
		at = world_parent(w, at);
	} while (at != host);
	return false;
}

/* Ten ticks, or the time in which a silent parent is given up, if that is longer: the way of who
 * hangs below a program that is no more may lead anywhere. */
static int64_t cycle_max_us(const struct world *w)
{
	const struct full_config *c = &w->config.full;
	const struct network_config *n = &w->config.network;
	int64_t ticks_us = CYCLE_TICKS * c->tick_us;
	int64_t silence_us = c->tick_us + (int64_t)(c->asks + 2) * c->ask_us;
	return (ticks_us > silence_us ? ticks_us : silence_us) +
	       2 * (n->delay_us + n->jitter_us + n->reorder_by_us);
}

static void look_for_cycles(struct invariants *v)
{
	const struct world *w = v->world;
	struct full_seen *seen = &v->full;
	int64_t max_us = cycle_max_us(w);
	struct tree t;
	uint32_t before = seen->host_count;
	seen->cycle_since = memory_fit(seen->cycle_since, w->host_count, &seen->host_count,
				       sizeof(*seen->cycle_since));
	for (; before < seen->host_count; before++)
		seen->cycle_since[before] = TIME_NEVER;
	tree_init(&t, w);
	for (uint32_t i = 1; i < w->host_count; i++) {
		struct time *since = &seen->cycle_since[i];
		if (t.depths[i] != TREE_CYCLE)
			*since = TIME_NEVER;
		else if (time_is_never(*since))
			*since = w->now;
		else if (time_elapsed_us(*since, w->now) > max_us && !is_base_cycle(w, i))
			invariants_violate(v, "no-cycle-lasts", i, world_parent(w, i),
					   "node %u has been its own ancestor for %.3f s", i,
					   (double)time_elapsed_us(*since, w->now) / US_PER_S);
	}
	tree_done(&t);
}

void invariants_full_look(struct invariants *v)
{
	const struct world *w = v->world;
	if (!w->config.is_full)
		return;
	if (v->delivery && v->delivery->repeated > 0)
		invariants_violate(v, "delivered-once", v->delivery->repeated_host, NOBODY,
				   "node %u has delivered message %u a second time",
				   v->delivery->repeated_host, v->delivery->repeated_number);
	if (w->now.us < v->full.look_at.us)
		return;
	v->full.look_at = time_after(w->now, w->config.full.tick_us / 2);
	look_for_cycles(v);
}

void invariants_full_done(struct invariants *v)
{
	free(v->full.roots);
	free(v->full.cycle_since);
}

/* --- Once it has been quiet --- */

static bool has_room(const struct world *w, const struct tree *t)
{
	for (uint32_t i = 0; i < t->count; i++) {
		const struct member *m = world_member(w, t->order[i]);
		if (m && children_free(&m->children) > 0)
			return true;
	}
	return false;
}

void invariants_full_places(struct invariants *v, const char *name, const struct tree *t,
			    uint32_t lost)
{
	const struct world *w = v->world;
	if (t->in_cycle + t->below_cycle > 0)
		invariants_violate(v, name, NOBODY, NOBODY, "%u nodes are in cycles or below them",
				   t->in_cycle + t->below_cycle);
	else if (lost != NOBODY && v->has_leaves && !has_room(w, t))
		v->faults.no_room++;
	else if (lost != NOBODY)
		invariants_violate(v, name, lost, NOBODY, "node %u is %s, and has no place", lost,
				   member_state_name(world_member(w, lost)->state));
}

/* [J8] An entry that ends by itself. */
static bool is_foster(const struct world *w, uint32_t host, const struct endpoint *child)
{
	const struct children *c = &world_member(w, host)->children;
	unsigned place = children_find(c, child);
	return place < c->full_count && c->known[place].is_foster;
}

bool invariants_is_leaving(const struct invariants *v, uint32_t host, uint32_t child)
{
	const struct world *w = v->world;
	const struct member *m = child < w->host_count ? world_member(w, child) : NULL;
	if (!m || !m->full)
		return false;
	if (is_foster(w, host, &w->hosts[child].self))
		return true;
	const struct full *f = m->full;
	const struct endpoint *self = &w->hosts[host].self;
	bool has_moved =
		!time_is_never(f->moved_at) && time_elapsed_us(f->moved_at, w->now) < MOVING_US;
	return has_moved || endpoint_equal(&f->former.endpoint, self) ||
	       endpoint_equal(&f->foster.endpoint, self);
}

/* The root that the rendezvous point knows is one: then nobody has to wait for the end of its guard
 * time, which nobody may be there to shorten. */
static bool has_registered_root(const struct world *w)
{
	const struct registry_root *root = world_registered(w);
	uint32_t host = world_find(w, &root->endpoint);
	const struct member *m = host < w->host_count ? world_member(w, host) : NULL;
	return !root->is_registered || (m && m->state == MEMBER_ROOT);
}

int64_t invariants_full_recovery_us(const struct world *w)
{
	const struct full_config *c = &w->config.full;
	const struct member_config *m = &w->config.member;
	int64_t base_us = has_base_links(w) ? (m->misses + 2) * m->refresh_us + 2 * m->guard_us : 0;
	int64_t notice_us = c->tick_us + (int64_t)(c->asks + 1) * c->ask_us;
	int64_t mend_us = c->stale_us + 2 * c->patience_us;
	int64_t probe_us = 2 * REGISTRY_PROBE_US;
	int64_t guard_us = has_registered_root(w) ? 0 : REGISTRY_FULL_GUARD_US;
	/* Where the rendezvous point forgot the epoch, its new root may have an old one's: what
	 * hung below that waits until the ticks are newer. */
	int64_t forgotten_us = w->config.rdv_forgets ? w->now.us : 0;
	int64_t report_us = (int64_t)c->report_ticks * c->tick_us;
	return base_us + 2 * notice_us + mend_us + probe_us + guard_us + forgotten_us +
	       3 * report_us + c->root_refresh_us + SEARCH_PAUSES * SEARCH_PAUSE_US +
	       WALK_DEAD * WALK_DEAD_US;
}
