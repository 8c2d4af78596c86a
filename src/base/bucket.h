/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
#ifndef RAMURE_BASE_BUCKET_H
#define RAMURE_BASE_BUCKET_H
/* bucket.h - a token bucket: `burst` at once, then `rate` a second.
 *
 * No clock and no allocation; a bucket that is not asked costs nothing.
 *
 *     bucket_init -> ( bucket_ready_at -> bucket_take )*
 */
#include "base/time.h"

struct bucket {
	int64_t interval_ns; /* Time in which one token grows; 0: no limit at all. */
	int64_t depth_ns;    /* What a full bucket holds, as time: burst x interval_ns. */
	int64_t full_at_ns;  /* When the bucket is full again; in the past: it is full now. */
};

/* `rate_per_s` tokens a second, at most 1,000,000, 0 for no limit; `burst` tokens at once, at
 * least 1. The bucket starts full. */
void bucket_init(struct bucket *b, double rate_per_s, unsigned burst);

/* When the next token can be taken: a moment not after `now` if it can be at once. */
struct time bucket_ready_at(const struct bucket *b, struct time now);

/* Takes one token. The caller has seen that bucket_ready_at is due. */
void bucket_take(struct bucket *b, struct time now);

#endif
