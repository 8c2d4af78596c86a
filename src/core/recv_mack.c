/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
/* recv_mack.c - MACK, the root's: it has these of our messages. [D6] */
#include "core/full_state.h"

void member_recv_MACK(struct member *m, const struct member_input *in)
{
	if (!m->full)
		m->drops->count[DROP_UNEXPECTED]++;
	else
		data_on_ack(m, in);
}
