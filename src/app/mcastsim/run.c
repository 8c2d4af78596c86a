/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
#include "run.h"
#include "plot.h"
#include "sim/draw.h"

#define LAST_EVENTS 40

/* Makes the places, and says in `ret_made` whether they are this seed's own. */
static void prepare(const struct options *o, uint64_t seed, struct topology *places, bool *ret_made,
		    struct experiment_config *ret_config)
{
	*ret_config = o->experiment;
	*ret_made = true;
	if (o->is_drawn) {
		draw_experiment(ret_config, seed, places);
		return;
	}
	struct network_config *n = &ret_config->world.network;
	ret_config->world.seed = seed;
	n->topology = places;
	if (o->routers > 0) {
		topology_transit_stub(places, o->routers, seed);
	} else if (o->plane_us > 0) {
		topology_plane(places, o->experiment.nodes, o->plane_us, seed);
	} else {
		n->topology = o->latency ? &o->matrix : NULL;
		*ret_made = false;
	}
}

static void tell_violation(const struct experiment *e, FILE *out)
{
	const struct violation *v = &e->invariants.violation;
	(void)fprintf(out, "%s is violated at %.6f s: %s\n", v->invariant, (double)v->at.us / 1e6,
		      v->text);
	(void)fputs("the last events of the nodes concerned:\n", out);
	story_tell(&e->story, out, v->hosts, v->host_count, LAST_EVENTS);
}

int run_seed(const struct options *o, uint64_t seed, const struct run_wishes *wishes,
	     struct run_result *ret_result, struct failure *failure)
{
	static struct experiment e; /* Too large for some stacks. */
	struct experiment_config config;
	struct topology places;
	bool is_made;
	int result = 0;
	prepare(o, seed, &places, &is_made, &config);
	experiment_init(&e, &config, wishes->trace);
	e.goes_on = wishes->goes_on;
	e.owner = wishes->owner;
	experiment_run(&e);
	*ret_result = (struct run_result){
		.seed = seed,
		.is_done = true,
		.is_stopped = e.is_stopped,
		.is_violated = e.invariants.violation.invariant != NULL,
		.faults = e.invariants.faults,
	};
	measure_figures(&e.measure, &ret_result->figures);
	if (ret_result->is_violated && wishes->story)
		tell_violation(&e, wishes->story);
	if (wishes->plot)
		result = plot_run(wishes->plot, &e, failure);
	experiment_done(&e);
	if (is_made)
		topology_done(&places);
	return result;
}
