/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
/* main.c - mcastnode: a node of the tree between local programs and standard output. */
#include "app/common/daemon.h"
#include "app/common/usage.h"
#include "core/joiner.h"
#include "hook.h"
#include "net/clock.h"
#include "net/notify.h"
#include "options.h"
#include "output.h"
#include "report.h"

#include <stdio.h>

struct program {
	struct options options;
	struct daemon daemon;
	struct node node;
	struct output output;
	struct joiner joiner; /* Of what is printed. */
	bool has_islands;     /* `gateway` is open. */
	struct gateway gateway;
};

static void on_message(void *owner, const char *bytes, size_t size, const struct wire_stamp *stamp)
{
	struct program *p = owner;
	struct wire_envelope envelope;
	if (p->has_islands)
		gateway_on_message(&p->gateway, bytes, size, stamp);
	if (p->options.format == OUTPUT_NONE)
		return;
	bytes = joiner_open(&p->joiner, stamp, bytes, &size, &envelope);
	if (bytes)
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

/* A hook, with what it is about in its environment. */
static void on_listeners(void *owner, const struct gateway_group *group, bool are_there)
{
	const struct program *p = owner;
	char text[ENDPOINT_TEXT_SIZE];
	const char *command =
		are_there ? p->options.on_first_listener : p->options.on_last_listener;
	endpoint_format(&group->group.endpoint, text);
	log_line("listeners", "group=%s there=%s", text, are_there ? "yes" : "no");
	if (command)
		hook_run(command, "RAMURE_GROUP", text);
}

static int open_islands(struct program *p, struct failure *failure)
{
	const struct gateway_handler handler = {
		.on_notice = on_notice, .on_listeners = on_listeners, .owner = p};
	p->has_islands = p->options.islands.count > 0;
	return p->has_islands ? gateway_open(&p->gateway, &p->options.islands, &handler, &p->node,
					     &p->daemon.loop, failure)
			      : 0;
}

static void report(void *owner)
{
	const struct program *p = owner;
	report_node(&p->node, p->output.dropped);
	if (p->has_islands)
		report_islands(&p->gateway);
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

static void turn(struct program *p)
{
	const struct time long_past = {0};
	struct time deadline = node_deadline(&p->node);
	if (p->has_islands)
		deadline = time_earlier(deadline, gateway_deadline(&p->gateway));
	bool has_output = output_is_waiting(&p->output);
	bool was_busy = loop_wait(&p->daemon.loop, has_output ? long_past : deadline);
	struct time now = clock_now();
	node_on_time(&p->node, now);
	if (p->has_islands) {
		gateway_on_time(&p->gateway, now);
		gateway_end_turn(&p->gateway);
	}
	output_end_turn(&p->output, !was_busy, now);
}

int main(int argc, char **argv)
{
	static struct program p;
	struct options *o = &p.options;
	struct failure failure;
	usage_exit_code = EXIT_USAGE;
	usage_program = "mcastnode";
	/* Signals first: resolving a name may take long. */
	if (daemon_init(&p.daemon, report, &p, &failure) != 0)
		return daemon_fail(&failure);
	options_parse(argc, argv, o);
	const struct node_handler handler = {
		.on_message = o->format == OUTPUT_NONE && o->islands.count == 0 ? NULL : on_message,
		.on_event = on_event,
		.on_notice = on_notice,
		.owner = &p,
	};
	p.daemon.loop.spins = o->spins;
	if (output_open(&p.output, o->format, &p.daemon.loop, &failure) != 0 ||
	    node_open(&p.node, &o->node, &handler, &p.daemon.loop, &failure) != 0 ||
	    open_islands(&p, &failure) != 0)
		return daemon_fail(&failure);
	log_ports(&p.node);
	notify_send("READY=1");
	while (!p.daemon.is_stopped)
		turn(&p);
	notify_send("STOPPING=1");
	if (p.has_islands)
		gateway_close(&p.gateway);
	node_close(&p.node);
	output_close(&p.output);
	daemon_done(&p.daemon);
	return 0;
}
