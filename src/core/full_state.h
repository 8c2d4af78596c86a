/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
#ifndef RAMURE_CORE_FULL_STATE_H
#define RAMURE_CORE_FULL_STATE_H
/* full_state.h - what the parts of a member of the full profile share; for src/core alone.
 *
 *     full.c         what begins, and when something is due
 *     join.c         the search for a parent, join_answer.c  and what it is answered
 *     link.c         the parent
 *     brood.c        the children
 *     tick.c         what goes down, and what is told upwards
 *     data.c         stamps, duplicates, second tries
 *     spread.c       copies for those who want them
 *     unreachable.c  ICMP
 *
 * All take a member that has a struct full.
 */
#include "core/member_state.h"
#include "core/walk.h"

/* [I3] A request that does not prove its address is so long: the answer has room for some members.
 */
#define FULL_PADDED 512

/* [F5] After so many full requests a bare one may be made. */
#define FULL_TRIES 3

/* [F5] Of so many requests to the rendezvous point the last is bare; and to one that is known to
 * speak the full profile, since it may have been exchanged for another. A bare answer does not tell
 * the epochs that were, so whom loss alone makes ask so could begin one twice. */
#define FULL_BARE_PERIOD       4
#define FULL_BARE_PERIOD_KNOWN 16

static inline unsigned full_bare_period(const struct full *f)
{
	return f->is_rdv_full ? FULL_BARE_PERIOD_KNOWN : FULL_BARE_PERIOD;
}

#define FULL_DEPTH_MAX 1024 /* [N5] */

/* --- full.c --- */

void full_init(struct member *m, const struct full_options *o, struct full *memory);
void full_on_time(struct member *m, const struct member_input *in);
struct time full_deadline(const struct member *m);

/* Writes ROOT or RREG for the rendezvous point. */
void full_ask_rdv(struct member *m, struct request *r, const struct member_input *in);

/* True if a message is a full one and answers the open request: it repeats its nonce. */
bool full_is_answer(const struct member *m, const struct member_input *in);

/* What every full answer of the rendezvous point tells. */
void full_learn_rdv(struct member *m, const struct wire_terms *t);

/* True unless a message is a bare answer to `r` where none counts: base nodes are not let in, or
 * who was asked is known to be of the full profile, and was not asked in the base profile. Anybody
 * who can send in its name could make that up. [F5] */
bool full_is_plausible(const struct member *m, const struct request *r,
		       const struct member_input *in);

/* The first keys of everything that we send. */
struct wire_terms *full_terms(const struct member *m, uint64_t nonce, struct actions *actions);

/* We are the root now, under this epoch. */
void full_become_root(struct member *m, uint32_t epoch, const struct member_input *in);

/* --- unreachable.c --- */

/* ICMP says that nobody listens there, and quotes `size` bytes of what was sent. [O2] */
void full_on_unreachable(struct member *m, const struct endpoint *endpoint, const char *quoted,
			 size_t size, const struct member_input *in);

/* --- join.c --- */

/* Begins a walk, of a purpose that has beginnings of its own, or at the root; later, if there is
 * none to be had now. */
void join_begin(struct member *m, enum walk_purpose purpose, const struct member_input *in);
void join_begin_at(struct member *m, const struct endpoint *root, bool is_full,
		   const struct member_input *in);

/* Looks for another place, unless we do that already, or do not have one under a full parent.
 * [V1], [V4], [V5] */
void join_move(struct member *m, enum walk_purpose purpose, const struct member_input *in);

/* A parent taken for a base node speaks the full profile, and gave a cookie: the link may become
 * full. [F5] */
void join_on_offer(struct member *m, const struct member_input *in);

/* Somebody who may be asked when the root does not answer. */
void join_offer(struct member *m, const struct endpoint *e, const struct member_input *in);

/* Gives the walk back, if there is one. */
void join_end(struct member *m);

void join_on_time(struct member *m, const struct member_input *in);
struct time join_deadline(const struct member *m);

/* Who was asked has not answered, or never will (ICMP). */
void join_on_silence(struct member *m, const struct member_input *in);

/* Answers. */
void join_on_refusal(struct member *m, const struct member_input *in);
void join_on_base_refusal(struct member *m, const struct member_input *in);
void join_on_acceptance(struct member *m, const struct member_input *in);
void join_on_pong(struct member *m, const struct member_input *in);

/* Asks the parent for all that a YJOI tells, as its child: the epoch is another. */
void join_ask_parent(struct member *m, const struct member_input *in);

/* True if who is asked for a place is known to be of the full profile. */
bool join_is_full(const struct member *m);

/* Writes an RJOI to `r->target`. */
void join_send(struct member *m, struct request *r, const struct member_input *in);

/* --- link.c --- */

/* The parent accepted us: YJOI, full or bare. */
void link_attach(struct member *m, const struct wire_terms *terms, uint32_t rtt_us,
		 const struct member_input *in);

/* The parent is gone: from now we look for another, our subtree with us. [O1] */
void link_lose(struct member *m, const struct member_input *in);

/* The same, of one that lives: it is told, and has the place free. */
void link_leave(struct member *m, const struct member_input *in);

/* Who does not answer is not asked again for a while; of the root the rendezvous point is told. */
void link_give_up(struct member *m, const struct endpoint *e, bool is_root, struct time now);

