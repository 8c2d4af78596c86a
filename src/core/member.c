/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
#include "core/member.h"
#include "core/full_state.h"

/* [B9] So many searches begin at once: the first after a parent is lost, and one after another node
 * was faster in becoming the root. */
#define SEARCHES_FREE 2

/* [P3] The root is asked for again in the last quarter of the time that it may be kept. */
#define ASK_AHEAD 4

/* [B8] The longest pause between requests to the rendezvous point is 32 times the first, [B9]
 * between searches 8 times. */
#define ASK_DOUBLINGS    5
#define SEARCH_DOUBLINGS 3

/* [O4] The same between searches in the full profile: up to a random part of this, doubled each
 * time. */
#define FULL_SEARCH_US        (200 * US_PER_MS)
#define FULL_SEARCH_DOUBLINGS 4

void member_init(struct member *m, const struct member_options *o)
{
	assert(o->config->rdv_count >= 1 && o->config->misses >= 1 && o->config->tries >= 1);
	*m = (struct member){
		.config = o->config,
		.selves = o->selves,
		.self_count = o->self_count,
		.request.due_at = TIME_NEVER,
		.query.due_at = TIME_NEVER,
		.refresh_at = TIME_NEVER,
		.held = o->held,
		.quota = o->quota,
		.drops = o->drops,
	};
	children_init(&m->children, o->children_max, o->full != NULL, o->children_memory);
	random_init(&m->random, o->seed);
	if (o->full)
		full_init(m, o->full, o->full_memory);
	if (m->held)
		*m->held = (struct held){0};
}

const char *member_state_name(enum member_state state)
{
	static const char *const names[] = {
		[MEMBER_SEARCHING] = "searching", [MEMBER_REGISTERING] = "registering",
		[MEMBER_JOINING] = "joining",     [MEMBER_ATTACHED] = "attached",
		[MEMBER_ROOT] = "root",
	};
	return names[state];
}

void member_set_state(struct member *m, enum member_state state)
{
	m->state = state;
	bool is_placed = state == MEMBER_ATTACHED || state == MEMBER_ROOT;
	if (!is_placed) {
		m->refresh_at = TIME_NEVER;
		return;
	}
	m->searches = 0;
	backoff_reset(&m->search_backoff);
}

bool member_is_self(const struct member *m, const struct endpoint *e)
{
	for (unsigned i = 0; i < m->self_count; i++)
		if (endpoint_equal(&m->selves[i], e))
			return true;
	return false;
}

const struct endpoint *member_rdv(const struct member *m)
{
	return &m->config->rdv[m->rdv_current];
}

bool member_is_answer(const struct request *r, const struct member_input *in)
{
	return r->is_open && r->tries > 0 && endpoint_equal(&r->target, &in->path->remote);
}

/* --- Asking --- */

/* [F5] As the base profile has it, now and then. */
static bool goes_bare(const struct member *m, const struct request *r)
{
	const struct full *f = m->full;
	return !f || r == &m->query ||
	       (full_lets_base_in(f->config) &&
		r->tries % full_bare_period(f) == full_bare_period(f) - 1);
}

/* Where it cannot go on, a whole number of periods earlier. */
static void count_try(struct request *r)
{
	r->tries = r->tries < UINT8_MAX ? r->tries + 1 : UINT8_MAX + 1 - FULL_BARE_PERIOD_KNOWN;
}

static void request_send(struct member *m, struct request *r, const struct member_input *in)
{
	struct path path = {.remote = r->target};
	bool is_base_link = m->state == MEMBER_ATTACHED && m->full && !m->full->is_parent_full;
	if (m->full && r->type == WIRE_RJOI && m->state != MEMBER_ROOT &&
	    (!is_base_link || r->tries == 0 || m->full->walk)) {
		join_send(m, r, in); /* [F5] Under a base parent each refresh begins with it. */
		r->tries++;
		if (is_base_link && !m->full->walk)
			r->due_at = time_after(in->now, m->config->retry_us);
		return;
	}
	if (goes_bare(m, r) || r->type == WIRE_RJOI)
		action_send(in->actions, r->type, &path, NULL, 0);
	else
		full_ask_rdv(m, r, in);
	if (r == &m->request && r->type == WIRE_ROOT)
		m->searched_at = in->now;
	count_try(r);
	if (m->full && m->state == MEMBER_ROOT) { /* [E5] */
		r->due_at = time_after(in->now, m->full->config->root_retry_us);
		return;
	}
	/* [B7] A parent or candidate is asked at even intervals, [B8] the rendezvous point ever
	 * less often, but for ever. */
	int64_t pause_us = m->config->retry_us;
	if (r->type != WIRE_RJOI)
		pause_us = backoff_next_us(&r->backoff, pause_us, ASK_DOUBLINGS, &m->random);
	r->due_at = time_after(in->now, pause_us);
}

