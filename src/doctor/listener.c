/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
#include "doctor/listener.h"

#include <sodium/crypto_shorthash.h>
#include <stdlib.h>

#define IDLE_US      (30 * US_PER_S)
#define OFFERS_PER_S 100
/* Twice what a prober at its highest rate asks for, both ways. */
#define ANSWERS_PER_S 10000

uint8_t probe_hops(const struct probe_message *m, const struct probe_arrival *a)
{
	int sent = a->is_multicast ? m->ttl : PROBE_UNICAST_TTL;
	return a->ttl < 0 || a->ttl > sent ? HOPS_UNKNOWN : (uint8_t)(sent - a->ttl);
}

bool listener_init(struct listener *l, const struct listener_options *o, struct time now)
{
	*l = (struct listener){.options = *o, .announce_at = now};
	bucket_init(&l->offers, OFFERS_PER_S, OFFERS_PER_S);
	bucket_init(&l->answers, ANSWERS_PER_S, ANSWERS_PER_S / 10);
	for (int i = 0; i < LISTENER_SESSIONS; i++) {
		l->sessions[i].others = calloc(PROBE_OTHERS, sizeof(*l->sessions[i].others));
		if (!l->sessions[i].others) {
			listener_done(l);
			return false;
		}
	}
	return true;
}

void listener_done(struct listener *l)
{
	for (int i = 0; i < LISTENER_SESSIONS; i++)
		free(l->sessions[i].others);
	*l = (struct listener){0};
}

/* --- Sessions and their proof --- */

static bool is_proven(const struct listener_session *s)
{
	return s->is_group_proven || s->proven[0].port != 0;
}

/* Of two places the better one to give to somebody new: free, long idle, not proven. One that is
 * proven and not idle is not taken away. */
static bool may_replace(const struct listener_session *s, struct time now)
{
	return s->session == 0 || !is_proven(s) || time_elapsed_us(s->heard_at, now) > IDLE_US;
}

static struct listener_session *session_of(struct listener *l, uint64_t session, struct time now)
{
	struct listener_session *place = NULL;
	for (int i = 0; i < LISTENER_SESSIONS; i++) {
		struct listener_session *s = &l->sessions[i];
		if (s->session == session)
			return s;
		if (may_replace(s, now) && (!place || s->heard_at.us < place->heard_at.us))
			place = s;
	}
	if (!place)
		return NULL;
	*place = (struct listener_session){
		.session = session,
		.tallies = {TALLY_EMPTY, TALLY_EMPTY},
		.setup_ms = PROBE_NEVER,
		.spoke_at = TIME_NEVER,
		.others = place->others,
	};
	return place;
}

/* What shows that its bearer has got what was sent to that address, or to the group. */
static uint64_t cookie_for(const struct listener *l, const struct probe_arrival *a,
			   uint64_t session, enum probe_path path)
{
	unsigned char said[16 + 2 + 8 + 1], hash[crypto_shorthash_BYTES];
	memcpy(said, a->from.address, 16);
	memcpy(said + 16, &a->from.port, 2);
	memcpy(said + 18, &session, 8);
	said[26] = (unsigned char)path;
	crypto_shorthash(hash, said, sizeof(said), l->options.key);
	uint64_t cookie;
	memcpy(&cookie, hash, sizeof(cookie));
	return cookie ? cookie : 1;
}

static bool is_address_proven(const struct listener_session *s, const struct endpoint *from)
{
	for (int i = 0; i < LISTENER_ADDRESSES; i++)
		if (endpoint_equal(&s->proven[i], from))
			return true;
	return false;
}

static void take_proof(const struct listener *l, struct listener_session *s,
		       const struct probe_arrival *a, const struct probe_message *m)
{
	if (m->query.cookies[MULTICAST] == cookie_for(l, a, m->session, MULTICAST))
		s->is_group_proven = true;
	if (m->query.cookies[UNICAST] != cookie_for(l, a, m->session, UNICAST) ||
	    is_address_proven(s, &a->from))
		return;
	s->proven[s->proven[0].port != 0] = a->from;
}

