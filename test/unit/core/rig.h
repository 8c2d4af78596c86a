/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
#ifndef RAMURE_TEST_RIG_H
#define RAMURE_TEST_RIG_H
/* rig.h - one member with nobody around it: a test hands in datagrams and time, and reads what the
 * member wants done as text, a line an action.
 *
 *     rig_init -> rig_start -> ( rig_tell | rig_pass | ... -> rig_expect )* -> rig_done
 *
 * Peers are p1, p2 ... (10.1.x.y, port 10000), addresses of the rendezvous point rp1 .. rp4, the
 * member itself `self`. Lines: `RJOI p1`, `NJOI p1: p2 p3`, `DATA p1 5`, `forward 3 5` (children,
 * bytes), `deliver 5`, `hold 5`, `unhold 2`, `release`, `(search rp1)`.
 *
 * After each call the rig asserts what holds for all of them: the number of actions, the deadline,
 * the bounds of every table.
 */
#include "core/member.h"
#include "unit.h"

#define RIG_RDV_MAX   4
#define RIG_TEXT_SIZE 65536

struct rig {
	struct member member;
	struct member_config config; /* May be changed before rig_start. */
	struct endpoint rdv[RIG_RDV_MAX];
	struct endpoint self;
	struct held held;
	struct drops drops;
	struct actions actions;
	struct action *ring;
	void *memory; /* For the children. */
	unsigned children_max;
	uint64_t seed;
	struct time now;
	size_t queue[HELD_MAX]; /* Sizes of the payloads that wait. */
	unsigned queue_count;
	bool is_releasing;
	size_t text_size;
	char text[RIG_TEXT_SIZE];
};

/* A member with the default configuration. */
struct rig *rig_new(unsigned children_max, unsigned rdv_count);
void rig_free(struct rig *r);

/* Starts it; `held` false: it has no place to keep payloads. */
void rig_start(struct rig *r, bool held);

/* The endpoint called `name`. */
struct endpoint rig_peer(const char *name);

/* `from` sends a message: its type, a line feed, its body. */
void rig_tell(struct rig *r, const char *from, const char *message);
void rig_receive(struct rig *r, const struct endpoint *from, const char *bytes, size_t size);
void rig_publish(struct rig *r, size_t size);
void rig_unreachable(struct rig *r, const char *name);

/* Time passes; member_on_time is called at each deadline. */
void rig_pass(struct rig *r, int64_t us);

/* These lines, in this order, since the last such call; `line\nline\n`. */
void rig_expect(struct rig *r, const char *lines);

/* Forgets the lines. */
void rig_forget(struct rig *r);

/* Brings a member that was just started to a place: below `parent`, or the root at rp1. */
void rig_attach(struct rig *r, const char *parent);
void rig_make_root(struct rig *r);

#endif
