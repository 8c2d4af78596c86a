/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
#include "sim/delivery.h"

#include "sim/memory.h"

#include <stdlib.h>

static const uint8_t mark[4] = {'m', 's', 'i', 'm'};

/* --- Bits --- */

static bool has_bit(const struct delivery_bits *b, uint32_t host)
{
	return host / 64 < b->count && (b->words[host / 64] >> host % 64 & 1) != 0;
}

static void set_bit(struct delivery_bits *b, uint32_t host)
{
	b->words = memory_fit(b->words, host / 64 + 1, &b->count, sizeof(*b->words));
	b->words[host / 64] |= UINT64_C(1) << host % 64;
}

static void clear_bit(struct delivery_bits *b, uint32_t host)
{
	if (host / 64 < b->count)
		b->words[host / 64] &= ~(UINT64_C(1) << host % 64);
}

static struct delivery_bits copy_bits(const struct delivery_bits *b)
{
	size_t size = b->count * sizeof(*b->words);
	struct delivery_bits copy = {.words = memory_get(size), .count = b->count};
	if (size > 0)
		memcpy(copy.words, b->words, size);
	return copy;
}

/* --- Messages --- */

static void close_first(struct delivery *d)
{
	free(d->open[d->first].missing.words);
	free(d->open[d->first].seen.words);
	d->first++;
	d->first_number++;
}

static void close_old(struct delivery *d)
{
	int64_t before_us = d->world->now.us - DELIVERY_FOLLOWED_US;
	while (d->first < d->end && d->open[d->first].published_at.us < before_us)
		close_first(d);
}

/* A place behind the others: those before the first are used again. */
static struct delivery_message *open_next(struct delivery *d)
{
	if (d->end == d->capacity && d->first > d->capacity / 2) {
		d->end -= d->first;
		memmove(d->open, d->open + d->first, d->end * sizeof(*d->open));
		d->first = 0;
	}
	d->open = memory_grow(d->open, d->end, &d->capacity, sizeof(*d->open));
	return &d->open[d->end++];
}

void delivery_init(struct delivery *d, const struct world *world, struct histogram *delay_us)
{
	*d = (struct delivery){.world = world, .delay_us = delay_us};
	for (uint32_t i = 1; i < world->host_count; i++)
		if (world_member(world, i))
			delivery_on_started(d, i);
	delivery_begin(d);
}

void delivery_done(struct delivery *d)
{
	while (d->first < d->end)
		close_first(d);
	free(d->open);
	free(d->running.words);
}

void delivery_begin(struct delivery *d)
{
	while (d->first < d->end)
		close_first(d);
	d->begun_number = d->next_number;
	d->published = d->expected = d->received = d->duplicates = 0;
	histogram_init(d->delay_us);
}

void delivery_publish(struct delivery *d, uint32_t source, char *ret_bytes, size_t size)
{
	uint32_t number = d->next_number;
	assert(size >= DELIVERY_SIZE);
	memset(ret_bytes, 0, size);
	if (!world_member(d->world, source))
		return;
	close_old(d);
	memcpy(ret_bytes, mark, sizeof(mark));
	for (unsigned i = 0; i < 4; i++)
		ret_bytes[sizeof(mark) + i] = (char)(uint8_t)(number >> (24 - 8 * i));
	*open_next(d) = (struct delivery_message){
		.published_at = d->world->now,
		.missing = copy_bits(&d->running),
	};
	d->next_number++;
	d->published++;
	d->expected += d->running_count;
}

void delivery_on_started(struct delivery *d, uint32_t host)
{
	if (!has_bit(&d->running, host))
		d->running_count++;
	set_bit(&d->running, host);
	if (host >= d->host_count) {
		d->host_count = host + 1;
		return;
	}
	/* A program that starts again has had none of them, and is expected to get none. */
	for (uint32_t i = d->first; i < d->end; i++) {
		clear_bit(&d->open[i].missing, host);
		clear_bit(&d->open[i].seen, host);
	}
}

void delivery_on_stopped(struct delivery *d, uint32_t host)
{
	if (has_bit(&d->running, host))
		d->running_count--;
	clear_bit(&d->running, host);
}

/* The number of the message; false: it is none of delivery_publish, or from before
 * delivery_begin. */
static bool read_number(const struct delivery *d, const char *bytes, size_t size,
			uint32_t *ret_number)
{
	uint32_t number = 0;
	if (size < DELIVERY_SIZE || memcmp(bytes, mark, sizeof(mark)) != 0)
		return false;
	for (unsigned i = 0; i < 4; i++)
		number = number << 8 | (uint8_t)bytes[sizeof(mark) + i];
	*ret_number = number;
	return number >= d->begun_number && number < d->next_number;
}

/* NULL: it is not followed any more. */
static struct delivery_message *find_message(struct delivery *d, uint32_t number)
{
	return number < d->first_number ? NULL : &d->open[d->first + (number - d->first_number)];
}

void delivery_on_sent(struct delivery *d, const char *bytes, size_t size)
{
	uint32_t number;
	if (size < WIRE_HEADER_SIZE || memcmp(bytes, WIRE_DATA_HEADER, WIRE_HEADER_SIZE) != 0 ||
	    !read_number(d, bytes + WIRE_HEADER_SIZE, size - WIRE_HEADER_SIZE, &number))
		return;
	struct delivery_message *m = find_message(d, number);
	if (m)
		m->is_bare = true;
}

void delivery_on_delivered(struct delivery *d, uint32_t host, const char *bytes, size_t size)
{
	uint32_t number;
	if (size < DELIVERY_SIZE || memcmp(bytes, mark, sizeof(mark)) != 0)
		return;
	close_old(d);
	if (!read_number(d, bytes, size, &number))
		return;
	struct delivery_message *m = find_message(d, number);
	if (!m || has_bit(&m->seen, host)) {
		d->duplicates++;
		if (m && !m->is_bare) {
			d->repeated++;
			d->repeated_host = host;
			d->repeated_number = number;
		}
		return;
	}
	set_bit(&m->seen, host);
	if (!has_bit(&m->missing, host))
		return;
	clear_bit(&m->missing, host);
	d->received++;
	histogram_add(d->delay_us, (uint64_t)time_elapsed_us(m->published_at, d->world->now));
}
