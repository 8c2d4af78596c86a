/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
#include "options.h"
#include "app/common/usage.h"
#include "file.h"
#include "rows.h"
#include "sim/memory.h"
#include "sim/quantity.h"

#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define OPTION_HELP    'h'
#define OPTION_VERSION 'V'
#define NODES_MAX      10000000   /* With those that come later, addresses are 2^24. */
#define OPTION_FIRST   256        /* And the row's number. */
#define PLANE          4          /* Of the times that are checked. */
#define UNSAID         UINT32_MAX /* More than any option's number. */

static void show_help(void)
{
	(void)puts("usage: mcastsim [OPTION]...\n"
		   "A multicast tree of up to millions of nodes, in virtual time: what would it do "
		   "with my hosts,\nmy latencies, my losses?");
	for (unsigned i = 0; i < option_row_count; i++) {
		const struct row *r = &option_rows[i];
		char text[80];
		const char *argument = r->argument ? r->argument : "";
		if (!r->name) {
			(void)printf("\n%s\n", r->help);
			continue;
		}
		(void)snprintf(text, sizeof(text), "--%s%s%s%s", r->name,
			       r->implied    ? "[="
			       : r->argument ? " "
					     : "",
			       argument, r->implied ? "]" : "");
		(void)printf(strlen(text) < 22 ? "  %-22s%s\n"
					       : "  %s\n                        %s\n",
			     text, r->help);
	}
	(void)puts("  -h, --help            show this\n"
		   "  -V, --version         show the version\n"
		   "\n"
		   "T is a time: 10us, 20ms, 1.5s, 2min, 1h; R a rate: 2/s, 30/min, 1/h; P a "
		   "probability: 1%, 0.01.\n"
		   "Same seed, same bytes out. Example:\n"
		   "mcastsim --nodes 10000 --seed 7 --churn 2/s --loss 1% --duration 1h --report");
}

/* --- One value --- */

static void read_choice(const struct row *r, const char *text, unsigned *field)
{
	size_t length = strlen(text);
	unsigned number = 0;
	for (const char *word = r->argument; word; number++) {
		size_t size = strcspn(word, "|");
		if (size == length && memcmp(word, text, size) == 0) {
			*field = number;
			return;
		}
		word = word[size] == '|' ? word + size + 1 : NULL;
	}
	usage_refuse("--%s '%s': not %s%s", r->name, text, number > 1 ? "one of " : "",
		     r->argument);
}

static void read_value(const struct row *r, const char *text, struct options *o)
{
	static const char *const examples[] = {
		[KIND_DURATION] = "a time, such as 20ms, 1.5s or 1h",
		[KIND_PROBABILITY] = "a probability, such as 1% or 0.01",
		[KIND_RATE] = "a rate, such as 2/s, 30/min or 1/h",
		[KIND_BANDWIDTH] = "a bandwidth, such as 10Mbit/s",
		[KIND_BYTES] = "a size, such as 100 or 64kB",
		[KIND_COUNT] = "a number, such as 500, 10k or 1e6",
		[KIND_PPM] = "parts per million, such as 100ppm",
		[KIND_SPECIAL] = "",
	};
	void *field = (char *)o + r->offset;
	bool is_good = true;
	switch (r->kind) {
	case KIND_FLAG:
		*(bool *)field = true;
		break;
	case KIND_DURATION:
		is_good = quantity_duration(text, field);
		break;
	case KIND_PROBABILITY:
		is_good = quantity_probability(text, field);
		break;
	case KIND_RATE:
		is_good = quantity_rate(text, field);
		break;
	case KIND_BANDWIDTH:
		is_good = quantity_bandwidth(text, field);
		break;
	case KIND_BYTES:
		is_good = quantity_bytes(text, field);
		break;
	case KIND_COUNT:
		is_good = quantity_count(text, field);
		break;
	case KIND_PPM:
		is_good = quantity_ppm(text, field);
		break;
	case KIND_TEXT:
		*(const char **)field = text;
		break;
	case KIND_CHOICE:
		read_choice(r, text, field);
		break;
	case KIND_SPECIAL:
		r->parse(text, o);
		break;
	}
	if (!is_good)
		usage_refuse("--%s '%s': not %s", r->name, text, examples[r->kind]);
}

