/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
#include "sim/access.h"

#include "sim/memory.h"

#include <assert.h>
#include <stdlib.h>

#define NS_PER_US    1000
#define BIT_NS_PER_S (8 * INT64_C(1000000000)) /* Of a byte, at 1 bit/s. */

void access_done(struct access *a)
{
	free(a->idle_at_ns);
}

void access_fit(struct access *a, uint32_t hosts)
{
	a->idle_at_ns = memory_fit(a->idle_at_ns, hosts, &a->count, sizeof(*a->idle_at_ns));
}

/* Whether `size` bytes more may wait, behind what takes `wait_ns` still. */
static bool has_room(const struct access *a, int64_t wait_ns, size_t size)
{
	__extension__ typedef __int128 int128;
	int64_t room = a->queue_bytes - (int64_t)size;
	if (wait_ns > ACCESS_WAIT_MAX_US * NS_PER_US)
		return false;
	/* wait_ns at the bandwidth, in bytes, is not more than the room. */
	return room >= 0 &&
	       (int128)wait_ns * a->bandwidth_bits_per_s <= (int128)room * BIT_NS_PER_S;
}

struct time access_pass(struct access *a, struct time now, uint32_t host, size_t size)
{
	assert(host < a->count);
	int64_t begin_ns = now.us * NS_PER_US, *idle_at_ns = &a->idle_at_ns[host];
	if (*idle_at_ns > begin_ns) {
		if (!has_room(a, *idle_at_ns - begin_ns, size))
			return TIME_NEVER;
		begin_ns = *idle_at_ns;
	}
	int64_t bandwidth = a->bandwidth_bits_per_s;
	*idle_at_ns = begin_ns + ((int64_t)size * BIT_NS_PER_S + bandwidth - 1) / bandwidth;
	return (struct time){(*idle_at_ns + NS_PER_US - 1) / NS_PER_US};
}
