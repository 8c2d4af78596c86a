/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
/* recv_root.c - ROOT, "who is the root?", at the rendezvous point; also a complaint of it. */
#include "core/registry_state.h"

/* [E5] Children of the root, so that who cannot reach it has others to ask. */
static void put_members(const struct registry_root *root, const struct registry_request *q,
			const struct registry_input *in, struct wire_terms *answer)
{
	for (unsigned i = 0; i < root->member_count; i++) {
		const struct endpoint *e = &root->members[i];
		bool is_dead =
			wire_has(q->terms, WIRE_KEY_dead) && endpoint_equal(e, &q->terms->dead);
		if (!is_dead && !endpoint_equal(e, &in->path->remote))
			answer->members[answer->member_count++] =
				(struct wire_neighbour){.endpoint = *e, .is_full = true};
	}
}

/* [E4] A proven member says that the root is dead: is it there? Meanwhile it stays the root. */
static void take_complaint(struct registry *r, struct registry_root *root,
			   const struct registry_request *q, const struct registry_input *in)
{
	const struct endpoint *sender = &in->path->remote;
	if (!root->is_registered || probe_runs(root) ||
	    !time_is_due(root->trusted_until, in->now) || !wire_has(q->terms, WIRE_KEY_dead) ||
	    !endpoint_equal(&q->terms->dead, &root->endpoint) ||
	    endpoint_equal(&root->endpoint, sender))
		return;
	probe_begin(r, root, q->tick, in->now, in->actions);
	root->probe.complainer = *sender;
}

static void answer_full(struct registry *r, const struct registry_input *in)
{
	struct registry_request q;
	struct wire_tick_number tick = {0};
	if (!registry_admit(r, in, &q))
		return;
	struct wire_terms *answer = registry_answer(r, &q, in);
	struct registry_root *root = registry_find(r, q.group, &in->path->remote); /* [E8] */
	if (root) {
		if (q.is_proven) {
			registry_note_tick(root, &q, in);
			take_complaint(r, root, &q, in);
		}
		probe_restored(r, root, in);
		tick = (struct wire_tick_number){root->epoch, root->tick.number};
		if (root->is_registered)
			registry_put_root(root, answer);
		if (root->is_registered && probe_runs(root))
			wire_put_word(answer, reason, "probing");
		if (root->is_registered)
			put_members(root, &q, in, answer);
	}
	wire_put(answer, tick, tick);
	registry_send(WIRE_TOOR, &q, answer, in);
}

/* [R1] The rendezvous point answers ROOT with TOOR: the endpoint of the root, or nothing. */
void registry_recv_ROOT(struct registry *r, const struct registry_input *in)
{
	if (in->message->is_full) {
		answer_full(r, in);
		return;
	}
	struct registry_root *root = registry_slot(r, &in->path->remote);
	if (!registry_admit_base(r))
		return;
	probe_restored(r, root, in);
	probe_quiet(r, root, in);
	action_send(in->actions, WIRE_TOOR, in->path, &root->endpoint, root->is_registered ? 1 : 0);
}
