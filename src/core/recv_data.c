/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
/* recv_data.c - DATA: to the root, distribute this; downwards, a copy. */
#include "core/member_state.h"

void member_recv_DATA(struct member *m, const struct member_input *in)
{
	/* [P5] From anybody at the root, [P7] elsewhere from the parent alone. */
	bool is_parents =
		m->state == MEMBER_ATTACHED && endpoint_equal(&m->parent, &in->path->remote);
	if (m->state != MEMBER_ROOT && !is_parents) {
		m->drops->count[DROP_DATA_STRANGER]++;
		return;
	}
	/* [P5] The root may set a limit for each address. */
	if (!is_parents && m->quota && !quota_take(m->quota, &in->path->remote, in->now)) {
		m->drops->count[DROP_DATA_LIMIT]++;
		return;
	}
	struct payload payload = {
		.bytes = in->message->payload,
		.size = in->message->payload_size,
		.has_header = true,
	};
	member_distribute(m, &payload, in);
}
