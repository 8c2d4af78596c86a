/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
#include "options.h"
#include "app/common/daemon.h"
#include "app/common/usage.h"
#include "island_option.h"
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
	"      --output FORMAT         lines (default), raw, json or none (default with --island)\n"
	"      --children-max N        feed at most N nodes (default 3; 0: a leaf, never the "
	"root)\n"
	"      --profile PROFILE       the protocol's profile: full (default) or base\n"
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
	"In the full profile, also (--refresh and --guard are for neighbours of the base "
	"profile):\n"
	"      --policy POLICY         the parent: closest (default), shallow or random\n"
	"      --group NAME            of several trees at one rendezvous point, this one\n"
	"      --accept-base YES       let nodes of the base profile in: yes (default) or no\n"
	"      --tick SECONDS          as the root: tell all that it is there (default 1)\n"
	"      --ask SECONDS           ask a silent parent so often (default 0.15)\n"
	"      --improve SECONDS       look for a better place, at first after that (default 60;\n"
	"                              0: never)\n"
	"Islands of native multicast (see the man page):\n"
	"      --island GROUP:PORT     join a native group to the tree; [GROUP%IFACE]:PORT and\n"
	"                              GROUP:PORT@SOURCE, too; may be repeated\n"
	"      --always                bring groups here even if nobody listens\n"
	"      --ttl N                 emit with this TTL (default 1)\n"
	"      --threshold N           take only what arrives with a higher TTL (default 0)\n"
	"      --export RULE           groups that may leave: ADDRESS[/BITS], ! before it: may "
	"not\n"
	"      --import RULE           groups that may come\n"
	"      --keep-source           emit with the address of the origin (CAP_NET_RAW)\n"
	"      --mtu BYTES             the tree's paths carry packets up to that (default: as the\n"
	"                              kernel knows)\n"
	"      --on-first-listener CMD run it when somebody begins to listen here\n"
	"      --on-last-listener CMD  run it when nobody does any more\n"
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
	OPTION_POLICY,
	OPTION_GROUP,
	OPTION_ACCEPT_BASE,
	OPTION_TICK,
	OPTION_ASK,
	OPTION_IMPROVE,
	OPTION_ISLAND,
	OPTION_ALWAYS,
	OPTION_TTL,
	OPTION_THRESHOLD,
	OPTION_EXPORT,
	OPTION_IMPORT,
	OPTION_KEEP_SOURCE,
	OPTION_MTU,
	OPTION_ON_FIRST_LISTENER,
	OPTION_ON_LAST_LISTENER,
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
	{"policy", required_argument, NULL, OPTION_POLICY},
	{"group", required_argument, NULL, OPTION_GROUP},
	{"accept-base", required_argument, NULL, OPTION_ACCEPT_BASE},
	{"tick", required_argument, NULL, OPTION_TICK},
	{"ask", required_argument, NULL, OPTION_ASK},
	{"improve", required_argument, NULL, OPTION_IMPROVE},
	{"island", required_argument, NULL, OPTION_ISLAND},
	{"always", no_argument, NULL, OPTION_ALWAYS},
	{"ttl", required_argument, NULL, OPTION_TTL},
	{"threshold", required_argument, NULL, OPTION_THRESHOLD},
	{"export", required_argument, NULL, OPTION_EXPORT},
	{"import", required_argument, NULL, OPTION_IMPORT},
	{"keep-source", no_argument, NULL, OPTION_KEEP_SOURCE},
	{"mtu", required_argument, NULL, OPTION_MTU},
	{"on-first-listener", required_argument, NULL, OPTION_ON_FIRST_LISTENER},
	{"on-last-listener", required_argument, NULL, OPTION_ON_LAST_LISTENER},
	{"help", no_argument, NULL, 'h'},
	{"version", no_argument, NULL, 'V'},
	{0},
};

