/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
/* main.c - rdvpoint: the rendezvous point, which remembers the root of a tree. */
#include "app/common/daemon.h"
#include "app/common/usage.h"
#include "core/full.h"
#include "net/clock.h"
#include "net/notify.h"
#include "net/rendezvous.h"
#include "state.h"

#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Groups and families besides the base group. */
#define MORE_MAX 1024

/* As sysexits(3) has it: what was to be read is damaged. */
#define EXIT_DATA 65

static const char help_text[] =
	"usage: rdvpoint [OPTION]...\n"
	"The rendezvous point of multicast trees: remembers their roots, and tells them to nodes.\n"
	"\n"
	"      --bind ADDRESS     listen on this address (default: all, IPv4 and IPv6)\n"
	"  -p, --port PORT        UDP port (default 10000)\n"
	"      --guard SECONDS    forget a root of the base profile that did not refresh for so\n"
	"                         long (default 180)\n"
	"      --profile PROFILE  the protocol's profile: base or full "
	"(default " PROFILE_DEFAULT ")\n"
	"      --state FILE       remember roots there across a restart, or none: nowhere "
	"(default:\n"
	"                         rdvpoint-PORT.db in /var/lib/ramure for root, else in\n"
	"                         ~/.local/state/ramure)\n"
	"In the full profile, also:\n"
	"      --accept-base YES  answer nodes of the base profile: yes (default) or no\n"
	"  -h, --help             show this\n"
	"  -V, --version          show the version\n"
	"\n"
	"Runs in the foreground, logs to standard error, reports its counters there on SIGUSR1.\n"
	"Example: rdvpoint --bind 192.0.2.1\n";

struct options {
	const char *bind;
	const char *state; /* NULL: the default. */
	uint16_t port;
	int64_t guard_us;
	bool is_full;
	bool accept_base;
};

enum { OPTION_BIND = 256, OPTION_GUARD, OPTION_PROFILE, OPTION_STATE, OPTION_ACCEPT_BASE };

static const struct option long_options[] = {
	{"bind", required_argument, NULL, OPTION_BIND},
	{"port", required_argument, NULL, 'p'},
	{"guard", required_argument, NULL, OPTION_GUARD},
	{"profile", required_argument, NULL, OPTION_PROFILE},
	{"state", required_argument, NULL, OPTION_STATE},
	{"accept-base", required_argument, NULL, OPTION_ACCEPT_BASE},
	{"help", no_argument, NULL, 'h'},
	{"version", no_argument, NULL, 'V'},
	{0},
};

static bool parse_yes(const char *option, const char *text)
{
	if (strcmp(text, "yes") != 0 && strcmp(text, "no") != 0)
		usage_refuse("%s '%s': not yes or no", option, text);
	return strcmp(text, "yes") == 0;
}

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
		o->is_full = usage_profile(argument);
		break;
	case OPTION_STATE:
		if (argument[0] == '\0')
			usage_refuse("--state '': not a file, or none");
		o->state = argument;
		break;
	case OPTION_ACCEPT_BASE:
		o->accept_base = parse_yes("--accept-base", argument);
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
	*o = (struct options){
		.port = 10000,
		.guard_us = 180 * US_PER_S,
		.is_full = usage_profile(NULL),
		.accept_base = true,
	};
	opterr = 0;
	while ((option = getopt_long_only(argc, argv, ":p:hV", long_options, NULL)) != -1)
		parse_one(option, option == '?' || option == ':' ? argv[optind - 1] : optarg, o);
	if (optind < argc)
		usage_refuse("unexpected argument '%s'", argv[optind]);
	if (!o->is_full && !o->accept_base)
		usage_refuse("--accept-base no with --profile base: nobody would be answered");
}

/* --- What runs --- */

struct program {
	struct rendezvous rendezvous;
	struct state state;
	bool is_state_lost;      /* The last could not be stored. */
	struct endpoint refused; /* The last that was. */
	struct registry_root more[MORE_MAX];
	struct quota address_quota, prefix_quota;
};

#define GROUP_TEXT_SIZE (sizeof(" group=") + WIRE_WORD_MAX)

/* For the log; nothing for the base group. Gives `text`. */
static const char *format_group(const struct registry_root *root, char text[GROUP_TEXT_SIZE])
{
	(void)snprintf(text, GROUP_TEXT_SIZE, "%s%s", root->group[0] != '\0' ? " group=" : "",
		       root->group);
	return text;
}

