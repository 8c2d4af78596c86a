/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
#ifndef RAMURE_COLLECT_DRAFT_H
#define RAMURE_COLLECT_DRAFT_H
/* draft.h - a rule of a firewall on its way into the snapshot.
 *
 * A column of `rule` takes a list, as far as it fits. What does not becomes several rows with the
 * same handle, and so does a map of verdicts: each row for a part.
 *
 *     draft_init -> ( draft_apply | draft_set | draft_branch | draft_mark_partial | draft_decide )*
 *     -> draft_add
 */
#include "doctor/snapshot.h"

#define DRAFT_ROWS   64   /* What would take more is partial. */
#define DRAFT_VALUES 1024 /* Of a list; a longer one is partial. */

/* The columns of `rule` that a match is about. */
enum draft_column {
	DRAFT_NONE,
	DRAFT_DESTINATION,
	DRAFT_SOURCE,
	DRAFT_PROTOCOL,
	DRAFT_PORT,
	DRAFT_IN,
	DRAFT_OUT,
	DRAFT_ICMP_TYPE,
	DRAFT_PACKET_TYPE,
	DRAFT_STATES,
};

/* One of these, or none of them. */
struct draft_list {
	bool is_negated;
	bool is_partial; /* There are others that are not understood, or too many. */
	size_t count;
	char texts[DRAFT_VALUES][64];
};

/* One entry of a map: what follows from a value. */
struct draft_branch {
	char text[64];    /* "": any. */
	bool is_partial;  /* It means less than that. */
	char verdict[16]; /* "": none. */
	char target[48];  /* The chain of jump and goto. */
};

struct draft {
	struct seen_rule rows[DRAFT_ROWS];
	size_t count; /* 0: it never matches. */
};

void draft_init(struct draft *d, const struct seen_rule *row);

/* Adds a value; the list is partial if there is no more room. */
void draft_list_add(struct draft_list *list, const char *text);

/* The rule matches only on these values of the column. */
void draft_apply(struct draft *d, enum draft_column column, const struct draft_list *list);

/* The same for one value. */
void draft_set(struct draft *d, enum draft_column column, const char *text);

/* The same for kinds of destinations: multicast, local, broadcast, ... `family` is that of the
 * table: ip, ip6, or one that has both. */
void draft_apply_kinds(struct draft *d, const char *family, const struct draft_list *kinds);

/* Each row becomes one for each of the branches, which decides for itself. */
void draft_branch(struct draft *d, enum draft_column column, const struct draft_branch *branches,
		  size_t count);

/* They match on more than their columns say. */
void draft_mark_partial(struct draft *d);

/* What the rule does, in those rows that have no verdict yet. */
void draft_decide(struct draft *d, const char *verdict, const char *target);

/* Appends the rows to the snapshot; one row, if they decide nothing. */
void draft_add(const struct draft *d, struct snapshot *s);

/* All of an IP version, 4 or 6. */
const char *draft_everything(int family);

#endif