void member_ask(struct member *m, enum wire_type type, const struct endpoint *target,
		const struct member_input *in)
{
	m->request = (struct request){.type = type, .is_open = true, .target = *target};
	request_send(m, &m->request, in);
}

void member_refresh_bare(struct member *m, const struct member_input *in)
{
	m->request = (struct request){
		.type = WIRE_RJOI, .is_open = true, .target = m->parent, .tries = 1};
	request_send(m, &m->request, in);
}

/* [M3] Turns to the next endpoint of the rendezvous point, if it has several. */
static void try_next_rdv(const struct member *m, struct request *r)
{
	r->rdv = (uint8_t)((r->rdv + 1) % m->config->rdv_count);
	r->target = m->config->rdv[r->rdv];
}

/* A question for the endpoint of the rendezvous point that answered last. */
static struct request rdv_request(const struct member *m, enum wire_type type)
{
	return (struct request){
		.type = type,
		.is_open = true,
		.rdv = m->rdv_current,
		.target = *member_rdv(m),
	};
}

void member_ask_rdv(struct member *m, enum wire_type type, const struct member_input *in)
{
	m->request = rdv_request(m, type);
	request_send(m, &m->request, in);
}

void member_close_request(struct member *m, struct request *r)
{
	r->is_open = false;
	r->due_at = TIME_NEVER;
	if (r->type != WIRE_RJOI)
		m->rdv_current = r->rdv;
}

void member_ask_later(struct member *m, const struct member_input *in)
{
	if (m->full) { /* [O4] Full jitter: an outage that many notice makes no storm. */
		unsigned doublings = m->search_backoff.doublings;
		if (doublings < FULL_SEARCH_DOUBLINGS)
			m->search_backoff.doublings++;
		int64_t most_us = FULL_SEARCH_US << doublings;
		m->request.is_open = true;
		m->request.due_at = time_after(
			in->now,
			FULL_SEARCH_US / 4 + (int64_t)random_below(&m->random, (uint64_t)most_us));
		return;
	}
	int64_t pause_us = backoff_next_us(&m->search_backoff, m->config->retry_us,
					   SEARCH_DOUBLINGS, &m->random);
	struct time earliest = time_after(m->searched_at, pause_us);
	m->request.is_open = true;
	m->request.due_at = earliest.us > in->now.us ? earliest : in->now;
}

void member_search(struct member *m, const struct member_input *in)
{
	if (m->full) {
		join_end(m);
		m->full->walk_at = TIME_NEVER;
		if (m->children.full_count > 0)
			link_set_detached(m, true, in);
		m->full->walk_at = TIME_NEVER;
	}
	member_set_state(m, MEMBER_SEARCHING);
	m->misses = 0;
	m->request = rdv_request(m, WIRE_ROOT);
	m->request.due_at = in->now;
	action_event(in->actions, EVENT_SEARCH, member_rdv(m));
	if (m->searches < SEARCHES_FREE)
		m->searches++;
	else
		member_ask_later(m, in);
	if (time_is_due(m->request.due_at, in->now))
		request_send(m, &m->request, in);
}

/* [B5] The parent or candidate has left a request unanswered. */
static void miss(struct member *m, const struct member_input *in)
{
	struct request *r = &m->request;
	m->misses++;
	if (m->misses >= m->config->misses) {
		action_event(in->actions, EVENT_UNREACHABLE, &r->target);
		member_search(m, in);
	} else if (m->state == MEMBER_ATTACHED && r->tries >= m->config->tries) {
		r->due_at = TIME_NEVER;
	} else {
		request_send(m, r, in);
	}
}

/* A request stayed unanswered. */
static void on_request_due(struct member *m, struct request *r, const struct member_input *in)
{
	bool is_base_link = m->state == MEMBER_ATTACHED && !(m->full && m->full->is_parent_full);
	if (r->type == WIRE_RJOI && m->full && (!is_base_link || m->full->walk)) {
		join_on_silence(m, in);
		return;
	}
	if (r->type == WIRE_RJOI) {
		miss(m, in);
		return;
	}
	if (r->tries > 0)
		try_next_rdv(m, r);
	request_send(m, r, in);
}

/* [B1] The child asks its parent, the root the rendezvous point. */
static void refresh(struct member *m, const struct member_input *in)
{
	m->refresh_at = time_after(in->now, m->config->refresh_us);
	if (m->full && m->full->is_rdv_full)
		m->refresh_at = time_after(in->now, m->full->config->root_refresh_us);
	if (m->state == MEMBER_ATTACHED && m->full && m->full->is_parent_full)
		m->refresh_at = TIME_NEVER;
	else if (m->state == MEMBER_ATTACHED)
		member_ask(m, WIRE_RJOI, &m->parent, in);
	else if (!m->request.is_open) /* Else it is being repeated already. */
		member_ask_rdv(m, WIRE_RREG, in);
}

