/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
#include "doctor/finding.h"

#include "doctor/rules.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define CAUSE(id, name, symptom, why) {name, symptom, why},
static const struct cause_text causes[] = {
#include "doctor/causes.def"
};
#undef CAUSE

const struct cause_text *cause_text(enum cause cause)
{
	return &causes[cause];
}

const char *weight_name(enum weight weight)
{
	static const char *const names[] = {"broken", "risk", "note"};
	return names[weight];
}

/* A place for one more: at the end, else that of one that weighs less. */
static struct finding *place_for(struct question *q, enum weight weight)
{
	struct findings *all = q->findings;
	if (all->count < FINDINGS_MAX)
		return &all->list[all->count++];
	struct finding *least = &q->spare;
	for (size_t i = 0; i < all->count; i++)
		if (all->list[i].weight > weight &&
		    (least == &q->spare || all->list[i].weight > least->weight))
			least = &all->list[i];
	return least;
}

struct finding *finding_add(struct question *q, enum cause cause, enum weight weight,
			    const char *place)
{
	if (q->is_second && weight == WEIGHT_BROKEN)
		weight = WEIGHT_RISK;
	struct finding *f = place_for(q, weight);
	*f = (struct finding){.cause = cause, .weight = weight};
	(void)snprintf(f->place, sizeof(f->place), "%s", place);
	return f;
}

bool finding_any_broken(const struct question *q)
{
	for (size_t i = 0; i < q->findings->count; i++)
		if (q->findings->list[i].weight == WEIGHT_BROKEN)
			return true;
	return false;
}

void finding_evidence(struct finding *f, const char *format, ...)
{
	va_list arguments;
	va_start(arguments, format);
	(void)vsnprintf(f->evidence, sizeof(f->evidence), format, arguments);
	va_end(arguments);
}

void finding_where(struct finding *f, const char *format, ...)
{
	va_list arguments;
	va_start(arguments, format);
	(void)vsnprintf(f->where, sizeof(f->where), format, arguments);
	va_end(arguments);
}

void finding_advice(struct finding *f, const char *format, ...)
{
	va_list arguments;
	va_start(arguments, format);
	(void)vsnprintf(f->advice, sizeof(f->advice), format, arguments);
	va_end(arguments);
}

/* Braces are the nftables' own, as words by themselves. */
static bool is_plain(const char *command)
{
	static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
				    " _-.,:/=@+{}";
	return command[strspn(command, plain)] == '\0';
}

void finding_fix(struct finding *f, const char *format, ...)
{
	va_list arguments;
	va_start(arguments, format);
	int size = vsnprintf(f->fix, sizeof(f->fix), format, arguments);
	va_end(arguments);
	if (size < 0 || (size_t)size >= sizeof(f->fix) || !is_plain(f->fix))
		f->fix[0] = '\0';
}
