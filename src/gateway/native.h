/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
#ifndef RAMURE_GATEWAY_NATIVE_H
#define RAMURE_GATEWAY_NATIVE_H
/* native.h - the sockets of a gateway on one island: hello to other gateways, groups received,
 * datagrams emitted.
 *
 * All of an island's groups are emitted from one socket, on HELLO_PORT, so that other gateways know
 * whose they are; where receivers are to see the origin's address instead, from a socket for each
 * origin.
 */
#include "base/run.h"
#include "net/link.h"

#include <stdbool.h>

/* Opens a socket that receives the group on the interface, TTLs told, from `source` alone if that
 * is not NULL. Gives its descriptor, or a negative errno and `failure`. */
int native_receive(const struct endpoint *group, const struct endpoint *source,
		   const struct link *link, struct failure *failure);

/* The same for sending to any group on the interface with this TTL; what the host's own programs
 * have joined hears it, too. Bound to HELLO_PORT, but nothing is received. */
int native_emit_open(bool is_v4, int ttl, const struct link *link, struct failure *failure);

/* The same, bound to the address and port of an origin elsewhere (IP_TRANSPARENT: CAP_NET_RAW), so
 * that receivers see whose it is. */
int native_emit_open_as(const struct endpoint *origin, int ttl, const struct link *link,
			struct failure *failure);

/* Sends the run with one call where the kernel segments it, else one by one. Gives the number of
 * datagrams that the kernel took. */
size_t native_emit(int fd, const struct endpoint *group, unsigned zone, const struct run *run);

/* How often programs of this host have joined the group on the interface, ours included; -1 if the
 * kernel does not tell (/proc/net/igmp, igmp6). The port does not matter. */
int native_users(const struct endpoint *group, const char *interface);

/* The path MTU to a peer as the kernel knows it; 0: it does not. */
unsigned native_path_mtu(const struct endpoint *peer);

#endif
