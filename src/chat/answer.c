/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
#include "chat/answer.h"

#include <string.h>

void answer_init(struct answer *a)
{
	*a = (struct answer){
		.due_at = TIME_NEVER,
		.answered_at = TIME_LONG_AGO,
		.round_at = {TIME_LONG_AGO, TIME_LONG_AGO},
	};
}

void answer_on_arrival(struct answer *a, struct people *people, struct piece newcomer,
		       struct random *random, struct time now)
{
	if (time_elapsed_us(a->round_at[0], now) > ANSWER_ROUND_US) {
		people_forget_silent(people, a->round_at[1]);
		a->round_at[1] = a->round_at[0];
		a->round_at[0] = now;
	}
	a->arrival++;
	memcpy(a->newcomer, newcomer.text, newcomer.size);
	a->newcomer_size = newcomer.size;
	if (!time_is_never(a->due_at))
		return;
	int64_t window_us = ANSWER_DELAY_US + ANSWER_DELAY_PERSON_US * (int64_t)people->count;
	if (window_us > ANSWER_DELAY_MAX_US)
		window_us = ANSWER_DELAY_MAX_US;
	int64_t delay_us = ANSWER_DELAY_MIN_US + (int64_t)random_below(random, (uint64_t)window_us);
	int64_t rest_us = ANSWER_INTERVAL_US - time_elapsed_us(a->answered_at, now);
	a->due_at = time_after(now, delay_us + (rest_us > 0 ? rest_us : 0));
}

bool answer_on_name(struct answer *a, struct people *people, struct piece name, bool is_self,
		    struct time now)
{
	if (is_self) {
		a->self_named_in = a->arrival;
		return false;
	}
	bool is_new = people_name(people, name, now);
	struct person *person = people_find(people, name);
	if (person)
		person->named_in = a->arrival;
	return is_new;
}

static bool is_worth_naming(const struct answer *a, const struct person *p, struct time now)
{
	bool is_newcomer = p->name_size == a->newcomer_size &&
			   memcmp(p->name, a->newcomer, a->newcomer_size) == 0;
	return !is_newcomer && time_elapsed_us(p->heard_at, now) <= ANSWER_FRESH_US &&
	       p->named_in != a->arrival;
}

size_t answer_write(struct answer *a, struct people *people, struct piece self, struct time now,
		    char out[LINE_SIZE_MAX])
{
	size_t size = line_write_here(out);
	size_t empty_size = size;
	if (a->self_named_in != a->arrival) {
		(void)line_add_name(out, &size, self);
		a->self_named_in = a->arrival;
	}
	for (size_t i = 0; i < people->count; i++) {
		struct person *p = &people->list[i];
		if (!is_worth_naming(a, p, now))
			continue;
		if (!line_add_name(out, &size, (struct piece){p->name, p->name_size}))
			return size; /* Still due: the rest goes into a next line. */
		p->named_at = now;
		p->named_in = a->arrival;
	}
	a->due_at = TIME_NEVER;
	a->answered_at = now;
	return size > empty_size ? size : 0;
}
