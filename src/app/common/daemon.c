/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
#include "app/common/daemon.h"
#include "app/common/stream.h"
#include "app/common/usage.h"

#include <errno.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

int daemon_fail(const struct failure *failure)
{
	(void)fprintf(stderr, "%s: %s\n", usage_program, failure->text);
	switch (-failure->code) {
	case EINVAL:
		return EXIT_USAGE;
	case EACCES:
	case EPERM:
		return EXIT_PERMISSION;
	case ENOMEM:
	case EMFILE:
	case ENFILE:
		return EXIT_SYSTEM;
	default:
		return EXIT_UNAVAILABLE;
	}
}

/* --- Log --- */

/* Standard error, without waiting for its reader; -1 until the first line. */
static int log_fd = -1;
static unsigned long long lines_dropped;

static bool write_line(const char *line, size_t size)
{
	if (log_fd < 0)
		log_fd = stream_open(STDERR_FILENO);
	/* One call, so that lines stay whole: a pipe takes one of this size or nothing. */
	return log_fd >= 0 && write(log_fd, line, size) == (ssize_t)size;
}

void log_line(const char *event, const char *format, ...)
{
	char line[512];
	va_list arguments;
	if (lines_dropped > 0) {
		int size = snprintf(line, sizeof(line), "log-dropped lines=%llu\n", lines_dropped);
		if (write_line(line, (size_t)size))
			lines_dropped = 0;
	}
	va_start(arguments, format);
	int size = snprintf(line, sizeof(line) - 1, "%s ", event);
	size += vsnprintf(line + size, sizeof(line) - 1 - (size_t)size, format, arguments);
	va_end(arguments);
	size_t written = (size_t)size < sizeof(line) - 1 ? (size_t)size : sizeof(line) - 2;
	line[written] = '\n';
	if (!write_line(line, written + 1))
		lines_dropped++;
}

void log_event(enum event event, const struct endpoint *about)
{
	char text[ENDPOINT_TEXT_SIZE];
	if (about->port == 0)
		log_line(event_name(event), "about=nobody");
	else
		log_line(event_name(event), "endpoint=%s", endpoint_format(about, text));
}

/* --- Signals --- */

static void on_signals(void *owner)
{
	struct daemon *d = owner;
	int signal;
	while ((signal = signals_next(d->signals.fd)) != 0) {
		if (signal == SIGUSR1)
			d->on_report(d->owner);
		else
			d->is_stopped = true;
	}
}

int daemon_init(struct daemon *d, void (*on_report)(void *owner), void *owner,
		struct failure *failure)
{
	sigset_t set;
	*d = (struct daemon){.on_report = on_report, .owner = owner};
	sigemptyset(&set);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGUSR1);
	(void)signal(SIGPIPE, SIG_IGN);
	int error = loop_init(&d->loop);
	d->signals.fd = signals_open(&set);
	d->signals.on_ready = on_signals;
	d->signals.owner = d;
	if (!error)
		error = d->signals.fd < 0 ? d->signals.fd : loop_add(&d->loop, &d->signals);
	return error ? failure_set(failure, error, "cannot wait for events: %s", strerror(-error))
		     : 0;
}

void daemon_done(struct daemon *d)
{
	close(d->signals.fd);
	loop_done(&d->loop);
}
