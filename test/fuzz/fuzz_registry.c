/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
/* fuzz_registry.c - a whole rendezvous point: any datagrams from a few endpoints, at any times. */
#include "core/registry.h"
#include "steps.h"

#define RING 16

struct scene {
	struct registry registry;
	struct action ring[RING];
	struct actions actions;
	struct time now;
};

static void check_registry(const struct registry *r, struct time now)
{
	struct time deadline = TIME_NEVER;
	for (int family = 0; family < 2; family++) {
		const struct registry_root *root = &r->roots[family];
		if (!root->is_registered)
			continue;
		CHECK(endpoint_is_v4(&root->endpoint) == (family == 0));
		CHECK(wire_endpoint_is_usable(&root->endpoint)); /* [W5] */
		CHECK(root->expires_at.us <= now.us + r->config.guard_us);
		CHECK(r->config.is_loopback_only || !endpoint_is_v4(&root->endpoint) ||
		      endpoint_v4(&root->endpoint)[0] != 127); /* [R5] */
		deadline = time_earlier(deadline, root->expires_at);
	}
	CHECK(registry_deadline(r).us == deadline.us);
}

/* The answer, if any, that the rules want: [R1]-[R3]. */
static enum wire_type right_answer(const struct registry *r, const struct path *path,
				   enum wire_type question)
{
	const struct registry_root *root = &r->roots[endpoint_is_v4(&path->remote) ? 0 : 1];
	if (question == WIRE_ROOT)
		return WIRE_TOOR;
	return endpoint_equal(&root->endpoint, &path->remote) ? WIRE_YREG : WIRE_NREG;
}

static void receive(struct scene *s, struct steps *steps)
{
	char bytes[STEPS_DATAGRAM_MAX] = "";
	struct wire_message message;
	struct path path = {.remote = steps_endpoint(steps_byte(steps)),
			    .local = steps_endpoint(0xFE)};
	size_t size = steps_datagram(steps, bytes);
	bool is_question = wire_decode(bytes, size, &message) == WIRE_GOOD &&
			   (message.type == WIRE_ROOT || message.type == WIRE_RREG);
	unsigned answers = 0;
	const struct action *a;
	registry_receive(&s->registry, &path, bytes, size, s->now, &s->actions);
	CHECK(s->actions.next - s->actions.first <= ACTIONS_SPARE);
	while ((a = actions_take(&s->actions)) != NULL) {
		if (a->type == ACTION_EVENT)
			continue;
		CHECK(a->type == ACTION_SEND && ++answers == 1);
		CHECK(is_question && wire_endpoint_is_usable(&path.remote)); /* [W6] */
		CHECK(endpoint_equal(&a->path.remote, &path.remote));
		CHECK(endpoint_equal(&a->path.local, &path.local));
		CHECK(a->message == right_answer(&s->registry, &path, message.type));
		CHECK(a->count <= (a->message == WIRE_TOOR ? 1 : 0));
	}
	/* None has run out unnoticed. */
	for (int family = 0; family < 2; family++)
		CHECK(!s->registry.roots[family].is_registered ||
		      s->registry.roots[family].expires_at.us > s->now.us);
}

static void pass(struct scene *s, struct time now)
{
	const struct action *a;
	s->now = now;
	registry_on_time(&s->registry, now, &s->actions);
	while ((a = actions_take(&s->actions)) != NULL)
		CHECK(a->type == ACTION_EVENT && a->event == EVENT_ROOT_EXPIRED);
	CHECK(registry_deadline(&s->registry).us > now.us);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct scene s;
	struct steps steps = {data, size, 0};
	struct registry_config config = {
		.is_loopback_only = steps_byte(&steps) & 1,
		.guard_us = steps_duration_us(&steps),
	};
	s.now = (struct time){steps_duration_us(&steps)};
	registry_init(&s.registry, &config);
	actions_init(&s.actions, s.ring, RING);
	while (steps_are_left(&steps)) {
		unsigned what = steps_byte(&steps) % 8;
		struct time deadline = registry_deadline(&s.registry);
		if (what == 0)
			s.now = time_after(s.now, steps_duration_us(&steps)); /* Unnoticed. */
		else if (what == 1)
			pass(&s, time_after(s.now, steps_duration_us(&steps)));
		else if (what == 2 && !time_is_never(deadline) && deadline.us > s.now.us)
			pass(&s, deadline);
		else
			receive(&s, &steps);
		check_registry(&s.registry, s.now);
		if (s.now.us > INT64_MAX / 4)
			return 0;
	}
	return 0;
}
