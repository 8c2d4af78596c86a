/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
#include "progress.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <time.h>
#include <unistd.h>

#define SHOW_EVERY_S 0.2

static volatile sig_atomic_t is_stopped;

static void on_signal(int number)
{
	(void)number;
	is_stopped = 1;
}

static double now_s(void)
{
	struct timespec t;
	(void)clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

void progress_init(struct progress *p, bool is_quiet)
{
	/* The second time, the signal does what it does by itself. What is being written when the
	 * first comes is written on. */
	const struct sigaction action = {
		.sa_handler = on_signal,
		.sa_flags = (int)SA_RESETHAND | SA_RESTART,
	};
	*p = (struct progress){
		.is_shown = !is_quiet && isatty(STDERR_FILENO),
		.begun_s = now_s(),
	};
	(void)sigaction(SIGINT, &action, NULL);
	(void)sigaction(SIGTERM, &action, NULL);
}

bool progress_is_stopped(void)
{
	return is_stopped;
}

static bool is_due(struct progress *p, double now)
{
	return p->is_shown && now - p->shown_s >= SHOW_EVERY_S;
}

/* "3 min 20 s", "12 s" */
static const char *format_time(double s, char text[32])
{
	unsigned long long whole = (unsigned long long)(s + 0.5);
	if (whole >= 3600)
		(void)snprintf(text, 32, "%llu h %llu min", whole / 3600, whole % 3600 / 60);
	else if (whole >= 60)
		(void)snprintf(text, 32, "%llu min %llu s", whole / 60, whole % 60);
	else
		(void)snprintf(text, 32, "%llu s", whole);
	return text;
}

/* Shows the line in place of the one before, with the time left at its end, as far as the terminal
 * is wide: what wraps could not be taken away. */
static void show(const char *line, double share, double since_s)
{
	char text[32], left[48] = "";
	struct winsize size = {0};
	(void)ioctl(STDERR_FILENO, TIOCGWINSZ, &size);
	int columns = size.ws_col > 0 ? size.ws_col : 80;
	if (share > 0.01 && since_s > 1)
		(void)snprintf(left, sizeof(left), ", %s left",
			       format_time(since_s / share - since_s, text));
	int width = columns - 1 - (int)strlen(line);
	(void)fprintf(stderr, "\r\033[K%.*s%.*s", columns - 1, line, width > 0 ? width : 0, left);
}

bool progress_of_run(void *owner, const struct experiment *e)
{
	static const char *const phases[] = {"forming", "living", "quiet", "last message"};
	struct progress *p = owner;
	double now = now_s();
	char text[32], line[160];
	if (!is_due(p, now))
		return !is_stopped;
	double rate = (double)(e->world.events - p->events) / (now - p->shown_s);
	bool is_first = p->shown_s <= 0 || e->world.events < p->events;
	p->events_per_s = is_first ? 0 : 0.7 * p->events_per_s + 0.3 * rate;
	p->events = e->world.events;
	p->shown_s = now;
	(void)snprintf(line, sizeof(line),
		       "%s %.0f %%: %u nodes, %s of virtual time, %.2f M events/s",
		       phases[e->phase], 100 * e->share_done, e->roster.running,
		       format_time((double)e->world.now.us / 1e6, text), p->events_per_s / 1e6);
	/* Each phase by itself: what another will take is not known. */
	if (p->phase != e->phase)
		p->begun_s = now;
	p->phase = e->phase;
	show(line, e->share_done, now - p->begun_s);
	return !is_stopped;
}

void progress_of_runs(struct progress *p, uint64_t done, uint64_t all)
{
	double now = now_s();
	char line[80];
	if (!is_due(p, now))
		return;
	p->shown_s = now;
	(void)snprintf(line, sizeof(line), "%llu of %llu runs", (unsigned long long)done,
		       (unsigned long long)all);
	show(line, (double)done / (double)all, now - p->begun_s);
}

void progress_done(struct progress *p)
{
	if (p->is_shown && p->shown_s > 0)
		(void)fputs("\r\033[K", stderr);
}
