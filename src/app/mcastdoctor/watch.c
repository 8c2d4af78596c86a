/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
/* watch.c - mcastdoctor watch: frames of a group, IGMP and MLD, explained as they come. */
#include "app/common/usage.h"
#include "collect/capture.h"
#include "collect/joined.h"
#include "collect/pcapng.h"
#include "commands.h"
#include "doctor/explain.h"
#include "net/clock.h"
#include "net/link.h"
#include "net/loop.h"

#include <errno.h>
#include <getopt.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

static const char help_text[] =
	"usage: mcastdoctor watch [GROUP[:PORT]] [OPTION]...\n"
	"Explains frames of the group, and all of IGMP and MLD, line by line as they come.\n"
	"Without a GROUP: the frames of all groups. It needs root, or CAP_NET_RAW; --read does "
	"not.\n"
	"\n"
	"  -i, --interface IFACE  where to look (default: the one routed to the group)\n"
	"      --write FILE       write these frames to a pcapng file, too\n"
	"      --read FILE        explain the frames of a pcap or pcapng file; - is standard "
	"input\n"
	"      --count N          end after N frames\n"
	"      --for SECONDS      end after this time\n"
	"      --json             one JSON object a frame, on a line\n"
	"      --no-join          do not join the group (a snooping switch may keep it from here)\n"
	"  -q, --quiet            the first line of each frame only, no summary\n"
	"  -v, --verbose          the bytes, too\n"
	"  -h, --help             show this\n"
	"  -V, --version          show the version\n"
	"\n"
	"Example: mcastdoctor watch 224.1.1.1 --write talk.pcapng\n";

enum { OPTION_WRITE = 256, OPTION_READ, OPTION_COUNT, OPTION_FOR, OPTION_JSON, OPTION_NO_JOIN };

static const struct option long_options[] = {
	{"interface", required_argument, NULL, 'i'},
	{"write", required_argument, NULL, OPTION_WRITE},
	{"read", required_argument, NULL, OPTION_READ},
	{"count", required_argument, NULL, OPTION_COUNT},
	{"for", required_argument, NULL, OPTION_FOR},
	{"json", no_argument, NULL, OPTION_JSON},
	{"no-join", no_argument, NULL, OPTION_NO_JOIN},
	{"quiet", no_argument, NULL, 'q'},
	{"verbose", no_argument, NULL, 'v'},
	{"help", no_argument, NULL, 'h'},
	{"version", no_argument, NULL, 'V'},
	{0},
};

struct watch {
	bool has_group;
	struct endpoint group; /* Port 0: any. */
	const char *interface, *write_name, *read_name;
	int count;      /* 0: no limit. */
	int64_t for_us; /* 0: no limit. */
	bool is_json, no_join, is_quiet;
	enum explain_depth depth;

	struct capture capture;
	struct pcapng file;
	int join_fd;
	int signal_fd;
	bool is_over;
	struct failure failure; /* Code 0: none. */
	unsigned shown, data, messages, problems;
};

/* --- Options --- */

/* Any group may be watched, also those that no application may use. */
static void parse_group(const char *text, struct watch *w)
{
	char address[ADDRESS_TEXT_SIZE];
	const char *colon = strrchr(text, ':'), *begin = text, *end = text + strlen(text);
	bool is_bracketed = text[0] == '[' && strchr(text, ']');
	bool has_port =
		is_bracketed ? strchr(text, ']')[1] == ':' : colon && strchr(text, ':') == colon;
	if (has_port)
		end = colon;
	if (is_bracketed) {
		begin++;
		end = strchr(text, ']');
	}
	(void)snprintf(address, sizeof(address), "%.*s", (int)(end - begin), begin);
	if ((size_t)(end - begin) >= sizeof(address) ||
	    !endpoint_parse_address(address, 0, &w->group))
		usage_refuse("group '%s': no IP address; a group is such as 224.1.1.1, "
			     "224.1.1.1:5000 or [ff15::801:101]:5000",
			     text);
	struct frame probe = {.family = endpoint_is_v4(&w->group) ? 4 : 6, .destination = w->group};
	if (!frame_is_multicast(&probe))
		usage_refuse("group '%s': not a multicast address; those are 224.0.0.0 to "
			     "239.255.255.255, and IPv6 addresses that begin with ff",
			     text);
	if (has_port)
		w->group.port = (uint16_t)usage_number("port of the group", colon + 1, 1, 65535);
	w->has_group = true;
}

