/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
#ifndef RAMURE_COLLECT_FILES_H
#define RAMURE_COLLECT_FILES_H
/* files.h - small files of /proc and /sys, and what other programs print. */
#include "doctor/snapshot.h"

#include <stddef.h>

/* The whole number in a file whose path `format` makes; UNKNOWN where it cannot be read. */
__attribute__((format(printf, 1, 2))) int64_t files_number(const char *format, ...);

/* The first line of a file without its end, cut at size - 1 bytes; "" where it cannot be read. */
void files_line(const char *path, char *text, size_t size);

/* What the program `argv[0]`, looked for in PATH and then in /usr/sbin and /sbin, prints to its
 * standard output: gives it, NUL-terminated, for the caller to free. NULL where there is no such
 * program (`ret_error` is ENOENT), where it fails (EPERM), does not end within two seconds, or
 * prints more than 16 MiB. */
char *files_output(char *const argv[], int *ret_error);

/* Something could not be looked at. */
void files_blind(struct snapshot *s, const char *what, const char *why, const char *how);

#endif
