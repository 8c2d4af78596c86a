/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
#include "options.h"
#include "app/common/daemon.h"
#include "app/common/usage.h"
#include "net/resolve.h"

#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>

#define RDV_PORT  10000
#define DATA_PORT 10001

static const char help_text[] =
	"usage: mcastnode --rdv HOST[:PORT] [OPTION]...\n"
	"A node of a multicast tree: what a local program sends to its data port is printed on "
	"all.\n"
	"\n"
	"      --rdv HOST[:PORT]       the rendezvous point\n"
	"      --bind ADDRESS          use this address towards others (default: all)\n"
	"  -p, --port PORT             UDP port towards others (default 10000; taken: a free one)\n"
	"      --data-bind ADDRESS     take payloads here (default: --bind if that is a loopback\n"
	"                              address, else 127.0.0.1 and ::1)\n"
	"      --data-port PORT        take payloads on this UDP port (default 10001)\n"
	"      --output FORMAT         lines (default), raw, json or none\n"
	"      --children-max N        feed at most N nodes (default 3; 0: a leaf, never the "
	"root)\n"
	"      --refresh SECONDS       tell the parent that we are there (default 120)\n"
	"      --guard SECONDS         drop a child that did not, for so long (default 180)\n"
	"      --retry SECONDS         repeat an unanswered request after that (default 1)\n"
	"      --misses N              a parent is gone after N unanswered requests (default 3)\n"
	"      --root-cache SECONDS    remember the root for so long (default 60)\n"
	"      --data-limit N          at the root: N messages a second from each address "
	"(default: any)\n"
	"      --busy-poll             look for datagrams without end instead of waiting: less\n"
	"                              delay, a whole core\n"
	"      --without LIST          do without gso, gro or steering (see the man page)\n"
	"      --profile base          the protocol's profile; there is only this one\n"
	"  -h, --help                  show this\n"
	"  -V, --version               show the version\n"
	"\n"
	"Runs in the foreground, logs to standard error, reports its state there on SIGUSR1.\n"
	"Example: mcastnode --rdv rp.example     and on any of the hosts:\n"
	"         echo bonjour | nc -u -q0 127.0.0.1 10001\n";

enum {
	OPTION_RDV = 256,
	OPTION_BIND,
	OPTION_DATA_BIND,
	OPTION_DATA_PORT,
	OPTION_OUTPUT,
	OPTION_CHILDREN_MAX,
	OPTION_REFRESH,
	OPTION_GUARD,
	OPTION_RETRY,
	OPTION_MISSES,
	OPTION_ROOT_CACHE,
	OPTION_DATA_LIMIT,
	OPTION_BUSY_POLL,
	OPTION_WITHOUT,
	OPTION_PROFILE,
};

static const struct option long_options[] = {
	{"rdv", required_argument, NULL, OPTION_RDV},
	{"bind", required_argument, NULL, OPTION_BIND},
	{"port", required_argument, NULL, 'p'},
	{"data-bind", required_argument, NULL, OPTION_DATA_BIND},
	{"data-port", required_argument, NULL, OPTION_DATA_PORT},
	{"output", required_argument, NULL, OPTION_OUTPUT},
	{"children-max", required_argument, NULL, OPTION_CHILDREN_MAX},
	{"refresh", required_argument, NULL, OPTION_REFRESH},
	{"guard", required_argument, NULL, OPTION_GUARD},
	{"retry", required_argument, NULL, OPTION_RETRY},
	{"misses", required_argument, NULL, OPTION_MISSES},
	{"root-cache", required_argument, NULL, OPTION_ROOT_CACHE},
	{"data-limit", required_argument, NULL, OPTION_DATA_LIMIT},
	{"busy-poll", no_argument, NULL, OPTION_BUSY_POLL},
	{"without", required_argument, NULL, OPTION_WITHOUT},
	{"profile", required_argument, NULL, OPTION_PROFILE},
	{"help", no_argument, NULL, 'h'},
	{"version", no_argument, NULL, 'V'},
	{0},
};

/* What needs another option before it can be understood. */
struct raw_options {
	const char *bind, *data_bind;
	uint16_t port, data_port;
};

