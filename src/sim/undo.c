/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
#include "sim/undo.h"

#include "sim/memory.h"

#include <stdlib.h>

void undo_init(struct undo_list *l)
{
	*l = (struct undo_list){0};
	queue_init(&l->times);
}

void undo_done(struct undo_list *l)
{
	for (size_t i = 0; i < sizeof(l->newest) / sizeof(l->newest[0]); i++)
		free(l->newest[i].numbers);
	queue_done(&l->times);
	free(l->undos);
}

static uint32_t *newest_of(struct undo_list *l, enum happening_verb verb, uint32_t subject)
{
	struct undo_newest *n = &l->newest[verb];
	n->numbers = memory_fit(n->numbers, subject + 1, &n->count, sizeof(*n->numbers));
	return &n->numbers[subject];
}

void undo_plan(struct undo_list *l, struct time now, int64_t for_us, enum happening_verb verb,
	       uint32_t subject)
{
	if (for_us <= 0) {
		/* Where nothing was planned for so high a subject, there is nothing to supersede.
		 */
		if (subject < l->newest[verb].count)
			l->newest[verb].numbers[subject] = 0;
		return;
	}
	l->undos = memory_grow(l->undos, l->count, &l->capacity, sizeof(*l->undos));
	l->undos[l->count] = (struct undo){verb, subject};
	queue_put(&l->times, time_after(now, for_us), l->count, NULL);
	*newest_of(l, verb, subject) = ++l->count;
}

struct time undo_next_at(const struct undo_list *l)
{
	return queue_next_at(&l->times);
}

bool undo_take(struct undo_list *l, struct undo *ret_undo)
{
	struct queue_event event;
	if (!queue_take(&l->times, &event))
		return false;
	struct undo undo = l->undos[event.node];
	uint32_t *newest = newest_of(l, undo.verb, undo.subject);
	if (*newest != event.node + 1)
		return false;
	*newest = 0;
	*ret_undo = undo;
	return true;
}
