/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
#ifndef RAMURE_APP_MCASTSIM_PROGRESS_H
#define RAMURE_APP_MCASTSIM_PROGRESS_H
/* progress.h - the progress line, and Ctrl-C.
 *
 * The line is on standard error, if that is a terminal, five times a second; each writes over the
 * one before. The first Ctrl-C asks the runs to stop, and is told by progress_is_stopped; the
 * second ends the program.
 */
#include "sim/experiment.h"

struct progress {
	bool is_shown;
	double begun_s, shown_s; /* When the phase began, the line was shown: monotonic clock. */
	enum phase phase;
	uint64_t events;     /* When it was shown last. */
	double events_per_s; /* Smoothed. */
};

/* `is_quiet`: no line, whatever standard error is. */
void progress_init(struct progress *p, bool is_quiet);

bool progress_is_stopped(void);

/* To be asked by an experiment whether it goes on: `owner` is the struct progress. */
bool progress_of_run(void *owner, const struct experiment *e);

/* So many of all runs are done. */
void progress_of_runs(struct progress *p, uint64_t done, uint64_t all);

/* Takes the line away. */
void progress_done(struct progress *p);

#endif
