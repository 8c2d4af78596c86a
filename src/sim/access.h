/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
#ifndef RAMURE_SIM_ACCESS_H
#define RAMURE_SIM_ACCESS_H
/* access.h - the access links of hosts, in one direction: a bandwidth, and a queue before it.
 *
 * A datagram takes its size over the bandwidth, after those that came before it. What the link has
 * not sent yet, the rest of the datagram that is on it included, may be `queue_bytes` together with
 * a new one; what would make it more is lost (tail drop). An idle link takes any datagram. Nothing
 * waits longer than ACCESS_WAIT_MAX_US.
 *
 * Only the time is kept at which each link will be idle, in nanoseconds, since a datagram on a fast
 * link takes less than a microsecond.
 *
 *     all zero -> access_fit -> ( access_fit | access_pass )* -> access_done
 */
#include "base/time.h"

#include <stddef.h>

#define ACCESS_WAIT_MAX_US (3600 * US_PER_S)

struct access {
	int64_t bandwidth_bits_per_s; /* At least 1, at most 10^15. */
	int64_t queue_bytes;
	int64_t *idle_at_ns; /* Of each host's link. */
	uint32_t count;
};

void access_done(struct access *a);

/* There are `hosts` hosts, or more to come. Memory that runs out ends the program. */
void access_fit(struct access *a, uint32_t hosts);

/* A datagram of `size` bytes is at a host's link, at `now`, which is not before the call before
 * for that host. Gives when all of it has passed; TIME_NEVER: lost. */
struct time access_pass(struct access *a, struct time now, uint32_t host, size_t size);

#endif
