/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
#include "scene_full.h"

struct scene scene;

/* False: it was there. */
static bool take(struct taken *t, uint64_t a, uint64_t b)
{
	uint64_t at = (a * UINT64_C(0x9E3779B97F4A7C15) + b) * UINT64_C(0xD6E8FEB86659FD93) >> 32;
	if (t->count > TAKEN_SIZE / 2)
		memset(t, 0, sizeof(*t));
	for (;; at++) {
		uint64_t i = at & (TAKEN_SIZE - 1);
		if (t->pairs[i].a == a && t->pairs[i].b == b)
			return false;
		if (t->pairs[i].a != 0)
			continue;
		t->pairs[i].a = a;
		t->pairs[i].b = b;
		t->count++;
		return true;
	}
}

bool scene_is_self(const struct endpoint *e)
{
	return endpoint_equal(e, &scene.selves[0]) || endpoint_equal(e, &scene.selves[1]);
}

static bool is_rdv(const struct endpoint *e)
{
	for (unsigned i = 0; i < scene.config.rdv_count; i++)
		if (endpoint_equal(e, &scene.rdv[i]))
			return true;
	return false;
}

/* --- What it wants done --- */

/* [I2], [I3], [I6] */
static void check_answer(const struct action *a, const struct wire_message *m)
{
	CHECK(scene.asker && scene.asked && endpoint_equal(&a->path.remote, scene.asker));
	CHECK(scene.asked->type == WIRE_RJOI && m->is_full == scene.asked->is_full);
	if (!m->is_full) {
		CHECK(scene.full_config.accept_base && scene.full_config.group[0] == '\0');
		CHECK(!is_rdv(scene.asker));
		return;
	}
	const struct wire_terms *t = &scene.asked->terms;
	const struct proof *p = &scene.full.proof;
	bool is_proven = (wire_has(t, WIRE_KEY_cookie) &&
			  proof_is_cookie(p, scene.asker, t->cookie, scene.now)) ||
			 (wire_has(t, WIRE_KEY_token) && t->token == proof_token(p, scene.asker));
	CHECK(m->terms.id == scene.full.id && m->terms.nonce == t->nonce);
	CHECK(is_proven || (m->type == WIRE_NJOI && m->size < scene.asked->size));
	CHECK(is_proven || wire_says(&m->terms, reason, "cookie"));
	CHECK(m->type == WIRE_NJOI || children_find(&scene.member.children, scene.asker) <
					      scene.member.children.full_count);
}

/* [N1] Who has no place, or asks for another, tells its children nothing newer; [N2] and says what
 * it has told them. */
static void check_told(const struct wire_message *m)
{
	const struct full *f = &scene.full;
	bool is_placed = scene.member.state == MEMBER_ATTACHED || scene.member.state == MEMBER_ROOT;
	if (m->type == WIRE_RJOI && m->is_full && scene.member.children.count > 0)
		CHECK(wire_has(&m->terms, WIRE_KEY_passed));
	if (m->type != WIRE_TICK && m->type != WIRE_YJOI)
		return;
	struct wire_tick_number told = {m->fields.TICK.epoch, m->fields.TICK.number};
	if (m->type == WIRE_YJOI && !m->is_full)
		return;
	if (m->type == WIRE_YJOI)
		told = m->terms.tick;
	if (told.epoch > 0 && (!is_placed || f->is_holding))
		CHECK(!wire_tick_is_newer(told, scene.told));
	if (wire_tick_is_newer(told, scene.told))
		scene.told = told;
}

