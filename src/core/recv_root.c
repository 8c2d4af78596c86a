/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
/* recv_root.c - ROOT, "who is the root?", at the rendezvous point; also a complaint of it. */
#include "core/registry_state.h"

/* Those that asked last, so that who cannot reach the root has others to ask. Neither the asker,
 * nor the root, nor who is complained of. */
static void put_askers(const struct registry_root *root, const struct registry_request *q,
		       const struct registry_input *in, struct wire_terms *answer)
{
	bool is_named[REGISTRY_ASKERS] = {false};
	while (answer->member_count < REGISTRY_ASKERS_NAMED) {
		int latest = -1;
		for (int i = 0; i < REGISTRY_ASKERS; i++) {
			const struct registry_asker *a = &root->askers[i];
			if (is_named[i] || a->endpoint.port == 0 ||
			    time_elapsed_us(a->asked_at, in->now) > REGISTRY_ASKER_US ||
			    endpoint_equal(&a->endpoint, &in->path->remote) ||
			    endpoint_equal(&a->endpoint, &root->endpoint) ||
			    (wire_has(q->terms, WIRE_KEY_dead) &&
			     endpoint_equal(&a->endpoint, &q->terms->dead)))
				continue;
			if (latest < 0 || a->asked_at.us > root->askers[latest].asked_at.us)
				latest = i;
		}
		if (latest < 0)
			return;
		is_named[latest] = true;
		answer->members[answer->member_count++] = (struct wire_neighbour){
			.endpoint = root->askers[latest].endpoint, .is_full = true};
	}
}

/* [E4] A proven member says that the root is dead: is it there? Meanwhile it stays the root. */
static void take_complaint(struct registry *r, struct registry_root *root,
			   const struct registry_request *q, const struct registry_input *in)
{
	const struct endpoint *sender = &in->path->remote;
	if (!root->is_registered || probe_runs(root) || !wire_has(q->terms, WIRE_KEY_dead) ||
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
			registry_note_asker(root, &q, in);
			take_complaint(r, root, &q, in);
		}
		probe_restored(r, root, in);
		tick = (struct wire_tick_number){root->epoch, root->tick.number};
		if (root->is_registered)
			registry_put_root(root, answer);
		if (root->is_registered && probe_runs(root))
			wire_put_word(answer, reason, "probing");
		put_askers(root, &q, in, answer);
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
	action_send(in->actions, WIRE_TOOR, in->path, &root->endpoint, root->is_registered ? 1 : 0);
}
