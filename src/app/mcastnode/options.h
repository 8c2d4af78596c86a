/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
#ifndef RAMURE_APP_MCASTNODE_OPTIONS_H
#define RAMURE_APP_MCASTNODE_OPTIONS_H
/* options.h - the command line of mcastnode; doc/mcastnode.1.scd says what each option means. */
#include "gateway/gateway.h"
#include "net/node.h"
#include "output.h"

struct options {
	struct node_options node;
	enum output_format format;
	bool spins;                     /* Look for datagrams without end, and never wait. */
	const char *rdv;                /* As given, for messages. */
	struct gateway_options islands; /* count 0: none. */
	const char *on_first_listener, *on_last_listener; /* Commands; NULL: none. */
};

/* Reads the command line. Prints help or version and exits 0 where asked for; says what is wrong
 * and exits with EXIT_USAGE, or EXIT_UNAVAILABLE where a name has no address. */
void options_parse(int argc, char **argv, struct options *ret_options);

#endif
