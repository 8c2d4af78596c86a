/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
#include "sim/world.h"

uint32_t world_find(const struct world *w, const struct endpoint *e)
{
	const uint8_t *a = endpoint_v4(e);
	uint32_t number = (uint32_t)a[1] << 16 | (uint32_t)a[2] << 8 | a[3];
	bool known = endpoint_is_v4(e) && a[0] == 10 && number >= 1 && number <= w->host_count;
	return known ? number - 1 : w->host_count;
}

const struct registry_root *world_registered(const struct world *w)
{
	for (unsigned i = 2; w->config.is_full && i < registry_count(&w->registry); i++)
		if (strcmp(registry_at(&w->registry, i)->group, w->config.full.group) == 0)
			return registry_at(&w->registry, i);
	return &w->registry.roots[0];
}

uint32_t world_parent(const struct world *w, uint32_t host)
{
	const struct member *m = world_member(w, host);
	bool attached = m && m->state == MEMBER_ATTACHED;
	return attached ? world_find(w, &m->parent) : w->host_count;
}

static bool is_root(const struct world *w, uint32_t host)
{
	const struct member *m = host < w->host_count ? world_member(w, host) : NULL;
	return m && m->state == MEMBER_ROOT;
}

uint32_t world_root(const struct world *w)
{
	const struct registry_root *registered = world_registered(w);
	uint32_t host = w->host_count;
	if (registered->is_registered)
		host = world_find(w, &registered->endpoint);
	if (is_root(w, host))
		return host;
	for (host = 1; host < w->host_count && !is_root(w, host);)
		host++;
	return host;
}

int world_depth(const struct world *w, uint32_t host)
{
	for (uint32_t depth = 0; depth <= w->host_count; depth++) {
		if (is_root(w, host))
			return (int)depth;
		uint32_t parent = world_parent(w, host);
		if (parent == w->host_count)
			return -1;
		host = parent;
	}
	return -1; /* A cycle. */
}
