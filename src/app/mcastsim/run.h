/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
#ifndef RAMURE_APP_MCASTSIM_RUN_H
#define RAMURE_APP_MCASTSIM_RUN_H
/* run.h - the experiment of one seed. */
#include "options.h"

struct run_result {
	uint64_t seed;
	bool is_done;    /* False: not run, or ended by a signal. */
	bool is_stopped; /* By the user. */
	bool is_violated;
	struct known_faults faults; /* If it was checked. */
	struct figures figures;
};

/* What a run is asked for besides its result. */
struct run_wishes {
	FILE *trace; /* Tell all that happens; NULL: do not. */
	FILE *story; /* Tell about a violation; NULL: do not. */
	const char *plot;
	bool (*goes_on)(void *owner, const struct experiment *e); /* May be NULL. */
	void *owner;
};

/* Runs it. Negative errno and `failure` if the plot could not be made. */
int run_seed(const struct options *o, uint64_t seed, const struct run_wishes *wishes,
	     struct run_result *ret_result, struct failure *failure);

#endif
