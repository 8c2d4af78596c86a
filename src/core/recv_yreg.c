/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
/* recv_yreg.c - YREG, the rendezvous point's answer: registered as the root. */
#include "core/member_state.h"

void member_recv_YREG(struct member *m, const struct member_input *in)
{
	if (m->request.type != WIRE_RREG || !member_is_answer(&m->request, in)) {
		m->drops->count[DROP_UNEXPECTED]++;
		return;
	}
	/* [M7] We are the root; [B1] the next refresh is due a period from now. */
	member_close_request(m, &m->request);
	if (m->state != MEMBER_ROOT)
		action_event(in->actions, EVENT_IS_ROOT, &in->path->remote);
	member_set_state(m, MEMBER_ROOT);
	m->refresh_at = time_after(in->now, m->config->refresh_us);
	member_release(m, in);
}
