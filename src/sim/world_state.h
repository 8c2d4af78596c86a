/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
#ifndef RAMURE_SIM_WORLD_STATE_H
#define RAMURE_SIM_WORLD_STATE_H
/* world_state.h - what the parts of a world share; for world_*.c alone. */
#include "sim/world.h"

/* What the host's clock shows. */
struct time world_local_now(const struct world *w, uint32_t host);

/* Lets a host do what it wants done, and sleep. */
void world_settle(struct world *w, uint32_t host);

#endif
