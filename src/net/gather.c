/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
#include "net/gather.h"

void gather_reset(struct gather *g)
{
	g->part_count = 0;
	g->count = g->whole_count = g->size = g->segment_size = g->last_size = 0;
}

static size_t smaller(size_t a, size_t b)
{
	return a < b ? a : b;
}

/* How many of `run`, each with `header` bytes more and `stripped` less, can follow what is there.
 */
static size_t count_fitting(const struct gather *g, const struct run *run, size_t header,
			    size_t stripped, size_t segments_max)
{
	size_t size = run_first(run, 1).size - stripped + header;
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

/* Its header, if it has to have one, and the payload. */
static void put_message(struct gather *g, struct outgoing *out, struct run one, size_t number)
{
	if (out->message == WIRE_DATA) {
		put_part(g, WIRE_DATA_HEADER, WIRE_HEADER_SIZE);
	} else {
		wire_stamp_encode(&out->stamp, g->stamps[number]);
		out->stamp.number++;
		out->stamp.seq += out->stamp.seq > 0;
		put_part(g, g->stamps[number], WIRE_STAMP_SIZE);
	}
	size_t stripped = out->payload.header_size;
	put_part(g, one.bytes + stripped, one.size - stripped);
}

size_t gather_take(struct gather *g, struct outgoing *out, size_t segments_max)
{
	struct payload *payload = &out->payload;
	size_t header = out->message == WIRE_DATA ? WIRE_HEADER_SIZE : WIRE_STAMP_SIZE;
	size_t stripped = payload->header_size;
	size_t count = count_fitting(g, &payload->run, header, stripped, segments_max);
	if (count == 0)
		return 0;
	if (g->count == 0)
		g->segment_size = run_first(&payload->run, 1).size - stripped + header;
	struct run taken = run_take(&payload->run, count);
	size_t number = g->count;
	g->count += count;
	g->last_size = taken.size - (count - 1) * taken.segment_size - stripped + header;
	if (header == stripped) {
		g->whole_count += count;
		put_part(g, taken.bytes, taken.size);
		return count;
	}
	while (taken.count > 0)
		put_message(g, out, run_take(&taken, 1), number++);
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