static enum output_format parse_format(const char *text)
{
	static const char *const names[] = {"lines", "raw", "json", "none"};
	for (unsigned i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (strcmp(text, names[i]) == 0)
			return (enum output_format)i;
	usage_refuse("--output '%s': not lines, raw, json or none", text);
}

/* Names with commas between them, as a set of enum udp_without. */
static unsigned parse_without(const char *list)
{
	static const char *const names[] = {"gso", "gro", "steering"};
	unsigned without = 0;
	for (const char *at = list;;) {
		size_t size = strcspn(at, ",");
		unsigned i = 0;
		while (i < 3 && (strlen(names[i]) != size || memcmp(at, names[i], size) != 0))
			i++;
		if (i == 3)
			usage_refuse("--without '%s': not a list of gso, gro and steering", list);
		without |= 1u << i;
		if (at[size] == '\0')
			return without;
		at += size + 1;
	}
}

static void parse_address(int option, const char *argument, struct options *o,
			  struct raw_options *raw)
{
	switch (option) {
	case OPTION_RDV:
		o->rdv = argument;
		break;
	case OPTION_BIND:
		raw->bind = argument;
		break;
	case 'p':
		raw->port = (uint16_t)usage_number("--port", argument, 1, 65535);
		break;
	case OPTION_DATA_BIND:
		raw->data_bind = argument;
		break;
	case OPTION_DATA_PORT:
		raw->data_port = (uint16_t)usage_number("--data-port", argument, 1, 65535);
		break;
	case 'h':
		(void)fputs(help_text, stdout);
		exit(0);
	case 'V':
		(void)printf("mcastnode (ramure) %s\n", RAMURE_VERSION);
		exit(0);
	default:
		usage_refuse_option(option, argument);
	}
}

static void parse_one(int option, const char *argument, struct options *o, struct raw_options *raw)
{
	struct member_config *m = &o->node.member;
	switch (option) {
	case OPTION_OUTPUT:
		o->format = parse_format(argument);
		break;
	case OPTION_CHILDREN_MAX:
		o->node.children_max =
			(unsigned)usage_number("--children-max", argument, 0, CHILDREN_LIMIT);
		break;
	case OPTION_REFRESH:
		m->refresh_us = usage_seconds("--refresh", argument, false);
		break;
	case OPTION_GUARD:
		m->guard_us = usage_seconds("--guard", argument, false);
		break;
	case OPTION_RETRY:
		m->retry_us = usage_seconds("--retry", argument, false);
		break;
	case OPTION_MISSES:
		m->misses = m->tries = (unsigned)usage_number("--misses", argument, 1, 100);
		break;
	case OPTION_ROOT_CACHE:
		m->root_cache_us = usage_seconds("--root-cache", argument, true);
		break;
	case OPTION_DATA_LIMIT:
		o->node.data_limit = (unsigned)usage_number("--data-limit", argument, 1, 1000000);
		break;
	case OPTION_BUSY_POLL:
		o->spins = true;
		break;
	case OPTION_WITHOUT:
		o->node.without |= parse_without(argument);
		break;
	case OPTION_PROFILE:
		usage_profile(argument);
		break;
	default:
		parse_address(option, argument, o, raw);
		break;
	}
}

/* The addresses for DATA_PORT: of this host alone, unless told otherwise. */
static unsigned data_addresses(const struct options *o, const struct raw_options *raw,
			       struct endpoint ret_list[2])
{
	if (raw->data_bind)
		return usage_bind("--data-bind", raw->data_bind, raw->data_port, ret_list);
	if (raw->bind && endpoint_is_loopback(&o->node.bind[0])) {
		ret_list[0] = o->node.bind[0];
		ret_list[0].port = raw->data_port;
		return 1;
	}
	(void)endpoint_parse_address("127.0.0.1", raw->data_port, &ret_list[0]);
	(void)endpoint_parse_address("::1", raw->data_port, &ret_list[1]);
	return 2;
}

void options_parse(int argc, char **argv, struct options *ret_options)
{
	struct options *o = ret_options;
	struct raw_options raw = {.port = RDV_PORT, .data_port = DATA_PORT};
	struct failure failure;
	int option;
	*o = (struct options){0};
	o->node.member = MEMBER_CONFIG_DEFAULT;
	o->node.children_max = MEMBER_CHILDREN_DEFAULT;
	opterr = 0;
	while ((option = getopt_long_only(argc, argv, ":p:hV", long_options, NULL)) != -1)
		parse_one(option, option == '?' || option == ':' ? argv[optind - 1] : optarg, o,
			  &raw);
	if (optind < argc)
		usage_refuse("unexpected argument '%s'", argv[optind]);
	if (!o->rdv)
		usage_refuse("no --rdv; for example: mcastnode --rdv rp.example");
	o->node.bind_count = usage_bind("--bind", raw.bind, raw.port, o->node.bind);
	o->node.data_bind_count = data_addresses(o, &raw, o->node.data_bind);
	int count = resolve(o->rdv, RDV_PORT, o->node.rdv, NODE_RDV_MAX, &failure);
	if (count <= 0)
		exit(daemon_fail(&failure));
	o->node.rdv_count = (unsigned)count;
}
