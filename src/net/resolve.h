/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
#ifndef RAMURE_NET_RESOLVE_H
#define RAMURE_NET_RESOLVE_H
/* resolve.h - HOST[:PORT] as a user writes it, to endpoints. */
#include "base/endpoint.h"
#include "base/failure.h"

/* Reads `A.B.C.D[:PORT]`, `[IPV6][:PORT]`, `IPV6` or `NAME[:PORT]`, resolves a name, and writes its
 * endpoints, at most `max`, in the resolver's order. May block as long as the resolver does. Gives
 * their number, or a negative errno: -EINVAL for what is no address, -ENOENT for a name that has
 * none. */
int resolve(const char *text, uint16_t default_port, struct endpoint *ret_list, unsigned max,
	    struct failure *failure);

#endif
