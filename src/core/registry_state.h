/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
#ifndef RAMURE_CORE_REGISTRY_STATE_H
#define RAMURE_CORE_REGISTRY_STATE_H
/* registry_state.h - what the parts of the registry share; for src/core alone.
 *
 *     registry.c         what begins, who takes a message, and when something is due
 *     registry_table.c   groups, and how their roots come and go
 *     registry_probe.c   whether a root is there
 *     registry_answer.c  proofs and quotas, and what all full answers have
 */
#include "core/registry.h"

struct registry_input {
	const struct path *path;
	const struct wire_message *message;
	struct time now;
	struct actions *actions;
};

typedef void registry_handler(struct registry *, const struct registry_input *);

/* The handlers, one file each. One that is missing does not link. */
#define HANDLER_REGISTRY(type) registry_handler registry_recv_##type;
#define HANDLER_MEMBER(type)
#define HANDLER_BOTH(type)            registry_handler registry_recv_##type;
#define MESSAGE(type, body, receiver) HANDLER_##receiver(type)
#include "wire/messages.def"
#undef MESSAGE
#undef HANDLER_MEMBER
#undef HANDLER_REGISTRY
#undef HANDLER_BOTH

/* --- registry_table.c --- */

/* As registry_at, to be changed. */
static inline struct registry_root *registry_root_at(struct registry *r, unsigned i)
{
	return i < 2 ? &r->roots[i] : &r->config.more[i - 2];
}

/* The base group's, for the family of an endpoint. */
struct registry_root *registry_slot(struct registry *r, const struct endpoint *e);

/* The one of the group and the family of `e`; NULL: there is none. */
struct registry_root *registry_find(struct registry *r, const char *group,
				    const struct endpoint *e);

/* The same, made where there is none; NULL: there is no room. */
struct registry_root *registry_find_or_make(struct registry *r, const char *group,
					    const struct endpoint *e);

/* Who sent `in` is the root now, under this epoch. */
void registry_register(struct registry *r, struct registry_root *root, bool is_full, uint64_t id,
		       uint32_t epoch, const struct registry_input *in);

/* The same without a change: it is there. */
void registry_refresh(struct registry *r, struct registry_root *root,
		      const struct registry_input *in);

/* There is no root any more. */
void registry_forget(struct registry_root *root, enum event event, struct time now,
		     struct actions *actions);

/* Wants it to be written down. */
void registry_store(const struct registry_root *root, struct actions *actions);

/* The epoch after all of those. */
uint32_t registry_next_epoch(uint32_t stored, uint32_t claimed);

/* --- registry_probe.c --- */

static inline bool probe_runs(const struct registry_root *root)
{
	return root->probe.nonce != 0;
}

/* Begins to ask the root whether it is there, unless that is being done. `tick`: the newest by
 * which it is known to have lived. */
void probe_begin(struct registry *r, struct registry_root *root, struct wire_tick_number tick,
		 struct time now, struct actions *actions);

/* Somebody else than a restored root wants to know of it, or to be it: is it there? [E6] */
void probe_restored(struct registry *r, struct registry_root *root,
		    const struct registry_input *in);

/* A base node asks for a full root that is late with its refreshes: is it there? [E4] */
void probe_quiet(struct registry *r, struct registry_root *root, const struct registry_input *in);

/* The root was heard of, or is gone. */
void probe_end(struct registry_root *root);

/* Does what is due for one root: at most two actions. */
void probe_on_time(struct registry *r, struct registry_root *root, struct time now,
		   struct actions *actions);
struct time probe_deadline(const struct registry_root *root);

/* --- registry_answer.c --- */

/* A full request that is let in. */
struct registry_request {
	const struct wire_terms *terms;
	const char *group;
	struct wire_tick_number tick; /* The newest that it knows of; an epoch that is out of
					 bounds is cut to those. */
	bool is_proven;               /* It repeated our cookie. */
};

/* False: counted, and dropped. */
bool registry_admit(struct registry *r, const struct registry_input *in,
		    struct registry_request *ret_request);

/* The first keys of the answer. */
struct wire_terms *registry_answer(const struct registry *r, const struct registry_request *q,
				   const struct registry_input *in);

/* Who the root is, and of which profile. */
void registry_put_root(const struct registry_root *root, struct wire_terms *answer);

/* [I3] Drops members by which the answer would be longer than an unproven request, and sends it. */
void registry_send(enum wire_type type, const struct registry_request *q, struct wire_terms *answer,
		   const struct registry_input *in);

/* What a proven request tells of the root's ticks. [E4], [E5] */
void registry_note_tick(struct registry_root *root, const struct registry_request *q,
			const struct registry_input *in);

/* False: a bare request which is not answered; counted. */
bool registry_admit_base(struct registry *r);

#endif
