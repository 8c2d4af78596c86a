/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
/* main.c - ramure-bench: a source and a sink of numbered, dated payloads. */
#include "load/common.h"
#include "load/load.h"

#include <stdio.h>
#include <string.h>

static const char usage[] =
	"usage: ramure-bench send --to ADDRESS:PORT... --size N --seconds S [OPTION]...\n"
	"       ramure-bench send --root ADDRESS:PORT --bind ADDRESS:PORT --children N ...\n"
	"       ramure-bench sink --listen ADDRESS:PORT [OPTION]...\n"
	"       ramure-bench sink --join ADDRESS:PORT --bind ADDRESS [OPTION]...\n"
	"Sends numbered payloads, and counts what arrives of them. Each prints one JSON object at\n"
	"its end. An IPv6 address is written in brackets.\n"
	"\n"
	"send  --to ADDRESS:PORT   the destination; several: each gets all\n"
	"      --root ADDRESS:PORT be the root of the tree of that rendezvous point\n"
	"      --bind ADDRESS:PORT     as this endpoint\n"
	"      --children N            when N children are there, say 'ready' and send to them\n"
	"      --hold              before sending, wait for a line on standard input\n"
	"      --size N            bytes of a payload, 24 at least; headers come on top\n"
	"      --seconds S         for so long, or\n"
	"      --count N           so many payloads\n"
	"      --rate N            so many a second (default: as fast as it goes)\n"
	"      --gso on|off        many with one send by UDP_SEGMENT (default), or single "
	"datagrams\n"
	"      --burst N           so many at a time (default: as many as fit; with a rate and\n"
	"                          without UDP_SEGMENT: 1)\n"
	"      --header            begin each with \"DATA\\n\", as those to a root; --root does "
	"always\n"
	"      --window N          at most N on their way, as the sink tells in\n"
	"      --progress FILE     this file; where it stands still for 0.1 s they are given up\n"
	"      --stream N          the number of the stream (default 0)\n"
	"\n"
	"sink  --listen ADDRESS:PORT  take payloads here\n"
	"      --join ADDRESS:PORT    or as children of that node of the tree\n"
	"      --bind ADDRESS             at this address\n"
	"      --sockets N            so many receivers (default 1), on ports from PORT on\n"
	"      --gro on|off           take coalesced buffers (default), or single datagrams\n"
	"      --progress FILE        tell the source how far each is; made anew\n"
	"      --nap US               look every US microseconds (0: always) instead of being\n"
	"                             woken, which would cost who sends to it\n"
	"      --latency              measure how old the payloads are\n"
	"      --quiet-after S        end when nothing came for S (default: at SIGTERM, SIGINT)\n"
	"Says 'ready' when it can receive, when all have joined.\n";

int main(int argc, char **argv)
{
	program_name = "ramure-bench";
	for (int i = 1; i < argc; i++) {
		if (strcmp(argv[i], "--help") == 0 || strcmp(argv[i], "-h") == 0) {
			(void)fputs(usage, stdout);
			return 0;
		}
	}
	bool is_source = argc > 1 && strcmp(argv[1], "send") == 0;
	if (!is_source && (argc < 2 || strcmp(argv[1], "sink") != 0))
		usage_error("wants 'send' or 'sink'");
	argv[1] = argv[0]; /* What getopt's own messages begin with. */
	return is_source ? send_main(argc - 1, argv + 1) : sink_main(argc - 1, argv + 1);
}
