/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
#include "sim/spanning.h"

#include "sim/memory.h"

#include <stdlib.h>
#include <string.h>

int64_t spanning_cost(const uint32_t *points, uint32_t count, spanning_weight *weight,
		      const void *owner)
{
	if (count < 2)
		return 0;
	/* Those that are not in the tree yet, side by side, and how near each is to it. */
	uint32_t left = count - 1;
	uint32_t *out = memory_get(left * sizeof(*out));
	int64_t *nearness = memory_get(left * sizeof(*nearness));
	memcpy(out, points + 1, left * sizeof(*out));
	for (uint32_t i = 0; i < left; i++)
		nearness[i] = INT64_MAX;
	uint32_t newest = points[0];
	int64_t cost = 0;
	while (left > 0) {
		uint32_t nearest = 0;
		for (uint32_t i = 0; i < left; i++) {
			int64_t distance = weight(owner, newest, out[i]);
			if (distance < nearness[i])
				nearness[i] = distance;
			if (nearness[i] < nearness[nearest])
				nearest = i;
		}
		cost += nearness[nearest];
		newest = out[nearest];
		left--;
		out[nearest] = out[left];
		nearness[nearest] = nearness[left];
	}
	free(out);
	free(nearness);
	return cost;
}
