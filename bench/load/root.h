/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
#ifndef RAMURE_BENCH_ROOT_H
#define RAMURE_BENCH_ROOT_H
/* root.h - a root of a base tree (doc/protocol.md) that is only there to feed its children: it
 * registers, and takes the first ones that ask. It never drops one.
 *
 *     root_init -> root_serve until root_is_ready, then now and then -> nothing to free
 */
#include "load/common.h"

struct root {
	int fd;
	struct address rdv;
	bool is_registered;
	unsigned children_max, child_count;
	struct address children[DESTINATIONS_MAX];
	int64_t refresh_at_ns;
	int64_t serve_at_ns; /* When to look for messages again. */
};

/* Keeps `fd`, which is bound to the endpoint that the tree shall know. */
void root_init(struct root *r, int fd, const struct address *rdv, unsigned children_max);

/* Refreshes the registration if that is due, and answers what has come. */
void root_serve(struct root *r, int64_t now);

/* It is registered, and has all its children. */
bool root_is_ready(const struct root *r);

#endif
