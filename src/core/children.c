/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
#include "core/children.h"

#include <assert.h>

/* A member of the full profile has one place more, for a foster child. */
static unsigned places(unsigned max, bool is_full)
{
	return max > 0 && is_full ? max + 1 : max;
}

size_t children_memory_size(unsigned max, bool is_full)
{
	size_t each = sizeof(struct time) + 2 * sizeof(struct endpoint);
	return places(max, is_full) * (each + (is_full ? sizeof(struct child) : 0));
}

void children_init(struct children *c, unsigned max, bool is_full, void *memory)
{
	assert(max <= CHILDREN_LIMIT);
	struct time *times = memory;
	struct child *known = (struct child *)(times + places(max, is_full));
	void *rest = is_full ? (void *)(known + places(max, is_full)) : known;
	struct endpoint *endpoints = rest;
	*c = (struct children){
		.endpoints = endpoints,
		.locals = endpoints + places(max, is_full),
		.expires_at = times,
		.known = is_full ? known : NULL,
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

static void copy(struct children *c, unsigned to, unsigned from)
{
	c->endpoints[to] = c->endpoints[from];
	c->locals[to] = c->locals[from];
	c->expires_at[to] = c->expires_at[from];
	if (c->known && from < c->full_count)
		c->known[to] = c->known[from];
}

static void put(struct children *c, unsigned place, const struct path *path, struct time expires_at)
{
	c->endpoints[place] = path->remote;
	c->locals[place] = path->local;
	c->expires_at[place] = expires_at;
}

void children_add(struct children *c, const struct path *path, struct time expires_at)
{
	assert(!children_is_full(c));
	put(c, c->count++, path, expires_at);
}

unsigned children_add_full(struct children *c, const struct path *path, struct time expires_at,
			   const struct child *known)
{
	assert(c->known && c->max > 0);
	assert(known->is_foster ? c->foster_count == 0 : !children_is_full(c));
	unsigned place = c->full_count++;
	if (place < c->count)
		copy(c, c->count, place); /* The first of the base profile makes room. */
	c->count++;
	put(c, place, path, expires_at);
	c->known[place] = *known;
	c->foster_count += known->is_foster;
	return place;
}

void children_yield(struct children *c, unsigned place)
{
	assert(place < c->full_count && c->foster_count == 0);
	c->known[place].is_foster = c->known[place].is_yielding = true;
	c->foster_count = 1;
}

void children_stay(struct children *c, unsigned place)
{
	assert(place < c->full_count && c->known[place].is_yielding && !children_is_full(c));
	c->known[place].is_foster = c->known[place].is_yielding = false;
	c->foster_count = 0;
}

void children_remove(struct children *c, unsigned place)
{
	assert(place < c->count);
	if (place < c->full_count) {
		c->foster_count -= c->known[place].is_foster;
		copy(c, place, c->full_count - 1U);
		place = --c->full_count;
	}
	copy(c, place, c->count - 1U);
	c->count--;
}

struct time children_deadline(const struct children *c)
{
	struct time deadline = TIME_NEVER;
	for (unsigned i = 0; i < c->count; i++)
		deadline = time_earlier(deadline, c->expires_at[i]);
	return deadline;
}

unsigned children_run(const struct children *c, unsigned max, struct random *random,
		      unsigned *ret_first)
{
	unsigned count = c->count < max ? c->count : max;
	*ret_first = c->count > count ? (unsigned)random_below(random, c->count - count + 1u) : 0;
	return count;
}
