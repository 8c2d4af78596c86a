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

bool keep_is_acknowledged(const struct keep *k, uint64_t number)
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

unsigned keep_acknowledge(struct keep *k, uint64_t top, uint32_t run, uint64_t seen)
{
	unsigned forgotten = 0;
	for (unsigned i = 0; i < k->count; i++) {
		uint64_t number = k->first + i;
		if (number <= top && top - number <= run)
			mark(k, number);
	}
	for (unsigned i = 0; i < 64; i++)
		if (seen >> i & 1)
			mark(k, top - run - 2 - i);
	for (; k->count > 0 && keep_is_acknowledged(k, k->first); forgotten++)
		keep_forget(k, 1);
	return forgotten;
}

unsigned keep_count_due(const struct keep *k, unsigned place, unsigned wanted, struct time until)
{
	unsigned count = 0;
	for (unsigned i = place; i < k->count && wanted > 0; i++) {
		uint64_t number = k->first + i;
		if (k->until[number % KEEP_MAX].us > until.us)
			break;
		if (keep_is_acknowledged(k, number))
			continue;
		wanted--;
		count = i + 1 - place;
	}
	return count;
}

unsigned keep_expire(struct keep *k, struct time now)
{
	unsigned forgotten = 0;
	for (; k->count > 0 && time_is_due(k->until[k->first % KEEP_MAX], now); forgotten++)
		keep_forget(k, 1);
	return forgotten;
}
