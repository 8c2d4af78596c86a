/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
/* fuzz_registry.c - a whole rendezvous point: any datagrams from a few endpoints, at any times,
 * what the network says, and starts with what was stored.
 */
#include "core/registry.h"
#include "steps.h"

#define RING   16
#define MORE   2 /* Groups besides the base group. */
#define STORES 8 /* More than there are groups in an input, of both families. */

struct scene {
	struct registry registry;
	struct registry_config config;
	struct registry_root more[MORE];
	struct registry_root stores[STORES]; /* What was written down. */
	unsigned store_count;
	struct quota address_quota, prefix_quota;
	struct action ring[RING];
	struct actions actions;
	struct time now;
	uint32_t epochs[2 + MORE]; /* When last looked at. */
	bool are_v4[2 + MORE];
	char groups[2 + MORE][WIRE_WORD_MAX + 1];
};

static void start(struct scene *s)
{
	memset(s->more, 0, sizeof(s->more));
	memset(s->epochs, 0, sizeof(s->epochs));
	memset(s->groups, 0, sizeof(s->groups));
	registry_init(&s->registry, &s->config);
}

/* [W5], [R5], [R6], [E1] */
static void check_root(struct scene *s, unsigned i)
{
	const struct registry_root *root = registry_at(&s->registry, i);
	const struct registry_config *c = &s->config;
	CHECK(i >= 2 || (root->is_v4 == (i == 0) && root->group[0] == '\0'));
	CHECK(i < 2 || wire_is_word(root->group, strlen(root->group)));
	/* Unless another has its place. */
	CHECK(strcmp(root->group, s->groups[i]) != 0 || root->is_v4 != s->are_v4[i] ||
	      root->epoch >= s->epochs[i]);
	s->are_v4[i] = root->is_v4;
	memcpy(s->groups[i], root->group, sizeof(root->group));
	s->epochs[i] = root->epoch;
	if (!root->is_registered)
		return;
	CHECK(root->epoch > 0 && root->tick.epoch == root->epoch);
	CHECK(c->is_full || !root->is_full);
	CHECK(endpoint_is_v4(&root->endpoint) == root->is_v4);
	CHECK(wire_endpoint_is_usable(&root->endpoint));
	CHECK(root->expires_at.us <= s->now.us + (root->is_full ? c->full_guard_us : c->guard_us));
	CHECK(c->is_loopback_only || !endpoint_is_loopback(&root->endpoint));
	CHECK(root->probe.sent <= REGISTRY_PROBES);
	CHECK(root->probe.nonce == 0 ||
	      root->probe.next_at.us <= s->now.us + REGISTRY_PROBE_US / REGISTRY_PROBES);
}

static bool is_of(const struct registry_root *root, const char *group, bool is_v4)
{
	return root->is_v4 == is_v4 && strcmp(root->group, group) == 0;
}

static void check_registry(struct scene *s)
{
	CHECK(s->registry.more_count <= MORE);
	for (unsigned i = 0; i < registry_count(&s->registry); i++) {
		const struct registry_root *root = registry_at(&s->registry, i);
		for (unsigned j = 0; j < i; j++) /* [E8] One of each. */
			CHECK(!is_of(root, registry_at(&s->registry, j)->group,
				     registry_at(&s->registry, j)->is_v4));
		check_root(s, i);
	}
}

/* --- What it wants done --- */

/* What was written down of a group, if anything. */
static struct registry_root *find_stored(struct scene *s, const char *group, bool is_v4)
{
	for (unsigned i = 0; i < s->store_count; i++)
		if (is_of(&s->stores[i], group, is_v4))
			return &s->stores[i];
	return NULL;
}

/* [E1] The base group's epochs only grow, whatever is started again. */
static void store(struct scene *s, const struct registry_root *root)
{
	struct registry_root *old = find_stored(s, root->group, root->is_v4);
	CHECK(!old || root->group[0] != '\0' || root->epoch >= old->epoch);
	CHECK(root->epoch > 0 && (old || s->store_count < STORES));
	if (!old)
		old = &s->stores[s->store_count++];
	*old = *root;
}

/* [E1] What is told was written down before. */
static void check_epoch(struct scene *s, const struct path *asked,
			const struct wire_terms *question, const struct wire_terms *answer)
{
	const char *group = wire_has(question, WIRE_KEY_group) ? question->group : "";
	const struct registry_root *stored = find_stored(s, group, endpoint_is_v4(&asked->remote));
	if (wire_has(answer, WIRE_KEY_tick) && answer->tick.epoch > 0)
		CHECK(stored && stored->epoch == answer->tick.epoch);
}

