/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
#ifndef RAMURE_SIM_DRAW_H
#define RAMURE_SIM_DRAW_H
/* draw.h - draws a whole experiment from a seed: how many nodes, where, in what network, with what
 * timers, and what happens to them; so that many seeds try what nobody has thought of. */
#include "sim/experiment.h"

/* Sets all of `ret_config` but is_checked and world.is_full, which stay. In the full profile what
 * takes minutes in the base profile takes seconds. The topology, if there is one, is made in
 * `ret_topology`, which is to be ended with topology_done in any case. */
void draw_experiment(struct experiment_config *ret_config, uint64_t seed,
		     struct topology *ret_topology);

#endif
