/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
/* main.c - mcastnode: a node of the tree between local programs and standard output. */
#include "app/common/daemon.h"
#include "app/common/usage.h"
#include "net/clock.h"
#include "net/notify.h"
#include "options.h"
#include "output.h"

#include <stdio.h>

struct program {
	struct daemon daemon;
	struct node node;
	struct output output;
};

static void on_message(void *owner, const char *bytes, size_t size, uint64_t source)
{
	struct program *p = owner;
	(void)source;
	output_message(&p->output, bytes, size);
}

static void on_event(void *owner, enum event event, const struct endpoint *about)
{
	(void)owner;
	log_event(event, about);
}

static void on_notice(void *owner, const char *event, const char *details)
{
	(void)owner;
	log_line(event, "%s", details);
}

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
		(void)snprintf(more, sizeof(more), " forwarded_whole=%llu stamped=%llu",
			       (unsigned long long)t->forwarded_whole,
			       (unsigned long long)(n->full ? n->full->full.stamped : 0));
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

static void report(void *owner)
{
	const struct program *p = owner;
	const struct node *n = &p->node;
	struct time now = clock_now();
	log_line("report",
		 "state=%s children=%u children_max=%u held=%u messages=%llu output_dropped=%llu "
		 "kernel_dropped=%llu",
		 state_name(n), n->member.children.count, n->member.children.max, n->queue.count,
		 (unsigned long long)n->outflow.delivered, (unsigned long long)p->output.dropped,
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

static void log_ports(const struct node *n)
{
	char text[ENDPOINT_TEXT_SIZE];
	for (unsigned i = 0; i < n->tree.count; i++)
		log_line("listening", "endpoint=%s%s",
			 endpoint_format(port_bound(&n->tree, i), text),
			 n->took_other_port ? " reason=\"the port asked for is taken\"" : "");
	for (unsigned i = 0; i < n->data.count; i++)
		log_line("payloads", "endpoint=%s", endpoint_format(port_bound(&n->data, i), text));
}

int main(int argc, char **argv)
{
	static struct program p;
	struct options o;
	struct failure failure;
	usage_exit_code = EXIT_USAGE;
	usage_program = "mcastnode";
	/* Signals first: resolving a name may take long. */
	if (daemon_init(&p.daemon, report, &p, &failure) != 0)
		return daemon_fail(&failure);
	options_parse(argc, argv, &o);
	const struct node_handler handler = {
		.on_message = o.format == OUTPUT_NONE ? NULL : on_message,
		.on_event = on_event,
		.on_notice = on_notice,
		.owner = &p,
	};
	p.daemon.loop.spins = o.spins;
	if (output_open(&p.output, o.format, &p.daemon.loop, &failure) != 0 ||
	    node_open(&p.node, &o.node, &handler, &p.daemon.loop, &failure) != 0)
		return daemon_fail(&failure);
	log_ports(&p.node);
	notify_send("READY=1");
	while (!p.daemon.is_stopped) {
		const struct time long_past = {0};
		bool has_output = output_is_waiting(&p.output);
		bool was_busy =
			loop_wait(&p.daemon.loop, has_output ? long_past : node_deadline(&p.node));
		struct time now = clock_now();
		node_on_time(&p.node, now);
		output_end_turn(&p.output, !was_busy, now);
	}
	notify_send("STOPPING=1");
	node_close(&p.node);
	output_close(&p.output);
	daemon_done(&p.daemon);
	return 0;
}
