/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
#include "core/full_state.h"

#include <string.h>

#define CHILDREN_NAMED 3

void full_init(struct member *m, const struct full_options *o, struct full *memory)
{
	struct full *f = memory;
	*f = (struct full){
		.config = o->config,
		.sources = o->sources,
		.walks = o->walks,
		.keep = o->keep,
		.address_quota = o->address_quota,
		.prefix_quota = o->prefix_quota,
		.tick_changed_at = TIME_NEVER,
		.reported_at = TIME_NEVER,
		.reported_wanted = WIRE_WANTS_ALL,
		.want_at = TIME_NEVER,
		.wanted = WIRE_WANTS_ALL,
		.tick_at = TIME_NEVER,
		.ask_at = TIME_NEVER,
		.asked_at = TIME_NEVER,
		.former.until = TIME_NEVER,
		.foster.until = TIME_NEVER,
		.walk_at = TIME_NEVER,
		.improve_at = TIME_NEVER,
		.moved_at = TIME_NEVER,
		.dead_until = TIME_NEVER,
		.ack.at = TIME_NEVER,
		.again_at = TIME_NEVER,
		.settled_at = TIME_NEVER,
	};
	proof_init(&f->proof, o->secret);
	f->id = proof_nonce(&f->proof);
	if (f->keep)
		keep_init(f->keep);
	window_init(&f->window, 0);
	bucket_init(&f->base_answers, o->config->base_answers_per_s, o->config->base_answers_per_s);
	bucket_init(&f->base_data, o->config->base_data_per_s, o->config->base_data_per_s);
	m->full = f;
}

struct wire_terms *full_terms(const struct member *m, uint64_t nonce, struct actions *actions)
{
	struct wire_terms *t = actions_terms(actions);
	wire_put(t, id, m->full->id);
	wire_put(t, nonce, nonce);
	if (m->full->config->group[0] != '\0')
		wire_put_word(t, group, m->full->config->group);
	return t;
}

bool full_is_answer(const struct member *m, const struct member_input *in)
{
	const struct wire_terms *t = &in->message->terms;
	return in->message->is_full && member_is_answer(&m->request, in) &&
	       wire_has(t, WIRE_KEY_id) && wire_has(t, WIRE_KEY_nonce) &&
	       t->nonce == m->full->nonce;
}

void full_learn_rdv(struct member *m, const struct wire_terms *t)
{
	struct full *f = m->full;
	f->is_rdv_full = true;
	if (wire_has(t, WIRE_KEY_cookie))
		f->rdv_cookie = t->cookie;
	if (wire_has(t, WIRE_KEY_tick) && t->tick.epoch > f->rdv_epoch)
		f->rdv_epoch = t->tick.epoch;
}

bool full_is_plausible(const struct member *m, const struct request *r,
		       const struct member_input *in)
{
	const struct full *f = m->full;
	if (!f || in->message->is_full)
		return true;
	bool is_full = r->type == WIRE_RJOI ? join_is_full(m) : f->is_rdv_full;
	unsigned full_tries = r->type == WIRE_RJOI ? FULL_TRIES : full_bare_period(f) - 1;
	return f->config->accept_base && (!is_full || r->tries > full_tries || r == &m->query);
}

/* [E5] Some of a root's children, for who cannot reach it. */
static void put_children(struct member *m, struct wire_terms *t)
{
	const struct children *c = &m->children;
	unsigned first, count = children_run(c, CHILDREN_NAMED, &m->random, &first);
	for (unsigned i = first; i < first + count && i < c->full_count; i++)
		t->members[t->member_count++] = (struct wire_neighbour){
			.endpoint = c->endpoints[i], .is_full = true, .room = WIRE_NO_ROOM};
}

