/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
#ifndef RAMURE_NET_MCAST_H
#define RAMURE_NET_MCAST_H
/* mcast.h - the sockets of one membership: one group, one port, one interface.
 *
 * Two sockets: one bound to the group receives, shared with every other program in the same group
 * and port; one connected to the group sends, from a port of its own, so that each participant has
 * an endpoint that tells it from the others on its host. Both belong to the interface as it is now:
 * when that is deleted and created again, close and open. RFC 3678's protocol-independent calls;
 * the interface is always named, so that routes play no part.
 *
 *     mcast_join -> mcast_connect* -> mcast_close
 */
#include "net/link.h"

#include <stddef.h>

struct mcast_options {
	struct endpoint group;
	int ttl;                        /* IP_MULTICAST_TTL or hop limit, 0 to 255. */
	bool loop;                      /* Other sockets on this host hear what is sent. */
	const struct endpoint *sources; /* Whom to hear; borrowed for as long as the options are. */
	size_t source_count;            /* 0: everybody (any-source). */
};

struct mcast {
	int receive_fd;       /* Bound and joined; -1 while closed. */
	int send_fd;          /* Connected; -1 while it cannot send (no address yet). */
	struct endpoint self; /* The endpoint that others see; meaningful while send_fd is open. */
};

#define MCAST_CLOSED ((struct mcast){.receive_fd = -1, .send_fd = -1})

/* Opens the receiving socket and joins the group on the interface. On failure nothing is left open,
 * and `failure` says why: port taken, interface unable, table of memberships full. */
int mcast_join(struct mcast *m, const struct mcast_options *o, const struct link *link,
	       struct failure *failure);

/* Opens the sending socket, or opens it afresh where it would have another source address now: an
 * IPv6 address of wider scope has come, an old one has gone. It may fail where the interface is
 * down or has no address of the family yet: then there is none; try again when link_watch says that
 * something changed. The membership stays as it is. */
int mcast_connect(struct mcast *m, const struct mcast_options *o, const struct link *link,
		  struct failure *failure);

/* Leaves the group and closes what is open. */
void mcast_close(struct mcast *m);

#endif
