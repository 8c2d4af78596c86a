/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
#include "sim/served.h"

#include "sim/memory.h"

#include <stdlib.h>

/* --- The way down --- */

/* True if what `parent` gets is passed on. */
static bool passes_on(const struct served *s, uint32_t parent)
{
	return world_member(s->world, parent) && !s->world->hosts[parent].is_black_hole;
}

/* True if what `parent` sends to an entry of its children comes to a child that takes it. */
static bool reaches(const struct served *s, uint32_t parent, uint32_t child)
{
	return world_parent(s->world, child) == parent &&
	       !network_is_cut(&s->world->network, parent, child);
}

/* True if what the parent passes on comes to the child. */
static bool has_edge(const struct served *s, uint32_t parent, uint32_t child)
{
	const struct world *w = s->world;
	if (!passes_on(s, parent) || !reaches(s, parent, child))
		return false;
	const struct children *c = &w->hosts[parent].member->children;
	return children_find(c, &w->hosts[child].self) < c->count;
}

static bool is_to_be_served(const struct served *s, uint32_t host)
{
	uint32_t parent = world_parent(s->world, host);
	if (host == s->root)
		return true;
	return parent < s->count && s->is_served[parent] && has_edge(s, parent, host);
}

static void push(struct served *s, uint32_t *depth, uint32_t host)
{
	s->stack = memory_grow(s->stack, *depth, &s->stack_capacity, sizeof(*s->stack));
	s->stack[(*depth)++] = host;
}

/* The host that an entry of a table of children means, if it is followed; else 0. */
static uint32_t child_at(const struct served *s, const struct children *c, unsigned place)
{
	uint32_t child = world_find(s->world, &c->endpoints[place]);
	return child < s->count ? child : 0;
}

/* Cuts off all below `host`, which has its children still. Ends, since nobody is cut off twice. */
static void cut_below(struct served *s, uint32_t host, uint32_t fault)
{
	const struct world *w = s->world;
	uint32_t depth = 0;
	push(s, &depth, host);
	while (depth > 0) {
		uint32_t parent = s->stack[--depth];
		const struct children *c = &w->hosts[parent].member->children;
		for (unsigned i = 0; i < c->count; i++) {
			uint32_t child = child_at(s, c, i);
			if (!s->is_served[child] || world_parent(w, child) != parent)
				continue;
			s->is_served[child] = false;
			recovery_on_cut(s->recovery, child, fault, w->now);
			push(s, &depth, child);
		}
	}
}

/* Serves `host` and all below it. Ends, since nobody is served twice. */
static void serve(struct served *s, uint32_t host)
{
	const struct world *w = s->world;
	uint32_t depth = 0;
	s->is_served[host] = true;
	recovery_on_served(s->recovery, host, w->now);
	push(s, &depth, host);
	while (depth > 0) {
		uint32_t parent = s->stack[--depth];
		const struct children *c = &w->hosts[parent].member->children;
		for (unsigned i = 0; passes_on(s, parent) && i < c->count; i++) {
			uint32_t child = child_at(s, c, i);
			if (child == 0 || s->is_served[child] || !reaches(s, parent, child))
				continue;
			s->is_served[child] = true;
			recovery_on_served(s->recovery, child, w->now);
			push(s, &depth, child);
		}
	}
}

/* Something about the way to `host` may have changed. */
static void settle(struct served *s, uint32_t host, uint32_t fault)
{
	bool is_served = is_to_be_served(s, host);
	if (is_served == s->is_served[host])
		return;
	if (is_served) {
		serve(s, host);
		return;
	}
	s->is_served[host] = false;
	recovery_on_cut(s->recovery, host, fault, s->world->now);
	cut_below(s, host, fault);
}

/* --- The root --- */

static uint32_t find_root(const struct served *s, uint32_t host)
{
	uint32_t place = 0;
	while (place < s->root_count && s->roots[place] != host)
		place++;
	return place;
}

static void add_root(struct served *s, uint32_t host)
{
	if (find_root(s, host) < s->root_count)
		return;
	s->roots = memory_grow(s->roots, s->root_count, &s->root_capacity, sizeof(*s->roots));
	s->roots[s->root_count++] = host;
	s->second_roots += s->root_count > 1;
}

static void remove_root(struct served *s, uint32_t host)
{
	uint32_t place = find_root(s, host);
	if (place == s->root_count)
		return;
	s->root_count--;
	for (; place < s->root_count; place++)
		s->roots[place] = s->roots[place + 1];
}

