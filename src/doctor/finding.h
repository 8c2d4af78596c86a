/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
#ifndef RAMURE_DOCTOR_FINDING_H
#define RAMURE_DOCTOR_FINDING_H
/* finding.h - what the rules found in a snapshot: a cause, where, the evidence, the fix.
 *
 * The causes are rows of causes.def. A finding is one of them at one place.
 *
 *     rules_judge -> verdict_of -> report_write | report_write_json
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define CAUSE(id, name, symptom, why) CAUSE_##id,
enum cause {
#include "doctor/causes.def"
	CAUSE_COUNT,
};
#undef CAUSE

struct cause_text {
	const char *name;    /* Such as "interface-down": for scripts, tests, the man page. */
	const char *symptom; /* What a user sees of it. */
	const char *why;     /* Why it matters: a sentence. */
};

const struct cause_text *cause_text(enum cause cause);

/* The order is that of the report: the most certain first. */
enum weight {
	WEIGHT_BROKEN, /* It does not work as long as this is so. */
	WEIGHT_RISK,   /* It explains some complaints, and may be harmless here. */
	WEIGHT_NOTE,   /* Good to know; nothing is wrong with it. */
};

/* "broken", "risk", "note". */
const char *weight_name(enum weight weight);

struct finding {
	enum cause cause;
	enum weight weight;
	char place[128];    /* The interface, rule or process that is meant; may be empty. */
	char evidence[256]; /* What was found: a sentence. */
	char where[96];     /* By which file, netlink message or call. */
	char fix[256]; /* One command that mends it, to be run as root; empty where none is known.
			  Of characters that no shell takes for its own. */
	char advice[256]; /* What to do where no command of this host helps; may be empty. */
};

#define FINDINGS_MAX 256 /* Of more than these, notes are dropped first, then risks. */

struct findings {
	struct finding list[FINDINGS_MAX];
	size_t count;
};

struct snapshot;

/* Judges a snapshot: fills `ret_findings`, most likely cause first. */
void rules_judge(const struct snapshot *s, struct findings *ret_findings);

/* What the program says in the end, and its exit code: 0, 1, 3. */
enum verdict { VERDICT_WORKS = 0, VERDICT_DOES_NOT = 1, VERDICT_CANNOT_TELL = 3 };

/* It does not work with anything broken. It cannot be told where nothing is, and something decisive
 * could not be looked at: a `blind` row whose `what` begins with "firewall" or "interfaces", or a
 * snapshot without interfaces. */
enum verdict verdict_of(const struct snapshot *s, const struct findings *findings);

/* "works", "does-not-work", "cannot-tell". */
const char *verdict_name(enum verdict verdict);

/* The level of conformance of RFC 1112 section 3 that the host has towards what was asked: 0, 1, 2;
 * -1 where that is not known. */
int conformance_of(const struct snapshot *s, const struct findings *findings);

#endif
