/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
#ifndef RAMURE_BASE_TIME_H
#define RAMURE_BASE_TIME_H
/* time.h - points in time as a type of their own.
 *
 * Integer microseconds on the caller's monotonic clock. The struct keeps a time from being mixed up
 * with a duration or a count by accident. Nothing here reads a clock: time comes in as an argument,
 * once per call, so that tests and the simulator own it. Durations are plain int64_t with their
 * unit in the name (`delay_us`).
 */
#include <stdbool.h>
#include <stdint.h>

struct time {
	int64_t us; /* Microseconds since the clock's start; INT64_MAX is TIME_NEVER. */
};

#define TIME_NEVER ((struct time){INT64_MAX})
#define US_PER_S   INT64_C(1000000)
#define US_PER_MS  INT64_C(1000)

static inline bool time_is_never(struct time t)
{
	return t.us == INT64_MAX;
}

/* True when `t` is the moment `now` or lies before it. */
static inline bool time_is_due(struct time t, struct time now)
{
	return t.us <= now.us;
}

/* `t` moved by `delay_us`, which may be negative; TIME_NEVER stays TIME_NEVER. */
static inline struct time time_after(struct time t, int64_t delay_us)
{
	return time_is_never(t) ? t : (struct time){t.us + delay_us};
}

static inline struct time time_earlier(struct time a, struct time b)
{
	return a.us < b.us ? a : b;
}

/* Microseconds from `since` to `now`. Neither may be TIME_NEVER. */
static inline int64_t time_elapsed_us(struct time since, struct time now)
{
	return now.us - since.us;
}

#endif
