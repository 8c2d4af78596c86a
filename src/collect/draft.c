/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
#include "collect/draft.h"

#include <stdlib.h>
#include <string.h>

#define PUT(field, text) (void)snprintf(field, sizeof(field), "%s", text)

void draft_init(struct draft *d, const struct seen_rule *row)
{
	d->rows[0] = *row;
	d->count = 1;
}

void draft_mark_partial(struct draft *d)
{
	for (size_t i = 0; i < d->count; i++)
		d->rows[i].is_partial = true;
}

void draft_decide(struct draft *d, const char *verdict, const char *target)
{
	for (size_t i = 0; i < d->count; i++) {
		if (d->rows[i].verdict[0])
			continue;
		PUT(d->rows[i].verdict, verdict);
		PUT(d->rows[i].target, target);
	}
}

void draft_add(const struct draft *d, struct snapshot *s)
{
	bool is_decided = d->count > 0 && d->rows[0].verdict[0];
	for (size_t i = 0; i < d->count && (i == 0 || is_decided); i++)
		*snapshot_add_rule(s) = d->rows[i];
}

void draft_list_add(struct draft_list *list, const char *text)
{
	if (list->count == DRAFT_VALUES || strlen(text) >= sizeof(list->texts[0]))
		list->is_partial = true;
	else
		PUT(list->texts[list->count++], text);
}

const char *draft_everything(int family)
{
	return family == 4 ? "0.0.0.0/0" : "::/0";
}

/* --- Columns --- */

struct field {
	char *text; /* NULL: there is no such column. */
	size_t size;
};

static struct field field_of(struct seen_rule *r, enum draft_column column)
{
	switch (column) {
	case DRAFT_DESTINATION:
		return (struct field){r->destination, sizeof(r->destination)};
	case DRAFT_SOURCE:
		return (struct field){r->source, sizeof(r->source)};
	case DRAFT_PROTOCOL:
		return (struct field){r->protocol, sizeof(r->protocol)};
	case DRAFT_PORT:
		return (struct field){r->ports, sizeof(r->ports)};
	case DRAFT_IN:
		return (struct field){r->in, sizeof(r->in)};
	case DRAFT_OUT:
		return (struct field){r->out, sizeof(r->out)};
	case DRAFT_ICMP_TYPE:
		return (struct field){r->icmp_type, sizeof(r->icmp_type)};
	case DRAFT_PACKET_TYPE:
		return (struct field){r->packet_type, sizeof(r->packet_type)};
	case DRAFT_STATES:
		return (struct field){r->states, sizeof(r->states)};
	case DRAFT_NONE:
		break;
	}
	return (struct field){0};
}

/* True if `wide` is all of an IP version, and `narrow` is a part of that. */
static bool is_within_everything(const char *narrow, const char *wide)
{
	return narrow[0] != '!' && strcmp(wide, draft_everything(strchr(narrow, ':') ? 6 : 4)) == 0;
}

/* A column that says something already says no more than one thing: then it is partial. */
static void set_field(struct seen_rule *r, enum draft_column column, const char *text)
{
	struct field f = field_of(r, column);
	bool is_address = column == DRAFT_DESTINATION || column == DRAFT_SOURCE;
	bool is_number = column == DRAFT_PORT && text[strspn(text, "0123456789")] == '\0';
	if (!f.text || !text[0] || strcmp(f.text, text) == 0 ||
	    (is_address && f.text[0] && is_within_everything(f.text, text)))
		return;
	if ((column == DRAFT_PORT && r->port > 0) || strlen(text) >= f.size ||
	    (f.text[0] && !(is_address && is_within_everything(text, f.text))))
		r->is_partial = true;
	else if (is_number)
		r->port = atoll(text);
	else
		(void)snprintf(f.text, f.size, "%s", text);
}

/* As many of the list, from `at` on, as the column takes; gives where the next begin. */
static size_t pack(const struct draft_list *list, size_t at, enum draft_column column,
		   char *ret_text, size_t size)
{
	size_t used = (size_t)snprintf(ret_text, size, "%s", list->is_negated ? "!" : "");
	size_t first = at;
	for (; at < list->count; at++) {
		size_t more = strlen(list->texts[at]) + (at > first);
		if (used + more >= size || (at > first && column == DRAFT_PACKET_TYPE))
			break;
		used += (size_t)snprintf(ret_text + used, size - used, "%s%s",
					 at > first ? "," : "", list->texts[at]);
	}
	return at;
}

static void add_rows(struct draft *d, const struct draft *before, enum draft_column column,
		     const char *text)
{
	for (size_t i = 0; i < before->count; i++) {
		if (d->count == DRAFT_ROWS)
			return;
		d->rows[d->count] = before->rows[i];
		set_field(&d->rows[d->count++], column, text);
	}
}

void draft_apply(struct draft *d, enum draft_column column, const struct draft_list *list)
{
	char text[128];
	struct draft before = *d;
	struct field f = field_of(&before.rows[0], column);
	size_t size = f.size < sizeof(text) ? f.size : sizeof(text), at = 0, rows = 0;
	if (list->count == 0 && !list->is_partial) {
		d->count = list->is_negated ? d->count : 0;
		return;
	}
	bool is_whole =
		f.text && !list->is_partial && !(list->is_negated && column == DRAFT_PACKET_TYPE);
	d->count = 0;
	while (is_whole && at < list->count) {
		size_t next = pack(list, at, column, text, size);
		is_whole = next > at && !(list->is_negated && next < list->count) &&
			   ++rows * before.count <= DRAFT_ROWS;
		if (is_whole)
			add_rows(d, &before, column, text);
		at = next;
	}
	if (!is_whole) {
		*d = before;
		draft_mark_partial(d);
	}
}

void draft_set(struct draft *d, enum draft_column column, const char *text)
{
	for (size_t i = 0; i < d->count; i++)
		set_field(&d->rows[i], column, text);
}

void draft_apply_kinds(struct draft *d, const char *family, const struct draft_list *kinds)
{
	bool has_groups = false;
	const char *groups = strcmp(family, "ip") == 0    ? "224.0.0.0/4"
			     : strcmp(family, "ip6") == 0 ? "ff00::/8"
							  : "224.0.0.0/4,ff00::/8";
	char text[64];
	for (size_t i = 0; i < kinds->count; i++)
		has_groups = has_groups || strcmp(kinds->texts[i], "multicast") == 0;
	(void)snprintf(text, sizeof(text), "%s%s", kinds->is_negated ? "!" : "", groups);
	if (kinds->is_partial || kinds->count == 0)
		draft_mark_partial(d);
	else if (has_groups)
		draft_set(d, DRAFT_DESTINATION, text);
	else if (!kinds->is_negated) /* It is never a group's. */
		draft_set(d, DRAFT_PACKET_TYPE, kinds->texts[0]);
}

void draft_branch(struct draft *d, enum draft_column column, const struct draft_branch *branches,
		  size_t count)
{
	if (d->count * count > DRAFT_ROWS) {
		draft_mark_partial(d);
		return;
	}
	struct draft before = *d;
	d->count = 0;
	for (size_t j = 0; j < count; j++) {
		size_t first = d->count;
		add_rows(d, &before, column, branches[j].text);
		for (size_t i = first; i < d->count; i++) {
			d->rows[i].is_partial = d->rows[i].is_partial || branches[j].is_partial;
			PUT(d->rows[i].verdict, branches[j].verdict);
			PUT(d->rows[i].target, branches[j].target);
		}
	}
}
