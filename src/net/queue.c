/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
#include "net/queue.h"

#include <stdlib.h>

/* --- Payloads that wait for a root --- */

void hold_queue_put(struct hold_queue *q, struct payload payload)
{
	struct run one = run_one(NULL, 0);
	assert(q->count < HELD_MAX);
	struct held_payload *place = &q->payloads[q->count++];
	(void)payload_take(&payload, &one);
	/* The one allocation after the start, at a rate and number that the core limits. */
	place->bytes = malloc(one.size > 0 ? one.size : 1);
	place->size = place->bytes ? one.size : 0;
	if (place->size > 0)
		memcpy(place->bytes, one.bytes, one.size);
}

struct held_payload hold_queue_take(struct hold_queue *q)
{
	assert(q->count > 0);
	struct held_payload oldest = q->payloads[0];
	q->count--;
	memmove(q->payloads, q->payloads + 1, q->count * sizeof(q->payloads[0]));
	return oldest;
}

void hold_queue_forget(struct hold_queue *q, size_t count)
{
	while (count-- > 0)
		free(hold_queue_take(q).bytes);
}

/* --- Messages that the root has not acknowledged --- */

bool kept_ring_init(struct kept_ring *k)
{
	k->bytes = malloc(KEPT_SIZE);
	k->next = k->first = k->count = 0;
	return k->bytes != NULL;
}

void kept_ring_done(struct kept_ring *k)
{
	free(k->bytes);
	k->bytes = NULL;
}

static struct kept_message *message_at(struct kept_ring *k, size_t place)
{
	return &k->messages[(k->first + place) % KEEP_MAX];
}

/* Where `size` bytes in one piece are free, behind the newest; KEPT_SIZE: nowhere. The oldest with
 * bytes says where those in use begin. */
static size_t find_room(struct kept_ring *k, size_t size)
{
	size_t oldest = 0;
	while (oldest < k->count && message_at(k, oldest)->size == 0)
		oldest++;
	if (oldest == k->count)
		return 0;
	size_t used = message_at(k, oldest)->begin;
	if (k->next <= used) /* Those in use go round the end. */
		return size < used - k->next ? k->next : KEPT_SIZE;
	if (size <= KEPT_SIZE - k->next)
		return k->next;
	return size < used ? 0 : KEPT_SIZE;
}

static bool put_one(struct kept_ring *k, struct run message, size_t stripped,
		    const struct wire_stamp *stamp)
{
	size_t payload_size = message.size - stripped, size = WIRE_STAMP_SIZE + payload_size;
	assert(k->count < KEEP_MAX);
	struct kept_message *place = message_at(k, k->count);
	size_t begin = find_room(k, size);
	k->count++;
	*place = (struct kept_message){0};
	if (begin == KEPT_SIZE)
		return false;
	*place = (struct kept_message){.begin = begin, .size = size};
	k->next = begin + size;
	if (stamp)
		wire_stamp_encode(stamp, k->bytes + begin);
	else
		memcpy(k->bytes + begin, message.bytes, WIRE_STAMP_SIZE);
	if (payload_size > 0)
		memcpy(k->bytes + begin + WIRE_STAMP_SIZE, message.bytes + stripped, payload_size);
	return true;
}

size_t kept_ring_put(struct kept_ring *k, struct payload payload, struct wire_stamp stamp)
{
	bool has_stamp = payload.header_size == WIRE_STAMP_SIZE;
	size_t lost = 0;
	while (payload.run.count > 0) {
		struct run one = run_take(&payload.run, 1);
		if (!put_one(k, one, payload.header_size, has_stamp ? NULL : &stamp))
			lost++;
		stamp.number++;
	}
	return lost;
}

void kept_ring_forget(struct kept_ring *k, size_t count)
{
	assert(count <= k->count);
	k->first += count;
	k->count -= (unsigned)count;
	if (k->count == 0)
		k->next = 0; /* Few pages for those who publish little. */
}

char *kept_ring_message(struct kept_ring *k, size_t place, size_t *ret_size)
{
	assert(place < k->count);
	const struct kept_message *m = message_at(k, place);
	*ret_size = m->size;
	return k->bytes + m->begin;
}
