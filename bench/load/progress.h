/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
#ifndef RAMURE_BENCH_PROGRESS_H
#define RAMURE_BENCH_PROGRESS_H
/* progress.h - a small file, mapped by a sink and by the source that feeds it: how far each socket
 * of the sink has come. So a source sends no faster than is received, without a message between.
 *
 * One source and one sink share a file. The sink makes it, and is there first.
 */
#include "load/common.h"

#include <stdatomic.h>
#include <stdint.h>

struct progress_socket {
	/* Payloads that came, or that are known to be lost. In a cache line of its own. */
	_Alignas(64) _Atomic uint64_t seen;
};

struct progress {
	uint64_t count; /* Of the sockets. */
	struct progress_socket sockets[DESTINATIONS_MAX];
};

/* The sink's side: makes the file anew. */
struct progress *progress_create(const char *path, uint64_t count);

static inline void progress_set(struct progress *p, unsigned number, uint64_t seen)
{
	atomic_store_explicit(&p->sockets[number].seen, seen, memory_order_release);
}

/* The source's side. */
const struct progress *progress_open(const char *path);

/* Payloads on their way: how far the slowest socket is behind. */
struct window {
	const struct progress
		*progress; /* NULL: nobody tells, all that was sent is thought seen. */
	uint64_t size;     /* So many may be on their way. */
	uint64_t sent;
	uint64_t base[DESTINATIONS_MAX]; /* What a socket had seen when `sent` was 0. */
	uint64_t last_behind;
	int64_t moved_ns; /* When the slowest socket last moved. */
};

void window_init(struct window *w, const struct progress *progress, uint64_t size);

/* How many payloads the slowest socket has not seen. Where that has stood still for 100 ms, they
 * are given up: 0 then. */
uint64_t window_behind(struct window *w, int64_t now);

#endif
