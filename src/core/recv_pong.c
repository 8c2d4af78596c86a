/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
/* recv_pong.c - PONG, the answer to a PING: of the parent, a child, or a candidate. */
#include "core/full_state.h"

void member_recv_PONG(struct member *m, const struct member_input *in)
{
	const struct wire_PONG *p = &in->message->fields.PONG;
	struct full *f = m->full;
	if (!f) {
		m->drops->count[DROP_UNEXPECTED]++;
		return;
	}
	bool is_parent = m->state == MEMBER_ATTACHED && f->is_parent_full && p->nonce != 0 &&
			 p->nonce == f->ask_nonce && endpoint_equal(&in->path->remote, &m->parent);
	if (!is_parent && children_find(&m->children, &in->path->remote) < m->children.full_count) {
		brood_on_pong(m, in);
	} else if (!is_parent) {
		join_on_pong(m, in);
	} else if (p->flags & WIRE_PONG_LINK) {
		link_heard(m, in);
	} else {
		/* [M12] It does not know us any more: it was restarted, or took us for dead. */
		action_event(in->actions, EVENT_PARENT_FORGOT, &m->parent);
		link_lose(m, in);
		f->dead.port = 0; /* It lives: it may be asked again. */
	}
}
