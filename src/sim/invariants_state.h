/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
#ifndef RAMURE_SIM_INVARIANTS_STATE_H
#define RAMURE_SIM_INVARIANTS_STATE_H
/* invariants_state.h - what the parts of the invariants share; for invariants*.c alone. */
#include "sim/invariants.h"
#include "sim/tree.h"

#define NOBODY UINT32_MAX

/* Of one node, at any moment; and of all, once it has been quiet. */
typedef void node_checker(struct invariants *v, const char *name, uint32_t host,
			  const struct member *m);
typedef void quiet_checker(struct invariants *v, const char *name, const struct tree *t);

/* Keeps the first violation, about one host or two. */
__attribute__((format(printf, 5, 6))) void invariants_violate(struct invariants *v,
							      const char *invariant, uint32_t host,
							      uint32_t other, const char *format,
							      ...);

/* --- invariants_full.c: of the full profile; they say nothing of the base profile --- */

node_checker invariants_foster, invariants_kept, invariants_epoch;

/* What holds of all at any moment: no cycle lasts, nothing is delivered twice. */
void invariants_full_look(struct invariants *v);

/* False: base rules hold for a part of the tree, with the known faults of that profile. */
bool invariants_is_strict(const struct world *w);

/* `lost`: one that has no place, NOBODY: there is none. */
void invariants_full_places(struct invariants *v, const char *name, const struct tree *t,
			    uint32_t lost);

/* True if an entry for a child may be there though the child has another parent: while it moves, or
 * hangs there for a moment. */
bool invariants_is_leaving(const struct invariants *v, uint32_t host, uint32_t child);

/* Without the ways of the datagrams. */
int64_t invariants_full_recovery_us(const struct world *w);

void invariants_full_done(struct invariants *v);

#endif
