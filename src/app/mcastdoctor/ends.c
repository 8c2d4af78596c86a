/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
#include "ends.h"
#include "app/common/usage.h"
#include "doctor/finding.h"
#include "net/group.h"
#include "target.h"

#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

void ends_take_option(struct ends_options *o, int option, const char *argument)
{
	switch (option) {
	case 'i':
		o->interface = argument;
		break;
	case OPTION_SOURCE:
		if (o->source_count == ENDS_SOURCES)
			usage_refuse("--source: more than %d", ENDS_SOURCES);
		if (!endpoint_parse_address(argument, 0, &o->sources[o->source_count++]))
			usage_refuse("--source '%s': not an IP address", argument);
		break;
	case ENDS_OPTION_TTL:
		o->ttl = (uint8_t)usage_number("--ttl", argument, 1, 255);
		break;
	case ENDS_OPTION_PORT:
		o->port = (uint16_t)usage_number("--port", argument, 1, 65535);
		break;
	case ENDS_OPTION_JSON:
		o->is_json = true;
		break;
	case 'q':
		o->is_quiet = true;
		break;
	case 'v':
		o->is_verbose = true;
		break;
	case 'h':
		(void)fputs(o->help, stdout);
		exit(0);
	case 'V':
		(void)printf("mcastdoctor (ramure) %s\n", RAMURE_VERSION);
		exit(0);
	default:
		usage_refuse_option(option, argument);
	}
}

void ends_take_group(struct ends_options *o, int argc, char **argv)
{
	static struct target target;
	if (optind == argc)
		usage_refuse("no GROUP; for example: mcastdoctor %s 224.1.1.1", argv[0]);
	if (optind + 1 < argc)
		usage_refuse("unexpected argument '%s'", argv[optind + 1]);
	target = target_parse(argv[optind]);
	o->group = target.group;
	if (o->port)
		o->group.port = o->port;
	if (o->group.port == 0)
		o->group.port = ENDS_PORT;
	if (!o->interface && target.interface[0])
		o->interface = target.interface;
	for (unsigned i = 0; i < o->source_count; i++)
		if (endpoint_is_v4(&o->sources[i]) != endpoint_is_v4(&o->group))
			usage_refuse("--source is of another version of IP than the group");
}

__attribute__((noreturn)) static void give_up(const char *text)
{
	(void)fprintf(stderr, "mcastdoctor: %s\n", text);
	exit(VERDICT_CANNOT_TELL);
}

static void choose_link(const struct ends_options *o, struct link *ret_link)
{
	struct failure failure;
	if (!o->interface) {
		if (link_choose(&o->group, ret_link, &failure) != 0)
			give_up(failure.text);
		return;
	}
	if (link_find(o->interface, ret_link) != 0) {
		(void)failure_set(&failure, -1, "there is no interface %s; `ip link` shows them",
				  o->interface);
		give_up(failure.text);
	}
}

static void on_signals(void *owner)
{
	struct ends *e = owner;
	while (signals_next(e->signal_source.fd) != 0)
		e->is_interrupted = true;
}

static void watch(struct ends *e, void (*on_ready)(void *owner), void *owner)
{
	sigset_t set;
	sigemptyset(&set);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGHUP);
	e->group_source = (struct loop_source){
		.fd = e->sockets.group_fd, .on_ready = on_ready, .owner = owner};
	e->main_source = (struct loop_source){
		.fd = e->sockets.main_fd, .on_ready = on_ready, .owner = owner};
	e->signal_source =
		(struct loop_source){.fd = signals_open(&set), .on_ready = on_signals, .owner = e};
	if (loop_init(&e->loop) != 0 || e->signal_source.fd < 0 ||
	    loop_add(&e->loop, &e->group_source) != 0 || loop_add(&e->loop, &e->main_source) != 0 ||
	    loop_add(&e->loop, &e->signal_source) != 0)
		give_up("cannot wait for events");
}

void ends_open(struct ends *e, const struct ends_options *o, uint16_t port,
	       void (*on_ready)(void *owner), void *owner)
{
	struct failure failure;
	struct probe_sockets_options sockets = {
		.group = o->group,
		.port = port,
		.sources = o->sources,
		.source_count = o->source_count,
		.waits_for_sources = group_is_source_specific(&o->group),
	};
	choose_link(o, &sockets.link);
	*e = (struct ends){0};
	if (probe_sockets_open(&e->sockets, &sockets, &failure) != 0)
		give_up(failure.text);
	watch(e, on_ready, owner);
}

void ends_close(struct ends *e)
{
	close(e->signal_source.fd);
	loop_done(&e->loop);
	probe_sockets_close(&e->sockets);
}

void ends_name(char ret_name[PROBE_NAME_SIZE])
{
	if (gethostname(ret_name, PROBE_NAME_SIZE) != 0 || ret_name[0] == '\0')
		(void)snprintf(ret_name, PROBE_NAME_SIZE, "host");
	ret_name[PROBE_NAME_SIZE - 1] = '\0';
}
