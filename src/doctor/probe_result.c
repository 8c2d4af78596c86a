/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
#include "doctor/probe_result.h"

/* Where more is lost, beside a late start, that all probes of a step are lost may be chance. */
#define STEP_LOSS_PERCENT 5.0

static void set_trips(struct path_figures *f, const struct trips *t)
{
	f->trips = t->count;
	f->min_us = t->min_us;
	f->median_us = trips_median_us(t);
	f->max_us = t->max_us;
}

static struct path_figures figures_to(const struct prober *p, const struct peer *peer,
				      enum probe_path path)
{
	const struct probe_heard *heard = &peer->report.heard[path];
	uint32_t sent = path == MULTICAST ? p->sent : peer->sent;
	uint32_t came = heard->distinct;
	/* Without its last report, it has heard what it has answered, at least. */
	if (peer->echoes[path] > came && !peer->has_settled)
		came = peer->echoes[path];
	struct path_figures f = {
		.is_known = sent > 0 && (peer->has_settled || came > 0),
		.sent = sent,
		.received = came,
		.lost = sent > came ? sent - came : 0,
		.duplicates = heard->duplicates,
		.reordered = heard->reordered,
		.lost_first = heard->distinct > 0 ? heard->first : 0,
		.hops_min = heard->received > 0 ? heard->hops_min : HOPS_UNKNOWN,
		.hops_max = heard->received > 0 ? heard->hops_max : HOPS_UNKNOWN,
	};
	set_trips(&f, &peer->trips[path * PROBE_PATHS + UNICAST]);
	return f;
}

static struct path_figures figures_from(const struct peer *peer, enum probe_path path)
{
	const struct tally *t = &peer->tallies[path];
	uint32_t sent = peer->report.sent[path];
	if (!peer->has_settled)
		sent = t->received > 0 ? t->highest + 1 : 0;
	struct path_figures f = {
		.is_known = sent > 0,
		.sent = sent,
		.received = t->distinct,
		.lost = tally_lost(t, sent),
		.duplicates = t->duplicates,
		.reordered = t->reordered,
		.lost_first = t->received > 0 ? t->first : 0,
		.hops_min = t->hops_min,
		.hops_max = t->hops_max,
	};
	set_trips(&f, &peer->trips[UNICAST * PROBE_PATHS + path]);
	return f;
}

static uint8_t outcome(bool was_tried, bool came)
{
	return came ? STEP_CAME : was_tried ? STEP_LOST : STEP_UNTOLD;
}

static void set_steps(const struct prober *p, const struct peer *peer, struct pair *pair)
{
	bool was_swept = peer->has_settled && !p->is_hurried;
	bool is_lossy[PROBE_DIRECTIONS][PROBE_PATHS];
	for (int d = 0; d < PROBE_DIRECTIONS; d++)
		for (int path = 0; path < PROBE_PATHS; path++) {
			const struct path_figures *f = &pair->paths[d][path];
			uint32_t lost = f->lost > f->lost_first ? f->lost - f->lost_first : 0;
			is_lossy[d][path] =
				!f->is_known || lost * 100.0 > f->sent * STEP_LOSS_PERCENT;
		}
	for (unsigned s = 1; s <= p->options.step_count; s++)
		for (int path = 0; path < PROBE_PATHS; path++) {
			/* The answer takes the other path; without the probe there is none. */
			bool was_asked = peer->report.steps[path == UNICAST][s] > 0;
			pair->steps[TO][path][s] = outcome(was_swept && !is_lossy[TO][path],
							   peer->report.steps[path][s] > 0);
			pair->steps[FROM][path][s] =
				outcome(was_swept && was_asked && !is_lossy[FROM][path],
					peer->steps[path][s] > 0);
		}
}

static void set_pair(const struct prober *p, const struct peer *peer, struct pair *pair)
{
	*pair = (struct pair){
		.id = peer->id,
		.endpoint = peer->endpoint,
		.setup_ms = {peer->report.setup_ms, peer->setup_ms},
	};
	memcpy(pair->name, peer->report.name, sizeof(pair->name));
	for (int path = 0; path < PROBE_PATHS; path++) {
		pair->paths[TO][path] = figures_to(p, peer, (enum probe_path)path);
		pair->paths[FROM][path] = figures_from(peer, (enum probe_path)path);
	}
	set_steps(p, peer, pair);
}

