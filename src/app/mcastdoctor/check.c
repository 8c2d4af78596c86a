/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
/* check.c - mcastdoctor [GROUP]: looks at this host, or loads a snapshot, judges, reports. */
#include "app/common/usage.h"
#include "base/endpoint.h"
#include "base/time.h"
#include "collect/files.h"
#include "collect/host.h"
#include "collect/wire.h"
#include "commands.h"
#include "doctor/report.h"
#include "net/link.h"
#include "target.h"

#include <errno.h>
#include <getopt.h>
#include <stdlib.h>
#include <string.h>

static const char help_text[] =
	"usage: mcastdoctor [OPTION]... [GROUP[:PORT]]\n"
	"       mcastdoctor listen GROUP[:PORT]     (listen --help)\n"
	"       mcastdoctor probe GROUP[:PORT]      (probe --help)\n"
	"       mcastdoctor watch [GROUP[:PORT]]    (watch --help)\n"
	"Says why multicast does not work here: what was found, why it matters, how to mend it.\n"
	"\n"
	"  -i, --interface NAME   programs name this interface (default: the kernel chooses)\n"
	"      --source ADDRESS   only this sender is wanted (source-specific, SSM)\n"
	"      --patient[=TIME]   stay on the wire so many seconds (default 300): does a switch\n"
	"                         forget that somebody listens? Wants a group that somebody feeds\n"
	"      --no-wire          do not look at frames (needs no CAP_NET_RAW, saves a second)\n"
	"      --save FILE        also write all that was seen there, as JSON; -: standard output\n"
	"      --load FILE        judge that instead of this host; -: standard input\n"
	"      --json             report as JSON\n"
	"  -q, --quiet            the verdict alone\n"
	"  -v, --verbose          all that is worth knowing, too\n"
	"  -h, --help             show this\n"
	"  -V, --version          show the version\n"
	"\n"
	"Exit code: 0 works, 1 does not work, 2 wrong usage, 3 cannot tell.\n"
	"Example: mcastdoctor 224.1.1.1:5000\n";

#define PATIENT_US (300 * US_PER_S)

struct options {
	const char *group, *interface, *source, *save, *load;
	int64_t patient_us; /* 0: not. */
	bool has_wire, is_json;
	struct report_options report;
};

enum { OPTION_SOURCE = 256, OPTION_PATIENT, OPTION_NO_WIRE, OPTION_SAVE, OPTION_LOAD, OPTION_JSON };

static const struct option long_options[] = {
	{"interface", required_argument, NULL, 'i'},
	{"source", required_argument, NULL, OPTION_SOURCE},
	{"patient", optional_argument, NULL, OPTION_PATIENT},
	{"no-wire", no_argument, NULL, OPTION_NO_WIRE},
	{"save", required_argument, NULL, OPTION_SAVE},
	{"load", required_argument, NULL, OPTION_LOAD},
	{"json", no_argument, NULL, OPTION_JSON},
	{"quiet", no_argument, NULL, 'q'},
	{"verbose", no_argument, NULL, 'v'},
	{"help", no_argument, NULL, 'h'},
	{"version", no_argument, NULL, 'V'},
	{0},
};

static void parse_one(int option, const char *argument, struct options *o)
{
	switch (option) {
	case 'i':
		o->interface = argument;
		break;
	case OPTION_SOURCE:
		o->source = argument;
		break;
	case OPTION_PATIENT:
		o->patient_us = argument ? usage_seconds("--patient", argument, false) : PATIENT_US;
		break;
	case OPTION_NO_WIRE:
		o->has_wire = false;
		break;
	case OPTION_SAVE:
		o->save = argument;
		break;
	case OPTION_LOAD:
		o->load = argument;
		break;
	case OPTION_JSON:
		o->is_json = true;
		break;
	case 'q':
		o->report.is_quiet = true;
		break;
	case 'v':
		o->report.is_verbose = true;
		break;
	case 'h':
		(void)fputs(help_text, stdout);
		exit(0);
	case 'V':
		(void)printf("mcastdoctor (ramure) %s\n", RAMURE_VERSION);
		exit(0);
	default:
		usage_refuse_option(option, argument);
	}
}

