/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
/* join.c - the search for a parent: a walk, and the questions that it asks. Rules [J1]-[J8], [V1],
 * [V2], [V4], [V5]. */
#include "core/join_state.h"

/* [J4] Who does not answer is asked again so soon, later twice as late. */
#define RETRY_US     (300 * US_PER_MS)
#define PINGS_A_CALL 4 /* So that a call yields few actions. */

/* [J3] Who is so many times worse than the best is not measured again. */
#define FAR_TIMES 2

/* [N2] A candidate whose tick is not newer is asked again so soon, later twice as late. */
#define STALE_US (20 * US_PER_MS)

/* Where no walk could be had. */
#define POOL_US (100 * US_PER_MS)

/* [O3] A detached member that found nobody looks again so much later, then twice as late each time.
 */
#define RESCUE_US        (2 * US_PER_S)
#define RESCUE_DOUBLINGS 3

bool join_keeps_parent(const struct walk *w)
{
	return w->purpose == WALK_RESCUE || w->purpose == WALK_IMPROVE || w->purpose == WALK_YIELD;
}

/* Such walks begin near, and go on further up the root path. */
static bool goes_up(enum walk_purpose purpose)
{
	return purpose == WALK_ORPHAN || purpose == WALK_RESCUE || purpose == WALK_YIELD;
}

/* For a better place nobody walks far. */
static unsigned asked_max(const struct walk *w)
{
	return join_keeps_parent(w) ? WALK_ASKED_MAX : WALK_ENDED;
}

struct candidate *join_current(const struct member *m)
{
	struct walk *w = m->full->walk;
	return w && w->current < w->count ? &w->candidates[w->current] : NULL;
}

/* --- Beginning --- */

bool join_is_avoided(const struct member *m, const struct endpoint *e, struct time now)
{
	const struct full *f = m->full;
	bool is_dead = endpoint_equal(e, &f->dead) && !time_is_due(f->dead_until, now);
	bool is_child = children_find(&m->children, e) < m->children.full_count; /* Below us. */
	return is_dead || is_child || member_is_self(m, e);
}

