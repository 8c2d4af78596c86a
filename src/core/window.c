/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
#include "core/window.h"

#include <assert.h>
#include <string.h>

void window_init(struct window *w, uint64_t top)
{
	memset(w->seen, 0xFF, sizeof(w->seen));
	w->top = top;
}

static uint64_t *word_of(struct window *w, uint64_t number)
{
	return &w->seen[number % WINDOW_SIZE / 64];
}

/* The bits of the numbers between the old top and the new one are those of numbers that are too old
 * now: they become those of numbers not seen. */
static void advance(struct window *w, uint64_t top)
{
	if (top - w->top >= WINDOW_SIZE) {
		memset(w->seen, 0, sizeof(w->seen));
	} else {
		for (uint64_t n = w->top; n++ < top;) /* Which may be the last there is. */
			*word_of(w, n) &= ~(UINT64_C(1) << n % 64);
	}
	w->top = top;
}

bool window_is_new(const struct window *w, uint64_t number)
{
	assert(number >= 1);
	if (number > w->top)
		return true;
	return w->top - number < WINDOW_SIZE &&
	       !(w->seen[number % WINDOW_SIZE / 64] >> number % 64 & 1);
}

void window_take(struct window *w, uint64_t number)
{
	assert(window_is_new(w, number));
	if (number > w->top)
		advance(w, number);
	*word_of(w, number) |= UINT64_C(1) << number % 64;
}

static bool was_taken(const struct window *w, uint64_t number)
{
	return number >= 1 && number <= w->top && w->top - number < WINDOW_SIZE &&
	       (w->seen[number % WINDOW_SIZE / 64] >> number % 64 & 1) != 0;
}

bool window_has_all(const struct window *w, uint64_t from, uint64_t to)
{
	uint64_t oldest = w->top >= WINDOW_SIZE ? w->top - WINDOW_SIZE + 1 : 1;
	if (to > w->top)
		return false;
	for (uint64_t n = from + 1 > oldest ? from + 1 : oldest; n <= to; n++)
		if (!was_taken(w, n))
			return false;
	return true;
}

uint32_t window_run_below(const struct window *w, uint64_t number)
{
	uint32_t run = 0;
	while (number > run && was_taken(w, number - 1 - run))
		run++;
	return run;
}

uint64_t window_bits_below(const struct window *w, uint64_t number)
{
	uint64_t bits = 0;
	for (unsigned i = 0; i < 64 && number > i; i++)
		bits |= (uint64_t)was_taken(w, number - 1 - i) << i;
	return bits;
}

void sources_init(struct sources *s, uint32_t sets)
{
	assert(sets > 0 && (sets & (sets - 1)) == 0);
	s->sets = sets;
	memset(s->entries, 0, (size_t)sets * SOURCE_WAYS * sizeof(s->entries[0]));
}

struct source *sources_find(struct sources *s, uint64_t id)
{
	/* Ids are random: any of their bits will do. */
	struct source *set = &s->entries[(id & (s->sets - 1)) * SOURCE_WAYS];
	unsigned at = 0;
	if (set[0].id == id)
		return &set[0];
	while (at < SOURCE_WAYS - 1 && set[at].id != id)
		at++;
	struct source found = set[at].id == id ? set[at] : (struct source){.id = id};
	memmove(set + 1, set, at * sizeof(*set));
	set[0] = found;
	return &set[0];
}
