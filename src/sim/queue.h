/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
#ifndef RAMURE_SIM_QUEUE_H
#define RAMURE_SIM_QUEUE_H
/* queue.h - what happens next in a simulation: a heap of events, earliest first.
 *
 * Ties are broken by the order of insertion, so that the same run gives the same story. Four
 * children to a heap node: half the depth of a binary heap, and a node's children share a cache
 * line or two.
 */
#include "base/time.h"

#include <stddef.h>

struct queue_event {
	struct time at;
	uint64_t sequence; /* Of insertion. */
	uint32_t node;     /* Whom it concerns. */
	void *datagram;    /* What arrives; NULL: the node's deadline. */
};

struct queue {
	struct queue_event *heap;
	size_t count, capacity;
	uint64_t next_sequence;
};

void queue_init(struct queue *q);
void queue_done(struct queue *q);

/* Adds an event. The memory grows; without any, the program ends. */
void queue_put(struct queue *q, struct time at, uint32_t node, void *datagram);

/* Takes the earliest event; false if there is none. */
bool queue_take(struct queue *q, struct queue_event *ret_event);

/* When the earliest event is; TIME_NEVER if there is none. */
static inline struct time queue_next_at(const struct queue *q)
{
	return q->count > 0 ? q->heap[0].at : TIME_NEVER;
}

#endif
