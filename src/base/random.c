/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
#include "base/random.h"

#include <assert.h>

static uint64_t splitmix64(uint64_t *x)
{
	uint64_t z = (*x += UINT64_C(0x9e3779b97f4a7c15));
	z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
	z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
	return z ^ (z >> 31);
}

void random_init(struct random *r, uint64_t seed)
{
	for (int i = 0; i < 4; i++)
		r->state[i] = splitmix64(&seed);
}

static uint64_t rotate_left(uint64_t x, int k)
{
	return (x << k) | (x >> (64 - k));
}

uint64_t random_next(struct random *r)
{
	uint64_t *s = r->state;
	uint64_t result = rotate_left(s[1] * 5, 7) * 9;
	uint64_t t = s[1] << 17;
	s[2] ^= s[0];
	s[3] ^= s[1];
	s[1] ^= s[2];
	s[0] ^= s[3];
	s[2] ^= t;
	s[3] = rotate_left(s[3], 45);
	return result;
}

uint64_t random_below(struct random *r, uint64_t bound)
{
	assert(bound >= 1);
	__extension__ typedef unsigned __int128 uint128;
	uint128 product = (uint128)random_next(r) * bound;
	if ((uint64_t)product < bound) {
		uint64_t biased =
			(0 - bound) %
			bound; /* 2^64 mod bound: so many draws would come up once too often. */
		while ((uint64_t)product < biased)
			product = (uint128)random_next(r) * bound;
	}
	return (uint64_t)(product >> 64);
}
