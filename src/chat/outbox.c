/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
#include "chat/outbox.h"

#include <assert.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

bool outbox_init(struct outbox *o)
{
	*o = (struct outbox){.bytes = malloc(OUTBOX_SIZE)};
	return o->bytes != NULL;
}

void outbox_done(struct outbox *o)
{
	free(o->bytes);
	*o = (struct outbox){0};
}

size_t outbox_free(const struct outbox *o)
{
	return OUTBOX_SIZE - (o->end - o->begin);
}

void outbox_put(struct outbox *o, const char *bytes, size_t size)
{
	uint16_t prefix = (uint16_t)size;
	assert(size <= LINE_SIZE_MAX && size + sizeof(prefix) <= outbox_free(o));
	if (o->end + size + sizeof(prefix) > OUTBOX_SIZE) {
		memmove(o->bytes, o->bytes + o->begin, o->end - o->begin);
		o->end -= o->begin;
		o->begin = 0;
	}
	memcpy(o->bytes + o->end, &prefix, sizeof(prefix));
	memcpy(o->bytes + o->end + sizeof(prefix), bytes, size);
	o->end += sizeof(prefix) + size;
}

struct piece outbox_first(const struct outbox *o)
{
	uint16_t prefix;
	assert(!outbox_is_empty(o));
	memcpy(&prefix, o->bytes + o->begin, sizeof(prefix));
	return (struct piece){o->bytes + o->begin + sizeof(prefix), prefix};
}

void outbox_drop_first(struct outbox *o)
{
	o->begin += outbox_first(o).size + sizeof(uint16_t);
	if (o->begin == o->end)
		outbox_clear(o);
}

void outbox_clear(struct outbox *o)
{
	o->begin = o->end = 0;
}

bool outbox_has_one(const struct outbox *o)
{
	return !outbox_is_empty(o) && o->begin + sizeof(uint16_t) + outbox_first(o).size == o->end;
}
