/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
#ifndef RAMURE_COLLECT_FILES_H
#define RAMURE_COLLECT_FILES_H
/* files.h - small files of /proc and /sys; what could not be looked at. */
#include "doctor/snapshot.h"

#include <stddef.h>

/* The whole number in a file whose path `format` makes; UNKNOWN where it cannot be read. */
__attribute__((format(printf, 1, 2))) int64_t files_number(const char *format, ...);

/* The first line of a file without its end, cut at size - 1 bytes; "" where it cannot be read. */
void files_line(const char *path, char *text, size_t size);

/* Something could not be looked at. */
void files_blind(struct snapshot *s, const char *what, const char *why, const char *how);

#endif
