/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
#ifndef RAMURE_COLLECT_PCAPNG_H
#define RAMURE_COLLECT_PCAPNG_H
/* pcapng.h - writes captured frames to a file that Wireshark opens, with the interface's name.
 *
 * The format of draft-ietf-opsawg-pcapng: a section header, one interface, one block a frame, times
 * in microseconds. libpcap reads it and cannot write it.
 *
 *     pcapng_create -> pcapng_add* -> pcapng_close
 */
#include "collect/capture.h"

#include <stdio.h>

struct pcapng {
	FILE *file;       /* NULL: closed. */
	const char *name; /* Borrowed. */
};

/* Creates the file, or empties it. Negative errno where it cannot be written. */
int pcapng_create(struct pcapng *p, const char *name, const struct capture *of,
		  struct failure *failure);

/* Appends a frame and flushes it, so that the file is whole whenever the program ends. */
int pcapng_add(struct pcapng *p, const struct captured *frame, struct failure *failure);

void pcapng_close(struct pcapng *p);

#endif
