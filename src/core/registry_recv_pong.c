/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
/* registry_recv_pong.c - PONG, "I am here", at the rendezvous point. */
#include "core/registry_state.h"

/* [E4] The root that is being asked answers, with the nonce of the question: it stays. It does not
 * say that it is the root still, so that its guard time begins again once, and not without end. */
static void on_answer(struct registry *r, struct registry_root *root, struct time now)
{
	probe_end(root);
	root->is_restored = false; /* [E6] */
	if (time_is_due(root->expires_at, now)) {
		root->expires_at = time_after(now, r->config.full_guard_us);
		root->is_silent = true;
	}
}

void registry_recv_PONG(struct registry *r, const struct registry_input *in)
{
	uint64_t nonce = in->message->fields.PONG.nonce;
	for (unsigned i = 0; i < registry_count(r); i++) {
		struct registry_root *root = registry_root_at(r, i);
		if (root->is_registered && probe_runs(root) && root->probe.nonce == nonce &&
		    endpoint_equal(&root->endpoint, &in->path->remote)) {
			on_answer(r, root, in->now);
			return;
		}
	}
	r->drops.count[DROP_UNEXPECTED]++;
}
