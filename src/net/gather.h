/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
#ifndef RAMURE_NET_GATHER_H
#define RAMURE_NET_GATHER_H
/* gather.h - data messages of one size gathered from where they lie, to be sent with one system
 * call to each of many.
 *
 * Most of what a datagram costs is the kernel's walk for each packet buffer: with UDP_SEGMENT up to
 * 128 datagrams make it together. No payload is copied; what is gathered is borrowed until it is
 * sent. Headers of another kind than is wanted are left out; where there is none, one is put
 * before.
 *
 *     gather_reset -> ( gather_take* -> udp_send_gathered* -> gather_reset )*
 */
#include "core/action.h"

#include <sys/uio.h>

#define GATHER_DATAGRAMS 128   /* UDP_MAX_SEGMENTS since Linux 6.9; 64 before. */
#define GATHER_SIZE_MAX  65507 /* What one UDP send can carry over IPv4. */

/* Payloads on their way out, as messages of one type. */
struct outgoing {
	enum wire_type message;  /* DATA or MDAT. */
	struct payload payload;  /* With a header of that type it goes byte for byte. */
	struct wire_stamp stamp; /* MDAT of a payload without it: see struct action. The seq of 0,
				    on the way to the root, does not grow. */
};

struct gather {
	struct iovec parts[2 * GATHER_DATAGRAMS]; /* A header and a payload each, at most. */
	unsigned part_count;
	size_t count;        /* Datagrams. */
	size_t whole_count;  /* Of them, those that go byte for byte as they were taken. */
	size_t size;         /* Of all of them. */
	size_t segment_size; /* Of each but the last, which may be shorter and is then the end. */
	size_t last_size;
	char stamps[GATHER_DATAGRAMS][WIRE_STAMP_SIZE]; /* Those that were put before. */
};

void gather_reset(struct gather *g);

/* Takes as many of the payloads off as fit: of the size of those before, or one that is shorter and
 * the last; in at most `segments_max` datagrams, which is at most GATHER_DATAGRAMS. Gives their
 * number. */
size_t gather_take(struct gather *g, struct outgoing *out, size_t segments_max);

/* For where the kernel does not segment: the datagrams one by one. */

#define GATHER_SINGLE_PARTS 2

/* How far they were handed out; 0 at the beginning. */
struct gather_place {
	size_t part, offset, done;
};

/* The next datagram in `ret_parts`; gives their number, 0 if there is no more. */
size_t gather_single(const struct gather *g, struct gather_place *place,
		     struct iovec ret_parts[GATHER_SINGLE_PARTS]);

#endif
