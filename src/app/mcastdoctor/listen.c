/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
/* listen.c - mcastdoctor listen GROUP: the end of a probe that waits. */
#include "app/common/usage.h"
#include "commands.h"
#include "doctor/prefix.h"
#include "ends.h"
#include "net/clock.h"
#include "net/group.h"

#include <getopt.h>
#include <jansson.h>
#include <stdio.h>
#include <string.h>

#define PREFIXES 16

static const char help_text[] =
	"usage: mcastdoctor listen GROUP[:PORT] [OPTION]...\n"
	"Waits for `mcastdoctor probe GROUP` of other hosts, and answers it.\n"
	"\n"
	"  -i, --interface NAME  listen there (default: the kernel chooses)\n"
	"      --source ADDRESS  hear this sender alone (SSM; several: once each)\n"
	"      --from PREFIX     answer these hosts alone, such as 10.0.0.0/8 (several: once "
	"each)\n"
	"      --name NAME       of this host, in the report (default: the host's name)\n"
	"      --ttl N           send multicast no further (default 16)\n"
	"      --port PORT       of the group, and for unicast (default 6450)\n"
	"      --for SECONDS     end then (default: at Ctrl-C)\n"
	"      --json            at the end, who was heard, as JSON\n"
	"  -q, --quiet           say nothing\n"
	"  -v, --verbose         tell of each prober as it comes\n"
	"  -h, --help            show this\n"
	"  -V, --version         show the version\n"
	"\n"
	"It answers only probes of GROUP, only hosts that have shown that answers reach them, and\n"
	"never with more than it was sent.\n"
	"Exit code: 0 multicast was heard, 1 unicast alone, 2 wrong usage, 3 nobody came.\n"
	"Example: mcastdoctor listen 224.1.1.1\n";

enum { OPTION_FROM = ENDS_OPTION_OWN, OPTION_FOR, OPTION_NAME };

static const struct option long_options[] = {
	{"from", required_argument, NULL, OPTION_FROM},
	{"for", required_argument, NULL, OPTION_FOR},
	{"name", required_argument, NULL, OPTION_NAME},
	ENDS_LONG_OPTIONS,
};

struct listening {
	struct ends_options options;
	const char *name;
	int64_t for_us; /* 0: without end. */
	struct prefix from[PREFIXES];
	unsigned from_count;
	struct ends ends;
	struct listener listener;
};

static void take_from(struct listening *l, const char *text)
{
	if (l->from_count == PREFIXES)
		usage_refuse("--from: more than %d", PREFIXES);
	if (!prefix_parse(text, &l->from[l->from_count++]))
		usage_refuse("--from '%s': not a prefix, such as 10.0.0.0/8", text);
}

static void parse(struct listening *l, int argc, char **argv)
{
	int option;
	opterr = 0;
	l->options = (struct ends_options){.ttl = ENDS_TTL, .help = help_text};
	while ((option = getopt_long_only(argc, argv, ENDS_SHORT_OPTIONS, long_options, NULL)) !=
	       -1) {
		if (option == OPTION_FROM)
			take_from(l, optarg);
		else if (option == OPTION_FOR)
			l->for_us = usage_seconds("--for", optarg, false);
		else if (option == OPTION_NAME)
			l->name = optarg;
		else
			ends_take_option(&l->options, option,
					 option == '?' || option == ':' ? argv[optind - 1]
									: optarg);
	}
	ends_take_group(&l->options, argc, argv);
	if (group_is_source_specific(&l->options.group) && l->options.source_count == 0)
		usage_refuse("this group is source-specific: name the host that will probe with "
			     "--source");
}

static bool is_welcome(const struct listening *l, const struct endpoint *from)
{
	struct prefix host = {.bits = 128, .is_v4 = endpoint_is_v4(from)};
	memcpy(host.address, from->address, sizeof(host.address));
	for (unsigned i = 0; i < l->from_count; i++)
		if (prefix_covers(&l->from[i], &host))
			return true;
	return l->from_count == 0;
}

static void on_ready(void *owner)
{
	struct listening *l = owner;
	struct probe_arrival arrival;
	struct probe_dispatch answer;
	struct endpoint refused;
	struct time now = clock_now();
	while (probe_sockets_receive(&l->ends.sockets, &arrival))
		if (is_welcome(l, &arrival.from) &&
		    listener_receive(&l->listener, &arrival, now, &answer))
			(void)probe_sockets_send(&l->ends.sockets, &answer);
	while (probe_sockets_refused(&l->ends.sockets, &refused))
		;
}

