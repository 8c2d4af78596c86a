/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
#ifndef RAMURE_NET_UDP_H
#define RAMURE_NET_UDP_H
/* udp.h - a UDP socket for unicast with many peers: answers leave from where they were asked, dead
 * ports are noticed, and what is gathered leaves with one system call.
 *
 *     udp_open -> ( batch_receive | udp_send | udp_send_gathered | udp_next_unreachable )*
 *              -> udp_close
 */
#include "base/failure.h"
#include "core/action.h"
#include "net/batch.h"
#include "net/gather.h"

#include <netinet/in.h>
#include <sys/socket.h>

struct udp {
	int fd; /* -1 while closed. */
	bool v6;
	struct endpoint bound; /* With the port that the kernel chose, where that was asked for. */
	uint16_t
		segments_max; /* Of one send; 1: neither kernel nor device segment (UDP_SEGMENT). */
	uint32_t dropped;     /* By the kernel, for want of room, as last heard of. */
	uint64_t coalesced;   /* Datagrams that were sent together with others. */
};

#define UDP_CLOSED ((struct udp){.fd = -1})

/* What to do without: for kernels and devices where it does harm, for tests, or as it is not
 * needed. */
enum udp_without {
	UDP_WITHOUT_GSO = 1,      /* Each datagram is sent by itself. */
	UDP_WITHOUT_GRO = 2,      /* None are received coalesced. */
	UDP_WITHOUT_STEERING = 4, /* One socket for data and signalling (port.h). */
	UDP_WITHOUT_LOCAL = 8, /* Nobody is answered: where a datagram was sent to is not told. */
};

/* Opens a socket on an address and port; `::` binds IPv6 alone, 0.0.0.0 IPv4; port 0 takes a free
 * one. `without` is of enum udp_without. -EADDRINUSE if the port is taken. On failure `ret_udp` is
 * untouched. */
int udp_open(const struct endpoint *bind_to, unsigned without, struct udp *ret_udp,
	     struct failure *failure);

/* Opens another socket on the address and port of `first`, which shares them from now
 * (SO_REUSEPORT; nobody else can join them, who has not the same user and asks for it). Negative
 * errno. */
int udp_open_beside(struct udp *first, unsigned without, struct udp *ret_udp);

/* The other sockets were closed: nobody can share the port from now. */
void udp_end_sharing(const struct udp *first);

/* Of the sockets that share the port of `u`: lets DATA and MDAT messages come in at the second that
 * was opened, and all others at the first (SO_ATTACH_REUSEPORT_CBPF). Negative errno if the kernel
 * refuses. */
int udp_steer_data(const struct udp *u);
void udp_close(struct udp *u);

/* Sends one datagram. The kernel chooses the local address if path->local has none. 0, or a
 * negative errno: nothing was sent. */
int udp_send(const struct udp *u, const struct path *path, const char *bytes, size_t size);

/* Sends what is gathered as datagrams: with one call if the kernel segments them, else one by one.
 * Gives the number of those that left; those that find no room are lost. A device that refuses to
 * segment makes segments_max 1. */
size_t udp_send_gathered(struct udp *u, const struct path *path, const struct gather *g);

/* For what sends datagrams in a way of its own (answers.h). */

/* Room for the control messages that name a local address and a segment size. */
struct udp_control {
	_Alignas(struct cmsghdr) char space[CMSG_SPACE(sizeof(struct in6_pktinfo)) +
					    CMSG_SPACE(sizeof(uint16_t))];
};

/* Names in `control` the local address that is to be left from, if there is one. */
void udp_set_local(struct msghdr *header, struct udp_control *control,
		   const struct endpoint *local);

/* Sends each of the messages; gives the number of those that the kernel took. */
unsigned udp_send_many(const struct udp *u, struct mmsghdr *headers, unsigned count);

/* How many arrivals the kernel has dropped at this socket for want of room, as it says now. */
uint64_t udp_dropped(const struct udp *u);

/* What is read of it at most; networks quote 0 to some 1,200 bytes. */
#define UDP_QUOTED_MAX 512

/* The network says that nobody listens there (ICMP port unreachable). */
struct udp_unreachable {
	struct endpoint endpoint;
	size_t size; /* Of what it quotes of our datagram, from its first byte on. */
	char quoted[UDP_QUOTED_MAX];
};

/* The next such word; false, and `ret_unreachable` may be written to, when there is no more. To be
 * emptied whenever the socket is ready. */
bool udp_next_unreachable(const struct udp *u, struct udp_unreachable *ret_unreachable);

#endif
