/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
#include "report.h"
#include "app/common/daemon.h"
#include "net/clock.h"

#include <stdio.h>

static double seconds_until(struct time now, struct time at)
{
	return (double)time_elapsed_us(now, at) / 1e6;
}

static void report_parent(const struct member *m, struct time now)
{
	char text[ENDPOINT_TEXT_SIZE];
	endpoint_format(&m->parent, text);
	if (m->full && m->full->is_parent_full)
		log_line("neighbour", "role=parent endpoint=%s profile=full id=%016llx rtt=%.6f",
			 text, (unsigned long long)m->full->parent_id,
			 (double)m->full->rtt_us / 1e6);
	else
		log_line("neighbour", "role=parent endpoint=%s profile=base refresh_in=%.1f", text,
			 seconds_until(now, m->refresh_at));
}

static void report_children(const struct children *c, struct time now)
{
	char text[ENDPOINT_TEXT_SIZE];
	for (unsigned i = 0; i < c->count; i++) {
		const struct child *known = i < c->full_count ? &c->known[i] : NULL;
		endpoint_format(&c->endpoints[i], text);
		if (known)
			log_line("neighbour",
				 "role=%s endpoint=%s profile=full id=%016llx height=%u size=%u",
				 known->is_foster ? "foster" : "child", text,
				 (unsigned long long)known->id, known->height, known->size);
		else
			log_line("neighbour", "role=child endpoint=%s profile=base expires_in=%.1f",
				 text, seconds_until(now, c->expires_at[i]));
	}
}

static void report_traffic(const struct node *n, const char *direction, const struct traffic *t)
{
	char more[100] = "";
	if (t == &n->outflow.sent)
		(void)snprintf(more, sizeof(more), " forwarded_whole=%llu stamped=%llu pruned=%llu",
			       (unsigned long long)t->forwarded_whole,
			       (unsigned long long)(n->full ? n->full->full.stamped : 0),
			       (unsigned long long)(n->full ? n->full->full.pruned : 0));
	log_line("traffic", "direction=%s datagrams=%llu bytes=%llu coalesced=%llu share=%.3f%s",
		 direction, (unsigned long long)t->datagrams, (unsigned long long)t->bytes,
		 (unsigned long long)t->coalesced,
		 t->datagrams > 0 ? (double)t->coalesced / (double)t->datagrams : 0.0, more);
}

static void report_place(const struct full *f)
{
	log_line("place",
		 "id=%016llx group=%s epoch=%u tick=%u depth=%u delay=%.6f path=%u kept=%u",
		 (unsigned long long)f->id, f->config->group[0] ? f->config->group : "-",
		 f->tick.epoch, f->tick.number, f->depth, (double)f->delay_us / 1e6, f->path.count,
		 f->keep->count);
}

static const char *state_name(const struct node *n)
{
	if (n->full && n->full->full.is_detached)
		return "detached";
	return member_state_name(n->member.state);
}

void report_node(const struct node *n, uint64_t output_dropped)
{
	struct time now = clock_now();
	log_line("report",
		 "state=%s children=%u children_max=%u held=%u messages=%llu output_dropped=%llu "
		 "kernel_dropped=%llu",
		 state_name(n), n->member.children.count, n->member.children.max, n->queue.count,
		 (unsigned long long)n->outflow.delivered, (unsigned long long)output_dropped,
		 (unsigned long long)node_kernel_dropped(n));
	if (n->full)
		report_place(&n->full->full);
	report_traffic(n, "in", &n->received);
	report_traffic(n, "payloads", &n->published);
	report_traffic(n, "out", &n->outflow.sent);
	if (n->member.state == MEMBER_ATTACHED)
		report_parent(&n->member, now);
	report_children(&n->member.children, now);
	for (int i = 0; i < DROP_REASONS; i++)
		if (n->drops.count[i] > 0)
			log_line("dropped", "reason=%s count=%llu", drop_name((enum drop)i),
				 (unsigned long long)n->drops.count[i]);
}

void report_islands(const struct gateway *g)
{
	const struct gateway_counters *c = &g->counters;
	char group[ENDPOINT_TEXT_SIZE];
	for (unsigned n = 0; n < g->options.count; n++) {
		const struct gateway_channel *channel = &g->channels[n];
		const struct gateway_island *i = channel->island;
		log_line("channel",
			 "group=%s interface=%s open=%s carried=%s listeners=%s heard=%llu "
			 "exported=%llu emitted=%llu kernel_dropped=%u",
			 endpoint_format(&channel->wanted->group.endpoint, group), i->interface,
			 channel->receive.fd >= 0 ? "yes" : "no",
			 election_holds(&i->election, channel->place) ? "yes" : "no",
			 channel->has_listeners ? "yes" : "no", (unsigned long long)channel->heard,
			 (unsigned long long)channel->exported,
			 (unsigned long long)channel->emitted, channel->kernel_dropped);
	}
	for (unsigned n = 0; n < g->island_count; n++) {
		const struct election *e = &g->islands[n].election;
		log_line("island-control",
			 "interface=%s strangers=%llu malformed=%llu replayed=%llu crowded=%llu "
			 "reports=%llu",
			 g->islands[n].interface, (unsigned long long)e->strangers,
			 (unsigned long long)e->malformed, (unsigned long long)e->replayed,
			 (unsigned long long)e->crowded,
			 (unsigned long long)g->islands[n].listeners.reports);
	}
	log_line("not-carried",
		 "ttl=%llu rule=%llu gateways=%llu copies=%llu too_large=%llu malformed=%llu "
		 "unwanted=%llu incomplete=%llu fragment_max=%zu",
		 (unsigned long long)c->ttl, (unsigned long long)c->refused,
		 (unsigned long long)c->gateways, (unsigned long long)c->copies,
		 (unsigned long long)c->too_large, (unsigned long long)c->malformed,
		 (unsigned long long)c->unwanted, (unsigned long long)g->joiner->lost,
		 g->fragment_max);
}
