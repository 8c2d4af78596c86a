/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
#ifndef RAMURE_BASE_HISTOGRAM_H
#define RAMURE_BASE_HISTOGRAM_H
/* histogram.h - how often which value was seen, from 0 to 2^64 - 1, within 1 %.
 *
 * Log-linear, as HDR histograms are: each power of two is cut into 128 buckets of one width, so a
 * bucket is never wider than 1/128 of its values. Smaller values than 256 have buckets of their
 * own. Adding costs a few instructions, whatever the value; nothing is allocated.
 *
 *     histogram_init -> ( histogram_add | histogram_merge )* -> histogram_percentile
 */
#include <stdint.h>

#define HISTOGRAM_BITS    7 /* Buckets of a power of two, as a power of two. */
#define HISTOGRAM_BUCKETS ((65 - HISTOGRAM_BITS) << HISTOGRAM_BITS)

struct histogram {
	uint64_t count;
	uint64_t min, max; /* Exact; 0 while the count is 0. */
	double sum;        /* For the mean. */
	uint64_t buckets[HISTOGRAM_BUCKETS];
};

/* The bucket of a value, and the highest value of a bucket. */
static inline unsigned histogram_bucket(uint64_t value)
{
	/* The highest set bit and the HISTOGRAM_BITS below it stay, the lower ones go. */
	unsigned bits = value == 0 ? 0 : 64 - (unsigned)__builtin_clzll(value);
	unsigned shift = bits > HISTOGRAM_BITS + 1 ? bits - (HISTOGRAM_BITS + 1) : 0;
	return (shift << HISTOGRAM_BITS) + (unsigned)(value >> shift);
}
uint64_t histogram_bucket_max(unsigned bucket);

void histogram_init(struct histogram *h);

static inline void histogram_add(struct histogram *h, uint64_t value)
{
	h->buckets[histogram_bucket(value)]++;
	h->sum += (double)value;
	h->min = h->count == 0 || value < h->min ? value : h->min;
	h->max = value > h->max ? value : h->max;
	h->count++;
}

/* Adds all that `from` has seen. */
void histogram_merge(struct histogram *h, const struct histogram *from);

/* The value that `percent` of all do not exceed (0 to 100): the highest one of its bucket, but no
 * higher than the highest seen. 0 if nothing was seen. */
uint64_t histogram_percentile(const struct histogram *h, double percent);

#endif
