/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
#include "base/bucket.h"

#include <assert.h>

void bucket_init(struct bucket *b, double rate_per_s, unsigned burst)
{
	assert(rate_per_s >= 0 && rate_per_s <= 1e6 && burst >= 1);
	b->interval_us = rate_per_s > 0 ? (int64_t)(1e6 / rate_per_s) : 0;
	b->depth_us = b->interval_us * burst;
	b->full_at = (struct time){INT64_MIN};
}

struct time bucket_ready_at(const struct bucket *b, struct time now)
{
	/* A token is there as long as refilling it, too, leaves the bucket full within depth_us
	 * from now. */
	if (b->interval_us == 0 || b->full_at.us <= now.us)
		return now;
	return time_after(b->full_at, b->interval_us - b->depth_us);
}

void bucket_take(struct bucket *b, struct time now)
{
	assert(time_is_due(bucket_ready_at(b, now), now));
	struct time base = b->full_at.us > now.us ? b->full_at : now;
	b->full_at = time_after(base, b->interval_us);
}
