/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
#include "sim/roster.h"

#include "sim/memory.h"

#include <stdlib.h>

void roster_init(struct roster *r, const struct world *world)
{
	*r = (struct roster){.world = world};
}

void roster_done(struct roster *r)
{
	free(r->hosts);
	free(r->places);
}

static void swap(struct roster *r, uint32_t a, uint32_t b)
{
	uint32_t of_a = r->hosts[a], of_b = r->hosts[b];
	r->hosts[a] = of_b;
	r->hosts[b] = of_a;
	r->places[of_a] = b;
	r->places[of_b] = a;
}

/* Adds a host at the end, as one that is stopped. Hosts come in the order of their numbers. */
static void add(struct roster *r, uint32_t host)
{
	r->hosts = memory_grow(r->hosts, r->count, &r->host_capacity, sizeof(*r->hosts));
	r->places = memory_grow(r->places, host, &r->place_capacity, sizeof(*r->places));
	r->hosts[r->count] = host;
	r->places[host] = r->count++;
}

void roster_observe(struct roster *r, const struct world_report *report)
{
	if ((report->what != WORLD_STARTED && report->what != WORLD_STOPPED) ||
	    report->host == WORLD_RDV)
		return;
	if (report->what == WORLD_STOPPED) {
		swap(r, r->places[report->host], --r->running);
		return;
	}
	if (report->host > r->count)
		add(r, report->host);
	swap(r, r->places[report->host], r->running++);
}

/* --- Who is meant --- */

void host_list_done(struct host_list *l)
{
	free(l->hosts);
	*l = (struct host_list){0};
}

static void put(struct host_list *l, uint32_t host)
{
	l->hosts = memory_grow(l->hosts, l->count, &l->capacity, sizeof(*l->hosts));
	l->hosts[l->count++] = host;
}

static bool is_running(const struct roster *r, uint32_t host)
{
	return r->world->hosts[host].stop == WORLD_RUNS;
}

/* True if one of the first `count` ranges has it already. */
static bool is_before(const struct who *who, unsigned count, uint32_t host)
{
	for (unsigned i = 0; i < count; i++)
		if (host >= who->first[i] && host <= who->last[i])
			return true;
	return false;
}

static void put_ranges(const struct roster *r, const struct who *who, bool of_stopped,
		       struct host_list *l)
{
	for (unsigned i = 0; i < who->range_count; i++)
		for (uint32_t h = who->first[i]; h <= who->last[i] && h < r->world->host_count; h++)
			if (h != WORLD_RDV && is_running(r, h) != of_stopped &&
			    !is_before(who, i, h))
				put(l, h);
}

/* `count` different ones of those from `first` on: each is drawn from the rest (Fisher-Yates). Then
 * the order of the list is what it was, so that what is drawn here does not shift whom others draw.
 */
static void put_any(struct roster *r, struct random *random, uint32_t count, uint32_t first,
		    uint32_t end, struct host_list *l)
{
	for (uint32_t i = first; i < end && l->count < count; i++) {
		uint32_t drawn = i + (uint32_t)random_below(random, end - i);
		swap(r, i, drawn);
		put(l, drawn);
	}
	for (uint32_t i = l->count; i-- > 0;) {
		uint32_t drawn = l->hosts[i];
		l->hosts[i] = r->hosts[first + i];
		swap(r, first + i, drawn);
	}
}

static void put_share(const struct roster *r, struct random *random, double share, uint32_t first,
		      uint32_t end, struct host_list *l)
{
	for (uint32_t i = first; i < end; i++)
		if (random_happens(random, share))
			put(l, r->hosts[i]);
}

void roster_resolve(struct roster *r, const struct who *who, bool of_stopped, struct random *random,
		    struct host_list *l)
{
	uint32_t first = of_stopped ? r->running : 0, end = of_stopped ? r->count : r->running;
	l->count = 0;
	switch (who->kind) {
	case WHO_NOBODY:
	case WHO_OTHERS:
		break;
	case WHO_RANGES:
		put_ranges(r, who, of_stopped, l);
		break;
	case WHO_ALL:
		for (uint32_t i = first; i < end; i++)
			put(l, r->hosts[i]);
		break;
	case WHO_ANY:
		put_any(r, random, who->count, first, end, l);
		break;
	case WHO_SHARE:
		put_share(r, random, who->share, first, end, l);
		break;
	case WHO_ROOT:
		if (world_root(r->world) < r->world->host_count)
			put(l, world_root(r->world));
		break;
	case WHO_RDV:
		if (is_running(r, WORLD_RDV) != of_stopped)
			put(l, WORLD_RDV);
		break;
	}
}
