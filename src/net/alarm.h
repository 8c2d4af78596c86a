/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
#ifndef RAMURE_NET_ALARM_H
#define RAMURE_NET_ALARM_H
/* alarm.h - a deadline as a file descriptor (timerfd), for a loop that somebody else polls.
 *
 * A program with a loop of its own hands its deadline to loop_wait and needs none of this.
 */
#include "net/loop.h"

struct alarm {
	struct loop_source source; /* For the loop; ready when the deadline has come. */
	struct time set_to;        /* TIME_NEVER: off. */
};

/* `on_ready` is called with `owner` when the deadline comes, and again until alarm_set moves it.
 * Negative errno on failure. */
int alarm_open(struct alarm *a, void (*on_ready)(void *owner), void *owner);

/* Closes it; also one whose opening failed. */
void alarm_close(struct alarm *a);

/* Moves the deadline; costs a system call only if it has changed. */
void alarm_set(struct alarm *a, struct time deadline);

#endif
