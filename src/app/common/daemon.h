/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
#ifndef RAMURE_APP_COMMON_DAEMON_H
#define RAMURE_APP_COMMON_DAEMON_H
/* daemon.h - what the programs that run in the foreground and log share: log, signals, exit codes.
 */
#include "base/failure.h"
#include "base/time.h"
#include "core/action.h"
#include "net/loop.h"

/* Exit codes, as sysexits(3) has them. */
enum { EXIT_USAGE = 64, EXIT_UNAVAILABLE = 69, EXIT_SYSTEM = 71, EXIT_PERMISSION = 77 };

/* Reports why the program cannot run, and gives its exit code. */
int daemon_fail(const struct failure *failure);

/* Writes a line to the log, standard error, without waiting for its reader: what that does not take
 * is dropped, and told by the next line that it takes. `event key=value ...`; `format` makes what
 * follows the event. */
__attribute__((format(printf, 2, 3))) void log_line(const char *event, const char *format, ...);

/* Writes a state machine's event to the log. */
void log_event(enum event event, const struct endpoint *about);

struct daemon {
	struct loop loop;
	struct loop_source signals;
	bool is_stopped;                /* SIGTERM or SIGINT came. */
	void (*on_report)(void *owner); /* SIGUSR1. */
	void *owner;
};

/* Prepares the loop and the signals. Negative errno and `failure` on failure. */
int daemon_init(struct daemon *d, void (*on_report)(void *owner), void *owner,
		struct failure *failure);
void daemon_done(struct daemon *d);

#endif