/* What needs another option before it can be understood. */
struct raw_options {
	const char *bind, *data_bind, *profile;
	const char *full_option;   /* One that means something in the full profile alone. */
	const char *island_option; /* One that means something with --island alone. */
	bool has_format;
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

static enum policy parse_policy(const char *text)
{
	static const char *const names[] = {"closest", "shallow", "random"};
	for (unsigned i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (strcmp(text, names[i]) == 0)
			return (enum policy)i;
	usage_refuse("--policy '%s': not closest, shallow or random", text);
}

static bool parse_yes(const char *option, const char *text)
{
	if (strcmp(text, "yes") != 0 && strcmp(text, "no") != 0)
		usage_refuse("%s '%s': not yes or no", option, text);
	return strcmp(text, "yes") == 0;
}

static void parse_group(const char *text, struct full_config *f)
{
	if (!wire_is_word(text, strlen(text)))
		usage_refuse("--group '%s': not 1 to %d letters, digits, '.', '-' or '_'", text,
			     WIRE_WORD_MAX);
	wire_copy_word(f->group, text);
}

/* A number that is doubled as long as nothing is found: up to half an hour, or that. */
static void parse_improve(const char *text, struct full_config *f)
{
	f->improve_us = usage_seconds("--improve", text, true);
	if (f->improve_us == 0 || f->improve_max_us < f->improve_us)
		f->improve_max_us = f->improve_us;
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
		raw->has_format = true;
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
		raw->profile = argument;
		break;
	default:
		parse_address(option, argument, o, raw);
		break;
	}
}

static const char *name_of(int option)
{
	for (const struct option *l = long_options; l->name; l++)
		if (l->val == option)
			return l->name;
	return NULL;
}

/* False if it is none of the full profile. */
static bool parse_full(int option, const char *argument, struct full_config *f,
		       const char **ret_name)
{
	*ret_name = name_of(option);
	switch (option) {
	case OPTION_POLICY:
		f->policy = parse_policy(argument);
		return true;
	case OPTION_GROUP:
		parse_group(argument, f);
		return true;
	case OPTION_ACCEPT_BASE:
		f->accept_base = parse_yes("--accept-base", argument);
		return true;
	case OPTION_TICK:
		full_config_set_tick(f, usage_seconds("--tick", argument, false));
		return true;
	case OPTION_ASK:
		f->ask_us = usage_seconds("--ask", argument, false);
		return true;
	case OPTION_IMPROVE:
		parse_improve(argument, f);
		return true;
	default:
		return false;
	}
}

/* False if it is none of islands. */
static bool parse_island(int option, const char *argument, struct options *o,
			 struct raw_options *raw)
{
	struct gateway_options *g = &o->islands;
	if (option < OPTION_ISLAND || option > OPTION_ON_LAST_LISTENER)
		return false;
	raw->full_option = name_of(option);
	if (option != OPTION_ISLAND)
		raw->island_option = raw->full_option;
	switch (option) {
	case OPTION_ISLAND:
		island_option_parse(argument, g);
		break;
	case OPTION_ALWAYS:
		g->is_always = true;
		break;
	case OPTION_TTL:
		g->ttl = (int)usage_number("--ttl", argument, 0, 255);
		break;
	case OPTION_THRESHOLD:
		g->threshold = (unsigned)usage_number("--threshold", argument, 0, 254);
		break;
	case OPTION_EXPORT:
		island_rule_parse("--export", argument, &g->exports);
		break;
	case OPTION_IMPORT:
		island_rule_parse("--import", argument, &g->imports);
		break;
	case OPTION_KEEP_SOURCE:
		g->keeps_source = true;
		break;
	case OPTION_MTU:
		g->mtu = (unsigned)usage_number("--mtu", argument, 576, 65535);
		break;
	case OPTION_ON_FIRST_LISTENER:
		o->on_first_listener = argument;
		break;
	default:
		o->on_last_listener = argument;
		break;
	}
	return true;
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
	const char *name = NULL;
	int option;
	*o = (struct options){0};
	o->node.full = FULL_CONFIG_DEFAULT;
	o->node.member = MEMBER_CONFIG_DEFAULT;
	o->node.children_max = MEMBER_CHILDREN_DEFAULT;
	o->islands.ttl = 1;
	opterr = 0;
	while ((option = getopt_long_only(argc, argv, ":p:hV", long_options, NULL)) != -1) {
		bool is_wrong = option == '?' || option == ':';
		if (parse_full(option, optarg, &o->node.full, &name))
			raw.full_option = name;
		else if (!parse_island(option, optarg, o, &raw))
			parse_one(option, is_wrong ? argv[optind - 1] : optarg, o, &raw);
	}
	if (optind < argc)
		usage_refuse("unexpected argument '%s'", argv[optind]);
	o->node.is_full = usage_profile(raw.profile);
	if (raw.full_option && !o->node.is_full)
		usage_refuse("--%s is of --profile full alone", raw.full_option);
	if (raw.island_option && o->islands.count == 0)
		usage_refuse("--%s is of islands: name one with --island", raw.island_option);
	o->islands.is_read = raw.has_format && o->format != OUTPUT_NONE;
	if (o->islands.count > 0 && !raw.has_format)
		o->format = OUTPUT_NONE;
	if (!o->rdv)
		usage_refuse("no --rdv; for example: mcastnode --rdv rp.example");
	o->node.bind_count = usage_bind("--bind", raw.bind, raw.port, o->node.bind);
	o->node.data_bind_count = data_addresses(o, &raw, o->node.data_bind);
	int count = resolve(o->rdv, RDV_PORT, o->node.rdv, NODE_RDV_MAX, &failure);
	if (count <= 0)
		exit(daemon_fail(&failure));
	o->node.rdv_count = (unsigned)count;
}
