/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
#include "sim/experiment.h"

#include "sim/happen.h"
#include "sim/tree.h"

#include <stdlib.h>

#define JOIN_PATIENCE   (60 * US_PER_S) /* After that the next one joins, anyway. */
#define LAST_PATIENCE   (60 * US_PER_S) /* For the root to be asked for. */
#define LAST_MESSAGES   3
#define POLITE_SHARE    0.5    /* Of churn, where the protocol has a word for leaving. */
#define LAST_SIZE       100    /* Bytes of the last message. */
#define SMALL           32     /* Nodes: all are checked after each event. */
#define EVENTS_PER_LOOK 0x4000 /* Between questions whether to go on. */

/* In a cycle a message goes round for ever, and a network that doubles one in ten makes 1.1^n of
 * it: known fault 1. Access links end that; where they have no limit, the network carries so many
 * messages of data a host and second, besides what is published. */
#define DATA_PER_HOST_AND_SECOND 50

/* An attempt at a better place may take so long; after a move ticks tell of it, down so many hops,
 * or as far as they come in so long. */
#define IMPROVE_PATIENCE (10 * US_PER_S)
#define IMPROVE_HOPS     32
#define IMPROVE_PAUSE    (200 * US_PER_MS)

/* --- Preparing --- */

static void observe(void *owner, const struct world_report *report)
{
	struct experiment *e = owner;
	roster_observe(&e->roster, report);
	measure_observe(&e->measure, report);
	if (e->config.is_checked)
		invariants_observe(&e->invariants, report);
	if (e->has_story)
		story_observe(&e->story, report);
}

static bool lose(void *owner, uint32_t from, uint32_t to, const char *bytes, size_t size)
{
	struct experiment *e = owner;
	int64_t second = e->world.now.us / US_PER_S;
	(void)from;
	(void)to;
	if (e->config.world.is_full || size < WIRE_HEADER_SIZE || bytes[0] != 'D')
		return false;
	uint64_t least = DATA_PER_HOST_AND_SECOND * (uint64_t)e->world.host_count;
	if (second != e->data_second && e->data_left < least)
		e->data_left = least;
	e->data_second = second;
	if (e->data_left == 0)
		return true;
	e->data_left--;
	return false;
}

void experiment_init(struct experiment *e, const struct experiment_config *config, FILE *trace)
{
	*e = (struct experiment){
		.data_second = -1, .config = *config, .has_story = config->is_checked || trace};
	world_init(&e->world, &config->world);
	e->world.observe = observe;
	e->world.lose = lose;
	e->world.owner = e;
	roster_init(&e->roster, &e->world);
	measure_init(&e->measure, &e->world);
	invariants_init(&e->invariants, &e->world, config->leaf_share > 0);
	e->invariants.delivery = &e->measure.delivery;
	undo_init(&e->undos);
	if (e->has_story)
		story_init(&e->story, &e->world);
	e->story.trace = trace;
	concern_init(&e->leaves, config->world.seed, CONCERN_LEAVES);
	concern_init(&e->clocks, config->world.seed, CONCERN_CLOCKS);
	concern_init(&e->improvers, config->world.seed, CONCERN_IMPROVERS);
	concern_init(&e->forger, config->world.seed, CONCERN_FORGER);
	for (unsigned i = 0; i < sizeof(e->draws_of) / sizeof(e->draws_of[0]); i++)
		concern_init(&e->draws_of[i], config->world.seed, CONCERN_WHO + i);
}

void experiment_done(struct experiment *e)
{
	if (e->has_story)
		story_done(&e->story);
	invariants_done(&e->invariants);
	measure_done(&e->measure);
	roster_done(&e->roster);
	host_list_done(&e->who);
	host_list_done(&e->others);
	undo_done(&e->undos);
	free(e->cuts);
	world_done(&e->world);
}

/* --- Letting time pass --- */

/* Small worlds are checked after each event; of larger ones the node that it concerned, and all of
 * them as often as makes two checks an event. */
static void check(struct experiment *e, uint32_t host)
{
	invariants_after_event(&e->invariants, host);
	if (e->world.host_count <= SMALL || ++e->checked_events * 2 >= e->world.host_count) {
		invariants_check(&e->invariants);
		e->checked_events = 0;
	}
}

static bool is_over(const struct experiment *e)
{
	return e->is_stopped || e->invariants.violation.invariant;
}

