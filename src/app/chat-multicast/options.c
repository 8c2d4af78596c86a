/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
#include "options.h"
#include "app/common/usage.h"
#include "chat/text.h"

#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char help_text[] =
	"usage: chat-multicast -room ADDRESS[%IFACE] [-name NICK] [OPTION]...\n"
	"       chat-multicast -room rdv:HOST[:PORT] [-name NICK] [OPTION]...\n"
	"A chat room without a server, over IP multicast or a multicast tree.\n"
	"\n"
	"      -room ADDRESS[%IFACE]  the room: a group such as 224.1.1.1 or ff15::801:101\n"
	"      -room rdv:HOST[:PORT]  the room: the tree of that rendezvous point\n"
	"      -name NICK             your name there (default: $USER)\n"
	"  -p, --port PORT            UDP port (default 5000)\n"
	"  -i, --interface IFACE      network interface (default: the one routed to the group)\n"
	"  -t, --ttl N                how far lines go: 0 this host, 1 this subnet (default),\n"
	"                             more: through N-1 multicast routers\n"
	"      --no-loop              others on this host do not hear you\n"
	"      --source ADDR          hear only this sender (several: once each)\n"
	"      --plain                no line editor, even in a terminal\n"
	"      --listen               stay in the room after the end of input\n"
	"      --rate LINES[/BURST]   lines a second, after BURST at once (default 20/50; 0: no "
	"limit)\n"
	"      --profile PROFILE      of a tree: the protocol's profile: full (default) or base\n"
	"  -q, --quiet                no notices on standard error\n"
	"  -h, --help                 show this\n"
	"  -V, --version              show the version\n"
	"\n"
	"Every option may be written with one or two dashes. In the room: /help.\n"
	"Example: chat-multicast -room 224.1.1.1 -name alice\n";

enum {
	OPTION_ROOM = 256,
	OPTION_NAME,
	OPTION_NO_LOOP,
	OPTION_SOURCE,
	OPTION_PLAIN,
	OPTION_LISTEN,
	OPTION_RATE,
	OPTION_PROFILE,
};

static const struct option long_options[] = {
	{"room", required_argument, NULL, OPTION_ROOM},
	{"name", required_argument, NULL, OPTION_NAME},
	{"port", required_argument, NULL, 'p'},
	{"interface", required_argument, NULL, 'i'},
	{"ttl", required_argument, NULL, 't'},
	{"no-loop", no_argument, NULL, OPTION_NO_LOOP},
	{"source", required_argument, NULL, OPTION_SOURCE},
	{"plain", no_argument, NULL, OPTION_PLAIN},
	{"listen", no_argument, NULL, OPTION_LISTEN},
	{"rate", required_argument, NULL, OPTION_RATE},
	{"profile", required_argument, NULL, OPTION_PROFILE},
	{"quiet", no_argument, NULL, 'q'},
	{"help", no_argument, NULL, 'h'},
	{"version", no_argument, NULL, 'V'},
	{0},
};

static void parse_rate(const char *text, struct options *o)
{
	char *end;
	o->rate_per_s = strtod(text, &end);
	bool good = end != text && o->rate_per_s >= 0 && o->rate_per_s <= 1e6;
	if (good && *end == '/')
		o->burst = (unsigned)usage_number("--rate: burst", end + 1, 1, 1000000);
	else if (!good || *end != '\0')
		usage_refuse(
			"--rate '%s': not LINES or LINES/BURST, such as 20/50, at most 1000000",
			text);
}

static void parse_one(int option, const char *argument, struct options *o)
{
	switch (option) {
	case OPTION_ROOM:
		o->room.room = argument;
		break;
	case OPTION_NAME:
		o->name = argument;
		break;
	case 'p':
		o->room.port = (uint16_t)usage_number("--port", argument, 1, 65535);
		break;
	case 'i':
		o->room.interface = argument;
		break;
	case 't':
		o->room.ttl = usage_number("--ttl", argument, 0, 255);
		break;
	case OPTION_NO_LOOP:
		o->room.loop = false;
		break;
	case OPTION_SOURCE:
		if (o->room.source_count == RAMURE_SOURCES_MAX)
			usage_refuse("--source: more than %d", RAMURE_SOURCES_MAX);
		o->sources[o->room.source_count++] = argument;
		break;
	case OPTION_PLAIN:
		o->plain = true;
		break;
	case OPTION_LISTEN:
		o->listen = true;
		break;
	case OPTION_PROFILE:
		o->room.profile = argument;
		break;
	case OPTION_RATE:
		parse_rate(argument, o);
		break;
	case 'q':
		o->quiet = true;
		break;
	case 'h':
		(void)fputs(help_text, stdout);
		exit(0);
	case 'V':
		(void)printf("chat-multicast (ramure) %s\n", ramure_version());
		exit(0);
	default:
		usage_refuse_option(option, argument);
	}
}

void options_parse(int argc, char **argv, struct options *ret_options)
{
	struct options *o = ret_options;
	*o = (struct options){.room = RAMURE_OPTIONS_DEFAULT, .rate_per_s = 20, .burst = 50};
	int option;
	usage_program = "chat-multicast";
	opterr = 0; /* One line for each error, in our words. */
	while ((option = getopt_long_only(argc, argv, ":p:i:t:qhV", long_options, NULL)) != -1)
		parse_one(option, option == '?' || option == ':' ? argv[optind - 1] : optarg, o);
	o->room.sources = o->sources;
	if (optind < argc)
		usage_refuse("unexpected argument '%s'", argv[optind]);
	if (!o->room.room)
		usage_refuse("no -room; for example: chat-multicast -room 224.1.1.1 -name alice");
	if (!o->name)
		o->name = getenv("USER");
	if (!o->name)
		usage_refuse("no -name, and $USER is not set");
	if (!name_is_valid(o->name, strlen(o->name)))
		usage_refuse("name '%s': a name has 1 to %d characters of UTF-8, no space, control "
			     "character, ':' "
			     "or ',', and does not begin with '*'",
			     o->name, NAME_CHARACTERS_MAX);
}
