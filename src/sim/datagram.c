/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
#include "sim/datagram.h"

#include "sim/memory.h"

#include <stdlib.h>

#define PLACE_SIZE 160 /* Room for an NJOI of three children, and for DATA of 100 bytes. */
#define SLAB_SIZE  ((size_t)64 << 10)

/* A free place, or a slab in the list of slabs. */
struct link {
	struct link *next;
};

static void *take_place(struct datagram_pool *p)
{
	if (!p->free) {
		char *slab = memory_get(SLAB_SIZE);
		*(struct link *)(void *)slab = (struct link){p->slabs};
		p->slabs = slab;
		for (size_t at = PLACE_SIZE; at + PLACE_SIZE <= SLAB_SIZE; at += PLACE_SIZE) {
			struct link *place = (void *)(slab + at);
			place->next = p->free;
			p->free = place;
		}
	}
	struct link *place = p->free;
	p->free = place->next;
	return place;
}

static bool is_short(size_t size)
{
	return sizeof(struct datagram) + size <= PLACE_SIZE;
}

struct datagram *datagram_new(struct datagram_pool *p, const struct endpoint *from,
			      const char *bytes, size_t size)
{
	struct datagram *d = is_short(size) ? take_place(p) : memory_get(sizeof(*d) + size);
	*d = (struct datagram){.from = *from, .size = (uint32_t)size};
	if (size > 0)
		memcpy(d->bytes, bytes, size);
	return d;
}

void datagram_free(struct datagram_pool *p, struct datagram *d)
{
	if (!is_short(d->size)) {
		free(d);
		return;
	}
	struct link *place = (void *)d;
	place->next = p->free;
	p->free = place;
}

void datagram_pool_done(struct datagram_pool *p)
{
	while (p->slabs) {
		struct link *slab = p->slabs;
		p->slabs = slab->next;
		free(slab);
	}
	*p = (struct datagram_pool){0};
}
