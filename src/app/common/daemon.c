/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
#include "app/common/daemon.h"
#include "net/resolve.h"

#include <errno.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define SECONDS_MAX (366.0 * 24 * 3600)

const char *daemon_name = "ramure";

/* --- Options --- */

void usage_refuse(const char *format, ...)
{
	va_list arguments;
	va_start(arguments, format);
	(void)fprintf(stderr, "%s: ", daemon_name);
	(void)vfprintf(stderr, format, arguments);
	(void)fputs(" (--help shows the options)\n", stderr);
	va_end(arguments);
	exit(EXIT_USAGE);
}

int usage_number(const char *option, const char *text, int min, int max)
{
	char *end;
	long value = strtol(text, &end, 10);
	if (end == text || *end != '\0' || value < min || value > max)
		usage_refuse("%s '%s': not a number from %d to %d", option, text, min, max);
	return (int)value;
}

int64_t usage_seconds(const char *option, const char *text, bool may_be_zero)
{
	char *end;
	double value = strtod(text, &end);
	bool good = end != text && *end == '\0' && value >= 0 && value <= SECONDS_MAX;
	int64_t us = good ? (int64_t)(value * 1e6) : 0;
	if (!good || (us == 0 && !may_be_zero))
		usage_refuse("%s '%s': not a number of seconds, such as 2.5", option, text);
	return us;
}

void usage_profile(const char *text)
{
	if (strcmp(text, "base") != 0)
		usage_refuse("--profile '%s': there is only the profile 'base'", text);
}

unsigned usage_bind(const char *option, const char *text, uint16_t port,
		    struct endpoint ret_list[2])
{
	static const uint8_t zero[16];
	if (!text) {
		ret_list[0] = endpoint_from_v4(zero, port);
		ret_list[1] = endpoint_from_v6(zero, port);
		return 2;
	}
	if (!endpoint_parse_address(text, port, &ret_list[0]))
		usage_refuse("%s '%s': not an IP address of this host", option, text);
	return 1;
}

bool is_loopback_endpoint(const struct endpoint *e)
{
	static const uint8_t v6[16] = {[15] = 1};
	return endpoint_is_v4(e) ? endpoint_v4(e)[0] == 127 : memcmp(e->address, v6, 16) == 0;
}

int daemon_fail(const struct failure *failure)
{
	(void)fprintf(stderr, "%s: %s\n", daemon_name, failure->text);
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

void log_line(const char *event, const char *format, ...)
{
	char line[512];
	va_list arguments;
	va_start(arguments, format);
	int size = snprintf(line, sizeof(line) - 1, "%s ", event);
	size += vsnprintf(line + size, sizeof(line) - 1 - (size_t)size, format, arguments);
	va_end(arguments);
	size_t written = (size_t)size < sizeof(line) - 1 ? (size_t)size : sizeof(line) - 2;
	line[written] = '\n';
	(void)!write(STDERR_FILENO, line, written + 1); /* One call, so that lines stay whole. */
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
