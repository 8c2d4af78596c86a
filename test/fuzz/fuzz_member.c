/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
/* fuzz_member.c - a whole node: any datagrams from a few endpoints, at any times, between payloads
 * of its user, deadlines and ICMP; with any configuration. */
#include "core/member.h"
#include "steps.h"

#define RING     2048
#define RDV_MAX  3
#define SELVES   2
#define PAYLOADS (WIRE_PAYLOAD_MAX + 8)

struct scene {
	struct member member;
	struct member_config config;
	struct endpoint rdv[RDV_MAX], selves[SELVES];
	struct held held;
	struct quota quota;
	struct drops drops;
	struct action ring[RING];
	struct actions actions;
	struct time now;
	void *memory; /* For the children. */
	unsigned children_max;
	size_t queue[HELD_MAX]; /* Sizes of the payloads that wait. */
	unsigned queue_count;
	const struct endpoint *asker; /* Of the RJOI that is being handled. */
};

static struct scene s;
static const char payload_bytes[PAYLOADS];

static bool is_self(const struct endpoint *e)
{
	return endpoint_equal(e, &s.selves[0]) || endpoint_equal(e, &s.selves[1]);
}

static bool is_rdv(const struct endpoint *e)
{
	for (unsigned i = 0; i < s.config.rdv_count; i++)
		if (endpoint_equal(e, &s.rdv[i]))
			return true;
	return false;
}

/* --- What it wants done --- */

static void check_send(const struct action *a)
{
	char bytes[WIRE_ANSWER_MAX];
	switch (a->message) {
	case WIRE_ROOT:
	case WIRE_RREG:
		CHECK(is_rdv(&a->path.remote));
		break;
	case WIRE_RJOI:
		CHECK(wire_endpoint_is_usable(&a->path.remote) && !is_self(&a->path.remote));
		break;
	case WIRE_YJOI:
	case WIRE_NJOI: /* To who has just asked, and to nobody else. */
		CHECK(s.asker && endpoint_equal(&a->path.remote, s.asker));
		CHECK((a->count == 0) == (a->message == WIRE_YJOI || s.children_max == 0));
		s.asker = NULL;
		break;
	default:
		CHECK(false); /* A node sends no other. */
	}
	CHECK(wire_encode(a->message, a->endpoints, a->count, bytes) <= sizeof(bytes));
}

static void publish(size_t size);

static void release(void)
{
	for (unsigned left = s.queue_count; left > 0; left--) {
		size_t size = s.queue[0];
		s.queue_count--;
		memmove(s.queue, s.queue + 1, s.queue_count * sizeof(s.queue[0]));
		publish(size);
	}
}

static void carry_out(const struct action *a)
{
	const struct member *m = &s.member;
	switch (a->type) {
	case ACTION_SEND:
		check_send(a);
		break;
	case ACTION_DATA: /* [P2] */
		CHECK(m->state != MEMBER_ROOT && a->payload.run.size <= WIRE_PAYLOAD_MAX);
		CHECK(wire_endpoint_is_usable(&a->path.remote) && !is_self(&a->path.remote));
		break;
	case ACTION_FORWARD:
		CHECK(a->count == m->children.count && a->count > 0);
		CHECK(a->endpoints == m->children.endpoints && a->locals == m->children.locals);
		break;
	case ACTION_DELIVER:
		CHECK(m->state == MEMBER_ROOT || m->state == MEMBER_ATTACHED);
		break;
	case ACTION_HOLD:
		CHECK(m->held && s.queue_count < HELD_MAX);
		s.queue[s.queue_count++] = a->payload.run.size;
		break;
	case ACTION_UNHOLD:
		CHECK(a->count >= 1 && a->count <= s.queue_count);
		s.queue_count -= (unsigned)a->count;
		memmove(s.queue, s.queue + a->count, s.queue_count * sizeof(s.queue[0]));
		break;
	case ACTION_RELEASE:
		release();
		break;
	case ACTION_KEEP:
	case ACTION_UNKEEP:
	case ACTION_AGAIN:
	case ACTION_STORE:
		CHECK(false); /* Of the full profile. */
		break;
	case ACTION_EVENT:
		CHECK(event_name(a->event));
		break;
	}
}

