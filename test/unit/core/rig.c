/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
#include "rig.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define RING 2048

static char payload_bytes[WIRE_HEADER_SIZE + WIRE_PAYLOAD_MAX + 100];

struct endpoint rig_peer(const char *name)
{
	unsigned number = 0;
	if (sscanf(name, "rp%u", &number) == 1)
		return endpoint_from_v4((uint8_t[4]){10, 0, 0, (uint8_t)number}, 10000);
	if (strcmp(name, "self") != 0 && sscanf(name, "p%u", &number) != 1)
		fail_msg("%s: no such name", name);
	return endpoint_from_v4((uint8_t[4]){10, 1, (uint8_t)(number >> 8), (uint8_t)number},
				10000);
}

/* The name of an endpoint, or its text. */
static const char *name_of(const struct endpoint *e, char text[ENDPOINT_TEXT_SIZE])
{
	const uint8_t *a = endpoint_v4(e);
	unsigned number = (unsigned)a[2] << 8 | a[3];
	if (!endpoint_is_v4(e) || a[0] != 10 || a[1] > 1 || e->port != 10000)
		return endpoint_format(e, text);
	(void)snprintf(text, ENDPOINT_TEXT_SIZE,
		       a[1] == 0 ? "rp%u"
		       : number  ? "p%u"
				 : "self",
		       number);
	return text;
}

struct rig *rig_new(unsigned children_max, unsigned rdv_count)
{
	static const char *const names[RIG_RDV_MAX] = {"rp1", "rp2", "rp3", "rp4"};
	struct rig *r = calloc(1, sizeof(*r));
	assert_non_null(r);
	assert_in_range(rdv_count, 1, RIG_RDV_MAX);
	r->ring = calloc(RING, sizeof(*r->ring));
	/* Exactly the size asked for, so that a sanitizer sees a write too far. */
	r->memory = malloc(children_max > 0 ? children_memory_size(children_max, false) : 1);
	assert_true(r->ring && r->memory);
	for (unsigned i = 0; i < rdv_count; i++)
		r->rdv[i] = rig_peer(names[i]);
	r->config = MEMBER_CONFIG_DEFAULT;
	r->config.rdv = r->rdv;
	r->config.rdv_count = rdv_count;
	r->self = rig_peer("self");
	r->children_max = children_max;
	r->seed = 1;
	actions_init(&r->actions, r->ring, RING);
	return r;
}

void rig_free(struct rig *r)
{
	free(r->ring);
	free(r->memory);
	free(r);
}

/* --- What the member wants done --- */

static void write_endpoints(const struct action *a, char *text, size_t size)
{
	char name[ENDPOINT_TEXT_SIZE];
	size_t used = 0;
	text[0] = '\0';
	for (size_t i = 0; i < a->count && used < size; i++)
		used += (size_t)snprintf(text + used, size - used, "%s %s", i == 0 ? ":" : "",
					 name_of(&a->endpoints[i], name));
}

/* Of the payload without its header; a run of several is written as their sum. */
static size_t payload_size(const struct action *a)
{
	return a->payload.run.size - a->payload.run.count * a->payload.header_size;
}

static void write_line(struct rig *r, const struct action *a)
{
	static const char *const words[] = {
		[ACTION_DELIVER] = "deliver", [ACTION_HOLD] = "hold", [ACTION_FORWARD] = "forward"};
	char name[ENDPOINT_TEXT_SIZE], list[2048], line[2200] = "release";
	(void)name_of(&a->path.remote, name);
	switch (a->type) {
	case ACTION_SEND:
		write_endpoints(a, list, sizeof(list));
		(void)snprintf(line, sizeof(line), "%s %s%s", wire_type_name(a->message), name,
			       list);
		break;
	case ACTION_DATA:
		(void)snprintf(line, sizeof(line), "DATA %s %zu", name, payload_size(a));
		break;
	case ACTION_FORWARD:
		(void)snprintf(line, sizeof(line), "forward %zu %zu", a->count, payload_size(a));
		break;
	case ACTION_DELIVER:
	case ACTION_HOLD:
		(void)snprintf(line, sizeof(line), "%s %zu", words[a->type], payload_size(a));
		break;
	case ACTION_UNHOLD:
		(void)snprintf(line, sizeof(line), "unhold %zu", a->count);
		break;
	case ACTION_EVENT:
		(void)snprintf(line, sizeof(line), "(%s %s)", event_name(a->event), name);
		break;
	case ACTION_RELEASE:
		break;
	case ACTION_KEEP:
	case ACTION_UNKEEP:
	case ACTION_AGAIN:
	case ACTION_STORE: /* Of the full profile. */
		fail();
		break;
	}
	size_t left = RIG_TEXT_SIZE - r->text_size;
	if (left > sizeof(line) + 2)
		r->text_size += (size_t)snprintf(r->text + r->text_size, left, "%s\n", line);
}

