/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
#ifndef RAMURE_APP_MCASTSIM_PLOT_H
#define RAMURE_APP_MCASTSIM_PLOT_H
/* plot.h - one run as a picture: the tree, the depths of its nodes, the delays of messages, how
 * long recoveries took. gnuplot draws it. */
#include "sim/experiment.h"

/* Beyond that many nodes the tree itself is a blot, and left out. */
#define PLOT_TREE_MAX 20000

/* Whether the file can be written, which is empty then if it is new, and gnuplot is there: to be
 * asked before a long run. Negative errno and `failure` if not. */
int plot_check(const char *path, struct failure *failure);

/* Writes the SVG file. Negative errno and `failure` if that cannot be done. */
int plot_run(const char *path, const struct experiment *e, struct failure *failure);

#endif
