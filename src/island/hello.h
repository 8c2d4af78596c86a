/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
#ifndef RAMURE_ISLAND_HELLO_H
#define RAMURE_ISLAND_HELLO_H
/* hello.h - what gateways of one tree say to each other on an island. doc/protocol.md, section 27.
 *
 *      0     4  5      6      8   16      24   32
 *      RISL  1  flags  count  id  serial  MAC  groups: 8 bytes each
 *
 * (count 6..7.) The MAC is SipHash-2-4 of the message, its own place zero, with the key of the
 * epoch's data twice: only members know it.
 */
#include "base/endpoint.h"

#include <stddef.h>

/* Where it goes: administratively scoped (RFC 2365), link-local; TTL 1. */
#define HELLO_GROUP_V4 "239.255.77.83"
#define HELLO_GROUP_V6 "ff12::7261:6d75:7265"

/* The UDP port of that, and the port from which gateways emit: what comes from it on an island is a
 * gateway's, and goes into no tree. [K7] */
#define HELLO_PORT 7783

#define HELLO_GROUPS_MAX 128
#define HELLO_HEAD       32
#define HELLO_SIZE_MAX   (HELLO_HEAD + 8 * HELLO_GROUPS_MAX)

enum hello_flags {
	HELLO_ATTACHED = 1, /* Its member has a place in the tree that leads to the root. */
	HELLO_BYE = 2,      /* It stops. */
};

struct hello {
	uint8_t flags;
	uint16_t count;
	uint64_t id;     /* The member's, of this start. */
	uint64_t serial; /* Ever higher. */
	/* Which groups it serves: hello_group of each, or'ed with HELLO_HOLDS where it is the
	 * designated one. */
	uint64_t groups[HELLO_GROUPS_MAX];
};

#define HELLO_HOLDS UINT64_C(1)

/* A group and port in 64 bits, the lowest 0. */
uint64_t hello_group(const struct endpoint *group);

/* Gives its size. */
size_t hello_encode(const struct hello *h, uint64_t key, char out[HELLO_SIZE_MAX]);

enum hello_fault {
	HELLO_GOOD,
	HELLO_MALFORMED,
	HELLO_STRANGER, /* Another key. */
};

/* `ret_hello` is written where it is good. */
enum hello_fault hello_decode(const char *bytes, size_t size, uint64_t key,
			      struct hello *ret_hello);

#endif
