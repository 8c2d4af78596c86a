/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
/* world_user.c - what a host's user asks of it. */
#include "sim/user.h"
#include "sim/world_state.h"

static bool has_running_member(const struct world *w, uint32_t host)
{
	return w->hosts[host].stop == WORLD_RUNS && w->hosts[host].member;
}

void world_improve(struct world *w, uint32_t host)
{
	if (!has_running_member(w, host))
		return;
	member_improve(w->hosts[host].member, world_local_now(w, host), &w->actions);
	world_settle(w, host);
}

void world_want(struct world *w, uint32_t host, uint64_t wanted)
{
	if (!has_running_member(w, host))
		return;
	member_want(w->hosts[host].member, wanted, world_local_now(w, host), &w->actions);
	world_settle(w, host);
}

void world_publish_channel(struct world *w, uint32_t host, uint16_t channel, const char *bytes,
			   size_t size)
{
	struct world_host *h = &w->hosts[host];
	struct payload payload = {.run = run_one(bytes, size), .channel = channel};
	if (h->stop != WORLD_RUNS)
		return;
	if (!h->user) {
		h->user = user_new(w->config.is_full);
		h->member->held = &h->user->held;
		if (h->member->full)
			h->member->full->keep = h->user->keep;
	}
	member_publish(h->member, &payload, world_local_now(w, host), &w->actions);
	world_settle(w, host);
}
