/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
/* recv_tick.c - TICK, a parent's: what the root is at, and that the way to it stands. [T2] */
#include "core/full_state.h"

void member_recv_TICK(struct member *m, const struct member_input *in)
{
	const struct wire_TICK *t = &in->message->fields.TICK;
	if (!m->full || !link_is_parents(m, in, t->token))
		m->drops->count[m->full ? DROP_TOKEN : DROP_UNEXPECTED]++;
	else
		link_on_tick(m, t, in);
}