static void start(struct listening *l)
{
	struct listener_options o = {
		.group = l->options.group,
		.id = clock_seed(),
		.ttl_max = l->options.ttl,
	};
	uint64_t key[2] = {clock_seed(), clock_seed()};
	char text[ENDPOINT_TEXT_SIZE];
	memcpy(o.key, key, sizeof(o.key));
	ends_name(o.name);
	if (l->name)
		(void)snprintf(o.name, sizeof(o.name), "%s", l->name);
	ends_open(&l->ends, &l->options, l->options.group.port, on_ready, l);
	o.joined_at = clock_now();
	if (!listener_init(&l->listener, &o, o.joined_at))
		usage_refuse("no memory");
	if (!l->options.is_quiet)
		(void)fprintf(stderr,
			      "listening to %s on %s; now, on another host: mcastdoctor "
			      "probe %s\n",
			      endpoint_format(&l->options.group, text), l->ends.sockets.link.name,
			      text);
}

static const char *prober_address(const struct listener_session *s, char text[ENDPOINT_TEXT_SIZE])
{
	if (s->proven[0].port == 0)
		return "somebody who is not reached by unicast";
	return endpoint_format(&s->proven[0], text);
}

/* Tells of those who have come since it was asked last: `told` has who is known already. */
static void tell_new(const struct listening *l, uint64_t told[LISTENER_SESSIONS])
{
	char text[ENDPOINT_TEXT_SIZE];
	for (int i = 0; i < LISTENER_SESSIONS; i++) {
		const struct listener_session *s = &l->listener.sessions[i];
		if (s->session == told[i] || (s->proven[0].port == 0 && !s->is_group_proven))
			continue;
		told[i] = s->session;
		(void)fprintf(stderr, "answers %s\n", prober_address(s, text));
	}
}

static json_t *heard_json(const struct tally *t)
{
	return json_pack("{s:i, s:i, s:i, s:i}", "received", t->received, "distinct", t->distinct,
			 "duplicates", t->duplicates, "reordered", t->reordered);
}

static void write_json(const struct listening *l)
{
	char text[ENDPOINT_TEXT_SIZE];
	json_t *list = json_array();
	for (int i = 0; i < LISTENER_SESSIONS; i++) {
		const struct listener_session *s = &l->listener.sessions[i];
		if (s->session != 0)
			json_array_append_new(list, json_pack("{s:s, s:o, s:o}", "prober",
							      prober_address(s, text), "multicast",
							      heard_json(&s->tallies[MULTICAST]),
							      "unicast",
							      heard_json(&s->tallies[UNICAST])));
	}
	json_t *document =
		json_pack("{s:s, s:i, s:s, s:o}", "schema", "ramure-listen", "version", 1, "group",
			  endpoint_format(&l->options.group, text), "probers", list);
	(void)json_dumpf(document, stdout, JSON_INDENT(1));
	(void)fputc('\n', stdout);
	json_decref(document);
}

/* The exit code, and, unless it is quiet, a line about each prober. */
static int conclude(const struct listening *l)
{
	uint32_t heard[PROBE_PATHS] = {0};
	char text[ENDPOINT_TEXT_SIZE];
	bool tells = !l->options.is_quiet && !l->options.is_json;
	for (int i = 0; i < LISTENER_SESSIONS; i++) {
		const struct listener_session *s = &l->listener.sessions[i];
		if (s->session == 0)
			continue;
		heard[MULTICAST] += s->tallies[MULTICAST].received;
		heard[UNICAST] += s->tallies[UNICAST].received;
		if (tells)
			(void)printf("%s: %u probes by multicast, %u by unicast\n",
				     prober_address(s, text), s->tallies[MULTICAST].received,
				     s->tallies[UNICAST].received);
	}
	if (l->options.is_json)
		write_json(l);
	return heard[MULTICAST] > 0 ? 0 : heard[UNICAST] > 0 ? 1 : 3;
}

int listen_main(int argc, char **argv)
{
	static struct listening l;
	uint64_t told[LISTENER_SESSIONS] = {0};
	parse(&l, argc, argv);
	start(&l);
	struct time end = l.for_us ? time_after(clock_now(), l.for_us) : TIME_NEVER;
	while (!l.ends.is_interrupted && !time_is_due(end, clock_now())) {
		struct probe_dispatch announcement;
		if (listener_on_time(&l.listener, clock_now(), &announcement))
			(void)probe_sockets_send(&l.ends.sockets, &announcement);
		if (l.options.is_verbose)
			tell_new(&l, told);
		loop_wait(&l.ends.loop, time_earlier(end, l.listener.announce_at));
	}
	int code = conclude(&l);
	listener_done(&l.listener);
	ends_close(&l.ends);
	return code;
}
