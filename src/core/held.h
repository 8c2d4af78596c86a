/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
#ifndef RAMURE_CORE_HELD_H
#define RAMURE_CORE_HELD_H
/* held.h - until when each payload waits for a root to be known. Rule [P4].
 *
 * The times alone: the payloads themselves lie with the caller, who keeps them in the same order as
 * ACTION_HOLD, ACTION_UNHOLD and ACTION_RELEASE say.
 */
#include "base/time.h"

#include <assert.h>

#define HELD_MAX 64

struct held {
	struct time until[HELD_MAX];
	unsigned first, count;
};

static inline void held_put(struct held *h, struct time until)
{
	assert(h->count < HELD_MAX);
	h->until[(h->first + h->count++) % HELD_MAX] = until;
}

static inline void held_drop_oldest(struct held *h)
{
	assert(h->count > 0);
	h->first = (h->first + 1) % HELD_MAX;
	h->count--;
}

/* When the oldest has waited too long; TIME_NEVER if none waits. */
static inline struct time held_deadline(const struct held *h)
{
	return h->count > 0 ? h->until[h->first] : TIME_NEVER;
}

#endif
