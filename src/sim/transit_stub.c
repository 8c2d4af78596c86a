/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
#include "sim/transit_stub.h"

#include "sim/concern.h"
#include "sim/memory.h"

#include <assert.h>
#include <stdlib.h>

/* GT-ITM's example of 100 routers has these, too. */
#define STUBS_PER_TRANSIT   3  /* Stub domains on each transit router. */
#define ROUTERS_PER_TRANSIT 25 /* Itself and its stub domains' 24. */

#define UNREACHED (INT32_MAX / 2) /* Two of them can be added. */

/* How long links of a kind are; drawn evenly. */
struct range {
	int32_t min_us, max_us;
};

static const struct range between_transits = {20000, 50000}, in_transit = {5000, 20000},
			  transit_to_stub = {2000, 10000}, in_stub = {1000, 3000};

/* One generator says who is linked, the other how long the links are. */
struct maker {
	struct transit_stub *graph;
	struct random shape, delays;
};

/* --- Routes among routers in a row --- */

static size_t mesh_cell(const struct mesh *m, uint32_t from, uint32_t to)
{
	return (size_t)(from - m->first) * m->count + (to - m->first);
}

static void mesh_init(struct mesh *m, uint32_t first, uint32_t count)
{
	size_t cells = (size_t)count * count;
	*m = (struct mesh){.first = first, .count = count};
	m->delays_us = memory_get(cells * sizeof(*m->delays_us));
	m->links = memory_get(cells * sizeof(*m->links));
	for (size_t i = 0; i < cells; i++)
		m->delays_us[i] = i % (count + 1) == 0 ? 0 : UNREACHED;
}

static void mesh_done(struct mesh *m)
{
	free(m->delays_us);
	free(m->links);
}

/* From links to routes (Floyd, Warshall, 1962). Of routes with the same delay, the one found first
 * stays. */
static void mesh_route(struct mesh *m)
{
	for (size_t over = 0; over < m->count; over++) {
		const int32_t *onwards = m->delays_us + over * m->count;
		for (size_t from = 0; from < m->count; from++) {
			int32_t *row = m->delays_us + from * m->count, first = row[over];
			uint32_t *links = m->links + from * m->count, link = links[over];
			for (size_t to = 0; to < m->count && first < UNREACHED; to++)
				if (first + onwards[to] < row[to]) {
					row[to] = first + onwards[to];
					links[to] = link;
				}
		}
	}
}

static void mesh_walk(const struct transit_stub *g, const struct mesh *m, uint32_t from,
		      uint32_t to, void (*visit)(void *owner, uint32_t link), void *owner)
{
	while (from != to) {
		uint32_t link = m->links[mesh_cell(m, from, to)];
		visit(owner, link);
		from = g->links[link].a == from ? g->links[link].b : g->links[link].a;
	}
}

/* --- The graph --- */

static uint32_t add_link(struct maker *k, uint32_t a, uint32_t b, struct range range)
{
	struct transit_stub *g = k->graph;
	uint64_t spread = (uint64_t)(range.max_us - range.min_us) + 1;
	g->links = memory_grow(g->links, g->link_count, &g->link_capacity, sizeof(*g->links));
	g->links[g->link_count] = (struct transit_stub_link){
		.a = a,
		.b = b,
		.delay_us = range.min_us + (int32_t)random_below(&k->delays, spread),
	};
	return g->link_count++;
}

/* Links two routers, unless they are the same or linked already. */
static void link_routers(struct maker *k, struct mesh *m, uint32_t a, uint32_t b,
			 struct range range)
{
	size_t there = mesh_cell(m, a, b), back = mesh_cell(m, b, a);
	if (m->delays_us[there] != UNREACHED)
		return;
	uint32_t link = add_link(k, a, b, range);
	m->delays_us[there] = m->delays_us[back] = k->graph->links[link].delay_us;
	m->links[there] = m->links[back] = link;
}

static uint32_t draw(struct maker *k, uint32_t first, uint32_t count)
{
	return first + (uint32_t)random_below(&k->shape, count);
}

/* A random tree, and up to `extra` links more. */
static void connect(struct maker *k, struct mesh *m, uint32_t first, uint32_t count, uint32_t extra,
		    struct range range)
{
	for (uint32_t i = 1; i < count; i++)
		link_routers(k, m, first + i, draw(k, first, i), range);
	for (uint32_t i = 0; i < extra; i++) {
		uint32_t a = draw(k, first, count), b = draw(k, first, count);
		link_routers(k, m, a, b, range);
	}
}

/* Where part `i` of `parts` begins, of `count` routers that are shared out evenly. */
static uint32_t part_begin(uint32_t count, uint32_t parts, uint32_t i)
{
	return (uint32_t)((uint64_t)count * i / parts);
}