/* A question to a root, or an answer to who has asked. */
static void check_send(struct scene *s, const struct action *a, const struct path *asked,
		       const struct wire_message *question)
{
	char bytes[WIRE_ANSWER_MAX];
	struct wire_message answer;
	size_t size = action_encode(a, bytes);
	CHECK(wire_decode(bytes, size, &answer) == WIRE_GOOD);
	if (a->message == WIRE_PING) {
		CHECK(s->config.is_full && wire_endpoint_is_usable(&a->path.remote));
		return;
	}
	CHECK(asked && question && wire_endpoint_is_usable(&asked->remote)); /* [W6] */
	CHECK(endpoint_equal(&a->path.remote, &asked->remote));
	CHECK(endpoint_equal(&a->path.local, &asked->local));
	CHECK(question->type == WIRE_ROOT ? a->message == WIRE_TOOR
					  : a->message == WIRE_YREG || a->message == WIRE_NREG);
	CHECK(answer.is_full == (question->is_full && s->config.is_full));
	if (!answer.is_full)
		return;
	/* [I2], [I3] */
	bool is_proven =
		wire_has(&question->terms, WIRE_KEY_cookie) &&
		proof_is_cookie(&s->registry.proof, &asked->remote, question->terms.cookie, s->now);
	CHECK(answer.terms.id == s->registry.id && answer.terms.nonce == question->terms.nonce);
	CHECK(is_proven != wire_has(&answer.terms, WIRE_KEY_cookie));
	CHECK(is_proven || (size <= question->size && a->message != WIRE_YREG));
	check_epoch(s, asked, &question->terms, &answer.terms);
}

/* What the last call did; gives the number of actions. */
static size_t check_actions(struct scene *s, const struct path *asked,
			    const struct wire_message *question)
{
	const struct action *a;
	size_t count = 0;
	bool is_answered = false;
	while ((a = actions_take(&s->actions)) != NULL) {
		CHECK(++count <= ACTIONS_SPARE);
		if (a->type == ACTION_STORE) {
			CHECK(!is_answered); /* [E1] */
			store(s, a->stored);
		} else if (a->type == ACTION_SEND) {
			check_send(s, a, asked, question);
			CHECK(a->message == WIRE_PING || !is_answered);
			is_answered |= a->message != WIRE_PING;
		} else {
			CHECK(a->type == ACTION_EVENT);
		}
	}
	return count;
}

/* A full message, most of its lines as they should be. */
static size_t full_datagram(struct scene *s, struct steps *steps, const struct endpoint *from,
			    char out[STEPS_DATAGRAM_MAX])
{
	static const char *const groups[] = {"", "group a\n", "group b\n", "group c.C-_9\n"};
	unsigned what = steps_byte(steps), which = steps_byte(steps);
	struct endpoint dead = steps_endpoint(steps_byte(steps));
	if (what & 64) /* The root. */
		dead = s->registry.roots[which & 1].endpoint;
	char text[ADDRESS_TEXT_SIZE];
	size_t max = STEPS_DATAGRAM_MAX;
	size_t size = (size_t)snprintf(out, max, "%s\nhmtp 1\n%s", what & 1 ? "ROOT" : "RREG",
				       groups[which & 3]);
	if (which & 0xFC)
		size += (size_t)snprintf(out + size, max - size,
					 "id %016x\nnonce 000000000000000%x\n", which >> 2 & 3,
					 which & 15);
	if (what & 2)
		size += (size_t)snprintf(
			out + size, max - size, "cookie %016llx\n",
			(unsigned long long)proof_cookie(&s->registry.proof, from, s->now));
	if (what & 4)
		size += (size_t)snprintf(out + size, max - size, "tick %u %u\n",
					 steps_byte(steps) << (what >> 7 & 1) * 24,
					 steps_byte(steps));
	if (what & 8)
		size += (size_t)snprintf(out + size, max - size, "dead %s %u\n",
					 endpoint_format_address(&dead, text), dead.port);
	if (what & 16) {
		size_t pad = steps_byte(steps) * 2;
		size += (size_t)snprintf(out + size, max - size, "pad ");
		memset(out + size, 'x', pad);
		size += pad;
	}
	if (what & 32)
		out[size++] = (char)steps_byte(steps);
	return size;
}

/* PONG, LEAV, and the PING that ICMP quotes: what fits the `i`-th root, or not. */
static size_t fields_datagram(struct scene *s, enum wire_type type, unsigned what,
			      char out[WIRE_ANSWER_MAX])
{
	const struct registry_root *root =
		registry_at(&s->registry, what % registry_count(&s->registry));
	uint64_t wrong = what >> 6 == 3, nonce = root->probe.nonce ^ wrong;
	union wire_fields f = {0};
	if (type == WIRE_LEAV)
		f.LEAV.token = proof_token(&s->registry.proof, &root->endpoint) ^ wrong;
	else if (type == WIRE_PING)
		f.PING.nonce = nonce;
	else
		f.PONG.nonce = nonce;
	return wire_encode_fields(type, &f, out);
}

