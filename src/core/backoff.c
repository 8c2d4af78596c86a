/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
#include "core/backoff.h"

int64_t backoff_next_us(struct backoff *b, int64_t first_us, unsigned doublings_max,
			struct random *random)
{
	int64_t pause_us = first_us << b->doublings;
	if (b->doublings > 0)
		pause_us -= (int64_t)random_below(random, (uint64_t)pause_us / 4 + 1);
	if (b->doublings < doublings_max)
		b->doublings++;
	return pause_us;
}
