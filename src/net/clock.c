/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
#include "net/clock.h"

#include <assert.h>
#include <sys/random.h>
#include <time.h>

struct time clock_now(void)
{
	struct timespec t;
	int error = clock_gettime(CLOCK_MONOTONIC, &t);
	assert(error == 0);
	(void)error;
	return (struct time){(int64_t)t.tv_sec * US_PER_S + t.tv_nsec / 1000};
}

uint64_t clock_seed(void)
{
	uint64_t seed = 0;
	ssize_t size = getrandom(&seed, sizeof(seed),
				 0); /* Up to 256 bytes never come short (getrandom(2)). */
	assert(size == sizeof(seed));
	(void)size;
	return seed;
}
