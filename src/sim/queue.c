/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
#include "sim/queue.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>

void queue_init(struct queue *q)
{
	*q = (struct queue){.last = {INT64_MIN}, .next = TIME_NEVER};
	for (unsigned i = 0; i < QUEUE_BUCKETS; i++)
		q->buckets[i].earliest = TIME_NEVER;
}

void queue_done(struct queue *q)
{
	for (unsigned i = 0; i < QUEUE_BUCKETS; i++)
		free(q->buckets[i].events);
	queue_init(q);
}

/* The bucket of the highest bit in which the times differ, counted from 1; 0 if they do not. */
static unsigned bucket_of(struct time at, struct time last)
{
	uint64_t difference = (uint64_t)at.us ^ (uint64_t)last.us;
	return difference == 0 ? 0 : 64 - (unsigned)__builtin_clzll(difference);
}

static void grow(struct queue_bucket *b)
{
	b->capacity = b->capacity > 0 ? b->capacity * 2 : 64;
	b->events = realloc(b->events, b->capacity * sizeof(*b->events));
	if (b->events)
		return;
	(void)fputs("simulation: no memory for its events\n", stderr);
	abort();
}

static void append(struct queue_bucket *b, const struct queue_event *event)
{
	if (b->count == b->capacity)
		grow(b);
	b->events[b->count++] = *event;
	b->earliest = time_earlier(b->earliest, event->at);
}

void queue_put(struct queue *q, struct time at, uint32_t node, void *datagram)
{
	struct queue_event event = {.at = at, .datagram = datagram, .node = node};
	assert(at.us >= q->last.us);
	append(&q->buckets[bucket_of(at, q->last)], &event);
	q->count++;
	q->next = time_earlier(q->next, at);
}

static bool is_empty(const struct queue_bucket *b)
{
	return b->first == b->count;
}

static void clear(struct queue_bucket *b)
{
	b->first = b->count = 0;
	b->earliest = TIME_NEVER;
}

static struct queue_bucket *first_bucket(struct queue *q)
{
	unsigned i = 0;
	while (is_empty(&q->buckets[i]))
		i++;
	return &q->buckets[i];
}

static void expect(const struct queue *q, uint32_t node, unsigned bucket)
{
	if (q->expect && bucket <= QUEUE_NEAR)
		q->expect(q->owner, node, bucket <= QUEUE_NEXT ? QUEUE_NEXT : QUEUE_NEAR);
}

/* Time goes on to `next`: its bucket is spread over those before it, in order. */
static void advance(struct queue *q)
{
	struct queue_bucket *from = first_bucket(q);
	q->last = q->next;
	for (size_t i = from->first; i < from->count; i++) {
		const struct queue_event *event = &from->events[i];
		unsigned bucket = bucket_of(event->at, q->last);
		append(&q->buckets[bucket], event);
		expect(q, event->node, bucket);
	}
	clear(from);
}

bool queue_take(struct queue *q, struct queue_event *ret_event)
{
	struct queue_bucket *now = &q->buckets[0];
	if (q->count == 0)
		return false;
	if (is_empty(now))
		advance(q);
	*ret_event = now->events[now->first++];
	q->count--;
	if (!is_empty(now))
		return true;
	clear(now);
	q->next = q->count > 0 ? first_bucket(q)->earliest : TIME_NEVER;
	return true;
}
