/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
#include "core/registry.h"
#include "core/registry_state.h"

void registry_init(struct registry *r, const struct registry_config *config)
{
	*r = (struct registry){.config = *config};
}

struct registry_root *registry_slot(struct registry *r, const struct endpoint *e)
{
	return &r->roots[endpoint_is_v4(e) ? 0 : 1];
}

#define HANDLER_REGISTRY(type) registry_recv_##type
#define HANDLER_MEMBER(type)   NULL
static registry_handler *const handlers[WIRE_TYPES] = {
#define MESSAGE(type, body, receiver) [WIRE_##type] = HANDLER_##receiver(type),
#include "wire/messages.def"
#undef MESSAGE
};

void registry_receive(struct registry *r, const struct path *path, const char *bytes, size_t size,
		      struct time now, struct actions *actions)
{
	struct wire_message message;
	struct registry_input input = {path, now, actions};
	registry_on_time(r, now, actions); /* [R4] An expired root is no answer any more. */
	enum wire_fault fault = wire_decode(bytes, size, &message);
	if (fault != WIRE_GOOD)
		r->drops.count[drop_of_fault(fault)]++;
	else if (!wire_endpoint_is_usable(&path->remote) || !handlers[message.type])
		r->drops.count[DROP_UNEXPECTED]++;
	else
		handlers[message.type](r, &input);
}

void registry_on_time(struct registry *r, struct time now, struct actions *actions)
{
	for (int i = 0; i < 2; i++) {
		struct registry_root *root = &r->roots[i];
		if (!root->is_registered || !time_is_due(root->expires_at, now))
			continue;
		root->is_registered = false;
		action_event(actions, EVENT_ROOT_EXPIRED, &root->endpoint);
	}
}

struct time registry_deadline(const struct registry *r)
{
	struct time deadline = TIME_NEVER;
	for (int i = 0; i < 2; i++)
		if (r->roots[i].is_registered)
			deadline = time_earlier(deadline, r->roots[i].expires_at);
	return deadline;
}
