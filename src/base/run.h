/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
#ifndef RAMURE_BASE_RUN_H
#define RAMURE_BASE_RUN_H
/* run.h - a run: datagrams of one size side by side in memory; only the last may be shorter.
 *
 * As the kernel hands them over coalesced (UDP_GRO) and takes them (UDP_SEGMENT), so that one
 * decision and one system call can hold for all of them. A single datagram is a run of one.
 */
#include <assert.h>
#include <stddef.h>

struct run {
	const char *bytes;   /* Borrowed. */
	size_t size;         /* Of all of them. */
	size_t segment_size; /* Of each but the last, which may have less. */
	size_t count;        /* 0 only when all were taken off. */
};

static inline struct run run_one(const char *bytes, size_t size)
{
	return (struct run){.bytes = bytes, .size = size, .segment_size = size, .count = 1};
}

/* `size` bytes, cut every `segment_size`, which is not 0 where there is more than one. */
static inline struct run run_of(const char *bytes, size_t size, size_t segment_size)
{
	if (segment_size >= size)
		return run_one(bytes, size);
	return (struct run){.bytes = bytes,
			    .size = size,
			    .segment_size = segment_size,
			    .count = (size + segment_size - 1) / segment_size};
}

/* The first `count` of a run that has more, or as many. */
static inline struct run run_first(const struct run *r, size_t count)
{
	assert(count <= r->count);
	size_t size = count * r->segment_size;
	return (struct run){.bytes = r->bytes,
			    .size = size < r->size ? size : r->size,
			    .segment_size = r->segment_size,
			    .count = count};
}

/* Takes the first `count` off, and gives them. */
static inline struct run run_take(struct run *r, size_t count)
{
	struct run first = run_first(r, count);
	r->bytes += first.size;
	r->size -= first.size;
	r->count -= count;
	return first;
}

#endif
