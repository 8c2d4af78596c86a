/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
/* recv_yjoi.c - YJOI, the parent's answer: you are my child. */
#include "core/full_state.h"

void member_recv_YJOI(struct member *m, const struct member_input *in)
{
	if (m->request.type != WIRE_RJOI || !member_is_answer(&m->request, in) ||
	    !full_is_plausible(m, &m->request, in)) {
		m->drops->count[DROP_UNEXPECTED]++;
		return;
	}
	bool is_base_refresh = m->state == MEMBER_ATTACHED && m->full && !m->full->is_parent_full &&
			       !in->message->is_full;
	if (m->full && in->message->is_full && !full_is_answer(m, in)) {
		m->drops->count[DROP_UNEXPECTED]++;
		return;
	}
	if (m->full && !is_base_refresh) {
		join_on_acceptance(m, in);
		return;
	}
	/* [M9] The search has ended; [B1] the next refresh is due a period from now. */
	member_close_request(m, &m->request);
	m->misses = 0;
	if (m->state != MEMBER_ATTACHED)
		action_event(in->actions, EVENT_JOINED, &in->path->remote);
	member_set_state(m, MEMBER_ATTACHED);
	m->parent = in->path->remote;
	m->refresh_at = time_after(in->now, m->config->refresh_us);
}
