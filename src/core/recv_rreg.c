/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
/* recv_rreg.c - RREG, "register me as the root", at the rendezvous point; also the root's refresh.
 */
#include "core/registry_state.h"

void registry_recv_RREG(struct registry *r, const struct registry_input *in)
{
	const struct endpoint *sender = &in->path->remote;
	struct registry_root *root = registry_slot(r, sender);

	/* [R5] Nobody else could reach a loopback endpoint. */
	if (!r->config.is_loopback_only && endpoint_is_loopback(sender)) {
		r->drops.count[DROP_LOOPBACK]++;
		action_event(in->actions, EVENT_ROOT_REFUSED, sender);
		return;
	}
	/* [R3] Another node is the root until it expires. */
	if (root->is_registered && !endpoint_equal(&root->endpoint, sender)) {
		action_send(in->actions, WIRE_NREG, in->path, NULL, 0);
		return;
	}
	/* [R2] The endpoint that the message came from is the root, from now for a guard time. */
	if (!root->is_registered)
		action_event(in->actions, EVENT_ROOT_REGISTERED, sender);
	root->is_registered = true;
	root->endpoint = *sender;
	root->expires_at = time_after(in->now, r->config.guard_us);
	action_send(in->actions, WIRE_YREG, in->path, NULL, 0);
}
