/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
#ifndef RAMURE_SIM_SPANNING_H
#define RAMURE_SIM_SPANNING_H
/* spanning.h - the cheapest tree that connects some points, each of which is next to each other
 * one: Prim's algorithm, which takes count^2 / 2 looks at the distance. */
#include <stdint.h>

/* The distance between two points, not negative, the same in both directions. */
typedef int64_t spanning_weight(const void *owner, uint32_t a, uint32_t b);

/* The sum of the distances along the minimum spanning tree of `points`; 0 for none or one. */
int64_t spanning_cost(const uint32_t *points, uint32_t count, spanning_weight *weight,
		      const void *owner);

#endif
