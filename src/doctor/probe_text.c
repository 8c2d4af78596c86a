/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
#include "doctor/probe_result.h"

static const char *const path_names[] = {"unicast", "multicast"};
static const char *const direction_names[] = {"to", "from"};

static void write_trips(FILE *file, const struct path_figures *f)
{
	char text[64] = "-";
	if (f->trips > 0)
		(void)snprintf(text, sizeof(text), "%.2f/%.2f/%.2f", f->min_us / 1000.0,
			       f->median_us / 1000.0, f->max_us / 1000.0);
	(void)fprintf(file, "  %20s", text);
}

static void write_path(FILE *file, const struct pair *pair, enum probe_direction d,
		       enum probe_path path)
{
	const struct path_figures *f = &pair->paths[d][path];
	(void)fprintf(file, "  %-9s %-4s", path_names[path], direction_names[d]);
	if (!f->is_known) {
		(void)fputs("  could not be measured\n", file);
		return;
	}
	(void)fprintf(file, " %6u %6u %5.1f %% %6u %6u ", f->sent, f->lost,
		      100.0 * f->lost / f->sent, f->duplicates, f->reordered);
	if (f->hops_min == HOPS_UNKNOWN)
		(void)fprintf(file, "%6s", "-");
	else if (f->hops_min == f->hops_max)
		(void)fprintf(file, "%6u", f->hops_min);
	else
		(void)fprintf(file, "%4u-%u", f->hops_min, f->hops_max);
	write_trips(file, f);
	if (path == MULTICAST && pair->setup_ms[d] != PROBE_NEVER)
		(void)fprintf(file, " %7.1f s", pair->setup_ms[d] / 1000.0);
	(void)fputc('\n', file);
}

static void write_limits(FILE *file, const struct probe_result *r, const struct pair *pair)
{
	for (int d = 0; d < PROBE_DIRECTIONS; d++) {
		struct size_limit limit =
			probe_size_limit(r, pair, (enum probe_direction)d, MULTICAST);
		unsigned ttl = probe_ttl_needed(r, pair, (enum probe_direction)d);
		if (limit.works == 0 && limit.fails == 0 && ttl == 0)
			continue;
		(void)fprintf(file, "  multicast %-4s  up to %u bytes", direction_names[d],
			      limit.works);
		if (limit.fails > 0)
			(void)fprintf(file, ", not %u", limit.fails);
		if (ttl > 0)
			(void)fprintf(file, "; from TTL %u on", ttl);
		(void)fputc('\n', file);
	}
}

static void write_steps(FILE *file, const struct probe_result *r, const struct pair *pair)
{
	static const char *const outcomes[] = {"not told", "lost", "came"};
	for (unsigned s = 1; s <= r->options.step_count; s++) {
		const struct probe_step *step = &r->options.steps[s];
		(void)fprintf(file, "  %s %5u%s ", step->is_ttl ? "TTL " : "size",
			      step->is_ttl ? step->ttl : step->size,
			      step->is_ttl     ? "        "
			      : step->is_whole ? ", whole "
					       : ", pieces");
		for (int d = 0; d < PROBE_DIRECTIONS; d++)
			for (int path = PROBE_PATHS; path-- > (step->is_ttl ? MULTICAST : 0);)
				(void)fprintf(file, "  %s %s: %s", path_names[path],
					      direction_names[d],
					      outcomes[pair->steps[d][path][s]]);
		(void)fputc('\n', file);
	}
}

static void write_pair(FILE *file, const struct probe_result *r, const struct pair *pair,
		       bool is_verbose)
{
	char address[ENDPOINT_TEXT_SIZE];
	(void)fprintf(file, "\n%s, %s\n", pair->name, endpoint_format(&pair->endpoint, address));
	(void)fprintf(file, "  %14s %6s %6s %7s %6s %6s %6s  %20s %9s\n", "", "sent", "lost", "",
		      "twice", "order", "hops", "round trip ms", "first");
	for (int path = PROBE_PATHS; path-- > 0;)
		for (int d = 0; d < PROBE_DIRECTIONS; d++)
			write_path(file, pair, (enum probe_direction)d, (enum probe_path)path);
	write_limits(file, r, pair);
	if (is_verbose)
		write_steps(file, r, pair);
}

static const char *end_name(const struct probe_result *r, unsigned i)
{
	return i == 0 ? r->self : r->pairs[i - 1].name;
}

static void write_matrix(FILE *file, const struct probe_result *r)
{
	(void)fputs("\nmulticast lost, in percent: each line is one that hears, each column one "
		    "that sends\n",
		    file);
	(void)fprintf(file, "  %-12.12s", "");
	for (unsigned k = 0; k <= r->pair_count; k++)
		(void)fprintf(file, " %12.12s", end_name(r, k));
	(void)fputc('\n', file);
	for (unsigned i = 0; i <= r->pair_count; i++) {
		(void)fprintf(file, "  %-12.12s", end_name(r, i));
		for (unsigned k = 0; k <= r->pair_count; k++) {
			const struct matrix_cell *cell = &r->matrix[i][k];
			uint32_t lost =
				cell->sent > cell->received ? cell->sent - cell->received : 0;
			if (i == k || !cell->is_known)
				(void)fprintf(file, " %12s", i == k ? "" : "?");
			else
				(void)fprintf(file, " %12.1f", 100.0 * lost / cell->sent);
		}
		(void)fputc('\n', file);
	}
}

static void write_judgement(FILE *file, const struct judgement *j)
{
	(void)fprintf(file, "%s %s\n", j->is_failure ? "!" : "-", j->text);
	if (j->next[0])
		(void)fprintf(file, "  next: %s\n", j->next);
}

void probe_write_text(FILE *file, const struct probe_result *r, const struct judgements *j,
		      bool is_quiet, bool is_verbose)
{
	(void)fprintf(file, "%s\n", j->text);
	if (is_quiet)
		return;
	for (unsigned i = 0; i < r->pair_count; i++)
		write_pair(file, r, &r->pairs[i], is_verbose);
	if (r->pair_count > 1)
		write_matrix(file, r);
	if (j->count > 0)
		(void)fputc('\n', file);
	for (size_t i = 0; i < j->count; i++)
		write_judgement(file, &j->list[i]);
}
