/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
#ifndef RAMURE_CHAT_OUTBOX_H
#define RAMURE_CHAT_OUTBOX_H
/* outbox.h - the datagrams that wait to be sent, first in, first out. Bounded; nothing is dropped
 * by itself. */
#include "chat/line.h"

/* Enough for the longest input line (CONVERSATION_INPUT_MAX) after sanitising and cutting, twice.
 */
#define OUTBOX_SIZE ((size_t)256 * 1024)

struct outbox {
	char *bytes;       /* Each datagram: its size as two bytes of a uint16_t, then itself. */
	size_t begin, end; /* What is in use. */
};

/* False without memory. */
bool outbox_init(struct outbox *o);
void outbox_done(struct outbox *o);

static inline bool outbox_is_empty(const struct outbox *o)
{
	return o->begin == o->end;
}

/* True if exactly one datagram waits. */
bool outbox_has_one(const struct outbox *o);

/* Bytes that can still be put in. A datagram takes two more than its size. */
size_t outbox_free(const struct outbox *o);

/* Puts a datagram of at most LINE_SIZE_MAX bytes at the end. The caller has seen that it fits. */
void outbox_put(struct outbox *o, const char *bytes, size_t size);

/* The first datagram; the box must not be empty. Borrowed until the next call that changes the box.
 */
struct piece outbox_first(const struct outbox *o);

void outbox_drop_first(struct outbox *o);
void outbox_clear(struct outbox *o);

#endif