static bool may_answer(const struct listener_session *s, const struct endpoint *from,
		       bool by_multicast)
{
	return by_multicast ? is_proven(s) : is_address_proven(s, from);
}

static bool take_token(struct bucket *b, struct time now)
{
	if (!time_is_due(bucket_ready_at(b, now), now))
		return false;
	bucket_take(b, now);
	return true;
}

/* --- What is heard --- */

static struct tally *other_of(struct listener_session *s, uint64_t sender)
{
	for (unsigned i = 0; i < s->other_count; i++)
		if (s->others[i].sender == sender)
			return &s->others[i].tally;
	if (s->other_count == PROBE_OTHERS)
		return NULL;
	s->others[s->other_count] = (struct listener_other){sender, TALLY_EMPTY};
	return &s->others[s->other_count++].tally;
}

static void hear_other(struct listener_session *s, const struct probe_arrival *a,
		       const struct probe_message *m)
{
	struct tally *tally = a->is_multicast && m->step == 0 ? other_of(s, m->sender) : NULL;
	if (tally)
		tally_add(tally, m->number, probe_hops(m, a));
}

static void hear_probe(struct listener_session *s, const struct probe_arrival *a,
		       const struct probe_message *m)
{
	enum probe_path path = a->is_multicast ? MULTICAST : UNICAST;
	if (m->step == 0)
		tally_add(&s->tallies[path], m->number, probe_hops(m, a));
	else if (s->steps[path][m->step] < UINT8_MAX)
		s->steps[path][m->step]++;
}

/* The first multicast of the prober: it took so long to come through, counted from the join or
 * from when the prober had begun, whichever was later. */
static void note_setup(const struct listener *l, struct listener_session *s,
		       const struct probe_message *m, struct time now)
{
	int64_t joined_ms = time_elapsed_us(l->options.joined_at, now) / US_PER_MS;
	if (s->setup_ms == PROBE_NEVER)
		s->setup_ms = joined_ms < m->age_ms ? (uint32_t)joined_ms : m->age_ms;
}

/* --- What is answered --- */

static struct probe_heard summary(const struct tally *t)
{
	return (struct probe_heard){
		t->received, t->distinct, t->duplicates, t->reordered,
		t->first,    t->highest,  t->hops_min,   t->hops_max,
	};
}

static void fill_report(const struct listener *l, const struct listener_session *s,
			struct probe_report *r)
{
	*r = (struct probe_report){.setup_ms = s->setup_ms, .other_count = (uint8_t)s->other_count};
	memcpy(r->name, l->options.name, sizeof(r->name));
	for (int path = 0; path < PROBE_PATHS; path++) {
		r->heard[path] = summary(&s->tallies[path]);
		r->sent[path] = s->sent[path];
		memcpy(r->steps[path], s->steps[path], sizeof(r->steps[path]));
	}
	for (unsigned i = 0; i < s->other_count; i++)
		r->others[i] = (struct probe_other){
			s->others[i].sender,
			s->others[i].tally.distinct,
			s->others[i].tally.duplicates,
		};
}

/* What every answer has. */
static struct probe_dispatch answer_to(const struct listener *l, struct listener_session *s,
				       const struct probe_arrival *a, const struct probe_message *m,
				       enum probe_type type, struct time now)
{
	bool by_multicast = (m->flags & PROBE_BY_MULTICAST) != 0;
	if (by_multicast && time_is_never(s->spoke_at))
		s->spoke_at = now;
	int64_t age_us = time_is_never(s->spoke_at) ? 0 : time_elapsed_us(s->spoke_at, now);
	return (struct probe_dispatch){
		.message =
			{
				.type = type,
				.flags = (uint8_t)(m->flags & PROBE_WHOLE),
				.ttl = m->ttl < l->options.ttl_max ? m->ttl : l->options.ttl_max,
				.step = m->step,
				.group = l->options.group,
				.session = m->session,
				.sender = l->options.id,
				.about = m->number,
				.age_ms = (uint32_t)(age_us / US_PER_MS),
				.time_us = m->time_us,
			},
		.is_multicast = by_multicast,
		.to = a->from,
		.local = a->local,
	};
}

