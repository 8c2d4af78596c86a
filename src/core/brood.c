/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
/* brood.c - the children of a member of the full profile: who is let in, and who is still there.
 * Rules [C1]-[C4], [J6]-[J8], [I5], [I6], [N1]-[N5], [T6], [V4], [V5]. */
#include "core/full_state.h"

#include <string.h>

/* [T6] A child is asked when so many reports are missing, and half of one. */
#define REPORTS_MISSED 2

/* [I3] The longest answer to an unproven request, without members; and a member of it, mostly.
 * Instead of `rtt` there may be `height`, which is shorter. */
#define REFUSAL_MAX                                                                                \
	(WIRE_HEADER_SIZE + WIRE_TERMS_HEAD + WIRE_LINE_SIZE("group", WIRE_WORD_MAX) +             \
	 WIRE_LINE_SIZE("cookie", 16) + WIRE_LINE_SIZE("reason", sizeof("cookie") - 1) +           \
	 WIRE_LINE_SIZE("tick", 21) + WIRE_LINE_SIZE("depth", 5) + WIRE_LINE_SIZE("delay", 10) +   \
	 WIRE_LINE_SIZE("free", 4) + WIRE_LINE_SIZE("rtt", 10))
#define LISTED_SIZE 50

#define ASKED_A_CALL 4 /* So that a call yields few actions. */

/* A new child, or one that has just told something, has so long until it is asked. */
static struct time next_ask(const struct member *m, struct time now)
{
	const struct full_config *c = m->full->config;
	int64_t report_us = c->report_ticks * c->tick_us;
	return time_after(now, REPORTS_MISSED * report_us + report_us / 2);
}

uint16_t brood_room(const struct member *m)
{
	const struct children *c = &m->children;
	if (brood_free(m) > 0)
		return 0;
	uint16_t room = WIRE_NO_ROOM;
	for (unsigned i = 0; i < c->full_count; i++)
		if (!c->known[i].is_foster && c->known[i].room < room)
			room = c->known[i].room;
	return room < WIRE_NO_ROOM - 1 ? (uint16_t)(room + 1) : WIRE_NO_ROOM;
}

uint16_t brood_height(const struct member *m)
{
	const struct children *c = &m->children;
	uint16_t height = c->count > 0;
	for (unsigned i = 0; i < c->full_count; i++)
		if (c->known[i].height >= height && c->known[i].height < UINT16_MAX)
			height = (uint16_t)(c->known[i].height + 1);
	return height;
}

void brood_drop(struct member *m, unsigned place, enum event event, const struct member_input *in)
{
	action_event(in->actions, event, &m->children.endpoints[place]);
	children_remove(&m->children, place);
	tick_report_soon(m, in);
}

void brood_ask(struct member *m, unsigned place, const struct member_input *in)
{
	struct full *f = m->full;
	struct child *known = &m->children.known[place];
	struct path path = {m->children.endpoints[place], m->children.locals[place]};
	known->nonce = proof_nonce(&f->proof);
	known->asks++;
	m->children.expires_at[place] = time_after(in->now, f->config->ask_us);
	union wire_fields fields = {
		.PING = {.token = proof_token(&f->proof, &path.remote), .nonce = known->nonce}};
	action_send_fields(in->actions, WIRE_PING, &path, &fields);
}

/* [T6] Such a child stays as long as it is heard of; a foster child has its time. [V4], [V5]
 * have given the place of one that yields away, and let it stay until it has found another. */
static bool is_lasting(const struct child *known)
{
	return !known->is_foster || known->is_yielding;
}

void brood_on_time(struct member *m, const struct member_input *in)
{
	struct children *c = &m->children;
	unsigned left = ASKED_A_CALL;
	for (unsigned i = c->count; i-- > 0 && left > 0;) {
		if (!time_is_due(c->expires_at[i], in->now))
			continue;
		left--;
		bool is_full = i < c->full_count;
		if (is_full && is_lasting(&c->known[i]) && c->known[i].asks < m->full->config->asks)
			brood_ask(m, i, in);
		else
			brood_drop(m, i, EVENT_CHILD_EXPIRED, in);
	}
}

