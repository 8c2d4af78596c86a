/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
#ifndef RAMURE_DOCTOR_REPORT_H
#define RAMURE_DOCTOR_REPORT_H
/* report.h - findings and verdict as text for people, and as JSON for programs.
 *
 * Whatever is in the snapshot, the text is UTF-8 without anything that acts on a terminal.
 */
#include "doctor/finding.h"
#include "doctor/snapshot.h"

#include <stdio.h>

#define REPORT_SCHEMA  "ramure-doctor"
#define REPORT_VERSION 1

struct report_options {
	bool is_quiet;   /* The verdict line alone. */
	bool is_verbose; /* Also all notes, and the facts that were looked at. */
};

/* Writes the verdict line first, then the findings, most likely cause first:
 *
 *     does not work: eth0 is down
 *
 *     1. interface-down (eth0)
 *        found   eth0 is down.
 *        where   netlink RTM_GETLINK
 *        why     An interface that is down ...
 *        fix     ip link set dev eth0 up
 *        advice  ...
 *
 * Notes, with the mark `-`, are counted only, unless verbose. Then what could not be looked at. */
void report_write(FILE *file, const struct snapshot *s, const struct findings *findings,
		  enum verdict verdict, const struct report_options *options);

/* Writes one JSON object, as doc/mcastdoctor.1.scd explains it. */
void report_write_json(FILE *file, const struct snapshot *s, const struct findings *findings,
		       enum verdict verdict);

#endif
