/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
/* probe.c - mcastdoctor probe GROUP: the end of a probe that asks, and reports. */
#include "app/common/usage.h"
#include "commands.h"
#include "doctor/probe_result.h"
#include "ends.h"
#include "net/clock.h"
#include "net/group.h"
#include "net/resolve.h"

#include <errno.h>
#include <getopt.h>
#include <stdlib.h>
#include <string.h>

static const char help_text[] =
	"usage: mcastdoctor probe GROUP[:PORT] [OPTION]...\n"
	"Measures multicast against unicast with each host where `mcastdoctor listen GROUP` runs:\n"
	"loss, duplicates, order, hops, round trips, set-up time, sizes and TTLs that come "
	"through.\n"
	"\n"
	"  -i, --interface NAME  probe there (default: the kernel chooses)\n"
	"      --to HOST         a host that listens: it is found even if no multicast gets there\n"
	"                        (several: once each)\n"
	"      --source ADDRESS  hear this listener alone (SSM; default: those that are found)\n"
	"      --count N         probes, by each path (default 50)\n"
	"      --rate N          of them a second (default 25, at most 2000)\n"
	"      --size BYTES      of a probe (default 100, 60 to 65507)\n"
	"      --sizes LIST      sizes to try besides, such as 1400,1472,9000; none: none\n"
	"                        (default: steps up to the MTU, unfragmented, and two beyond)\n"
	"      --ttl N           of multicast (default 16); smaller ones are tried, too\n"
	"      --port PORT       of the group and the listeners (default 6450)\n"
	"      --wait SECONDS    for the first listener (default 3)\n"
	"      --json            report as JSON\n"
	"  -q, --quiet           the verdict alone\n"
	"  -v, --verbose         each size and TTL, too\n"
	"  -h, --help            show this\n"
	"  -V, --version         show the version\n"
	"\n"
	"Ctrl-C ends it with the result so far.\n"
	"Exit code: 0 works, 1 does not work, 2 wrong usage, 3 cannot tell: nobody answered.\n"
	"Example: mcastdoctor probe 224.1.1.1\n";

enum {
	OPTION_TO = ENDS_OPTION_OWN,
	OPTION_COUNT,
	OPTION_RATE,
	OPTION_SIZE,
	OPTION_SIZES,
	OPTION_WAIT,
};

static const struct option long_options[] = {
	{"to", required_argument, NULL, OPTION_TO},
	{"count", required_argument, NULL, OPTION_COUNT},
	{"rate", required_argument, NULL, OPTION_RATE},
	{"size", required_argument, NULL, OPTION_SIZE},
	{"sizes", required_argument, NULL, OPTION_SIZES},
	{"wait", required_argument, NULL, OPTION_WAIT},
	ENDS_LONG_OPTIONS,
};

#define SIZES_MAX 24

struct probing {
	struct ends_options options;
	struct prober_options prober_options;
	const char *hosts[PROBER_PEERS];
	unsigned host_count;
	const char *sizes; /* NULL: the default ones. */
	struct ends ends;
	struct prober prober;
	unsigned joined; /* Of the peers, those whose multicast is joined for (SSM). */
	int send_error;  /* The first of sending multicast that is not about its size. */
};

static bool take_own(struct probing *p, int option, const char *argument)
{
	switch (option) {
	case OPTION_TO:
		if (p->host_count == PROBER_PEERS)
			usage_refuse("--to: more than %d", PROBER_PEERS);
		p->hosts[p->host_count++] = argument;
		return true;
	case OPTION_COUNT:
		p->prober_options.count = (uint32_t)usage_number("--count", argument, 1, 1000000);
		return true;
	case OPTION_RATE:
		p->prober_options.rate_per_s = usage_number("--rate", argument, 1, 2000);
		return true;
	case OPTION_SIZE:
		p->prober_options.size = (uint32_t)usage_number("--size", argument,
								PROBE_HEADER_SIZE, PROBE_SIZE_MAX);
		return true;
	case OPTION_SIZES:
		p->sizes = argument;
		return true;
	case OPTION_WAIT:
		p->prober_options.wait_us = usage_seconds("--wait", argument, false);
		return true;
	default:
		return false;
	}
}

