/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
/* link.c - the link to the parent in the full profile: whether it lives, and what is done when it
 * does not. Rules [T2]-[T5], [T7], [O1]-[O4], [V3]. */
#include "core/full_state.h"

/* [O1] Whom we gave up is not asked again for so long. */
#define DEAD_US (30 * US_PER_S)

/* [E4] The root for as long as the rendezvous point needs to find out, and as long again: if that
 * goes on naming it, it lives, and may be asked again. */
#define DEAD_ROOT_US (4 * US_PER_S)

/* [O3] The children of one dead parent do not ask all at once. */
#define SCATTER_US (60 * US_PER_MS)

/* [V3] So long the former parent may bring what the new one does not. */
#define FORMER_US (2 * US_PER_S)

/* [T7] A parent that has so many more messages than it has brought in two ticks does not pass them
 * on. Fewer can be lost on the way. */
#define LAG_MESSAGES 8
#define LAG_TICKS    2

void link_end_side(struct member *m, struct side_link *link, const struct member_input *in)
{
	union wire_fields fields = {.LEAV.token = link->token};
	bool is_parent = m->state == MEMBER_ATTACHED && endpoint_equal(&link->endpoint, &m->parent);
	if (link->endpoint.port != 0 && link->token != 0 && !is_parent)
		action_send_fields(in->actions, WIRE_LEAV, &(struct path){.remote = link->endpoint},
				   &fields);
	*link = (struct side_link){.until = TIME_NEVER};
}

bool link_brings_data(const struct member *m, const struct endpoint *e, struct time now)
{
	const struct full *f = m->full;
	return e->port != 0 &&
	       ((m->state == MEMBER_ATTACHED && endpoint_equal(e, &m->parent)) ||
		(endpoint_equal(e, &f->former.endpoint) && !time_is_due(f->former.until, now)) ||
		(endpoint_equal(e, &f->foster.endpoint) && !time_is_due(f->foster.until, now)));
}

bool link_is_parents(const struct member *m, const struct member_input *in, uint64_t token)
{
	const struct full *f = m->full;
	return m->state == MEMBER_ATTACHED && f->is_parent_full && token == f->token &&
	       endpoint_equal(&in->path->remote, &m->parent);
}

void link_check_move(struct member *m, const struct member_input *in)
{
	struct full *f = m->full;
	if (f->former.endpoint.port != 0 && window_has_all(&f->window, f->meet_from, f->meet_seq))
		link_end_side(m, &f->former, in);
}

void link_set_detached(struct member *m, bool is_detached, const struct member_input *in)
{
	struct full *f = m->full;
	if (f->is_detached == is_detached)
		return;
	f->is_detached = is_detached;
	if (m->children.full_count > 0)
		f->tick_at = in->now; /* The children are told at once. */
	if (!is_detached) {
		backoff_reset(&f->rescue_backoff);
		if (m->state == MEMBER_ATTACHED)
			f->walk_at = TIME_NEVER;
		return;
	}
	/* [T5] Those above may mend it; only the topmost orphan moves. */
	int64_t patience_us = f->config->patience_us;
	patience_us += (int64_t)random_below(&m->random, (uint64_t)patience_us / 2 + 1);
	f->walk_at = time_after(in->now, patience_us);
}

void link_heard(struct member *m, const struct member_input *in)
{
	struct full *f = m->full;
	f->asks = 0;
	f->ask_at = time_after(in->now, f->config->tick_us + f->config->ask_us);
}

void link_ask(struct member *m, uint8_t flags, const struct member_input *in)
{
	struct full *f = m->full;
	f->ask_nonce = proof_nonce(&f->proof);
	union wire_fields fields = {
		.PING = {.token = f->token, .nonce = f->ask_nonce, .flags = flags}};
	action_send_fields(in->actions, WIRE_PING, &(struct path){.remote = m->parent}, &fields);
}

/* --- A new parent --- */

/* What a YJOI of the full profile tells. */
static void learn(struct member *m, const struct wire_terms *t, const struct member_input *in)
{
	struct full *f = m->full;
	struct wire_tick_number tick = wire_has(t, WIRE_KEY_tick) ? t->tick : f->tick;
	f->token = t->token;
	f->parent_id = t->id;
	f->is_enclave = tick.epoch == 0;
	f->depth = wire_has(t, WIRE_KEY_depth) && t->depth < FULL_DEPTH_MAX
			   ? (uint16_t)(t->depth + 1)
			   : FULL_DEPTH_MAX;
	f->delay_us = wire_has(t, WIRE_KEY_delay) && t->delay < UINT32_MAX / 2
			      ? (uint32_t)t->delay + f->rtt_us / 2
			      : f->rtt_us / 2;
	/* [N1] What came by another parent and was not passed on is forgotten: the tick of a member
	 * is never newer than that of the parent that it has. */
	f->tick = tick;
	uint64_t seq = wire_has(t, WIRE_KEY_seq) ? t->seq : 0;
	if (wire_has(t, WIRE_KEY_key) && (f->key != t->key || f->key_epoch != tick.epoch)) {
		f->key_epoch = tick.epoch;
		data_begin_epoch(m, t->key, seq, in);
	}
	f->meet_seq = seq;
}