/* Carries out what a call wanted; `children` is their number before it. */
static void finish(unsigned children)
{
	const struct action *next;
	CHECK(s.actions.next - s.actions.first <= children + ACTIONS_SPARE);
	while ((next = actions_take(&s.actions)) != NULL) {
		struct action a = *next;
		carry_out(&a);
	}
}

/* --- What holds between calls --- */

static void check_children(const struct children *c)
{
	CHECK(c->count <= s.children_max && c->max == s.children_max);
	for (unsigned i = 0; i < c->count; i++) {
		CHECK(wire_endpoint_is_usable(&c->endpoints[i]) && !is_self(&c->endpoints[i]));
		CHECK(children_find(c, &c->endpoints[i]) == i); /* Nobody is there twice. */
		CHECK(c->expires_at[i].us <= s.now.us + s.config.guard_us);
	}
}

static void check_request(const struct request *r)
{
	CHECK(!r->is_open || r->type == WIRE_ROOT || r->type == WIRE_RREG || r->type == WIRE_RJOI);
	CHECK(!r->is_open || r->type == WIRE_RJOI || is_rdv(&r->target));
	CHECK(r->is_open || time_is_never(r->due_at));
	CHECK(!r->is_open || r->tries > 0 || !time_is_never(r->due_at));
}

static void check_state(void)
{
	static const enum wire_type asks[] = {[MEMBER_SEARCHING] = WIRE_ROOT,
					      [MEMBER_REGISTERING] = WIRE_RREG,
					      [MEMBER_JOINING] = WIRE_RJOI,
					      [MEMBER_ATTACHED] = WIRE_RJOI,
					      [MEMBER_ROOT] = WIRE_RREG};
	const struct member *m = &s.member;
	CHECK(m->state <= MEMBER_ROOT && member_state_name(m->state));
	bool is_placed = m->state == MEMBER_ATTACHED || m->state == MEMBER_ROOT;
	CHECK(is_placed || m->request.is_open);
	CHECK(!m->request.is_open || m->request.type == asks[m->state]);
	CHECK(is_placed != time_is_never(m->refresh_at));
	CHECK(m->state != MEMBER_ATTACHED || wire_endpoint_is_usable(&m->parent));
	CHECK(m->state != MEMBER_ATTACHED || !is_self(&m->parent));
	CHECK(m->state != MEMBER_ROOT || s.children_max > 0); /* [M4] */
	CHECK(m->misses < s.config.misses && m->rdv_current < s.config.rdv_count);
	CHECK(m->query.type == WIRE_ROOT || !m->query.is_open);
	CHECK(!m->held || m->held->count == s.queue_count);
	/* [P4], or [P3] ahead of the time at which what is known is too old. */
	CHECK(!m->query.is_open || s.queue_count > 0 || m->cached_until.us != 0);
	check_request(&m->request);
	check_request(&m->query);
	check_children(&m->children);
	CHECK(!time_is_never(member_deadline(m)));
}

/* --- Steps --- */

static void publish(size_t size)
{
	struct payload payload = {.run = run_one(payload_bytes, size)};
	unsigned children = s.member.children.count;
	member_publish(&s.member, &payload, s.now, &s.actions);
	finish(children);
}

static void on_time(struct time now)
{
	unsigned children = s.member.children.count;
	s.now = now;
	member_on_time(&s.member, now, &s.actions);
	finish(children);
	CHECK(member_deadline(&s.member).us > now.us); /* Else a program would spin. */
	for (unsigned i = 0; i < s.member.children.count; i++)
		CHECK(s.member.children.expires_at[i].us > now.us);
}

static void receive_bytes(const struct endpoint *from, const char *bytes, size_t size)
{
	static struct member before;
	struct wire_message message;
	struct path path = {.remote = *from, .local = s.selves[0]};
	unsigned children = s.member.children.count;
	enum wire_fault fault = wire_decode(bytes, size, &message);
	bool is_rjoi = fault == WIRE_GOOD && message.type == WIRE_RJOI;
	s.asker = is_rjoi && wire_endpoint_is_usable(from) && !is_self(from) ? from : NULL;
	memcpy(&before, &s.member, sizeof(before));
	member_receive(&s.member, &path, bytes, size, s.now, &s.actions);
	if (fault != WIRE_GOOD || is_self(from)) { /* [W6] */
		CHECK(s.actions.next == s.actions.first);
		CHECK(memcmp(&before, &s.member, sizeof(before)) == 0);
	}
	finish(children);
	CHECK(!s.asker); /* Each RJOI is answered. */
}

