/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
#ifndef RAMURE_SIM_TREE_H
#define RAMURE_SIM_TREE_H
/* tree.h - the tree of a world as it is at one moment: who is where in it, and how good it is.
 *
 * A node is in the tree if the way from parent to parent, as nodes see it, ends at one that runs as
 * the root. Delays are one way, those of the network without its jitter.
 *
 *     tree_init -> ( tree_x )* -> tree_done
 */
#include "base/histogram.h"
#include "sim/world.h"

/* Where a node is that has no depth. */
#define TREE_OUT   (-1) /* It does not run, or its way ends at one that has no parent. */
#define TREE_CYCLE (-2) /* Its way comes back to it, */
#define TREE_BELOW (-3) /* or leads into such a cycle. */

struct tree {
	const struct world *world; /* Kept; may not change meanwhile. */
	int32_t *depths;           /* By host: hops to the root, or one of the above. */
	uint32_t *order;           /* The nodes in the tree, those of less depth first. */
	uint32_t count;            /* Of them. */
	uint32_t running;          /* Nodes. */
	uint32_t in_cycle, below_cycle;
};

/* Takes steps in proportion to the number of hosts. */
void tree_init(struct tree *t, const struct world *world);
void tree_done(struct tree *t);

/* The sum of the delays from parent to child over that of the minimum spanning tree of the same
 * nodes; NAN where that is 0, and where it would take more than nodes_max^2 steps. */
double tree_cost_over_mst(const struct tree *t, uint32_t nodes_max);

/* The direct delay from the root counts as this at least, when the stretch is taken. */
#define TREE_DIRECT_MIN_US US_PER_MS

/* Adds the stretch of each node but the root, in thousandths, and gives the mean; NAN where there
 * is none, or no delay at all. */
double tree_stretch(const struct tree *t, struct histogram *per_mille);

/* Of one message that goes down the tree: how many copies of it cross a link, the mean over those
 * that are crossed, and the most; NAN where no links are known. */
void tree_stress(const struct tree *t, double *ret_mean, double *ret_max);

#endif