/* Something came from the parent that nobody else can send. */
void link_heard(struct member *m, const struct member_input *in);

/* The key of the epoch, if the parent's path has brought it. [T2] */
void link_learn_key(struct member *m, const struct member_input *in);

/* A tick of the parent, or what it tells in a YJOI. */
void link_on_tick(struct member *m, const struct wire_TICK *tick, const struct member_input *in);

void link_on_time(struct member *m, const struct member_input *in);
struct time link_deadline(const struct member *m);

/* True if it is the parent's, and has the link's token. */
bool link_is_parents(const struct member *m, const struct member_input *in, uint64_t token);

/* Asks the parent whether it is there. */
void link_ask(struct member *m, uint8_t flags, const struct member_input *in);

void link_set_detached(struct member *m, bool is_detached, const struct member_input *in);

/* Ends a link besides that of the parent. */
void link_end_side(struct member *m, struct side_link *link, const struct member_input *in);

/* True if data from there are taken: from the parent, or a link besides. */
bool link_brings_data(const struct member *m, const struct endpoint *e, struct time now);

/* We have the data up to our own `seq` from the new parent, too: the old one may go. [V3] */
void link_check_move(struct member *m, const struct member_input *in);

/* --- tick.c --- */

/* The newest tick that may go down now. [N1], [N2] */
struct wire_tick_number tick_number(const struct member *m);

void tick_on_time(struct member *m, const struct member_input *in);
void tick_report(struct member *m, const struct member_input *in);

/* A child came or left, or told of another room: the parent is told, soon. [T6] */
void tick_report_soon(struct member *m, const struct member_input *in);

/* The hash of our own root path; 0: none. */
uint32_t tick_path_hash(const struct member *m);

/* Tells a child our own root path, and the key of the epoch. */
void tick_tell_path(struct member *m, const struct path *child, const struct member_input *in);

/* --- brood.c --- */

/* The child at `place` is dropped. */
void brood_drop(struct member *m, unsigned place, enum event event, const struct member_input *in);

/* The child at `place` has not been heard of for long, or somebody says that it is dead. */
void brood_ask(struct member *m, unsigned place, const struct member_input *in);
void brood_on_time(struct member *m, const struct member_input *in);
void brood_on_pong(struct member *m, const struct member_input *in);

/* Something came from a child with the link's token; count: it is none. */
unsigned brood_heard(struct member *m, uint64_t token, const struct member_input *in);

/* A request for a place in the full profile, and [I6] in the base profile. */
void brood_on_request(struct member *m, const struct member_input *in);
void brood_on_base_request(struct member *m, const struct member_input *in);

/* Children of the full profile that we would still take. */
unsigned brood_free(const struct member *m);

/* Of our subtree, for a report. */
uint16_t brood_room(const struct member *m);

/* Hops down to the farthest of our subtree. */
uint16_t brood_height(const struct member *m);

/* --- spread.c --- */

/* What one decision about where a message goes hangs on: its channel, and how much of its payload
 * base children do not get; 0: nothing, or they get none of it. */
struct spread_kind {
	uint16_t channel, peel;
};

static inline bool spread_is_alike(struct spread_kind a, struct spread_kind b)
{
	return a.channel == b.channel && a.peel == b.peel;
}

/* Of the datagram at `place` of a run of MDAT; of the first of what is published. */
struct spread_kind spread_kind_of(const struct run *run, size_t place);
struct spread_kind spread_kind_of_payload(const struct payload *payload);

/* Messages on their way down. */
struct spread {
	struct payload payload;
	enum wire_type type; /* For full children; base children get DATA. */
	struct spread_kind kind;
	struct wire_stamp stamp; /* The first one's, where the payload has none. */
};

void spread_to_children(struct member *m, const struct spread *s, const struct member_input *in);
void spread_to_user(struct member *m, const struct spread *s, const struct member_input *in);

/* The channels that somebody in our subtree wants. [K2] */
uint64_t spread_wanted(const struct member *m);

/* --- data.c --- */

/* [D9] True if the payload has no room for a stamp: it goes as bare DATA. */
bool data_is_too_large(const struct payload *payload);

/* True if such a payload would not be taken by the root. */
bool data_is_refused(const struct member *m, const struct payload *payload);

/* What is kept is sent at once: the root is another, or known again. [D7] */
void data_send_kept(struct member *m, const struct member_input *in);

/* Gives how many of the run are dealt with. */
size_t data_take(struct member *m, const struct run *run, const struct member_input *in);
void data_again(struct member *m, char *message, size_t size, const struct member_input *in);
/* False: it has to go as the base profile has it. */
bool data_publish(struct member *m, const struct payload *payload, const struct member_input *in);

/* Payloads of base nodes, at the root. */
void data_distribute_base(struct member *m, const struct payload *payload,
			  const struct member_input *in);
void data_on_ack(struct member *m, const struct member_input *in);
void data_on_time(struct member *m, const struct member_input *in);
struct time data_deadline(const struct member *m);

/* A new epoch: data begin again with this key, behind this sequence number. */
void data_begin_epoch(struct member *m, uint64_t key, uint64_t seq, const struct member_input *in);

#endif
