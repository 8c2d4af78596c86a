/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
/* registry_probe.c - whether a root is there: a series of PINGs, and what follows from silence.
 *
 * A series begins with a complaint [E4], at the end of a full root's guard time [E2], when a root
 * that was restored is asked for [E6], or when a base node speaks from a full root's endpoint. Each
 * root has one at a time.
 */
#include "core/registry_state.h"

#define TICKS_ON_WAY 2

/* [E5] Who cannot reach the root may well complain again, when nobody tells of ticks by chance. */
#define TRUSTED_US (10 * US_PER_S)

static void send_ping(struct registry_root *root, struct time now, struct actions *actions)
{
	const union wire_fields fields = {.PING = {.nonce = root->probe.nonce}};
	const struct path path = {.remote = root->endpoint, .local = root->local};
	root->probe.sent++;
	root->probe.next_at = time_after(now, REGISTRY_PROBE_US / REGISTRY_PROBES);
	action_send_fields(actions, WIRE_PING, &path, &fields);
}

void probe_begin(struct registry *r, struct registry_root *root, struct wire_tick_number tick,
		 struct time now, struct actions *actions)
{
	if (probe_runs(root) || !r->config.is_full)
		return;
	/* What was told before says nothing of whether it lives now. */
	if (wire_tick_is_newer(root->heard, tick))
		tick = root->heard;
	root->probe = (struct registry_probe){.nonce = proof_nonce(&r->proof), .tick = tick};
	action_event(actions, EVENT_ROOT_PROBED, &root->endpoint);
	send_ping(root, now, actions);
}

void probe_restored(struct registry *r, struct registry_root *root, const struct registry_input *in)
{
	if (root->is_restored && !endpoint_equal(&root->endpoint, &in->path->remote))
		probe_begin(r, root, root->tick, in->now, in->actions);
}

void probe_quiet(struct registry *r, struct registry_root *root, const struct registry_input *in)
{
	struct time heard_at = time_after(root->expires_at, -r->config.full_guard_us);
	if (root->is_registered && root->is_full &&
	    time_elapsed_us(heard_at, in->now) > REGISTRY_QUIET_US &&
	    time_is_due(root->trusted_until, in->now))
		probe_begin(r, root, root->tick, in->now, in->actions);
}

void probe_end(struct registry_root *root)
{
	root->probe.nonce = 0;
}

/* Nothing came, to all of the questions. */
static void on_silence(struct registry *r, struct registry_root *root, struct time now,
		       struct actions *actions)
{
	bool is_over = time_is_due(root->expires_at, now);
	const struct registry_probe *p = &root->probe;
	probe_end(root);
	/* Ticks that were on their way when it died may be told later than a complaint. */
	struct wire_tick_number last = {p->tick.epoch, p->tick.number + TICKS_ON_WAY};
	if (wire_tick_is_newer(p->reported, last)) {
		/* [E4], [E5] Others get its ticks: it lives, and only cannot reach us. */
		root->is_restored = false;
		root->trusted_until = time_after(now, TRUSTED_US);
		if (is_over)
			root->expires_at = time_after(now, r->config.full_guard_us);
	} else if (p->is_base_claim) {
		/* Who speaks from there does not know PING any more: it is a base node now. */
		const struct path path = {.remote = root->endpoint, .local = root->local};
		const struct registry_input in = {.path = &path, .now = now, .actions = actions};
		registry_register(r, root, false, 0, registry_next_epoch(root->epoch, 0), &in);
	} else if (root->is_full) {
		registry_forget(root, is_over ? EVENT_ROOT_EXPIRED : EVENT_ROOT_DEAD, now, actions);
	}
	/* A base root has no answer to PING: it stays for its guard time, or until ICMP speaks. */
}

void probe_on_time(struct registry *r, struct registry_root *root, struct time now,
		   struct actions *actions)
{
	bool is_over = time_is_due(root->expires_at, now);
	if (!root->is_registered)
		return;
	if (!root->is_full && is_over) { /* [R4] */
		registry_forget(root, EVENT_ROOT_EXPIRED, now, actions);
	} else if (probe_runs(root)) {
		if (!time_is_due(root->probe.next_at, now))
			return;
		if (root->probe.sent < REGISTRY_PROBES)
			send_ping(root, now, actions);
		else
			on_silence(r, root, now, actions);
	} else if (is_over && root->is_silent) {
		/* It answers PING, and for two guard times did not refresh: it is no root. */
		registry_forget(root, EVENT_ROOT_EXPIRED, now, actions);
	} else if (is_over) { /* [E2] */
		probe_begin(r, root, root->tick, now, actions);
	}
}

struct time probe_deadline(const struct registry_root *root)
{
	if (!root->is_registered)
		return TIME_NEVER;
	if (!probe_runs(root))
		return root->expires_at;
	return root->is_full ? root->probe.next_at
			     : time_earlier(root->probe.next_at, root->expires_at);
}
