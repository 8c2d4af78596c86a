/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
#ifndef RAMURE_APP_COMMON_USAGE_H
#define RAMURE_APP_COMMON_USAGE_H
/* usage.h - reading command lines: numbers, seconds, and one clear line for what is wrong. */
#include "base/endpoint.h"

/* Who speaks in usage_refuse, and its exit code; to be set first. */
extern const char *usage_program;
extern int usage_exit_code;

/* Says what is wrong with the command line, and ends the program. */
__attribute__((noreturn, format(printf, 1, 2))) void usage_refuse(const char *format, ...);

/* What getopt answers for an option that does not exist, or lacks its value (optstring begins with
 * ':'). */
__attribute__((noreturn)) void usage_refuse_option(int answer, const char *argument);

/* A whole number from `min` to `max`, or the end of the program. */
int usage_number(const char *option, const char *text, int min, int max);

/* Seconds, which may be a fraction, as microseconds: more than 0 unless `may_be_zero`, at most a
 * year. */
int64_t usage_seconds(const char *option, const char *text, bool may_be_zero);

/* True for `full`, false for `base`, NULL: PROFILE_DEFAULT; anything else ends the program. */
bool usage_profile(const char *text);

/* The addresses to bind for `text`, NULL for all of both families, with `port`; gives their number,
 * at most 2. */
unsigned usage_bind(const char *option, const char *text, uint16_t port,
		    struct endpoint ret_list[2]);

#endif
