/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
#include "doctor/report.h"

#include "doctor/report_text.h"
#include "doctor/rules.h"

#include <string.h>

#define WIDTH 78 /* Columns of a page; a command is never wrapped. */
#define LABEL 11 /* Columns before the text of a finding. */

/* A label, and a text behind it that is wrapped at blanks. */
static void say_wrapped(FILE *file, const char *label, const char *text)
{
	if (!text[0])
		return;
	(void)fprintf(file, "   %-*s", LABEL - 3, label);
	size_t column = LABEL;
	for (const char *word = text; *word;) {
		size_t size = strcspn(word, " ");
		if (column > LABEL && column + 1 + size > WIDTH) {
			(void)fprintf(file, "\n%*s", LABEL, "");
			column = LABEL;
		} else if (column > LABEL) {
			(void)fputc(' ', file);
			column++;
		}
		column += text_put(file, word, size);
		word += size;
		word += strspn(word, " ");
	}
	(void)fputc('\n', file);
}

/* --- The verdict line --- */

static size_t count_of(const struct findings *findings, enum weight weight)
{
	size_t count = 0;
	for (size_t i = 0; i < findings->count; i++)
		count += findings->list[i].weight == weight;
	return count;
}

/* A sentence without its full stop. */
static int length(const char *sentence)
{
	size_t size = strlen(sentence);
	return (int)(size > 0 && sentence[size - 1] == '.' ? size - 1 : size);
}

static void say_verdict(FILE *file, const struct snapshot *s, const struct findings *findings,
			enum verdict verdict)
{
	size_t risks = count_of(findings, WEIGHT_RISK);
	const struct finding *first = findings->list;
	const struct seen_blind *blind = verdict_blind(s);
	const char *how = question_is_switch(s)
				  ? "as a switch between others: it has no address of its own"
				  : "as far as this host can tell";
	switch (verdict) {
	case VERDICT_DOES_NOT:
		text_say(file, "does not work: %.*s", length(first->evidence), first->evidence);
		break;
	case VERDICT_CANNOT_TELL:
		if (blind)
			text_say(file, "cannot tell: could not look at %s: %s", blind->what,
				 blind->why);
		else
			text_say(file, "cannot tell: no interface was looked at");
		break;
	case VERDICT_WORKS:
		if (risks > 0)
			text_say(file, "works, %s; %zu thing%s may be in the way, first %s", how,
				 risks, risks == 1 ? "" : "s", cause_text(first->cause)->name);
		else
			text_say(file, "works, %s", how);
		break;
	}
}

/* --- Findings --- */

static void say_finding(FILE *file, const struct finding *f, size_t number)
{
	const struct cause_text *cause = cause_text(f->cause);
	char mark[24];
	(void)fputc('\n', file);
	(void)snprintf(mark, sizeof(mark), "%zu.", number);
	text_say(file, "%s %s%s%s%s%s", f->weight == WEIGHT_NOTE ? "-" : mark, cause->name,
		 f->place[0] ? " (" : "", f->place, f->place[0] ? ")" : "",
		 f->weight == WEIGHT_RISK ? ", perhaps" : "");
	say_wrapped(file, "found", f->evidence);
	say_wrapped(file, "where", f->where);
	say_wrapped(file, "why", cause->why);
	if (f->fix[0])
		text_say(file, "   %-*s%s", LABEL - 3, "fix", f->fix);
	say_wrapped(file, "advice", f->advice);
}

static void say_blind(FILE *file, const struct snapshot *s)
{
	if (s->blind_count > 0)
		(void)fputs("\nCould not look at\n", file);
	for (size_t i = 0; i < s->blind_count; i++) {
		const struct seen_blind *b = &s->blind[i];
		text_say(file, "   %s: %s%s%s", b->what, b->why, b->how[0] ? "; " : "", b->how);
	}
}

/* --- Facts: each row of the snapshot, as far as it is known --- */

static void say_text(FILE *file, const char *name, const char *text)
{
	if (!text[0])
		return;
	(void)fprintf(file, " %s=", name);
	(void)text_put(file, text, strlen(text));
}

static void say_number(FILE *file, const char *name, int64_t number)
{
	if (number != UNKNOWN)
		(void)fprintf(file, " %s=%lld", name, (long long)number);
}

static void say_flag(FILE *file, const char *name, bool flag)
{
	if (flag)
		(void)fprintf(file, " %s", name);
}

#define TABLE(table, meaning)                                                                      \
	static void say_rows_of_##table(FILE *file, const struct snapshot *s)                      \
	{                                                                                          \
		for (size_t i = 0; i < s->table##_count; i++) {                                    \
			const struct seen_##table *row = &s->table[i];                             \
			(void)fputs("   " #table, file);
#define TEXT(column, size, meaning) say_text(file, #column, row->column);
#define NUMBER(column, meaning)     say_number(file, #column, row->column);
#define FLAG(column, meaning)       say_flag(file, #column, row->column);
#define END(table)                                                                                 \
	(void)fputc('\n', file);                                                                   \
	}                                                                                          \
	}
#include "doctor/snapshot.def"
#undef TABLE
#undef TEXT
#undef NUMBER
#undef FLAG
#undef END

static void say_facts(FILE *file, const struct snapshot *s)
{
	(void)fputs("\nLooked at\n", file);
#define TEXT(column, size, meaning)
#define NUMBER(column, meaning)
#define FLAG(column, meaning)
#define END(table)
#define TABLE(table, meaning) say_rows_of_##table(file, s);
#include "doctor/snapshot.def"
}

void report_write(FILE *file, const struct snapshot *s, const struct findings *findings,
		  enum verdict verdict, const struct report_options *options)
{
	say_verdict(file, s, findings, verdict);
	if (options->is_quiet)
		return;
	size_t notes = count_of(findings, WEIGHT_NOTE);
	for (size_t i = 0; i < findings->count; i++)
		if (findings->list[i].weight != WEIGHT_NOTE || options->is_verbose)
			say_finding(file, &findings->list[i], i + 1);
	if (notes > 0 && !options->is_verbose)
		(void)fprintf(file, "\n%zu note%s with --verbose\n", notes, notes == 1 ? "" : "s");
	say_blind(file, s);
	if (options->is_verbose)
		say_facts(file, s);
}
