/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
/* recv_path.c - PATH, the parent's: who is on the way from it to the root. [N3] */
#include "core/full_state.h"

void member_recv_PATH(struct member *m, const struct member_input *in)
{
	const struct wire_path *p = &in->message->root_path;
	struct full *f = m->full;
	if (!f || !link_is_parents(m, in, p->token)) {
		m->drops->count[f ? DROP_TOKEN : DROP_UNEXPECTED]++;
		return;
	}
	link_heard(m, in);
	bool is_loop = false;
	for (unsigned i = 0; i < p->count; i++)
		is_loop = is_loop || p->hops[i].id == f->id ||
			  (i > 0 && member_is_self(m, &p->hops[i].endpoint));
	if (is_loop) { /* [N4] */
		action_event(in->actions, EVENT_LOOP, &m->parent);
		link_leave(m, in);
		return;
	}
	uint32_t before = tick_path_hash(m);
	struct endpoint root =
		f->path.count > 0 ? f->path.hops[f->path.count - 1].endpoint : (struct endpoint){0};
	f->path = *p;
	/* The parent is known by the address that we use, which need not be the one it knows. */
	f->path.hops[0].endpoint = m->parent;
	link_learn_key(m, in);
	/* The children have another one, too. If it is that of a new epoch, once its tick is here.
	 */
	if (tick_path_hash(m) != before && m->children.full_count > 0 && p->epoch == f->tick.epoch)
		f->tick_at = in->now;
	if (!endpoint_equal(&root, &p->hops[p->count - 1].endpoint))
		data_send_kept(m, in); /* The root is known now. */
}
