/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
#ifndef RAMURE_SIM_STORY_H
#define RAMURE_SIM_STORY_H
/* story.h - remembers the last things that happened in a world, and tells them: a line each.
 *
 *     12.345678 7 > 3 RJOI              7 sends RJOI to 3; -/-> if the network loses it
 *     12.355678 3: child 7              an event of a state machine, as in the logs of the programs
 *     12.365678 7 delivers 100 bytes
 *     12.375678 7 > 3 RJOI join         of the full profile: see describe.h
 *     20.000000 -- crash 3              what the experimenter does
 *
 *     story_init -> ( story_observe | story_note )* -> story_tell -> story_done
 */
#include "sim/happening.h"
#include "sim/world.h"

#include <stdio.h>

struct story_entry {
	struct time at;
	uint32_t host, peer; /* peer: the world's host_count if it is none of its hosts. */
	uint32_t size;       /* Of what is sent or delivered. */
	uint8_t what;        /* enum world_happening, or STORY_NOTE. */
	uint8_t event;       /* enum event */
	char type[4];        /* The message's. */
	char said[28];       /* By a message of the full profile: describe.h. */
};

#define STORY_NOTE_SIZE 96

struct story {
	const struct world *world;      /* Kept. */
	struct story_entry *entries;    /* A ring. */
	char (*notes)[STORY_NOTE_SIZE]; /* Another; entries know theirs by `size`. */
	uint64_t count, note_count;     /* Ever made. */
	FILE *trace;                    /* Where each is told as it happens; NULL: nowhere. */
};

void story_init(struct story *s, const struct world *world);
void story_done(struct story *s);

/* Is told of all that happens in the world. */
void story_observe(struct story *s, const struct world_report *report);

/* The experimenter does something. */
void story_note(struct story *s, const char *text);

/* Tells the last `last` things that happened to, or were sent to, any of `hosts`, and what the
 * experimenter did between them; of `count` 0: to anybody. At most 1,000. */
void story_tell(const struct story *s, FILE *out, const uint32_t *hosts, unsigned count,
		unsigned last);

#endif
