/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
/* recv_nreg.c - NREG, the rendezvous point's answer: another node is the root. */
#include "core/full_state.h"

void member_recv_NREG(struct member *m, const struct member_input *in)
{
	if (m->request.type != WIRE_RREG || !member_is_answer(&m->request, in) ||
	    !full_is_plausible(m, &m->request, in)) {
		m->drops->count[DROP_UNEXPECTED]++;
		return;
	}
	const struct wire_terms *t = &in->message->terms;
	if (m->full && in->message->is_full) {
		if (!full_is_answer(m, in)) {
			m->drops->count[DROP_UNEXPECTED]++;
			return;
		}
		bool had_cookie = m->full->rdv_cookie != 0;
		full_learn_rdv(m, t);
		if (wire_says(t, reason, "cookie")) { /* [I3] Once more, with proof. */
			if (m->request.tries <= 1 || !had_cookie)
				member_ask_rdv(m, WIRE_RREG, in);
			return;
		}
		if (wire_says(t, reason, "probing") && m->state == MEMBER_ROOT)
			return; /* [E6] It is not decided yet: asked again soon. */
	}
	member_close_request(m, &m->request);
	/* [M8] Ask who it is. A root that is one no longer joins with its children. */
	if (m->state == MEMBER_ROOT)
		action_event(in->actions, EVENT_ROOT_LOST, &in->path->remote);
	member_search(m, in);
}