unsigned brood_heard(struct member *m, uint64_t token, const struct member_input *in)
{
	struct children *c = &m->children;
	unsigned place = children_find(c, &in->path->remote);
	bool is_known =
		place < c->full_count && token == proof_token(&m->full->proof, &in->path->remote);
	if (!is_known)
		return c->count;
	if (is_lasting(&c->known[place])) {
		c->known[place].asks = 0;
		c->expires_at[place] = next_ask(m, in->now);
	}
	return place;
}

void brood_on_pong(struct member *m, const struct member_input *in)
{
	struct children *c = &m->children;
	unsigned place = children_find(c, &in->path->remote);
	const struct wire_PONG *pong = &in->message->fields.PONG;
	if (place >= c->full_count || c->known[place].nonce != pong->nonce || pong->nonce == 0) {
		m->drops->count[DROP_UNEXPECTED]++;
		return;
	}
	c->known[place].nonce = 0;
	if (pong->flags & WIRE_PONG_LINK)
		(void)brood_heard(m, proof_token(&m->full->proof, &in->path->remote), in);
	else
		brood_drop(m, place, EVENT_CHILD_LEFT, in); /* Its LEAV was lost. */
}

/* --- Who is let in --- */

unsigned brood_free(const struct member *m)
{
	const struct children *c = &m->children;
	return children_free(c) + c->count - c->full_count; /* [I6] The base child would go. */
}

/* Its own place is free for who asks, too: it may have been started again. */
static unsigned free_for(const struct member *m, const struct endpoint *asker)
{
	const struct children *c = &m->children;
	unsigned place = children_find(c, asker);
	bool is_child = place < c->full_count && !c->known[place].is_foster;
	return brood_free(m) + is_child;
}

/* [V4] There and back, as far as a child's delay tells; 0: it does not. */
static uint32_t child_rtt_us(const struct member *m, const struct child *known)
{
	uint32_t own_us = m->full->delay_us;
	uint32_t way_us = known->delay_us > own_us ? known->delay_us - own_us : 0;
	return way_us < UINT32_MAX / 2 ? 2 * way_us : 0;
}

/* [V4] The farthest child goes for a nearer one, [V5] the shortest for a taller one. */
static bool goes_rather(const struct member *m, const struct child *a, const struct child *b)
{
	return m->full->config->policy == POLICY_CLOSEST ? child_rtt_us(m, a) > child_rtt_us(m, b)
							 : a->height < b->height;
}

/* [V4], [V5] The child that would go for another, which has had its place for a while; `count`:
 * none. A member lets one go at a time, and none while it asks whether one is dead, whose place
 * would be free soon. */
static unsigned find_yielding(const struct member *m, struct time now)
{
	const struct full_config *config = m->full->config;
	const struct children *c = &m->children;
	unsigned place = c->count;
	if (config->policy == POLICY_RANDOM || config->improve_us == 0 || m->full->is_detached ||
	    brood_free(m) > 0 || c->foster_count > 0)
		return c->count;
	for (unsigned i = 0; i < c->full_count; i++) {
		const struct child *known = &c->known[i];
		bool may_go = time_elapsed_us(known->since, now) >= config->improve_us &&
			      (config->policy == POLICY_SHALLOW || child_rtt_us(m, known) > 0);
		if (known->asks > 0)
			return c->count;
		if (may_go && (place == c->count || goes_rather(m, known, &c->known[place])))
			place = i;
	}
	return place;
}

