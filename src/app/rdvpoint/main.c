/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
/* main.c - rdvpoint: the rendezvous point, which remembers the root of a tree. */
#include "app/common/daemon.h"
#include "app/common/usage.h"
#include "net/clock.h"
#include "net/notify.h"
#include "net/rendezvous.h"

#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>

static const char help_text[] =
	"usage: rdvpoint [OPTION]...\n"
	"The rendezvous point of a multicast tree: remembers the root, and tells it to nodes.\n"
	"\n"
	"      --bind ADDRESS     listen on this address (default: all, IPv4 and IPv6)\n"
	"  -p, --port PORT        UDP port (default 10000)\n"
	"      --guard SECONDS    forget a root that did not refresh for so long (default 180)\n"
	"      --profile base     the protocol's profile; there is only this one\n"
	"  -h, --help             show this\n"
	"  -V, --version          show the version\n"
	"\n"
	"Runs in the foreground, logs to standard error, reports its counters there on SIGUSR1.\n"
	"Example: rdvpoint --bind 192.0.2.1\n";

struct options {
	const char *bind;
	uint16_t port;
	int64_t guard_us;
};

enum { OPTION_BIND = 256, OPTION_GUARD, OPTION_PROFILE };

static const struct option long_options[] = {
	{"bind", required_argument, NULL, OPTION_BIND},
	{"port", required_argument, NULL, 'p'},
	{"guard", required_argument, NULL, OPTION_GUARD},
	{"profile", required_argument, NULL, OPTION_PROFILE},
	{"help", no_argument, NULL, 'h'},
	{"version", no_argument, NULL, 'V'},
	{0},
};

static void parse_one(int option, const char *argument, struct options *o)
{
	switch (option) {
	case OPTION_BIND:
		o->bind = argument;
		break;
	case 'p':
		o->port = (uint16_t)usage_number("--port", argument, 1, 65535);
		break;
	case OPTION_GUARD:
		o->guard_us = usage_seconds("--guard", argument, false);
		break;
	case OPTION_PROFILE:
		usage_profile(argument);
		break;
	case 'h':
		(void)fputs(help_text, stdout);
		exit(0);
	case 'V':
		(void)printf("rdvpoint (ramure) %s\n", RAMURE_VERSION);
		exit(0);
	default:
		usage_refuse_option(option, argument);
	}
}

static void parse(int argc, char **argv, struct options *o)
{
	int option;
	*o = (struct options){.port = 10000, .guard_us = 180 * US_PER_S};
	opterr = 0;
	while ((option = getopt_long_only(argc, argv, ":p:hV", long_options, NULL)) != -1)
		parse_one(option, option == '?' || option == ':' ? argv[optind - 1] : optarg, o);
	if (optind < argc)
		usage_refuse("unexpected argument '%s'", argv[optind]);
}

static void on_event(void *owner, enum event event, const struct endpoint *about)
{
	struct endpoint *refused = owner;
	if (event == EVENT_ROOT_REFUSED) {
		if (endpoint_equal(refused, about))
			return; /* It goes on asking; once is enough. */
		*refused = *about;
	}
	log_event(event, about);
	if (event == EVENT_ROOT_REFUSED)
		log_line("hint",
			 "text=\"a loopback address reaches nobody else; let the node use the "
			 "address of this host, or bind to a loopback address, too\"");
}

static void report(void *owner)
{
	const struct rendezvous *r = owner;
	struct time now = clock_now();
	char text[ENDPOINT_TEXT_SIZE];
	log_line("report", "datagrams_in=%llu datagrams_out=%llu",
		 (unsigned long long)r->datagrams_in, (unsigned long long)r->datagrams_out);
	for (int i = 0; i < 2; i++) {
		const struct registry_root *root = &r->registry.roots[i];
		if (root->is_registered)
			log_line("root", "endpoint=%s expires_in=%.1f",
				 endpoint_format(&root->endpoint, text),
				 (double)time_elapsed_us(now, root->expires_at) / 1e6);
	}
	for (int i = 0; i < DROP_REASONS; i++)
		if (r->registry.drops.count[i] > 0)
			log_line("dropped", "reason=%s count=%llu", drop_name((enum drop)i),
				 (unsigned long long)r->registry.drops.count[i]);
}

int main(int argc, char **argv)
{
	static struct rendezvous r;
	struct daemon daemon;
	struct options o;
	struct failure failure;
	struct endpoint addresses[2];
	char text[ENDPOINT_TEXT_SIZE];
	usage_exit_code = EXIT_USAGE;
	usage_program = "rdvpoint";
	parse(argc, argv, &o);
	unsigned count = usage_bind("--bind", o.bind, o.port, addresses);
	const struct registry_config config = {
		.guard_us = o.guard_us,
		.is_loopback_only = o.bind && endpoint_is_loopback(&addresses[0]),
	};
	struct endpoint refused = {0}; /* The last that was. */
	const struct rendezvous_handler handler = {.on_event = on_event, .owner = &refused};
	if (daemon_init(&daemon, report, &r, &failure) != 0 ||
	    rendezvous_open(&r, &config, addresses, count, &handler, &daemon.loop, &failure) != 0)
		return daemon_fail(&failure);
	for (unsigned i = 0; i < r.port.count; i++)
		log_line("listening", "endpoint=%s", endpoint_format(port_bound(&r.port, i), text));
	notify_send("READY=1");
	while (!daemon.is_stopped) {
		loop_wait(&daemon.loop, registry_deadline(&r.registry));
		rendezvous_on_time(&r, clock_now());
	}
	notify_send("STOPPING=1");
	rendezvous_close(&r);
	daemon_done(&daemon);
	return 0;
}
