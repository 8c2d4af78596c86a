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
	struct run run;     /* Each of 0 to WIRE_PAYLOAD_MAX bytes, behind its header. */
	size_t header_size; /* Of each: 0; WIRE_HEADER_SIZE: DATA; WIRE_STAMP_SIZE: MDAT; more of
			       what goes to base nodes: what they do not get. */
	uint16_t channel;   /* Of what is published: it begins with an envelope; 0: it does not. */
};

/* Takes the first off, and gives it without its header; false when there is none left. */
static inline bool payload_take(struct payload *p, struct run *ret_first)
{
	if (p->run.count == 0)
		return false;
	struct run first = run_take(&p->run, 1);
	*ret_first = run_one(first.bytes + p->header_size, first.size - p->header_size);
	return true;
}

enum action_type {
	ACTION_SEND,    /* The message `message` on `path`: action_encode writes it. */
	ACTION_DATA,    /* `payload` as `message`, DATA or MDAT, on `path`. */
	ACTION_FORWARD, /* `payload` as `message` to each of `endpoints`, from the local address
			   beside it. */
	ACTION_DELIVER, /* `payload` to the user. */
	ACTION_HOLD,    /* Keep `payload` at the end of the queue. */
	ACTION_UNHOLD,  /* Forget the oldest `count` of the queue. */
	ACTION_RELEASE, /* Publish all of the queue again, in order. */
	ACTION_KEEP,    /* Copy `payload` as MDAT, each of the run, behind those that are kept. */
	ACTION_UNKEEP,  /* Forget the oldest `count` of what is kept. */
	ACTION_AGAIN,   /* Give `count` of those kept, from the `first`-th on, to
			   member_publish_again. */
	ACTION_STORE,   /* Write `stored` where it survives a restart, before anything is sent. */
	ACTION_EVENT,   /* For the log: `event`, about `path`. */
};

/* What an ACTION_SEND's message is made of. */
enum action_body {
	ACTION_BODY_PLAIN,  /* `endpoints`, of the base profile. */
	ACTION_BODY_TERMS,  /* `terms`. */
	ACTION_BODY_FIELDS, /* `fields`. */
	ACTION_BODY_PATH,   /* `root_path`. */
};

struct registry_root;

struct action {
	enum action_type type;
	enum wire_type message;
	enum action_body body;
	enum event event;
	struct path path;
	const struct endpoint *endpoints;
	const struct endpoint *locals; /* FORWARD: one for each endpoint. */
	size_t first, count;           /* Of endpoints; of what is kept. */
	struct payload payload;
	struct wire_stamp stamp; /* KEEP; DATA, FORWARD as MDAT of a payload that has no such
				    header: the first one's; each next has a number and a seq one
				    higher. */
	union {
		struct {
			const struct wire_terms *terms;
			size_t size_min, size_max; /* See wire_encode_terms. */
		};
		union wire_fields fields;
		struct {
			const struct wire_path *root_path; /* Without what differs for each: */
			uint64_t token;                    /* this, and our own endpoint. */
		};
		const struct registry_root *stored;
	};
};

/* Writes the message of an ACTION_SEND; gives its size. */
size_t action_encode(const struct action *a, char out[WIRE_ANSWER_MAX]);

/* A ring of actions, lent by the caller; its capacity is a power of two. */
struct actions {
	struct action *ring;
	size_t mask;        /* Capacity - 1. */
	size_t first, next; /* Counts; what lies between them waits. */
	/* What a call's actions point to; a call sends no more texts than there are here. */
	unsigned terms_used, path_used;
	struct wire_terms terms[ACTIONS_SPARE];
	struct wire_path paths[ACTIONS_SPARE];
};

static inline void actions_init(struct actions *a, struct action *ring, size_t capacity)
{
	assert(capacity > 0 && (capacity & (capacity - 1)) == 0);
	a->ring = ring;
	a->mask = capacity - 1;
	a->first = a->next = 0;
	a->terms_used = a->path_used = 0;
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

/* Keys to be filled for action_send_terms; empty, good until the caller has carried out the call's
 * actions. */
static inline struct wire_terms *actions_terms(struct actions *a)
{
	struct wire_terms *t = &a->terms[a->terms_used++ % ACTIONS_SPARE];
	wire_terms_init(t);
	return t;
}

static inline struct wire_path *actions_path(struct actions *a)
{
	return &a->paths[a->path_used++ % ACTIONS_SPARE];
}

/* Write an action. */
void action_send(struct actions *a, enum wire_type message, const struct path *path,
		 const struct endpoint *endpoints, size_t count);
void action_send_terms(struct actions *a, enum wire_type message, const struct path *path,
		       const struct wire_terms *terms, size_t size_min, size_t size_max);
void action_send_fields(struct actions *a, enum wire_type message, const struct path *path,
			const union wire_fields *fields);
void action_send_path(struct actions *a, const struct path *path, uint64_t token,
		      const struct wire_path *root_path);
void action_event(struct actions *a, enum event event, const struct endpoint *about);

#endif
