/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
#ifndef RAMURE_CORE_KEEP_H
#define RAMURE_CORE_KEEP_H
/* keep.h - a source's messages that the root has not acknowledged. Rules [D6], [D7].
 *
 * Which numbers, since when, and which of them are acknowledged; the messages themselves lie with
 * the caller, who keeps them in the same order as ACTION_KEEP, ACTION_UNKEEP and ACTION_AGAIN say.
 * No clock, I/O or allocation.
 */
#include "base/time.h"

#include <stdbool.h>
#include <stddef.h>

#define KEEP_MAX 1024

struct keep {
	uint64_t first; /* The number of the oldest that is kept; `first + count`: of the next. */
	unsigned count;
	struct time until[KEEP_MAX]; /* When each is given up, by its number modulo KEEP_MAX. */
	uint64_t acknowledged[KEEP_MAX / 64];
};

/* Nothing is kept; the first number will be 1. */
void keep_init(struct keep *k);

/* The next number is kept until then; there is room. Gives the number. */
uint64_t keep_put(struct keep *k, struct time until);

/* The next `count` numbers are used without being kept; nothing is. */
void keep_skip(struct keep *k, size_t count);

/* The oldest `count` are kept no more. */
void keep_forget(struct keep *k, size_t count);

/* The root has `top`, the `run` numbers directly below it, and for each bit i of `seen` the one
 * that is 2 + i below those. Gives how many of the oldest need not be kept any more, and forgets
 * them. */
unsigned keep_acknowledge(struct keep *k, uint64_t top, uint32_t run, uint64_t seen);

bool keep_is_acknowledged(const struct keep *k, uint64_t number);

/* From the `place`-th on, how many there are of which `wanted` are not acknowledged, and none is
 * kept longer than until `until`. */
unsigned keep_count_due(const struct keep *k, unsigned place, unsigned wanted, struct time until);

/* Gives how many of the oldest were kept for too long without being acknowledged, and forgets them.
 */
unsigned keep_expire(struct keep *k, struct time now);

static inline struct time keep_deadline(const struct keep *k)
{
	return k->count > 0 ? k->until[k->first % KEEP_MAX] : TIME_NEVER;
}

#endif
