/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
/* join.c - the search for a parent: a walk, and the questions that it asks. Rules [J1]-[J8]. */
#include "core/full_state.h"

#include <string.h>

/* [J4] Who does not answer is asked again so soon, later twice as late; so often. */
#define RETRY_US     (300 * US_PER_MS)
#define TRIES        3
#define BARE_TRIES   1
#define PINGS_A_CALL 4 /* So that a call yields few actions. */

/* [N2] A candidate whose tick is not newer is asked again so soon, so often. */
#define STALE_US  (300 * US_PER_MS)
#define STALE_MAX 5

/* The rendezvous point's members are asked after all that the root names. */
#define OFFERED_DEPTH 20000

/* Where no walk could be had. */
#define POOL_US (100 * US_PER_MS)

/* [O3] A detached member that found nobody looks again so much later, then twice as late each time.
 */
#define RESCUE_US        (2 * US_PER_S)
#define RESCUE_DOUBLINGS 3

static void join_continue(struct member *m, const struct member_input *in);

static enum policy policy_of(const struct member *m)
{
	return m->full->config->policy;
}

static bool keeps_parent(const struct walk *w)
{
	return w->purpose == WALK_RESCUE || w->purpose == WALK_IMPROVE;
}

/* For a better place nobody walks far. */
static unsigned asked_max(const struct walk *w)
{
	return keeps_parent(w) ? WALK_ASKED_MAX : WALK_ENDED;
}

static struct candidate *current(const struct member *m)
{
	struct walk *w = m->full->walk;
	return w && w->current < w->count ? &w->candidates[w->current] : NULL;
}

/* --- Beginning --- */

static bool is_avoided(const struct member *m, const struct endpoint *e, struct time now)
{
	const struct full *f = m->full;
	bool is_dead = endpoint_equal(e, &f->dead) && !time_is_due(f->dead_until, now);
	return is_dead || member_is_self(m, e);
}

/* The next member of the root path becomes a beginning; false: there is none. [O1] */
static bool add_seed(struct member *m, struct time now)
{
	struct full *f = m->full;
	struct walk *w = f->walk;
	while (w->seed < f->path.count) {
		unsigned hop = w->seed++;
		const struct endpoint *e = &f->path.hops[hop].endpoint;
		struct candidate *c = is_avoided(m, e, now) ? NULL : walk_add(w, e, &m->random);
		if (!c)
			continue;
		bool is_root = hop + 1U == f->path.count;
		c->is_full = true;
		c->depth = is_root ? 0 : (uint16_t)(f->depth > hop ? f->depth - 1 - hop : 0);
		return true;
	}
	return false;
}

/* [V1] A random member of the root path, and the parent, to be compared with. */
static void begin_improving(struct member *m, struct time now)
{
	struct full *f = m->full;
	f->walk->seed = (unsigned)random_below(&m->random, f->path.count);
	(void)add_seed(m, now);
	struct candidate *c = walk_find(f->walk, &m->parent);
	if (!c)
		c = walk_add(f->walk, &m->parent, &m->random);
	if (!c)
		return;
	c->is_full = true;
	c->is_current = f->walk->count > 1; /* If it is the beginning itself, it is asked. */
	c->state = c->is_current ? CANDIDATE_KNOWN : CANDIDATE_LISTED;
	c->depth = (uint16_t)(f->depth - 1);
	c->delay_us = f->delay_us > f->rtt_us / 2 ? f->delay_us - f->rtt_us / 2 : 0;
}

/* Has a walk, with its first candidates. False: there is none to be had now. */
static bool begin(struct member *m, enum walk_purpose purpose, const struct endpoint *root,
		  const struct member_input *in)
{
	struct full *f = m->full;
	if (!f->walk)
		f->walk = walk_take(f->walks);
	f->walk_at = f->walk ? TIME_NEVER : time_after(in->now, POOL_US);
	if (!f->walk)
		return false;
	walk_start(f->walk, purpose);
	if (root && !is_avoided(m, root, in->now))
		(void)walk_add(f->walk, root, &m->random);
	f->walk->current = f->walk->count;
	if (purpose == WALK_ORPHAN || purpose == WALK_RESCUE) {
		f->walk->seed = 1; /* Behind the parent. */
		(void)add_seed(m, in->now);
	} else if (purpose == WALK_IMPROVE) {
		begin_improving(m, in->now);
	}
	return true;
}

