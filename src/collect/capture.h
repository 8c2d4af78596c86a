/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
#ifndef RAMURE_COLLECT_CAPTURE_H
#define RAMURE_COLLECT_CAPTURE_H
/* capture.h - frames of an interface as they come and go, or of a file (libpcap).
 *
 *     capture_open_interface -> ( wait for fd -> capture_next* )* -> capture_close
 *     capture_open_file -> capture_next* -> capture_close
 *
 * Of an interface come frames to groups, and IGMP to whomever; the network card is made to take in
 * also those of groups that nobody here has joined. Nothing here waits.
 */
#include "base/failure.h"
#include "doctor/frame.h"

#include <net/if.h>
#include <pcap/pcap.h>

struct capture {
	pcap_t *pcap;
	int fd; /* Readable when there are frames; -1 of a file. */
	enum frame_link link;
	uint16_t link_type;          /* LINKTYPE_ of pcapng. */
	char interface[IF_NAMESIZE]; /* Empty: a file. */
	const char *name;            /* Borrowed: of the file. */
};

struct captured {
	const uint8_t *bytes; /* Until the next capture_next. */
	size_t size;          /* Captured. */
	size_t wire_size;     /* On the wire. */
	int64_t time_us;      /* Since 1970. */
};

/* `only_incoming`: not the frames that this host sends. -EPERM without CAP_NET_RAW, -ENODEV where
 * there is no such interface, -ENETDOWN where it is not up. */
int capture_open_interface(struct capture *c, const char *interface, bool only_incoming,
			   struct failure *failure);

/* A pcap or pcapng file, "-" is standard input; the name is borrowed. -EINVAL: no such file, or of
 * a link that frame.h does not know. */
int capture_open_file(struct capture *c, const char *name, struct failure *failure);

/* The next frame: 1; 0 where there is none now, at the end of a file for ever; negative errno where
 * the interface went away or the file is damaged. */
int capture_next(struct capture *c, struct captured *ret_captured, struct failure *failure);

/* Frames that came too fast and were lost. */
unsigned capture_lost(struct capture *c);

void capture_close(struct capture *c);

#endif
