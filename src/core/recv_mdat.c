/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
/* recv_mdat.c - MDAT: to the root, distribute this; downwards, a copy. [D2], [D4] */
#include "core/full_state.h"

void member_recv_MDAT(struct member *m, const struct member_input *in)
{
	if (!m->full) {
		m->drops->count[DROP_UNEXPECTED]++;
		return;
	}
	struct run run = run_one(in->message->payload - WIRE_STAMP_SIZE,
				 in->message->payload_size + WIRE_STAMP_SIZE);
	(void)data_take(m, &run, in);
}