bool join_begin(struct member *m, enum walk_purpose purpose, const struct endpoint *root,
		const struct member_input *in)
{
	if (!begin(m, purpose, root, in))
		return false;
	join_continue(m, in);
	return true;
}

void join_offer(struct member *m, const struct endpoint *e, const struct member_input *in)
{
	struct candidate *c =
		is_avoided(m, e, in->now) ? NULL : walk_add(m->full->walk, e, &m->random);
	if (!c)
		return;
	c->is_full = true;
	c->depth = OFFERED_DEPTH; /* After all others. */
	c->room = WIRE_NO_ROOM;
	c->delay_us = UINT32_MAX / 2;
	c->samples = c->pings = UINT8_MAX; /* Not worth measuring. */
	c->rtt_us = UINT32_MAX / 2;
}

void join_end(struct member *m)
{
	struct full *f = m->full;
	if (!f->walk)
		return;
	walk_give(f->walks, f->walk);
	f->walk = NULL;
	f->is_holding = false;
}

/* [V1] The next attempt comes later, unless we have moved. */
static void plan_improvement(struct member *m, const struct member_input *in)
{
	struct full *f = m->full;
	const struct full_config *c = f->config;
	unsigned doublings = 0;
	f->improve_at = TIME_NEVER;
	if (c->improve_us == 0)
		return;
	while (c->improve_us << doublings < c->improve_max_us)
		doublings++;
	int64_t pause_us =
		backoff_next_us(&f->improve_backoff, c->improve_us, doublings, &m->random);
	pause_us -= (int64_t)random_below(&m->random, (uint64_t)pause_us / 4 + 1);
	if (pause_us > c->improve_max_us)
		pause_us = c->improve_max_us;
	f->improve_at = time_after(in->now, pause_us);
}

/* Nobody is left to be asked. */
static void exhaust(struct member *m, const struct member_input *in)
{
	struct full *f = m->full;
	enum walk_purpose purpose = f->walk->purpose;
	bool goes_up = purpose == WALK_ORPHAN || purpose == WALK_RESCUE;
	if (goes_up && f->walk->asked < WALK_ENDED) {
		walk_restart(f->walk);
		if (add_seed(m, in->now)) {
			join_continue(m, in);
			return;
		}
	}
	join_end(m);
	if (purpose == WALK_IMPROVE)
		plan_improvement(m, in);
	else if (purpose == WALK_RESCUE)
		f->walk_at = time_after(in->now, backoff_next_us(&f->rescue_backoff, RESCUE_US,
								 RESCUE_DOUBLINGS, &m->random));
	else
		member_search(m, in);
}

/* --- Asking --- */

static void ask(struct member *m, struct candidate *c, bool wants_place,
		const struct member_input *in)
{
	struct walk *w = m->full->walk;
	w->current = (unsigned)(c - w->candidates);
	w->wants_place = wants_place;
	w->asked++;
	w->due_at = TIME_NEVER;
	/* [N2] From now on no newer tick goes down than the one that this request tells. */
	m->full->is_holding = wants_place && m->children.count > 0;
	member_ask(m, WIRE_RJOI, &c->endpoint, in);
}

bool join_is_full(const struct member *m)
{
	const struct candidate *c = current(m);
	return c ? c->is_full : m->state == MEMBER_ATTACHED && m->full->is_parent_full;
}

void join_send(struct member *m, struct request *r, const struct member_input *in)
{
	struct full *f = m->full;
	struct path path = {.remote = r->target};
	const struct candidate *c = current(m);
	f->walk_at = TIME_NEVER;
	r->due_at = time_after(in->now, RETRY_US << (r->tries < TRIES ? r->tries : TRIES));
	if (r->tries == 0) {
		f->nonce = proof_nonce(&f->proof);
		f->asked_at = in->now;
	}
	if (r->tries >= TRIES) { /* Three full tries, then a bare one. */
		action_send(in->actions, WIRE_RJOI, &path, NULL, 0);
		return;
	}
	struct wire_terms *t = full_terms(m, f->nonce, in->actions);
	bool is_refresh = !c && m->state == MEMBER_ATTACHED;
	bool has_children = m->children.count > 0;
	bool may_hang = f->walk && f->walk->purpose == WALK_JOIN && !has_children &&
			f->foster.endpoint.port == 0;
	if (c && c->cookie != 0)
		wire_put(t, cookie, c->cookie);
	if (is_refresh)
		wire_put(t, token, f->token);
	if (c && !f->walk->wants_place)
		wire_put_word(t, want, "probe");
	else
		wire_put_word(t, want, may_hang ? "foster" : "join");
	if (has_children)
		wire_put(t, passed, f->passed);
	if (f->walk && f->walk->purpose == WALK_ORPHAN && f->dead.port != 0)
		wire_put(t, dead, f->dead); /* [O1] */
	bool is_proven = is_refresh || (c && c->cookie != 0);
	action_send_terms(in->actions, WIRE_RJOI, &path, t, is_proven ? 0 : FULL_PADDED,
			  WIRE_ANSWER_MAX);
}

