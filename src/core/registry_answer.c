/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
/* registry_answer.c - who is let in with a full request, and what all full answers have. */
#include "core/registry_state.h"

/* The longest answer to an unproven request, without members, and what a member adds. */
#define ANSWER_MAX                                                                                 \
	(WIRE_HEADER_SIZE + WIRE_TERMS_HEAD + WIRE_LINE_SIZE("cookie", 16) +                       \
	 WIRE_LINE_SIZE("reason", sizeof("probing") - 1) + WIRE_LINE_SIZE("tick", 21) +            \
	 WIRE_LINE_SIZE("root", WIRE_PLACE_MAX) + WIRE_LINE_SIZE("profile", sizeof("base") - 1))
#define MEMBER_MAX WIRE_LINE_SIZE("member", WIRE_PLACE_MAX + sizeof(" full 0 0 0") - 1)

/* Epochs that may be claimed. A liar cannot drive them farther than this, and after that by one a
 * change of the root. */
#define CLAIM_MAX INT32_MAX

bool registry_admit(struct registry *r, const struct registry_input *in,
		    struct registry_request *ret_request)
{
	const struct wire_terms *t = &in->message->terms;
	/* [I5] Before anything else is done. */
	if (!quota_admits(r->config.address_quota, r->config.prefix_quota, &in->path->remote,
			  in->now)) {
		r->drops.count[DROP_QUOTA]++;
		return false;
	}
	/* [I1], [I2] Who asks says who it is, and what its question is. */
	if (!wire_has(t, WIRE_KEY_id) || !wire_has(t, WIRE_KEY_nonce)) {
		r->drops.count[DROP_MALFORMED]++;
		return false;
	}
	bool is_proven = wire_has(t, WIRE_KEY_cookie) &&
			 proof_is_cookie(&r->proof, &in->path->remote, t->cookie, in->now);
	/* [I3] The answer may not be longer. */
	if (!is_proven && in->message->size < ANSWER_MAX) {
		r->drops.count[DROP_UNPROVEN]++;
		return false;
	}
	*ret_request = (struct registry_request){
		.terms = t,
		.group = wire_has(t, WIRE_KEY_group) ? t->group : "",
		.is_proven = is_proven,
	};
	if (wire_has(t, WIRE_KEY_tick))
		ret_request->tick = t->tick;
	if (ret_request->tick.epoch > CLAIM_MAX)
		ret_request->tick = (struct wire_tick_number){.epoch = CLAIM_MAX};
	return true;
}

struct wire_terms *registry_answer(const struct registry *r, const struct registry_request *q,
				   const struct registry_input *in)
{
	struct wire_terms *answer = actions_terms(in->actions);
	wire_put(answer, id, r->id);
	wire_put(answer, nonce, q->terms->nonce);
	if (!q->is_proven)
		wire_put(answer, cookie, proof_cookie(&r->proof, &in->path->remote, in->now));
	return answer;
}

void registry_put_root(const struct registry_root *root, struct wire_terms *answer)
{
	wire_put(answer, root, root->endpoint);
	if (!root->is_full)
		wire_put_word(answer, profile, "base");
}

void registry_send(enum wire_type type, const struct registry_request *q, struct wire_terms *answer,
		   const struct registry_input *in)
{
	/* wire_encode_terms could leave members out as well, but wants more room than a request
	 * has. */
	while (!q->is_proven && answer->member_count > 0 &&
	       ANSWER_MAX + answer->member_count * MEMBER_MAX > in->message->size)
		answer->member_count--;
	action_send_terms(in->actions, type, in->path, answer, 0, WIRE_ANSWER_MAX);
}

/* Who complains of the root says how long it has lived; anybody else, that it does. */
void registry_note_tick(struct registry_root *root, const struct registry_request *q,
			const struct registry_input *in)
{
	struct registry_probe *p = &root->probe;
	bool complains = wire_has(q->terms, WIRE_KEY_dead) &&
			 endpoint_equal(&q->terms->dead, &root->endpoint);
	if (root->is_registered && root->is_full && q->tick.epoch > root->epoch &&
	    q->tick.epoch > root->claimed)
		root->claimed = q->tick.epoch; /* [E3] */
	if (q->tick.epoch == root->epoch && wire_tick_is_newer(q->tick, root->heard))
		root->heard = q->tick;
	struct wire_tick_number *newest = complains ? &p->tick : &p->reported;
	if (!complains && endpoint_equal(&in->path->remote, &p->complainer))
		return;
	if (probe_runs(root) && q->tick.epoch == root->epoch &&
	    wire_tick_is_newer(q->tick, *newest))
		*newest = q->tick;
}

bool registry_admit_base(struct registry *r)
{
	if (!r->config.is_full || r->config.accept_base)
		return true;
	r->drops.count[DROP_BASE_REFUSED]++;
	return false;
}