/* What is told of ourselves in each answer, and who may be asked instead. */
static struct wire_terms *describe(struct member *m, unsigned listed, const struct member_input *in)
{
	struct full *f = m->full;
	const struct children *c = &m->children;
	struct wire_terms *t = full_terms(m, in->message->terms.nonce, in->actions);
	bool is_placed = m->state == MEMBER_ROOT || m->state == MEMBER_ATTACHED;
	wire_put(t, tick, tick_number(m));
	wire_put(t, depth, f->depth);
	wire_put(t, delay, f->delay_us);
	wire_put(t, free, is_placed && !f->is_detached ? free_for(m, &in->path->remote) : 0);
	unsigned first, count = children_run(c, listed, &m->random, &first);
	for (unsigned i = first; i < first + count; i++) {
		bool is_full = i < c->full_count;
		if (endpoint_equal(&c->endpoints[i], &in->path->remote) ||
		    (is_full && c->known[i].is_foster))
			continue;
		t->members[t->member_count++] = (struct wire_neighbour){
			.endpoint = c->endpoints[i],
			.is_full = is_full,
			.free = is_full ? c->known[i].free : 0,
			.room = is_full ? c->known[i].room : WIRE_NO_ROOM,
			.delay_us = is_full ? c->known[i].delay_us : 0,
		};
	}
	return t;
}

static void refuse(struct member *m, const char *reason, bool is_proven,
		   const struct member_input *in)
{
	size_t limit = is_proven ? WIRE_ANSWER_MAX : in->message->size - 1;
	size_t listed = limit > REFUSAL_MAX ? (limit - REFUSAL_MAX) / LISTED_SIZE + 1 : 0;
	if (listed > WIRE_ENDPOINTS_SENT)
		listed = WIRE_ENDPOINTS_SENT;
	struct wire_terms *t = describe(m, (unsigned)listed, in);
	wire_put_word(t, reason, reason);
	unsigned place = find_yielding(m, in->now);
	const struct child *known = &m->children.known[place];
	if (place < m->children.count && m->full->config->policy == POLICY_CLOSEST)
		wire_put(t, rtt, child_rtt_us(m, known)); /* [V4] */
	else if (place < m->children.count)
		wire_put(t, height, known->height); /* [V5] */
	if (!is_proven)
		wire_put(t, cookie, proof_cookie(&m->full->proof, &in->path->remote, in->now));
	action_send_terms(in->actions, WIRE_NJOI, in->path, t, 0,
			  limit < WIRE_ANSWER_MAX ? limit : WIRE_ANSWER_MAX);
}

static void accept(struct member *m, bool is_foster, const struct member_input *in)
{
	struct full *f = m->full;
	struct wire_terms *t = describe(m, WIRE_ENDPOINTS_SENT, in);
	wire_put(t, token, proof_token(&f->proof, &in->path->remote));
	/* Data of the epoch that the tick is of: while the key of a new one is on its way to us, we
	 * have none to give. */
	if (f->key_epoch == t->tick.epoch) {
		wire_put(t, key, f->key);
		wire_put(t, seq, f->seq);
	}
	if (is_foster)
		wire_put_word(t, reason, "foster");
	/* [N1] What the child knows from now it has from us. */
	f->passed = tick_number(m);
	action_send_terms(in->actions, WIRE_YJOI, in->path, t, 0, WIRE_ANSWER_MAX);
	if (!is_foster)
		tick_tell_path(m, in->path, in);
	if (time_is_never(f->tick_at))
		f->tick_at = time_after(in->now, f->config->tick_us);
	tick_report_soon(m, in);
}

/* Why the asker cannot have a place here at all; NULL: it may, if there is one. */
static const char *objection(const struct member *m, const struct member_input *in)
{
	const struct full *f = m->full;
	const struct wire_terms *t = &in->message->terms;
	const char *group = wire_has(t, WIRE_KEY_group) ? t->group : "";
	if (strcmp(group, f->config->group) != 0)
		return "group";
	bool is_placed = m->state == MEMBER_ROOT || m->state == MEMBER_ATTACHED;
	if (!is_placed || f->is_detached || f->is_holding)
		return "detached"; /* [T4] */
	if (m->state == MEMBER_ATTACHED &&
	    (endpoint_equal(&in->path->remote, &m->parent) || t->id == f->parent_id))
		return "loop";
	for (unsigned i = 0; i < f->path.count; i++)
		if (f->path.hops[i].id == t->id)
			return "loop"; /* [N3] */
	if (wire_has(t, WIRE_KEY_passed) && !wire_tick_is_newer(f->tick, t->passed))
		return "stale"; /* [N2] */
	return f->depth + 1 >= FULL_DEPTH_MAX ? "depth" : NULL;
}

