/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
#ifndef RAMURE_DOCTOR_PROBE_RESULT_H
#define RAMURE_DOCTOR_PROBE_RESULT_H
/* probe_result.h - what a probe has found: figures of each path and direction, and what follows
 * from comparing multicast with unicast.
 *
 *     probe_result_make -> probe_judge -> probe_write_text | probe_write_json
 */
#include "doctor/finding.h"
#include "doctor/prober.h"

#include <stdio.h>

#define PROBE_SCHEMA         "ramure-probe"
#define PROBE_SCHEMA_VERSION 1

enum probe_direction { TO, FROM, PROBE_DIRECTIONS }; /* The listener. */

struct path_figures {
	bool is_known; /* False: the other end could not tell, or had nothing to send. */
	uint32_t sent, received, lost, duplicates, reordered;
	uint32_t lost_first; /* Of these, before the first that came. */
	uint8_t hops_min, hops_max;
	/* Round trips. TO: there by this path, back by unicast; FROM: there by unicast, back by
	 * this path. */
	uint32_t trips;
	uint32_t min_us, median_us, max_us; /* Of them. */
};

enum step_outcome { STEP_UNTOLD, STEP_LOST, STEP_CAME };

struct pair {
	uint64_t id;
	char name[PROBE_NAME_SIZE];
	struct endpoint endpoint;
	struct path_figures paths[PROBE_DIRECTIONS][PROBE_PATHS];
	uint32_t setup_ms[PROBE_DIRECTIONS]; /* Of multicast; PROBE_NEVER: none came. */
	uint8_t steps[PROBE_DIRECTIONS][PROBE_PATHS][PROBE_STEPS]; /* enum step_outcome. */
};

/* Multicast of one end at another, in the matrix. */
struct matrix_cell {
	bool is_known;
	uint32_t sent, received;
};

#define PROBE_ENDS (PROBER_PEERS + 1)

struct probe_result {
	struct prober_options options;
	char interface[16];
	char self[PROBE_NAME_SIZE];
	unsigned pair_count;
	struct pair pairs[PROBER_PEERS];
	struct matrix_cell matrix[PROBE_ENDS][PROBE_ENDS]; /* [who hears][whom]; 0 is the prober. */
	unsigned silent_count;                             /* Named hosts that did not answer. */
	struct endpoint silent[PROBER_PEERS];
	bool is_refused[PROBER_PEERS];
};

struct judgement {
	const char *cause;     /* For scripts, the man page: "multicast-fails". */
	const char *direction; /* "to", "from", "both"; "" where there is none. */
	const char *name;      /* Of the listener; "" where it is about none. */
	bool is_failure;       /* Multicast does not work as long as this is so. */
	char text[320];        /* What was found, and the likely cause. */
	char next[160];        /* What to run next; may be empty. */
};

#define JUDGEMENTS_MAX 128

struct judgements {
	enum verdict verdict;
	char text[200]; /* The verdict as one line. */
	struct judgement list[JUDGEMENTS_MAX];
	size_t count;
};

void probe_result_make(const struct prober *p, const char *self, const char *interface,
		       struct probe_result *ret_result);

/* `result` is to outlive the judgements. */
void probe_judge(const struct probe_result *result, struct judgements *ret_judgements);

/* The figures are left out if `is_quiet`; each step of the sweep is listed if `is_verbose`. */
void probe_write_text(FILE *file, const struct probe_result *r, const struct judgements *j,
		      bool is_quiet, bool is_verbose);
void probe_write_json(FILE *file, const struct probe_result *r, const struct judgements *j);

/* The largest size that came through by a path, of those of the sweep, 0: none did; and the
 * smallest of the larger ones that was lost, 0: none was. Where one that may not be fragmented was
 * lost, it is about these alone. */
struct size_limit {
	uint32_t works, fails;
};
struct size_limit probe_size_limit(const struct probe_result *r, const struct pair *pair,
				   enum probe_direction direction, enum probe_path path);

/* The smallest TTL with which multicast came through; 0: not told. */
unsigned probe_ttl_needed(const struct probe_result *r, const struct pair *pair,
			  enum probe_direction direction);

#endif
