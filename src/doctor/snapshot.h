/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
#ifndef RAMURE_DOCTOR_SNAPSHOT_H
#define RAMURE_DOCTOR_SNAPSHOT_H
/* snapshot.h - a host as it was when it was looked at: tables of facts, and no opinion.
 *
 * src/collect fills it from the running system, snapshot_load from a file; src/doctor judges it.
 * The facts are rows of snapshot.def.
 *
 *     snapshot_init -> ( snapshot_add_<table> | snapshot_load )* -> ... -> snapshot_done
 */
#include "base/failure.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#define SNAPSHOT_VERSION 1
#define UNKNOWN          INT64_C(-1)
#define SNAPSHOT_ROWS    65536 /* Of a table; what comes after them is dropped. */

#define TABLE(name, meaning)      struct seen_##name {
#define TEXT(name, size, meaning) char name[size];
#define NUMBER(name, meaning)     int64_t name;
#define FLAG(name, meaning)       bool name;
#define END(name)                                                                                  \
	}                                                                                          \
	;
#include "doctor/snapshot.def"
#undef TABLE
#undef TEXT
#undef NUMBER
#undef FLAG
#undef END

/* For each table NAME its rows, `s->NAME[0]` to `s->NAME[s->NAME_count - 1]`. snapshot_done frees
 * them. */
struct snapshot {
#define TEXT(name, size, meaning)
#define NUMBER(name, meaning)
#define FLAG(name, meaning)
#define END(name)
#define TABLE(name, meaning)                                                                       \
	struct seen_##name *name;                                                                  \
	size_t name##_count, name##_room;
#include "doctor/snapshot.def"
#undef TABLE
};

/* Empty, with its one row of host: nothing is known. Aborts where there is no memory. */
void snapshot_init(struct snapshot *s);
void snapshot_done(struct snapshot *s);

/* Appends a row and gives it to be filled in: texts are empty, numbers UNKNOWN, flags false. It
 * stays valid until the next is appended to that table. Of a full table it is a row that nobody
 * sees. Aborts where there is no memory. */
#define TABLE(name, meaning) struct seen_##name *snapshot_add_##name(struct snapshot *s);
#include "doctor/snapshot.def"
#undef TABLE
#undef TEXT
#undef NUMBER
#undef FLAG
#undef END

/* Writes it as JSON. Negative errno and `failure` where that fails. */
int snapshot_save(const struct snapshot *s, FILE *file, struct failure *failure);

/* Reads what snapshot_save wrote into `s`, which was initialised and is empty. What it does not
 * know is passed over; what is of the wrong kind, or too long, is refused with -EINVAL. */
int snapshot_load(struct snapshot *s, FILE *file, struct failure *failure);

#endif
