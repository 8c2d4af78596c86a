/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
#ifndef RAMURE_DOCTOR_FINDING_H
#define RAMURE_DOCTOR_FINDING_H
/* finding.h - what the rules found in a snapshot: a cause by its name, the evidence, the fix.
 *
 * The causes are rows of causes.def: name, what it means in plain words, why it matters. A finding
 * is one of them at one place.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The order is that of the report: the most certain first. */
enum weight {
	WEIGHT_BROKEN, /* It does not work as long as this is so. */
	WEIGHT_RISK,   /* It explains some complaints, and may be harmless here. */
	WEIGHT_NOTE,   /* Good to know; nothing is wrong with it. */
};

struct finding {
	const char
		*cause; /* Its name, such as "interface-down": for scripts, tests, the man page. */
	enum weight weight;
	int rank;           /* Within its weight the smaller one is the likelier cause. */
	char place[64];     /* The interface, rule or process that is meant; may be empty. */
	char evidence[256]; /* What was found: a sentence. */
	char where[96];     /* By which file, netlink message or call. */
	const char *why;    /* Why it matters: a sentence. */
	char fix[256]; /* A command that mends it, to be run as root; empty where none is known. */
	char advice[256]; /* What to do where no command of this host helps; may be empty. */
};

#define FINDINGS_MAX 256 /* What is found after them is dropped; the worst are found first. */

struct findings {
	struct finding list[FINDINGS_MAX];
	size_t count;
};

struct snapshot;

/* Judges a snapshot: fills `ret_findings`, most likely cause first. */
void rules_judge(const struct snapshot *s, struct findings *ret_findings);

/* What the program says in the end, and its exit code: 0, 1, 3. */
enum verdict { VERDICT_WORKS = 0, VERDICT_DOES_NOT = 1, VERDICT_CANNOT_TELL = 3 };

enum verdict verdict_of(const struct snapshot *s, const struct findings *findings);

#endif