static void parse(struct probing *p, int argc, char **argv)
{
	int option;
	opterr = 0;
	p->options = (struct ends_options){.ttl = ENDS_TTL, .help = help_text};
	p->prober_options = (struct prober_options){
		.count = 50,
		.rate_per_s = 25,
		.size = 100,
		.wait_us = 3 * US_PER_S,
	};
	while ((option = getopt_long_only(argc, argv, ENDS_SHORT_OPTIONS, long_options, NULL)) !=
	       -1)
		if (!take_own(p, option, optarg))
			ends_take_option(&p->options, option,
					 option == '?' || option == ':' ? argv[optind - 1]
									: optarg);
	ends_take_group(&p->options, argc, argv);
	p->prober_options.group = p->options.group;
	p->prober_options.ttl = p->options.ttl;
	p->prober_options.is_source_specific = group_is_source_specific(&p->options.group);
}

/* --- The steps of the sweep --- */

static void add_size(struct prober_options *o, uint32_t size, unsigned room)
{
	if (size < PROBE_HEADER_SIZE || size > PROBE_SIZE_MAX)
		return;
	o->steps[++o->step_count] =
		(struct probe_step){.size = size, .ttl = o->ttl, .is_whole = size <= room};
}

/* The sizes that the user wants. */
static void add_sizes(struct prober_options *o, const char *list, unsigned room)
{
	char *end;
	for (const char *at = list; strcmp(list, "none") != 0; at = end + 1) {
		long size = strtol(at, &end, 10);
		if (end == at || (*end != ',' && *end != '\0') || size < PROBE_HEADER_SIZE ||
		    size > PROBE_SIZE_MAX || o->step_count == SIZES_MAX)
			usage_refuse("--sizes '%s': not a list of at most %d sizes from %d to %d",
				     list, SIZES_MAX, PROBE_HEADER_SIZE, PROBE_SIZE_MAX);
		add_size(o, (uint32_t)size, room);
		if (*end == '\0')
			break;
	}
}

/* Those that networks are cut to: IPv6's least, tunnels and VPNs, PPPoE, Ethernet, this interface;
 * and two that need fragments. */
static void add_default_sizes(struct prober_options *o, unsigned mtu, unsigned overhead)
{
	static const unsigned packets[] = {576, 1000, 1280, 1400, 1420, 1450, 1480, 1492, 1500};
	for (size_t i = 0; i < sizeof(packets) / sizeof(*packets); i++)
		if (packets[i] < mtu)
			add_size(o, packets[i] - overhead, mtu - overhead);
	add_size(o, mtu - overhead < PROBE_SIZE_MAX ? mtu - overhead : PROBE_SIZE_MAX,
		 mtu - overhead);
	add_size(o, 4 * mtu, mtu - overhead);
	add_size(o, 16000, mtu - overhead);
}

static void add_steps(struct probing *p)
{
	static const uint8_t ttls[] = {1, 2, 3, 4, 5, 6, 8, 12, 16, 24, 32, 64, 128};
	struct prober_options *o = &p->prober_options;
	unsigned overhead = endpoint_is_v4(&o->group) ? 20 + 8 : 40 + 8;
	unsigned mtu = probe_sockets_mtu(&p->ends.sockets);
	if (p->sizes)
		add_sizes(o, p->sizes, mtu - overhead);
	else
		add_default_sizes(o, mtu, overhead);
	for (size_t i = 0; i < sizeof(ttls); i++)
		if (ttls[i] < o->ttl)
			o->steps[++o->step_count] = (struct probe_step){
				.size = PROBE_HEADER_SIZE, .ttl = ttls[i], .is_ttl = true};
}

/* --- Probing --- */

