/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
#include "core/joiner.h"

#include <string.h>

static struct joiner_place *find(struct joiner *j, uint64_t source, uint64_t first)
{
	struct joiner_place *oldest = &j->places[0];
	for (unsigned i = 0; i < JOINER_PLACES; i++) {
		struct joiner_place *p = &j->places[i];
		if (p->missing > 0 && p->source == source && p->first == first)
			return p;
		if (p->missing == 0 ? oldest->missing > 0
				    : oldest->missing > 0 && p->began < oldest->began)
			oldest = p;
	}
	j->lost += oldest->missing > 0;
	oldest->missing = 0;
	return oldest;
}

const char *joiner_take(struct joiner *j, uint64_t source, uint64_t number,
			const struct wire_envelope *e, const char *bytes)
{
	if (e->count == 1)
		return bytes;
	if (number <= e->index)
		return NULL;
	struct joiner_place *p = find(j, source, number - e->index);
	if (p->missing == 0) {
		p->source = source;
		p->first = number - e->index;
		p->began = ++j->began;
		p->length = e->length;
		p->count = p->missing = e->count;
		memset(p->has, 0, sizeof(p->has));
	}
	uint64_t *word = &p->has[e->index / 64], bit = UINT64_C(1) << e->index % 64;
	if (p->length != e->length || p->count != e->count || *word & bit)
		return NULL;
	size_t size = wire_fragment_size(e->length, e->count);
	memcpy(p->bytes + e->index * size, bytes, size);
	*word |= bit;
	return --p->missing == 0 ? p->bytes : NULL;
}

const char *joiner_open(struct joiner *j, const struct wire_stamp *stamp, const char *bytes,
			size_t *size, struct wire_envelope *ret_envelope)
{
	*ret_envelope = (struct wire_envelope){.count = 0};
	if (!stamp || stamp->channel == 0)
		return bytes;
	size_t head = wire_envelope_decode(bytes, *size, ret_envelope);
	if (head == 0)
		return NULL;
	bytes = joiner_take(j, stamp->source, stamp->number, ret_envelope, bytes + head);
	*size = ret_envelope->length;
	return bytes;
}