/* Does what is next until then; false if there is nothing more, or it is all over. */
static bool step(struct experiment *e, struct time until)
{
	uint32_t host;
	if (is_over(e) || !world_step(&e->world, until, &host))
		return false;
	if (e->config.is_checked)
		check(e, host);
	if (e->world.events % EVENTS_PER_LOOK == 0 && e->goes_on) {
		if (e->phase == PHASE_LIVING && e->living_us > 0)
			e->share_done = (double)time_elapsed_us(e->zero, e->world.now) /
					(double)e->living_us;
		e->is_stopped = !e->goes_on(e->owner, e);
	}
	return true;
}

static void pass(struct experiment *e, struct time until)
{
	while (step(e, until)) {
	}
}

static void begin(struct experiment *e, enum phase phase)
{
	e->phase = phase;
	e->share_done = 0;
}

/* --- Forming --- */

static bool has_place(const struct experiment *e, uint32_t host)
{
	const struct member *m = world_member(&e->world, host);
	return !m || m->state == MEMBER_ATTACHED || m->state == MEMBER_ROOT;
}

static void wait_for(struct experiment *e, uint32_t host)
{
	struct time until = time_after(e->world.now, JOIN_PATIENCE);
	while (!has_place(e, host) && step(e, until)) {
	}
}

static int64_t improve_pause_us(const struct experiment *e)
{
	int64_t us = IMPROVE_HOPS * invariants_way_us(&e->world);
	return us < IMPROVE_PAUSE ? us : IMPROVE_PAUSE;
}

/* One attempt at a better place, to its end. */
static void improve_one(struct experiment *e, uint32_t host)
{
	const struct member *m = world_member(&e->world, host);
	struct time until = time_after(e->world.now, IMPROVE_PATIENCE);
	if (!m || !m->full)
		return;
	uint32_t parent = world_parent(&e->world, host);
	world_improve(&e->world, host);
	while (m->full->walk && step(e, until)) {
	}
	if (world_parent(&e->world, host) != parent)
		pass(e, time_after(e->world.now, e->improve_pause_us));
}

static void improve_some(struct experiment *e, uint32_t count)
{
	const struct who any = {.kind = WHO_ANY, .count = 1};
	for (uint32_t i = 0; i < count && !is_over(e); i++) {
		roster_resolve(&e->roster, &any, false, &e->improvers, &e->who);
		if (e->who.count > 0)
			improve_one(e, e->who.hosts[0]);
	}
}

/* One node is replaced: the new one finds its place, then those that the old one has fed. */
static void replace_one(struct experiment *e)
{
	const struct who any = {.kind = WHO_ANY, .count = 1};
	roster_resolve(&e->roster, &any, false, &e->draws_of[HAPPENING_REPLACE], &e->who);
	if (e->who.count == 0)
		return;
	uint32_t old = e->who.hosts[0];
	measure_fault(&e->measure);
	wait_for(e, happen_replace(e, old));
	const struct children *c = &e->world.hosts[old].member->children;
	for (unsigned i = 0; e->config.is_noticed_at_once && i < c->count; i++) {
		uint32_t child = world_find(&e->world, &c->endpoints[i]);
		if (child < e->world.host_count)
			wait_for(e, child);
	}
	improve_some(e, e->config.improve_per_replacement);
}

static void form(struct experiment *e)
{
	double all = (double)e->config.nodes + (double)e->config.replacements;
	begin(e, PHASE_FORMING);
	for (uint32_t i = 0; i < e->config.nodes && !is_over(e); i++) {
		uint32_t host = happen_join(e);
		e->share_done = i / all;
		if (e->config.joining == JOINING_ONE_BY_ONE)
			wait_for(e, host);
	}
	e->improve_pause_us = improve_pause_us(e);
	for (uint32_t i = 0; i < e->config.replacements && !is_over(e); i++) {
		e->share_done = (e->config.nodes + (double)i) / all;
		replace_one(e);
	}
	for (uint32_t round = 0; round < e->config.improve_rounds && !is_over(e); round++)
		for (uint32_t host = 1; host < e->world.host_count && !is_over(e); host++)
			improve_one(e, host);
}

/* --- Living --- */

static struct time next_line_at(const struct experiment *e)
{
	const struct scenario *s = e->config.scenario;
	return s && e->next_line < s->count ? s->happenings[e->next_line].at : TIME_NEVER;
}

/* As long as it was asked for, or until the scenario's last line is over. */
static int64_t duration_us(const struct experiment *e)
{
	const struct scenario *s = e->config.scenario;
	int64_t us = e->config.duration_us;
	if (us > 0 || !s)
		return us;
	for (size_t i = 0; i < s->count; i++) {
		int64_t over_us = s->happenings[i].at.us + s->happenings[i].for_us + 1;
		us = over_us > us ? over_us : us;
	}
	return us;
}