static void parse_one(int option, const char *argument, struct watch *w)
{
	switch (option) {
	case 'i':
		w->interface = argument;
		break;
	case OPTION_WRITE:
		w->write_name = argument;
		break;
	case OPTION_READ:
		w->read_name = argument;
		break;
	case OPTION_COUNT:
		w->count = usage_number("--count", argument, 1, 1000000000);
		break;
	case OPTION_FOR:
		w->for_us = usage_seconds("--for", argument, false);
		break;
	case OPTION_JSON:
		w->is_json = true;
		break;
	case OPTION_NO_JOIN:
		w->no_join = true;
		break;
	case 'q':
		w->is_quiet = true;
		w->depth = EXPLAIN_BRIEF;
		break;
	case 'v':
		w->depth = EXPLAIN_FULL;
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

static void parse(int argc, char **argv, struct watch *w)
{
	int option;
	opterr = 0;
	optind = 1;
	while ((option = getopt_long_only(argc, argv, ":i:qvhV", long_options, NULL)) != -1)
		parse_one(option, option == '?' || option == ':' ? argv[optind - 1] : optarg, w);
	if (optind < argc)
		parse_group(argv[optind++], w);
	if (optind < argc)
		usage_refuse("unexpected argument '%s'", argv[optind]);
	if (w->read_name && w->interface)
		usage_refuse("--read and --interface: frames come from a file or from an "
			     "interface");
}

/* --- Frames --- */

/* Records and messages of any group are shown: who listens to what is the question. */
static bool is_wanted(const struct watch *w, const struct frame *f)
{
	if (f->kind == FRAME_IGMP || f->kind == FRAME_MLD)
		return true;
	if (!w->has_group)
		return frame_is_multicast(f);
	if (!f->family || memcmp(f->destination.address, w->group.address, 16) != 0)
		return false;
	/* The ports are in the first fragment only; the others may belong to it. */
	return w->group.port == 0 || f->kind != FRAME_UDP || f->destination.port == w->group.port;
}

static void print_json(const struct watch *w, const struct frame *f, int64_t time_us)
{
	json_t *object = explain_json(f);
	char text[32];
	(void)snprintf(text, sizeof(text), "%" PRId64 ".%06" PRId64, time_us / US_PER_S,
		       time_us % US_PER_S);
	if (object) {
		json_object_set_new(object, "time", json_string(text));
		json_object_set_new(object, "interface", json_string(w->capture.interface));
		(void)json_dumpf(object, stdout, JSON_COMPACT);
		(void)putchar('\n');
	}
	json_decref(object);
}

static void print_text(const struct watch *w, const struct frame *f, int64_t time_us)
{
	char title[64];
	time_t seconds = (time_t)(time_us / US_PER_S);
	struct tm local = {0};
	localtime_r(&seconds, &local);
	(void)snprintf(title, sizeof(title), "%02d:%02d:%02d.%06" PRId64 "%s%s", local.tm_hour,
		       local.tm_min, local.tm_sec, time_us % US_PER_S,
		       w->capture.interface[0] ? "  " : "", w->capture.interface);
	explain_text(f, title, w->depth, stdout);
}

static void show(struct watch *w, const struct captured *c)
{
	struct frame f;
	frame_dissect(c->bytes, c->size, c->wire_size, w->capture.link, &f);
	if (!is_wanted(w, &f))
		return;
	w->shown++;
	w->data += f.kind == FRAME_UDP;
	w->messages += f.kind == FRAME_IGMP || f.kind == FRAME_MLD;
	w->problems += f.problem_count > 0;
	if (w->is_json)
		print_json(w, &f, c->time_us);
	else
		print_text(w, &f, c->time_us);
	w->is_over |= fflush(stdout) != 0 || (w->count && w->shown == (unsigned)w->count);
	if (w->file.file && pcapng_add(&w->file, c, &w->failure) != 0)
		w->is_over = true;
}

static void on_frames(void *owner)
{
	struct watch *w = owner;
	struct captured captured;
	int answer = 1;
	while (!w->is_over && (answer = capture_next(&w->capture, &captured, &w->failure)) > 0)
		show(w, &captured);
	if (answer < 0 || w->read_name)
		w->is_over = true;
}

static void on_signal(void *owner)
{
	struct watch *w = owner;
	if (signals_next(w->signal_fd))
		w->is_over = true;
}

/* --- From the beginning to the end --- */

static int join(struct watch *w, const struct link *link)
{
	char text[ADDRESS_TEXT_SIZE];
	w->join_fd = joined_open(&w->group, NULL, link->index);
	if (w->join_fd >= 0)
		return 0;
	return failure_set(&w->failure, w->join_fd,
			   "join %s on %s: %s; with --no-join it is watched all the same",
			   endpoint_format_address(&w->group, text), link->name,
			   strerror(-w->join_fd));
}

static int open_live(struct watch *w)
{
	struct link link;
	struct endpoint any = w->group;
	if (!w->has_group)
		(void)endpoint_parse_address("224.0.0.22", 0, &any);
	if (w->interface && link_find(w->interface, &link) != 0)
		return failure_set(&w->failure, -ENODEV,
				   "interface %s: there is none of that name; `ip link` lists them",
				   w->interface);
	if (!w->interface && link_choose(&any, &link, &w->failure) != 0)
		return w->failure.code;
	int answer = capture_open_interface(&w->capture, link.name, false, &w->failure);
	if (answer == 0 && w->has_group && !w->no_join)
		answer = join(w, &link);
	return answer;
}

static int run_live(struct watch *w)
{
	struct loop loop;
	struct loop_source frames = {.fd = w->capture.fd, .on_ready = on_frames, .owner = w};
	struct loop_source signals = {.fd = w->signal_fd, .on_ready = on_signal, .owner = w};
	struct time end = w->for_us ? time_after(clock_now(), w->for_us) : TIME_NEVER;
	int answer = loop_init(&loop);
	if (answer < 0)
		return failure_set(&w->failure, answer, "epoll: %s", strerror(-answer));
	answer = loop_add(&loop, &frames);
	if (answer == 0)
		answer = loop_add(&loop, &signals);
	if (answer < 0)
		failure_set(&w->failure, answer, "epoll: %s", strerror(-answer));
	while (answer == 0 && !w->is_over && !time_is_due(end, clock_now()))
		(void)loop_wait(&loop, end);
	loop_done(&loop);
	return answer;
}

static void summarize(struct watch *w)
{
	unsigned lost = w->read_name ? 0 : capture_lost(&w->capture);
	(void)fprintf(stderr, "%u frames: %u of UDP, %u of IGMP and MLD; %u with problems",
		      w->shown, w->data, w->messages, w->problems);
	if (lost)
		(void)fprintf(stderr, "; %u came too fast and were lost", lost);
	(void)fputc('\n', stderr);
}

static void close_all(struct watch *w)
{
	pcapng_close(&w->file);
	capture_close(&w->capture);
	if (w->join_fd >= 0)
		close(w->join_fd);
	if (w->signal_fd >= 0)
		close(w->signal_fd);
}

int watch_main(int argc, char **argv)
{
	struct watch w = {.depth = EXPLAIN_USUAL, .join_fd = -1, .signal_fd = -1};
	sigset_t signals;
	parse(argc, argv, &w);
	sigemptyset(&signals);
	sigaddset(&signals, SIGINT);
	sigaddset(&signals, SIGTERM);
	w.signal_fd = w.read_name ? -1 : signals_open(&signals);
	int answer = w.read_name ? capture_open_file(&w.capture, w.read_name, &w.failure)
				 : open_live(&w);
	if (answer == 0 && w.write_name)
		answer = pcapng_create(&w.file, w.write_name, &w.capture, &w.failure);
	if (answer == 0 && w.read_name)
		on_frames(&w);
	else if (answer == 0)
		(void)run_live(&w);
	if (answer == 0 && !w.is_quiet)
		summarize(&w);
	close_all(&w);
	if (w.failure.code == 0)
		return 0;
	(void)fprintf(stderr, "mcastdoctor: %s\n", w.failure.text);
	return 3;
}
