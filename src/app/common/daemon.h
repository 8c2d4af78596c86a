/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
#ifndef RAMURE_APP_COMMON_DAEMON_H
#define RAMURE_APP_COMMON_DAEMON_H
/* daemon.h - what the programs that run in the foreground and log share: options, log, signals,
 * exit codes.
 */
#include "base/failure.h"
#include "base/time.h"
#include "core/action.h"
#include "net/loop.h"

/* Exit codes, as sysexits(3) has them. */
enum { EXIT_USAGE = 64, EXIT_UNAVAILABLE = 69, EXIT_SYSTEM = 71, EXIT_PERMISSION = 77 };

/* The name before each message of usage_refuse; set first. */
extern const char *daemon_name;

/* Says what is wrong with the command line, and ends the program with EXIT_USAGE. */
__attribute__((noreturn, format(printf, 1, 2))) void usage_refuse(const char *format, ...);

/* A whole number from `min` to `max`, or the end of the program. */
int usage_number(const char *option, const char *text, int min, int max);

/* Seconds, which may be a fraction, as microseconds: more than 0 unless `may_be_zero`, at most a
 * year. */
int64_t usage_seconds(const char *option, const char *text, bool may_be_zero);

/* Only the base profile exists; anything else ends the program. */
void usage_profile(const char *text);

/* The addresses to bind for `text`, NULL for all of both families, with `port`; gives their number,
 * at most 2. */
unsigned usage_bind(const char *option, const char *text, uint16_t port,
		    struct endpoint ret_list[2]);

bool is_loopback_endpoint(const struct endpoint *e);

/* Reports why the program cannot run, and gives its exit code. */
int daemon_fail(const struct failure *failure);

/* Writes a line to the log: `event key=value ...`; `format` makes what follows the event. */
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