static uint32_t choose_root(const struct served *s)
{
	const struct registry_root *registered = world_registered(s->world);
	uint32_t host = world_find(s->world, &registered->endpoint);
	if (registered->is_registered && find_root(s, host) < s->root_count)
		return host;
	if (find_root(s, s->root) < s->root_count)
		return s->root;
	return s->root_count > 0 ? s->roots[0] : 0;
}

static void update_root(struct served *s, uint32_t fault)
{
	uint32_t before = s->root;
	s->root = choose_root(s);
	if (s->root == before)
		return;
	if (before != 0 && world_member(s->world, before))
		settle(s, before, fault);
	if (s->root != 0)
		settle(s, s->root, fault);
}

/* --- What happens --- */

void served_init(struct served *s, const struct world *world, struct recovery *recovery)
{
	*s = (struct served){.world = world, .recovery = recovery, .rdv_fault = RECOVERY_NO_FAULT};
	while (s->count < world->host_count)
		served_add_host(s);
	for (uint32_t i = 1; i < s->count; i++) {
		const struct member *m = world_member(world, i);
		if (m && m->state == MEMBER_ROOT)
			add_root(s, i);
	}
	s->second_roots = 0;
	update_root(s, RECOVERY_NO_FAULT);
}

void served_done(struct served *s)
{
	free(s->is_served);
	free(s->roots);
	free(s->stack);
}

void served_add_host(struct served *s)
{
	s->is_served = memory_grow(s->is_served, s->count, &s->capacity, sizeof(*s->is_served));
	s->is_served[s->count++] = false;
}

void served_begin(struct served *s)
{
	s->rdv_fault = RECOVERY_NO_FAULT;
}

void served_on_stopped(struct served *s, uint32_t host)
{
	uint32_t fault = recovery_present(s->recovery, s->world->now);
	if (host == WORLD_RDV) {
		s->rdv_fault = fault;
		return;
	}
	bool was_served = s->is_served[host];
	s->is_served[host] = false;
	recovery_on_stopped(s->recovery, host);
	if (was_served)
		cut_below(s, host, fault);
	remove_root(s, host);
	update_root(s, fault);
}

/* The fault that keeps the two from hearing of each other. */
static uint32_t fault_between(const struct served *s, uint32_t a, uint32_t b)
{
	const struct network *n = &s->world->network;
	bool is_cut =
		b < s->world->host_count && (network_is_cut(n, a, b) || network_is_cut(n, b, a));
	return is_cut ? recovery_latest(s->recovery) : RECOVERY_NO_FAULT;
}

void served_on_event(struct served *s, uint32_t host, enum event event, uint32_t peer)
{
	switch (event) {
	case EVENT_IS_ROOT:
		add_root(s, host);
		update_root(s, s->rdv_fault);
		break;
	case EVENT_ROOT_LOST:
		remove_root(s, host);
		update_root(s, s->rdv_fault);
		break;
	case EVENT_ROOT_REGISTERED:
	case EVENT_ROOT_EXPIRED:
	case EVENT_ROOT_DEAD:
	case EVENT_ROOT_LEFT:
		update_root(s, s->rdv_fault);
		break;
	case EVENT_SEARCH:
	case EVENT_UNREACHABLE:
	case EVENT_PARENT_FORGOT:
	case EVENT_PARENT_LEFT:
	case EVENT_PARENT_DEEP:
	case EVENT_PARENT_MUTE:
	case EVENT_LOOP:
	case EVENT_JOINED:
		settle(s, host, fault_between(s, host, peer));
		break;
	case EVENT_CHILD:
	case EVENT_CHILD_EXPIRED:
	case EVENT_CHILD_LEFT:
	case EVENT_CHILD_EVICTED:
		if (peer > 0 && peer < s->count)
			settle(s, peer, fault_between(s, host, peer));
		break;
	default:
		break;
	}
}

void served_look(struct served *s)
{
	uint32_t fault = recovery_present(s->recovery, s->world->now);
	/* First who is cut off: whoever is not served after that is so from above. A subtree is
	 * cut off at its top, wherever in the order that comes. */
	for (uint32_t i = 1; i < s->count; i++)
		if (s->is_served[i] && !is_to_be_served(s, i))
			settle(s, i, fault);
	for (uint32_t i = 1; i < s->count; i++)
		if (!s->is_served[i])
			settle(s, i, fault);
}