void full_ask_rdv(struct member *m, struct request *r, const struct member_input *in)
{
	struct full *f = m->full;
	struct path path = {.remote = r->target};
	if (r->tries == 0)
		f->nonce = proof_nonce(&f->proof);
	else
		f->rdv_cookie = 0; /* It may be too old, or that of a former start: no answer to
				      it. */
	struct wire_terms *t = full_terms(m, f->nonce, in->actions);
	if (f->rdv_cookie != 0)
		wire_put(t, cookie, f->rdv_cookie);
	wire_put(t, tick, f->tick); /* [E3] What we know: an RP that does not can learn it. */
	if (r->type == WIRE_RREG && f->rdv_cookie != 0)
		put_children(m, t);
	/* [E4] It counts if it is the root. */
	if (r->type == WIRE_ROOT && f->dead.port != 0 && !time_is_due(f->dead_until, in->now))
		wire_put(t, dead, f->dead);
	action_send_terms(in->actions, r->type, &path, t, f->rdv_cookie ? 0 : FULL_PADDED,
			  WIRE_ANSWER_MAX);
}

void full_become_root(struct member *m, uint32_t epoch, const struct member_input *in)
{
	struct full *f = m->full;
	join_end(m);
	link_end_side(m, &f->foster, in);
	f->is_enclave = f->is_parent_full = f->is_holding = false;
	f->path.count = 0;
	f->depth = 0;
	f->delay_us = f->rtt_us = 0;
	f->ask_at = f->improve_at = f->walk_at = TIME_NEVER;
	f->dead.port = 0;
	link_set_detached(m, false, in);
	/* Nobody else has this epoch; where a rendezvous point of the base profile gives none, it
	 * is at least higher than all that our subtree knows. */
	if (epoch <= f->root_epoch && f->key_epoch == f->root_epoch && epoch != 0)
		return; /* Our own: a refresh, or the same place again. */
	uint32_t newest = f->tick.epoch > f->passed.epoch ? f->tick.epoch : f->passed.epoch;
	if (epoch == 0 && f->rdv_epoch > newest)
		newest = f->rdv_epoch;
	newest += newest < UINT32_MAX; /* At the end of all numbers it stays there. */
	f->tick = (struct wire_tick_number){epoch > newest ? epoch : newest, 1};
	f->tick_changed_at = in->now;
	f->root_epoch = f->tick.epoch;
	data_begin_epoch(m, proof_nonce(&f->proof), 0, in);
	f->tick_at = in->now;
}

/* One thing a call: what else is due has its turn in the next, at once. */
void full_on_time(struct member *m, const struct member_input *in)
{
	if (time_is_due(children_deadline(&m->children), in->now))
		brood_on_time(m, in);
	else if (time_is_due(m->full->tick_at, in->now))
		tick_on_time(m, in);
	else if (time_is_due(data_deadline(m), in->now))
		data_on_time(m, in);
	else if (time_is_due(link_deadline(m), in->now))
		link_on_time(m, in);
	else if (time_is_due(join_deadline(m), in->now))
		join_on_time(m, in);
}

struct time full_deadline(const struct member *m)
{
	struct time deadline = time_earlier(m->full->tick_at, data_deadline(m));
	deadline = time_earlier(deadline, children_deadline(&m->children));
	deadline = time_earlier(deadline, link_deadline(m));
	return time_earlier(deadline, join_deadline(m));
}

void member_leave(struct member *m, struct time now, struct actions *actions)
{
	struct member_input in = {.now = now, .actions = actions};
	struct full *f = m->full;
	union wire_fields fields = {0};
	if (!f)
		return; /* The base profile has no word for it. */
	for (unsigned i = 0; i < m->children.full_count; i++) {
		struct path path = {m->children.endpoints[i], m->children.locals[i]};
		fields.LEAV.token = proof_token(&f->proof, &path.remote);
		action_send_fields(actions, WIRE_LEAV, &path, &fields);
	}
	if (m->state == MEMBER_ATTACHED && f->is_parent_full) {
		fields.LEAV.token = f->token;
		action_send_fields(actions, WIRE_LEAV, &(struct path){.remote = m->parent},
				   &fields);
	}
	if (m->state == MEMBER_ROOT && f->rdv_token != 0) {
		fields.LEAV.token = f->rdv_token; /* [E7] */
		action_send_fields(actions, WIRE_LEAV, &(struct path){.remote = *member_rdv(m)},
				   &fields);
	}
	link_end_side(m, &f->former, &in);
	link_end_side(m, &f->foster, &in);
}

void member_improve(struct member *m, struct time now, struct actions *actions)
{
	struct member_input in = {.now = now, .actions = actions};
	if (m->full)
		join_move(m, WALK_IMPROVE, &in);
}
