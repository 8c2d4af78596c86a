/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
#include "net/gather.h"

void gather_reset(struct gather *g)
{
	g->part_count = 0;
	g->count = g->size = g->segment_size = g->last_size = 0;
}

static size_t smaller(size_t a, size_t b)
{
	return a < b ? a : b;
}

/* How many of `run`, each with `header` bytes more, can follow what is there. */
static size_t count_fitting(const struct gather *g, const struct run *run, size_t header,
			    size_t segments_max)
{
	size_t size = run_first(run, 1).size + header;
	if (g->count == 0 && size > 0) {
		size_t count = smaller(segments_max, GATHER_SIZE_MAX / size);
		return smaller(run->count, count > 0 ? count : 1);
	}
	if (g->last_size < g->segment_size || size > g->segment_size || g->count >= segments_max)
		return 0;
	if (size < g->segment_size)
		return run->count == 1 && g->size + size <= GATHER_SIZE_MAX;
	size_t room = smaller(segments_max - g->count, (GATHER_SIZE_MAX - g->size) / size);
	return smaller(run->count, room);
}

/* What lies right behind the part before is one with it. */
static void put_part(struct gather *g, const char *bytes, size_t size)
{
	struct iovec *last = g->part_count > 0 ? &g->parts[g->part_count - 1] : NULL;
	g->size += size;
	if (last && (char *)last->iov_base + last->iov_len == bytes)
		last->iov_len += size;
	else if (size > 0)
		g->parts[g->part_count++] = (struct iovec){(void *)(uintptr_t)bytes, size};
}

size_t gather_take(struct gather *g, struct payload *payload, size_t segments_max)
{
	size_t header = payload->has_header ? 0 : WIRE_HEADER_SIZE;
	size_t count = count_fitting(g, &payload->run, header, segments_max);
	if (count == 0)
		return 0;
	if (g->count == 0)
		g->segment_size = run_first(&payload->run, 1).size + header;
	struct run taken = run_take(&payload->run, count);
	g->count += count;
	g->last_size = taken.size - (count - 1) * taken.segment_size + header;
	if (payload->has_header) {
		put_part(g, taken.bytes, taken.size);
		return count;
	}
	while (taken.count > 0) {
		struct run one = run_take(&taken, 1);
		put_part(g, WIRE_DATA_HEADER, WIRE_HEADER_SIZE);
		put_part(g, one.bytes, one.size);
	}
	return count;
}

size_t gather_single(const struct gather *g, struct gather_place *place,
		     struct iovec ret_parts[GATHER_SINGLE_PARTS])
{
	size_t parts = 0;
	size_t left = smaller(g->segment_size, g->size - place->done);
	place->done += left;
	while (left > 0) {
		const struct iovec *part = &g->parts[place->part];
		size_t size = smaller(left, part->iov_len - place->offset);
		assert(parts < GATHER_SINGLE_PARTS);
		ret_parts[parts++] = (struct iovec){(char *)part->iov_base + place->offset, size};
		left -= size;
		place->offset += size;
		if (place->offset == part->iov_len) {
			place->part++;
			place->offset = 0;
		}
	}
	return parts;
}
