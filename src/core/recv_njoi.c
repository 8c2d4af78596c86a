/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
/* recv_njoi.c - NJOI, a full node's answer: its children. */
#include "core/full_state.h"

/* A random endpoint of the list that is not our own; NULL if there is none. */
static const struct endpoint *choose(struct member *m, const struct wire_message *message)
{
	const struct endpoint *chosen = NULL;
	uint64_t seen = 0;
	for (size_t i = 0; i < message->count; i++) {
		if (member_is_self(m, &message->endpoints[i]))
			continue;
		if (random_below(&m->random, ++seen) == 0)
			chosen = &message->endpoints[i];
	}
	return chosen;
}

void member_recv_NJOI(struct member *m, const struct member_input *in)
{
	if (m->request.type != WIRE_RJOI || !member_is_answer(&m->request, in) ||
	    !full_is_plausible(m, &m->request, in)) {
		m->drops->count[DROP_UNEXPECTED]++;
		return;
	}
	bool is_base_link = m->state == MEMBER_ATTACHED && m->full && !m->full->is_parent_full;
	if (m->full && in->message->is_full && !full_is_answer(m, in)) {
		m->drops->count[DROP_UNEXPECTED]++;
		return;
	}
	if (is_base_link && in->message->is_full) {
		if (wire_says(&in->message->terms, reason, "cookie"))
			join_on_offer(m, in); /* [F5] */
		return;
	}
	if (is_base_link && in->message->count > 0) {
		action_event(in->actions, EVENT_PARENT_FORGOT, &in->path->remote);
		join_on_base_refusal(m, in); /* [M12] */
		return;
	}
	if (m->full && (in->message->is_full || in->message->count > 0)) {
		join_on_refusal(m, in);
		return;
	}
	/* [M11] A list without any endpoint is no answer: the request is repeated or given up. */
	if (in->message->count == 0) {
		m->drops->count[DROP_MALFORMED]++;
		return;
	}
	/* [M12] Our own parent has lost its entry for us, and the place is taken. */
	bool is_parent = m->state == MEMBER_ATTACHED;
	action_event(in->actions, is_parent ? EVENT_PARENT_FORGOT : EVENT_PARENT_FULL,
		     &in->path->remote);
	/* [M10] Down to one of the children, at random; ourselves left out, back to the beginning
	 * where nobody else is left. */
	const struct endpoint *next = choose(m, in->message);
	if (!next) {
		member_search(m, in);
		return;
	}
	member_set_state(m, MEMBER_JOINING);
	m->misses = 0;
	member_ask(m, WIRE_RJOI, next, in);
}
