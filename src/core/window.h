/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
#ifndef RAMURE_CORE_WINDOW_H
#define RAMURE_CORE_WINDOW_H
/* window.h - which numbers were there already: duplicates are known by it. Rules [D4], [D5].
 *
 * Fixed size, no allocation. A number that is older than the window reaches back counts as seen:
 * what cannot be known to be new is not delivered.
 */
#include <stdbool.h>
#include <stdint.h>

/* --- The data of one epoch, by sequence number --- */

#define WINDOW_SIZE 1024

struct window {
	uint64_t top; /* The highest number that was seen; 0: none. */
	uint64_t seen[WINDOW_SIZE / 64];
};

/* Nothing up to `top` is to be seen any more. */
void window_init(struct window *w, uint64_t top);

/* True if `number` (at least 1) was not taken, and is not too old. */
bool window_is_new(const struct window *w, uint64_t number);

/* Takes a number that is new. */
void window_take(struct window *w, uint64_t number);

/* True if all numbers behind `from` up to `to` were taken, or are too old. */
bool window_has_all(const struct window *w, uint64_t from, uint64_t to);

/* How many numbers directly below `number`, without a gap, were taken; what is older than the
 * window was not. */
uint32_t window_run_below(const struct window *w, uint64_t number);

/* Bit i: `number` - 1 - i was taken. */
uint64_t window_bits_below(const struct window *w, uint64_t number);

/* --- The messages of many sources, by source and number --- */

#define SOURCE_WAYS 4

struct source {
	uint64_t id; /* 0: none. */
	struct window delivered;
	struct window stamped; /* By us, as the root of this epoch. */
	uint32_t stamped_epoch;
};

/* A table lent by the caller: `sets` sets of SOURCE_WAYS, a power of two. Of a set the source that
 * was quiet for longest makes room. */
struct sources {
	uint32_t sets;
	struct source entries[]; /* sets * SOURCE_WAYS */
};

#define SOURCES_DEFAULT_SETS 64 /* 256 sources. */

/* Bytes of a table. */
#define SOURCES_SIZE(sets)                                                                         \
	(sizeof(struct sources) + (size_t)(sets)*SOURCE_WAYS * sizeof(struct source))

void sources_init(struct sources *s, uint32_t sets);

/* The entry of a source, made if there is none; it is the newest of its set from now. */
struct source *sources_find(struct sources *s, uint64_t id);

#endif
