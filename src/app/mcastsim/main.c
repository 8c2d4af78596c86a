/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
/* main.c - mcastsim: a multicast tree in virtual time, of as many nodes as memory has room for. */
#include "app/common/usage.h"
#include "batch.h"
#include "plot.h"
#include "sim/memory.h"
#include "sim/report.h"

#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

/* Exit codes: an invariant was violated, or a run crashed; what could not be done; Ctrl-C. */
enum { EXIT_VIOLATED = 1, EXIT_STOPPED = 130 };

/* One column: the runs of one set of options. */
struct column {
	const struct options *options; /* Kept. */
	struct figures mean;
	struct known_faults faults; /* Summed. */
	uint64_t runs;              /* That are done. */
};

static struct progress progress;

static int fail(const struct failure *failure)
{
	(void)fprintf(stderr, "mcastsim: %s\n", failure->text);
	return 1;
}

static void add_faults(struct known_faults *sum, const struct known_faults *f)
{
	sum->in_cycle += f->in_cycle;
	sum->below_cycle += f->below_cycle;
	sum->trapped += f->trapped;
	sum->no_room += f->no_room;
	sum->two_roots += f->two_roots;
	sum->circling += f->circling;
	sum->false_deaths += f->false_deaths;
	sum->given_up += f->given_up;
}

/* --- One column --- */

static void tell_replay(int argc, char **argv, uint64_t seed)
{
	(void)fputs("replay: ", stdout);
	options_print_replay(stdout, argc, argv, seed);
}

/* Runs a seed of many again, which comes to the same, and tells what is violated; in a process of
 * its own, since it may crash again. */
static int tell_bad(const struct options *o, uint64_t seed, int argc, char **argv)
{
	int status = 0;
	progress_done(&progress);
	(void)printf("seed %llu: ", (unsigned long long)seed);
	(void)fflush(stdout);
	pid_t process = fork();
	if (process == 0) {
		const struct run_wishes wishes = {.story = stdout};
		struct run_result again;
		struct failure failure;
		(void)run_seed(o, seed, &wishes, &again, &failure);
		(void)fflush(stdout);
		_exit(again.is_violated ? EXIT_VIOLATED : 0);
	}
	(void)waitpid(process, &status, 0);
	if (process < 0 || WIFSIGNALED(status))
		(void)printf("crashed: %s\n", strsignal(WTERMSIG(status)));
	else if (WEXITSTATUS(status) == 0)
		(void)puts("its process was killed; when run again, it was not, and all is well");
	tell_replay(argc, argv, seed);
	return EXIT_VIOLATED;
}

static int run_many(struct column *c, int argc, char **argv)
{
	struct batch b;
	struct failure failure;
	if (batch_run(&b, c->options, &progress, &failure) != 0)
		return fail(&failure);
	if (b.bad < b.count) {
		uint64_t seed = c->options->first_seed + b.bad;
		batch_done(&b);
		return tell_bad(c->options, seed, argc, argv);
	}
	struct figures *figures = memory_get(b.count * sizeof(*figures));
	for (uint64_t i = 0; i < b.count; i++) {
		if (!b.results[i].is_done || b.results[i].is_stopped)
			continue;
		figures[c->runs++] = b.results[i].figures;
		add_faults(&c->faults, &b.results[i].faults);
	}
	report_mean(figures, (unsigned)c->runs, &c->mean);
	free(figures);
	batch_done(&b);
	return 0;
}

static int run_single(struct column *c, int argc, char **argv)
{
	const struct options *o = c->options;
	const struct run_wishes wishes = {
		.trace = o->is_traced ? stdout : NULL,
		.story = stdout,
		.plot = o->plot,
		.goes_on = progress_of_run,
		.owner = &progress,
	};
	struct run_result result;
	struct failure failure;
	if (run_seed(o, o->first_seed, &wishes, &result, &failure) != 0)
		return fail(&failure);
	progress_done(&progress);
	c->mean = result.figures;
	c->faults = result.faults;
	c->runs = 1;
	if (!result.is_violated)
		return 0;
	tell_replay(argc, argv, o->first_seed);
	return EXIT_VIOLATED;
}

/* --- What is told --- */

/* Where words go: not between figures that a program will read. */
static FILE *words_of(const struct options *o)
{
	return o->wants_json && !o->wants_report ? stderr : stdout;
}

