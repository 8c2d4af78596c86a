/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
#ifndef RAMURE_BENCH_TALLY_H
#define RAMURE_BENCH_TALLY_H
/* tally.h - what one receiver has got: received, lost, twice, late, wrong; and how old it was.
 *
 * Each stream's numbers begin with 0, and a sink is there before its source, so what is missing at
 * the beginning is lost. What is missing after the last one received, nobody here can know: compare
 * with what the source says it has sent.
 *
 * The next number in order costs a few nanoseconds. Only what is out of order costs more: the gaps
 * in the numbers are remembered, the newest GAPS_MAX of each stream, so that a late payload is told
 * from a repeated one.
 *
 *     tally_init -> tally_take* -> tally_add to a sum -> tally_print
 */
#include "base/histogram.h"
#include "load/payload.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#define TALLY_STREAMS_MAX 16  /* Payloads of further ones are wrong. */
#define TALLY_GAPS_MAX    512 /* A payload of an older gap counts as repeated, and stays lost. */

/* Numbers that did not come, `first` to `end` - 1. */
struct tally_gap {
	uint64_t first, end;
};

struct tally_stream {
	uint32_t id;
	uint64_t next; /* After the highest number that came. */
	unsigned gap_count;
	struct tally_gap gaps[TALLY_GAPS_MAX]; /* Ascending. */
};

struct tally {
	uint64_t received;         /* Right ones, each number once; `reordered` are among them. */
	uint64_t bytes;            /* Of those. */
	uint64_t lost;             /* Numbers skipped that have not come yet. */
	uint64_t duplicates;       /* Numbers that had come before. */
	uint64_t reordered;        /* Numbers that came after a higher one. */
	uint64_t wrong;            /* No payloads, or damaged. */
	int64_t first_ns, last_ns; /* When something came; 0 if nothing did. */
	struct histogram *latency; /* Borrowed; NULL: not to be measured. */
	unsigned stream_count;
	struct tally_stream *current; /* The last one used; NULL at first. */
	struct tally_stream streams[TALLY_STREAMS_MAX];
};

/* `latency` is where to count how old the payloads are; NULL if nowhere. */
void tally_init(struct tally *t, struct histogram *latency);

/* A payload that is not the next one of the current stream. */
void tally_take_other(struct tally *t, const struct payload *p, size_t size);

/* A payload came at `now_ns` (CLOCK_MONOTONIC; of the batch it came with will do). */
static inline void tally_take(struct tally *t, const char *bytes, size_t size, int64_t now_ns)
{
	struct payload p;
	if (t->first_ns == 0)
		t->first_ns = now_ns;
	t->last_ns = now_ns;
	if (!payload_read(bytes, size, &p)) {
		t->wrong++;
		return;
	}
	if (t->current != NULL && p.stream == t->current->id && p.sequence == t->current->next) {
		t->current->next++;
		t->received++;
		t->bytes += size;
	} else {
		tally_take_other(t, &p, size);
	}
	if (t->latency != NULL)
		histogram_add(t->latency, now_ns > p.sent_ns ? (uint64_t)(now_ns - p.sent_ns) : 0);
}

/* Adds the counters of `from` to `sum`, and widens its time; not its streams. */
void tally_add(struct tally *sum, const struct tally *from);

/* The members of a JSON object, without the braces: received, bytes, lost, duplicates, reordered,
 * wrong, seconds (first to last). */
void tally_print(const struct tally *t, FILE *out);

#endif