static void on_event(void *owner, enum event event, const struct endpoint *about)
{
	struct endpoint *refused = &((struct program *)owner)->refused;
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

static void on_store(void *owner, const struct registry_root *root)
{
	struct program *p = owner;
	struct failure failure;
	if (!p->state.database)
		return;
	bool is_lost = state_save(&p->state, root, &failure) != 0;
	if (is_lost && !p->is_state_lost) /* Once is enough. */
		log_line("state-lost", "text=\"%s\"", failure.text);
	p->is_state_lost = is_lost;
}

static void report_root(const struct registry_root *root, struct time now)
{
	char text[ENDPOINT_TEXT_SIZE], group[GROUP_TEXT_SIZE];
	log_line("root", "endpoint=%s%s epoch=%u profile=%s expires_in=%.1f%s",
		 endpoint_format(&root->endpoint, text), format_group(root, group), root->epoch,
		 root->is_full ? "full" : "base",
		 (double)time_elapsed_us(now, root->expires_at) / 1e6,
		 root->is_restored ? " restored=yes" : "");
}

static void report(void *owner)
{
	const struct rendezvous *r = &((struct program *)owner)->rendezvous;
	struct time now = clock_now();
	log_line("report", "datagrams_in=%llu datagrams_out=%llu groups=%u",
		 (unsigned long long)r->datagrams_in, (unsigned long long)r->datagrams_out,
		 registry_count(&r->registry) - 2);
	for (unsigned i = 0; i < registry_count(&r->registry); i++)
		if (registry_at(&r->registry, i)->is_registered)
			report_root(registry_at(&r->registry, i), now);
	for (int i = 0; i < DROP_REASONS; i++)
		if (r->registry.drops.count[i] > 0)
			log_line("dropped", "reason=%s count=%llu", drop_name((enum drop)i),
				 (unsigned long long)r->registry.drops.count[i]);
}

/* --- State --- */

static void on_row(void *owner, const struct registry_root *row)
{
	struct registry *r = &((struct program *)owner)->rendezvous.registry;
	char text[ENDPOINT_TEXT_SIZE], group[GROUP_TEXT_SIZE];
	if (registry_restore(r, row, clock_now()) && row->is_registered && row->is_full &&
	    r->config.is_full)
		log_line("restored", "endpoint=%s%s epoch=%u profile=%s",
			 endpoint_format(&row->endpoint, text), format_group(row, group),
			 row->epoch, row->is_full ? "full" : "base");
}

/* Without a file that nobody has named the program does without; it says so. */
static int open_state(struct program *p, const struct options *o, struct failure *failure)
{
	char place[4096];
	const char *path = o->state;
	int error = 0;
	if (path && strcmp(path, "none") == 0)
		return 0;
	if (!path) {
		error = state_default_path(o->port, place, sizeof(place), failure);
		path = place;
	}
	if (!error)
		error = state_open(&p->state, path, 2 + MORE_MAX, failure);
	if (!error) {
		log_line("state", "file=\"%s\"", path);
		return state_load(&p->state, on_row, p, failure);
	}
	if (o->state || error == -EBADMSG || error == -EPROTONOSUPPORT)
		return error;
	log_line("no-state", "text=\"%s; roots and epochs are forgotten at the end\"",
		 failure->text);
	return 0;
}

static int fail(const struct failure *failure)
{
	int code = daemon_fail(failure);
	return failure->code == -EBADMSG || failure->code == -EPROTONOSUPPORT ? EXIT_DATA : code;
}

static int start(struct program *p, const struct options *o, struct daemon *daemon,
		 struct failure *failure)
{
	struct endpoint addresses[2];
	unsigned count = usage_bind("--bind", o->bind, o->port, addresses);
	const struct registry_config config = {
		.guard_us = o->guard_us,
		.is_loopback_only = o->bind && endpoint_is_loopback(&addresses[0]),
		.is_full = o->is_full,
		.accept_base = o->accept_base,
		.full_guard_us = REGISTRY_FULL_GUARD_US,
		.address_quota = &p->address_quota,
		.prefix_quota = &p->prefix_quota,
		.more = p->more,
		.more_max = MORE_MAX,
	};
	const struct rendezvous_handler handler = {
		.on_event = on_event, .on_store = on_store, .owner = p};
	quota_init_burst(&p->address_quota, REGISTRY_ADDRESS_PER_S, REGISTRY_ADDRESS_AT_ONCE);
	quota_init_burst(&p->prefix_quota, REGISTRY_PREFIX_PER_S, REGISTRY_PREFIX_AT_ONCE);
	int error = daemon_init(daemon, report, p, failure);
	if (!error)
		error = rendezvous_open(&p->rendezvous, &config, addresses, count, &handler,
					&daemon->loop, failure);
	return error ? error : open_state(p, o, failure);
}

int main(int argc, char **argv)
{
	static struct program program;
	struct rendezvous *r = &program.rendezvous;
	struct daemon daemon;
	struct options o;
	struct failure failure;
	char text[ENDPOINT_TEXT_SIZE];
	usage_exit_code = EXIT_USAGE;
	usage_program = "rdvpoint";
	parse(argc, argv, &o);
	if (start(&program, &o, &daemon, &failure) != 0)
		return fail(&failure);
	for (unsigned i = 0; i < r->port.count; i++)
		log_line("listening", "endpoint=%s",
			 endpoint_format(port_bound(&r->port, i), text));
	notify_send("READY=1");
	while (!daemon.is_stopped) {
		loop_wait(&daemon.loop, registry_deadline(&r->registry));
		rendezvous_on_time(r, clock_now());
	}
	notify_send("STOPPING=1");
	rendezvous_close(r);
	state_close(&program.state);
	daemon_done(&daemon);
	return 0;
}
