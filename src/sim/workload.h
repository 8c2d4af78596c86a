/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
#ifndef RAMURE_SIM_WORKLOAD_H
#define RAMURE_SIM_WORKLOAD_H
/* workload.h - what happens again and again, at random times: churn, publications, faults.
 *
 * Each kind is a Poisson process with a generator of its own: the gaps between its happenings are
 * exponential (exponential.h), so that they do not depend on each other, and switching one on does
 * not shift another. Whom they concern is settled when they happen.
 *
 *     workload_init -> ( workload_next_at | workload_take )*
 */
#include "sim/concern.h"
#include "sim/happening.h"

struct workload_config {
	double churn_per_s;     /* A node leaves, and another joins, each so often. */
	double polite_share;    /* Of those that leave, who says so. */
	double replace_per_s;   /* A node is replaced by a new one, so often. */
	double publish_per_s;   /* Messages, by a node drawn from the publishers. */
	uint32_t publishers;    /* The nodes 1 to that many; 0: any node. */
	size_t publish_size;    /* Bytes. */
	double crash_per_s;     /* The program of a node. */
	double silent_per_s;    /* The host of a node. */
	double rdv_down_per_s;  /* The rendezvous point's program. */
	double partition_per_s; /* Cuts `partition_share` of the nodes off; */
	double one_way_per_s;   /* the same, in one direction that is drawn. */
	double partition_share;
	int64_t outage_us;    /* After which each of the last five is over; 0: never. */
	double hostile_per_s; /* Forged messages, each to a drawn node or the rendezvous point. */
};

enum workload_process {
	WORKLOAD_LEAVE,
	WORKLOAD_JOIN,
	WORKLOAD_REPLACE,
	WORKLOAD_PUBLISH,
	WORKLOAD_CRASH,
	WORKLOAD_SILENT,
	WORKLOAD_RDV_DOWN,
	WORKLOAD_PARTITION,
	WORKLOAD_ONE_WAY,
	WORKLOAD_HOSTILE,
	WORKLOAD_PROCESSES,
};

struct workload {
	struct workload_config config;
	struct {
		struct random random;
		struct time next_at; /* TIME_NEVER: switched off. */
		uint32_t next_part;  /* And so many 2^-32 us: rounded gaps would shift the rate. */
	} processes[WORKLOAD_PROCESSES];
	struct random manners; /* Who leaves politely. */
};

/* Rates are not negative; 0: never. The time begins at 0. */
void workload_init(struct workload *w, const struct workload_config *config, uint64_t seed);

/* When something happens next; TIME_NEVER: nothing ever does. */
struct time workload_next_at(const struct workload *w);

/* What happens then, which must not be never. Of several at one time, in the order of enum
 * workload_process. */
struct happening workload_take(struct workload *w);

#endif