/* --- Payloads --- */

void member_distribute(struct member *m, const struct payload *payload,
		       const struct member_input *in)
{
	if (m->full && m->state == MEMBER_ROOT) {
		data_distribute_base(m, payload, in);
		return;
	}
	if (m->children.count > 0)
		*actions_put(in->actions) = (struct action){
			.type = ACTION_FORWARD,
			.message = WIRE_DATA,
			.endpoints = m->children.endpoints,
			.locals = m->children.locals,
			.count = m->children.count,
			.payload = *payload,
		};
	*actions_put(in->actions) = (struct action){.type = ACTION_DELIVER, .payload = *payload};
}

void member_release(struct member *m, const struct member_input *in)
{
	m->query.is_open = false;
	m->query.due_at = TIME_NEVER;
	if (!m->held || m->held->count == 0)
		return;
	m->held->count = 0;
	*actions_put(in->actions) = (struct action){.type = ACTION_RELEASE};
}

/* [P2] */
static bool knows_root(const struct member *m, struct time now)
{
	return m->cached_root.port != 0 && now.us <= m->cached_until.us;
}

/* Asks who the root is for the sake of payloads, unless that is asked already. */
static void query_root(struct member *m, const struct member_input *in)
{
	bool is_asking = m->request.is_open && m->request.type == WIRE_ROOT;
	if (is_asking || m->query.is_open)
		return;
	m->query = rdv_request(m, WIRE_ROOT);
	request_send(m, &m->query, in);
}

/* [P4] Keeps a payload until a root is known, and asks for it. */
static void hold(struct member *m, const struct payload *payload, const struct member_input *in)
{
	if (!m->held || m->held->count == HELD_MAX) {
		m->drops->count[DROP_HELD_FULL]++;
		return;
	}
	held_put(m->held, time_after(in->now, m->config->held_us));
	*actions_put(in->actions) = (struct action){.type = ACTION_HOLD, .payload = *payload};
	query_root(m, in);
}

size_t member_publish(struct member *m, const struct payload *payload, struct time now,
		      struct actions *actions)
{
	struct member_input in = {.now = now, .actions = actions};
	const struct run *run = &payload->run;
	bool is_too_large = run->segment_size > payload->header_size + WIRE_PAYLOAD_MAX ||
			    (m->full && data_is_refused(m, payload));
	if (m->full && !is_too_large && data_publish(m, payload, &in))
		return run->count;
	if (is_too_large) {
		m->drops->count[DROP_PAYLOAD_SIZE] += run->count; /* [W7] */
		action_event(actions, EVENT_PAYLOAD_REFUSED, &m->cached_root);
	} else if (m->state == MEMBER_ROOT) {
		member_distribute(m, payload, &in); /* [P1] */
	} else if (knows_root(m, now)) {
		*actions_put(actions) = (struct action){
			.type = ACTION_DATA,
			.message = WIRE_DATA,
			.path = {.remote = m->cached_root},
			.payload = *payload,
		}; /* [P2] */
		if (now.us > m->cached_until.us - m->config->root_cache_us / ASK_AHEAD)
			query_root(m, &in); /* [P3] */
	} else {
		struct payload first = *payload;
		first.run = run_first(run, 1);
		hold(m, &first, &in);
		return 1;
	}
	return run->count;
}

/* --- Calls from outside --- */

void member_start(struct member *m, struct time now, struct actions *actions)
{
	struct member_input in = {.now = now, .actions = actions};
	member_search(m, &in);
}

#define HANDLER_REGISTRY(type) NULL
#define HANDLER_MEMBER(type)   member_recv_##type
#define HANDLER_BOTH(type)     member_recv_##type
static member_handler *const handlers[WIRE_TYPES] = {
#define MESSAGE(type, body, receiver) [WIRE_##type] = HANDLER_##receiver(type),
#include "wire/messages.def"
#undef MESSAGE
};

/* A full answer where nobody has asked as the full profile does. */
static bool is_beyond(const struct member *m, const struct wire_message *message)
{
	return !m->full && message->is_full && wire_type_body(message->type) != WIRE_BODY_NONE;
}

