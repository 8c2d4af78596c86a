/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
/* recv_root.c - ROOT, "who is the root?", at the rendezvous point. */
#include "core/registry_state.h"

/* [R1] The rendezvous point answers ROOT with TOOR: the endpoint of the root, or nothing. */
void registry_recv_ROOT(struct registry *r, const struct registry_input *in)
{
	const struct registry_root *root = registry_slot(r, &in->path->remote);
	action_send(in->actions, WIRE_TOOR, in->path, &root->endpoint, root->is_registered ? 1 : 0);
}
