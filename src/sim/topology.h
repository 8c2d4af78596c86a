/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
#ifndef RAMURE_SIM_TOPOLOGY_H
#define RAMURE_SIM_TOPOLOGY_H
/* topology.h - places where hosts can be, and how long a datagram travels between them.
 *
 * A topology is made once and not changed: runs of many seeds share it. Which host is at which
 * place is settled in each run (placement.h). Delays are one way, in microseconds. Memory that runs
 * out ends the program.
 *
 *     topology_lan | topology_plane | topology_matrix | topology_transit_stub
 *             -> ( topology_delay_us | topology_walk )* -> topology_done
 */
#include "base/failure.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum topology_kind {
	TOPOLOGY_LAN,          /* One place: all delays are the same. */
	TOPOLOGY_PLANE,        /* Points in a square: the delay is the distance. */
	TOPOLOGY_MATRIX,       /* Hosts between which round-trip times were measured. */
	TOPOLOGY_TRANSIT_STUB, /* Routers of a generated Internet-like graph, and its links. */
};

struct topology_point {
	int32_t x_us, y_us; /* On the plane, in travelling time. */
};

struct topology {
	enum topology_kind kind;
	int64_t delay_us; /* LAN: between any two hosts. */
	uint32_t place_count;
	struct topology_point *points; /* PLANE: of each place; otherwise NULL. */
	int32_t *delays_us;            /* MATRIX: from place to place, row by row. */
	struct transit_stub *graph;    /* TRANSIT_STUB: see there. */
	uint32_t link_count;           /* 0 where no links are known. */
};

/* All hosts at one place, `delay_us` apart. */
void topology_lan(struct topology *t, int64_t delay_us);

/* `count` points drawn in a square whose side takes `side_us` to cross, 1 to INT32_MAX. Two of them
 * are at least 1 us apart. */
void topology_plane(struct topology *t, uint32_t count, int64_t side_us, uint64_t seed);

/* Round-trip times in milliseconds, as text: a row of numbers for each host, from it to each host,
 * separated by blanks; `#` begins a comment. The delay is half, to the nearest microsecond. It need
 * not be the same both ways. What stands between a host and itself is read and not used. -EINVAL
 * and `failure`, with the number of the line, if it is no such matrix: not square, not a number,
 * negative, larger than an hour, more than TOPOLOGY_MATRIX_MAX hosts. */
#define TOPOLOGY_MATRIX_MAX 20000
int topology_matrix(struct topology *t, const char *text, size_t size, struct failure *failure);

/* A graph of `routers` routers, TRANSIT_STUB_ROUTERS_MIN to _MAX (transit_stub.h). Hosts are at
 * stub routers; the places are these, 24 of 25. */
void topology_transit_stub(struct topology *t, uint32_t routers, uint64_t seed);

void topology_done(struct topology *t);

/* One way from place to place. 0 from a place to itself, except on a LAN. */
int64_t topology_delay_us(const struct topology *t, uint32_t from, uint32_t to);

/* Calls `visit` for each link (0 to link_count - 1, both directions are one) on the way, in order.
 * None where no links are known. */
void topology_walk(const struct topology *t, uint32_t from, uint32_t to,
		   void (*visit)(void *owner, uint32_t link), void *owner);

#endif