/* [N2] Nobody is above the root, so that it may make a newer tick when it is asked: it makes none
 * while it has no children. */
static void make_tick_for(struct member *m, const struct member_input *in)
{
	struct full *f = m->full;
	const struct wire_terms *t = &in->message->terms;
	if (m->state != MEMBER_ROOT || !wire_has(t, WIRE_KEY_passed) ||
	    wire_tick_is_newer(f->tick, t->passed) || wire_tick_is_newer(t->passed, f->tick))
		return;
	f->tick.number++;
	f->tick_changed_at = in->now;
}

/* [I6] The base child, if there is one, has to go. */
static bool make_room(struct member *m, const struct member_input *in)
{
	struct children *c = &m->children;
	if (c->count == c->full_count)
		return false;
	brood_drop(m, c->full_count, EVENT_CHILD_EVICTED, in);
	return true;
}

/* [V4], [V5] The child keeps its link as a foster child, and is told to look on. */
static bool make_yield(struct member *m, const struct member_input *in)
{
	const struct wire_terms *t = &in->message->terms;
	unsigned place = find_yielding(m, in->now);
	if (place == m->children.count)
		return false;
	const struct child *known = &m->children.known[place];
	bool is_worth = m->full->config->policy == POLICY_CLOSEST
				? wire_has(t, WIRE_KEY_rtt) &&
					  walk_is_nearer(t->rtt, child_rtt_us(m, known))
				: wire_has(t, WIRE_KEY_height) && t->height > known->height;
	if (!is_worth)
		return false;
	children_yield(&m->children, place);
	m->full->tick_at = in->now;
	return true;
}

static void let_in(struct member *m, const struct member_input *in)
{
	struct children *c = &m->children;
	const struct wire_terms *t = &in->message->terms;
	struct child known = {.id = t->id,
			      .size = 1,
			      .room = WIRE_NO_ROOM,
			      .wanted = WIRE_WANTS_ALL,
			      .since = in->now};
	if (wire_has(t, WIRE_KEY_height)) /* Ours follows from it before it has reported. */
		known.height = t->height < UINT16_MAX ? (uint16_t)t->height : UINT16_MAX;
	if (wire_has(t, WIRE_KEY_free) && t->free > 0) { /* Others may ask it at once. */
		known.free = t->free < UINT8_MAX ? (uint8_t)t->free : UINT8_MAX;
		known.room = 0;
	}
	bool is_sheltered = wire_says(t, want, "shelter");
	bool has_place =
		!is_sheltered && (!children_is_full(c) || make_room(m, in) || make_yield(m, in));
	known.is_foster =
		is_sheltered && c->foster_count == 0 && c->max > 0 && !wire_has(t, WIRE_KEY_passed);
	if (!has_place && !known.is_foster) {
		refuse(m, "full", true, in);
		return;
	}
	struct time until = known.is_foster ? time_after(in->now, m->full->config->foster_us)
					    : next_ask(m, in->now);
	(void)children_add_full(c, in->path, until, &known);
	action_event(in->actions, EVENT_CHILD, &in->path->remote);
	accept(m, known.is_foster, in);
}

/* [O1] An orphan says that its parent, a child of ours, is dead: we look. */
static void look_after(struct member *m, const struct endpoint *dead, const struct member_input *in)
{
	unsigned place = children_find(&m->children, dead);
	const struct child *known = m->children.known;
	if (place < m->children.full_count && is_lasting(&known[place]) && known[place].asks == 0)
		brood_ask(m, place, in);
}

