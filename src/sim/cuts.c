/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
#include "sim/cuts.h"

#include "sim/memory.h"

#include <assert.h>
#include <stdlib.h>

#define SIDES_A_BYTE 4

void cuts_done(struct cuts *c)
{
	for (uint32_t i = 0; i < c->count; i++)
		free(c->cuts[i].sides);
	free(c->cuts);
}

static uint8_t *pack(const uint8_t *sides, uint32_t count)
{
	uint8_t *packed = memory_get(count / SIDES_A_BYTE + 1);
	for (uint32_t i = 0; i < count; i++) {
		assert(sides[i] <= 2);
		packed[i / SIDES_A_BYTE] |= (uint8_t)(sides[i] << i % SIDES_A_BYTE * 2);
	}
	return packed;
}

unsigned cuts_add(struct cuts *c, const uint8_t *sides, uint32_t host_count, bool is_one_way)
{
	uint32_t free_one = 0;
	while (free_one < c->count && c->cuts[free_one].sides)
		free_one++;
	if (free_one == c->count) {
		c->cuts = memory_grow(c->cuts, c->count, &c->capacity, sizeof(*c->cuts));
		c->count++;
	}
	c->cuts[free_one] = (struct cut){
		.sides = pack(sides, host_count),
		.host_count = host_count,
		.is_one_way = is_one_way,
	};
	c->lasting++;
	return free_one;
}

void cuts_end(struct cuts *c, unsigned cut)
{
	assert(cut < c->count && c->cuts[cut].sides);
	free(c->cuts[cut].sides);
	c->cuts[cut].sides = NULL;
	c->lasting--;
}

static unsigned side(const struct cut *c, uint32_t host)
{
	if (host >= c->host_count)
		return 0;
	return c->sides[host / SIDES_A_BYTE] >> host % SIDES_A_BYTE * 2 & 3U;
}

bool cuts_separate(const struct cuts *c, uint32_t from, uint32_t to)
{
	for (uint32_t i = 0; i < c->count; i++) {
		const struct cut *cut = &c->cuts[i];
		unsigned a = cut->sides ? side(cut, from) : 0, b = a > 0 ? side(cut, to) : 0;
		if ((a == 1 && b == 2) || (a == 2 && b == 1 && !cut->is_one_way))
			return true;
	}
	return false;
}
