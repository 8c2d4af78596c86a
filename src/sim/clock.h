/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
#ifndef RAMURE_SIM_CLOCK_H
#define RAMURE_SIM_CLOCK_H
/* clock.h - a host's clock that runs too fast or too slow. */
#include "base/time.h"

#define CLOCK_PPM_MAX 100000 /* A tenth. */

struct clock {
	struct time since, local_since; /* The same moment, by the right clock and by this one. */
	int32_t ppm; /* Microseconds that it gains in a second of its own; negative: loses. */
};

/* What it shows at `now`, which is not before `since`. */
struct time clock_local(const struct clock *c, struct time now);

/* When it will show `local`, or more: the earliest such moment. */
struct time clock_true(const struct clock *c, struct time local);

/* From now on it drifts by `ppm`, between -CLOCK_PPM_MAX and CLOCK_PPM_MAX. */
void clock_set_drift(struct clock *c, struct time now, int32_t ppm);

#endif
