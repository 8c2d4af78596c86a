/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
#ifndef RAMURE_NET_UDP_H
#define RAMURE_NET_UDP_H
/* udp.h - a UDP socket for unicast with many peers: answers leave from where they were asked, and
 * dead ports are noticed.
 *
 *     udp_open -> ( batch_receive | udp_send | udp_next_unreachable )* -> udp_close
 */
#include "base/failure.h"
#include "core/action.h"
#include "net/batch.h"

#include <netinet/in.h>
#include <sys/socket.h>

struct udp {
	int fd; /* -1 while closed. */
	bool v6;
	struct endpoint bound; /* With the port that the kernel chose, where that was asked for. */
};

#define UDP_CLOSED ((struct udp){.fd = -1})

/* Opens a socket on an address and port; `::` binds IPv6 alone, 0.0.0.0 IPv4; port 0 takes a free
 * one. -EADDRINUSE if the port is taken. On failure `ret_udp` is untouched. */
int udp_open(const struct endpoint *bind_to, struct udp *ret_udp, struct failure *failure);
void udp_close(struct udp *u);

/* Sends `header_size` bytes of `header`, then `size` of `bytes`, as one datagram. The kernel
 * chooses the local address if path->local has none. 0, or a negative errno: nothing was sent. */
int udp_send(const struct udp *u, const struct path *path, const char *header, size_t header_size,
	     const char *bytes, size_t size);

/* For what sends datagrams in a way of its own (answers.h). */

/* Room for the control message that names a local address. */
struct udp_control {
	_Alignas(struct cmsghdr) char space[CMSG_SPACE(sizeof(struct in6_pktinfo))];
};

/* Names the local address that the datagram is to leave from, in `control`, if there is one. */
void udp_set_local(struct msghdr *header, struct udp_control *control,
		   const struct endpoint *local);

/* After a send that failed (errno), `tries` times before: true if it only reported the fate of an
 * earlier datagram, to whomever, so that it is worth another try. */
bool udp_may_try_again(const struct udp *u, unsigned tries);

/* The next endpoint of which the network has said that nobody listens there (ICMP port
 * unreachable); false when there is no more. To be emptied whenever the socket is ready. */
bool udp_next_unreachable(const struct udp *u, struct endpoint *ret_endpoint);

#endif
