/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
#include "sim/placement.h"

#include "sim/memory.h"

#include <assert.h>
#include <stdlib.h>

/* Fisher and Yates, 1938. */
static void shuffle(uint32_t *items, uint32_t count, struct random *random)
{
	for (uint32_t i = 0; i < count; i++)
		items[i] = i;
	for (uint32_t left = count; left > 1; left--) {
		uint32_t drawn = (uint32_t)random_below(random, left), item = items[drawn];
		items[drawn] = items[left - 1];
		items[left - 1] = item;
	}
}

void placement_init(struct placement *p, const struct topology *topology, int64_t last_mile_min_us,
		    int64_t last_mile_max_us, uint64_t seed)
{
	struct random random;
	assert(last_mile_min_us >= 0 && last_mile_min_us <= last_mile_max_us);
	assert(last_mile_max_us <= INT32_MAX && topology->place_count >= 1);
	*p = (struct placement){
		.topology = topology,
		.last_mile_min_us = last_mile_min_us,
		.last_mile_max_us = last_mile_max_us,
	};
	concern_init(&random, seed, CONCERN_PLACES);
	concern_init(&p->random, seed, CONCERN_LAST_MILES);
	p->order = memory_get(topology->place_count * sizeof(*p->order));
	shuffle(p->order, topology->place_count, &random);
}

void placement_done(struct placement *p)
{
	free(p->order);
	free(p->hosts);
}

static struct placement_host place_of(struct placement *p, uint32_t host)
{
	uint32_t place_count = p->topology->place_count, turn = host > 0 ? host - 1 : 0;
	uint64_t range = (uint64_t)(p->last_mile_max_us - p->last_mile_min_us) + 1;
	if (turn < place_count)
		return (struct placement_host){.place = p->order[turn]};
	struct placement_host h = {.place = (uint32_t)random_below(&p->random, place_count)};
	h.last_mile_us = (int32_t)(p->last_mile_min_us + (int64_t)random_below(&p->random, range));
	return h;
}

void placement_add(struct placement *p)
{
	if (p->topology->kind != TOPOLOGY_LAN || p->last_mile_max_us > 0) {
		p->hosts = memory_grow(p->hosts, p->count, &p->capacity, sizeof(*p->hosts));
		p->hosts[p->count] = place_of(p, p->count);
	}
	p->count++;
}

int64_t placement_delay_us(const struct placement *p, uint32_t from, uint32_t to)
{
	if (from == to)
		return 0;
	int64_t delay_us = p->topology->delay_us;
	if (p->hosts) {
		const struct placement_host *a = &p->hosts[from], *b = &p->hosts[to];
		delay_us = topology_delay_us(p->topology, a->place, b->place) + a->last_mile_us +
			   b->last_mile_us;
	}
	return delay_us > 0 ? delay_us : 1;
}
