/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
#ifndef RAMURE_CORE_BACKOFF_H
#define RAMURE_CORE_BACKOFF_H
/* backoff.h - spaces out repetitions: doubled each time up to a limit, with jitter. [B8], [B9]
 *
 * No clock, I/O or allocation.
 *
 *     backoff_reset -> backoff_next_us*
 */
#include "base/random.h"

struct backoff {
	uint8_t doublings; /* Since backoff_reset. */
};

static inline void backoff_reset(struct backoff *b)
{
	b->doublings = 0;
}

/* How long to wait: `first_us`, doubled at each call, `doublings_max` times at most, less up to a
 * quarter at random. The first pause has no jitter: a single loss costs exactly the retry interval.
 */
int64_t backoff_next_us(struct backoff *b, int64_t first_us, unsigned doublings_max,
			struct random *random);

#endif