/* [J3] Sends questions to those whose distance is not known; true: there are answers to wait for.
 */
static bool measure(struct member *m, const struct member_input *in)
{
	struct full *f = m->full;
	unsigned sent = 0, waiting = 0;
	for (unsigned i = 0; i < f->walk->count && sent < PINGS_A_CALL; i++) {
		struct candidate *c = &f->walk->candidates[i];
		waiting += c->nonce != 0;
		if (c->nonce != 0 || !candidate_is_to_measure(c, policy_of(m)))
			continue;
		union wire_fields fields = {.PING.nonce = proof_nonce(&f->proof)};
		c->nonce = fields.PING.nonce;
		c->pinged_at = in->now;
		c->pings++;
		sent++;
		action_send_fields(in->actions, WIRE_PING, &(struct path){.remote = c->endpoint},
				   &fields);
	}
	if (sent > 0)
		f->walk->due_at = time_after(in->now, RETRY_US);
	if (sent == PINGS_A_CALL)
		f->walk->due_at = in->now; /* There may be more. */
	return sent + waiting > 0;
}

/* Who is asked next; NULL: nobody. For a better place others are asked as long as what is known is
 * no gain. [V2] */
static struct candidate *choose(struct member *m)
{
	struct walk *w = m->full->walk;
	struct candidate *c = w->asked < asked_max(w) ? walk_best(w, policy_of(m)) : NULL;
	if (w->purpose != WALK_IMPROVE || !c || c->state == CANDIDATE_LISTED)
		return c;
	const struct candidate *mine = walk_find(w, &m->parent);
	if (mine && mine != c && candidate_is_gain(c, mine, policy_of(m)))
		return c;
	return mine && w->asked < WALK_IMPROVE_MAX ? walk_best_listed(w, policy_of(m)) : NULL;
}

static void join_continue(struct member *m, const struct member_input *in)
{
	struct full *f = m->full;
	struct walk *w = f->walk;
	if (current(m) || measure(m, in))
		return;
	w->due_at = TIME_NEVER;
	struct candidate *c = choose(m);
	if (!c) {
		exhaust(m, in);
	} else if (c->state == CANDIDATE_LISTED) {
		bool is_cautious = keeps_parent(w) || policy_of(m) == POLICY_CLOSEST;
		ask(m, c, !is_cautious, in);
	} else if (c->stale > 0 && c->stale <= STALE_MAX && time_is_never(w->asked_at)) {
		w->asked_at = in->now; /* Its next tick may be newer. */
		w->due_at = time_after(in->now, STALE_US);
	} else {
		w->asked_at = TIME_NEVER;
		ask(m, c, true, in);
	}
}

/* --- Answers --- */

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
	struct candidate *c = current(m);
	c->state = CANDIDATE_FAILED;
	close_question(m);
	join_continue(m, in);
}

