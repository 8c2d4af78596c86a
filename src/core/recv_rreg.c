/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
/* recv_rreg.c - RREG, "register me as the root", at the rendezvous point; also the root's refresh.
 */
#include "core/registry_state.h"

/* [R5] Nobody else could reach a loopback endpoint. */
static bool is_refused(struct registry *r, const struct registry_input *in)
{
	const struct endpoint *sender = &in->path->remote;
	if (r->config.is_loopback_only || !endpoint_is_loopback(sender))
		return false;
	r->drops.count[DROP_LOOPBACK]++;
	action_event(in->actions, EVENT_ROOT_REFUSED, sender);
	return true;
}

static void refuse(const struct registry *r, const struct registry_request *q,
		   const struct registry_root *root, const char *reason,
		   const struct registry_input *in)
{
	struct wire_terms *answer = registry_answer(r, q, in);
	wire_put_word(answer, reason, reason);
	if (root) {
		registry_put_root(root, answer);
		wire_put(answer, tick, root->tick);
	}
	registry_send(WIRE_NREG, q, answer, in);
}

/* [I4] The token lets the root leave again. */
static void accept(const struct registry *r, const struct registry_request *q,
		   const struct registry_root *root, const struct registry_input *in)
{
	struct wire_terms *answer = registry_answer(r, q, in);
	wire_put(answer, tick, root->tick);
	wire_put(answer, token, proof_token(&r->proof, &in->path->remote));
	registry_send(WIRE_YREG, q, answer, in);
}

/* It is the registered root, the same start of it. */
static void refresh(struct registry *r, struct registry_root *root,
		    const struct registry_request *q, const struct registry_input *in)
{
	/* [E3] We have forgotten what it has not, or others have not: registry_note_tick. */
	if (root->claimed >= root->epoch) {
		registry_register(r, root, true, q->terms->id,
				  registry_next_epoch(root->epoch, root->claimed), in);
		return;
	}
	/* [E2] */
	registry_refresh(r, root, in);
	if (wire_tick_is_newer(q->tick, root->tick))
		root->tick = q->tick;
}

/* [E3] Who was a root under the epoch that we gave to another: after we had lost our state. */
static bool is_other_root(const struct registry_root *root, const struct registry_request *q)
{
	return root->is_full && wire_has(q->terms, WIRE_KEY_tick) && q->terms->tick.epoch != 0 &&
	       q->terms->tick.epoch == root->epoch;
}

/* [E5] */
static void learn_members(struct registry_root *root, const struct registry_request *q)
{
	const struct wire_terms *t = q->terms;
	root->member_count = 0;
	for (unsigned i = 0; i < t->member_count && i < REGISTRY_MEMBERS; i++)
		root->members[root->member_count++] = t->members[i].endpoint;
}

static void answer_full(struct registry *r, const struct registry_input *in)
{
	const struct endpoint *sender = &in->path->remote;
	struct registry_request q;
	if (!registry_admit(r, in, &q) || is_refused(r, in))
		return;
	if (!q.is_proven) { /* [I3] */
		refuse(r, &q, NULL, "cookie", in);
		return;
	}
	struct registry_root *root = registry_find_or_make(r, q.group, sender);
	if (!root) { /* [E8] */
		refuse(r, &q, NULL, "full", in);
		return;
	}
	registry_note_tick(root, &q, in);
	bool is_there = root->is_registered && endpoint_equal(&root->endpoint, sender);
	if (is_there && root->is_full && root->id == q.terms->id) {
		refresh(r, root, &q, in);
	} else if (!root->is_registered || is_there || q.tick.epoch > root->epoch) {
		/* [E1] It is the first; or was started again, and knows nothing of what it was.
		 * [E3] Or has seen an epoch later than that of the root that we have. */
		registry_register(r, root, true, q.terms->id,
				  registry_next_epoch(root->epoch, q.tick.epoch), in);
	} else {
		if (is_other_root(root, &q))
			root->claimed = root->epoch;
		probe_restored(r, root, in); /* [E6] */
		refuse(r, &q, root, probe_runs(root) ? "probing" : "root", in);
		return;
	}
	learn_members(root, &q);
	accept(r, &q, root, in);
}

/* A bare request from the endpoint of a full root, whose address is not proven: the root fell back
 * to the base profile, or is a base node now, or somebody else has sent it. It is asked. */
static void doubt(struct registry *r, struct registry_root *root, const struct registry_input *in)
{
	probe_begin(r, root, root->tick, in->now, in->actions);
	root->probe.is_base_claim = true;
}

void registry_recv_RREG(struct registry *r, const struct registry_input *in)
{
	if (in->message->is_full) {
		answer_full(r, in);
		return;
	}
	const struct endpoint *sender = &in->path->remote;
	struct registry_root *root = registry_slot(r, sender);
	if (!registry_admit_base(r) || is_refused(r, in))
		return;
	/* [R3] Another node is the root until it expires. */
	if (root->is_registered && !endpoint_equal(&root->endpoint, sender)) {
		probe_restored(r, root, in);
		action_send(in->actions, WIRE_NREG, in->path, NULL, 0);
		return;
	}
	/* [R2] The endpoint that the message came from is the root, from now for a guard time. A
	 * base root, too, has an epoch, so that a full one after it has a higher. [E1] */
	if (!root->is_registered)
		registry_register(r, root, false, 0, registry_next_epoch(root->epoch, 0), in);
	else if (root->is_full)
		doubt(r, root, in);
	else
		registry_refresh(r, root, in);
	action_send(in->actions, WIRE_YREG, in->path, NULL, 0);
}