/* [F6] A parent of the base profile: our ticks begin here. */
static void become_enclave(struct member *m, const struct member_input *in)
{
	struct full *f = m->full;
	f->is_parent_full = false;
	f->is_enclave = true;
	f->token = f->parent_id = 0;
	f->tick = (struct wire_tick_number){0, f->tick.epoch == 0 ? f->tick.number + 1 : 1};
	f->passed = f->tick;
	f->depth = 1;
	f->delay_us = 0;
	f->ask_at = TIME_NEVER;
	f->key_epoch = 0;
	data_begin_epoch(m, proof_nonce(&f->proof), 0, in);
	m->refresh_at = time_after(in->now, m->config->refresh_us);
}

void link_attach(struct member *m, const struct wire_terms *terms, uint32_t rtt_us,
		 const struct member_input *in)
{
	struct full *f = m->full;
	bool is_refresh = m->state == MEMBER_ATTACHED &&
			  endpoint_equal(&m->parent, &in->path->remote) && !f->walk;
	bool is_move = m->state == MEMBER_ATTACHED && !is_refresh && f->is_parent_full &&
		       !endpoint_equal(&m->parent, &in->path->remote);
	if (is_move) {
		link_end_side(m, &f->former, in);
		f->former = (struct side_link){.endpoint = m->parent,
					       .token = f->token,
					       .until = time_after(in->now, FORMER_US)};
		f->moved_at = in->now;
		backoff_reset(&f->improve_backoff);
	}
	if (m->state != MEMBER_ATTACHED || is_move)
		action_event(in->actions, EVENT_JOINED, &in->path->remote);
	m->misses = 0;
	m->parent = in->path->remote;
	member_set_state(m, MEMBER_ATTACHED);
	f->is_parent_full = terms != NULL;
	f->rtt_us = rtt_us;
	if (!is_refresh)
		f->path.count = 0;
	join_end(m);
	link_end_side(m, &f->foster, in);
	if (!terms) {
		become_enclave(m, in);
	} else {
		f->meet_from = f->seq;
		learn(m, terms, in);
		link_heard(m, in);
		if (!is_refresh) {
			f->ticks_to_report = 1;
			f->reported_wanted = WIRE_WANTS_ALL; /* So a new child counts. */
			f->lag_seq = (uint32_t)f->seq;
			f->lag_from = (uint32_t)f->meet_seq;
			f->lags = 0;
		}
		link_check_move(m, in);
	}
	f->tick_changed_at = in->now;
	f->is_detached = false;
	f->walk_at = TIME_NEVER;
	if (m->children.full_count > 0)
		f->tick_at = in->now;
	if (terms && !is_refresh)
		tick_report_soon(m, in); /* [K2] Of more than we want nothing need come. */
}

/* --- A lost parent --- */

void link_give_up(struct member *m, const struct endpoint *e, bool is_root, struct time now)
{
	m->full->dead = *e;
	m->full->dead_until = time_after(now, is_root ? DEAD_ROOT_US : DEAD_US);
}

void link_lose(struct member *m, const struct member_input *in)
{
	struct full *f = m->full;
	struct endpoint lost = m->parent;
	join_end(m);
	m->request.is_open = false;
	m->request.due_at = TIME_NEVER;
	bool is_root = f->path.count < 2 ||
		       endpoint_equal(&lost, &f->path.hops[f->path.count - 1].endpoint);
	link_give_up(m, &lost, is_root, in->now);
	f->ask_at = f->improve_at = TIME_NEVER;
	f->ask_nonce = 0;
	member_set_state(m, MEMBER_JOINING);
	action_event(in->actions, EVENT_SEARCH, &lost);
	link_set_detached(m, true, in);
	f->walk_at = time_after(in->now, (int64_t)random_below(&m->random, SCATTER_US));
}

void link_leave(struct member *m, const struct member_input *in)
{
	union wire_fields fields = {.LEAV.token = m->full->token};
	action_send_fields(in->actions, WIRE_LEAV, &(struct path){.remote = m->parent}, &fields);
	link_lose(m, in);
}

/* --- Its ticks --- */

void link_learn_key(struct member *m, const struct member_input *in)
{
	struct full *f = m->full;
	const struct wire_path *p = &f->path;
	if (p->count > 0 && p->key != 0 && p->epoch == f->tick.epoch &&
	    (p->key != f->key || p->epoch != f->key_epoch))
		data_begin_epoch(m, p->key, p->seq, in);
}

/* [T7] Signalling passes, and data do not: in two ticks in a row it has more than it has brought,
 * and brought nothing between them. */
