/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
#include "sim/queue.h"

#include <stdio.h>
#include <stdlib.h>

#define ARITY 4

void queue_init(struct queue *q)
{
	*q = (struct queue){0};
}

void queue_done(struct queue *q)
{
	free(q->heap);
	*q = (struct queue){0};
}

static bool is_before(const struct queue_event *a, const struct queue_event *b)
{
	if (a->at.us != b->at.us)
		return a->at.us < b->at.us;
	return a->sequence < b->sequence;
}

static void grow(struct queue *q)
{
	q->capacity = q->capacity > 0 ? q->capacity * 2 : 1024;
	q->heap = realloc(q->heap, q->capacity * sizeof(*q->heap));
	if (q->heap)
		return;
	(void)fputs("simulation: no memory for its events\n", stderr);
	abort();
}

void queue_put(struct queue *q, struct time at, uint32_t node, void *datagram)
{
	struct queue_event event = {at, q->next_sequence++, node, datagram};
	if (q->count == q->capacity)
		grow(q);
	size_t place = q->count++;
	while (place > 0) {
		size_t parent = (place - 1) / ARITY;
		if (!is_before(&event, &q->heap[parent]))
			break;
		q->heap[place] = q->heap[parent];
		place = parent;
	}
	q->heap[place] = event;
}

/* The earliest of the children of `place`; `count` if it has none. */
static size_t first_child(const struct queue *q, size_t place)
{
	size_t begin = place * ARITY + 1, end = begin + ARITY;
	if (begin >= q->count)
		return q->count;
	if (end > q->count)
		end = q->count;
	size_t best = begin;
	for (size_t i = begin + 1; i < end; i++)
		if (is_before(&q->heap[i], &q->heap[best]))
			best = i;
	return best;
}

bool queue_take(struct queue *q, struct queue_event *ret_event)
{
	if (q->count == 0)
		return false;
	*ret_event = q->heap[0];
	struct queue_event last = q->heap[--q->count];
	size_t place = 0;
	for (;;) {
		size_t child = first_child(q, place);
		if (child == q->count || !is_before(&q->heap[child], &last))
			break;
		q->heap[place] = q->heap[child];
		place = child;
	}
	if (q->count > 0)
		q->heap[place] = last;
	return true;
}
