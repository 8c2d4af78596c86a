/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
/* recv_data.c - DATA: to the root, distribute this; downwards, a copy. */
#include "core/full_state.h"

/* [I6] How many of them the base nodes may send together. */
static size_t take_budget(struct member *m, size_t count, struct time now)
{
	struct full *f = m->full;
	size_t taken = 0;
	if (!f)
		return count;
	if (!full_lets_base_in(f->config)) {
		m->drops->count[DROP_BASE_REFUSED] += count;
		return 0;
	}
	while (taken < count && time_is_due(bucket_ready_at(&f->base_data, now), now)) {
		bucket_take(&f->base_data, now);
		taken++;
	}
	m->drops->count[DROP_BASE_BUDGET] += count - taken;
	return taken;
}

size_t member_take_data(struct member *m, const struct run *run, const struct member_input *in)
{
	/* [P5] From anybody at the root, [P7] elsewhere from the parent alone. */
	bool is_parents =
		m->state == MEMBER_ATTACHED && endpoint_equal(&m->parent, &in->path->remote);
	/* [D8] A parent of the full profile sends those that have no room for a stamp. [D9] */
	bool is_odd = m->full && m->full->is_parent_full && !m->full->is_enclave &&
		      run->segment_size <= WIRE_HEADER_SIZE + WIRE_STAMPED_MAX;
	is_parents = is_parents && !is_odd;
	if (m->state != MEMBER_ROOT && !is_parents) {
		m->drops->count[DROP_DATA_STRANGER] += run->count;
		return run->count;
	}
	/* [P5] The root may set a limit for each address. */
	size_t count = run->count;
	if (!is_parents && m->quota)
		count = quota_take(m->quota, &in->path->remote, count, in->now);
	m->drops->count[DROP_DATA_LIMIT] += run->count - count;
	if (!is_parents)
		count = take_budget(m, count, in->now);
	if (count == 0)
		return run->count;
	struct payload payload = {.run = run_first(run, count), .header_size = WIRE_HEADER_SIZE};
	member_distribute(m, &payload, in);
	return run->count;
}

void member_recv_DATA(struct member *m, const struct member_input *in)
{
	struct run run = run_one(in->message->payload - WIRE_HEADER_SIZE,
				 in->message->payload_size + WIRE_HEADER_SIZE);
	(void)member_take_data(m, &run, in);
}
