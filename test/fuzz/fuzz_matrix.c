/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
/* fuzz_matrix.c - a file of round-trip times, and what it says written and read again. */
#include "fuzz.h"
#include "sim/topology.h"

#include <errno.h>

#define NUMBER_SIZE_MAX 16 /* "3600000.000", a blank. */

static int64_t check_delay(const struct topology *t, uint32_t from, uint32_t to)
{
	int64_t delay_us = topology_delay_us(t, from, to);
	CHECK(delay_us >= 0 && delay_us <= INT64_C(1800000000));
	CHECK(from != to || delay_us == 0);
	return delay_us;
}

static void check_again(const struct topology *t)
{
	size_t numbers = (size_t)t->place_count * t->place_count, size = 0;
	char *text = malloc(numbers * NUMBER_SIZE_MAX);
	struct topology again;
	struct failure failure;
	CHECK(text);
	for (uint32_t from = 0; from < t->place_count; from++)
		for (uint32_t to = 0; to < t->place_count; to++) {
			long long rtt_us = 2 * check_delay(t, from, to);
			size += (size_t)snprintf(text + size, NUMBER_SIZE_MAX, "%lld.%03lld%c",
						 rtt_us / 1000, rtt_us % 1000,
						 to + 1 == t->place_count ? '\n' : ' ');
		}
	CHECK(topology_matrix(&again, text, size, &failure) == 0);
	CHECK(again.place_count == t->place_count);
	CHECK(memcmp(again.delays_us, t->delays_us, numbers * sizeof(*t->delays_us)) == 0);
	topology_done(&again);
	free(text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct topology t, before;
	struct failure failure = {0};
	memset(&t, 0xA5, sizeof(t));
	before = t;
	int error = topology_matrix(&t, (const char *)data, size, &failure);
	if (error == 0) {
		CHECK(failure.code == 0);
		CHECK(t.place_count >= 1 && t.place_count <= TOPOLOGY_MATRIX_MAX);
		CHECK(t.link_count == 0);
		check_again(&t);
		topology_done(&t);
		return 0;
	}
	CHECK(error == -EINVAL && failure.code == -EINVAL);
	CHECK(strncmp(failure.text, "line ", 5) == 0);
	CHECK(memchr(failure.text, '\0', sizeof(failure.text)));
	check_safe(failure.text, strlen(failure.text));
	CHECK(memcmp(&t, &before, sizeof(t)) == 0);
	return 0;
}
