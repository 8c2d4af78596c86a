/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
#ifndef RAMURE_NET_NOTIFY_H
#define RAMURE_NET_NOTIFY_H
/* notify.h - tells the service manager how a daemon is (sd_notify(3)). */

/* Sends `state`, such as "READY=1" or "STOPPING=1", to $NOTIFY_SOCKET. Without effect where that is
 * not set. */
void notify_send(const char *state);

#endif