void join_on_silence(struct member *m, const struct member_input *in)
{
	struct full *f = m->full;
	struct request *r = &m->request;
	const struct candidate *c = current(m);
	/* [E8] A base node knows no groups. */
	bool may_be_base = c && !c->is_full && f->config->accept_base &&
			   f->config->group[0] == '\0' && !keeps_parent(f->walk);
	unsigned bare = may_be_base ? BARE_TRIES : 0;
	bool is_told = in->path != NULL; /* By ICMP, for certain. */
	if (!is_told && r->tries < TRIES + bare) {
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
		struct candidate *c = is_avoided(m, &n->endpoint, in->now)
					      ? NULL
					      : walk_add(m->full->walk, &n->endpoint, &m->random);
		if (!c)
			continue;
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
		struct candidate *next =
			is_avoided(m, e, in->now) ? NULL : walk_add(m->full->walk, e, &m->random);
		if (next)
			next->depth = depth;
	}
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

void join_on_refusal(struct member *m, const struct member_input *in)
{
	const struct wire_terms *t = &in->message->terms;
	struct candidate *c = current(m);
	bool is_full = in->message->is_full;
	if (!c) { /* The parent's answer to a refresh: it has forgotten us. [M12] */
		close_question(m);
		link_lose(m, in);
		return;
	}
	bool is_first = c->cookie == 0;
	if (m->request.tries == 1) /* Karn: of a repeated request one does not know which. */
		candidate_measured(c, time_elapsed_us(m->full->asked_at, in->now));
	if (!is_full) {
		learn_list(m, c, in);
	} else {
		learn_about(c, t);
		learn_members(m, c, in);
		if (wire_says(t, reason, "stale"))
			c->stale++;
		else if (wire_says(t, reason, "loop") || wire_says(t, reason, "group") ||
			 wire_says(t, reason, "detached") || wire_says(t, reason, "depth"))
			c->state = CANDIDATE_FAILED;
		if (c->stale > STALE_MAX)
			c->state = CANDIDATE_FAILED;
	}
	if (!is_full || !wire_says(t, reason, "cookie"))
		action_event(in->actions, EVENT_PARENT_FULL, &in->path->remote);
	close_question(m);
	if (is_full && is_first && wire_says(t, reason, "cookie") && has_our_dead(m, t))
		ask(m, c, true, in); /* With proof it believes us, and has a place soon. */
	else
		join_continue(m, in);
}

/* A parent of the base profile has forgotten us, and its place is taken: down its list. [M12] */
void join_on_base_refusal(struct member *m, const struct member_input *in)
{
	close_question(m);
	member_set_state(m, MEMBER_JOINING);
	link_set_detached(m, true, in);
	if (!begin(m, WALK_JOIN, NULL, in))
		return;
	struct candidate *parent = walk_add(m->full->walk, &in->path->remote, &m->random);
	if (parent)
		learn_list(m, parent, in);
	join_continue(m, in);
}

void join_on_acceptance(struct member *m, const struct member_input *in)
{
	struct full *f = m->full;
	const struct wire_terms *t = in->message->is_full ? &in->message->terms : NULL;
	struct candidate *c = current(m);
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
			c->free = 0;
			learn_members(m, c, in);
			join_continue(m, in);
		}
		return;
	}
	link_attach(m, t, rtt_us, in);
	plan_improvement(m, in);
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
	candidate_measured(c, time_elapsed_us(c->pinged_at, in->now));
	if (!current(m))
		join_continue(m, in);
}

void join_ask_parent(struct member *m, const struct member_input *in)
{
	if (!m->request.is_open && m->state == MEMBER_ATTACHED)
		member_ask(m, WIRE_RJOI, &m->parent, in);
}

/* --- Time --- */

/* Not all have answered who were asked how far they are. */
static void go_on(struct member *m, const struct member_input *in)
{
	struct walk *w = m->full->walk;
	for (unsigned i = 0; i < w->count; i++)
		if (w->candidates[i].nonce != 0 &&
		    time_elapsed_us(w->candidates[i].pinged_at, in->now) >= RETRY_US)
			w->candidates[i].nonce = 0; /* Lost: once more. */
	w->due_at = TIME_NEVER;
	join_continue(m, in);
	w = m->full->walk; /* It may have ended meanwhile. */
	if (w && !current(m) && time_is_never(w->due_at))
		w->due_at = time_after(in->now, RETRY_US);
}

void join_on_time(struct member *m, const struct member_input *in)
{
	struct full *f = m->full;
	if (f->walk && time_is_due(f->walk->due_at, in->now)) {
		go_on(m, in);
		return;
	}
	if (!time_is_due(f->walk_at, in->now))
		return;
	f->walk_at = TIME_NEVER;
	if (m->state == MEMBER_ATTACHED && f->is_detached)
		(void)join_begin(m, WALK_RESCUE, NULL, in);
	else if (m->state == MEMBER_JOINING && f->path.count > 1)
		(void)join_begin(m, WALK_ORPHAN, NULL, in);
	else if (m->state == MEMBER_JOINING)
		member_search(m, in);
}

struct time join_deadline(const struct member *m)
{
	const struct full *f = m->full;
	return f->walk ? time_earlier(f->walk->due_at, f->walk_at) : f->walk_at;
}
