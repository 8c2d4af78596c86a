/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
/* recv_yreg.c - YREG, the rendezvous point's answer: registered as the root. */
#include "core/full_state.h"

void member_recv_YREG(struct member *m, const struct member_input *in)
{
	if (m->request.type != WIRE_RREG || !member_is_answer(&m->request, in) ||
	    !full_is_plausible(m, &m->request, in)) {
		m->drops->count[DROP_UNEXPECTED]++;
		return;
	}
	const struct wire_terms *t = &in->message->terms;
	if (m->full && in->message->is_full) {
		if (!full_is_answer(m, in) || !wire_has(t, WIRE_KEY_tick)) {
			m->drops->count[DROP_UNEXPECTED]++;
			return;
		}
		m->full->is_rdv_full = true;
		m->full->rdv_token = wire_has(t, WIRE_KEY_token) ? t->token : 0;
	}
	/* [M7] We are the root; [B1] the next refresh is due a period from now. */
	member_close_request(m, &m->request);
	if (m->state != MEMBER_ROOT)
		action_event(in->actions, EVENT_IS_ROOT, &in->path->remote);
	bool was_root = m->state == MEMBER_ROOT;
	member_set_state(m, MEMBER_ROOT);
	m->refresh_at = time_after(in->now, m->config->refresh_us);
	if (m->full) {
		if (m->full->is_rdv_full)
			m->refresh_at = time_after(in->now, m->full->config->root_refresh_us);
		if (in->message->is_full || !was_root) /* [E1] */
			full_become_root(m, in->message->is_full ? t->tick.epoch : 0, in);
	}
	member_release(m, in);
}
