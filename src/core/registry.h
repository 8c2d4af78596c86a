/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
#ifndef RAMURE_CORE_REGISTRY_H
#define RAMURE_CORE_REGISTRY_H
/* registry.h - the rendezvous point: remembers the root of the tree. Rules [R1]-[R6].
 *
 * No clock, socket, log or allocation. One root for each address family, since a node of one cannot
 * reach a root of the other. Times are on the caller's monotonic clock.
 *
 *     registry_init -> ( registry_receive | registry_on_time )* -> nothing to free
 */
#include "base/time.h"
#include "core/action.h"
#include "core/drops.h"

struct registry_config {
	int64_t guard_us;      /* After which a root that did not refresh is forgotten. */
	bool is_loopback_only; /* It listens on loopback addresses alone. */
};

struct registry_root {
	bool is_registered;
	struct endpoint endpoint; /* Where its RREG came from. */
	struct time expires_at;
};

struct registry {
	struct registry_config config;
	struct registry_root roots[2]; /* IPv4, IPv6. */
	struct drops drops;
};

void registry_init(struct registry *r, const struct registry_config *config);

/* Takes a datagram that came on `path`: from path->remote, to path->local. */
void registry_receive(struct registry *r, const struct path *path, const char *bytes, size_t size,
		      struct time now, struct actions *actions);

/* Forgets roots that are due. */
void registry_on_time(struct registry *r, struct time now, struct actions *actions);

/* When registry_on_time has something to do; TIME_NEVER without a root. */
struct time registry_deadline(const struct registry *r);

#endif
