/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
#ifndef RAMURE_BASE_RANDOM_H
#define RAMURE_BASE_RANDOM_H
/* random.h - a seeded generator, so that every draw of a run can be replayed.
 *
 * xoshiro256** (Blackman and Vigna, 2018), its state filled by splitmix64 from one 64-bit seed.
 * Same seed, same draws, on every machine. Not for secrets. One generator per concern: a draw added
 * to one never shifts those of another.
 */
#include <stdbool.h>
#include <stdint.h>

struct random {
	uint64_t state[4]; /* Never all zero. */
};

void random_init(struct random *r, uint64_t seed);

/* The next 64 random bits. */
uint64_t random_next(struct random *r);

/* A draw from 0 to `bound` - 1, without bias (Lemire's method). `bound` is at least 1. */
uint64_t random_below(struct random *r, uint64_t bound);

/* True with this probability, 0 to 1, after one draw: 53 random bits, as many as a double holds
 * exactly. */
static inline bool random_happens(struct random *r, double probability)
{
	return (double)(random_next(r) >> 11) * 0x1p-53 < probability;
}

#endif