static void check_send(const struct action *a)
{
	char bytes[WIRE_ANSWER_MAX];
	struct wire_message m;
	size_t size = action_encode(a, bytes);
	CHECK(size <= sizeof(bytes) && wire_decode(bytes, size, &m) == WIRE_GOOD);
	CHECK(m.type == a->message && !scene_is_self(&a->path.remote));
	if (m.type == WIRE_YJOI || m.type == WIRE_NJOI)
		check_answer(a, &m);
	else if (m.type == WIRE_ROOT || m.type == WIRE_RREG)
		CHECK(is_rdv(&a->path.remote));
	else if (m.type == WIRE_PONG)
		CHECK(scene.asked && scene.asked->type == WIRE_PING && m.size <= scene.asked->size);
	else
		CHECK(m.type != WIRE_TOOR && m.type != WIRE_YREG && m.type != WIRE_NREG);
	if (m.type != WIRE_PONG && m.type != WIRE_MACK && m.type != WIRE_PATH)
		CHECK(wire_endpoint_is_usable(&a->path.remote));
	if (m.is_full)
		CHECK(m.terms.id == scene.full.id);
	check_told(&m);
	peers_hear(&scene.peers, a, bytes, size, &m);
}

/* The stamp of the `i`-th of what is sent. */
static struct wire_stamp stamp_of(const struct action *a, size_t i)
{
	struct wire_stamp stamp = a->stamp;
	stamp.number += i;
	stamp.seq += stamp.seq > 0 ? i : 0; /* 0 on the way to the root. */
	if (a->payload.header_size == WIRE_STAMP_SIZE)
		wire_stamp_decode(a->payload.run.bytes + i * a->payload.run.segment_size, &stamp);
	return stamp;
}

/* [D2], [D4]: with the key of the epoch, each once as long as one keeps that. */
static void check_forward(const struct action *a)
{
	const struct children *c = &scene.member.children;
	size_t first = (size_t)(a->endpoints - c->endpoints);
	CHECK(a->count > 0 && first + a->count <= c->count && a->locals == c->locals + first);
	if (a->message == WIRE_DATA) {
		bool is_base = first >= c->full_count && first + a->count == c->count;
		bool is_full = first == 0 && a->count == c->full_count; /* [D9] */
		CHECK(is_base || is_full || (first == 0 && a->count == c->count));
		return;
	}
	CHECK(a->message == WIRE_MDAT && first + a->count <= c->full_count);
	for (size_t i = first; i < first + a->count; i++) /* [K3] */
		CHECK(c->known[i].wanted & wire_channel_bit(stamp_of(a, 0).channel));
	for (size_t i = 0; i < a->payload.run.count; i++) {
		struct wire_stamp stamp = stamp_of(a, i);
		CHECK(stamp.key == scene.full.key && stamp.key != 0);
		CHECK(stamp.seq != 0 && stamp.number != 0 && stamp.source != 0);
		CHECK(scene.member.state != MEMBER_ROOT || stamp.epoch == scene.full.tick.epoch);
		/* To some of them at a time. */
		CHECK(take(&scene.forwarded, stamp.key + first, stamp.seq));
	}
}

/* [D5] What it distributes itself as the root it does not remember: nobody else would send it. */
static void check_deliver(const struct action *a)
{
	enum member_state state = scene.member.state;
	CHECK(state == MEMBER_ROOT || state == MEMBER_ATTACHED || scene.had_side_link);
	if (a->payload.header_size != WIRE_STAMP_SIZE)
		return;
	for (size_t i = 0; i < a->payload.run.count; i++) {
		struct wire_stamp stamp = stamp_of(a, i);
		bool is_own = stamp.source == scene.full.id && state == MEMBER_ROOT;
		if (is_own && stamp.number > scene.peers.published)
			scene.peers.published = stamp.number;
		else if (!is_own && stamp.source != 0)
			CHECK(take(&scene.delivered, stamp.source, stamp.number));
	}
}

/* [P2], [D1] */
static void check_data(const struct action *a)
{
	CHECK(scene.member.state != MEMBER_ROOT);
	CHECK(wire_endpoint_is_usable(&a->path.remote));
	if (a->message == WIRE_DATA) {
		CHECK(!scene_is_self(&a->path.remote));
		return;
	}
	CHECK(a->message == WIRE_MDAT); /* A PATH that lies may lead it to ourselves. */
	for (size_t i = 0; i < a->payload.run.count; i++) {
		struct wire_stamp stamp = stamp_of(a, i);
		CHECK(stamp.key == scene.full.key && stamp.key != 0);
		CHECK(stamp.source == scene.full.id && stamp.number != 0 && stamp.seq == 0);
		CHECK((stamp.flags & WIRE_STAMP_AGAIN) || scene.again_depth == 0);
	}
}