/* Links a router of one transit domain with one of another. */
static void link_domains(struct maker *k, uint32_t domains, uint32_t a, uint32_t b)
{
	struct mesh *core = &k->graph->core;
	uint32_t ends[2], chosen[2] = {a, b};
	for (int i = 0; i < 2; i++) {
		uint32_t begin = part_begin(core->count, domains, chosen[i]);
		uint32_t end = part_begin(core->count, domains, chosen[i] + 1);
		ends[i] = draw(k, core->first + begin, end - begin);
	}
	if (a != b)
		link_routers(k, core, ends[0], ends[1], between_transits);
}

/* As many domains as routers in each. */
static void make_core(struct maker *k)
{
	struct mesh *core = &k->graph->core;
	uint32_t domains = 1;
	while ((domains + 1) * (domains + 1) <= core->count)
		domains++;
	for (uint32_t d = 0; d < domains; d++) {
		uint32_t begin = part_begin(core->count, domains, d);
		uint32_t count = part_begin(core->count, domains, d + 1) - begin;
		connect(k, core, core->first + begin, count, count, in_transit);
	}
	for (uint32_t d = 1; d < domains; d++)
		link_domains(k, domains, d, draw(k, 0, d));
	for (uint32_t i = 0; i < domains / 2; i++) {
		uint32_t a = draw(k, 0, domains), b = draw(k, 0, domains);
		link_domains(k, domains, a, b);
	}
	mesh_route(core);
}

static void make_stub(struct maker *k, uint32_t stub)
{
	struct transit_stub *g = k->graph;
	struct mesh *m = &g->stubs[stub];
	struct stub_exit *e = &g->exits[stub];
	uint32_t begin = part_begin(g->router_count, g->stub_count, stub);
	uint32_t count = part_begin(g->router_count, g->stub_count, stub + 1) - begin;
	mesh_init(m, begin, count);
	connect(k, m, begin, count, count / 2, in_stub);
	mesh_route(m);
	e->router = draw(k, begin, count);
	e->transit = g->core.first + stub / STUBS_PER_TRANSIT;
	e->link = add_link(k, e->router, e->transit, transit_to_stub);
	for (uint32_t r = begin; r < begin + count; r++) {
		g->stub_of[r] = stub;
		g->up_us[r] = m->delays_us[mesh_cell(m, r, e->router)] + g->links[e->link].delay_us;
	}
}

void transit_stub_init(struct transit_stub *g, uint32_t routers, uint64_t seed)
{
	assert(routers >= TRANSIT_STUB_ROUTERS_MIN && routers <= TRANSIT_STUB_ROUTERS_MAX);
	uint32_t transits = routers < ROUTERS_PER_TRANSIT ? 1 : (routers / ROUTERS_PER_TRANSIT);
	struct maker k = {.graph = g};
	concern_init(&k.shape, seed, CONCERN_GRAPH);
	concern_init(&k.delays, seed, CONCERN_LINKS);
	*g = (struct transit_stub){
		.stub_count = transits * STUBS_PER_TRANSIT,
		.router_count = routers - transits,
	};
	g->stubs = memory_get(g->stub_count * sizeof(*g->stubs));
	g->exits = memory_get(g->stub_count * sizeof(*g->exits));
	g->stub_of = memory_get(g->router_count * sizeof(*g->stub_of));
	g->up_us = memory_get(g->router_count * sizeof(*g->up_us));
	mesh_init(&g->core, g->router_count, transits);
	make_core(&k);
	for (uint32_t stub = 0; stub < g->stub_count; stub++)
		make_stub(&k, stub);
}

void transit_stub_done(struct transit_stub *g)
{
	for (uint32_t stub = 0; stub < g->stub_count; stub++)
		mesh_done(&g->stubs[stub]);
	mesh_done(&g->core);
	free(g->links);
	free(g->stubs);
	free(g->exits);
	free(g->stub_of);
	free(g->up_us);
}

/* --- Routes --- */

int64_t transit_stub_delay_us(const struct transit_stub *g, uint32_t from, uint32_t to)
{
	uint32_t a = g->stub_of[from], b = g->stub_of[to];
	if (a == b)
		return g->stubs[a].delays_us[mesh_cell(&g->stubs[a], from, to)];
	size_t between = mesh_cell(&g->core, g->exits[a].transit, g->exits[b].transit);
	return (int64_t)g->up_us[from] + g->core.delays_us[between] + g->up_us[to];
}

void transit_stub_walk(const struct transit_stub *g, uint32_t from, uint32_t to,
		       void (*visit)(void *owner, uint32_t link), void *owner)
{
	uint32_t a = g->stub_of[from], b = g->stub_of[to];
	if (a == b) {
		mesh_walk(g, &g->stubs[a], from, to, visit, owner);
		return;
	}
	const struct stub_exit *out = &g->exits[a], *in = &g->exits[b];
	mesh_walk(g, &g->stubs[a], from, out->router, visit, owner);
	visit(owner, out->link);
	mesh_walk(g, &g->core, out->transit, in->transit, visit, owner);
	visit(owner, in->link);
	mesh_walk(g, &g->stubs[b], in->router, to, visit, owner);
}