/* --- The whole --- */

static void set_defaults(struct options *o)
{
	*o = (struct options){
		.profile = strcmp(PROFILE_DEFAULT, "full") == 0,
		.experiment =
			{
				.nodes = UNSAID,
				.world =
					{
						.network =
							{
								.last_mile_min_us = US_PER_MS,
								.last_mile_max_us = 10 * US_PER_MS,
								.delay_us = -1,
								.reorder_by_us = 100 * US_PER_MS,
								.queue_bytes = 64000,
							},
						.member = MEMBER_CONFIG_DEFAULT,
						.full = FULL_CONFIG_DEFAULT,
						.rdv_guard_us = 180 * US_PER_S,
						.children_max = MEMBER_CHILDREN_DEFAULT,
					},
				.workload = {.publish_size = 100,
					     .partition_share = 0.3,
					     .outage_us = 60 * US_PER_S},
			},
		.burst_length = 10,
		.first_seed = 1,
		.last_seed = 1,
	};
	o->experiment.world.member.tries = o->routers = UNSAID;
	o->plane_us = -1;
}

static void check_ranges(const struct options *o)
{
	const struct experiment_config *e = &o->experiment;
	const struct member_config *m = &e->world.member;
	const struct {
		const char *name;
		uint64_t value, min, max;
	} ranges[] = {
		{"nodes", e->nodes, 1, NODES_MAX},
		{"children-max", e->world.children_max, 1, CHILDREN_LIMIT},
		{"misses", m->misses, 1, 100},
		{"tries", m->tries, 1, m->misses},
		{"transit-stub", o->routers == UNSAID ? 10 : o->routers, 10, 5000},
		{"burst-length", o->burst_length, 1, 1000000},
		{"jobs", o->jobs, 0, 1024},
		{"size", e->workload.publish_size, MEASURE_PAYLOAD_MIN, WIRE_PAYLOAD_MAX},
		{"drift", (uint64_t)e->drift_ppm, 0, CLOCK_PPM_MAX},
		{"replace", (uint64_t)o->replace_times * e->nodes, 0, NODES_MAX},
	};
	if (e->drift_ppm < 0)
		usage_refuse("--drift '%dppm': not from 0 to %dppm", e->drift_ppm, CLOCK_PPM_MAX);
	for (size_t i = 0; i < sizeof(ranges) / sizeof(ranges[0]); i++) {
		if (ranges[i].value >= ranges[i].min && ranges[i].value <= ranges[i].max)
			continue;
		usage_refuse("--%s '%llu': not from %llu to %llu", ranges[i].name,
			     (unsigned long long)ranges[i].value, (unsigned long long)ranges[i].min,
			     (unsigned long long)ranges[i].max);
	}
}

/* What is counted in ticks goes with them, unless it was said. */
static void scale_to_tick(struct full_config *c)
{
	const struct full_config usual = FULL_CONFIG_DEFAULT;
	struct full_config scaled = *c;
	full_config_set_tick(&scaled, c->tick_us);
	if (c->stale_us == usual.stale_us)
		c->stale_us = scaled.stale_us;
	if (c->patience_us == usual.patience_us)
		c->patience_us = scaled.patience_us;
}

