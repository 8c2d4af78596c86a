/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
#ifndef RAMURE_SIM_DELIVERY_H
#define RAMURE_SIM_DELIVERY_H
/* delivery.h - whom published messages reach, how often, and how long after.
 *
 * Each message carries a number. Those who run when it is published are expected to get it, the
 * publisher, too. It is followed for DELIVERY_FOLLOWED_US; a copy that comes later is a duplicate.
 * Memory: 2 bits for each message that is followed and host.
 *
 *     delivery_init -> ( delivery_begin | delivery_publish | delivery_on_x )* -> delivery_done
 */
#include "base/histogram.h"
#include "sim/world.h"

#define DELIVERY_FOLLOWED_US (180 * US_PER_S)

/* Bytes that tell a message from others. */
#define DELIVERY_SIZE 8

/* A bit for each host. */
struct delivery_bits {
	uint64_t *words;
	uint32_t count; /* Of words. */
};

struct delivery_message {
	struct time published_at;
	struct delivery_bits missing; /* Who is expected to get it, and has not. */
	struct delivery_bits seen;    /* Who has had it. */
	bool is_bare; /* It went a part of its way as DATA, by which nobody can tell copies. */
};

struct delivery {
	const struct world *world;          /* Kept. */
	struct histogram *delay_us;         /* Kept; gets the delay of each first copy. */
	struct delivery_message *open;      /* Those followed: from `first` to `end`. */
	uint32_t first, end, capacity;      /* Places in `open`. */
	uint32_t first_number, next_number; /* Of the message at `first`; of the next one. */
	uint32_t begun_number;              /* Of the first since delivery_begin. */
	struct delivery_bits running;       /* The nodes that run, */
	uint32_t running_count;             /* how many. */
	uint32_t host_count;                /* Hosts whose first start has been told. */
	/* Since delivery_begin: */
	uint64_t published, expected, received, duplicates;
	uint64_t repeated; /* Of the duplicates, those of messages that are followed, and not bare,
			    */
	uint32_t repeated_host, repeated_number; /* and which was the last. */
};

void delivery_init(struct delivery *d, const struct world *world, struct histogram *delay_us);
void delivery_done(struct delivery *d);

/* Forgets what was published; copies of that are not counted any more. */
void delivery_begin(struct delivery *d);

/* `source` publishes, unless it does not run: fills `ret_bytes`, at least DELIVERY_SIZE of them. */
void delivery_publish(struct delivery *d, uint32_t source, char *ret_bytes, size_t size);

/* A program starts, stops. */
void delivery_on_started(struct delivery *d, uint32_t host);
void delivery_on_stopped(struct delivery *d, uint32_t host);

/* A message of the protocol is sent. */
void delivery_on_sent(struct delivery *d, const char *bytes, size_t size);

/* A host has a message for its user; others than those of delivery_publish are left alone. */
void delivery_on_delivered(struct delivery *d, uint32_t host, const char *bytes, size_t size);

#endif
