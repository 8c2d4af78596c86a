/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
#include "registry_rig.h"

#include <stdio.h>
#include <string.h>

struct rig rig;

void rig_init(bool accept_base)
{
	struct registry_config config = {
		.guard_us = 180 * US_PER_S,
		.is_full = true,
		.accept_base = accept_base,
		.full_guard_us = REGISTRY_FULL_GUARD_US,
		.secret = "fifteen letters",
		.more = rig.more,
		.more_max = GROUPS,
	};
	registry_init(&rig.registry, &config);
	actions_init(&rig.actions, rig.ring, COUNT(rig.ring));
}

int rig_open(void **state)
{
	(void)state;
	rig = (struct rig){.now = {1000}};
	rig_init(true);
	return 0;
}

struct endpoint rig_endpoint(const char *text)
{
	struct endpoint e;
	char address[64];
	unsigned port;
	assert_int_equal(sscanf(text, "%63s %u", address, &port), 2);
	assert_true(endpoint_parse_address(address, (uint16_t)port, &e));
	return e;
}

/* --- What a call did --- */

__attribute__((format(printf, 1, 2))) static void say(const char *format, ...)
{
	va_list arguments;
	va_start(arguments, format);
	rig.size += (size_t)vsnprintf(rig.text + rig.size, sizeof(rig.text) - rig.size, format,
				      arguments);
	va_end(arguments);
	assert_true(rig.size < sizeof(rig.text));
}

static void say_place(const char *name, const struct endpoint *e)
{
	char text[ENDPOINT_TEXT_SIZE];
	say(" %s%s", name, endpoint_format(e, text));
}

static void note_store(const struct registry_root *stored)
{
	rig.stored = *stored;
	say("store%s%s %u", stored->group[0] ? " " : "", stored->group, stored->epoch);
	if (stored->is_registered)
		say_place(stored->is_full ? "full " : "base ", &stored->endpoint);
}

/* [I1]-[I3] hold for every answer. */
static void note_terms(const struct wire_terms *t)
{
	assert_true(wire_has(t, WIRE_KEY_id) && t->id == rig.registry.id);
	assert_true(wire_has(t, WIRE_KEY_nonce) && t->nonce == rig.nonces);
	if (wire_has(t, WIRE_KEY_reason))
		say(" %s", t->reason);
	if (wire_has(t, WIRE_KEY_tick))
		say(" tick %u %u", t->tick.epoch, t->tick.number);
	if (wire_has(t, WIRE_KEY_root))
		say_place("root ", &t->root);
	if (wire_has(t, WIRE_KEY_cookie))
		say(" cookie");
	if (wire_has(t, WIRE_KEY_token)) {
		rig.token = t->token;
		say(" token");
	}
	for (unsigned i = 0; i < t->member_count; i++) {
		assert_true(t->members[i].is_full);
		say_place("member ", &t->members[i].endpoint);
	}
}

static void note_send(const struct action *a, const struct path *asked)
{
	char bytes[WIRE_ANSWER_MAX];
	struct wire_message m;
	size_t size = action_encode(a, bytes);
	assert_int_equal(wire_decode(bytes, size, &m), WIRE_GOOD);
	say("%s", wire_type_name(a->message));
	if (a->message == WIRE_PING) {
		assert_true(a->fields.PING.nonce != 0 && a->fields.PING.token == 0);
		rig.ping_nonce = a->fields.PING.nonce;
		say_place("", &a->path.remote);
		return;
	}
	assert_non_null(asked);
	assert_true(endpoint_equal(&a->path.remote, &asked->remote));
	assert_true(endpoint_equal(&a->path.local, &asked->local));
	if (a->body == ACTION_BODY_TERMS) {
		note_terms(&m.terms);
		if (wire_has(&m.terms, WIRE_KEY_cookie))
			assert_true(size <= rig.request_size);
	} else if (a->count > 0) {
		say_place("", a->endpoints);
	}
}

void rig_note(const struct path *asked)
{
	const struct action *a;
	size_t count = 0;
	bool is_answered = false;
	rig.text[rig.size = 0] = '\0';
	while ((a = actions_take(&rig.actions)) != NULL) {
		assert_true(++count <= ACTIONS_SPARE);
		if (count > 1)
			say(", ");
		if (a->type == ACTION_STORE) {
			assert_false(is_answered);
			note_store(a->stored);
		} else if (a->type == ACTION_EVENT) {
			say("%s", event_name(a->event));
			say_place("", &a->path.remote);
		} else {
			assert_int_equal(a->type, ACTION_SEND);
			is_answered |= a->message != WIRE_PING;
			note_send(a, asked);
		}
	}
}

/* --- What it is told --- */

