/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
#ifndef RAMURE_CHAT_PEOPLE_H
#define RAMURE_CHAT_PEOPLE_H
/* people.h - who is present in the room, as far as one participant knows.
 *
 * Soft state: a name is learned from what its owner sends (heard) and from answers of others
 * (named). Whoever left without a word stays until two arrivals in a row were answered without
 * anybody mentioning that name. Sorted by name; a full table takes no new names.
 */
#include "base/time.h"
#include "chat/line.h"

#define PEOPLE_MAX 1000

struct person {
	char name[NAME_SIZE_MAX + 1];
	uint8_t name_size;
	struct time heard_at; /* When its owner last sent anything; long ago if never. */
	struct time named_at; /* When an answer last named it; long ago if never. */
	uint32_t named_in;    /* The number of the arrival (struct answer) that answer was to. */
};

struct people {
	struct person *list; /* Sorted by name. */
	size_t count;
};

#define TIME_LONG_AGO ((struct time){INT64_MIN / 2})

/* False without memory. */
bool people_init(struct people *p);
void people_done(struct people *p);

/* Finds a person; NULL if unknown. The pointer is good until people_hear, people_name or
 * people_remove. */
struct person *people_find(const struct people *p, struct piece name);

/* Notes that `name` sent something, or was named in an answer. True if the name is new. */
bool people_hear(struct people *p, struct piece name, struct time now);
bool people_name(struct people *p, struct piece name, struct time now);

void people_remove(struct people *p, struct piece name);

/* Removes all that were neither heard nor named since `since`. */
void people_forget_silent(struct people *p, struct time since);

#endif
