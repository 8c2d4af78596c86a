/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
/* recv_rprt.c - RPRT, a child's: how its subtree is. [T6] */
#include "core/full_state.h"

void member_recv_RPRT(struct member *m, const struct member_input *in)
{
	const struct wire_RPRT *r = &in->message->fields.RPRT;
	unsigned place = m->full ? brood_heard(m, r->token, in) : m->children.count;
	if (place == m->children.count) {
		m->drops->count[m->full ? DROP_TOKEN : DROP_UNEXPECTED]++;
		return;
	}
	struct child *known = &m->children.known[place];
	bool has_changed = known->room != r->room || known->wanted != r->wanted;
	known->size = r->size;
	known->height = r->height;
	known->room = r->room;
	known->free = r->free;
	known->delay_us = r->delay;
	known->wanted = r->wanted;
	/* Who looks for a place is led by this, and who waits for data. */
	if (has_changed)
		tick_report_soon(m, in);
}