static void release(struct rig *r)
{
	r->is_releasing = true; /* The member counts them as gone already. */
	for (unsigned left = r->queue_count; left > 0; left--) {
		size_t size = r->queue[0];
		r->queue_count--;
		memmove(r->queue, r->queue + 1, r->queue_count * sizeof(r->queue[0]));
		rig_publish(r, size);
	}
	r->is_releasing = false;
}

static void carry_out(struct rig *r, const struct action *a)
{
	write_line(r, a);
	if (a->type == ACTION_HOLD) {
		assert_true(r->queue_count < HELD_MAX);
		r->queue[r->queue_count++] = payload_size(a);
	} else if (a->type == ACTION_UNHOLD) {
		assert_in_range(a->count, 1, r->queue_count);
		r->queue_count -= (unsigned)a->count;
		memmove(r->queue, r->queue + a->count, r->queue_count * sizeof(r->queue[0]));
	} else if (a->type == ACTION_RELEASE) {
		release(r);
	}
}

static void check_state(const struct rig *r)
{
	const struct member *m = &r->member;
	assert_in_range(m->state, MEMBER_SEARCHING, MEMBER_ROOT);
	assert_in_range(m->children.count, 0, r->children_max);
	assert_false(time_is_never(member_deadline(m)));
	assert_true(m->rdv_current < r->config.rdv_count);
	assert_true(m->misses < r->config.misses);
	assert_false(m->state == MEMBER_ROOT && r->children_max == 0);
	if (m->held && !r->is_releasing)
		assert_int_equal(m->held->count, r->queue_count);
}

/* What holds after every call. `children`: before it. */
static void finish(struct rig *r, unsigned children)
{
	const struct action *next;
	assert_in_range(r->actions.next - r->actions.first, 0, children + ACTIONS_SPARE);
	while ((next = actions_take(&r->actions)) != NULL) {
		struct action a = *next;
		carry_out(r, &a);
	}
	check_state(r);
}

/* --- What a test does --- */

void rig_start(struct rig *r, bool held)
{
	struct member_options options = {
		.config = &r->config,
		.selves = &r->self,
		.self_count = 1,
		.children_max = r->children_max,
		.children_memory = r->memory,
		.held = held ? &r->held : NULL,
		.drops = &r->drops,
		.seed = r->seed,
	};
	member_init(&r->member, &options);
	member_start(&r->member, r->now, &r->actions);
	finish(r, 0);
}

void rig_receive(struct rig *r, const struct endpoint *from, const char *bytes, size_t size)
{
	struct path path = {.remote = *from, .local = r->self};
	unsigned children = r->member.children.count;
	char *copy = malloc(size > 0 ? size : 1);
	assert_non_null(copy);
	if (size > 0)
		memcpy(copy, bytes, size);
	member_receive(&r->member, &path, copy, size, r->now, &r->actions);
	finish(r, children);
	free(copy);
}

void rig_tell(struct rig *r, const char *from, const char *message)
{
	struct endpoint e = rig_peer(from);
	rig_receive(r, &e, message, strlen(message));
}

void rig_publish(struct rig *r, size_t size)
{
	struct payload payload = {.run = run_one(payload_bytes + WIRE_HEADER_SIZE, size)};
	unsigned children = r->member.children.count;
	assert_true(size <= sizeof(payload_bytes) - WIRE_HEADER_SIZE);
	member_publish(&r->member, &payload, r->now, &r->actions);
	finish(r, children);
}

void rig_unreachable(struct rig *r, const char *name)
{
	struct endpoint e = rig_peer(name);
	unsigned children = r->member.children.count;
	member_on_unreachable(&r->member, &e, NULL, 0, r->now, &r->actions);
	finish(r, children);
}

void rig_pass(struct rig *r, int64_t us)
{
	struct time end = time_after(r->now, us);
	int turns = 0;
	while (member_deadline(&r->member).us <= end.us) {
		struct time deadline = member_deadline(&r->member);
		unsigned children = r->member.children.count;
		r->now = deadline.us > r->now.us ? deadline : r->now;
		member_on_time(&r->member, r->now, &r->actions);
		finish(r, children);
		assert_true(++turns < 1000000); /* It comes to rest. */
	}
	r->now = end;
}

void rig_expect(struct rig *r, const char *lines)
{
	assert_string_equal(r->text, lines);
	rig_forget(r);
}

void rig_forget(struct rig *r)
{
	r->text[0] = '\0';
	r->text_size = 0;
}

void rig_attach(struct rig *r, const char *parent)
{
	struct endpoint e = rig_peer(parent);
	char address[ADDRESS_TEXT_SIZE], message[80];
	endpoint_format_address(&e, address);
	(void)snprintf(message, sizeof(message), "TOOR\n%s 10000", address);
	rig_tell(r, "rp1", message);
	rig_tell(r, parent, "YJOI\n");
	assert_int_equal(r->member.state, MEMBER_ATTACHED);
	rig_forget(r);
}

void rig_make_root(struct rig *r)
{
	rig_tell(r, "rp1", "TOOR\n");
	rig_tell(r, "rp1", "YREG\n");
	assert_int_equal(r->member.state, MEMBER_ROOT);
	rig_forget(r);
}
