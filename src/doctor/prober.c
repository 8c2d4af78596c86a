/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
#include "doctor/prober.h"

#include <stdlib.h>

#define FIND_EVERY_US (100 * US_PER_MS)
/* So long others can come in after the first: one that gets no multicast is found when it has
 * announced itself. */
#define FIND_LEAST_US   (LISTENER_ANNOUNCE_US + 250 * US_PER_MS)
#define FIND_MOST_US    (2 * US_PER_S) /* So long one that is found may take to prove itself. */
#define SWEEP_EVERY_US  (20 * US_PER_MS)
#define SETTLE_AFTER_US (300 * US_PER_MS) /* What is on its way then is counted as lost. */
#define SETTLE_EVERY_US (60 * US_PER_MS)
#define SETTLE_MOST_US  (2 * US_PER_S)

void prober_init(struct prober *p, const struct prober_options *o, struct time now)
{
	*p = (struct prober){.options = *o, .started_at = now, .phase_at = now, .round_at = now};
}

void prober_done(struct prober *p)
{
	for (unsigned i = 0; i < p->peer_count; i++)
		free(p->peers[i].trips);
	p->peer_count = 0;
}

static struct peer *add_peer(struct prober *p)
{
	if (p->peer_count == PROBER_PEERS)
		return NULL;
	struct peer *peer = &p->peers[p->peer_count];
	*peer = (struct peer){
		.tallies = {TALLY_EMPTY, TALLY_EMPTY},
		.setup_ms = PROBE_NEVER,
		.trips = calloc(PROBE_PATHS * PROBE_PATHS, sizeof(struct trips)),
	};
	if (!peer->trips)
		return NULL;
	p->peer_count++;
	return peer;
}

void prober_add_host(struct prober *p, const struct endpoint *endpoint)
{
	struct peer *peer = add_peer(p);
	if (!peer)
		return;
	peer->endpoint = *endpoint;
	peer->was_named = true;
}

/* --- What is sent --- */

static uint32_t age_ms(const struct prober *p, struct time now)
{
	return (uint32_t)(time_elapsed_us(p->started_at, now) / US_PER_MS);
}

/* What every datagram has; to the group where `peer` is NULL. */
static struct probe_dispatch dispatch(const struct prober *p, enum probe_type type,
				      const struct peer *peer, bool answer_by_multicast,
				      struct time now)
{
	return (struct probe_dispatch){
		.message =
			{
				.type = type,
				.flags = answer_by_multicast ? PROBE_BY_MULTICAST : 0,
				.ttl = p->options.ttl,
				.group = p->options.group,
				.session = p->options.session,
				.sender = p->options.session,
				.age_ms = age_ms(p, now),
				.time_us = (uint64_t)now.us,
			},
		.is_multicast = !peer,
		.to = peer ? peer->endpoint : p->options.group,
	};
}

static bool has_cookie(const struct peer *peer)
{
	return peer->cookies[UNICAST] || peer->cookies[MULTICAST];
}

static void make_query(struct prober *p, const struct peer *peer, bool by_multicast,
		       struct time now, struct probe_dispatch *ret_dispatch)
{
	/* Both paths there, both back, one after the other. */
	bool answer_by_multicast = (p->round / 2) % 2 != 0;
	*ret_dispatch =
		dispatch(p, PROBE_QUERY, by_multicast ? NULL : peer, answer_by_multicast, now);
	ret_dispatch->message.number = p->queries++;
	ret_dispatch->message.query.listener = peer->id;
	memcpy(ret_dispatch->message.query.cookies, peer->cookies, sizeof(peer->cookies));
	ret_dispatch->size = PROBE_QUERY_SIZE;
}

/* Nothing has to be found out about it any more. */
static bool is_proven(const struct peer *peer)
{
	return peer->has_reported && (peer->is_reached || peer->endpoint.port == 0);
}

