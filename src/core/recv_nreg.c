/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
/* recv_nreg.c - NREG, the rendezvous point's answer: another node is the root. */
#include "core/member_state.h"

void member_recv_NREG(struct member *m, const struct member_input *in)
{
	if (m->request.type != WIRE_RREG || !member_is_answer(&m->request, in)) {
		m->drops->count[DROP_UNEXPECTED]++;
		return;
	}
	member_close_request(m, &m->request);
	/* [M8] Ask who it is. A root that is one no longer joins with its children. */
	if (m->state == MEMBER_ROOT)
		action_event(in->actions, EVENT_ROOT_LOST, &in->path->remote);
	member_search(m, in);
}
