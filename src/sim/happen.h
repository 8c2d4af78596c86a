/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
#ifndef RAMURE_SIM_HAPPEN_H
#define RAMURE_SIM_HAPPEN_H
/* happen.h - makes things happen to the world of an experiment, and undoes them; for experiment.c.
 */
#include "sim/experiment.h"

/* What is to be undone. */
struct undo {
	enum happening_verb verb; /* What undoes it: RESTART, HEAL, FORWARD, DRIFT, DIAL. */
	uint32_t subject;         /* The host; the cut; the dial. */
};

/* Makes it happen, now. What it says about its own time is not looked at. */
void happen(struct experiment *e, const struct happening *h);

/* Adds a node, with what chance gives it: whether it takes children, how its clock drifts. */
uint32_t happen_join(struct experiment *e);

/* A node stops, and a new one joins at the same moment; gives the new one. */
uint32_t happen_replace(struct experiment *e, uint32_t host);

/* When the next thing is to be undone; undoes it. */
struct time happen_undo_at(const struct experiment *e);
void happen_undo(struct experiment *e);

/* All faults are over: what is to be undone is, dials lose, double and reorder nothing any more. */
void happen_peace(struct experiment *e);

#endif
