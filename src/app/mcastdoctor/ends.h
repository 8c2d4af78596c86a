/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
#ifndef RAMURE_APP_MCASTDOCTOR_ENDS_H
#define RAMURE_APP_MCASTDOCTOR_ENDS_H
/* ends.h - what both ends of a probe have: options, sockets, a loop that watches them. */
#include "collect/probe_socket.h"
#include "net/loop.h"

#define ENDS_PORT    6450 /* Where none is named: the number of the RFC about it. */
#define ENDS_TTL     16
#define ENDS_SOURCES 16
#define OPTION_SOURCE                                                                              \
	256 /* The first one that has no letter; those of a command come after it.                 \
	     */

enum { ENDS_OPTION_TTL = OPTION_SOURCE + 1, ENDS_OPTION_PORT, ENDS_OPTION_JSON, ENDS_OPTION_OWN };

/* For the long options of a command. */
#define ENDS_LONG_OPTIONS                                                                          \
	{"interface", required_argument, NULL, 'i'},                                               \
		{"source", required_argument, NULL, OPTION_SOURCE},                                \
		{"ttl", required_argument, NULL, ENDS_OPTION_TTL},                                 \
		{"port", required_argument, NULL, ENDS_OPTION_PORT},                               \
		{"json", no_argument, NULL, ENDS_OPTION_JSON}, {"quiet", no_argument, NULL, 'q'},  \
		{"verbose", no_argument, NULL, 'v'}, {"help", no_argument, NULL, 'h'},             \
		{"version", no_argument, NULL, 'V'},                                               \
	{                                                                                          \
		0                                                                                  \
	}
#define ENDS_SHORT_OPTIONS ":i:qvhV"

struct ends_options {
	const char *interface, *help;
	uint16_t port; /* 0: that of GROUP, or ENDS_PORT. */
	uint8_t ttl;
	bool is_json, is_quiet, is_verbose;
	struct endpoint sources[ENDS_SOURCES];
	unsigned source_count;
	struct endpoint group; /* With its port, once ends_open_sockets was called. */
};

/* Takes an option that both commands have; anything else ends the program. */
void ends_take_option(struct ends_options *o, int option, const char *argument);

/* Reads GROUP, the one argument that is left at `optind`. */
void ends_take_group(struct ends_options *o, int argc, char **argv);

/* The sockets of an end and what waits for them. */
struct ends {
	struct probe_sockets sockets;
	struct loop loop;
	struct loop_source group_source, main_source, signal_source;
	bool is_interrupted; /* Set by SIGINT, SIGTERM, SIGHUP; to be cleared by who has seen it. */
};

/* Opens the sockets on the interface of the options, or of the kernel's choice; unicast on
 * `port`, 0: any. Ends the program, with exit code 3, where that fails. `on_ready` is called
 * with `owner` when something has come. */
void ends_open(struct ends *e, const struct ends_options *o, uint16_t port,
	       void (*on_ready)(void *owner), void *owner);
void ends_close(struct ends *e);

/* The name of this host, cut to what a report carries. */
void ends_name(char ret_name[PROBE_NAME_SIZE]);

#endif