/* FIND: to the group HELLO, to a peer what it has to answer next. */
static bool find(struct prober *p, const struct peer *peer, struct time now,
		 struct probe_dispatch *ret_dispatch)
{
	if (peer && is_proven(peer))
		return false;
	bool lacks_unicast = peer && peer->cookies[UNICAST] == 0 && peer->endpoint.port != 0;
	if (peer && has_cookie(peer) && !(lacks_unicast && p->round % 2 == 0)) {
		make_query(p, peer, p->round % 2 != 0 || peer->endpoint.port == 0, now,
			   ret_dispatch);
		return true;
	}
	if (peer && peer->endpoint.port == 0)
		return false;
	*ret_dispatch = dispatch(p, PROBE_HELLO, peer,
				 p->round % 2 != 0 && !(peer && has_cookie(peer)), now);
	ret_dispatch->message.number = p->round;
	ret_dispatch->size = PROBE_HELLO_SIZE;
	return true;
}

static bool probe(struct prober *p, struct peer *peer, struct time now,
		  struct probe_dispatch *ret_dispatch)
{
	if (peer && (!peer->has_reported || peer->endpoint.port == 0))
		return false;
	bool crosses = p->round % 2 == 0;
	*ret_dispatch = dispatch(p, PROBE_PROBE, peer, peer ? crosses : !crosses, now);
	ret_dispatch->message.number = peer ? peer->sent++ : p->sent++;
	ret_dispatch->size = p->options.size;
	return true;
}

static bool sweep(const struct prober *p, const struct peer *peer, struct time now,
		  struct probe_dispatch *ret_dispatch)
{
	if (peer && (!peer->has_reported || peer->endpoint.port == 0))
		return false;
	uint32_t step = 1 + p->round / PROBER_REPEAT;
	const struct probe_step *s = &p->options.steps[step];
	*ret_dispatch = dispatch(p, PROBE_PROBE, peer, peer != NULL, now);
	ret_dispatch->message.number = p->round % PROBER_REPEAT;
	ret_dispatch->message.step = (uint8_t)step;
	ret_dispatch->message.ttl = s->ttl;
	ret_dispatch->message.flags |= s->is_whole ? PROBE_WHOLE : 0;
	ret_dispatch->size = s->size;
	return true;
}

static bool settle(struct prober *p, const struct peer *peer, struct time now,
		   struct probe_dispatch *ret_dispatch)
{
	if (!peer || !peer->has_reported || peer->has_settled)
		return false;
	make_query(p, peer, p->round % 2 != 0 || peer->endpoint.port == 0, now, ret_dispatch);
	return true;
}

static bool compose(struct prober *p, struct peer *peer, struct time now,
		    struct probe_dispatch *ret_dispatch)
{
	switch (p->phase) {
	case PROBER_FIND:
		return find(p, peer, now, ret_dispatch);
	case PROBER_MAIN:
		return probe(p, peer, now, ret_dispatch);
	case PROBER_SWEEP:
		return sweep(p, peer, now, ret_dispatch);
	case PROBER_SETTLE:
		return settle(p, peer, now, ret_dispatch);
	case PROBER_OVER:
		break;
	}
	return false;
}

/* --- Phases --- */

static int64_t round_us(const struct prober *p)
{
	switch (p->phase) {
	case PROBER_MAIN:
		return (int64_t)((double)US_PER_S / p->options.rate_per_s);
	case PROBER_SWEEP:
		return SWEEP_EVERY_US;
	case PROBER_SETTLE:
		return SETTLE_EVERY_US;
	default:
		return FIND_EVERY_US;
	}
}

static void enter(struct prober *p, enum prober_phase phase, struct time now)
{
	p->phase = phase;
	p->phase_at = now;
	p->round_at = phase == PROBER_SETTLE ? time_after(now, SETTLE_AFTER_US) : now;
	p->round = 0;
	p->turn = 0;
	if (phase == PROBER_SETTLE)
		p->settle_query = p->queries;
}

/* How many of the peers that have been found are where `is_there` says. */
static unsigned count_peers(const struct prober *p, bool (*is_there)(const struct peer *))
{
	unsigned count = 0;
	for (unsigned i = 0; i < p->peer_count; i++)
		count += is_there(&p->peers[i]);
	return count;
}