static void tell_checked(FILE *out, const struct column *c)
{
	const struct known_faults *f = &c->faults;
	(void)fprintf(out, "%llu run%s, no invariant violated\n", (unsigned long long)c->runs,
		      c->runs == 1 ? "" : "s");
	if (c->options->experiment.world.is_full) {
		(void)fprintf(
			out, "  %u live children dropped, %u live parents or candidates given up\n",
			f->false_deaths, f->given_up);
		return;
	}
	(void)fprintf(out,
		      "known faults of the base profile:\n"
		      "  on the way      %8u live children dropped\n"
		      "                  %8u live parents or candidates given up\n"
		      "                  %8u looks at two roots\n"
		      "  at the end      %8u nodes in cycles, and %u below them\n"
		      "                  %8u walking round in cycles that are full\n"
		      "                  %8u without room, as leaves feed nobody\n"
		      "                  %8u messages that go round in cycles\n",
		      f->false_deaths, f->given_up, f->two_roots, f->in_cycle, f->below_cycle,
		      f->trapped, f->no_room, f->circling);
}

/* Of several columns, an object of objects, by the values that are compared. No value has a
 * character that a string of JSON cannot have, but for these two. */
static void tell_json(const struct report_column *columns, unsigned count)
{
	if (!columns[0].title) {
		report_json(stdout, columns[0].figures);
		return;
	}
	for (unsigned i = 0; i < count; i++) {
		(void)fputs(i == 0 ? "{\n\"" : ",\n\"", stdout);
		for (const char *c = columns[i].title; *c; c++)
			(void)printf(*c == '"' || *c == '\\' ? "\\%c" : "%c", *c);
		(void)fputs("\": ", stdout);
		report_json(stdout, columns[i].figures);
	}
	(void)fputs("}\n", stdout);
}

static void tell(const struct options *o, const struct column *columns, unsigned count)
{
	struct report_column shown[OPTIONS_VARIANTS_MAX];
	for (unsigned i = 0; i < count; i++) {
		const char *title = o->compare.count > 0 ? o->compare.values[i] : NULL;
		shown[i] = (struct report_column){.title = title, .figures = &columns[i].mean};
		if (o->experiment.is_checked && title)
			(void)fprintf(words_of(o), "%s=%s: ", o->compare.option + 2, title);
		if (o->experiment.is_checked)
			tell_checked(words_of(o), &columns[i]);
		if (columns[i].runs > 1 && o->wants_report)
			(void)printf("means of %llu runs\n", (unsigned long long)columns[i].runs);
	}
	if (o->wants_report && o->compare.count > 0)
		(void)printf("%s:\n", o->compare.option + 2);
	if (o->wants_report)
		report_text(stdout, shown, count);
	if (o->wants_json)
		tell_json(shown, count);
}

int main(int argc, char **argv)
{
	static struct column columns[OPTIONS_VARIANTS_MAX];
	static struct options first, variants[OPTIONS_VARIANTS_MAX];
	struct failure failure;
	int code = 0;
	usage_program = "mcastsim";
	options_parse(argc, argv, NULL, 0, &first);
	progress_init(&progress, first.is_quiet || first.is_traced);
	unsigned count = first.compare.count > 0 ? first.compare.count : 1, done = 0;
	columns[0].options = &first;
	for (unsigned i = 0; i < first.compare.count; i++) {
		/* All before the first runs: the last may be wrong. */
		options_parse(argc, argv, &first.compare, i, &variants[i]);
		columns[i].options = &variants[i];
	}
	if (first.plot && plot_check(first.plot, &failure) != 0)
		return fail(&failure);
	for (; done < count && code == 0 && !progress_is_stopped(); done++) {
		struct column *c = &columns[done];
		bool is_one = c->options->first_seed == c->options->last_seed;
		code = is_one ? run_single(c, argc, argv) : run_many(c, argc, argv);
	}
	progress_done(&progress);
	bool is_stopped = progress_is_stopped();
	if (is_stopped && code == 0)
		(void)fputs("stopped; so far:\n", words_of(&first));
	if (code == 0)
		tell(&first, columns, done);
	for (unsigned i = 0; i < first.compare.count; i++)
		options_done(&variants[i]);
	options_done(&first);
	if (code == 0 && (fflush(stdout) != 0 || ferror(stdout))) {
		perror("mcastsim: cannot write the report");
		return 1;
	}
	return is_stopped && code == 0 ? EXIT_STOPPED : code;
}