/* The next member of the root path becomes a beginning; false: there is none. [O1] */
static bool add_seed(struct member *m, struct time now)
{
	struct full *f = m->full;
	struct walk *w = f->walk;
	while (w->seed < f->path.count) {
		unsigned hop = w->seed++;
		const struct endpoint *e = &f->path.hops[hop].endpoint;
		struct candidate *c =
			join_is_avoided(m, e, now) ? NULL : walk_add(w, e, &m->random);
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

bool join_take_walk(struct member *m, enum walk_purpose purpose, const struct member_input *in)
{
	struct full *f = m->full;
	if (!f->walk)
		f->walk = walk_take(f->walks);
	f->walk_at = f->walk ? TIME_NEVER : time_after(in->now, POOL_US);
	if (!f->walk)
		return false;
	walk_start(f->walk, purpose);
	if (goes_up(purpose)) {
		f->walk->seed = purpose == WALK_YIELD ? 0 : 1; /* The parent, or behind it. */
		(void)add_seed(m, in->now);
	} else if (purpose == WALK_IMPROVE) {
		begin_improving(m, in->now);
	}
	return true;
}

void join_begin(struct member *m, enum walk_purpose purpose, const struct member_input *in)
{
	if (join_take_walk(m, purpose, in))
		join_continue(m, in);
}

void join_move(struct member *m, enum walk_purpose purpose, const struct member_input *in)
{
	const struct full *f = m->full;
	bool may_move = m->state == MEMBER_ATTACHED && f->is_parent_full && !f->is_detached &&
			!f->walk && !m->request.is_open && f->path.count > 0;
	if (may_move)
		join_begin(m, purpose, in);
}

void join_begin_at(struct member *m, const struct endpoint *root, bool is_full,
		   const struct member_input *in)
{
	if (!join_take_walk(m, WALK_JOIN, in))
		return;
	struct candidate *c = join_is_avoided(m, root, in->now)
				      ? NULL
				      : walk_add(m->full->walk, root, &m->random);
	if (c)
		c->is_full = is_full;
	join_continue(m, in);
}

void join_offer(struct member *m, const struct endpoint *e, const struct member_input *in)
{
	struct candidate *c =
		join_is_avoided(m, e, in->now) ? NULL : walk_add(m->full->walk, e, &m->random);
	if (!c)
		return;
	c->is_full = true;
	c->depth = JOIN_OFFERED_DEPTH; /* After all others. */
	c->room = WIRE_NO_ROOM;
	c->pings = UINT8_MAX; /* Not worth measuring. */
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

void join_plan_improvement(struct member *m, const struct member_input *in)
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
	if (goes_up(purpose) && f->walk->asked < WALK_ENDED) {
		walk_restart(f->walk);
		if (add_seed(m, in->now)) {
			join_continue(m, in);
			return;
		}
	}
	join_end(m);
	if (m->state == MEMBER_ATTACHED && !f->is_parent_full)
		member_refresh_bare(m, in); /* [F5] It did not become a full link. */
	else if (purpose == WALK_IMPROVE)
		join_plan_improvement(m, in);
	else if (purpose == WALK_RESCUE)
		f->walk_at = time_after(in->now, backoff_next_us(&f->rescue_backoff, RESCUE_US,
								 RESCUE_DOUBLINGS, &m->random));
	else if (purpose != WALK_YIELD) /* That begins again at the next tick. */
		member_search(m, in);
}

/* --- Asking --- */

void join_ask(struct member *m, struct candidate *c, enum want want, const struct member_input *in)
{
	struct walk *w = m->full->walk;
	w->current = (unsigned)(c - w->candidates);
	w->want = want;
	w->asked++;
	w->due_at = TIME_NEVER;
	/* [N2] From now on no newer tick goes down than the one that this request tells. */
	m->full->is_holding = want == WANT_PLACE && m->children.count > 0;
	member_ask(m, WIRE_RJOI, &c->endpoint, in);
}

bool join_is_full(const struct member *m)
{
	const struct candidate *c = join_current(m);
	return c ? c->is_full : m->state == MEMBER_ATTACHED && m->full->is_parent_full;
}

bool join_may_hang(const struct member *m)
{
	const struct full *f = m->full;
	return f->walk && f->walk->purpose == WALK_JOIN && m->children.count == 0 &&
	       f->foster.endpoint.port == 0;
}

uint16_t join_claim(const struct member *m)
{
	const struct children *c = &m->children;
	bool may_claim = join_policy(m) == POLICY_SHALLOW && c->count == c->full_count &&
			 brood_room(m) != WIRE_NO_ROOM;
	return may_claim ? brood_height(m) : 0;
}

/* Why a child of who is asked should go for us. */
static void claim_place(const struct member *m, const struct candidate *c, struct wire_terms *t)
{
	uint16_t height = join_claim(m);
	if (join_policy(m) == POLICY_CLOSEST && c->free == 0 && candidate_has_place(c))
		wire_put(t, rtt, c->rtt_us); /* [V4] */
	if (height > 0)
		wire_put(t, height, height); /* [V5] */
}

void join_send(struct member *m, struct request *r, const struct member_input *in)
{
	struct full *f = m->full;
	struct path path = {.remote = r->target};
	const struct candidate *c = join_current(m);
	f->walk_at = TIME_NEVER;
	r->due_at =
		time_after(in->now, RETRY_US << (r->tries < FULL_TRIES ? r->tries : FULL_TRIES));
	if (r->tries == 0) {
		f->nonce = proof_nonce(&f->proof);
		f->asked_at = in->now;
	}
	if (r->tries >= FULL_TRIES) { /* Three full tries, then a bare one. */
		action_send(in->actions, WIRE_RJOI, &path, NULL, 0);
		return;
	}
	struct wire_terms *t = full_terms(m, f->nonce, in->actions);
	bool is_refresh = !c && m->state == MEMBER_ATTACHED && f->is_parent_full;
	bool has_children = m->children.count > 0;
	if (c && c->cookie != 0)
		wire_put(t, cookie, c->cookie);
	if (is_refresh)
		wire_put(t, token, f->token);
	if (c && f->walk->want == WANT_SHELTER)
		wire_put_word(t, want, "shelter");
	else if (c && f->walk->want == WANT_PROBE)
		wire_put_word(t, want, "probe");
	else
		wire_put_word(t, want, "join");
	if (has_children)
		wire_put(t, passed, f->passed);
	else
		wire_put(t, free, brood_free(m));
	if (c && f->walk->want == WANT_PLACE)
		claim_place(m, c, t);
	if (f->walk && f->walk->purpose == WALK_ORPHAN && f->dead.port != 0)
		wire_put(t, dead, f->dead); /* [O1] */
	bool is_proven = is_refresh || (c && c->cookie != 0);
	action_send_terms(in->actions, WIRE_RJOI, &path, t, is_proven ? 0 : FULL_PADDED,
			  WIRE_ANSWER_MAX);
}

/* [J3] A walk that begins asks at once: nothing is to be compared yet. */
static bool is_alone(const struct walk *w)
{
	return w->count == 1 && w->asked == 0;
}

/* [J3] Sends questions to those whose distance is not known; true: there are answers to wait for.
 */
static bool measure(struct member *m, const struct member_input *in)
{
	struct full *f = m->full;
	unsigned sent = 0, waiting = 0;
	if (is_alone(f->walk))
		return false;
	uint64_t near = FAR_TIMES * walk_least_cost(f->walk, join_policy(m));
	for (unsigned i = 0; i < f->walk->count && sent < PINGS_A_CALL; i++) {
		struct candidate *c = &f->walk->candidates[i];
		waiting += c->nonce != 0;
		if (c->nonce != 0 || !candidate_is_to_measure(c, join_policy(m)) ||
		    (c->samples > 0 && candidate_cost(c, join_policy(m)) > near))
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
	struct candidate *c = w->asked < asked_max(w) ? walk_best(w, join_policy(m)) : NULL;
	if (c && c->state == CANDIDATE_LISTED && w->asked >= WALK_ASKED_MAX && !join_is_crowd(w)) {
		w->losses = JOIN_LOSSES_MAX; /* [J9] None of those has a place. */
		c = walk_best(w, join_policy(m));
	}
	if (w->purpose != WALK_IMPROVE || !c || c->state == CANDIDATE_LISTED)
		return c;
	const struct candidate *mine = walk_find(w, &m->parent);
	if (mine && mine != c && candidate_is_gain(c, mine, join_policy(m)))
		return c;
	struct candidate *listed = walk_best_listed(w, join_policy(m));
	bool is_promising = mine && listed && candidate_is_gain(listed, mine, join_policy(m));
	unsigned most = is_promising ? WALK_IMPROVE_MAX : WALK_CURIOUS_MAX;
	return mine && w->asked < most ? listed : NULL;
}

void join_continue(struct member *m, const struct member_input *in)
{
	struct full *f = m->full;
	struct walk *w = f->walk;
	if (join_current(m) || measure(m, in))
		return;
	w->due_at = TIME_NEVER;
	struct candidate *c = choose(m);
	if (!c) {
		exhaust(m, in);
	} else if (c->state == CANDIDATE_LISTED) {
		bool is_cautious = join_keeps_parent(w) || join_policy(m) == POLICY_CLOSEST;
		join_ask(m, c, is_cautious ? WANT_PROBE : WANT_PLACE, in);
	} else if (c->stale > 0 && c->stale <= JOIN_STALE_MAX && time_is_never(w->asked_at)) {
		w->asked_at = in->now; /* Its next tick may be newer. */
		w->due_at = time_after(in->now, STALE_US << (c->stale - 1U));
	} else {
		w->asked_at = TIME_NEVER;
		join_ask(m, c, WANT_PLACE, in);
	}
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
	if (w && !join_current(m) && time_is_never(w->due_at))
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
		join_begin(m, WALK_RESCUE, in);
	else if (m->state == MEMBER_JOINING && f->path.count > 1)
		join_begin(m, WALK_ORPHAN, in);
	else if (m->state == MEMBER_JOINING)
		member_search(m, in);
}

struct time join_deadline(const struct member *m)
{
	const struct full *f = m->full;
	return f->walk ? time_earlier(f->walk->due_at, f->walk_at) : f->walk_at;
}
