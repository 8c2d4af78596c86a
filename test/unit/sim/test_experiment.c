/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
#include "sim/experiment.h"
#include "sim/report.h"
#include "sim/trial.h"

/* What a run leaves behind. */
struct outcome {
	char *trace;  /* Each line that was told. */
	char *report; /* As JSON. */
	struct figures figures;
	struct time zero, end;
	struct violation violation;
	bool is_stopped;
	enum phase phase;
};

typedef bool watcher(void *owner, const struct experiment *e);

static struct outcome run_watched(const struct experiment_config *config, watcher *goes_on,
				  void *owner)
{
	static struct experiment e;
	struct outcome o = {0};
	size_t size;
	FILE *trace = open_memstream(&o.trace, &size);
	assert_non_null(trace);
	experiment_init(&e, config, trace);
	e.goes_on = goes_on;
	e.owner = owner;
	experiment_run(&e);
	o.zero = e.zero;
	o.end = e.world.now;
	o.violation = e.invariants.violation;
	o.is_stopped = e.is_stopped;
	o.phase = e.phase;
	measure_figures(&e.measure, &o.figures);
	experiment_done(&e);
	assert_int_equal(fclose(trace), 0);
	FILE *report = open_memstream(&o.report, &size);
	assert_non_null(report);
	report_json(report, &o.figures);
	assert_int_equal(fclose(report), 0);
	return o;
}

static struct outcome run(const struct experiment_config *config)
{
	return run_watched(config, NULL, NULL);
}

static void drop(struct outcome *o)
{
	free(o->trace);
	free(o->report);
}

static struct scenario scenario_of(const char *text)
{
	struct scenario s;
	struct failure failure;
	assert_int_equal(scenario_parse(&s, text, strlen(text), "test", &failure), 0);
	return s;
}

/* The times of the lines that end so, or the whole lines; to be freed. */
static char *lines_that_end(const char *trace, const char *end, bool with_rest)
{
	char *out, *line, *copy = strdup(trace), *rest = copy;
	size_t size;
	FILE *found = open_memstream(&out, &size);
	assert_true(copy && found);
	while ((line = strsep(&rest, "\n")) != NULL) {
		size_t length = strlen(line);
		if (length < strlen(end) || strcmp(line + length - strlen(end), end) != 0)
			continue;
		(void)fprintf(found, "%.*s\n", (int)(with_rest ? length : strcspn(line, " ")),
			      line);
	}
	assert_int_equal(fclose(found), 0);
	free(copy);
	return out;
}

static unsigned count_lines(const char *text)
{
	unsigned count = 0;
	for (; *text != '\0'; text++)
		count += *text == '\n';
	return count;
}

/* --- Forming --- */

static void one_by_one_each_waits_for_the_one_before(void **state)
{
	struct experiment_config config = trial_config(30);
	(void)state;
	struct outcome o = run(&config);
	assert_int_equal((int)o.figures.of[MEASURE_NODES_IN_TREE], 30);
	assert_int_equal((int)o.figures.of[MEASURE_JOINS], 30);
	assert_true(o.zero.us >= 30 * 2 * 10000); /* Each asks at least once. */
	char *starts = lines_that_end(o.trace, " starts", false);
	char *joins = lines_that_end(o.trace, ": joined 1", false);
	assert_int_equal(count_lines(starts), 30);
	assert_int_equal(count_lines(joins), 3);
	/* The second one does not start at zero any more. */
	assert_memory_equal(starts, "0.000000\n", strlen("0.000000\n"));
	assert_int_not_equal(strtod(starts + strlen("0.000000\n"), NULL) * 1000, 0);
	free(starts);
	free(joins);
	drop(&o);
}

static void at_once_all_come_at_zero_and_life_begins(void **state)
{
	struct experiment_config config = trial_config(30);
	config.joining = JOINING_AT_ONCE;
	config.duration_us = 60 * US_PER_S;
	(void)state;
	struct outcome o = run(&config);
	assert_int_equal(o.zero.us, 0);
	assert_int_equal((int)o.figures.of[MEASURE_NODES_IN_TREE], 30);
	char *starts = lines_that_end(o.trace, " starts", false);
	assert_int_equal(count_lines(starts), 30);
	for (const char *s = starts; *s != '\0'; s += strlen("0.000000\n"))
		assert_memory_equal(s, "0.000000\n", strlen("0.000000\n"));
	free(starts);
	drop(&o);
}

static void replacements_come_after_the_joins(void **state)
{
	(void)state;
	for (int at_once = 0; at_once < 2; at_once++) {
		struct experiment_config config = trial_config(20);
		config.replacements = 40;
		config.is_noticed_at_once = at_once != 0;
		struct outcome o = run(&config);
		char *stops = lines_that_end(o.trace, " stops", false);
		assert_int_equal(count_lines(stops), 40);
		assert_int_equal((int)o.figures.of[MEASURE_NODES_RUNNING], 20);
		if (at_once)
			assert_int_equal((int)o.figures.of[MEASURE_NODES_IN_TREE], 20);
		free(stops);
		drop(&o);
	}
}

