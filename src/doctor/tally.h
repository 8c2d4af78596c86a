/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
#ifndef RAMURE_DOCTOR_TALLY_H
#define RAMURE_DOCTOR_TALLY_H
/* tally.h - what became of numbered datagrams of one sender: received, lost, twice, out of order.
 *
 * The sender counts from 0, one after the other. Which of the last TALLY_WINDOW numbers came is
 * known exactly; an older one is counted as late, and cannot be told from a duplicate. No clock.
 *
 *     TALLY_EMPTY -> tally_add* -> tally_lost
 */
#include <stdbool.h>
#include <stdint.h>

#define TALLY_WINDOW 4096
#define HOPS_UNKNOWN 255

struct tally {
	uint32_t received;   /* Datagrams, duplicates and late ones included. */
	uint32_t distinct;   /* Different numbers among them. */
	uint32_t duplicates; /* Numbers that were there already. */
	uint32_t reordered;  /* Lower than one that came before (RFC 4737 section 3.3). */
	uint32_t first;   /* The number that came first; what is lower was lost, or came later. */
	uint32_t highest; /* The highest number; the window ends with it. */
	uint8_t hops_min, hops_max; /* Routers on the way; HOPS_UNKNOWN: not told. */
	uint64_t window[TALLY_WINDOW / 64];
};

#define TALLY_EMPTY ((struct tally){.hops_min = HOPS_UNKNOWN, .hops_max = HOPS_UNKNOWN})

/* Number `number` came, over `hops` routers or HOPS_UNKNOWN. */
void tally_add(struct tally *t, uint32_t number, uint8_t hops);

/* How many of `sent` have not come. */
static inline uint32_t tally_lost(const struct tally *t, uint32_t sent)
{
	return sent > t->distinct ? sent - t->distinct : 0;
}

#endif
