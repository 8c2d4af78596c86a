/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
#include "sim/clock.h"

#include <assert.h>

#define MILLION INT64_C(1000000)

/* With quotient and rest apart, years do not overflow. */
static int64_t gained_us(int64_t us, int32_t ppm)
{
	return us / MILLION * ppm + us % MILLION * ppm / MILLION;
}

struct time clock_local(const struct clock *c, struct time now)
{
	int64_t us = time_elapsed_us(c->since, now);
	return time_after(c->local_since, us + gained_us(us, c->ppm));
}

struct time clock_true(const struct clock *c, struct time local)
{
	if (time_is_never(local) || local.us <= c->local_since.us)
		return time_is_never(local) ? local : c->since;
	int64_t us = time_elapsed_us(c->local_since, local), rate = MILLION + c->ppm;
	struct time t = time_after(c->since, us / rate * MILLION + us % rate * MILLION / rate);
	/* Rounding leaves it a few microseconds off, in either direction. */
	while (t.us > c->since.us && clock_local(c, time_after(t, -1)).us >= local.us)
		t.us--;
	while (clock_local(c, t).us < local.us)
		t.us++;
	return t;
}

void clock_set_drift(struct clock *c, struct time now, int32_t ppm)
{
	assert(ppm >= -CLOCK_PPM_MAX && ppm <= CLOCK_PPM_MAX);
	*c = (struct clock){.since = now, .local_since = clock_local(c, now), .ppm = ppm};
}
