/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
#include "sim/network.h"

void network_init(struct network *n, const struct network_config *config, uint64_t seed)
{
	n->config = *config;
	random_init(&n->jitter, seed ^ 1);
	random_init(&n->loss, seed ^ 2);
	random_init(&n->duplication, seed ^ 3);
	random_init(&n->reordering, seed ^ 4);
}

static bool happens(struct random *r, double probability)
{
	if (probability <= 0)
		return false;
	return (double)(random_next(r) >> 11) * 0x1p-53 < probability;
}

static struct time arrival(struct network *n, struct time now)
{
	int64_t delay_us = n->config.delay_us;
	if (n->config.jitter_us > 0)
		delay_us += (int64_t)random_below(&n->jitter, (uint64_t)n->config.jitter_us + 1);
	if (happens(&n->reordering, n->config.reordering))
		delay_us += n->config.reorder_by_us;
	return time_after(now, delay_us);
}

unsigned network_send(struct network *n, struct time now,
		      struct time ret_arrivals[NETWORK_COPIES_MAX])
{
	/* All is drawn for each datagram, whatever becomes of it: so the loss of one does not shift
	 * what happens to the next. */
	struct time first = arrival(n, now), second = arrival(n, now);
	bool is_lost = happens(&n->loss, n->config.loss);
	bool is_doubled = happens(&n->duplication, n->config.duplication);
	unsigned copies = 0;
	if (!is_lost)
		ret_arrivals[copies++] = first;
	if (is_doubled)
		ret_arrivals[copies++] = second;
	return copies;
}