static void on_ready(void *owner)
{
	struct probing *p = owner;
	struct probe_arrival arrival;
	struct endpoint refused;
	while (probe_sockets_receive(&p->ends.sockets, &arrival))
		prober_receive(&p->prober, &arrival, clock_now());
	while (probe_sockets_refused(&p->ends.sockets, &refused))
		prober_on_refused(&p->prober, &refused);
}

/* A source-specific group is joined for each listener as it is found. */
static void join_for_peers(struct probing *p)
{
	if (!p->prober_options.is_source_specific || p->options.source_count > 0)
		return;
	for (; p->joined < p->prober.peer_count; p->joined++)
		(void)probe_sockets_add_source(&p->ends.sockets,
					       &p->prober.peers[p->joined].endpoint);
}

static void add_hosts(struct probing *p)
{
	for (unsigned i = 0; i < p->host_count; i++) {
		struct endpoint found[8];
		struct failure failure;
		int count = resolve(p->hosts[i], p->options.group.port, found, 8, &failure);
		bool is_added = false;
		if (count < 0)
			usage_refuse("--to: %s", failure.text);
		for (int k = 0; k < count && !is_added; k++) {
			is_added = endpoint_is_v4(&found[k]) == endpoint_is_v4(&p->options.group);
			if (is_added)
				prober_add_host(&p->prober, &found[k]);
		}
		if (!is_added)
			usage_refuse("--to '%s': no address of the group's version of IP",
				     p->hosts[i]);
	}
}

static void send_one(struct probing *p, const struct probe_dispatch *dispatch)
{
	int error = probe_sockets_send(&p->ends.sockets, dispatch);
	if (error && error != -EMSGSIZE && dispatch->is_multicast && p->send_error == 0)
		p->send_error = error;
}

static void run(struct probing *p)
{
	struct probe_dispatch dispatch;
	while (!prober_is_over(&p->prober)) {
		while (prober_next(&p->prober, clock_now(), &dispatch))
			send_one(p, &dispatch);
		if (prober_is_over(&p->prober))
			break;
		loop_wait(&p->ends.loop, prober_deadline(&p->prober));
		join_for_peers(p);
		if (p->ends.is_interrupted) {
			p->ends.is_interrupted = false;
			prober_stop(&p->prober, clock_now());
		}
	}
}

static void announce(const struct probing *p)
{
	char text[ENDPOINT_TEXT_SIZE];
	if (p->options.is_quiet || p->options.is_json)
		return;
	(void)fprintf(stderr, "probing %s on %s: %u probes of %u bytes, %.0f a second, TTL %u\n",
		      endpoint_format(&p->options.group, text), p->ends.sockets.link.name,
		      p->prober_options.count, p->prober_options.size, p->prober_options.rate_per_s,
		      p->prober_options.ttl);
}

static int report(const struct probing *p)
{
	static struct probe_result result;
	static struct judgements judgements;
	char name[PROBE_NAME_SIZE];
	ends_name(name);
	probe_result_make(&p->prober, name, p->ends.sockets.link.name, &result);
	probe_judge(&result, &judgements);
	if (p->send_error && !p->options.is_quiet)
		(void)fprintf(stderr, "mcastdoctor: cannot send to the group on %s: %s\n",
			      p->ends.sockets.link.name, strerror(-p->send_error));
	if (p->options.is_json)
		probe_write_json(stdout, &result, &judgements);
	else
		probe_write_text(stdout, &result, &judgements, p->options.is_quiet,
				 p->options.is_verbose);
	return (int)judgements.verdict;
}

int probe_main(int argc, char **argv)
{
	static struct probing p;
	parse(&p, argc, argv);
	ends_open(&p.ends, &p.options, 0, on_ready, &p);
	p.prober_options.session = clock_seed() | 1;
	add_steps(&p);
	announce(&p);
	prober_init(&p.prober, &p.prober_options, clock_now());
	add_hosts(&p);
	run(&p);
	int code = report(&p);
	prober_done(&p.prober);
	ends_close(&p.ends);
	return code;
}
