/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
/* registry_table.c - groups, and how their roots come and go. */
#include "core/registry_state.h"

struct registry_root *registry_slot(struct registry *r, const struct endpoint *e)
{
	return &r->roots[endpoint_is_v4(e) ? 0 : 1];
}

struct registry_root *registry_find(struct registry *r, const char *group, const struct endpoint *e)
{
	bool is_v4 = endpoint_is_v4(e);
	if (group[0] == '\0')
		return registry_slot(r, e);
	for (unsigned i = 0; i < r->more_count; i++) {
		struct registry_root *root = &r->config.more[i];
		if (root->is_v4 == is_v4 && strcmp(root->group, group) == 0)
			return root;
	}
	return NULL;
}

/* [E8] A group without a root keeps its epoch for as long as its place is not wanted: where there
 * is no room, the one that was without for longest goes. */
static struct registry_root *find_room(struct registry *r)
{
	struct registry_root *oldest = NULL;
	if (r->more_count < r->config.more_max)
		return &r->config.more[r->more_count++];
	for (unsigned i = 0; i < r->more_count; i++) {
		struct registry_root *root = &r->config.more[i];
		if (!root->is_registered &&
		    (!oldest || root->unused_since.us < oldest->unused_since.us))
			oldest = root;
	}
	return oldest;
}

struct registry_root *registry_find_or_make(struct registry *r, const char *group,
					    const struct endpoint *e)
{
	struct registry_root *root = registry_find(r, group, e);
	if (root)
		return root;
	root = find_room(r);
	if (root) {
		*root = (struct registry_root){.is_v4 = endpoint_is_v4(e)};
		wire_copy_word(root->group, group);
	}
	return root;
}

void registry_store(const struct registry_root *root, struct actions *actions)
{
	*actions_put(actions) = (struct action){
		.type = ACTION_STORE,
		.path = {.remote = root->endpoint},
		.stored = root,
	};
}

/* [E1] At the end of all numbers it stays there. That takes more changes of the root than a network
 * will see: what is claimed is bounded (registry_admit). */
uint32_t registry_next_epoch(uint32_t stored, uint32_t claimed)
{
	uint32_t highest = stored > claimed ? stored : claimed;
	return highest < UINT32_MAX ? highest + 1 : highest;
}

void registry_refresh(struct registry *r, struct registry_root *root,
		      const struct registry_input *in)
{
	int64_t guard_us = root->is_full ? r->config.full_guard_us : r->config.guard_us;
	root->expires_at = time_after(in->now, guard_us);
	root->local = in->path->local;
	root->is_restored = root->is_silent = false;
	probe_end(root);
}

/* [E1] The epoch is written down before anybody hears of it. */
void registry_register(struct registry *r, struct registry_root *root, bool is_full, uint64_t id,
		       uint32_t epoch, const struct registry_input *in)
{
	root->is_v4 = endpoint_is_v4(&in->path->remote);
	root->is_registered = true;
	root->is_full = is_full;
	root->endpoint = in->path->remote;
	root->id = id;
	root->epoch = epoch;
	root->tick = (struct wire_tick_number){.epoch = epoch};
	root->claimed = 0;
	root->trusted_until = in->now;
	root->member_count = 0;
	registry_refresh(r, root, in);
	registry_store(root, in->actions);
	action_event(in->actions, EVENT_ROOT_REGISTERED, &root->endpoint);
}

void registry_forget(struct registry_root *root, enum event event, struct time now,
		     struct actions *actions)
{
	probe_end(root);
	root->is_registered = root->is_restored = root->is_silent = false;
	root->unused_since = now;
	action_event(actions, event, &root->endpoint);
	registry_store(root, actions);
}
