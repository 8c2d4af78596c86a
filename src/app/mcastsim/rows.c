/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
#include "rows.h"
#include "app/common/usage.h"
#include "file.h"
#include "sim/quantity.h"

#include <errno.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* --- Values that are more than a quantity --- */

static bool read_seed(const char *text, uint64_t *ret_seed, const char **ret_end)
{
	char *end;
	if (text[0] < '0' || text[0] > '9')
		return false;
	errno = 0;
	*ret_seed = strtoull(text, &end, 10);
	*ret_end = end;
	return errno == 0;
}

static void parse_seed(const char *text, struct options *o)
{
	const char *end = text;
	if (!read_seed(text, &o->first_seed, &end) || *end != '\0')
		usage_refuse("--seed '%s': not a number, such as 7 (several are --seeds 1..100)",
			     text);
	o->last_seed = o->first_seed;
}

static void parse_seeds(const char *text, struct options *o)
{
	const char *end = text;
	bool is_good = read_seed(text, &o->first_seed, &end);
	o->last_seed = o->first_seed;
	if (is_good && strncmp(end, "..", 2) == 0)
		is_good = read_seed(end + 2, &o->last_seed, &end);
	if (!is_good || *end != '\0' || o->last_seed < o->first_seed)
		usage_refuse("--seeds '%s': not a range of seeds, such as 1..100", text);
	if (o->last_seed - o->first_seed >= 10000000)
		usage_refuse("--seeds '%s': more than ten million", text);
}

static void parse_replace(const char *text, struct options *o)
{
	char number[16];
	size_t length = strlen(text);
	bool is_times = length > 1 && length < sizeof(number) && text[length - 1] == 'x';
	o->replace_times = o->experiment.replacements = 0;
	uint32_t *field = is_times ? &o->replace_times : &o->experiment.replacements;
	(void)snprintf(number, sizeof(number), "%.*s", (int)(is_times ? length - 1 : length), text);
	if (length >= sizeof(number) || !quantity_count(number, field))
		usage_refuse("--replace '%s': not a number, such as 500, or 20x", text);
}

static void parse_last_mile(const char *text, struct options *o)
{
	struct network_config *n = &o->experiment.world.network;
	char first[32] = "";
	const char *dots = strstr(text, "..");
	if (dots && (size_t)(dots - text) < sizeof(first))
		(void)snprintf(first, sizeof(first), "%.*s", (int)(dots - text), text);
	if (first[0] == '\0' || !quantity_duration(first, &n->last_mile_min_us) ||
	    !quantity_duration(dots + 2, &n->last_mile_max_us) ||
	    n->last_mile_min_us > n->last_mile_max_us || n->last_mile_max_us > PLACES_MAX_US)
		usage_refuse("--last-mile '%s': not a range of times, such as 1ms..10ms", text);
}

/* OPTION=A,B,C. No option's value has a comma in it. */
static void parse_compare(const char *text, struct options *o)
{
	struct options_compare *c = &o->compare;
	const char *name = text + strspn(text, "-"), *equals = strchr(name, '=');
	size_t length = equals ? (size_t)(equals - name) : 0;
	if (length == 0 || length + 3 > sizeof(c->option))
		usage_refuse("--compare '%s': not an option and its values, such as misses=1,3",
			     text);
	(void)snprintf(c->option, sizeof(c->option), "--%.*s", (int)length, name);
	c->count = 0;
	for (const char *at = equals; *at != '\0';) {
		size_t size = strcspn(++at, ",");
		if (c->count == OPTIONS_VARIANTS_MAX || size == 0 || size >= sizeof(c->values[0]))
			usage_refuse("--compare '%s': not 1 to %d values with commas between them",
				     text, OPTIONS_VARIANTS_MAX);
		(void)snprintf(c->values[c->count++], sizeof(c->values[0]), "%.*s", (int)size, at);
		at += size;
	}
}

static void parse_scenario(const char *path, struct options *o)
{
	struct failure failure;
	size_t size;
	char *text = file_read(path, &size, &failure);
	scenario_done(&o->scenario);
	bool is_good = text && scenario_parse(&o->scenario, text, size, path, &failure) == 0;
	free(text);
	if (!is_good)
		usage_refuse("%s", failure.text);
	o->experiment.scenario = &o->scenario;
}

/* --- The table --- */

#define AT(field)         offsetof(struct options, field)
#define EXPERIMENT(field) AT(experiment.field)
#define NETWORK(field)    AT(experiment.world.network.field)
#define MEMBER(field)     AT(experiment.world.member.field)
#define FULL(field)       AT(experiment.world.full.field)
#define WORK(field)       AT(experiment.workload.field)

