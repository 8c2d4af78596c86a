/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
#ifndef RAMURE_GATEWAY_QUERIER_H
#define RAMURE_GATEWAY_QUERIER_H
/* querier.h - the IGMP and MLD of a gateway on one interface: reports received, queries sent.
 *
 * A packet socket (CAP_NET_RAW) that takes all multicast frames of the interface, of which a filter
 * lets IGMP or MLD through. So that snooping switches send it the reports, it announces itself as a
 * multicast router (RFC 4286) besides.
 */
#include "doctor/frame.h"
#include "net/link.h"

/* Negative errno and `failure` where it is not allowed. */
int querier_open(bool is_v4, const struct link *link, struct failure *failure);

/* The next frame of others, or of this host, in `ret_frame`, which borrows `buffer`; false: there
 * is no more. */
#define QUERIER_BUFFER 9216
bool querier_next(int fd, uint8_t buffer[QUERIER_BUFFER], struct frame *ret_frame);

/* Asks who listens to the group, or to any (unspecified); from our address on the interface.
 * IGMPv3, MLDv2: older hosts understand the beginning. Negative errno. */
int querier_ask(int fd, const struct link *link, const struct endpoint *self,
		const struct endpoint *group);

/* Announces a multicast router: RFC 4286 section 3. */
int querier_announce(int fd, const struct link *link, const struct endpoint *self);

/* Our address from which queries are sent: of IPv6 the link-local one. False: there is none. */
bool querier_self(bool is_v4, const struct link *link, struct endpoint *ret_self);

#endif
