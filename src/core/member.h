/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
#ifndef RAMURE_CORE_MEMBER_H
#define RAMURE_CORE_MEMBER_H
/* member.h - a node of the tree: finds a parent, keeps children, passes payloads on. Rules
 * [M1]-[P9].
 *
 * The base profile. No clock, socket, log or allocation: the time comes in, actions go out
 * (action.h), draws are from a generator seeded at the start. A call yields at most children +
 * ACTIONS_SPARE actions.
 *
 *     member_init -> member_start -> ( member_receive | member_publish | member_on_unreachable
 *                                      | member_on_time )* -> nothing to free
 */
#include "core/backoff.h"
#include "core/children.h"
#include "core/drops.h"
#include "core/full.h"
#include "core/held.h"
#include "core/quota.h"

/* The same for many members of a simulation; kept, and not changed while a member lives. */
struct member_config {
	int64_t refresh_us;    /* A child to its parent, the root to the rendezvous point. */
	int64_t guard_us;      /* A child that did not refresh for so long is dropped. */
	int64_t retry_us;      /* An unanswered request is repeated after that. */
	int64_t root_cache_us; /* The root's endpoint is good for so long after a TOOR. */
	int64_t held_us;       /* A payload waits so long for a root. */
	unsigned
		misses; /* Unanswered requests in a row after which a parent is gone, at least 1. */
	unsigned tries; /* Requests in one refresh at most; `misses` normally, 1 for none repeated.
			 */
	const struct endpoint
		*rdv;       /* The rendezvous point's endpoints, all of one family or not. */
	unsigned rdv_count; /* At least 1. */
};

/* The defaults of the base profile. [B3] */
#define MEMBER_CONFIG_DEFAULT                                                                      \
	((struct member_config){                                                                   \
		.refresh_us = 120 * US_PER_S,                                                      \
		.guard_us = 180 * US_PER_S,                                                        \
		.retry_us = US_PER_S,                                                              \
		.root_cache_us = 60 * US_PER_S,                                                    \
		.held_us = 60 * US_PER_S,                                                          \
		.misses = 3,                                                                       \
		.tries = 3,                                                                        \
	})

#define MEMBER_CHILDREN_DEFAULT 3

enum member_state {
	MEMBER_SEARCHING,   /* Asks the rendezvous point for the root. */
	MEMBER_REGISTERING, /* There is none: asks to become it. */
	MEMBER_JOINING,     /* Asks a candidate to be its parent. */
	MEMBER_ATTACHED,    /* Has a parent. */
	MEMBER_ROOT,        /* Is the root. */
};

/* One question, repeated until it is answered or given up. */
struct request {
	enum wire_type type; /* ROOT, RREG or RJOI. */
	bool is_open;        /* Asked, or about to be, and not answered. */
	uint8_t tries;       /* Sent so often; 0: the first is due at due_at. */
	uint8_t rdv; /* Of requests to the rendezvous point: which of its endpoints is asked. */
	struct backoff backoff;
	struct endpoint target;
	struct time due_at; /* When to send again or give up; TIME_NEVER: at the next refresh. */
};

struct member {
	const struct member_config *config;
	const struct endpoint *selves; /* Our own endpoints, kept by the caller; may be several. */
	unsigned self_count;
	enum member_state state;
	struct request request; /* For our own place in the tree. */
	struct request query;   /* ROOT, for the sake of a payload. */
	uint8_t rdv_current;    /* Which of the rendezvous point's endpoints answered last. */
	uint8_t misses;         /* Requests to the parent or candidate unanswered in a row. */
	uint8_t searches;       /* Since we were last in the tree. */
	struct backoff search_backoff;
	struct time searched_at;     /* When ROOT was last sent for a search. */
	struct endpoint parent;      /* Meaningful while attached. */
	struct time refresh_at;      /* Meaningful while attached or root. */
	struct endpoint cached_root; /* From the last TOOR; port 0 if that was empty. */
	struct time cached_until;
	struct children children;
	struct random random;
	struct held *held;   /* Lent; NULL: payloads do not wait for a root. */
	struct quota *quota; /* Lent; NULL: DATA from anybody at any rate. */
	struct drops *drops; /* Lent; may be shared. */
	struct full *full;   /* Lent; NULL: the base profile alone. */
};

struct member_options {
	const struct member_config *config; /* Kept. */
	const struct endpoint *selves;      /* Kept; the caller may change what it points to. */
	unsigned self_count;
	unsigned children_max; /* At most CHILDREN_LIMIT. 0: a leaf, never the root. */
	void *children_memory; /* children_memory_size(children_max, full != NULL) bytes, kept. */
	struct held *held;     /* Kept; may be NULL. */
	struct quota *quota;   /* For DATA at the root; kept; may be NULL. */
	struct drops *drops;   /* Kept. */
	uint64_t seed;
	const struct full_options *full; /* NULL: the base profile. */
	struct full *full_memory;        /* For the state of the full profile; kept. */
};

void member_init(struct member *m, const struct member_options *o);

/* Begins to look for a place in the tree. */
void member_start(struct member *m, struct time now, struct actions *actions);

/* Takes a datagram that came on `path`: from path->remote, to path->local. */
void member_receive(struct member *m, const struct path *path, const char *bytes, size_t size,
		    struct time now, struct actions *actions);

/* Takes a run of datagrams that came on `path`, all of them of `type`, DATA or MDAT
 * (wire_count_data). The root writes its part of their headers in place. Gives the number of those
 * that are dealt with, at least 1: those for which one decision holds. The children, and with them
 * what actions of earlier such calls point to, stay as they are. */
size_t member_receive_data(struct member *m, const struct path *path, const struct run *run,
			   enum wire_type type, struct time now, struct actions *actions);

/* Publishes payloads of the local user, with headers or without; where they have WIRE_STAMP_SIZE
 * bytes of room for one, it is written. Larger than WIRE_PAYLOAD_MAX: dropped and counted. Gives
 * the number of those that are dealt with: all of them or, where each has to wait for a root by
 * itself, the first. The children stay as they are. */
size_t member_publish(struct member *m, const struct payload *payload, struct time now,
		      struct actions *actions);

/* Publishes a message that was kept once more: ACTION_AGAIN asks for it. [D7] */
void member_publish_again(struct member *m, char *message, size_t size, struct time now,
			  struct actions *actions);

/* The network says that nobody listens at `endpoint`, to which we have sent what it quotes, perhaps
 * not to the end (ICMP). [B6], [O2] */
void member_on_unreachable(struct member *m, const struct endpoint *endpoint, const char *quoted,
			   size_t quoted_size, struct time now, struct actions *actions);

/* Says that it stops to parent, children and rendezvous point: the last call. [O5] */
void member_leave(struct member *m, struct time now, struct actions *actions);

/* Looks for a better place now, unless it does already. [V1] */
void member_improve(struct member *m, struct time now, struct actions *actions);

/* From now the user wants the payloads of these channels alone (wire_channel_bit); of all of them
 * at the start. In the base profile without effect. [K2] */
void member_want(struct member *m, uint64_t wanted, struct time now, struct actions *actions);

/* Does what is due. */
void member_on_time(struct member *m, struct time now, struct actions *actions);

/* When member_on_time has something to do; never TIME_NEVER after member_start. */
struct time member_deadline(const struct member *m);

/* The state as the log names it. */
const char *member_state_name(enum member_state state);

#endif