static void set_cell(struct probe_result *r, unsigned who, unsigned whom,
		     const struct path_figures *f)
{
	r->matrix[who][whom] = (struct matrix_cell){f->is_known, f->sent, f->received};
}

/* What peer `who` has heard of peer `whom`. */
static void set_cell_between(struct probe_result *r, const struct peer *who, unsigned row,
			     const struct peer *whom, unsigned column)
{
	bool is_source_specific = r->options.is_source_specific;
	struct matrix_cell cell = {
		.is_known = who->has_settled && whom->has_settled &&
			    whom->report.sent[MULTICAST] > 0 && !is_source_specific,
		.sent = whom->report.sent[MULTICAST],
	};
	for (unsigned i = 0; i < who->report.other_count; i++)
		if (who->report.others[i].sender == whom->id)
			cell.received = who->report.others[i].distinct;
	r->matrix[row][column] = cell;
}

void probe_result_make(const struct prober *p, const char *self, const char *interface,
		       struct probe_result *ret_result)
{
	struct probe_result *r = ret_result;
	const struct peer *found[PROBER_PEERS];
	*r = (struct probe_result){.options = p->options};
	(void)snprintf(r->self, sizeof(r->self), "%s", self);
	(void)snprintf(r->interface, sizeof(r->interface), "%s", interface);
	for (unsigned i = 0; i < p->peer_count; i++) {
		const struct peer *peer = &p->peers[i];
		if (peer->has_reported) {
			found[r->pair_count] = peer;
			set_pair(p, peer, &r->pairs[r->pair_count++]);
		} else if (peer->endpoint.port != 0) {
			r->silent[r->silent_count] = peer->endpoint;
			r->is_refused[r->silent_count++] = peer->is_refused;
		}
	}
	for (unsigned i = 0; i < r->pair_count; i++) {
		set_cell(r, i + 1, 0, &r->pairs[i].paths[TO][MULTICAST]);
		set_cell(r, 0, i + 1, &r->pairs[i].paths[FROM][MULTICAST]);
		for (unsigned k = 0; k < r->pair_count; k++)
			if (i != k)
				set_cell_between(r, found[i], i + 1, found[k], k + 1);
	}
}

/* Of the sizes that are sent whole, or of all. */
static struct size_limit limit_of(const struct probe_result *r, const uint8_t *steps,
				  bool whole_only)
{
	struct size_limit limit = {0};
	for (unsigned s = 1; s <= r->options.step_count; s++) {
		const struct probe_step *step = &r->options.steps[s];
		bool counts = !step->is_ttl && (step->is_whole || !whole_only);
		if (counts && steps[s] == STEP_CAME && step->size > limit.works)
			limit.works = step->size;
	}
	for (unsigned s = 1; s <= r->options.step_count; s++) {
		const struct probe_step *step = &r->options.steps[s];
		bool counts = !step->is_ttl && (step->is_whole || !whole_only);
		if (counts && steps[s] == STEP_LOST && step->size > limit.works &&
		    (limit.fails == 0 || step->size < limit.fails))
			limit.fails = step->size;
	}
	return limit;
}

struct size_limit probe_size_limit(const struct probe_result *r, const struct pair *pair,
				   enum probe_direction direction, enum probe_path path)
{
	/* Where a whole one is lost, larger ones may come in pieces: programs do not send so, since
	 * Linux lets no datagram be fragmented on its way unless told to. */
	struct size_limit whole = limit_of(r, pair->steps[direction][path], true);
	return whole.fails > 0 ? whole : limit_of(r, pair->steps[direction][path], false);
}

unsigned probe_ttl_needed(const struct probe_result *r, const struct pair *pair,
			  enum probe_direction direction)
{
	unsigned needed = 0;
	bool was_lost = false;
	for (unsigned s = 1; s <= r->options.step_count; s++) {
		const struct probe_step *step = &r->options.steps[s];
		uint8_t outcome_here = pair->steps[direction][MULTICAST][s];
		if (!step->is_ttl)
			continue;
		was_lost |= outcome_here == STEP_LOST;
		if (outcome_here == STEP_CAME && (needed == 0 || step->ttl < needed))
			needed = step->ttl;
	}
	if (needed > 1 && !was_lost)
		return 0; /* The smaller ones are not told: it may have been chance. */
	bool came = pair->paths[direction][MULTICAST].received > 0;
	return needed == 0 && was_lost && came ? r->options.ttl : needed;
}
