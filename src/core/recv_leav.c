/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
/* recv_leav.c - LEAV: the parent stops, or a child goes. [O5] */
#include "core/full_state.h"

void member_recv_LEAV(struct member *m, const struct member_input *in)
{
	uint64_t token = in->message->fields.LEAV.token;
	struct full *f = m->full;
	if (!f) {
		m->drops->count[DROP_UNEXPECTED]++;
		return;
	}
	unsigned place = children_find(&m->children, &in->path->remote);
	if (link_is_parents(m, in, token)) {
		action_event(in->actions, EVENT_PARENT_LEFT, &m->parent);
		link_lose(m, in);
	} else if (place < m->children.full_count &&
		   token == proof_token(&f->proof, &in->path->remote)) {
		brood_drop(m, place, EVENT_CHILD_LEFT, in);
	} else {
		m->drops->count[DROP_TOKEN]++;
	}
}