static void keep(const struct action *a)
{
	for (size_t i = 0; i < a->payload.run.count; i++) {
		struct wire_stamp stamp = stamp_of(a, i);
		CHECK(scene.kept_count < KEEP_MAX && stamp.source == scene.full.id);
		CHECK(stamp.number == scene.peers.published + 1 || scene.kept_count == 0);
		CHECK(stamp.number > scene.peers.published);
		scene.peers.published = stamp.number;
		scene.kept[scene.kept_count++] = (struct kept){.number = stamp.number, .size = 100};
	}
}

static void unkeep(size_t count)
{
	CHECK(count >= 1 && count <= scene.kept_count);
	scene.kept_count -= (unsigned)count;
	memmove(scene.kept, scene.kept + count, scene.kept_count * sizeof(scene.kept[0]));
}

void scene_begin(const struct actions *actions)
{
	scene.before_actions = actions->next;
	scene.before_terms = actions->terms_used;
	scene.before_children = scene.member.children.count;
	scene.had_side_link =
		scene.full.former.endpoint.port != 0 || scene.full.foster.endpoint.port != 0;
}

static void publish_again(size_t first, size_t count)
{
	CHECK(count >= 1 && first + count <= scene.kept_count && scene.again_depth == 0);
	scene.again_depth++;
	for (size_t i = first; i < first + count; i++) {
		size_t size = WIRE_STAMP_SIZE + scene.kept[i].size;
		char *message = calloc(1, size);
		CHECK(message);
		struct wire_stamp stamp = {.source = scene.full.id, .number = scene.kept[i].number};
		wire_stamp_encode(&stamp, message);
		scene_begin(&scene.again);
		member_publish_again(&scene.member, message, size, scene.now, &scene.again);
		scene_finish(&scene.again);
		free(message);
	}
	scene.again_depth--;
}

static void release(void)
{
	for (unsigned left = scene.queue_count; left > 0; left--) {
		size_t size = scene.queue[0];
		scene.queue_count--;
		memmove(scene.queue, scene.queue + 1, scene.queue_count * sizeof(scene.queue[0]));
		scene_publish(size, 1, 0);
	}
}

static void carry_out_queue(const struct action *a)
{
	if (a->type == ACTION_RELEASE) {
		release();
	} else if (a->type == ACTION_HOLD) {
		CHECK(scene.member.held && scene.queue_count < HELD_MAX &&
		      a->payload.run.count == 1);
		scene.queue[scene.queue_count++] = a->payload.run.size - a->payload.header_size;
	} else {
		CHECK(a->count >= 1 && a->count <= scene.queue_count);
		scene.queue_count -= (unsigned)a->count;
		memmove(scene.queue, scene.queue + a->count,
			scene.queue_count * sizeof(scene.queue[0]));
	}
}

static void carry_out(const struct action *a)
{
	switch (a->type) {
	case ACTION_SEND:
		check_send(a);
		break;
	case ACTION_DATA:
		check_data(a);
		break;
	case ACTION_FORWARD:
		check_forward(a);
		break;
	case ACTION_DELIVER:
		check_deliver(a);
		break;
	case ACTION_HOLD:
	case ACTION_UNHOLD:
	case ACTION_RELEASE:
		carry_out_queue(a);
		break;
	case ACTION_KEEP:
		keep(a);
		break;
	case ACTION_UNKEEP:
		unkeep(a->count);
		break;
	case ACTION_AGAIN:
		publish_again(a->first, a->count);
		break;
	case ACTION_STORE:
		CHECK(false); /* A rendezvous point'scene. */
		break;
	case ACTION_EVENT:
		CHECK(event_name(a->event));
		break;
	}
}

/* Carries out what a call wanted. */
void scene_finish(struct actions *actions)
{
	const struct action *next;
	CHECK(actions->next - scene.before_actions <= scene.before_children + ACTIONS_SPARE);
	CHECK(actions->terms_used - scene.before_terms <= ACTIONS_SPARE);
	while ((next = actions_take(actions)) != NULL) {
		struct action a = *next; /* What is called meanwhile may write over its place. */
		carry_out(&a);
	}
}

