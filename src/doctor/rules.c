/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
/* rules.c - asks the questions, and comes to a verdict. */
#include "doctor/rules.h"
#include "doctor/prefix.h"

#include <stdlib.h>
#include <string.h>

static bool has_address_beyond(const struct snapshot *s, int family)
{
	for (size_t i = 0; i < s->address_count; i++) {
		const struct seen_address *a = &s->address[i];
		const struct seen_interface *its = question_interface(s, a->interface);
		if (a->family == family && its && !its->is_loopback &&
		    (family == 4 || strcmp(a->scope, "link") != 0))
			return true;
	}
	return false;
}

/* The family that a host uses which was asked about none: IPv4, unless it has but IPv6. */
static int family_of(const struct snapshot *s)
{
	return !has_address_beyond(s, 4) && has_address_beyond(s, 6) ? 6 : 4;
}

static void judge(const struct snapshot *s, int family, bool is_second, struct findings *findings)
{
	struct question q;
	question_init(&q, s, family, is_second, findings);
	rules_interface(&q);
	rules_route(&q);
	rules_source(&q);
	rules_firewall(&q);
	rules_limits(&q);
	rules_bridge(&q);
	rules_wire(&q);
	rules_host(&q);
}

static int compare(const void *a, const void *b)
{
	const struct finding *x = a, *y = b;
	if (x->weight != y->weight)
		return x->weight < y->weight ? -1 : 1;
	if (x->cause != y->cause)
		return x->cause < y->cause ? -1 : 1;
	int order = strcmp(x->place, y->place);
	return order != 0 ? order : strcmp(x->evidence, y->evidence);
}

void rules_judge(const struct snapshot *s, struct findings *ret_findings)
{
	ret_findings->count = 0;
	int asked = prefix_family(s->host->asked_group);
	if (asked) {
		judge(s, asked, false, ret_findings);
	} else {
		int first = family_of(s);
		judge(s, first, false, ret_findings);
		judge(s, 10 - first, true, ret_findings);
	}
	qsort(ret_findings->list, ret_findings->count, sizeof(*ret_findings->list), compare);
}

static bool is_decisive(const struct seen_blind *blind)
{
	return strncmp(blind->what, "firewall", strlen("firewall")) == 0 ||
	       strncmp(blind->what, "interfaces", strlen("interfaces")) == 0;
}

const struct seen_blind *verdict_blind(const struct snapshot *s)
{
	for (size_t i = 0; i < s->blind_count; i++)
		if (is_decisive(&s->blind[i]))
			return &s->blind[i];
	return NULL;
}

enum verdict verdict_of(const struct snapshot *s, const struct findings *findings)
{
	if (findings->count > 0 && findings->list[0].weight == WEIGHT_BROKEN)
		return VERDICT_DOES_NOT;
	if (verdict_blind(s) || s->interface_count == 0)
		return VERDICT_CANNOT_TELL;
	return VERDICT_WORKS;
}

const char *verdict_name(enum verdict verdict)
{
	switch (verdict) {
	case VERDICT_WORKS:
		return "works";
	case VERDICT_DOES_NOT:
		return "does-not-work";
	case VERDICT_CANNOT_TELL:
		break;
	}
	return "cannot-tell";
}
