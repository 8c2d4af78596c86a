/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
#include "sim/recovery.h"

#include "sim/memory.h"

#include <stdlib.h>

void recovery_init(struct recovery *r, struct histogram *outage_us)
{
	*r = (struct recovery){.outage_us = outage_us};
}

void recovery_done(struct recovery *r)
{
	free(r->hosts);
	free(r->faults);
}

void recovery_add_host(struct recovery *r)
{
	r->hosts = memory_grow(r->hosts, r->count, &r->capacity, sizeof(*r->hosts));
	r->hosts[r->count++] = (struct recovery_host){.fault = RECOVERY_NO_FAULT};
}

void recovery_begin(struct recovery *r)
{
	for (uint32_t i = 0; i < r->count; i++)
		r->hosts[i].is_cut = false;
	r->fault_count = 0;
	r->outages = 0;
	histogram_init(r->outage_us);
}

void recovery_fault(struct recovery *r, struct time now)
{
	r->faults = memory_grow(r->faults, r->fault_count, &r->fault_capacity, sizeof(*r->faults));
	r->faults[r->fault_count++] = (struct recovery_fault){.at = now, .served_at = TIME_NEVER};
}

uint32_t recovery_latest(const struct recovery *r)
{
	return r->fault_count > 0 ? r->fault_count - 1 : RECOVERY_NO_FAULT;
}

uint32_t recovery_present(const struct recovery *r, struct time now)
{
	uint32_t latest = recovery_latest(r);
	bool is_present = latest != RECOVERY_NO_FAULT && r->faults[latest].at.us == now.us;
	return is_present ? latest : RECOVERY_NO_FAULT;
}

void recovery_on_cut(struct recovery *r, uint32_t host, uint32_t fault, struct time now)
{
	r->hosts[host] = (struct recovery_host){.cut_at = now, .fault = fault, .is_cut = true};
	r->outages++;
	if (fault == RECOVERY_NO_FAULT)
		return;
	r->faults[fault].members++;
	r->faults[fault].open++;
}

void recovery_on_served(struct recovery *r, uint32_t host, struct time now)
{
	struct recovery_host *h = &r->hosts[host];
	if (!h->is_cut)
		return;
	h->is_cut = false;
	histogram_add(r->outage_us, (uint64_t)time_elapsed_us(h->cut_at, now));
	if (h->fault == RECOVERY_NO_FAULT)
		return;
	r->faults[h->fault].open--;
	r->faults[h->fault].served_at = now;
}

void recovery_on_stopped(struct recovery *r, uint32_t host)
{
	struct recovery_host *h = &r->hosts[host];
	if (h->is_cut && h->fault != RECOVERY_NO_FAULT)
		r->faults[h->fault].open--;
	h->is_cut = false;
}

void recovery_sum(const struct recovery *r, struct histogram *recovery_us, uint32_t *ret_faults,
		  uint32_t *ret_open)
{
	*ret_faults = *ret_open = 0;
	for (uint32_t i = 0; i < r->fault_count; i++) {
		const struct recovery_fault *f = &r->faults[i];
		*ret_faults += f->members > 0;
		*ret_open += f->open > 0;
		if (f->open == 0 && !time_is_never(f->served_at))
			histogram_add(recovery_us, (uint64_t)time_elapsed_us(f->at, f->served_at));
	}
}