void brood_on_request(struct member *m, const struct member_input *in)
{
	struct full *f = m->full;
	struct children *c = &m->children;
	const struct wire_terms *t = &in->message->terms;
	const struct endpoint *asker = &in->path->remote;
	uint64_t token = proof_token(&f->proof, asker);
	if (!wire_has(t, WIRE_KEY_id) || !wire_has(t, WIRE_KEY_nonce) || t->id == f->id) {
		m->drops->count[t->id == f->id ? DROP_SELF : DROP_MALFORMED]++;
		return;
	}
	bool has_token = wire_has(t, WIRE_KEY_token) && t->token == token;
	if (!has_token && !quota_admits(f->address_quota, f->prefix_quota, asker, in->now)) {
		m->drops->count[DROP_QUOTA]++; /* [I5] */
		return;
	}
	bool is_proven = has_token || (wire_has(t, WIRE_KEY_cookie) &&
				       proof_is_cookie(&f->proof, asker, t->cookie, in->now));
	if (!is_proven) {
		if (in->message->size > REFUSAL_MAX)
			refuse(m, "cookie", false, in); /* [I3] */
		else
			m->drops->count[DROP_UNPROVEN]++;
		return;
	}
	if (wire_has(t, WIRE_KEY_dead))
		look_after(m, &t->dead, in);
	unsigned place = children_find(c, asker);
	if (wire_says(t, want, "probe")) {
		refuse(m, "probe", true, in);
		return;
	}
	bool is_known = place < c->full_count && c->known[place].id == t->id &&
			is_lasting(&c->known[place]);
	if (is_known && t->id != f->parent_id) {
		(void)brood_heard(m, token, in);
		/* [V4] There may be a place for it again. */
		if (c->known[place].is_yielding && (!children_is_full(c) || make_room(m, in)))
			children_stay(c, place);
		accept(m, false, in); /* [C2] */
		return;
	}
	make_tick_for(m, in);
	const char *reason = objection(m, in);
	if (reason) {
		refuse(m, reason, true, in);
		return;
	}
	if (place < c->count) /* It was restarted, or changes its profile, or was a foster child. */
		children_remove(c, place);
	let_in(m, in);
}

void brood_on_base_request(struct member *m, const struct member_input *in)
{
	struct full *f = m->full;
	struct children *c = &m->children;
	const struct endpoint *asker = &in->path->remote;
	struct time expires_at = time_after(in->now, m->config->guard_us);
	if (!full_lets_base_in(f->config)) {
		m->drops->count[DROP_BASE_REFUSED]++;
		return;
	}
	if (!time_is_due(bucket_ready_at(&f->base_answers, in->now), in->now)) {
		m->drops->count[DROP_BASE_BUDGET]++;
		return;
	}
	bucket_take(&f->base_answers, in->now);
	/* A bare request proves nothing, least of all in the name of those who are known to be of
	 * the full profile: the root as a child would make messages go round. */
	bool is_above = m->state == MEMBER_ATTACHED && f->is_parent_full &&
			endpoint_equal(asker, &m->parent);
	for (unsigned i = 0; i < f->path.count; i++)
		is_above = is_above || endpoint_equal(asker, &f->path.hops[i].endpoint);
	for (unsigned i = 0; i < m->config->rdv_count; i++)
		is_above = is_above || endpoint_equal(asker, &m->config->rdv[i]);
	unsigned place = children_find(c, asker);
	if (is_above || place < c->full_count) {
		m->drops->count[DROP_UNEXPECTED]++;
		return;
	}
	if (place < c->count) {
		c->expires_at[place] = expires_at;
		c->locals[place] = in->path->local;
	} else if (children_is_full(c) || c->count > c->full_count) {
		member_list_children(m, in); /* [C3] */
		return;
	} else {
		children_add(c, in->path, expires_at); /* [I6] One place for the unproven. */
		action_event(in->actions, EVENT_CHILD, asker);
	}
	action_send(in->actions, WIRE_YJOI, in->path, NULL, 0);
}
