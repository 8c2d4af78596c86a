/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
#ifndef RAMURE_TEST_FUZZ_SCENE_FULL_H
#define RAMURE_TEST_FUZZ_SCENE_FULL_H
/* scene_full.h - one member of the full profile and all that is lent to it; carries out what it
 * wants done, and checks that, and its state.
 *
 *     scene_start -> ( scene_begin, a call of the member, scene_finish, scene_check )* ->
 * scene_leave
 */
#include "core/member.h"
#include "core/walk.h"
#include "peers.h"

#define RDV_MAX    2
#define SELVES     2
#define TAKEN_SIZE 1024 /* A power of two. */

/* Pairs of numbers that were there: none comes twice. Where it is nearly full, it forgets. */
struct taken {
	struct {
		uint64_t a, b;
	} pairs[TAKEN_SIZE];
	unsigned count;
};

struct kept {
	uint64_t number;
	size_t size;
};

struct scene {
	struct member member;
	struct full full;
	struct member_config config;
	struct full_config full_config;
	struct endpoint rdv[RDV_MAX], selves[SELVES];
	struct held held;
	struct quota quota;
	struct drops drops;
	struct keep keep;
	struct actions actions, again; /* `again`: of member_publish_again. */
	void *children, *sources, *walks;
	unsigned children_max;
	struct time now;
	size_t queue[HELD_MAX]; /* Sizes of the payloads that wait. */
	unsigned queue_count;
	struct kept kept[KEEP_MAX];
	unsigned kept_count;
	struct taken delivered, forwarded;
	uint64_t key;                        /* Of what was forwarded, */
	uint32_t key_epoch;                  /* and whose it is. */
	struct wire_tick_number told;        /* The newest that any child was told. */
	const struct endpoint *asker;        /* Of the message that is being handled, */
	const struct wire_message *asked;    /* and that; NULL: none is. */
	size_t limit;                        /* An answer to it has less than that. */
	size_t before_actions, before_terms; /* At the beginning of the call. */
	unsigned before_children, again_depth;
	bool had_side_link;
	struct peers peers;
};

extern struct scene scene;

/* As the first bytes of an input say. */
void scene_start(struct steps *steps);

/* Before and after each call. */
void scene_begin(const struct actions *actions);
void scene_finish(struct actions *actions);

/* What holds between calls. */
void scene_check(void);

/* Publishes a run of payloads, with room for a stamp or without. */
void scene_publish(size_t size, size_t count, size_t header);

/* The last call, and nothing is lent any more. */
void scene_leave(void);

bool scene_is_self(const struct endpoint *e);

#endif