static void nobody_waits_for_ever_for_one_that_finds_no_place(void **state)
{
	struct experiment_config config = trial_config(5);
	config.world.network.loss = 1;
	(void)state;
	struct outcome o = run(&config);
	assert_int_equal(o.zero.us, 5 * 60 * US_PER_S);
	assert_int_equal((int)o.figures.of[MEASURE_NODES_RUNNING], 5);
	assert_int_equal((int)o.figures.of[MEASURE_NODES_IN_TREE], 0);
	drop(&o);
}

/* --- Living --- */

static void a_scenario_counts_from_when_the_group_has_formed(void **state)
{
	struct scenario s = scenario_of("10s crash 3 for 5s\n2s publish root\n10s join 2\n");
	struct experiment_config config = trial_config(8);
	char expected[100];
	config.scenario = &s;
	(void)state;
	struct outcome o = run(&config);
	assert_true(o.zero.us > 0);
	long long second = o.zero.us / US_PER_S, part = o.zero.us % US_PER_S;
	(void)snprintf(expected, sizeof(expected), "\n%lld.%06lld 3 stops\n", second + 10, part);
	assert_non_null(strstr(o.trace, expected));
	(void)snprintf(expected, sizeof(expected), "\n%lld.%06lld 3 starts\n", second + 15, part);
	assert_non_null(strstr(o.trace, expected));
	(void)snprintf(expected, sizeof(expected), "\n%lld.%06lld 10 starts\n", second + 10, part);
	assert_non_null(strstr(o.trace, expected));
	assert_true(o.end.us >= o.zero.us + 15 * US_PER_S);
	assert_int_equal((int)o.figures.of[MEASURE_MESSAGES], 1);
	assert_int_equal((int)o.figures.of[MEASURE_NODES_RUNNING], 10);
	drop(&o);
	scenario_done(&s);
}

static void what_comes_after_the_end_does_not_happen(void **state)
{
	struct scenario s = scenario_of("10s crash 3\n30s crash 4\n30.000001s crash 5\n");
	struct experiment_config config = trial_config(8);
	config.scenario = &s;
	config.duration_us = 30 * US_PER_S;
	(void)state;
	struct outcome o = run(&config);
	assert_int_equal((int)o.figures.of[MEASURE_NODES_RUNNING], 6);
	assert_null(strstr(o.trace, " 5 stops\n"));
	drop(&o);
	scenario_done(&s);
}

static void without_a_message_the_root_publishes_one_at_the_end(void **state)
{
	struct experiment_config config = trial_config(20);
	(void)state;
	struct outcome o = run(&config);
	assert_int_equal((int)o.figures.of[MEASURE_MESSAGES], 1);
	assert_true(o.figures.of[MEASURE_DELIVERY_RATIO] >= 1);
	assert_int_equal(o.phase, PHASE_LAST);
	drop(&o);
}

static void black_holes_are_as_many_as_wanted_and_cut_off_who_is_below(void **state)
{
	struct experiment_config config = trial_config(20);
	config.black_holes = 20;
	config.duration_us = 10 * US_PER_S;
	(void)state;
	struct outcome o = run(&config);
	assert_int_equal((int)(o.figures.of[MEASURE_DELIVERY_RATIO] * 20 + 0.5), 1); /* The root. */
	assert_int_equal((int)o.figures.of[MEASURE_NODES_IN_TREE], 20);
	drop(&o);
}

static void a_checked_run_ends_with_a_quiet_time_and_messages(void **state)
{
	struct experiment_config config = trial_config(20);
	config.is_checked = true;
	config.workload = (struct workload_config){
		.crash_per_s = 0.05, .outage_us = 10 * US_PER_S, .partition_share = 0.3};
	config.duration_us = 600 * US_PER_S;
	(void)state;
	struct outcome o = run(&config);
	assert_null(o.violation.invariant);
	assert_true(o.end.us > o.zero.us + config.duration_us + 800 * US_PER_S);
	assert_int_equal((int)o.figures.of[MEASURE_NODES_IN_TREE], 20);
	assert_int_equal((int)o.figures.of[MEASURE_MESSAGES], 3);
	drop(&o);
}

/* --- Draws --- */

static struct experiment_config rough(uint64_t seed)
{
	struct experiment_config config = trial_config(40);
	config.world.seed = seed;
	config.world.network.loss = 0.02;
	config.world.network.jitter_us = 5000;
	config.duration_us = 300 * US_PER_S;
	config.drift_ppm = 100;
	config.leaf_share = 0.2;
	config.workload = (struct workload_config){
		.churn_per_s = 0.05,
		.publish_per_s = 0.2,
		.publish_size = 100,
		.crash_per_s = 0.05,
		.partition_per_s = 0.01,
		.partition_share = 0.3,
		.hostile_per_s = 0.5,
		.outage_us = 20 * US_PER_S,
	};
	return config;
}

