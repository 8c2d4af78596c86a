/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
/* unreachable.c - ICMP port unreachable in the full profile: what it must quote, and what follows.
 * Rule [O2]. */
#include "core/full_state.h"

#include <string.h>

/* [O2] Whether an ICMP error quotes what only its receiver and we know: a nonce that is waited for,
 * or the token of a link. */
static bool quotes_us(const struct member *m, const struct endpoint *endpoint, const char *quoted,
		      size_t size)
{
	struct wire_message message;
	const struct full *f = m->full;
	if (wire_decode(quoted, size, &message) != WIRE_GOOD)
		return false;
	if (message.is_full)
		return wire_has(&message.terms, WIRE_KEY_nonce) && m->request.is_open &&
		       message.terms.nonce == f->nonce;
	if (message.type == WIRE_PING && message.fields.PING.nonce != 0) {
		unsigned place = children_find(&m->children, endpoint);
		return message.fields.PING.nonce == f->ask_nonce ||
		       (place < m->children.full_count &&
			m->children.known[place].nonce == message.fields.PING.nonce);
	}
	if (message.type == WIRE_MDAT)
		return f->key != 0 && message.stamp.key == f->key;
	if (message.type == WIRE_TICK)
		return message.fields.TICK.token == proof_token(&f->proof, endpoint);
	return message.type == WIRE_RPRT && message.fields.RPRT.token == f->token;
}

/* [O2] What was asked is answered: nobody is there. What was told leads to a question. */
void full_on_unreachable(struct member *m, const struct endpoint *endpoint, const char *quoted,
			 size_t size, const struct member_input *in)
{
	struct full *f = m->full;
	unsigned place = children_find(&m->children, endpoint);
	bool is_ping = size >= WIRE_HEADER_SIZE && memcmp(quoted, "PING", 4) == 0;
	if (!quotes_us(m, endpoint, quoted, size)) {
		m->drops->count[DROP_UNEXPECTED]++;
	} else if (m->request.is_open && m->request.type == WIRE_RJOI &&
		   endpoint_equal(endpoint, &m->request.target) && !is_ping) {
		join_on_silence(m, in);
	} else if (m->state == MEMBER_ATTACHED && f->is_parent_full &&
		   endpoint_equal(endpoint, &m->parent)) {
		f->asks = is_ping ? (uint8_t)f->config->asks : f->asks;
		f->ask_at = in->now;
	} else if (place < m->children.full_count && is_ping) {
		brood_drop(m, place, EVENT_CHILD_EXPIRED, in);
	} else if (place < m->children.full_count && m->children.known[place].asks == 0) {
		brood_ask(m, place, in);
	}
}