static void begin_living(struct experiment *e)
{
	const struct happening black_holes = {
		.verb = HAPPENING_BLACKHOLE,
		.who = {.kind = WHO_ANY, .count = e->config.black_holes},
	};
	begin(e, PHASE_LIVING);
	e->zero = e->world.now;
	if (e->living_us > 0) /* Else the forming is all there is to be measured. */
		measure_begin(&e->measure);
	struct workload_config workload = e->config.workload;
	workload.polite_share = e->config.world.is_full ? POLITE_SHARE : 0;
	workload_init(&e->workload, &workload, e->config.world.seed);
	if (e->config.black_holes > 0)
		happen(e, &black_holes);
}

/* What comes first happens: of several at one time, what is undone, the scenario, the workload. */
static void happen_next(struct experiment *e, struct time undo_at, struct time line_at,
			struct time work_at)
{
	if (undo_at.us <= line_at.us && undo_at.us <= work_at.us) {
		happen_undo(e);
	} else if (line_at.us <= work_at.us) {
		happen(e, &e->config.scenario->happenings[e->next_line++]);
	} else {
		const struct happening h = workload_take(&e->workload);
		happen(e, &h);
	}
}

static void live(struct experiment *e)
{
	e->living_us = duration_us(e);
	begin_living(e);
	struct time end = time_after(e->zero, e->living_us);
	while (e->living_us > 0 && !is_over(e)) {
		struct time undo_at = undo_next_at(&e->undos);
		struct time line_at = time_after(next_line_at(e), e->zero.us);
		struct time work_at = time_after(workload_next_at(&e->workload), e->zero.us);
		struct time next = time_earlier(undo_at, time_earlier(line_at, work_at));
		pass(e, time_earlier(next, end));
		if (next.us > end.us)
			break;
		if (!is_over(e))
			happen_next(e, undo_at, line_at, work_at);
	}
}

/* --- The end --- */

static uint32_t any_node(struct experiment *e)
{
	const struct who any = {.kind = WHO_ANY, .count = 1};
	roster_resolve(&e->roster, &any, false, &e->draws_of[HAPPENING_PUBLISH], &e->who);
	return e->who.count > 0 ? e->who.hosts[0] : e->world.host_count;
}

static void settle_down(struct experiment *e)
{
	const int parts = 10;
	begin(e, PHASE_QUIET);
	happen_peace(e);
	struct time since = e->world.last_arrival;
	since = since.us > e->world.now.us ? since : e->world.now;
	pass(e, since); /* Late datagrams come. */
	int64_t us = invariants_recovery_us(&e->world);
	for (int part = 0; part < parts && !is_over(e); part++) {
		if (part == parts - 2)
			invariants_begin_quiet(&e->invariants);
		e->share_done = (double)part / parts;
		pass(e, time_after(since, us / parts * (part + 1)));
	}
}

static void check_end(struct experiment *e)
{
	settle_down(e);
	if (is_over(e))
		return;
	begin(e, PHASE_LAST);
	invariants_begin_delivery(&e->invariants, LAST_MESSAGES);
	for (int i = 0; i < LAST_MESSAGES; i++)
		happen_publish(e, any_node(e), LAST_SIZE);
	pass(e, time_after(e->world.now, LAST_PATIENCE + invariants_message_us(&e->world)));
	invariants_check_quiet(&e->invariants);
}

/* What is published is on its way for a while, if the root has to be asked for. If nobody has
 * published, the root does, so that there are delays to tell. */
static void look_once(struct experiment *e)
{
	struct tree tree;
	begin(e, PHASE_LAST);
	struct time until =
		time_after(e->world.now, LAST_PATIENCE + invariants_message_us(&e->world));
	if (e->has_published) {
		pass(e, time_after(e->world.now, LAST_PATIENCE));
		return;
	}
	tree_init(&tree, &e->world);
	uint64_t wanted = e->world.delivered + tree.count;
	tree_done(&tree);
	happen_publish(e, world_root(&e->world), LAST_SIZE);
	while (e->world.delivered < wanted && step(e, until)) {
	}
}

void experiment_run(struct experiment *e)
{
	form(e);
	if (!is_over(e))
		live(e);
	if (!is_over(e) && e->config.is_checked)
		check_end(e);
	if (!is_over(e))
		look_once(e);
}
