/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
#ifndef RAMURE_NET_QUEUE_H
#define RAMURE_NET_QUEUE_H
/* queue.h - the payloads that a member leaves with its node: those that wait for a root, and those
 * that the root has not acknowledged.
 *
 * The member knows how many there are, since when, and when each has to go; here are their bytes,
 * in the order in which they came. What does not fit is empty: its place must agree with the
 * member's.
 */
#include "core/action.h"
#include "core/held.h"
#include "core/keep.h"

/* --- Payloads that wait for a root: ACTION_HOLD, UNHOLD, RELEASE --- */

/* One of them; `bytes` are on the heap, and NULL where there was no memory. */
struct held_payload {
	char *bytes;
	size_t size;
};

struct hold_queue {
	struct held_payload payloads[HELD_MAX];
	unsigned count; /* 0 at the beginning. */
};

/* Copies the first of the payload, without its header, to the end. */
void hold_queue_put(struct hold_queue *q, struct payload payload);

/* Takes the oldest off, and gives it. */
struct held_payload hold_queue_take(struct hold_queue *q);

/* Forgets the oldest `count`. */
void hold_queue_forget(struct hold_queue *q, size_t count);

/* --- Messages that the root has not acknowledged: ACTION_KEEP, UNKEEP, AGAIN --- */

#define KEPT_SIZE ((size_t)4 * 1024 * 1024)

struct kept_message {
	size_t begin, size; /* In `bytes`. */
};

/* Only what of its bytes was ever used is memory. */
struct kept_ring {
	char *bytes;  /* KEPT_SIZE. */
	size_t next;  /* Where the next message goes, if it fits before the end. */
	size_t first; /* How many were forgotten so far. */
	unsigned count;
	struct kept_message messages[KEEP_MAX]; /* By their number of all, modulo KEEP_MAX. */
};

/* Memory on the heap, to be freed by kept_ring_done; false without. */
bool kept_ring_init(struct kept_ring *k);
void kept_ring_done(struct kept_ring *k); /* Also of one that is all zeros. */

/* Copies the payloads as whole MDAT messages to the end: with the headers that they have, or with
 * `stamp` and what follows it (struct action). Gives how many of them found no room for their
 * bytes. */
size_t kept_ring_put(struct kept_ring *k, struct payload payload, struct wire_stamp stamp);

/* Forgets the oldest `count`. */
void kept_ring_forget(struct kept_ring *k, size_t count);

/* The `place`-th of those that are kept, which may be written to; empty: it found no room. */
char *kept_ring_message(struct kept_ring *k, size_t place, size_t *ret_size);

#endif
