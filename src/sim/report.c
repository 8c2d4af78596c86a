/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
#include "sim/report.h"

#include <math.h>
#include <string.h>

#define TEXT_WIDTH  40 /* Of what stands before the figures. */
#define VALUE_WIDTH 14

struct row {
	const char *key, *unit, *text;
	int decimals;
};

static const struct row rows[MEASURES] = {
#define MEASURE(identifier, key, unit, decimals, text) {key, unit, text, decimals},
#include "sim/measures.def"
#undef MEASURE
};

/* What a key begins with: the name of its group. */
static int group_size(const struct row *r)
{
	return (int)strcspn(r->key, ".");
}

static bool is_same_group(const struct row *a, const struct row *b)
{
	int size = group_size(a);
	return size == group_size(b) && memcmp(a->key, b->key, (size_t)size) == 0;
}

static bool is_shown(const struct report_column *columns, unsigned count, int key)
{
	for (unsigned i = 0; i < count; i++)
		if (!isnan(columns[i].figures->of[key]))
			return true;
	return false;
}

static void print_titles(FILE *out, const struct report_column *columns, unsigned count)
{
	bool has_title = false;
	for (unsigned i = 0; i < count; i++)
		has_title |= columns[i].title != NULL;
	if (!has_title)
		return;
	(void)fprintf(out, "%-*s", TEXT_WIDTH + 2, "");
	for (unsigned i = 0; i < count; i++)
		(void)fprintf(out, " %*s", VALUE_WIDTH, columns[i].title ? columns[i].title : "");
	(void)fputc('\n', out);
}

/* A mean of whole numbers is rarely one. */
static int decimals_of(const struct row *r, double value)
{
	bool is_whole = value > -1e15 && value < 1e15 && value == (double)(int64_t)value;
	return r->decimals == 0 && !is_whole ? 2 : r->decimals;
}

static void print_row(FILE *out, const struct report_column *columns, unsigned count, int key)
{
	const struct row *r = &rows[key];
	(void)fprintf(out, "  %-*s", TEXT_WIDTH, r->text);
	for (unsigned i = 0; i < count; i++) {
		double value = columns[i].figures->of[key];
		if (isnan(value))
			(void)fprintf(out, " %*s", VALUE_WIDTH, "-");
		else
			(void)fprintf(out, " %*.*f", VALUE_WIDTH, decimals_of(r, value), value);
	}
	(void)fprintf(out, "%s%s\n", r->unit[0] != '\0' ? " " : "", r->unit);
}

void report_text(FILE *out, const struct report_column *columns, unsigned count)
{
	const struct row *before = NULL;
	print_titles(out, columns, count);
	for (int key = 0; key < MEASURES; key++) {
		if (!is_shown(columns, count, key))
			continue;
		if (!before || !is_same_group(before, &rows[key]))
			(void)fprintf(out, "%.*s\n", group_size(&rows[key]), rows[key].key);
		before = &rows[key];
		print_row(out, columns, count, key);
	}
}

void report_json(FILE *out, const struct figures *figures)
{
	(void)fputs("{\n", out);
	for (int key = 0; key < MEASURES; key++) {
		double value = figures->of[key];
		(void)fprintf(out, "  \"%s\": ", rows[key].key);
		if (isnan(value))
			(void)fputs("null", out);
		else
			(void)fprintf(out, "%.*f", decimals_of(&rows[key], value), value);
		(void)fputs(key + 1 < MEASURES ? ",\n" : "\n", out);
	}
	(void)fputs("}\n", out);
}

void report_mean(const struct figures *runs, unsigned count, struct figures *ret_mean)
{
	for (int key = 0; key < MEASURES; key++) {
		unsigned have = 0;
		double sum = 0;
		for (unsigned i = 0; i < count; i++) {
			if (isnan(runs[i].of[key]))
				continue;
			sum += runs[i].of[key];
			have++;
		}
		ret_mean->of[key] = have > 0 ? sum / have : NAN;
	}
}
