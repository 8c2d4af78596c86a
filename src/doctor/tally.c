/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
#include "doctor/tally.h"

#include <string.h>

static bool is_set(const struct tally *t, uint32_t number)
{
	uint32_t bit = number % TALLY_WINDOW;
	return t->window[bit / 64] >> (bit % 64) & 1;
}

static void set(struct tally *t, uint32_t number, bool value)
{
	uint32_t bit = number % TALLY_WINDOW;
	uint64_t mask = UINT64_C(1) << (bit % 64);
	t->window[bit / 64] = value ? t->window[bit / 64] | mask : t->window[bit / 64] & ~mask;
}

/* The window ends with `number` from now; nothing between has come yet. */
static void advance(struct tally *t, uint32_t number)
{
	if (number - t->highest >= TALLY_WINDOW)
		memset(t->window, 0, sizeof(t->window));
	else
		for (uint32_t n = t->highest; n++ < number;)
			set(t, n, false);
	t->highest = number;
}

static void add_hops(struct tally *t, uint8_t hops)
{
	if (hops == HOPS_UNKNOWN)
		return;
	if (t->hops_min == HOPS_UNKNOWN || hops < t->hops_min)
		t->hops_min = hops;
	if (t->hops_max == HOPS_UNKNOWN || hops > t->hops_max)
		t->hops_max = hops;
}

void tally_add(struct tally *t, uint32_t number, uint8_t hops)
{
	bool is_first = t->received++ == 0;
	add_hops(t, hops);
	if (is_first) {
		t->first = t->highest = number;
	} else if (number > t->highest) {
		advance(t, number);
	} else if (t->highest - number >= TALLY_WINDOW) {
		t->reordered++;
		return;
	} else if (is_set(t, number)) {
		t->duplicates++;
		return;
	} else {
		t->reordered++;
	}
	set(t, number, true);
	t->distinct++;
}
