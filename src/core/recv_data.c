/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
/* recv_data.c - DATA: to the root, distribute this; downwards, a copy. */
#include "core/member_state.h"

void member_take_data(struct member *m, const struct run *run, const struct member_input *in)
{
	/* [P5] From anybody at the root, [P7] elsewhere from the parent alone. */
	bool is_parents =
		m->state == MEMBER_ATTACHED && endpoint_equal(&m->parent, &in->path->remote);
	if (m->state != MEMBER_ROOT && !is_parents) {
		m->drops->count[DROP_DATA_STRANGER] += run->count;
		return;
	}
	/* [P5] The root may set a limit for each address. */
	size_t count = run->count;
	if (!is_parents && m->quota)
		count = quota_take(m->quota, &in->path->remote, count, in->now);
	m->drops->count[DROP_DATA_LIMIT] += run->count - count;
	if (count == 0)
		return;
	struct payload payload = {.run = run_first(run, count), .has_header = true};
	member_distribute(m, &payload, in);
}

void member_recv_DATA(struct member *m, const struct member_input *in)
{
	struct run run = run_one(in->message->payload - WIRE_HEADER_SIZE,
				 in->message->payload_size + WIRE_HEADER_SIZE);
	member_take_data(m, &run, in);
}
