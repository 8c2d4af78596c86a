/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
#ifndef RAMURE_SIM_REPORT_H
#define RAMURE_SIM_REPORT_H
/* report.h - the figures of runs, for people and for programs. The same figures make the same bytes
 * everywhere. */
#include "sim/measure.h"

#include <stdio.h>

/* A column of a table: a run, or the mean of some. */
struct report_column {
	const char *title; /* Borrowed; NULL: none. */
	const struct figures *figures;
};

/* A table, a line a measure, a heading for each group of them. Lines that no column has a figure
 * for are left out. */
void report_text(FILE *out, const struct report_column *columns, unsigned count);

/* One JSON object: a key a measure (measures.def), in their order; null where there is none. */
void report_json(FILE *out, const struct figures *figures);

/* The mean of each measure over `count` runs that have it; of maxima, too. */
void report_mean(const struct figures *runs, unsigned count, struct figures *ret_mean);

#endif
