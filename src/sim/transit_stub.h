/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
#ifndef RAMURE_SIM_TRANSIT_STUB_H
#define RAMURE_SIM_TRANSIT_STUB_H
/* transit_stub.h - a generated graph of routers that looks like the Internet, and its routes.
 *
 * Transit domains are linked with each other; on each of their routers hang stub domains, by one
 * link each. Inside a domain, routers are linked at random, and it is connected. So are GT-ITM's
 * graphs (Zegura, Calvert, Bhattacharjee, INFOCOM 1996) with its usual parameters, among them no
 * further links from stub domains.
 *
 * Routes have the shortest delay. As a stub domain has one exit, a route is: to the exit, through
 * the core of transit routers, and from an exit. So tables inside of the stub domains and of the
 * core are enough: 600 routers take 60 KB, 5,000 take 1 MB, 20,000 take 7 MB.
 *
 * Stub routers are numbered first, from 0, then transit routers.
 */
#include <stdint.h>

#define TRANSIT_STUB_ROUTERS_MIN 4     /* A transit router and its three stub domains. */
#define TRANSIT_STUB_ROUTERS_MAX 20000 /* Building takes the cube of a 25th: half a second. */

struct transit_stub_link {
	uint32_t a, b; /* Routers. */
	int32_t delay_us;
};

/* Routers in a row that are linked, and the routes between them, row by row. */
struct mesh {
	uint32_t first, count;
	int32_t *delays_us;
	uint32_t *links; /* The first on the way. */
};

/* Where a stub domain hangs. */
struct stub_exit {
	uint32_t router, transit; /* Its router, and the transit router. */
	uint32_t link;            /* Between them. */
};

struct transit_stub {
	struct transit_stub_link *links;
	uint32_t link_count, link_capacity;
	struct mesh core;
	struct mesh *stubs;
	struct stub_exit *exits; /* Of each stub domain. */
	uint32_t stub_count;
	uint32_t router_count; /* Stub routers. */
	uint32_t *stub_of;     /* The domain of each. */
	int32_t *up_us;        /* The delay of each to its domain's transit router. */
};

/* Makes one of `routers` routers in all. Memory that runs out ends the program. */
void transit_stub_init(struct transit_stub *g, uint32_t routers, uint64_t seed);
void transit_stub_done(struct transit_stub *g);

/* Between stub routers; 0 from one to itself. */
int64_t transit_stub_delay_us(const struct transit_stub *g, uint32_t from, uint32_t to);

/* Calls `visit` for each link on the way, in order. */
void transit_stub_walk(const struct transit_stub *g, uint32_t from, uint32_t to,
		       void (*visit)(void *owner, uint32_t link), void *owner);

#endif