static void check_times(const struct options *o)
{
	const struct experiment_config *e = &o->experiment;
	const struct {
		const char *name;
		int64_t us;
	} times[] = {
		{"refresh", e->world.member.refresh_us},
		{"retry", e->world.member.retry_us},
		{"tick", e->world.full.tick_us},
		{"ask", e->world.full.ask_us},
		{"stale", e->world.full.stale_us},
		{"plane", o->plane_us < 0 ? US_PER_MS : o->plane_us},
	};
	char shown[QUANTITY_TEXT_SIZE], refresh[QUANTITY_TEXT_SIZE];
	for (size_t i = 0; i < sizeof(times) / sizeof(times[0]); i++) {
		quantity_print_duration(shown, times[i].us);
		if (times[i].us < US_PER_MS)
			usage_refuse("--%s '%s': not at least 1ms", times[i].name, shown);
		if (i == PLANE && times[i].us > PLACES_MAX_US)
			usage_refuse("--%s '%s': more than half an hour", times[i].name, shown);
	}
	if (e->world.full.stale_us < e->world.full.tick_us) {
		char tick[QUANTITY_TEXT_SIZE];
		quantity_print_duration(shown, e->world.full.stale_us);
		quantity_print_duration(tick, e->world.full.tick_us);
		usage_refuse("--stale '%s': not at least --tick, %s: every tick would stand still",
			     shown, tick);
	}
	quantity_print_duration(shown, e->world.rdv_guard_us);
	quantity_print_duration(refresh, e->world.member.refresh_us);
	if (e->world.rdv_guard_us <= e->world.member.refresh_us)
		usage_refuse("--guard '%s': not more than --refresh, %s, so nobody would stay",
			     shown, refresh);
}

/* Before a matrix is read, which takes a while, and may be standard input. */
static void check_places(const struct options *o)
{
	if (o->is_lan + (o->latency != NULL) + (o->routers != UNSAID) + (o->plane_us >= 0) > 1)
		usage_refuse("nodes can be in one place only: --lan, --latency, --transit-stub or "
			     "--plane");
}

/* Options that cannot stand beside each other. */
static void check_together(const struct options *o)
{
	double burst_loss = o->experiment.world.network.burst_loss;
	if (burst_loss >= 1 || burst_loss > o->burst_length * (1 - burst_loss))
		usage_refuse("--burst-loss '%g%%': bursts of %u cannot make so much; "
			     "--burst-length can be more, the share less than 100%%",
			     burst_loss * 100, o->burst_length);
	if (o->plot && (o->last_seed > o->first_seed || o->compare.count > 0))
		usage_refuse("--plot draws one run, not those of --seeds or --compare");
	if (o->is_traced && o->last_seed > o->first_seed)
		usage_refuse("--trace tells one run, not those of --seeds");
}

/* What follows from several options. */
static void complete(struct options *o)
{
	struct experiment_config *e = &o->experiment;
	struct member_config *m = &e->world.member;
	m->tries = m->tries == UNSAID ? m->misses : m->tries;
	if (e->nodes == UNSAID)
		e->nodes = o->latency ? o->matrix.place_count : 1000;
	check_ranges(o);
	scale_to_tick(&e->world.full);
	check_times(o);
	o->routers = o->routers == UNSAID ? 0 : o->routers;
	o->plane_us = o->plane_us < 0 ? 0 : o->plane_us;
	check_together(o);
	bool is_lan = !o->latency && o->routers == 0 && o->plane_us == 0;
	m->guard_us = e->world.rdv_guard_us;
	e->world.network.burst_length = o->burst_length;
	if (e->world.network.delay_us < 0)
		e->world.network.delay_us = is_lan ? 10 * US_PER_MS : 0;
	e->joining = o->joining == 1 ? JOINING_AT_ONCE : JOINING_ONE_BY_ONE;
	e->is_noticed_at_once = o->detection == DETECT_INSTANT;
	e->world.is_full = o->profile == 1;
	e->world.full.policy = (enum policy)o->policy; /* In the order of its words. */
	e->world.full.accept_base = o->accept_base == 0;
	if (e->world.full.improve_max_us < e->world.full.improve_us)
		e->world.full.improve_max_us = e->world.full.improve_us;
	e->replacements += o->replace_times * e->nodes;
	o->wants_report |= !o->wants_json && !e->is_checked && !o->plot;
}

static void read_matrix(struct options *o)
{
	struct failure failure;
	size_t size;
	char *text = o->latency ? file_read(o->latency, &size, &failure) : NULL;
	if (!o->latency)
		return;
	bool is_good = text && topology_matrix(&o->matrix, text, size, &failure) == 0;
	free(text);
	if (!is_good)
		usage_refuse("--latency %s: %s", o->latency, failure.text);
}

