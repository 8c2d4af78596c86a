/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
#include "core/children.h"

#include <assert.h>

size_t children_memory_size(unsigned max)
{
	return max * (sizeof(struct time) + 2 * sizeof(struct endpoint));
}

void children_init(struct children *c, unsigned max, void *memory)
{
	assert(max <= CHILDREN_LIMIT);
	struct time *times = memory;
	struct endpoint *endpoints = (struct endpoint *)(times + max);
	*c = (struct children){
		.endpoints = endpoints,
		.locals = endpoints + max,
		.expires_at = times,
		.max = (uint16_t)max,
	};
}

unsigned children_find(const struct children *c, const struct endpoint *endpoint)
{
	unsigned place = 0;
	while (place < c->count && !endpoint_equal(&c->endpoints[place], endpoint))
		place++;
	return place;
}

void children_add(struct children *c, const struct path *path, struct time expires_at)
{
	assert(!children_is_full(c));
	unsigned place = c->count++;
	c->endpoints[place] = path->remote;
	c->locals[place] = path->local;
	c->expires_at[place] = expires_at;
}

void children_remove(struct children *c, unsigned place)
{
	assert(place < c->count);
	unsigned last = --c->count;
	c->endpoints[place] = c->endpoints[last];
	c->locals[place] = c->locals[last];
	c->expires_at[place] = c->expires_at[last];
}

struct time children_deadline(const struct children *c)
{
	struct time deadline = TIME_NEVER;
	for (unsigned i = 0; i < c->count; i++)
		deadline = time_earlier(deadline, c->expires_at[i]);
	return deadline;
}
