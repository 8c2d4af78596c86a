/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
#ifndef RAMURE_NET_SOCKADDR_H
#define RAMURE_NET_SOCKADDR_H
/* sockaddr.h - endpoints as the kernel wants them, and back. */
#include "base/endpoint.h"

#include <sys/socket.h>

/* Writes the address for the kernel and gives its length. `zone` is an interface index for IPv6
 * addresses that need one, else 0. An IPv4 endpoint becomes an AF_INET address. */
socklen_t sockaddr_from_endpoint(const struct endpoint *e, unsigned zone,
				 struct sockaddr_storage *ret_address);

/* An AF_INET or AF_INET6 address as an endpoint; an IPv4-mapped one is IPv4. Any other family gives
 * `::`, port 0. */
struct endpoint sockaddr_to_endpoint(const struct sockaddr *address);

#endif
