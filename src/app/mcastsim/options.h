/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
#ifndef RAMURE_APP_MCASTSIM_OPTIONS_H
#define RAMURE_APP_MCASTSIM_OPTIONS_H
/* options.h - the command line of mcastsim; doc/mcastsim.1.scd says what each option means. */
#include "sim/experiment.h"

#define OPTIONS_VARIANTS_MAX 12

/* Between places, or between a host and its place: half an hour. */
#define PLACES_MAX_US (1800 * US_PER_S)

/* What --compare puts side by side: an option, and its values. */
struct options_compare {
	char option[40]; /* With its dashes; empty: nothing is compared. */
	char values[OPTIONS_VARIANTS_MAX][64];
	unsigned count;
};

enum { DETECT_TIMERS, DETECT_INSTANT };

struct options {
	struct experiment_config experiment; /* But for the seed and the topology. */
	bool is_lan;
	const char *latency;    /* The file of a matrix; NULL: none. */
	struct topology matrix; /* What is in it. */
	uint32_t routers;       /* Of a transit-stub graph; 0: none. */
	int64_t plane_us;       /* The side of the square; 0: none. */
	unsigned joining, detection, profile, policy, accept_base; /* The number of the word. */
	uint32_t burst_length, replace_times;
	struct scenario scenario;
	uint64_t first_seed, last_seed;
	uint32_t jobs;
	bool is_drawn; /* Everything from the seed. */
	bool wants_report, wants_json, is_quiet, is_traced;
	const char *plot; /* The SVG file; NULL: none. */
	struct options_compare compare;
};

/* Reads the command line, and the files it names. Prints help or version and exits 0 where asked
 * for; says what is wrong and exits with 2. With `compare`, which may be NULL: as if its option
 * with its value number `variant` stood at the end. */
void options_parse(int argc, char **argv, const struct options_compare *compare, unsigned variant,
		   struct options *ret_options);
void options_done(struct options *o);

/* Prints the command that runs one seed of the same, for a shell. */
void options_print_replay(FILE *out, int argc, char **argv, uint64_t seed);

#endif
