/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
#include "core/action.h"
#include "core/drops.h"

static const char *const event_names[EVENTS] = {
#define EVENT(identifier, name) [EVENT_##identifier] = name,
#include "core/events.def"
#undef EVENT
};

static const char *const drop_names[DROP_REASONS] = {
#define DROP(identifier, name) [DROP_##identifier] = name,
#include "core/drops.def"
#undef DROP
};

const char *event_name(enum event event)
{
	return event_names[event];
}

const char *drop_name(enum drop reason)
{
	return drop_names[reason];
}

enum drop drop_of_fault(enum wire_fault fault)
{
	static const enum drop drops[] = {
		[WIRE_SHORT] = DROP_SHORT,
		[WIRE_UNKNOWN] = DROP_UNKNOWN,
		[WIRE_MALFORMED] = DROP_MALFORMED,
	};
	assert(fault != WIRE_GOOD);
	return drops[fault];
}

void action_send(struct actions *a, enum wire_type message, const struct path *path,
		 const struct endpoint *endpoints, size_t count)
{
	*actions_put(a) = (struct action){
		.type = ACTION_SEND,
		.message = message,
		.path = *path,
		.endpoints = endpoints,
		.count = count,
	};
}

void action_event(struct actions *a, enum event event, const struct endpoint *about)
{
	*actions_put(a) = (struct action){
		.type = ACTION_EVENT,
		.event = event,
		.path = {.remote = *about},
	};
}

void action_send_terms(struct actions *a, enum wire_type message, const struct path *path,
		       const struct wire_terms *terms, size_t size_min, size_t size_max)
{
	*actions_put(a) = (struct action){
		.type = ACTION_SEND,
		.body = ACTION_BODY_TERMS,
		.message = message,
		.path = *path,
		.terms = terms,
		.size_min = size_min,
		.size_max = size_max,
	};
}

void action_send_fields(struct actions *a, enum wire_type message, const struct path *path,
			const union wire_fields *fields)
{
	*actions_put(a) = (struct action){
		.type = ACTION_SEND,
		.body = ACTION_BODY_FIELDS,
		.message = message,
		.path = *path,
		.fields = *fields,
	};
}

void action_send_path(struct actions *a, const struct path *path, uint64_t token,
		      const struct wire_path *root_path)
{
	*actions_put(a) = (struct action){
		.type = ACTION_SEND,
		.body = ACTION_BODY_PATH,
		.message = WIRE_PATH,
		.path = *path,
		.root_path = root_path,
		.token = token,
	};
}

/* The first hop is the sender as the receiver knows it, who does not look at it: where that is not
 * known something stands there. */
static size_t encode_path(const struct action *a, char out[WIRE_ANSWER_MAX])
{
	struct wire_path p = *a->root_path;
	p.token = a->token;
	p.hops[0].endpoint = wire_endpoint_is_usable(&a->path.local)        ? a->path.local
			     : wire_endpoint_is_usable(&p.hops[0].endpoint) ? p.hops[0].endpoint
									    : a->path.remote;
	return wire_encode_path(&p, out);
}

size_t action_encode(const struct action *a, char out[WIRE_ANSWER_MAX])
{
	switch (a->body) {
	case ACTION_BODY_PLAIN:
		return wire_encode(a->message, a->endpoints, a->count, out);
	case ACTION_BODY_TERMS:
		return wire_encode_terms(a->message, a->terms, a->size_min, a->size_max, out);
	case ACTION_BODY_FIELDS:
		return wire_encode_fields(a->message, &a->fields, out);
	case ACTION_BODY_PATH:
		break;
	}
	return encode_path(a, out);
}
