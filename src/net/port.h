/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
#ifndef RAMURE_NET_PORT_H
#define RAMURE_NET_PORT_H
/* port.h - one UDP port, on IPv4 and IPv6, watched by a loop.
 *
 * A port is one socket a family. One that carries a tree's data has more of them (port_steer): one
 * for signalling, which a full queue of data cannot push out; one for data; and lanes, which only
 * send, so that a destination whose queue is full keeps back nobody else's datagrams.
 *
 *     port_open -> [ port_steer ] -> port_watch -> ( port_send | port_send_gathered )* ->
 * port_close
 */
#include "net/loop.h"
#include "net/udp.h"

#define PORT_FAMILIES 2
#define PORT_LANES    64 /* At most, a family. */

/* What happens at the port. */
struct port_handler {
	const struct batch_prefix
		*prefix; /* Before each datagram, if it came singly. May be NULL. */
	/* Datagrams came on `path`. Their bytes are borrowed until on_batch_end, and may be written
	 * over. */
	void (*on_arrival)(void *owner, const struct path *path, const struct arrival *arrival);
	/* True for what is to be handed over before the rest of its batch. May be NULL. Not asked
	 * where such datagrams have a socket of their own. */
	bool (*is_urgent)(const struct run *run);
	/* What was received together on `u` was all handed out. May be NULL. */
	void (*on_batch_end)(void *owner, const struct udp *u);
	/* Nobody listens at `endpoint`, says the network, and quotes `size` bytes of our datagram,
	 * from its first byte on; perhaps none. Borrowed. May be NULL. */
	void (*on_unreachable)(void *owner, const struct endpoint *endpoint, const char *quoted,
			       size_t size);
	/* The kernel had no room at `u` for arrivals. May be NULL. */
	void (*on_dropped)(void *owner, const struct udp *u);
	void *owner;
};

struct port;

struct port_socket {
	struct udp udp;
	struct loop_source source;
	struct port *port;
};

/* The sockets of one family: signalling or all, data, lanes. */
struct port_family {
	struct port_socket *sockets;
	unsigned count;
};

struct port {
	struct port_family families[PORT_FAMILIES];
	unsigned count;   /* Of families. */
	unsigned without; /* Of enum udp_without. */
	struct port_handler handler;
	struct loop *loop;
	struct batch *batch; /* Borrowed; may be shared by ports of one loop. */
};

/* Opens a socket on each of the `count` addresses, at most PORT_FAMILIES, whose ports are all the
 * same. `any_if_taken`: where the port is taken, a free one is taken instead, on all of them;
 * port_number tells which. A wildcard or loopback address of a family that the host does not have
 * is left out, unless it is the only one. Negative errno and `failure` otherwise; nothing is open
 * then. */
int port_open(struct port *p, const struct endpoint *addresses, unsigned count, bool any_if_taken,
	      unsigned without, struct failure *failure);

/* Gives each family a socket for data and so many lanes, at most PORT_LANES, or fewer where there
 * are not so many to be had. Where the kernel refuses, or `without` says so, everything stays at
 * one socket, and the answer is false. */
bool port_steer(struct port *p, unsigned lanes);

/* Lets the loop watch the sockets; keeps loop and batch. Negative errno on failure. */
int port_watch(struct port *p, struct loop *loop, struct batch *batch,
	       const struct port_handler *handler);

/* Also of a port that is not open. */
void port_close(struct port *p);

/* Where the port is bound in the `family`-th of its families. */
static inline const struct endpoint *port_bound(const struct port *p, unsigned family)
{
	return &p->families[family].sockets[0].udp.bound;
}

static inline uint16_t port_number(const struct port *p)
{
	return port_bound(p, 0)->port;
}

/* The socket that reaches `e`; NULL without one of its family. */
struct udp *port_socket_for(const struct port *p, const struct endpoint *e);

/* True if the port has a socket of the family of `e`. */
bool port_reaches(const struct port *p, const struct endpoint *e);

/* Sends one datagram, see udp_send; -EAFNOSUPPORT without a socket of the family. */
int port_send(const struct port *p, const struct path *path, const char *bytes, size_t size);

/* The socket by which data are sent to `e`; NULL without one of its family. */
struct udp *port_data_socket_for(const struct port *p, const struct endpoint *e);

/* The same where `e` is the `place`-th of many: its lane. */
struct udp *port_lane_for(const struct port *p, const struct endpoint *e, size_t place);

/* Of how many datagrams one send of gathered ones may be. */
size_t port_segments_max(const struct port *p);

/* What the kernel has dropped for want of room at the port's sockets, as it says now. */
uint64_t port_dropped(const struct port *p);

/* Writes the endpoints by which the port is known to others, at most `max`, and gives their number:
 * the bound ones, and for wildcards each address of the host. */
unsigned port_selves(const struct port *p, struct endpoint *ret_selves, unsigned max);

#endif
