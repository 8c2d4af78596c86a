/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
/* registry_recv_leav.c - LEAV, "I stop", at the rendezvous point. */
#include "core/registry_state.h"

/* A call has room for what two write; a node is the root of one group. */
#define LEFT_MAX 2

/* [E7] The root stops: who comes next is the root. [I4] It has the token of its registration. */
void registry_recv_LEAV(struct registry *r, const struct registry_input *in)
{
	const struct endpoint *sender = &in->path->remote;
	unsigned left = 0;
	if (in->message->fields.LEAV.token != proof_token(&r->proof, sender)) {
		r->drops.count[DROP_TOKEN]++;
		return;
	}
	for (unsigned i = 0; i < registry_count(r) && left < LEFT_MAX; i++) {
		struct registry_root *root = registry_root_at(r, i);
		if (!root->is_registered || !root->is_full ||
		    !endpoint_equal(&root->endpoint, sender))
			continue;
		registry_forget(root, EVENT_ROOT_LEFT, in->now, in->actions);
		left++;
	}
	if (left == 0)
		r->drops.count[DROP_UNEXPECTED]++;
}
