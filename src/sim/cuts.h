/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
#ifndef RAMURE_SIM_CUTS_H
#define RAMURE_SIM_CUTS_H
/* cuts.h - cuts through a network: nothing passes from one set of hosts to another. Any number at a
 * time. Two bits a host and cut.
 *
 *     all zero -> ( cuts_add | cuts_end | cuts_separate )* -> cuts_done
 */
#include <stdbool.h>
#include <stdint.h>

struct cut {
	uint8_t *sides; /* Of each host, two bits; NULL: ended. */
	uint32_t host_count;
	bool is_one_way;
};

struct cuts {
	struct cut *cuts;
	uint32_t count, capacity; /* Ended ones among them. */
	uint32_t lasting;         /* Those that have not ended. */
};

void cuts_done(struct cuts *c);

/* From side 1 to side 2, and back unless `is_one_way`; 0 is neither, and so are hosts from
 * `host_count` on. Gives the lowest number that is free. Memory that runs out ends the program. */
unsigned cuts_add(struct cuts *c, const uint8_t *sides, uint32_t host_count, bool is_one_way);

/* Ends one that lasts. */
void cuts_end(struct cuts *c, unsigned cut);

bool cuts_separate(const struct cuts *c, uint32_t from, uint32_t to);

#endif