static void parse(int argc, char **argv, struct options *o)
{
	int option;
	*o = (struct options){.has_wire = true};
	opterr = 0;
	while ((option = getopt_long_only(argc, argv, ":i:qvhV", long_options, NULL)) != -1)
		parse_one(option, option == '?' || option == ':' ? argv[optind - 1] : optarg, o);
	if (optind < argc)
		o->group = argv[optind++];
	if (optind < argc)
		usage_refuse("unexpected argument '%s'", argv[optind]);
	if (o->load && (o->group || o->interface || o->source || o->patient_us || o->save))
		usage_refuse("--load '%s': the snapshot says what was asked about; leave out the "
			     "other options",
			     o->load);
	if (!o->has_wire && o->patient_us)
		usage_refuse("--patient looks at frames, --no-wire forbids that");
	if (o->patient_us && !o->group)
		usage_refuse("--patient wants a group that somebody feeds");
}

/* --- What is asked about --- */

static void ask_source(struct seen_host *h, const char *text, bool is_v4)
{
	struct endpoint source;
	if (!endpoint_parse_address(text, 0, &source) || endpoint_is_v4(&source) != is_v4)
		usage_refuse("--source '%s': not an %s address, as the group is", text,
			     is_v4 ? "IPv4" : "IPv6");
	if (endpoint_is_unspecified(&source) || target_is_group(&source))
		usage_refuse("--source '%s': not an address that one host has", text);
	(void)endpoint_format_address(&source, h->asked_source);
}

/* Group, port and interface into the snapshot, where rules and collectors find them. */
static void ask(const struct options *o, struct seen_host *h)
{
	struct target t = {0};
	if (o->group) {
		t = target_parse(o->group);
		(void)endpoint_format_address(&t.group, h->asked_group);
	}
	h->asked_port = t.group.port;
	if (o->source && !o->group)
		usage_refuse("--source '%s': of which group?", o->source);
	if (o->source)
		ask_source(h, o->source, endpoint_is_v4(&t.group));
	const char *name = o->interface ? o->interface : t.interface;
	struct link link;
	if (name[0] && link_find(name, &link) != 0)
		usage_refuse("'%s': this host has no such interface (ip link shows them)", name);
	(void)snprintf(h->asked_interface, sizeof(h->asked_interface), "%s", name);
}

/* --- Files --- */

__attribute__((noreturn)) static void fail(const char *path, const char *what)
{
	(void)fprintf(stderr, "mcastdoctor: %s: %s\n", path, what);
	exit(VERDICT_CANNOT_TELL);
}

static void load(const char *path, struct snapshot *s)
{
	struct failure failure;
	FILE *file = strcmp(path, "-") == 0 ? stdin : fopen(path, "re");
	if (!file)
		fail(path, strerror(errno));
	if (snapshot_load(s, file, &failure) != 0)
		fail(path, failure.text);
	if (file != stdin)
		(void)fclose(file);
}

static void save(const char *path, const struct snapshot *s)
{
	struct failure failure;
	FILE *file = strcmp(path, "-") == 0 ? stdout : fopen(path, "we");
	if (!file)
		fail(path, strerror(errno));
	if (snapshot_save(s, file, &failure) != 0)
		fail(path, failure.text);
	if (file != stdout && fclose(file) != 0)
		fail(path, strerror(errno));
}

int check_main(int argc, char **argv)
{
	static struct findings findings;
	struct options o;
	static struct snapshot s; /* It stays reachable where usage_refuse ends the program. */
	parse(argc, argv, &o);
	snapshot_init(&s);
	if (o.load) {
		load(o.load, &s);
	} else {
		ask(&o, s.host);
		collect_host(&s);
		if (o.has_wire)
			collect_wire(&s, s.host->asked_interface, o.patient_us);
		else
			files_blind(&s, "frames on the wire", "--no-wire forbids it", "");
	}
	if (o.save)
		save(o.save, &s);
	rules_judge(&s, &findings);
	enum verdict verdict = verdict_of(&s, &findings);
	/* A snapshot on standard output leaves no room for a report there. */
	FILE *out = o.save && strcmp(o.save, "-") == 0 ? stderr : stdout;
	if (o.is_json)
		report_write_json(out, &s, &findings, verdict);
	else
		report_write(out, &s, &findings, verdict, &o.report);
	snapshot_done(&s);
	return (int)verdict;
}
