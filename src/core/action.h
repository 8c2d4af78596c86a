/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
#ifndef RAMURE_CORE_ACTION_H
#define RAMURE_CORE_ACTION_H
/* action.h - what a state machine wants done: its only output.
 *
 * The caller lends a ring, calls, and carries out what the call wrote, in order. What an action
 * points to is borrowed from the state machine, or from the datagram that was handed in, until the
 * next call of either. A call writes at most its number of children and ACTIONS_SPARE.
 */
#include "wire/message.h"

#include <assert.h>

#define ACTIONS_SPARE 8

enum event {
#define EVENT(identifier, name) EVENT_##identifier,
#include "core/events.def"
#undef EVENT
	EVENTS,
};

/* The name in the log. */
const char *event_name(enum event event);

/* A way to a peer: its endpoint, and our own address that it knows, so that answers leave from
 * where they were asked. An unspecified local address leaves the choice to the kernel. */
struct path {
	struct endpoint remote;
	struct endpoint local; /* Address :: for none; the port is ours. */
};

/* What is published, or came down the tree: one payload, or a run of them for which one decision
 * holds. */
struct payload {
	struct run run;  /* Each of 0 to WIRE_PAYLOAD_MAX bytes, and its header if it has one. */
	bool has_header; /* They are DATA messages, as on the wire: each begins with its header. */
};

/* Takes the first off, and gives it without its header; false when there is none left. */
static inline bool payload_take(struct payload *p, struct run *ret_first)
{
	if (p->run.count == 0)
		return false;
	size_t header = p->has_header ? WIRE_HEADER_SIZE : 0;
	struct run first = run_take(&p->run, 1);
	*ret_first = run_one(first.bytes + header, first.size - header);
	return true;
}

enum action_type {
	ACTION_SEND,    /* The message `message` with `endpoints` on `path`. */
	ACTION_DATA,    /* `payload` as DATA on `path`. */
	ACTION_FORWARD, /* `payload` as DATA to each of `endpoints`, from the local address beside
			   it. */
	ACTION_DELIVER, /* `payload` to the user. */
	ACTION_HOLD,    /* Keep `payload` at the end of the queue. */
	ACTION_UNHOLD,  /* Forget the oldest of the queue. */
	ACTION_RELEASE, /* Publish all of the queue again, in order. */
	ACTION_EVENT,   /* For the log: `event`, about `path`. */
};

struct action {
	enum action_type type;
	enum wire_type message;
	enum event event;
	struct path path;
	const struct endpoint *endpoints;
	const struct endpoint *locals; /* FORWARD: one for each endpoint. */
	size_t count;                  /* Of endpoints. */
	struct payload payload;
};

/* A ring of actions, lent by the caller; its capacity is a power of two. */
struct actions {
	struct action *ring;
	size_t mask;        /* Capacity - 1. */
	size_t first, next; /* Counts; what lies between them waits. */
};

static inline void actions_init(struct actions *a, struct action *ring, size_t capacity)
{
	assert(capacity > 0 && (capacity & (capacity - 1)) == 0);
	*a = (struct actions){.ring = ring, .mask = capacity - 1};
}

/* A place for one more action; the caller has lent enough of them. */
static inline struct action *actions_put(struct actions *a)
{
	assert(a->next - a->first <= a->mask);
	return &a->ring[a->next++ & a->mask];
}

/* The next action to carry out, NULL if there is none. */
static inline const struct action *actions_take(struct actions *a)
{
	return a->first == a->next ? NULL : &a->ring[a->first++ & a->mask];
}

/* Write an action. */
void action_send(struct actions *a, enum wire_type message, const struct path *path,
		 const struct endpoint *endpoints, size_t count);
void action_event(struct actions *a, enum event event, const struct endpoint *about);

#endif
