/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
#include "base/histogram.h"

#include <string.h>

uint64_t histogram_bucket_max(unsigned bucket)
{
	const unsigned per_power = 1U << HISTOGRAM_BITS;
	if (bucket < 2 * per_power)
		return bucket;
	unsigned shift = bucket / per_power - 1;
	uint64_t kept = per_power + bucket % per_power;
	return ((kept + 1) << shift) - 1; /* The last bucket's wraps to UINT64_MAX, as it should. */
}

void histogram_init(struct histogram *h)
{
	memset(h, 0, sizeof(*h));
}

void histogram_merge(struct histogram *h, const struct histogram *from)
{
	if (from->count == 0)
		return;
	h->min = h->count == 0 || from->min < h->min ? from->min : h->min;
	h->max = from->max > h->max ? from->max : h->max;
	h->sum += from->sum;
	h->count += from->count;
	for (unsigned i = 0; i < HISTOGRAM_BUCKETS; i++)
		h->buckets[i] += from->buckets[i];
}

uint64_t histogram_percentile(const struct histogram *h, double percent)
{
	/* At least one value, so that 0 % is the lowest one's bucket. */
	double wanted = (double)h->count * percent / 100;
	uint64_t seen = 0;
	for (unsigned i = 0; i < HISTOGRAM_BUCKETS; i++) {
		seen += h->buckets[i];
		if (seen > 0 && (double)seen >= wanted) {
			uint64_t highest = histogram_bucket_max(i);
			return highest < h->max ? highest : h->max;
		}
	}
	return h->max;
}
