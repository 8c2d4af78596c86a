/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
#ifndef RAMURE_CHAT_ANSWER_H
#define RAMURE_CHAT_ANSWER_H
/* answer.h - tells newcomers who is present, without everybody saying the same.
 *
 * Who sees an arrival waits for a random delay, longer where more people are known, and then names
 * itself and those it has heard lately, less those whom another answer has named since the arrival.
 * Where nobody is left to name, it says nothing. Somebody silent for long is named by nobody else
 * and so answers in person: that is how the room learns who is still there.
 */
#include "base/random.h"
#include "chat/people.h"

/* Before that an answer may come too early: a newcomer behind a snooping switch hears the room only
 * when its membership report has passed. */
#define ANSWER_DELAY_MIN_US    (100 * US_PER_MS)
#define ANSWER_DELAY_US        (250 * US_PER_MS) /* Spread of the delays among few people, */
#define ANSWER_DELAY_PERSON_US (10 * US_PER_MS)  /* what each person known adds, */
#define ANSWER_DELAY_MAX_US    (2 * US_PER_S)    /* and the longest spread. */
#define ANSWER_INTERVAL_US     (1 * US_PER_S)   /* From one answer of ours to the next, at least. */
#define ANSWER_FRESH_US        (600 * US_PER_S) /* Who was heard within that is named by others. */
#define ANSWER_ROUND_US        (30 * US_PER_S)  /* Arrivals further apart begin a new round. */

struct answer {
	struct time due_at;      /* TIME_NEVER while nobody waits for an answer. */
	uint32_t arrival;        /* The number of the latest arrival, from 1. */
	struct time answered_at; /* Our last answer. */
	uint32_t self_named_in;  /* The arrival to which an answer has named ourselves. */
	struct time round_at[2]; /* When the latest round of arrivals began, and the one before. */
	char newcomer[NAME_SIZE_MAX]; /* The latest to arrive, */
	size_t newcomer_size;
};

void answer_init(struct answer *a);

/* Somebody arrived. Draws the delay, and forgets people whom two rounds in a row did not mention.
 */
void answer_on_arrival(struct answer *a, struct people *people, struct piece newcomer,
		       struct random *random, struct time now);

/* Another's answer named `name`, ourselves if `is_self`. True if that name was not known. */
bool answer_on_name(struct answer *a, struct people *people, struct piece name, bool is_self,
		    struct time now);

/* The answer is due: writes it as one datagram into `out`, and gives its size, 0 if there is nobody
 * left to name. Names that do not fit stay for a next call, which is due at once. */
size_t answer_write(struct answer *a, struct people *people, struct piece self, struct time now,
		    char out[LINE_SIZE_MAX]);

#endif
