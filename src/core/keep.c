/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
#include "core/keep.h"

#include <assert.h>
#include <string.h>

void keep_init(struct keep *k)
{
	k->first = 1;
	k->count = 0;
	memset(k->acknowledged, 0, sizeof(k->acknowledged));
}

static uint64_t *word_of(struct keep *k, uint64_t number)
{
	return &k->acknowledged[number % KEEP_MAX / 64];
}

static bool is_acknowledged(const struct keep *k, uint64_t number)
{
	return (k->acknowledged[number % KEEP_MAX / 64] >> number % 64 & 1) != 0;
}

uint64_t keep_put(struct keep *k, struct time until)
{
	assert(k->count < KEEP_MAX);
	uint64_t number = k->first + k->count++;
	*word_of(k, number) &= ~(UINT64_C(1) << number % 64);
	k->until[number % KEEP_MAX] = until;
	return number;
}

void keep_skip(struct keep *k, size_t count)
{
	assert(k->count == 0);
	k->first += count;
}

void keep_forget(struct keep *k, size_t count)
{
	assert(count <= k->count);
	k->first += count;
	k->count -= (unsigned)count;
}

static void mark(struct keep *k, uint64_t number)
{
	if (number >= k->first && number < k->first + k->count)
		*word_of(k, number) |= UINT64_C(1) << number % 64;
}

unsigned keep_acknowledge(struct keep *k, uint64_t top, uint64_t seen)
{
	unsigned forgotten = 0;
	mark(k, top);
	/* Older ones the root would not take any more. */
	for (unsigned i = 0; i < k->count && k->first + i + 64 < top; i++)
		mark(k, k->first + i);
	for (unsigned i = 0; i < 64; i++)
		if (seen >> i & 1)
			mark(k, top - 1 - i);
	for (; k->count > 0 && is_acknowledged(k, k->first); forgotten++)
		keep_forget(k, 1);
	return forgotten;
}

unsigned keep_expire(struct keep *k, struct time now)
{
	unsigned forgotten = 0;
	for (; k->count > 0 && time_is_due(k->until[k->first % KEEP_MAX], now); forgotten++)
		keep_forget(k, 1);
	return forgotten;
}