static bool is_mute(struct member *m, const struct wire_TICK *tick)
{
	struct full *f = m->full;
	uint32_t mine = (uint32_t)f->seq, brought = mine;
	if (f->reported_wanted != WIRE_WANTS_ALL) { /* [K3] What is missing may not be wanted. */
		f->lag_seq = mine;
		f->lag_from = tick->seq;
		f->lags = 0;
		return false;
	}
	if ((int32_t)(f->lag_from - mine) > 0)
		brought = f->lag_from; /* What came before we did it does not owe. */
	bool is_known = f->key != 0 && f->key_epoch == tick->epoch;
	bool is_behind = is_known && (int32_t)(tick->seq - brought) >= LAG_MESSAGES;
	if (mine != f->lag_seq)
		f->lags = 0;
	f->lags = is_behind ? (uint8_t)(f->lags + 1) : 0;
	f->lag_seq = mine;
	return f->lags >= LAG_TICKS;
}

void link_on_tick(struct member *m, const struct wire_TICK *tick, const struct member_input *in)
{
	struct full *f = m->full;
	struct wire_tick_number number = {tick->epoch, tick->number};
	link_heard(m, in);
	f->is_enclave = (tick->flags & WIRE_TICK_ENCLAVE) != 0;
	/* An enclave has an order of its own; the other order begins above it. */
	bool is_other_order = (number.epoch == 0) != (f->tick.epoch == 0);
	if (is_other_order || wire_tick_is_newer(number, f->tick)) {
		f->tick = number;
		f->tick_changed_at = in->now;
	} else if (f->tick.epoch > number.epoch) {
		return; /* [E1] It does not know the newer root yet. */
	}
	f->depth = (uint16_t)(tick->depth + 1);
	f->delay_us = tick->delay + f->rtt_us / 2;
	bool is_deep = tick->depth + 1 >= FULL_DEPTH_MAX; /* [N5] */
	if (is_deep || is_mute(m, tick)) {
		action_event(in->actions, is_deep ? EVENT_PARENT_DEEP : EVENT_PARENT_MUTE,
			     &m->parent);
		link_leave(m, in);
		return;
	}
	bool is_stale = time_elapsed_us(f->tick_changed_at, in->now) >= f->config->stale_us;
	if (tick->flags & WIRE_TICK_DETACHED)
		link_set_detached(m, true, in);
	else if (!is_stale)
		link_set_detached(m, false, in);
	if (f->ticks_to_report > 0 && --f->ticks_to_report == 0)
		tick_report(m, in);
	link_learn_key(m, in);
	if (f->key == 0 || f->key_epoch != f->tick.epoch)
		join_ask_parent(m, in);
	else if (tick->hash != f->path.hash || f->path.count == 0)
		link_ask(m, WIRE_PING_PATH, in);
	if (tick->flags & WIRE_TICK_YIELD)
		join_move(m, WALK_YIELD, in);
}

/* --- Time --- */

/* [T3] It is silent: asked again and again, and given up in the end. */
static void ask_again(struct member *m, const struct member_input *in)
{
	struct full *f = m->full;
	if (f->asks >= f->config->asks) {
		action_event(in->actions, EVENT_UNREACHABLE, &m->parent);
		link_lose(m, in);
		return;
	}
	f->asks++;
	f->ask_at = time_after(in->now, f->config->ask_us);
	link_ask(m, f->path.count == 0 ? WIRE_PING_PATH : 0, in);
}

static struct time stale_at(const struct member *m)
{
	const struct full *f = m->full;
	bool can_be = m->state == MEMBER_ATTACHED && f->is_parent_full && !f->is_detached;
	return can_be ? time_after(f->tick_changed_at, f->config->stale_us) : TIME_NEVER;
}

static struct time ask_at(const struct member *m)
{
	return m->state == MEMBER_ATTACHED && m->full->is_parent_full ? m->full->ask_at
								      : TIME_NEVER;
}

void link_on_time(struct member *m, const struct member_input *in)
{
	struct full *f = m->full;
	if (time_is_due(ask_at(m), in->now))
		ask_again(m, in);
	else if (time_is_due(stale_at(m), in->now))
		link_set_detached(m, true, in); /* [T4] */
	else if (time_is_due(f->former.until, in->now))
		link_end_side(m, &f->former, in);
	else if (time_is_due(f->foster.until, in->now))
		link_end_side(m, &f->foster, in);
	else if (time_is_due(f->want_at, in->now)) {
		f->want_at = TIME_NEVER;
		tick_report_soon(m, in);
	} else if (time_is_due(f->improve_at, in->now)) {
		f->improve_at = time_after(in->now, f->config->improve_us);
		member_improve(m, in->now, in->actions);
	}
}

struct time link_deadline(const struct member *m)
{
	const struct full *f = m->full;
	struct time deadline = time_earlier(ask_at(m), stale_at(m));
	deadline = time_earlier(deadline, time_earlier(f->former.until, f->foster.until));
	deadline = time_earlier(deadline, f->want_at);
	return m->state == MEMBER_ATTACHED ? time_earlier(deadline, f->improve_at) : deadline;
}