static void rig_receive(const char *from, const char *bytes, size_t size)
{
	struct path path = {.remote = rig_endpoint(from), .local = rig_endpoint("10.9.9.9 10000")};
	rig.request_size = size;
	registry_receive(&rig.registry, &path, bytes, size, rig.now, &rig.actions);
	rig_note(&path);
}

void rig_bare(const char *from, const char *message, const char *expected)
{
	rig_receive(from, message, strlen(message));
	assert_string_equal(rig.text, expected);
}

/* A full request of the start `id`, with these lines besides, and at least `size` bytes. */
void rig_full(const char *from, const char *type, unsigned id, const char *lines, uint64_t cookie,
	      size_t size_min)
{
	char bytes[1200];
	size_t size =
		(size_t)snprintf(bytes, sizeof(bytes), "%s\nhmtp 1\nid %016x\nnonce %016llx\n%s",
				 type, id, (unsigned long long)++rig.nonces, lines);
	if (cookie)
		size += (size_t)snprintf(bytes + size, sizeof(bytes) - size, "cookie %016llx\n",
					 (unsigned long long)cookie);
	if (size + 6 < size_min) {
		size += (size_t)snprintf(bytes + size, sizeof(bytes) - size, "pad ");
		memset(bytes + size, 'x', size_min - size);
		size = size_min;
	}
	rig_receive(from, bytes, size);
}

void rig_unproven(const char *from, const char *type, unsigned id, const char *lines,
		  const char *expected)
{
	rig_full(from, type, id, lines, 0, PADDED);
	assert_string_equal(rig.text, expected);
}

void rig_proven(const char *from, const char *type, unsigned id, const char *lines,
		const char *expected)
{
	struct endpoint e = rig_endpoint(from);
	rig_full(from, type, id, lines, proof_cookie(&rig.registry.proof, &e, rig.now), 0);
	assert_string_equal(rig.text, expected);
}

void rig_fields(const char *from, enum wire_type type, uint64_t number, const char *expected)
{
	char bytes[WIRE_ANSWER_MAX];
	union wire_fields f = {0};
	if (type == WIRE_LEAV)
		f.LEAV.token = number;
	else
		f.PONG.nonce = number;
	rig_receive(from, bytes, wire_encode_fields(type, &f, bytes));
	assert_string_equal(rig.text, expected);
}

void rig_unreachable(const char *endpoint, uint64_t nonce, const char *expected)
{
	char bytes[WIRE_ANSWER_MAX];
	union wire_fields f = {.PING = {.nonce = nonce}};
	struct endpoint e = rig_endpoint(endpoint);
	size_t size = wire_encode_fields(WIRE_PING, &f, bytes);
	registry_on_unreachable(&rig.registry, &e, bytes, size, rig.now, &rig.actions);
	rig_note(NULL);
	assert_string_equal(rig.text, expected);
}

void rig_pass(int64_t us, const char *expected)
{
	rig.now.us += us;
	registry_on_time(&rig.registry, rig.now, &rig.actions);
	rig_note(NULL);
	assert_string_equal(rig.text, expected);
}

/* The questions after the first, up to the moment when the series ends. */
void rig_pass_series(const char *root)
{
	char ping[80];
	struct endpoint e = rig_endpoint(root);
	char text[ENDPOINT_TEXT_SIZE];
	uint64_t nonce = rig.ping_nonce;
	(void)snprintf(ping, sizeof(ping), "PING %s", endpoint_format(&e, text));
	for (int i = 1; i < REGISTRY_PROBES; i++) {
		int64_t us = REGISTRY_PROBE_US / REGISTRY_PROBES;
		rig_pass(us - 1, "");
		assert_int_equal(registry_deadline(&rig.registry).us, rig.now.us + 1);
		rig_pass(1, ping);
		assert_true(rig.ping_nonce == nonce); /* One for the whole series. */
	}
	rig_pass(REGISTRY_PROBE_US / REGISTRY_PROBES - 1, "");
	rig.now.us++;
}

void rig_is_due(const char *expected)
{
	rig_pass(0, expected);
}

void rig_register_root(void)
{
	rig_proven(
		R, "RREG", 1, "",
		"store 1 full 10.0.0.2:10000, root-registered 10.0.0.2:10000, YREG tick 1 0 token");
}

uint64_t rig_drops(enum drop reason)
{
	return rig.registry.drops.count[reason];
}

/* The registry starts again, with the last that was stored. */
void rig_start_again(void)
{
	struct registry_root stored = rig.stored;
	memset(rig.more, 0, sizeof(rig.more));
	rig_init(true);
	assert_true(registry_restore(&rig.registry, &stored, rig.now));
}
