/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
#ifndef RAMURE_APP_MCASTSIM_ROWS_H
#define RAMURE_APP_MCASTSIM_ROWS_H
/* rows.h - the table of options: from it come what getopt knows, the help, and the reading. */
#include "options.h"

/* How an option's value is read. */
enum row_kind {
	KIND_FLAG, /* It has none. */
	KIND_DURATION,
	KIND_PROBABILITY,
	KIND_RATE,
	KIND_BANDWIDTH,
	KIND_BYTES,
	KIND_COUNT,
	KIND_PPM,
	KIND_TEXT,
	KIND_CHOICE,  /* One of the words in `argument`, with | between them: its number. */
	KIND_SPECIAL, /* By `parse`. */
};

struct row {
	const char *name;     /* NULL: a heading; `help` has it. */
	const char *argument; /* As the help shows it; NULL: none. */
	const char *implied;  /* The value if none is given, as in --plane; NULL: one must be. */
	const char *help;
	enum row_kind kind;
	size_t offset; /* Of the field in struct options. */
	void (*parse)(const char *value, struct options *o);
	bool is_of_run; /* About the run, not the experiment: may stand beside --draw. */
};

extern const struct row option_rows[];
extern const unsigned option_row_count;

#endif