/* What getopt_long wants, made from the table. */
static struct option *make_long_options(void)
{
	struct option *list = memory_get((option_row_count + 3) * sizeof(*list));
	unsigned count = 0;
	for (unsigned i = 0; i < option_row_count; i++) {
		const struct row *r = &option_rows[i];
		int argument = r->implied    ? optional_argument
			       : r->argument ? required_argument
					     : no_argument;
		if (r->name)
			list[count++] =
				(struct option){r->name, argument, NULL, OPTION_FIRST + (int)i};
	}
	list[count++] = (struct option){"help", no_argument, NULL, OPTION_HELP};
	list[count] = (struct option){"version", no_argument, NULL, OPTION_VERSION};
	return list;
}

static void parse_one(int option, struct options *o, const char **ret_of_experiment)
{
	const struct row *r = &option_rows[option - OPTION_FIRST];
	read_value(r, optarg ? optarg : r->implied, o);
	if (!r->is_of_run)
		*ret_of_experiment = r->name;
}

void options_parse(int argc, char **argv, const struct options_compare *compare, unsigned variant,
		   struct options *ret_options)
{
	/* Static, so that they are not lost where the program ends here. */
	static struct option *list;
	static char **words;
	const char *of_experiment = NULL;
	list = make_long_options();
	words = memory_get(((size_t)argc + 3) * sizeof(*words));
	char one[128];
	int option;
	memcpy(words, argv, (size_t)argc * sizeof(*words));
	if (compare && compare->count > 0) {
		(void)snprintf(one, sizeof(one), "%s=%s", compare->option,
			       compare->values[variant]);
		words[argc++] = one;
	}
	set_defaults(ret_options);
	opterr = 0;
	optind = 0; /* From the beginning. */
	while ((option = getopt_long_only(argc, words, ":hV", list, NULL)) != -1) {
		if (option == OPTION_HELP) {
			show_help();
			exit(0);
		} else if (option == OPTION_VERSION) {
			(void)printf("mcastsim (ramure) %s\n", RAMURE_VERSION);
			exit(0);
		} else if (option == '?' && optopt != 0 && strchr(words[optind - 1], '=')) {
			usage_refuse("option '%s' takes no value", words[optind - 1]);
		} else if (option == '?' || option == ':') {
			usage_refuse_option(option, words[optind - 1]);
		}
		parse_one(option, ret_options, &of_experiment);
	}
	if (optind < argc)
		usage_refuse("unexpected argument '%s'", words[optind]);
	if (ret_options->is_drawn && of_experiment)
		usage_refuse("--draw draws the whole experiment: --%s has no place beside it",
			     of_experiment);
	check_places(ret_options);
	read_matrix(ret_options);
	complete(ret_options);
	free(words);
	free(list);
}

void options_done(struct options *o)
{
	scenario_done(&o->scenario);
	if (o->latency)
		topology_done(&o->matrix);
}

/* --- Replaying --- */

/* In single quotes, unless it is of letters that no shell takes for something else. */
static void print_word(FILE *out, const char *word)
{
	static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
				    "-_=./,:%+";
	if (word[0] != '\0' && word[strspn(word, plain)] == '\0') {
		(void)fprintf(out, " %s", word);
		return;
	}
	(void)fputs(" '", out);
	for (; *word; word++)
		(void)fputs(*word == '\'' ? "'\\''" : (char[]){*word, '\0'}, out);
	(void)fputc('\'', out);
}

static bool is_option(const char *word, const char *name)
{
	size_t length = strlen(name);
	const char *at = word + (word[0] == '-') + (word[0] == '-' && word[1] == '-');
	return at != word && strncmp(at, name, length) == 0 &&
	       (at[length] == '\0' || at[length] == '=');
}

void options_print_replay(FILE *out, int argc, char **argv, uint64_t seed)
{
	(void)fputs(argv[0], out);
	for (int i = 1; i < argc; i++) {
		if (!is_option(argv[i], "seed") && !is_option(argv[i], "seeds"))
			print_word(out, argv[i]);
		else if (!strchr(argv[i], '='))
			i++;
	}
	(void)fprintf(out, " --seed %llu\n", (unsigned long long)seed);
}
