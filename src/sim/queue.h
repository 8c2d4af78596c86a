/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
#ifndef RAMURE_SIM_QUEUE_H
#define RAMURE_SIM_QUEUE_H
/* queue.h - what happens next in a simulation: events, earliest first; of those at one time, the
 * one that was put first.
 *
 * A radix heap (Ahuja, Mehlhorn, Orlin, Tarjan, 1990): time in a simulation never goes back, so an
 * event can wait in the bucket of the highest bit in which its time differs from that of the last
 * one taken. Each event moves down through at most 64 buckets, mostly two or three, and always
 * along with its neighbours in memory: with a million of them pending it is several times faster
 * than a heap, whose every step down is a cache miss. Buckets keep the order of insertion, which
 * breaks ties without a number in each event.
 */
#include "base/time.h"

#include <stddef.h>

struct queue_event {
	struct time at;
	void *datagram; /* What arrives; NULL: the node's deadline. */
	uint32_t node;  /* Whom it concerns. */
};

#define QUEUE_BUCKETS 65

struct queue_bucket {
	struct queue_event *events;
	size_t first, count; /* Those before `first` were taken. */
	size_t capacity;
	struct time earliest; /* Of them; TIME_NEVER if there is none. */
};

/* How soon an event is when its owner is told: within 2^12 us, within 2^9 us. */
enum queue_nearness { QUEUE_NEAR = 12, QUEUE_NEXT = 9 };

struct queue {
	struct queue_bucket buckets[QUEUE_BUCKETS]; /* 0: those at `last`. */
	size_t count;
	struct time last; /* Of the event taken last: no event may be put before it. */
	struct time next; /* The earliest; TIME_NEVER if there is none. */
	/* Told, now and then, whose events come near, so that what they need can be fetched from
	 * memory meanwhile; may be NULL. */
	void (*expect)(void *owner, uint32_t node, enum queue_nearness nearness);
	void *owner;
};

void queue_init(struct queue *q);
void queue_done(struct queue *q);

/* Adds an event, not before the one taken last. The memory grows; without any, the program ends. */
void queue_put(struct queue *q, struct time at, uint32_t node, void *datagram);

/* Takes the earliest event; false if there is none. */
bool queue_take(struct queue *q, struct queue_event *ret_event);

/* When the earliest event is; TIME_NEVER if there is none. */
static inline struct time queue_next_at(const struct queue *q)
{
	return q->next;
}

#endif
