/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
#include "sim/topology.h"

#include "sim/concern.h"
#include "sim/memory.h"
#include "sim/transit_stub.h"

#include <assert.h>
#include <stdlib.h>

void topology_lan(struct topology *t, int64_t delay_us)
{
	*t = (struct topology){.kind = TOPOLOGY_LAN, .delay_us = delay_us, .place_count = 1};
}

void topology_plane(struct topology *t, uint32_t count, int64_t side_us, uint64_t seed)
{
	assert(count >= 1 && side_us >= 1 && side_us <= INT32_MAX);
	struct random random;
	concern_init(&random, seed, CONCERN_POINTS);
	*t = (struct topology){.kind = TOPOLOGY_PLANE, .place_count = count};
	t->points = memory_get(count * sizeof(*t->points));
	for (uint32_t i = 0; i < count; i++) {
		t->points[i].x_us = (int32_t)random_below(&random, (uint64_t)side_us);
		t->points[i].y_us = (int32_t)random_below(&random, (uint64_t)side_us);
	}
}

void topology_transit_stub(struct topology *t, uint32_t routers, uint64_t seed)
{
	struct transit_stub *g = memory_get(sizeof(*g));
	transit_stub_init(g, routers, seed);
	*t = (struct topology){
		.kind = TOPOLOGY_TRANSIT_STUB,
		.place_count = g->router_count,
		.graph = g,
		.link_count = g->link_count,
	};
}

void topology_done(struct topology *t)
{
	if (t->graph)
		transit_stub_done(t->graph);
	free(t->graph);
	free(t->points);
	free(t->delays_us);
}

/* The largest number whose square is not more (Newton's method, from above). Integers, since the
 * library's sqrt is one of doubles. */
static uint64_t square_root(uint64_t value)
{
	if (value < 2)
		return value;
	unsigned bits = 64 - (unsigned)__builtin_clzll(value);
	uint64_t root = UINT64_C(1) << (bits + 1) / 2, next;
	while ((next = (root + value / root) / 2) < root)
		root = next;
	return root;
}

static int64_t distance_us(const struct topology_point *a, const struct topology_point *b)
{
	int64_t x = (int64_t)a->x_us - b->x_us, y = (int64_t)a->y_us - b->y_us;
	int64_t distance = (int64_t)square_root((uint64_t)(x * x + y * y));
	return distance > 0 ? distance : 1;
}

int64_t topology_delay_us(const struct topology *t, uint32_t from, uint32_t to)
{
	switch (t->kind) {
	case TOPOLOGY_LAN:
		return t->delay_us;
	case TOPOLOGY_PLANE:
		return from == to ? 0 : distance_us(&t->points[from], &t->points[to]);
	case TOPOLOGY_MATRIX:
		return t->delays_us[(size_t)from * t->place_count + to];
	case TOPOLOGY_TRANSIT_STUB:
		return transit_stub_delay_us(t->graph, from, to);
	}
	return 0;
}

void topology_walk(const struct topology *t, uint32_t from, uint32_t to,
		   void (*visit)(void *owner, uint32_t link), void *owner)
{
	if (t->graph)
		transit_stub_walk(t->graph, from, to, visit, owner);
}