void member_receive(struct member *m, const struct path *path, const char *bytes, size_t size,
		    struct time now, struct actions *actions)
{
	struct wire_message message;
	enum wire_fault fault = m->full ? wire_decode(bytes, size, &message)
					: wire_decode_base(bytes, size, &message);
	struct member_input in = {
		.path = path,
		.message = &message,
		.now = now,
		.actions = actions,
	};
	if (fault != WIRE_GOOD)
		m->drops->count[drop_of_fault(fault)]++;
	else if (!handlers[message.type])
		m->drops->count[DROP_UNEXPECTED]++;
	else if (is_beyond(m, &message))
		m->drops->count[DROP_MALFORMED]++;
	else if (member_is_self(m, &path->remote))
		m->drops->count[DROP_SELF]++;
	else
		handlers[message.type](m, &in);
}

size_t member_receive_data(struct member *m, const struct path *path, const struct run *run,
			   enum wire_type type, struct time now, struct actions *actions)
{
	struct member_input in = {.path = path, .now = now, .actions = actions};
	if (member_is_self(m, &path->remote)) {
		m->drops->count[DROP_SELF] += run->count;
		return run->count;
	}
	if (type == WIRE_DATA)
		return member_take_data(m, run, &in);
	if (m->full)
		return data_take(m, run, &in);
	m->drops->count[DROP_UNEXPECTED] += run->count;
	return run->count;
}

void member_publish_again(struct member *m, char *message, size_t size, struct time now,
			  struct actions *actions)
{
	struct member_input in = {.now = now, .actions = actions};
	data_again(m, message, size, &in);
}

void member_on_unreachable(struct member *m, const struct endpoint *endpoint, const char *quoted,
			   size_t quoted_size, struct time now, struct actions *actions)
{
	const struct path path = {.remote = *endpoint};
	struct member_input in = {.path = &path, .now = now, .actions = actions};
	struct request *r = &m->request;
	bool is_asked = r->is_open && r->tries > 0 && !time_is_never(r->due_at) &&
			endpoint_equal(&r->target, endpoint);
	bool is_base_link = !m->full || (m->state == MEMBER_ATTACHED && !m->full->is_parent_full);
	struct request *query = &m->query;
	if (query->is_open && query->tries < m->config->rdv_count &&
	    endpoint_equal(&query->target, endpoint))
		on_request_due(m, query, &in); /* [M3] Another address may do. */
	if (is_asked && r->type != WIRE_RJOI) {
		if (r->tries < m->config->rdv_count)
			on_request_due(m, r, &in); /* [M3] Another address may do. */
	} else if (!is_base_link) {
		full_on_unreachable(m, endpoint, quoted, quoted_size, &in);
	} else if (is_asked) {
		miss(m, &in); /* [B6] At once, what the timer would have said. */
	} else if (m->state == MEMBER_ATTACHED && endpoint_equal(&m->parent, endpoint)) {
		refresh(m, &in);
	}
}

static void expire_children(struct member *m, const struct member_input *in)
{
	for (unsigned i = m->children.count; i-- > 0;) {
		if (!time_is_due(m->children.expires_at[i], in->now))
			continue;
		action_event(in->actions, EVENT_CHILD_EXPIRED, &m->children.endpoints[i]);
		children_remove(&m->children, i); /* [C4] */
	}
}

static void expire_held(struct member *m, const struct member_input *in)
{
	size_t count = 0;
	while (m->held && time_is_due(held_deadline(m->held), in->now)) {
		held_drop_oldest(m->held);
		m->drops->count[DROP_HELD_EXPIRED]++;
		count++;
	}
	if (count > 0)
		*actions_put(in->actions) = (struct action){.type = ACTION_UNHOLD, .count = count};
	if (m->query.is_open && !knows_root(m, in->now) && !(m->held && m->held->count > 0)) {
		m->query.is_open = false; /* Nobody waits for the answer any more. */
		m->query.due_at = TIME_NEVER;
	}
}

void member_on_time(struct member *m, struct time now, struct actions *actions)
{
	struct member_input in = {.now = now, .actions = actions};
	if (m->full && time_is_due(full_deadline(m), now)) {
		full_on_time(m, &in);
		return; /* The rest has its turn in the next call. */
	}
	expire_children(m, &in);
	expire_held(m, &in);
	if (time_is_due(m->request.due_at, now))
		on_request_due(m, &m->request, &in);
	if (time_is_due(m->query.due_at, now))
		on_request_due(m, &m->query, &in);
	if (time_is_due(m->refresh_at, now))
		refresh(m, &in);
}

struct time member_deadline(const struct member *m)
{
	struct time deadline = time_earlier(m->request.due_at, m->query.due_at);
	deadline = time_earlier(deadline, m->refresh_at);
	deadline = time_earlier(deadline,
				m->full ? full_deadline(m) : children_deadline(&m->children));
	return m->held ? time_earlier(deadline, held_deadline(m->held)) : deadline;
}
