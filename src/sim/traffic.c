/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
#include "sim/traffic.h"

#include "sim/memory.h"

#include <math.h>
#include <stdlib.h>

void traffic_init(struct traffic *t, const struct world *world, struct histogram *join_us)
{
	*t = (struct traffic){.world = world, .join_us = join_us, .begun_at = world->now};
	histogram_init(&t->join_messages);
	while (t->count < world->host_count)
		traffic_add_host(t);
}

void traffic_done(struct traffic *t)
{
	free(t->hosts);
	free(t->runs);
}

void traffic_add_host(struct traffic *t)
{
	t->hosts = memory_grow(t->hosts, t->count, &t->host_capacity, sizeof(*t->hosts));
	t->runs = memory_grow(t->runs, t->count, &t->run_capacity, sizeof(*t->runs));
	t->hosts[t->count] = (struct traffic_host){0};
	t->runs[t->count] = (struct traffic_run){.started_at = t->world->now};
	t->count++;
}

void traffic_begin(struct traffic *t)
{
	t->begun_at = t->world->now;
	t->busiest_node = t->busiest_rdv = 0;
	for (uint32_t i = 0; i < t->count; i++) {
		t->hosts[i].bytes = 0;
		t->hosts[i].in_second = 0;
		t->runs[i].ran_us = 0;
	}
}

void traffic_on_started(struct traffic *t, uint32_t host)
{
	t->hosts[host].is_joining = true;
	t->hosts[host].join_messages = 0;
	t->runs[host].started_at = t->world->now;
}

/* How long the program that runs has done so since traffic_begin. */
static int64_t running_us(const struct traffic *t, uint32_t host)
{
	struct time since = t->runs[host].started_at;
	if (since.us < t->begun_at.us)
		since = t->begun_at;
	return time_elapsed_us(since, t->world->now);
}

void traffic_on_stopped(struct traffic *t, uint32_t host)
{
	t->hosts[host].is_joining = false;
	t->runs[host].ran_us += running_us(t, host);
}

void traffic_on_placed(struct traffic *t, uint32_t host)
{
	struct traffic_host *h = &t->hosts[host];
	if (!h->is_joining)
		return;
	h->is_joining = false;
	histogram_add(&t->join_messages, h->join_messages);
	histogram_add(t->join_us,
		      (uint64_t)time_elapsed_us(t->runs[host].started_at, t->world->now));
}

static double per_s(uint64_t bytes, int64_t us)
{
	return us > 0 ? (double)bytes * 1e6 / (double)us : NAN;
}

struct traffic_sum traffic_sum(const struct traffic *t, uint32_t root)
{
	int64_t measured_us = time_elapsed_us(t->begun_at, t->world->now);
	int64_t least_us = measured_us < TRAFFIC_RAN_MIN_US ? measured_us : TRAFFIC_RAN_MIN_US;
	int64_t all_us = 0;
	uint64_t bytes = 0;
	double max = NAN;
	for (uint32_t i = 1; i < t->count; i++) {
		int64_t ran_us = t->runs[i].ran_us;
		if (world_member(t->world, i))
			ran_us += running_us(t, i);
		all_us += ran_us;
		bytes += t->hosts[i].bytes;
		double rate = per_s(t->hosts[i].bytes, ran_us > least_us ? ran_us : least_us);
		if (isnan(max) || rate > max)
			max = rate;
	}
	bool has_root = root != 0 && bytes > 0;
	return (struct traffic_sum){
		.mean = per_s(bytes, all_us),
		.max = max,
		.root_share = has_root ? (double)t->hosts[root].bytes / (double)bytes : NAN,
		.rdv = per_s(t->hosts[0].bytes, measured_us),
	};
}
