/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
#ifndef RAMURE_APP_CHAT_OPTIONS_H
#define RAMURE_APP_CHAT_OPTIONS_H
/* options.h - the command line of chat-multicast; doc/chat-multicast.1.scd says what each option
 * means. */
#include "ramure.h"

struct options {
	struct ramure_options room;
	const char *sources[RAMURE_SOURCES_MAX];
	const char *name;
	double rate_per_s;
	unsigned burst;
	bool plain;
	bool listen;
	bool quiet;
};

/* Reads the command line. Prints help or version and exits 0 where asked for; prints what is wrong
 * and exits 2. What `ret_options` points to lives as long as `argv`. */
void options_parse(int argc, char **argv, struct options *ret_options);

#endif
