/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
/* tick.c - what a member tells its children every second, and its parent now and then. Rules [T1],
 * [T2], [T6]. */
#include "core/full_state.h"

/* [T6] What changes is reported at once, but no more often than that. */
#define REPORT_GAP_US (200 * US_PER_MS)

/* [K2] What is wanted matters more: who waits for it waits at each hop. */
#define WANTED_GAP_US (20 * US_PER_MS)
#define WANTED_AGAIN  2

/* FNV-1a over the ids of a root path. */
static uint32_t add_to_hash(uint32_t hash, uint64_t id)
{
	for (unsigned i = 0; i < 64; i += 8)
		hash = (hash ^ (uint32_t)(id >> i & 0xFF)) * 16777619u;
	return hash;
}

/* Our own path begins with ourselves; of the rest what fits is passed on. */
static unsigned own_hops(const struct member *m)
{
	unsigned above = m->full->path.count;
	return above < WIRE_HOPS_MAX ? above : WIRE_HOPS_MAX - 1U;
}

/* The hop of the parent's path that becomes the `i`-th above us: the root is always the last. */
static const struct wire_hop *hop_above(const struct member *m, unsigned i)
{
	const struct wire_path *p = &m->full->path;
	return &p->hops[i + 1 == own_hops(m) ? p->count - 1U : i];
}

uint32_t tick_path_hash(const struct member *m)
{
	uint32_t hash = add_to_hash(2166136261u, m->full->id);
	for (unsigned i = 0; i < own_hops(m); i++)
		hash = add_to_hash(hash, hop_above(m, i)->id);
	return hash != 0 ? hash : 1;
}

/* Ourselves first. */
static struct wire_path *own_path(const struct member *m, struct actions *actions)
{
	struct wire_path *p = actions_path(actions);
	p->hash = tick_path_hash(m);
	p->epoch = m->full->key_epoch;
	p->key = m->full->key;
	p->seq = m->full->seq;
	p->count = 1;
	p->hops[0] = (struct wire_hop){.id = m->full->id};
	if (m->self_count > 0)
		p->hops[0].endpoint = m->selves[0];
	for (unsigned i = 0; i < own_hops(m); i++)
		p->hops[p->count++] = *hop_above(m, i);
	return p;
}

/* [N1] While we look for a place, or have asked for another, nothing newer goes down than what the
 * request says. */
struct wire_tick_number tick_number(const struct member *m)
{
	const struct full *f = m->full;
	bool is_placed = m->state == MEMBER_ATTACHED || m->state == MEMBER_ROOT;
	return is_placed && !f->is_holding ? f->tick : f->passed;
}

/* To all children, who know our path. */
static void send_ticks(struct member *m, const struct member_input *in)
{
	struct full *f = m->full;
	struct wire_tick_number number = tick_number(m);
	bool has_place = m->state == MEMBER_ATTACHED || m->state == MEMBER_ROOT;
	union wire_fields fields = {
		.TICK = {
			.epoch = number.epoch,
			.number = number.number,
			.seq = (uint32_t)f->seq,
			.delay = f->delay_us,
			.hash = f->told_hash,
			.depth = f->depth,
			.flags = (uint8_t)((f->is_detached || !has_place ? WIRE_TICK_DETACHED : 0) |
					   (f->is_enclave ? WIRE_TICK_ENCLAVE : 0)),
		}};
	f->passed = number;
	for (unsigned i = 0; i < m->children.full_count; i++) {
		struct path path = {m->children.endpoints[i], m->children.locals[i]};
		fields.TICK.token = proof_token(&f->proof, &path.remote);
		if (m->children.known[i].is_yielding) /* [V4], [V5] */
			fields.TICK.flags |= WIRE_TICK_YIELD;
		else
			fields.TICK.flags &= (uint8_t)~WIRE_TICK_YIELD;
		action_send_fields(in->actions, WIRE_TICK, &path, &fields);
	}
}

/* [T2] True if the children do not know how we are reached, or the key of the epoch, as is now. */
static bool has_path_news(const struct member *m)
{
	const struct full *f = m->full;
	return f->told_hash != tick_path_hash(m) || f->told_epoch != f->key_epoch;
}