static void the_same_seed_gives_the_same_bytes(void **state)
{
	(void)state;
	for (uint64_t seed = 1; seed <= 3; seed++) {
		struct experiment_config config = rough(seed), next = rough(seed + 1);
		struct outcome a = run(&config), b = run(&config), other = run(&next);
		assert_string_equal(a.trace, b.trace);
		assert_string_equal(a.report, b.report);
		assert_string_not_equal(a.trace, other.trace);
		assert_string_not_equal(a.report, other.report);
		drop(&a);
		drop(&b);
		drop(&other);
	}
}

/* Which nodes stop when, of a run with these rates. */
static char *stops_with(double publish_per_s, double hostile_per_s, double partition_per_s)
{
	struct experiment_config config = trial_config(40);
	config.duration_us = 600 * US_PER_S;
	config.workload = (struct workload_config){
		.crash_per_s = 0.05,
		.outage_us = 20 * US_PER_S,
		.publish_per_s = publish_per_s,
		.publish_size = 100,
		.hostile_per_s = hostile_per_s,
		.partition_per_s = partition_per_s,
		.partition_share = 0.3,
	};
	struct outcome o = run(&config);
	char *stops = lines_that_end(o.trace, " stops", true);
	drop(&o);
	return stops;
}

static void another_fault_does_not_shift_who_crashes_when(void **state)
{
	char *alone = stops_with(0, 0, 0), *published = stops_with(1, 0, 0),
	     *forged = stops_with(0, 1, 0), *cut = stops_with(0, 0, 0.02);
	(void)state;
	assert_in_range(count_lines(alone), 15, 50);
	assert_string_equal(alone, published);
	assert_string_equal(alone, forged);
	assert_string_equal(alone, cut);
	free(alone);
	free(published);
	free(forged);
	free(cut);
}

/* --- Being watched --- */

struct watch {
	unsigned calls, last_call;
	enum phase phase;
	double share;
	bool seen[PHASE_LAST + 1];
};

static bool watch(void *owner, const struct experiment *e)
{
	struct watch *w = owner;
	if (e->phase == w->phase)
		assert_true(e->share_done >= w->share);
	assert_true(e->phase >= w->phase);
	assert_true(e->share_done >= 0 && e->share_done <= 1);
	w->phase = e->phase;
	w->share = e->share_done;
	w->seen[e->phase] = true;
	return ++w->calls != w->last_call;
}

/* Busy enough to be looked at in each phase. */
static struct experiment_config busy(void)
{
	struct experiment_config config = trial_config(400);
	config.world.member.refresh_us = 2 * US_PER_S;
	config.world.member.guard_us = 5 * US_PER_S;
	config.world.rdv_guard_us = 5 * US_PER_S;
	config.duration_us = 120 * US_PER_S;
	return config;
}

static void it_tells_how_far_it_is(void **state)
{
	struct experiment_config config = busy();
	struct watch w = {0};
	config.is_checked = true;
	(void)state;
	struct outcome o = run_watched(&config, watch, &w);
	assert_false(o.is_stopped);
	assert_null(o.violation.invariant);
	assert_true(w.seen[PHASE_FORMING] && w.seen[PHASE_LIVING] && w.seen[PHASE_QUIET]);
	drop(&o);
}

static void it_stops_when_told_and_has_figures(void **state)
{
	(void)state;
	for (unsigned last = 1; last <= 4; last += 3) {
		struct experiment_config config = busy();
		struct watch w = {.last_call = last};
		struct outcome o = run_watched(&config, watch, &w);
		assert_true(o.is_stopped);
		assert_int_equal(w.calls, last);
		assert_int_equal(o.phase, w.phase);
		assert_true(o.figures.of[MEASURE_NODES_IN_TREE] > 10);
		assert_int_equal((int)o.figures.of[MEASURE_RUN_EVENTS], last * 0x4000);
		drop(&o);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(one_by_one_each_waits_for_the_one_before),
		cmocka_unit_test(at_once_all_come_at_zero_and_life_begins),
		cmocka_unit_test(replacements_come_after_the_joins),
		cmocka_unit_test(nobody_waits_for_ever_for_one_that_finds_no_place),
		cmocka_unit_test(a_scenario_counts_from_when_the_group_has_formed),
		cmocka_unit_test(what_comes_after_the_end_does_not_happen),
		cmocka_unit_test(without_a_message_the_root_publishes_one_at_the_end),
		cmocka_unit_test(black_holes_are_as_many_as_wanted_and_cut_off_who_is_below),
		cmocka_unit_test(a_checked_run_ends_with_a_quiet_time_and_messages),
		cmocka_unit_test(the_same_seed_gives_the_same_bytes),
		cmocka_unit_test(another_fault_does_not_shift_who_crashes_when),
		cmocka_unit_test(it_tells_how_far_it_is),
		cmocka_unit_test(it_stops_when_told_and_has_figures),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
