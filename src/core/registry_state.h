/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
#ifndef RAMURE_CORE_REGISTRY_STATE_H
#define RAMURE_CORE_REGISTRY_STATE_H
/* registry_state.h - what the handlers of the registry share; for src/core alone. */
#include "core/registry.h"

struct registry_input {
	const struct path *path;
	struct time now;
	struct actions *actions;
};

typedef void registry_handler(struct registry *, const struct registry_input *);

/* The handlers, one file each: recv_<type>.c. One that is missing does not link. */
#define HANDLER_REGISTRY(type) registry_handler registry_recv_##type;
#define HANDLER_MEMBER(type)
#define MESSAGE(type, body, receiver) HANDLER_##receiver(type)
#include "wire/messages.def"
#undef MESSAGE
#undef HANDLER_MEMBER
#undef HANDLER_REGISTRY

/* The slot for the family of an endpoint. */
struct registry_root *registry_slot(struct registry *r, const struct endpoint *e);

#endif
