/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
#ifndef RAMURE_SIM_EXPERIMENT_H
#define RAMURE_SIM_EXPERIMENT_H
/* experiment.h - one run: a group forms, things happen to it, it is looked at.
 *
 *     forming    nodes join, one by one or all at once; then, if asked for, replacements
 *     living     zero of the scenario's time; what scenario and workload want happens
 *     quiet      (is_checked) all faults are over, and nothing happens while recovery may last
 *     last       messages to everybody; the invariants are checked
 *
 * Everything follows from the configuration, its seed included.
 *
 *     experiment_init -> experiment_run -> measure_figures, looking at the parts
 *                     -> experiment_done
 */
#include "sim/invariants.h"
#include "sim/measure.h"
#include "sim/roster.h"
#include "sim/scenario.h"
#include "sim/story.h"
#include "sim/undo.h"
#include "sim/workload.h"

enum joining {
	JOINING_ONE_BY_ONE, /* Each when the one before has its place. */
	JOINING_AT_ONCE,    /* All at zero: a flash crowd. */
};

struct experiment_config {
	struct world_config world;
	struct workload_config workload;
	const struct scenario *scenario; /* Kept; NULL: none. */
	uint32_t nodes;
	enum joining joining;
	uint32_t replacements; /* After the joins, one after the other: a node stops, another joins.
				*/
	uint32_t improve_rounds; /* After that each node looks for a better place, so often. */
	uint32_t improve_per_replacement; /* And so many drawn nodes after each replacement. */
	bool is_noticed_at_once;          /* All that stop are noticed at once (world_notice). */
	int64_t duration_us;              /* Of living; 0: until the scenario's last line. */
	uint32_t black_holes;             /* So many drawn nodes pass no data on while they live. */
	int32_t drift_ppm; /* Each clock drifts between minus and plus that, drawn. */
	double leaf_share; /* Of nodes that take no children; the first does. */
	bool is_checked;   /* The invariants, all along and after a quiet time. */
};

/* A cut: its number with the network, and which of all that were made it is. */
struct cut_made {
	uint32_t number, serial;
};

enum phase { PHASE_FORMING, PHASE_LIVING, PHASE_QUIET, PHASE_LAST };

struct experiment {
	struct experiment_config config;
	struct world world;
	struct workload workload;
	struct roster roster;
	struct measure measure;
	struct invariants invariants; /* Used if is_checked. */
	struct story story;           /* Used if is_checked, or its trace is set. */
	bool has_story;
	enum phase phase;
	double share_done;  /* Of the phase, 0 to 1; for a progress line. */
	int64_t living_us;  /* How long it lives. */
	struct time zero;   /* Of living. */
	size_t next_line;   /* Of the scenario. */
	bool has_published; /* Somebody. */
	bool is_stopped;    /* `goes_on` said no: figures are those so far. */
	struct random draws_of[HAPPENING_DIAL + 1]; /* Whom something concerns. */
	struct random leaves, clocks, forger, improvers;
	struct host_list who, others;
	struct undo_list undos;
	struct cut_made *cuts; /* That are there. */
	uint32_t cut_count, cut_capacity, cuts_made;
	int64_t improve_pause_us; /* After a move that was asked for. */
	uint64_t checked_events;
	uint64_t data_left; /* Messages of data that the network still carries; see experiment.c. */
	int64_t data_second;
	/* Asked every some ten thousand events whether to go on; may be NULL. */
	bool (*goes_on)(void *owner, const struct experiment *e);
	void *owner;
};

/* `trace`: where all that happens is told, NULL: nowhere. */
void experiment_init(struct experiment *e, const struct experiment_config *config, FILE *trace);
void experiment_done(struct experiment *e);

void experiment_run(struct experiment *e);

#endif
