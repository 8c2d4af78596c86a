/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
/* recv_rjoi.c - RJOI, "take me as a child"; also a child's refresh. */
#include "core/full_state.h"

void member_list_children(struct member *m, const struct member_input *in)
{
	unsigned first, count = children_run(&m->children, WIRE_ENDPOINTS_SENT, &m->random, &first);
	action_send(in->actions, WIRE_NJOI, in->path, m->children.endpoints + first, count);
}

void member_recv_RJOI(struct member *m, const struct member_input *in)
{
	struct time expires_at = time_after(in->now, m->config->guard_us);
	if (!wire_endpoint_is_usable(&in->path->remote)) {
		m->drops->count[DROP_UNEXPECTED]++;
		return;
	}
	if (m->full) { /* [J6], [I6] */
		if (in->message->is_full)
			brood_on_request(m, in);
		else
			brood_on_base_request(m, in);
		return;
	}
	unsigned place = children_find(&m->children, &in->path->remote);
	if (place < m->children.count) {
		/* [C2] A child's refresh, full or not. */
		m->children.expires_at[place] = expires_at;
		m->children.locals[place] = in->path->local;
	} else if (children_is_full(&m->children)) {
		member_list_children(m, in);
		return;
	} else {
		/* [C1] A new child. In every state: a node that searches keeps its subtree. */
		children_add(&m->children, in->path, expires_at);
		action_event(in->actions, EVENT_CHILD, &in->path->remote);
	}
	action_send(in->actions, WIRE_YJOI, in->path, NULL, 0);
}
