/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
#ifndef RAMURE_SIM_DATAGRAM_H
#define RAMURE_SIM_DATAGRAM_H
/* datagram.h - datagrams on their way, and the memory they lie in.
 *
 * Nearly all are messages of the protocol, which are short: these are cut from slabs, and their
 * places used again. The few that are longer have memory of their own.
 */
#include "base/endpoint.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct datagram {
	struct endpoint from;
	bool is_unreachable; /* Not a datagram but ICMP: nobody listens at `from`. */
	bool is_at_access;   /* Has come as far as the receiver's downlink (network.h). */
	uint32_t size;
	char bytes[];
};

/* The free places. All zero: none yet. */
struct datagram_pool {
	void *free;  /* A list. */
	void *slabs; /* All of them, a list. */
};

void datagram_pool_done(struct datagram_pool *p);

/* A copy of `bytes`, which may be NULL if `size` is 0. Memory that runs out ends the program. */
struct datagram *datagram_new(struct datagram_pool *p, const struct endpoint *from,
			      const char *bytes, size_t size);
void datagram_free(struct datagram_pool *p, struct datagram *d);

#endif
