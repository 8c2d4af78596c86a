/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
#ifndef RAMURE_SIM_HAPPEN_H
#define RAMURE_SIM_HAPPEN_H
/* happen.h - makes things happen to the world of an experiment, and undoes them; for experiment.c.
 */
#include "sim/experiment.h"

/* Makes it happen, now. What it says about its own time is not looked at. */
void happen(struct experiment *e, const struct happening *h);

/* Adds a node, with what chance gives it: whether it takes children, how its clock drifts. */
uint32_t happen_join(struct experiment *e);

/* A node stops, and a new one joins at the same moment; gives the new one. */
uint32_t happen_replace(struct experiment *e, uint32_t host);

/* `host` publishes a message of `size` bytes, if it exists and runs. */
void happen_publish(struct experiment *e, uint32_t host, size_t size);

/* Undoes what is to be undone next, unless it is superseded. */
void happen_undo(struct experiment *e);

/* All faults are over: what is to be undone is, dials are what they were at the beginning, and
 * nothing is lost, doubled or reordered any more. */
void happen_peace(struct experiment *e);

#endif
