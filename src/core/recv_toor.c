/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
/* recv_toor.c - TOOR, the rendezvous point's answer: who the root is. */
#include "core/member_state.h"

/* The answer to our own search: where to go from here. */
static void proceed(struct member *m, const struct endpoint *root, const struct member_input *in)
{
	bool leads_elsewhere = root && !member_is_self(m, root);
	/* [M4] No root: become it, unless we may have no children. */
	if (!leads_elsewhere && m->children.max == 0) {
		member_ask_later(m, in);
		action_event(in->actions, EVENT_NO_ROOT_ALLOWED, member_rdv(m));
		return;
	}
	/* [M5] We were the root, before a restart: register again. */
	if (!leads_elsewhere) {
		member_set_state(m, MEMBER_REGISTERING);
		member_ask_rdv(m, WIRE_RREG, in);
		return;
	}
	/* [M6] Begin the descent at the root. */
	member_set_state(m, MEMBER_JOINING);
	m->misses = 0;
	member_ask(m, WIRE_RJOI, root, in);
}

void member_recv_TOOR(struct member *m, const struct member_input *in)
{
	const struct endpoint *root = in->message->count == 1 ? &in->message->endpoints[0] : NULL;
	bool is_searching = m->request.type == WIRE_ROOT && member_is_answer(&m->request, in);
	bool is_query = member_is_answer(&m->query, in);
	if (!is_searching && !is_query) {
		m->drops->count[DROP_UNEXPECTED]++;
		return;
	}
	/* [P3] A root is known from now, for the time that it may be kept. */
	m->cached_root = root && !member_is_self(m, root) ? *root : (struct endpoint){0};
	m->cached_until = time_after(in->now, m->config->root_cache_us);
	if (is_query && !is_searching)
		m->rdv_current = m->query.rdv;
	if (m->cached_root.port != 0)
		member_release(m, in);
	if (is_searching) {
		member_close_request(m, &m->request);
		proceed(m, root, in);
	}
}
