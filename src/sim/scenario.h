/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
#ifndef RAMURE_SIM_SCENARIO_H
#define RAMURE_SIM_SCENARIO_H
/* scenario.h - what happens when, as a text: one line a happening.
 *
 *     # comment
 *     TIME VERB ARGUMENTS [for TIME]
 *
 *     10s   crash 5,7..9 for 1min       silent, restart: the same way
 *     20s   partition 1..50 | 51..100   or: partition 30% | others; one way: 1..50 -> others
 *     30s   rdv down for 2min           crash rdv, in other words
 *     40s   publish root size 100
 *     50s   loss 5% for 10s             ... and the other dials
 *
 * The whole grammar is in mcastsim(1), SCENARIOS. Lines need not be in order; those of one time
 * happen in the order of the file.
 *
 *     scenario_parse -> its fields are read -> scenario_done
 */
#include "base/failure.h"
#include "sim/happening.h"

struct scenario {
	struct happening *happenings; /* By time; those of one time as in the file. */
	size_t count;
};

#define SCENARIO_SIZE_DEFAULT 100 /* Bytes of a message, unless a line says otherwise. */

/* Reads one. `name` is the file's, for errors. -EINVAL and `failure` if it cannot be understood:
 * the line's number, what stands there, what was expected; `s` is untouched then. Memory that runs
 * out ends the program. */
int scenario_parse(struct scenario *s, const char *text, size_t size, const char *name,
		   struct failure *failure);
void scenario_done(struct scenario *s);

#endif