static bool is_accepted(const struct peer *peer)
{
	return peer->has_reported;
}

static bool is_awaited(const struct peer *peer)
{
	return !is_proven(peer) && !peer->is_refused;
}

static bool is_unsettled(const struct peer *peer)
{
	return peer->has_reported && !peer->has_settled;
}

static bool has_found(const struct prober *p, struct time now)
{
	int64_t elapsed_us = time_elapsed_us(p->phase_at, now);
	if (count_peers(p, is_accepted) == 0)
		return elapsed_us >= p->options.wait_us;
	return elapsed_us >= FIND_LEAST_US &&
	       (count_peers(p, is_awaited) == 0 || elapsed_us >= FIND_MOST_US);
}

/* Goes on to the next phase where this one has done its part. */
static void progress_once(struct prober *p, struct time now)
{
	switch (p->phase) {
	case PROBER_FIND:
		if (p->is_hurried || has_found(p, now))
			enter(p, count_peers(p, is_accepted) ? PROBER_MAIN : PROBER_OVER, now);
		break;
	case PROBER_MAIN:
		if (p->is_hurried || p->round >= p->options.count)
			enter(p, PROBER_SWEEP, now);
		break;
	case PROBER_SWEEP:
		if (p->is_hurried || p->round >= p->options.step_count * PROBER_REPEAT)
			enter(p, PROBER_SETTLE, now);
		break;
	case PROBER_SETTLE:
		if (count_peers(p, is_unsettled) == 0 ||
		    time_elapsed_us(p->phase_at, now) >= SETTLE_MOST_US)
			enter(p, PROBER_OVER, now);
		break;
	case PROBER_OVER:
		break;
	}
}

static void progress(struct prober *p, struct time now)
{
	enum prober_phase before;
	do {
		before = p->phase;
		progress_once(p, now);
	} while (before != p->phase);
}

bool prober_next(struct prober *p, struct time now, struct probe_dispatch *ret_dispatch)
{
	if (p->turn == 0)
		progress(p, now);
	while (p->phase != PROBER_OVER && time_is_due(p->round_at, now)) {
		while (p->turn <= p->peer_count) {
			struct peer *peer = p->turn == 0 ? NULL : &p->peers[p->turn - 1];
			p->turn++;
			if (compose(p, peer, now, ret_dispatch))
				return true;
		}
		p->turn = 0;
		p->round++;
		/* A late round does not make the next ones come faster than they may. */
		p->round_at = time_after(p->round_at, round_us(p));
		if (time_elapsed_us(p->round_at, now) > US_PER_S / 4)
			p->round_at = now;
		progress(p, now);
	}
	return false;
}

struct time prober_deadline(const struct prober *p)
{
	return p->phase == PROBER_OVER ? TIME_NEVER : p->round_at;
}

void prober_stop(struct prober *p, struct time now)
{
	if (p->is_hurried || count_peers(p, is_accepted) == 0)
		enter(p, PROBER_OVER, now);
	else if (p->phase != PROBER_SETTLE)
		enter(p, PROBER_SETTLE, now);
	p->is_hurried = true;
}

/* --- What comes --- */

static struct peer *find_peer(struct prober *p, const struct probe_message *m,
			      const struct probe_arrival *a)
{
	for (unsigned i = 0; i < p->peer_count; i++)
		if (p->peers[i].id == m->sender)
			return &p->peers[i];
	for (unsigned i = 0; i < p->peer_count; i++)
		if (p->peers[i].id == 0 && endpoint_equal(&p->peers[i].endpoint, &a->from)) {
			p->peers[i].id = m->sender;
			return &p->peers[i];
		}
	return NULL;
}

/* The one whose datagram it is; an offer or an announcement may be of somebody new, as long as
 * somebody is looked for. */
