/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
#ifndef RAMURE_SIM_UNDO_H
#define RAMURE_SIM_UNDO_H
/* undo.h - what has to be undone, and when: the other end of `for`.
 *
 * What is undone is known by a verb and a subject (a host, a dial, a cut). What happens to it later
 * supersedes what was planned: who was restarted and stopped again since is not restarted by the
 * end of the first stop.
 *
 *     all zero -> undo_init -> ( undo_plan | undo_next_at | undo_take )* -> undo_done
 */
#include "sim/happening.h"
#include "sim/queue.h"

struct undo {
	enum happening_verb verb; /* What undoes it: RESTART, HEAL, FORWARD, DRIFT, DIAL. */
	uint32_t subject;         /* Host, dial, serial number of a cut. */
};

struct undo_list {
	struct queue times; /* The number of each in `undos`. */
	struct undo *undos;
	uint32_t count, capacity;
	/* Of each verb, by subject: the number of the newest, and 1; 0: none holds. */
	struct undo_newest {
		uint32_t *numbers;
		uint32_t count;
	} newest[HAPPENING_DIAL + 1];
};

void undo_init(struct undo_list *l);
void undo_done(struct undo_list *l);

/* Something happens to `subject`, which `verb` undoes `for_us` from now on; 0: never. Supersedes
 * what was planned for it. */
void undo_plan(struct undo_list *l, struct time now, int64_t for_us, enum happening_verb verb,
	       uint32_t subject);

/* When the next is to be undone, or was, before it was superseded. */
struct time undo_next_at(const struct undo_list *l);

/* Takes the next; false if it is superseded, or there is none. */
bool undo_take(struct undo_list *l, struct undo *ret_undo);

#endif
