/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
#ifndef RAMURE_TEST_UNIT_CHAT_STORY_H
#define RAMURE_TEST_UNIT_CHAT_STORY_H
/* story.h - what happens to one participant, alice, told as text.
 *
 * A story has one event a line. What alice and the room do is carried out:
 *
 *     types TEXT       alice enters a line,        continues TEXT  and its second piece
 *     hears TEXT       a datagram comes from somebody else
 *     returns TEXT     a datagram of alice's own comes back
 *     catches TEXT     a datagram comes, and the network does not tell from whom
 *     waits N          N milliseconds pass, each deadline being kept
 *     leaves           alice leaves (again: at once)
 *
 * and what comes of it has to stand behind, in this order and no more:
 *
 *     sends TEXT       a datagram goes out
 *     shows TEXT       a line is shown; `+bell` if it mentions her, `+namesake`, `+own`
 *     replies TEXT     the answer to a command,    refuses TEXT    why it was not done
 *     quits            leaving was asked for
 *     is over          the departure was sent
 */
#include "chat/conversation.h"

struct story {
	struct conversation conversation;
	struct time now;
	bool is_over;
	char told[32768]; /* What happened, in the words above. */
};

/* Alice enters the room at 100 s, with 20 datagrams a second after 50 at once. */
void story_open(struct story *s);
void story_open_with(struct story *s, double rate_per_s, unsigned burst, uint64_t seed);
void story_close(struct story *s);

/* Carries out the story, and fails the test unless it is what happened. */
void story_is(struct story *s, const char *text);

#endif
