/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
/* join_answer.c - what a candidate's answer, or its silence, means to a walk. Rules [J3]-[J8],
 * [F5], [V4], [V5].
 */
#include "core/join_state.h"

/* [F5] Bare requests after those. */
#define BARE_TRIES 1

/* [J8] So many are asked to take the joiner as a foster child meanwhile. */
#define SHELTERS_MAX 2

/* Nobody is asked any more. */
static void close_question(struct member *m)
{
	struct walk *w = m->full->walk;
	m->request.is_open = false;
	m->request.due_at = TIME_NEVER;
	if (w)
		w->current = w->count;
}

static void fail_current(struct member *m, const struct member_input *in)
{
	struct candidate *c = join_current(m);
	c->state = CANDIDATE_FAILED;
	close_question(m);
	join_continue(m, in);
}

void join_on_silence(struct member *m, const struct member_input *in)
{
	struct full *f = m->full;
	struct request *r = &m->request;
	const struct candidate *c = join_current(m);
	bool may_be_base =
		c && !c->is_full && full_lets_base_in(f->config) && !join_keeps_parent(f->walk);
	unsigned bare = may_be_base ? BARE_TRIES : 0;
	bool is_told = in->path != NULL; /* By ICMP, for certain. */
	if (!is_told && r->tries < FULL_TRIES + bare) {
		join_send(m, r, in);
		r->tries++;
	} else if (c) {
		action_event(in->actions, EVENT_CANDIDATE_SILENT, &r->target);
		if (f->walk->purpose == WALK_JOIN && c->depth == 0) /* The root. [E4] */
			link_give_up(m, &c->endpoint, true, in->now);
		fail_current(m, in);
	} else {
		close_question(m); /* A parent's silence is noticed otherwise. */
	}
}

static void learn_members(struct member *m, const struct candidate *from,
			  const struct member_input *in)
{
	const struct wire_terms *t = &in->message->terms;
	uint16_t depth = (uint16_t)(from->depth + 1);
	for (unsigned i = 0; i < t->member_count; i++) {
		const struct wire_neighbour *n = &t->members[i];
		if (join_is_avoided(m, &n->endpoint, in->now))
			continue;
		struct candidate *c = walk_find(m->full->walk, &n->endpoint);
		if (!c)
			c = walk_add(m->full->walk, &n->endpoint, &m->random);
		else if (c->state != CANDIDATE_LISTED || c->depth != JOIN_OFFERED_DEPTH)
			continue;
		if (!c)
			continue; /* No room. */
		c->pings = 0;     /* It may have been offered before. */
		c->depth = depth;
		c->is_full = n->is_full;
		c->free = n->free;
		c->room = n->room;
		c->delay_us = n->delay_us;
	}
}

static uint16_t to_u16(uint64_t value)
{
	return value < UINT16_MAX ? (uint16_t)value : UINT16_MAX;
}

static void learn_about(struct candidate *c, const struct wire_terms *t)
{
	c->state = CANDIDATE_KNOWN;
	c->is_full = true;
	if (wire_has(t, WIRE_KEY_cookie))
		c->cookie = t->cookie;
	c->depth = wire_has(t, WIRE_KEY_depth) ? to_u16(t->depth) : c->depth;
	c->free = wire_has(t, WIRE_KEY_free) && t->free > 0 ? 1 : 0;
	c->delay_us = wire_has(t, WIRE_KEY_delay) && t->delay < UINT32_MAX ? (uint32_t)t->delay : 0;
}

/* The bare list of a base node. [M10] */
static void learn_list(struct member *m, struct candidate *c, const struct member_input *in)
{
	c->state = CANDIDATE_KNOWN;
	c->free = 0;
	uint16_t depth = (uint16_t)(c->depth + 1);
	for (size_t i = 0; i < in->message->count; i++) {
		const struct endpoint *e = &in->message->endpoints[i];
		struct candidate *next = join_is_avoided(m, e, in->now)
						 ? NULL
						 : walk_add(m->full->walk, e, &m->random);
		if (next)
			next->depth = depth;
	}
}

/* [V4] The round trip to the child that goes for a nearer one, if it may be for us: who looks for a
 * better place, and has one for that child below itself, asks for it once. */
static uint32_t offered_us(const struct member *m, const struct wire_terms *t)
{
	const struct walk *w = m->full->walk;
	bool is_for_us = w->purpose == WALK_IMPROVE && w->want == WANT_PROBE &&
			 join_policy(m) == POLICY_CLOSEST && brood_room(m) != WIRE_NO_ROOM &&
			 wire_has(t, WIRE_KEY_rtt);
	return is_for_us && t->rtt < UINT32_MAX ? (uint32_t)t->rtt : 0;
}

/* [V5] True if who answers would let a child go for us, whose subtree is taller; unless we have
 * just asked for that. */
static bool gives_way(const struct member *m, const struct wire_terms *t)
{
	return wire_has(t, WIRE_KEY_height) && t->height < join_claim(m) &&
	       !wire_says(t, reason, "full");
}

/* [O1] True if an orphan's dead parent is still a child of who answers. */
static bool has_our_dead(const struct member *m, const struct wire_terms *t)
{
	const struct full *f = m->full;
	bool is_there = false;
	for (unsigned i = 0; i < t->member_count; i++)
		is_there = is_there || endpoint_equal(&t->members[i].endpoint, &f->dead);
	return f->walk->purpose == WALK_ORPHAN && is_there;
}

/* [J8] True unless it has a place that is taken at once: others have to be asked, and data may come
 * meanwhile. */