/* clang-format off */
#define HEADING(text) {.help = (text)}
#define ROW(name_, argument_, help_, ...) \
	{.name = (name_), .argument = (argument_), .help = (help_), __VA_ARGS__}
#define VALUE(kind_, name, argument, help, at) \
	ROW(name, argument, help, .kind = KIND_##kind_, .offset = (at))
#define IMPLIED(kind_, name, argument, implied_, help, at) \
	ROW(name, argument, help, .kind = KIND_##kind_, .offset = (at), .implied = (implied_))
#define SPECIAL(name, argument, help, parse_) \
	ROW(name, argument, help, .kind = KIND_SPECIAL, .parse = (parse_))
#define OF_RUN(kind_, name, argument, help, at) \
	ROW(name, argument, help, .kind = KIND_##kind_, .offset = (at), .is_of_run = true)
#define SPECIAL_OF_RUN(name, argument, help, parse_) \
	ROW(name, argument, help, .kind = KIND_SPECIAL, .parse = (parse_), .is_of_run = true)

const struct row option_rows[] = {
	HEADING("The group:"),
	VALUE(COUNT, "nodes", "N", "so many nodes join (1000; with --latency, one a host)",
	      EXPERIMENT(nodes)),
	VALUE(CHOICE, "join", "one-by-one|at-once",
	      "each when the one before has its place (default), or all at once", AT(joining)),
	VALUE(COUNT, "children-max", "N", "each feeds at most N others (default 3)",
	      EXPERIMENT(world.children_max)),
	VALUE(PROBABILITY, "leaves", "P", "so many of them feed nobody (default 0%)",
	      EXPERIMENT(leaf_share)),
	OF_RUN(CHOICE, "profile", "base|full",
	       "the protocol's profile (default " PROFILE_DEFAULT ")", AT(profile)),
	VALUE(CHOICE, "policy", "closest|shallow|random",
	      "full profile: how a place is chosen (default closest)", AT(policy)),
	VALUE(CHOICE, "accept-base", "yes|no", "full profile: base nodes are let in (default)",
	      AT(accept_base)),
	VALUE(DURATION, "tick", "T", "full profile: between the root's ticks (1s)", FULL(tick_us)),
	VALUE(DURATION, "ask", "T", "full profile: a silent parent is asked so often (150ms)",
	      FULL(ask_us)),
	VALUE(DURATION, "stale", "T", "full profile: a tick that stands still is none (5 ticks)",
	      FULL(stale_us)),
	VALUE(DURATION, "patience", "T", "full profile: then those above may mend it (3 ticks)",
	      FULL(patience_us)),
	VALUE(DURATION, "improve", "T",
	      "full profile: until the first attempt at a better place (1min; 0: none)",
	      FULL(improve_us)),
	VALUE(COUNT, "improve-rounds", "N",
	      "full profile: once they have joined, each tries so often (0)",
	      EXPERIMENT(improve_rounds)),
	VALUE(COUNT, "improve-per-replacement", "N",
	      "full profile: after each replacement so many try (0)",
	      EXPERIMENT(improve_per_replacement)),
	VALUE(DURATION, "refresh", "T", "a node tells its parent that it is there (default 120s)",
	      MEMBER(refresh_us)),
	VALUE(DURATION, "guard", "T", "a child, or the root, that did not is dropped (180s)",
	      EXPERIMENT(world.rdv_guard_us)),
	VALUE(DURATION, "retry", "T", "an unanswered request is repeated after that (1s)",
	      MEMBER(retry_us)),
	VALUE(COUNT, "misses", "N", "a parent is gone after N unanswered requests (3)",
	      MEMBER(misses)),
	VALUE(COUNT, "tries", "N", "requests in one refresh at most (default: --misses)",
	      MEMBER(tries)),
	VALUE(DURATION, "root-cache", "T", "a publisher remembers the root for so long (60s)",
	      MEMBER(root_cache_us)),

	HEADING("Where they are, one of:"),
	VALUE(FLAG, "lan", NULL, "all equally far from each other: --delay (10ms); the default",
	      AT(is_lan)),
	VALUE(TEXT, "latency", "FILE", "hosts with the round-trip times of a matrix, in ms",
	      AT(latency)),
	IMPLIED(COUNT, "transit-stub", "N", "600", "N routers of a generated Internet (600)",
		AT(routers)),
	IMPLIED(DURATION, "plane", "T", "100ms", "points in a square of that side (100ms)",
		AT(plane_us)),
	SPECIAL("last-mile", "A..B", "of those beyond one a place: drawn (1ms..10ms)",
		parse_last_mile),

	HEADING("What they do:"),
	VALUE(DURATION, "duration", "T", "live so long, once they have joined (default 0)",
	      EXPERIMENT(duration_us)),
	VALUE(RATE, "publish", "R", "publish messages", WORK(publish_per_s)),
	VALUE(COUNT, "publishers", "N", "the first N nodes do that (default: any)",
	      WORK(publishers)),
	VALUE(BYTES, "size", "BYTES", "of a message (default 100)", WORK(publish_size)),
	VALUE(RATE, "churn", "R", "leave, and others join, each so often", WORK(churn_per_s)),
	SPECIAL("replace", "N|20x", "before they live, N nodes, or 20 times all, are replaced",
		parse_replace),
	VALUE(CHOICE, "detect", "timers|instant",
	      "who has stopped is noticed by the protocol (default), or by all at once",
	      AT(detection)),
	SPECIAL("scenario", "FILE", "what happens when, a line each", parse_scenario),

	HEADING("What goes wrong in the network:"),
	VALUE(DURATION, "delay", "T", "one way, besides that of the topology (0; LAN: 10ms)",
	      NETWORK(delay_us)),
	VALUE(DURATION, "jitter", "T", "up to that more, at random", NETWORK(jitter_us)),
	VALUE(PROBABILITY, "loss", "P", "datagrams that are lost, each way", NETWORK(loss)),
	VALUE(PROBABILITY, "burst-loss", "P", "those that are lost in bursts (Gilbert-Elliott)",
	      NETWORK(burst_loss)),
	VALUE(COUNT, "burst-length", "N", "datagrams in a burst, the mean (10)", AT(burst_length)),
	VALUE(PROBABILITY, "duplicate", "P", "those that come twice", NETWORK(duplication)),
	VALUE(PROBABILITY, "reorder", "P", "those that are held back", NETWORK(reordering)),
	VALUE(DURATION, "reorder-by", "T", "for so long (100ms)", NETWORK(reorder_by_us)),
	VALUE(BANDWIDTH, "bandwidth", "B", "of each host's access, up and down (any)",
	      NETWORK(bandwidth_bits_per_s)),
	VALUE(BYTES, "queue", "BYTES", "what waits there at most (64kB)", NETWORK(queue_bytes)),
	VALUE(RATE, "partition", "R", "some nodes are cut off from all others",
	      WORK(partition_per_s)),
	VALUE(RATE, "one-way", "R", "the same, in one direction", WORK(one_way_per_s)),
	VALUE(PROBABILITY, "partition-share", "P", "so many of them (30%)", WORK(partition_share)),

	HEADING("What goes wrong with the hosts:"),
	VALUE(RATE, "crash", "R", "programs end; their hosts say so (ICMP)", WORK(crash_per_s)),
	VALUE(RATE, "silent", "R", "hosts go; nothing answers", WORK(silent_per_s)),
	VALUE(RATE, "rdv-down", "R", "the rendezvous point ends", WORK(rdv_down_per_s)),
	VALUE(DURATION, "outage", "T",
	      "after that these five are over, who stopped starts again (1min; 0: never)",
	      WORK(outage_us)),
	VALUE(PPM, "drift", "PPM", "clocks run so much too fast or too slow, at most",
	      EXPERIMENT(drift_ppm)),
	VALUE(COUNT, "black-holes", "N", "nodes that answer, and pass no data on",
	      EXPERIMENT(black_holes)),
	VALUE(RATE, "hostile", "R", "forged messages of every type, in the names of others",
	      WORK(hostile_per_s)),

	HEADING("The run:"),
	SPECIAL_OF_RUN("seed", "N", "what all draws follow from (1)", parse_seed),
	SPECIAL_OF_RUN("seeds", "A..B", "many runs; the figures are means", parse_seeds),
	OF_RUN(COUNT, "jobs", "N", "so many at a time (default: one a core)", AT(jobs)),
	OF_RUN(FLAG, "draw", NULL, "the whole experiment follows from the seed", AT(is_drawn)),
	OF_RUN(FLAG, "check", NULL, "the invariants; stop at the first seed that breaks one",
	       EXPERIMENT(is_checked)),
	OF_RUN(FLAG, "trace", NULL, "tell each thing that happens", AT(is_traced)),

	HEADING("What is told:"),
	OF_RUN(FLAG, "report", NULL, "the figures, as a table (the default)", AT(wants_report)),
	OF_RUN(FLAG, "json", NULL, "the figures, as JSON", AT(wants_json)),
	OF_RUN(TEXT, "plot", "FILE.svg", "draw the tree and its figures, with gnuplot", AT(plot)),
	SPECIAL_OF_RUN("compare", "OPTION=A,B", "a column for each value of an option",
		       parse_compare),
	OF_RUN(FLAG, "quiet", NULL, "no progress line", AT(is_quiet)),
};
/* clang-format on */

const unsigned option_row_count = sizeof(option_rows) / sizeof(option_rows[0]);