static bool offer(struct listener *l, struct listener_session *s, const struct probe_arrival *a,
		  const struct probe_message *m, struct time now, struct probe_dispatch *ret_answer)
{
	if (!take_token(&l->offers, now))
		return false;
	*ret_answer = answer_to(l, s, a, m, PROBE_OFFER, now);
	enum probe_path path = ret_answer->is_multicast ? MULTICAST : UNICAST;
	ret_answer->message.flags |= path == MULTICAST ? PROBE_WAS_MULTICAST : 0;
	ret_answer->message.cookie = cookie_for(l, a, m->session, path);
	ret_answer->size = PROBE_OFFER_SIZE;
	return true;
}

static bool echo(struct listener *l, struct listener_session *s, const struct probe_arrival *a,
		 const struct probe_message *m, struct time now, struct probe_dispatch *ret_answer)
{
	bool by_multicast = (m->flags & PROBE_BY_MULTICAST) != 0;
	if (!may_answer(s, &a->from, by_multicast) || !take_token(&l->answers, now))
		return false;
	*ret_answer = answer_to(l, s, a, m, PROBE_ECHO, now);
	ret_answer->size = a->size;
	if (a->is_multicast)
		ret_answer->message.flags |= PROBE_WAS_MULTICAST;
	if (m->step == 0)
		ret_answer->message.number = s->sent[by_multicast ? MULTICAST : UNICAST]++;
	return true;
}

static bool report(struct listener *l, struct listener_session *s, const struct probe_arrival *a,
		   const struct probe_message *m, struct time now,
		   struct probe_dispatch *ret_answer)
{
	if (m->query.listener != l->options.id)
		return false;
	take_proof(l, s, a, m);
	if (!may_answer(s, &a->from, (m->flags & PROBE_BY_MULTICAST) != 0) ||
	    !take_token(&l->answers, now))
		return false;
	*ret_answer = answer_to(l, s, a, m, PROBE_REPORT, now);
	fill_report(l, s, &ret_answer->message.report);
	ret_answer->size = probe_message_size(&ret_answer->message);
	return true;
}

bool listener_receive(struct listener *l, const struct probe_arrival *a, struct time now,
		      struct probe_dispatch *ret_answer)
{
	struct probe_message m;
	if (!probe_message_read(a->bytes, a->size, &m) || m.sender == l->options.id ||
	    m.session == 0 ||
	    memcmp(m.group.address, l->options.group.address, sizeof(m.group.address)) != 0)
		return false;
	bool is_of_prober = m.type == PROBE_HELLO || m.type == PROBE_QUERY || m.type == PROBE_PROBE;
	if (!is_of_prober && m.type != PROBE_ECHO)
		return false;
	struct listener_session *s = session_of(l, m.session, now);
	if (!s) {
		l->ignored++;
		return false;
	}
	s->heard_at = now;
	if (a->is_multicast && is_of_prober)
		note_setup(l, s, &m, now);
	bool is_answered = false;
	if (m.type == PROBE_HELLO) {
		is_answered = offer(l, s, a, &m, now, ret_answer);
	} else if (m.type == PROBE_QUERY) {
		is_answered = report(l, s, a, &m, now, ret_answer);
	} else if (m.type == PROBE_PROBE) {
		hear_probe(s, a, &m);
		is_answered = echo(l, s, a, &m, now, ret_answer);
	} else {
		hear_other(s, a, &m);
		return false;
	}
	l->ignored += !is_answered;
	return is_answered;
}

bool listener_on_time(struct listener *l, struct time now, struct probe_dispatch *ret_dispatch)
{
	if (!time_is_due(l->announce_at, now))
		return false;
	l->announce_at = time_after(now, LISTENER_ANNOUNCE_US);
	*ret_dispatch = (struct probe_dispatch){
		.message =
			{
				.type = PROBE_ANNOUNCE,
				.ttl = l->options.ttl_max,
				.group = l->options.group,
				.sender = l->options.id,
				.number = l->announced++,
			},
		.size = PROBE_HEADER_SIZE,
		.is_multicast = true,
	};
	return true;
}
