/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
#ifndef RAMURE_CORE_MEMBER_STATE_H
#define RAMURE_CORE_MEMBER_STATE_H
/* member_state.h - what the handlers of a member share; for src/core alone. */
#include "core/member.h"

/* What a call works with. */
struct member_input {
	const struct path *path;            /* NULL where no message came. */
	const struct wire_message *message; /* NULL where no message came. */
	struct time now;
	struct actions *actions;
};

typedef void member_handler(struct member *, const struct member_input *);

/* The handlers, one file each: recv_<type>.c. One that is missing does not link. */
#define HANDLER_REGISTRY(type)
#define HANDLER_MEMBER(type)          member_handler member_recv_##type;
#define HANDLER_BOTH(type)            member_handler member_recv_##type;
#define MESSAGE(type, body, receiver) HANDLER_##receiver(type)
#include "wire/messages.def"
#undef MESSAGE
#undef HANDLER_MEMBER
#undef HANDLER_REGISTRY
#undef HANDLER_BOTH

/* The one place where the state changes. */
void member_set_state(struct member *m, enum member_state state);

bool member_is_self(const struct member *m, const struct endpoint *e);

/* The endpoint of the rendezvous point that is asked now. */
const struct endpoint *member_rdv(const struct member *m);

/* True if `r` is open and was sent to the endpoint that the message came from. */
bool member_is_answer(const struct request *r, const struct member_input *in);

/* Sends a new question of our own, or repeats it. */
void member_ask(struct member *m, enum wire_type type, const struct endpoint *target,
		const struct member_input *in);

/* The same to the rendezvous point: the endpoint of it that answered last. */
void member_ask_rdv(struct member *m, enum wire_type type, const struct member_input *in);

/* [C3] The answer NJOI of the base profile: there is no place, ask the children. */
void member_list_children(struct member *m, const struct member_input *in);

/* A refresh at a parent of the base profile, as that has it. */
void member_refresh_bare(struct member *m, const struct member_input *in);

/* The request was answered; whose endpoint it was is asked first from now. [M3] */
void member_close_request(struct member *m, struct request *r);

/* Sends the open request again after the pause between searches. [B9] */
void member_ask_later(struct member *m, const struct member_input *in);

/* Looks for a place in the tree, beginning at the rendezvous point: at once the first times, later
 * after a pause. [M2], [B9] */
void member_search(struct member *m, const struct member_input *in);

/* Passes payloads to all children, then to the user. [P6] */
void member_distribute(struct member *m, const struct payload *payload,
		       const struct member_input *in);

/* Takes DATA messages from in->path, in->message is not looked at; gives how many are dealt with.
 * [P5], [P7] */
size_t member_take_data(struct member *m, const struct run *run, const struct member_input *in);

/* Publishes what waited for a root. */
void member_release(struct member *m, const struct member_input *in);

#endif
