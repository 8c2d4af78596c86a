/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
#ifndef RAMURE_SIM_RECOVERY_H
#define RAMURE_SIM_RECOVERY_H
/* recovery.h - how long members were cut off, and how long after each fault the last of those that
 * it cut off was served again.
 *
 * Is told who is cut off and served again (served.h finds that out). Each member that is cut off
 * belongs to one fault, or to none.
 *
 *     recovery_init -> ( recovery_add_host | recovery_begin | recovery_fault | recovery_on_x )* ->
 *     recovery_sum -> recovery_done
 */
#include "base/histogram.h"
#include "base/time.h"

#include <stdbool.h>
#include <stdint.h>

#define RECOVERY_NO_FAULT UINT32_MAX

struct recovery_host {
	struct time cut_at; /* Meaningful while is_cut. */
	uint32_t fault;     /* The same; RECOVERY_NO_FAULT: cut off without one. */
	bool is_cut;
};

struct recovery_fault {
	struct time at;
	struct time
		served_at; /* Of its members, the one last served again; TIME_NEVER: none yet. */
	uint32_t members;  /* That it cut off. */
	uint32_t open;     /* Of them, those that are cut off still, and run. */
};

struct recovery {
	struct histogram *outage_us; /* Kept; gets each outage that ends. */
	struct recovery_host *hosts;
	uint32_t count, capacity;
	struct recovery_fault *faults;
	uint32_t fault_count, fault_capacity;
	uint64_t outages; /* Members cut off, as often as they were. */
};

void recovery_init(struct recovery *r, struct histogram *outage_us);
void recovery_done(struct recovery *r);

/* The next host: the first is number 0. */
void recovery_add_host(struct recovery *r);

/* Forgets all faults and outages, those that last still, too. */
void recovery_begin(struct recovery *r);

/* A fault happens now. */
void recovery_fault(struct recovery *r, struct time now);

/* The latest fault, and the latest if it is of this very moment; RECOVERY_NO_FAULT: there is none.
 */
uint32_t recovery_latest(const struct recovery *r);
uint32_t recovery_present(const struct recovery *r, struct time now);

/* A member that was served is so no longer; is served, again or for the first time; has stopped. */
void recovery_on_cut(struct recovery *r, uint32_t host, uint32_t fault, struct time now);
void recovery_on_served(struct recovery *r, uint32_t host, struct time now);
void recovery_on_stopped(struct recovery *r, uint32_t host);

/* Adds the recovery time of each fault whose members are all served again, or have stopped. Gives
 * how many faults cut somebody off, and how many of them have not been recovered from. */
void recovery_sum(const struct recovery *r, struct histogram *recovery_us, uint32_t *ret_faults,
		  uint32_t *ret_open);

#endif
