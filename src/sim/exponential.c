/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
#include "sim/exponential.h"

#include <stdbool.h>

/* Draws as long as each is below the one before. The first, u, begins a run longer than n draws
 * with probability u^n / n!, so the run's length is odd with 1 - u + u^2/2! - ... = e^-u. */
static bool is_run_odd(struct random *r, uint64_t *ret_first)
{
	bool is_odd = true;
	uint64_t last = random_next(r);
	*ret_first = last;
	for (uint64_t next; (next = random_next(r)) < last; last = next)
		is_odd = !is_odd;
	return is_odd;
}

struct exponential exponential_draw(struct random *r)
{
	struct exponential e = {0};
	while (!is_run_odd(r, &e.part))
		e.whole++; /* With 1/e: as often as the draw is beyond the next whole number. */
	return e;
}