static struct peer *peer_of(struct prober *p, const struct probe_message *m,
			    const struct probe_arrival *a)
{
	struct peer *peer = find_peer(p, m, a);
	bool is_new = !peer && p->phase == PROBER_FIND &&
		      (m->type == PROBE_OFFER || m->type == PROBE_ANNOUNCE);
	if (is_new && (peer = add_peer(p)))
		peer->id = m->sender;
	/* Where it sends multicast from, unicast can be sent to. */
	if (peer && peer->endpoint.port == 0)
		peer->endpoint = a->from;
	return peer;
}

static void trips_add(struct trips *t, uint64_t sent_us, struct time now)
{
	int64_t us = now.us - (int64_t)sent_us;
	if (us < 0 || us > UINT32_MAX)
		return;
	uint32_t trip_us = (uint32_t)us;
	t->min_us = t->count == 0 || trip_us < t->min_us ? trip_us : t->min_us;
	t->max_us = trip_us > t->max_us ? trip_us : t->max_us;
	t->samples[t->count++ % PROBER_SAMPLES] = trip_us;
}

static void take_echo(struct peer *peer, const struct probe_message *m,
		      const struct probe_arrival *a, struct time now)
{
	enum probe_path path = a->is_multicast ? MULTICAST : UNICAST;
	enum probe_path there = m->flags & PROBE_WAS_MULTICAST ? MULTICAST : UNICAST;
	if (m->step != 0) {
		if (peer->steps[path][m->step] < UINT8_MAX)
			peer->steps[path][m->step]++;
		return;
	}
	tally_add(&peer->tallies[path], m->number, probe_hops(m, a));
	peer->echoes[there]++;
	trips_add(&peer->trips[there * PROBE_PATHS + path], m->time_us, now);
}

static void take_report(struct prober *p, struct peer *peer, const struct probe_message *m,
			bool is_multicast)
{
	peer->is_reached |= !is_multicast;
	peer->report = m->report;
	peer->has_reported = true;
	peer->has_settled |= p->phase == PROBER_SETTLE && m->about >= p->settle_query;
}

void prober_receive(struct prober *p, const struct probe_arrival *a, struct time now)
{
	struct probe_message m;
	if (!probe_message_read(a->bytes, a->size, &m) || m.sender == p->options.session ||
	    m.sender == 0 || (m.session != p->options.session && m.type != PROBE_ANNOUNCE) ||
	    memcmp(m.group.address, p->options.group.address, sizeof(m.group.address)) != 0) {
		p->foreign++;
		return;
	}
	struct peer *peer = peer_of(p, &m, a);
	if (!peer)
		return;
	/* The first multicast of it: so long after the join, or after it had sent its first. */
	if (a->is_multicast && m.type != PROBE_ANNOUNCE && peer->setup_ms == PROBE_NEVER) {
		uint32_t joined_ms = age_ms(p, now);
		peer->setup_ms = joined_ms < m.age_ms ? joined_ms : m.age_ms;
	}
	if (m.type == PROBE_OFFER)
		peer->cookies[m.flags & PROBE_WAS_MULTICAST ? MULTICAST : UNICAST] = m.cookie;
	else if (m.type == PROBE_REPORT)
		take_report(p, peer, &m, a->is_multicast);
	else if (m.type == PROBE_ECHO)
		take_echo(peer, &m, a, now);
}

void prober_on_refused(struct prober *p, const struct endpoint *endpoint)
{
	for (unsigned i = 0; i < p->peer_count; i++)
		p->peers[i].is_refused |= endpoint_equal(&p->peers[i].endpoint, endpoint);
}

static int compare_u32(const void *a, const void *b)
{
	uint32_t one = *(const uint32_t *)a, other = *(const uint32_t *)b;
	return (one > other) - (one < other);
}

uint32_t trips_median_us(const struct trips *t)
{
	uint32_t sorted[PROBER_SAMPLES];
	uint32_t count = t->count < PROBER_SAMPLES ? t->count : PROBER_SAMPLES;
	if (count == 0)
		return 0;
	memcpy(sorted, t->samples, count * sizeof(*sorted));
	qsort(sorted, count, sizeof(*sorted), compare_u32);
	return sorted[count / 2];
}
