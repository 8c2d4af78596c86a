/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
#include "net/alarm.h"

#include <errno.h>
#include <sys/timerfd.h>
#include <unistd.h>

int alarm_open(struct alarm *a, void (*on_ready)(void *owner), void *owner)
{
	int fd = timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK);
	*a = (struct alarm){
		.source = {.fd = fd, .on_ready = on_ready, .owner = owner},
		.set_to = TIME_NEVER,
	};
	return fd < 0 ? -errno : 0;
}

void alarm_close(struct alarm *a)
{
	if (a->source.fd >= 0)
		close(a->source.fd);
	a->source.fd = -1;
}

void alarm_set(struct alarm *a, struct time deadline)
{
	if (deadline.us == a->set_to.us)
		return;
	a->set_to = deadline;
	/* A time of zero would switch it off: what is long due is due at the clock's first
	 * microsecond. */
	struct itimerspec when = {0};
	if (!time_is_never(deadline)) {
		int64_t us = deadline.us > 0 ? deadline.us : 1;
		when.it_value.tv_sec = us / US_PER_S;
		when.it_value.tv_nsec = us % US_PER_S * 1000;
	}
	(void)timerfd_settime(a->source.fd, TFD_TIMER_ABSTIME, &when, NULL);
}
