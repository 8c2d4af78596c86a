/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
#include "sim/world_state.h"

/* A parent drops a child as it does when that did not refresh for the guard time. [C4] */
static void drop_child(struct world *w, uint32_t parent, const struct endpoint *child)
{
	struct member *m = w->hosts[parent].member;
	unsigned place = children_find(&m->children, child);
	if (place == m->children.count)
		return;
	m->children.expires_at[place] = world_local_now(w, parent);
	if (place < m->children.full_count)
		m->children.known[place].asks = UINT8_MAX;
	member_on_time(m, world_local_now(w, parent), &w->actions);
	world_settle(w, parent);
}

/* In the full profile, as if all questions had stayed unanswered. */
static void notice_parent(struct world *w, struct member *m, struct time now)
{
	if (!m->full || !m->full->is_parent_full) {
		member_on_unreachable(m, &m->parent, NULL, 0, now, &w->actions);
		return;
	}
	m->full->asks = (uint8_t)m->full->config->asks;
	m->full->ask_at = now;
	member_on_time(m, now, &w->actions);
}

/* A child gives up its parent, as it does when `misses` requests were answered by ICMP. [B6] */
static void give_up(struct world *w, uint32_t child, const struct endpoint *parent)
{
	struct member *m = w->hosts[child].member;
	for (unsigned i = 0; i <= 2 * w->config.member.misses; i++) {
		if (m->state != MEMBER_ATTACHED || !endpoint_equal(&m->parent, parent))
			return;
		notice_parent(w, m, world_local_now(w, child));
		world_settle(w, child);
	}
}

/* A full root is asked before it is forgotten: as if its host had said that nobody listens there.
 */
static void forget_root(struct world *w, struct registry_root *root)
{
	char bytes[WIRE_ANSWER_MAX];
	struct time now = world_local_now(w, WORLD_RDV);
	root->expires_at = now;
	registry_on_time(&w->registry, now, &w->actions);
	world_settle(w, WORLD_RDV);
	if (!root->is_registered)
		return;
	const union wire_fields fields = {.PING.nonce = root->probe.nonce};
	size_t size = wire_encode_fields(WIRE_PING, &fields, bytes);
	registry_on_unreachable(&w->registry, &root->endpoint, bytes, size, now, &w->actions);
	world_settle(w, WORLD_RDV);
}

void world_notice(struct world *w, uint32_t host)
{
	const struct world_host *h = &w->hosts[host];
	const struct endpoint self = h->self;
	const struct registry_root *root = world_registered(w);
	if (root->is_registered && endpoint_equal(&root->endpoint, &self))
		forget_root(w, (struct registry_root *)(uintptr_t)root);
	uint32_t parent = world_find(w, &h->member->parent);
	if (parent < w->host_count && world_member(w, parent))
		drop_child(w, parent, &self);
	for (unsigned i = 0; i < h->member->children.count; i++) {
		uint32_t child = world_find(w, &h->member->children.endpoints[i]);
		if (child < w->host_count && world_member(w, child))
			give_up(w, child, &self);
	}
}
