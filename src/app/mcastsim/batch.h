/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
#ifndef RAMURE_APP_MCASTSIM_BATCH_H
#define RAMURE_APP_MCASTSIM_BATCH_H
/* batch.h - the experiments of many seeds, on all cores.
 *
 * Each core has a process of its own, which takes the next seed when it is done with one and writes
 * the result into a pipe: a run that crashes takes no other with it, and is known by its seed.
 */
#include "progress.h"
#include "run.h"

struct batch {
	struct run_result *results; /* Of first_seed and the following; is_done tells which. */
	uint64_t count;
	uint64_t bad; /* The lowest place of a run that was violated or crashed; count: none. */
};

/* Runs them. Stops handing out seeds after the first that is violated or crashed, and waits for
 * those that are running: so the lowest is found, whoever was faster. Negative errno and `failure`
 * if there can be no processes. */
int batch_run(struct batch *b, const struct options *o, struct progress *progress,
	      struct failure *failure);
void batch_done(struct batch *b);

#endif
