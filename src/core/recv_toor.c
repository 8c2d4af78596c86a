/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
/* recv_toor.c - TOOR, the rendezvous point's answer: who the root is. */
#include "core/full_state.h"

/* [E4] So soon, more or less, the rendezvous point is asked again while it probes the root. */
#define PROBING_US (200 * US_PER_MS)

/* The answer to our own search: where to go from here. */
static void proceed(struct member *m, const struct endpoint *root, bool is_full,
		    const struct member_input *in)
{
	bool leads_elsewhere = root && !member_is_self(m, root);
	/* [M4] No root: become it, unless we may have no children. */
	if (!leads_elsewhere && m->children.max == 0) {
		member_ask_later(m, in);
		action_event(in->actions, EVENT_NO_ROOT_ALLOWED, member_rdv(m));
		return;
	}
	/* [M5] We were the root, before a restart: register again. */
	if (!leads_elsewhere) {
		member_set_state(m, MEMBER_REGISTERING);
		member_ask_rdv(m, WIRE_RREG, in);
		return;
	}
	/* [M6] Begin the descent at the root. */
	member_set_state(m, MEMBER_JOINING);
	m->misses = 0;
	if (m->full)
		join_begin_at(m, root, is_full, in);
	else
		member_ask(m, WIRE_RJOI, root, in);
}

/* What a rendezvous point of the full profile says besides. False: it is no answer that counts. */
static bool learn(struct member *m, const struct member_input *in)
{
	struct full *f = m->full;
	const struct wire_terms *t = &in->message->terms;
	if (!f || !full_is_answer(m, in)) {
		m->drops->count[DROP_UNEXPECTED]++;
		return false;
	}
	full_learn_rdv(m, t);
	return true;
}

/* [M8] A child that is the root of a later epoch is below us no more, noticed or not. */
static void let_go(struct member *m, const struct endpoint *root, const struct member_input *in)
{
	const struct wire_terms *t = &in->message->terms;
	unsigned place = children_find(&m->children, root);
	if (place < m->children.full_count && wire_has(t, WIRE_KEY_tick) &&
	    t->tick.epoch > m->full->tick.epoch)
		brood_drop(m, place, EVENT_CHILD_LEFT, in);
}

/* [E4] The root does not answer, and the rendezvous point looks whether it is dead: the tree is
 * asked again soon. */
static void wait_for_probe(struct member *m, const struct member_input *in)
{
	m->request.tries = 0;
	m->request.due_at =
		time_after(in->now, PROBING_US / 2 + (int64_t)random_below(&m->random, PROBING_US));
}

void member_recv_TOOR(struct member *m, const struct member_input *in)
{
	const struct wire_terms *t = &in->message->terms;
	bool is_full = in->message->is_full;
	if (is_full && !learn(m, in))
		return;
	bool has_root = is_full ? wire_has(t, WIRE_KEY_root) : in->message->count == 1;
	const struct endpoint *root = !has_root ? NULL
				      : is_full ? &t->root
						: &in->message->endpoints[0];
	bool is_searching = m->request.type == WIRE_ROOT && member_is_answer(&m->request, in) &&
			    full_is_plausible(m, &m->request, in);
	bool is_query = member_is_answer(&m->query, in) && full_is_plausible(m, &m->query, in);
	if (!is_searching && !is_query) {
		m->drops->count[DROP_UNEXPECTED]++;
		return;
	}
	/* [P3] A root is known from now, for the time that it may be kept. */
	/* [E8] Nobody but the base profile could know a base group's: it is none of ours. */
	bool is_other_group = m->full && !is_full && m->full->config->group[0] != '\0';
	bool is_known = root && !member_is_self(m, root) && !is_other_group;
	m->cached_root = is_known ? *root : (struct endpoint){0};
	m->cached_until = time_after(in->now, m->config->root_cache_us);
	if (is_query && !is_searching)
		m->rdv_current = m->query.rdv;
	if (m->cached_root.port != 0)
		member_release(m, in);
	if (!is_searching)
		return;
	bool is_dead = m->full && root && endpoint_equal(root, &m->full->dead) &&
		       !time_is_due(m->full->dead_until, in->now);
	bool is_unproven = is_full && wire_has(t, WIRE_KEY_cookie);
	/* [E4] Who does not take it for dead may ask it. */
	if (is_dead && is_full && (is_unproven || wire_says(t, reason, "probing"))) {
		if (is_unproven && m->request.tries <= 1) { /* Now with proof. */
			member_ask_rdv(m, WIRE_ROOT, in);
			return;
		}
		wait_for_probe(m, in);
		return;
	}
	if (is_dead || is_other_group) {
		member_ask_later(m, in);
		return;
	}
	member_close_request(m, &m->request);
	if (is_full && root)
		let_go(m, root, in);
	proceed(m, root, is_full && !wire_says(t, profile, "base"), in);
	for (unsigned i = 0; is_full && m->full->walk && i < t->member_count; i++)
		join_offer(m, &t->members[i].endpoint, in);
}