/* --- What holds between calls --- */

static void check_children(const struct children *c)
{
	unsigned fosters = 0;
	CHECK(c->max == scene.children_max && c->full_count <= c->count);
	CHECK(c->count <= c->max + c->foster_count && c->count - c->full_count <= 1); /* [I6] */
	for (unsigned i = 0; i < c->count; i++) {
		CHECK(wire_endpoint_is_usable(&c->endpoints[i]) &&
		      !scene_is_self(&c->endpoints[i]));
		CHECK(children_find(c, &c->endpoints[i]) == i); /* Nobody is there twice. */
		CHECK(i >= c->full_count || c->known[i].id != scene.full.id);
		fosters += i < c->full_count && c->known[i].is_foster;
	}
	CHECK(fosters == c->foster_count && fosters <= 1); /* [J8] */
}

static void check_walk(const struct walk *w)
{
	if (!w)
		return;
	CHECK(w->count <= WALK_CANDIDATES && w->current <= w->count);
	for (unsigned i = 0; i < w->count; i++) {
		CHECK(wire_endpoint_is_usable(&w->candidates[i].endpoint));
		CHECK(!scene_is_self(&w->candidates[i].endpoint));
		CHECK(walk_find(&scene.full.walk[0], &w->candidates[i].endpoint) ==
		      &w->candidates[i]);
	}
	if (w->purpose == WALK_JOIN || w->purpose == WALK_ORPHAN)
		CHECK(scene.member.state == MEMBER_JOINING);
	else
		CHECK(scene.member.state == MEMBER_ATTACHED);
}

static void check_request(const struct request *r)
{
	CHECK(!r->is_open || r->type == WIRE_RJOI || is_rdv(&r->target));
	CHECK(!r->is_open || r->type == WIRE_RJOI || !time_is_never(r->due_at));
	CHECK(r->is_open || time_is_never(r->due_at));
	CHECK(!r->is_open || !scene_is_self(&r->target));
}

void scene_check(void)
{
	const struct member *m = &scene.member;
	const struct full *f = &scene.full;
	if (f->key != scene.key || f->key_epoch != scene.key_epoch) {
		memset(&scene.forwarded, 0, sizeof(scene.forwarded));
		scene.key = f->key;
		scene.key_epoch = f->key_epoch;
	}
	CHECK(m->state <= MEMBER_ROOT && member_state_name(m->state));
	CHECK(m->state != MEMBER_ROOT || scene.children_max > 0);
	CHECK(m->state != MEMBER_ROOT || (f->tick.epoch > 0 && f->key != 0)); /* [E1] */
	CHECK(m->state != MEMBER_ROOT || (f->key_epoch == f->tick.epoch && !f->walk));
	if (m->state == MEMBER_ATTACHED)
		CHECK(wire_endpoint_is_usable(&m->parent) && !scene_is_self(&m->parent));
	if (m->state == MEMBER_SEARCHING || m->state == MEMBER_REGISTERING)
		CHECK(m->request.is_open && !f->walk);
	if (m->state == MEMBER_JOINING)
		CHECK(m->request.is_open || f->walk || !time_is_never(f->walk_at));
	check_request(&m->request);
	check_request(&m->query);
	check_children(&m->children);
	check_walk(f->walk);
	CHECK(f->path.count <= WIRE_HOPS_MAX && m->rdv_current < scene.config.rdv_count);
	CHECK(!m->held || m->held->count == scene.queue_count);
	CHECK(!f->keep || f->keep->count == scene.kept_count); /* [D7] */
	CHECK(f->keep || scene.kept_count == 0);
	CHECK(f->asks <= f->config->asks && m->misses < scene.config.misses);
	CHECK(!time_is_never(member_deadline(m)));
}

/* --- What is called from here, too --- */

