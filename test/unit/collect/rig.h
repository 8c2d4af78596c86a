/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
#ifndef RAMURE_TEST_UNIT_COLLECT_RIG_H
#define RAMURE_TEST_UNIT_COLLECT_RIG_H
/* rig.h - a written text read as a file of /proc. */
#include "doctor/snapshot.h"

#include <string.h>

static inline FILE *rig_open(const char *text)
{
	return fmemopen((void *)(uintptr_t)text, strlen(text), "r");
}

/* Reads the text with one of the readers of collect/host.h. */
#define RIG_READ(text, reader, ...)                                                                \
	do {                                                                                       \
		FILE *rig_file = rig_open(text);                                                   \
		assert_non_null(rig_file);                                                         \
		reader(__VA_ARGS__, rig_file);                                                     \
		(void)fclose(rig_file);                                                            \
	} while (0)

#endif
