/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
/* recv_ping.c - PING: of a child, or the parent, are you there; of anybody else, how far away.
 * [T3], [J3] The answer is no longer than the question, and proves the asker's address. */
#include "core/full_state.h"

void member_recv_PING(struct member *m, const struct member_input *in)
{
	const struct wire_PING *p = &in->message->fields.PING;
	if (!m->full) {
		m->drops->count[DROP_UNEXPECTED]++;
		return;
	}
	bool is_child = p->token != 0 && brood_heard(m, p->token, in) < m->children.count;
	bool is_parent = link_is_parents(m, in, p->token);
	bool is_rdv = m->state == MEMBER_ROOT && endpoint_equal(&in->path->remote, member_rdv(m));
	bool is_known = is_child || is_parent || is_rdv;
	if (is_parent)
		link_heard(m, in);
	if (is_child && (p->flags & WIRE_PING_PATH))
		tick_tell_path(m, in->path, in);
	union wire_fields fields = {
		.PONG = {
			.nonce = p->nonce,
			.flags = is_known ? WIRE_PONG_LINK : 0,
			.cookie = is_known ? 0
					   : proof_cookie(&m->full->proof, &in->path->remote,
							  in->now),
		}};
	action_send_fields(in->actions, WIRE_PONG, in->path, &fields);
}
