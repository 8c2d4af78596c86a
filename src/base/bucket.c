/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
#include "base/bucket.h"

#include <assert.h>

#define NS_PER_US INT64_C(1000)

/* Nanoseconds, since whole microseconds would make high rates half as high again. */
void bucket_init(struct bucket *b, double rate_per_s, unsigned burst)
{
	assert(rate_per_s >= 0 && rate_per_s <= 1e6 && burst >= 1);
	/* So slow that the sums below stay in range: with a burst of a million still weeks. */
	int64_t longest_ns = INT64_MAX / 8 / burst;
	double interval_ns = rate_per_s > 0 ? 1e9 / rate_per_s : 0;
	b->interval_ns = interval_ns < (double)longest_ns ? (int64_t)interval_ns : longest_ns;
	b->depth_ns = b->interval_ns * burst;
	b->full_at_ns = INT64_MIN;
}

struct time bucket_ready_at(const struct bucket *b, struct time now)
{
	/* A token is there as long as refilling it, too, leaves the bucket full within depth_ns
	 * from now. */
	if (b->interval_ns == 0 || b->full_at_ns <= now.us * NS_PER_US)
		return now;
	int64_t ready_ns = b->full_at_ns + b->interval_ns - b->depth_ns;
	return (struct time){ready_ns / NS_PER_US + (ready_ns % NS_PER_US > 0)};
}

void bucket_take(struct bucket *b, struct time now)
{
	assert(time_is_due(bucket_ready_at(b, now), now));
	int64_t now_ns = now.us * NS_PER_US;
	b->full_at_ns = (b->full_at_ns > now_ns ? b->full_at_ns : now_ns) + b->interval_ns;
}
