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