static void receive(struct steps *steps)
{
	char bytes[STEPS_DATAGRAM_MAX] = "";
	struct endpoint from = steps_endpoint(steps_byte(steps));
	size_t size = steps_datagram(steps, bytes);
	receive_bytes(&from, bytes, size);
}

/* From whoever was asked. */
static void answer(struct steps *steps)
{
	char bytes[STEPS_DATAGRAM_MAX] = "";
	unsigned who = steps_byte(steps);
	struct endpoint from = who & 1 ? s.member.query.target : s.member.request.target;
	size_t size = steps_datagram(steps, bytes);
	receive_bytes(&from, bytes, size);
}

static void unreachable(struct steps *steps)
{
	unsigned who = steps_byte(steps), children = s.member.children.count;
	struct endpoint e = steps_endpoint(who);
	if (who & 1)
		e = who & 2 ? s.member.request.target : s.member.parent;
	member_on_unreachable(&s.member, &e, NULL, 0, s.now, &s.actions);
	finish(children);
}

static void step(struct steps *steps)
{
	static const size_t sizes[] = {0, 1, 1200, WIRE_PAYLOAD_MAX, WIRE_PAYLOAD_MAX + 1};
	struct time deadline = member_deadline(&s.member);
	switch (steps_byte(steps) % 8) {
	case 0:
		on_time(time_after(s.now, steps_duration_us(steps)));
		break;
	case 1:
		on_time(deadline.us > s.now.us ? deadline : s.now);
		break;
	case 2:
		publish(sizes[steps_byte(steps) % (sizeof(sizes) / sizeof(sizes[0]))]);
		break;
	case 3:
		unreachable(steps);
		break;
	case 4:
		s.now = time_after(s.now,
				   steps_duration_us(steps)); /* A program that was stopped. */
		break;
	case 5:
		receive(steps);
		break;
	default:
		answer(steps);
	}
}

static void configure(struct steps *steps)
{
	static const unsigned children[] = {0, 1, 2, 3, 4, 24, 25, 200};
	unsigned byte = steps_byte(steps);
	s.children_max = children[byte & 7];
	s.config = MEMBER_CONFIG_DEFAULT;
	s.config.rdv = s.rdv;
	s.config.rdv_count = 1 + (byte >> 3) % RDV_MAX;
	for (unsigned i = 0; i < RDV_MAX; i++)
		s.rdv[i] = steps_endpoint(i == 2 ? 0xC1 : 0xFE + i);
	s.selves[0] = steps_endpoint(0);
	s.selves[1] = steps_endpoint(0xC0 + 5);
	byte = steps_byte(steps);
	s.config.misses = 1 + (byte & 3);
	s.config.tries = 1 + (byte >> 2 & 3);
	if (byte & 0x80) {
		s.config.refresh_us = steps_duration_us(steps);
		s.config.guard_us = steps_duration_us(steps);
		s.config.retry_us = steps_duration_us(steps);
		s.config.root_cache_us = steps_duration_us(steps);
		s.config.held_us = steps_duration_us(steps);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct steps steps = {data, size, 0};
	configure(&steps);
	unsigned lent = steps_byte(&steps);
	s.memory = malloc(children_memory_size(s.children_max, false) + (s.children_max == 0));
	CHECK(s.memory);
	s.queue_count = 0;
	quota_init(&s.quota, 1 + (lent >> 2));
	struct member_options options = {
		.config = &s.config,
		.selves = s.selves,
		.self_count = SELVES,
		.children_max = s.children_max,
		.children_memory = s.memory,
		.held = lent & 1 ? &s.held : NULL,
		.quota = lent & 2 ? &s.quota : NULL,
		.drops = &s.drops,
		.seed = steps_byte(&steps),
	};
	s.now = (struct time){steps_duration_us(&steps)};
	actions_init(&s.actions, s.ring, RING);
	member_init(&s.member, &options);
	member_start(&s.member, s.now, &s.actions);
	finish(0);
	check_state();
	while (steps_are_left(&steps) && s.now.us < INT64_MAX / 4) {
		step(&steps);
		check_state();
	}
	free(s.memory);
	return 0;
}