static void receive(struct scene *s, const struct endpoint *from, const char *bytes, size_t size)
{
	struct wire_message message;
	struct path path = {.remote = *from, .local = steps_endpoint(0xFE)};
	size_t header = size < WIRE_HEADER_SIZE ? size : WIRE_HEADER_SIZE;
	/* The base profile does not look at bodies. */
	bool is_question =
		wire_decode(bytes, s->config.is_full ? size : header, &message) == WIRE_GOOD &&
		(message.type == WIRE_ROOT || message.type == WIRE_RREG);
	registry_receive(&s->registry, &path, bytes, size, s->now, &s->actions);
	(void)check_actions(s, &path, is_question ? &message : NULL);
}

static void receive_some(struct scene *s, struct steps *steps, unsigned what)
{
	char bytes[STEPS_DATAGRAM_MAX] = "";
	unsigned number = steps_byte(steps);
	struct endpoint from = steps_endpoint(number);
	if (what < 4) {
		receive(s, &from, bytes, steps_datagram(steps, bytes));
	} else if (what < 8) {
		receive(s, &from, bytes, full_datagram(s, steps, &from, bytes));
	} else {
		enum wire_type type = what & 1 ? WIRE_PONG : WIRE_LEAV;
		const struct registry_root *root =
			registry_at(&s->registry, number % registry_count(&s->registry));
		if (number >> 5 & 1)
			from = root->endpoint;
		receive(s, &from, bytes, fields_datagram(s, type, number, bytes));
	}
}

static void hear_unreachable(struct scene *s, struct steps *steps)
{
	char bytes[WIRE_ANSWER_MAX] = "";
	unsigned what = steps_byte(steps), cut = steps_byte(steps);
	struct endpoint e =
		registry_at(&s->registry, what % registry_count(&s->registry))->endpoint;
	size_t size = fields_datagram(s, WIRE_PING, what, bytes);
	if (cut >= 0xF0 && size > cut - 0xF0)
		size -= cut - 0xF0;
	registry_on_unreachable(&s->registry, &e, bytes, size, s->now, &s->actions);
	(void)check_actions(s, NULL, NULL);
}

static void pass(struct scene *s, struct time now)
{
	s->now = now;
	/* Each call does some of what is due, until nothing is. */
	for (unsigned calls = 0; time_is_due(registry_deadline(&s->registry), now); calls++) {
		CHECK(calls < 2 + MORE);
		registry_on_time(&s->registry, now, &s->actions);
		(void)check_actions(s, NULL, NULL);
	}
	registry_on_time(&s->registry, now, &s->actions);
	CHECK(check_actions(s, NULL, NULL) == 0);
}

static void start_again(struct scene *s)
{
	start(s);
	for (unsigned i = 0; i < s->store_count; i++) {
		bool has_room = registry_restore(&s->registry, &s->stores[i], s->now);
		CHECK(has_room || s->registry.more_count == MORE);
	}
}

static void init(struct scene *s, struct steps *steps)
{
	unsigned what = steps_byte(steps);
	s->store_count = 0;
	s->config = (struct registry_config){
		.is_loopback_only = what & 1,
		.is_full = what & 2,
		.accept_base = !(what & 4),
		.guard_us = steps_duration_us(steps),
		.full_guard_us = REGISTRY_FULL_GUARD_US,
		.address_quota = what & 8 ? &s->address_quota : NULL,
		.prefix_quota = what & 8 ? &s->prefix_quota : NULL,
		.more = s->more,
		.more_max = MORE,
	};
	quota_init_burst(&s->address_quota, 2, 3);
	quota_init_burst(&s->prefix_quota, 4, 6);
	s->now = (struct time){steps_duration_us(steps)};
	start(s);
	actions_init(&s->actions, s->ring, RING);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct scene s;
	struct steps steps = {data, size, 0};
	init(&s, &steps);
	while (steps_are_left(&steps)) {
		unsigned what = steps_byte(&steps) % 16;
		struct time deadline = registry_deadline(&s.registry);
		if (what == 10)
			s.now = time_after(s.now, steps_duration_us(&steps)); /* Unnoticed. */
		else if (what == 11)
			pass(&s, time_after(s.now, steps_duration_us(&steps)));
		else if (what == 12)
			hear_unreachable(&s, &steps);
		else if (what == 13)
			start_again(&s);
		else if (what >= 14 && !time_is_never(deadline) && deadline.us > s.now.us)
			pass(&s, deadline);
		else
			receive_some(&s, &steps, what);
		check_registry(&s);
		if (s.now.us > INT64_MAX / 4)
			return 0;
	}
	return 0;
}
