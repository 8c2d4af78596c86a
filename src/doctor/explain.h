/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
#ifndef RAMURE_DOCTOR_EXPLAIN_H
#define RAMURE_DOCTOR_EXPLAIN_H
/* explain.h - a frame in words, line by line, for who wants to learn how multicast works; or as
 * JSON, for programs. */
#include "doctor/frame.h"

#include <jansson.h>
#include <stdio.h>

enum explain_depth {
	EXPLAIN_BRIEF, /* The first line alone. */
	EXPLAIN_USUAL, /* And what each part of it means. */
	EXPLAIN_FULL,  /* And the bytes of the payload. */
};

/* Writes `title` (when, where) and the explanation. */
void explain_text(const struct frame *f, const char *title, enum explain_depth depth, FILE *file);

/* A record's meaning as a sentence of at most `size` bytes with the NUL, cut where it is longer:
 * "CHANGE_TO_EXCLUDE {}: joins 224.1.1.1 from any source". */
void explain_record(const struct frame *f, const struct record *r, char *text, size_t size);

/* The frame as an object, as mcastdoctor(1) documents it; the caller has the reference. NULL where
 * there is no memory. */
json_t *explain_json(const struct frame *f);

#endif