static bool wants_shelter(const struct member *m, const struct candidate *c)
{
	const struct walk *w = m->full->walk;
	bool is_taken = c->free > 0 && (join_policy(m) != POLICY_CLOSEST || w->count == 1);
	return !is_taken && join_may_hang(m) && w->shelters < SHELTERS_MAX;
}

void join_on_refusal(struct member *m, const struct member_input *in)
{
	const struct wire_terms *t = &in->message->terms;
	struct candidate *c = join_current(m);
	bool is_full = in->message->is_full;
	if (!c) { /* The parent's answer to a refresh: it has forgotten us. [M12] */
		close_question(m);
		link_lose(m, in);
		return;
	}
	bool is_first = c->state != CANDIDATE_KNOWN;
	bool is_lost = is_full && c->free > 0 && wire_says(t, reason, "full") &&
		       m->full->walk->want == WANT_PLACE;
	m->full->walk->losses += is_lost;
	if (m->request.tries == 1) /* Karn: of a repeated request one does not know which. */
		candidate_measured(c, time_elapsed_us(m->full->asked_at, in->now));
	if (!is_full) {
		learn_list(m, c, in);
	} else {
		learn_about(c, t);
		learn_members(m, c, in);
		c->yield_us = offered_us(m, t);
		c->gives_way = gives_way(m, t);
		if (wire_says(t, reason, "stale"))
			c->stale++;
		else if (wire_says(t, reason, "loop") || wire_says(t, reason, "group") ||
			 wire_says(t, reason, "detached") || wire_says(t, reason, "depth"))
			c->state = CANDIDATE_FAILED;
		if (c->stale > JOIN_STALE_MAX)
			c->state = CANDIDATE_FAILED;
	}
	if (!is_full || wire_says(t, reason, "full"))
		action_event(in->actions, EVENT_PARENT_FULL, &in->path->remote);
	else if (!wire_says(t, reason, "cookie") && !wire_says(t, reason, "probe"))
		action_event(in->actions, EVENT_CANDIDATE_REFUSED, &in->path->remote);
	bool has_cookie = is_first && c->state == CANDIDATE_KNOWN && c->cookie != 0;
	close_question(m);
	if (has_cookie && has_our_dead(m, t)) {
		join_ask(m, c, WANT_PLACE, in); /* It believes us, and has a place soon. */
	} else if (has_cookie && wants_shelter(m, c)) {
		m->full->walk->shelters++;
		join_ask(m, c, WANT_SHELTER, in);
	} else {
		join_continue(m, in);
	}
}

/* A parent of the base profile has forgotten us, and its place is taken: down its list. [M12] */
void join_on_base_refusal(struct member *m, const struct member_input *in)
{
	close_question(m);
	member_set_state(m, MEMBER_JOINING);
	link_set_detached(m, true, in);
	if (!join_take_walk(m, WALK_JOIN, in))
		return;
	struct candidate *parent = walk_add(m->full->walk, &in->path->remote, &m->random);
	if (parent)
		learn_list(m, parent, in);
	join_continue(m, in);
}

void join_on_offer(struct member *m, const struct member_input *in)
{
	close_question(m);
	if (!join_take_walk(m, WALK_RESCUE, in)) {
		member_refresh_bare(m, in);
		return;
	}
	struct candidate *parent = walk_add(m->full->walk, &in->path->remote, &m->random);
	if (!parent)
		return;
	learn_about(parent, &in->message->terms);
	join_ask(m, parent, WANT_PLACE, in);
}

void join_on_acceptance(struct member *m, const struct member_input *in)
{
	struct full *f = m->full;
	const struct wire_terms *t = in->message->is_full ? &in->message->terms : NULL;
	struct candidate *c = join_current(m);
	if (c && m->request.tries == 1)
		candidate_measured(c, time_elapsed_us(f->asked_at, in->now));
	uint32_t rtt_us = c ? c->rtt_us : f->rtt_us;
	close_question(m);
	if (t && wire_says(t, reason, "foster")) { /* [J8] Data, while we look on. */
		f->foster = (struct side_link){.endpoint = in->path->remote,
					       .token = t->token,
					       .until = time_after(in->now, f->config->foster_us)};
		if (f->key == 0 && wire_has(t, WIRE_KEY_key) && wire_has(t, WIRE_KEY_seq))
			data_begin_epoch(m, t->key, t->seq, in);
		if (c) {
			learn_about(c, t);
			if (f->walk->want == WANT_PLACE)
				c->free = 0;
			learn_members(m, c, in);
			join_continue(m, in);
		}
		return;
	}
	link_attach(m, t, rtt_us, in);
	join_plan_improvement(m, in);
}

void join_on_pong(struct member *m, const struct member_input *in)
{
	struct walk *w = m->full->walk;
	struct candidate *c = w ? walk_find(w, &in->path->remote) : NULL;
	if (!c || c->nonce == 0 || c->nonce != in->message->fields.PONG.nonce) {
		m->drops->count[DROP_UNEXPECTED]++;
		return;
	}
	c->nonce = 0;
	if (in->message->fields.PONG.cookie != 0)
		c->cookie = in->message->fields.PONG.cookie;
	candidate_measured(c, time_elapsed_us(c->pinged_at, in->now));
	if (!join_current(m))
		join_continue(m, in);
}

void join_ask_parent(struct member *m, const struct member_input *in)
{
	if (!m->request.is_open && m->state == MEMBER_ATTACHED)
		member_ask(m, WIRE_RJOI, &m->parent, in);
}