/* A run of payloads with room for a stamp, or without. */
void scene_publish(size_t size, size_t count, size_t header)
{
	size_t each = header + size, left = each * count;
	char *bytes = calloc(1, left + 1);
	CHECK(bytes);
	struct payload payload = {.run = {bytes, left, each, count}, .header_size = header};
	while (payload.run.count > 0) {
		scene_begin(&scene.actions);
		size_t taken = member_publish(&scene.member, &payload, scene.now, &scene.actions);
		CHECK(taken >= 1 && taken <= payload.run.count);
		scene_finish(&scene.actions);
		(void)run_take(&payload.run, taken);
	}
	free(bytes);
}

/* --- Beginning and end --- */

static void configure(struct steps *steps)
{
	static const unsigned children[] = {0, 1, 2, 3, 4, 24, 25, 8};
	unsigned byte = steps_byte(steps);
	scene.children_max = children[byte & 7];
	scene.config = MEMBER_CONFIG_DEFAULT;
	scene.config.rdv = scene.rdv;
	scene.config.rdv_count = 1 + (byte >> 3 & 1);
	scene.rdv[0] = steps_endpoint(0xFE);
	scene.rdv[1] = steps_endpoint(0xC1);
	scene.selves[0] = steps_endpoint(0);
	scene.selves[1] = steps_endpoint(0xC0 + 5);
	scene.full_config = FULL_CONFIG_DEFAULT;
	scene.full_config.policy = (enum policy)((byte >> 4 & 3) % 3);
	scene.full_config.accept_base = !(byte & 0x40);
	if (byte & 0x80)
		scene.full_config.improve_us = 0;
}

static void *lend(size_t size)
{
	void *memory = malloc(size);
	CHECK(memory);
	return memory;
}

void scene_start(struct steps *steps)
{
	configure(steps);
	size_t ring = ACTIONS_SPARE;
	while (ring < 2 * (scene.children_max + 1 + ACTIONS_SPARE))
		ring *= 2;
	unsigned lent = steps_byte(steps);
	if (lent & 8)
		memcpy(scene.full_config.group, "group", sizeof("group"));
	scene.children = lend(children_memory_size(scene.children_max, true) + 1);
	scene.sources = lend(SOURCES_SIZE(SOURCES_DEFAULT_SETS));
	scene.walks = lend(walk_pool_size(1));
	sources_init(scene.sources, SOURCES_DEFAULT_SETS);
	walk_pool_init(scene.walks, lent & 16 ? 0 : 1);
	actions_init(&scene.actions, lend(ring * sizeof(struct action)), ring);
	actions_init(&scene.again, lend(ring * sizeof(struct action)), ring);
	quota_init(&scene.quota, 100);
	struct full_options full = {
		.config = &scene.full_config,
		.sources = scene.sources,
		.walks = scene.walks,
		.keep = lent & 1 ? NULL : &scene.keep,
	};
	struct member_options options = {
		.config = &scene.config,
		.selves = scene.selves,
		.self_count = SELVES,
		.children_max = scene.children_max,
		.children_memory = scene.children,
		.held = lent & 2 ? NULL : &scene.held,
		.quota = lent & 4 ? &scene.quota : NULL,
		.drops = &scene.drops,
		.seed = steps_byte(steps),
		.full = &full,
		.full_memory = &scene.full,
	};
	scene.now = (struct time){US_PER_S};
	scene.queue_count = scene.kept_count = scene.again_depth = 0;
	memset(&scene.delivered, 0, sizeof(scene.delivered));
	memset(&scene.forwarded, 0, sizeof(scene.forwarded));
	scene.key = scene.key_epoch = 0;
	scene.told = (struct wire_tick_number){0, 0};
	peers_init(&scene.peers);
	member_init(&scene.member, &options);
	scene_begin(&scene.actions);
	member_start(&scene.member, scene.now, &scene.actions);
	scene_finish(&scene.actions);
	scene_check();
}

/* The last call. [O5] */
void scene_leave(void)
{
	scene_begin(&scene.actions);
	member_leave(&scene.member, scene.now, &scene.actions);
	scene_finish(&scene.actions);
	free(scene.actions.ring);
	free(scene.again.ring);
	free(scene.children);
	free(scene.sources);
	free(scene.walks);
}
