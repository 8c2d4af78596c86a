/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
#ifndef RAMURE_TEST_FUZZ_FUZZ_H
#define RAMURE_TEST_FUZZ_FUZZ_H
/* fuzz.h - what the fuzzers share: the entry point, a check that stays in every build, and what
 * every text that is shown or sent must be. */
#include "base/utf8.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Called by libFuzzer, or by replay_main.c for each file of a corpus. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define CHECK(condition)                                                                           \
	do {                                                                                       \
		if (!(condition)) {                                                                \
			(void)fprintf(stderr, "%s:%d: not so: %s\n", __FILE__, __LINE__,           \
				      #condition);                                                 \
			abort();                                                                   \
		}                                                                                  \
	} while (0)

/* Valid UTF-8 without anything that acts on a terminal: C0, DEL, C1, line and paragraph separators,
 * and what reorders the text behind it. */
static inline void check_safe(const char *text, size_t size)
{
	for (size_t i = 0, used; i < size; i += used) {
		uint32_t c;
		used = utf8_decode(text + i, size - i, &c);
		CHECK(c >= 0x20 && (c < 0x7F || c > 0x9F));
		CHECK(c < 0x2028 || c > 0x202E);
		CHECK(c < 0x2066 || c > 0x2069);
		CHECK(c != UTF8_REPLACEMENT || (used == 3 && memcmp(text + i, "\uFFFD", 3) == 0));
	}
}

#endif
