/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
/* search.c - runs random scenarios and looks for one that breaks an invariant; prints TAP.
 *
 *     search [--seeds FIRST..LAST] [--trace]
 *
 * A run that breaks one is printed with the command that replays it and shows its trace.
 */
#include "search.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#define SEEDS_PER_TEST 25

static const char *program;
static volatile uint64_t current_seed;

/* An assertion of the core has failed, or worse: tells which run it was. */
static void on_crash(int number)
{
	static const char begin[] = "\n# crashed; replay: search --trace --seeds ";
	char digits[24];
	size_t at = sizeof(digits);
	uint64_t seed = current_seed;
	digits[--at] = '\n';
	do {
		digits[--at] = (char)('0' + seed % 10);
		seed /= 10;
	} while (seed > 0);
	(void)!write(STDOUT_FILENO, begin, sizeof(begin) - 1);
	(void)!write(STDOUT_FILENO, digits + at, sizeof(digits) - at);
	(void)signal(number, SIG_DFL);
	(void)raise(number);
}

static void add_faults(struct faults *sum, const struct faults *f)
{
	sum->in_cycle += f->in_cycle;
	sum->below_cycle += f->below_cycle;
	sum->trapped += f->trapped;
	sum->no_room += f->no_room;
	sum->two_roots += f->two_roots;
	sum->circling += f->circling;
	sum->storms += f->storms;
	sum->false_deaths += f->false_deaths;
	sum->given_up += f->given_up;
}

/* One scenario; true if nothing was broken. */
static bool search_one(uint64_t seed, bool is_traced, struct faults *sum)
{
	static struct trial run;
	current_seed = seed;
	trial_open(&run, seed, is_traced);
	trial_scenario(&run);
	trial_check(&run);
	trial_close(&run);
	add_faults(sum, &run.faults);
	if (run.violation[0] == '\0')
		return true;
	(void)printf("# seed %llu: %s\n# replay: %s --seeds %llu..%llu --trace\n",
		     (unsigned long long)seed, run.violation, program, (unsigned long long)seed,
		     (unsigned long long)seed);
	return false;
}

static void print_faults(const struct faults *f)
{
	(void)printf("# known faults of the base profile, summed over the seeds:\n"
		     "# at the end %u nodes in cycles, %u below them, %u walking round in them, "
		     "%u found no room\n"
		     "# %u messages went round in a cycle, %u seconds full of such\n"
		     "# on the way %u live children dropped, %u live parents given up, "
		     "%u looks at two roots\n",
		     f->in_cycle, f->below_cycle, f->trapped, f->no_room, f->circling, f->storms,
		     f->false_deaths, f->given_up, f->two_roots);
}

static bool read_seeds(const char *text, uint64_t *ret_first, uint64_t *ret_last)
{
	char *end;
	uint64_t first = strtoull(text, &end, 10), last = first;
	if (end == text)
		return false;
	if (end[0] == '.' && end[1] == '.')
		last = strtoull(end + 2, &end, 10);
	*ret_first = first;
	*ret_last = last;
	return *end == '\0' && first <= last;
}

int main(int argc, char **argv)
{
	uint64_t first = 1, last = 100;
	bool is_traced = false;
	program = argv[0];
	for (int i = 1; i < argc; i++) {
		if (strcmp(argv[i], "--trace") == 0) {
			is_traced = true;
		} else if (strcmp(argv[i], "--seeds") != 0 || i + 1 == argc ||
			   !read_seeds(argv[++i], &first, &last)) {
			(void)fprintf(stderr, "usage: %s [--seeds FIRST..LAST] [--trace]\n",
				      program);
			return 2;
		}
	}
	(void)signal(SIGABRT, on_crash);
	(void)signal(SIGSEGV, on_crash);
	struct faults sum = {0};
	unsigned long long test = 0, failed = 0;
	(void)printf("1..%llu\n", (unsigned long long)(last - first) / SEEDS_PER_TEST + 1);
	for (uint64_t seed = first; seed <= last; test++) {
		uint64_t begin = seed;
		bool is_good = true;
		for (unsigned i = 0; i < SEEDS_PER_TEST && seed <= last; i++)
			is_good &= search_one(seed++, is_traced, &sum);
		(void)printf("%sok %llu - seeds %llu to %llu\n", is_good ? "" : "not ", test + 1,
			     (unsigned long long)begin, (unsigned long long)seed - 1);
		(void)fflush(stdout);
		failed += !is_good;
	}
	print_faults(&sum);
	return failed > 0;
}