static void note_told(struct full *f, const struct wire_path *p)
{
	f->told_hash = p->hash;
	f->told_epoch = p->epoch;
}

static void send_path_to(const struct member *m, const struct path *child,
			 const struct wire_path *p, const struct member_input *in)
{
	action_send_path(in->actions, child, proof_token(&m->full->proof, &child->remote), p);
}

void tick_tell_path(struct member *m, const struct path *child, const struct member_input *in)
{
	const struct wire_path *p = own_path(m, in->actions);
	if (m->children.full_count == 1) /* All of them know it now. */
		note_told(m->full, p);
	send_path_to(m, child, p, in);
}

static void send_path(struct member *m, const struct member_input *in)
{
	const struct wire_path *p = own_path(m, in->actions);
	note_told(m->full, p);
	for (unsigned i = 0; i < m->children.full_count; i++) {
		struct path path = {m->children.endpoints[i], m->children.locals[i]};
		send_path_to(m, &path, p, in);
	}
}

/* [T1] The root makes a new one, and who is that for its subtree. */
static bool makes_ticks(const struct member *m)
{
	return m->state == MEMBER_ROOT || (m->state == MEMBER_ATTACHED && !m->full->is_parent_full);
}

void tick_on_time(struct member *m, const struct member_input *in)
{
	struct full *f = m->full;
	if (m->children.full_count == 0) {
		f->tick_at = TIME_NEVER;
		return;
	}
	if (has_path_news(m)) { /* First: what comes after it is understood. */
		send_path(m, in);
		return; /* The tick has its turn in the next call. */
	}
	if (makes_ticks(m)) {
		f->tick.number++;
		f->tick_changed_at = in->now;
	}
	f->tick_at = time_after(in->now, f->config->tick_us);
	send_ticks(m, in);
}

void tick_report(struct member *m, const struct member_input *in)
{
	struct full *f = m->full;
	const struct children *c = &m->children;
	union wire_fields fields = {
		.RPRT = {
			.token = f->token,
			.delay = f->delay_us,
			.size = 1u + c->count - c->full_count,
			.height = brood_height(m),
			.room = brood_room(m),
			.free = (uint8_t)(brood_free(m) < UINT8_MAX ? brood_free(m) : UINT8_MAX),
			.wanted = spread_wanted(m),
		}};
	for (unsigned i = 0; i < c->full_count; i++)
		fields.RPRT.size += c->known[i].size;
	/* [K2] The first report of more that is wanted may be lost: it is told twice again. */
	if (fields.RPRT.wanted & ~f->reported_wanted)
		f->reports_again = WANTED_AGAIN;
	else if (f->reports_again > 0)
		f->reports_again--;
	f->ticks_to_report = f->reports_again > 0 ? 1 : f->config->report_ticks;
	f->reported_at = in->now;
	f->reported_room = fields.RPRT.room;
	f->reported_wanted = fields.RPRT.wanted;
	f->want_at = TIME_NEVER;
	action_send_fields(in->actions, WIRE_RPRT, &(struct path){.remote = m->parent}, &fields);
}

void tick_report_soon(struct member *m, const struct member_input *in)
{
	struct full *f = m->full;
	bool has_parent = m->state == MEMBER_ATTACHED && f->is_parent_full;
	int64_t gap_us = time_is_never(f->reported_at) ? REPORT_GAP_US
						       : time_elapsed_us(f->reported_at, in->now);
	bool wants_other = spread_wanted(m) != f->reported_wanted;
	bool has_news = (gap_us >= REPORT_GAP_US && brood_room(m) != f->reported_room) ||
			(gap_us >= WANTED_GAP_US && wants_other);
	if (has_parent && has_news)
		tick_report(m, in);
	else if (f->ticks_to_report > 1)
		f->ticks_to_report = 1;
	if (has_parent && wants_other && !has_news)
		f->want_at = time_after(f->reported_at, WANTED_GAP_US);
}

void member_want(struct member *m, uint64_t wanted, struct time now, struct actions *actions)
{
	struct member_input in = {.now = now, .actions = actions};
	if (!m->full || m->full->wanted == wanted)
		return;
	m->full->wanted = wanted;
	tick_report_soon(m, &in);
}
