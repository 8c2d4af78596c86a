/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
#ifndef RAMURE_SIM_FORGE_H
#define RAMURE_SIM_FORGE_H
/* forge.h - what a hostile host sends: messages of every type that seem to come from anybody. */
#include "sim/world.h"

/* Sends one to `to`, at once: its type, sender, endpoints and payload are drawn, one in eight is no
 * message at all. Senders and endpoints are those of hosts, the rendezvous point's among them, or
 * of strangers. In a world of the full profile half of them are of that. */
void forge_message(struct world *w, uint32_t to, struct random *random);

#endif
