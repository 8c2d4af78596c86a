/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
/* recv_njoi.c - NJOI, a full node's answer: its children. */
#include "core/member_state.h"

/* A random endpoint of the list that is not our own; NULL if there is none. */
static const struct endpoint *choose(struct member *m, const struct wire_message *message)
{
	const struct endpoint *chosen = NULL;
	uint64_t seen = 0;
	for (size_t i = 0; i < message->count; i++) {
		if (member_is_self(m, &message->endpoints[i]))
			continue;
		if (random_below(&m->random, ++seen) == 0)
			chosen = &message->endpoints[i];
	}
	return chosen;
}

void member_recv_NJOI(struct member *m, const struct member_input *in)
{
	if (m->request.type != WIRE_RJOI || !member_is_answer(&m->request, in)) {
		m->drops->count[DROP_UNEXPECTED]++;
		return;
	}
	/* [M11] A list without any endpoint is no answer: the request is repeated or given up. */
	if (in->message->count == 0) {
		m->drops->count[DROP_MALFORMED]++;
		return;
	}
	/* [M12] Our own parent has lost its entry for us, and the place is taken. */
	bool is_parent = m->state == MEMBER_ATTACHED;
	action_event(in->actions, is_parent ? EVENT_PARENT_FORGOT : EVENT_PARENT_FULL,
		     &in->path->remote);
	/* [M10] Down to one of the children, at random; ourselves left out, back to the beginning
	 * where nobody else is left. */
	const struct endpoint *next = choose(m, in->message);
	if (!next) {
		member_search(m, in);
		return;
	}
	member_set_state(m, MEMBER_JOINING);
	m->misses = 0;
	member_ask(m, WIRE_RJOI, next, in);
}
