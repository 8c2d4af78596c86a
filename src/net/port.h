/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
#ifndef RAMURE_NET_PORT_H
#define RAMURE_NET_PORT_H
/* port.h - one UDP port, on IPv4 and IPv6, watched by a loop.
 *
 *     port_open -> port_watch -> ( port_send )* -> port_close
 */
#include "net/loop.h"
#include "net/udp.h"

#define PORT_SOCKETS 2

/* What happens at the port. */
struct port_handler {
	/* A datagram came on `path`. Its bytes are borrowed during the call. */
	void (*on_datagram)(void *owner, const struct path *path, const char *bytes, size_t size);
	/* The datagrams that were received together on `u` were all handed out. May be NULL. */
	void (*on_batch_end)(void *owner, const struct udp *u);
	/* Nobody listens at `endpoint`, says the network. May be NULL. */
	void (*on_unreachable)(void *owner, const struct endpoint *endpoint);
	void *owner;
};

struct port {
	struct udp sockets[PORT_SOCKETS];
	struct loop_source sources[PORT_SOCKETS];
	unsigned count;
	struct port_handler handler;
	struct loop *loop;
	struct batch *batch; /* Borrowed; may be shared by ports of one loop. */
};

/* Opens a socket on each of the `count` addresses, at most PORT_SOCKETS, whose ports are all the
 * same. `any_if_taken`: where the port is taken, a free one is taken instead, on all of them;
 * port_number tells which. A wildcard or loopback address of a family that the host does not have
 * is left out, unless it is the only one. Negative errno and `failure` otherwise; nothing is open
 * then. */
int port_open(struct port *p, const struct endpoint *addresses, unsigned count, bool any_if_taken,
	      struct failure *failure);

/* Lets the loop watch the sockets; keeps loop and batch. Negative errno on failure. */
int port_watch(struct port *p, struct loop *loop, struct batch *batch,
	       const struct port_handler *handler);

/* Also of a port that is not open. */
void port_close(struct port *p);

static inline uint16_t port_number(const struct port *p)
{
	return p->sockets[0].bound.port;
}

/* The socket that reaches `e`; NULL without one of its family. */
const struct udp *port_socket_for(const struct port *p, const struct endpoint *e);

/* True if the port has a socket of the family of `e`. */
bool port_reaches(const struct port *p, const struct endpoint *e);

/* Sends one datagram, see udp_send; -EAFNOSUPPORT without a socket of the family. */
int port_send(const struct port *p, const struct path *path, const char *header, size_t header_size,
	      const char *bytes, size_t size);

/* Writes the endpoints by which the port is known to others, at most `max`, and gives their number:
 * the bound ones, and for wildcards each address of the host. */
unsigned port_selves(const struct port *p, struct endpoint *ret_selves, unsigned max);

#endif
