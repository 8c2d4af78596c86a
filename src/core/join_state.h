/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
#ifndef RAMURE_CORE_JOIN_STATE_H
#define RAMURE_CORE_JOIN_STATE_H
/* join_state.h - what the two parts of a search share: join.c, which asks, and join_answer.c; for
 * these alone. */
#include "core/full_state.h"

/* [E5] Whom the rendezvous point names is asked after all that members name; until one does. */
#define JOIN_OFFERED_DEPTH 20000

/* [N2] A candidate whose tick is not newer is asked again so often. */
#define JOIN_STALE_MAX 6

/* [J9] So many places that others took first make a crowd. */
#define JOIN_LOSSES_MAX 2

/* True while the parent is kept, and others are asked for another place. */
bool join_keeps_parent(const struct walk *w);

/* [J9] True if many look for a place at once, or nobody who was asked has one. */
static inline bool join_is_crowd(const struct walk *w)
{
	return w && w->losses >= JOIN_LOSSES_MAX && !join_keeps_parent(w);
}

/* In a crowd the best place is taken before one has found it: then any will do. */
static inline enum policy join_policy(const struct member *m)
{
	return join_is_crowd(m->full->walk) ? POLICY_RANDOM : m->full->config->policy;
}

/* Has a walk, with its first candidates. False: there is none to be had now. */
bool join_take_walk(struct member *m, enum walk_purpose purpose, const struct member_input *in);

/* [V5] How tall we say that our subtree is when we ask for a place; 0 where nobody has to make way
 * for us: by the policy, for lack of a free place below us, or since we have a base child, which
 * would lose its place to who makes way. */
uint16_t join_claim(const struct member *m);

/* Who is asked; NULL: nobody. */
struct candidate *join_current(const struct member *m);

/* True for ourselves, and for whom we gave up. */
bool join_is_avoided(const struct member *m, const struct endpoint *e, struct time now);

/* True if the joiner would be somebody's foster child. [J8] */
bool join_may_hang(const struct member *m);

/* Asks a candidate. */
void join_ask(struct member *m, struct candidate *c, enum want want, const struct member_input *in);

/* Asks who is next, unless answers are waited for; where nobody is left the walk ends. */
void join_continue(struct member *m, const struct member_input *in);

/* [V1] The next attempt comes later, unless we have moved. */
void join_plan_improvement(struct member *m, const struct member_input *in);

#endif
