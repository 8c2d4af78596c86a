/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
#ifndef RAMURE_CHAT_CONVERSATION_H
#define RAMURE_CHAT_CONVERSATION_H
/* conversation.h - one participant of a room, from arrival to departure. No clock, socket or
 * terminal.
 *
 *     conversation_init -> ( conversation_input | conversation_hear | conversation_on_time
 *                            | conversation_next -> conversation_sent )*
 *                       -> conversation_leave -> ... until conversation_is_over ->
 * conversation_done
 *
 * What is to be sent waits in an outbox, paced by a token bucket; nothing is dropped. While
 * conversation_has_room is false the caller takes no more input: so a fast producer waits, and
 * memory stays bounded.
 */
#include "base/bucket.h"
#include "chat/answer.h"
#include "chat/outbox.h"

/* The longest input line, in bytes as read. A longer one is handed in piece by piece. */
#define CONVERSATION_INPUT_MAX ((size_t)16 * 1024)

struct conversation_options {
	struct piece name; /* A valid name; copied. */
	double rate_per_s; /* Datagrams a second, 0: no limit. */
	unsigned burst;    /* Datagrams at once, at least 1. */
	uint64_t seed;     /* Of the random delays. */
	int64_t alone_us;  /* After so long without anybody else conversation_finds_itself_alone; 0:
			      never. */
};

/* What a line of input is. */
enum input_kind {
	INPUT_SAID,
	INPUT_DONE,    /* /me */
	INPUT_COMMAND, /* Any other command: what continues it is dropped with it. */
};

struct conversation {
	char name[NAME_SIZE_MAX];
	size_t name_size;
	struct people people; /* Everybody known but ourselves. */
	struct answer answer;
	struct outbox outbox;
	struct bucket bucket;
	struct random random;
	int64_t alone_us;
	struct time alone_at;       /* When that is; TIME_NEVER: not, or not any more. */
	bool is_leaving;            /* The departure is in the outbox; no input any more. */
	bool is_hurried;            /* Not paced any more. */
	enum input_kind input_kind; /* Of the line of input before, for its continuation. */
	char *reply;                /* The last reply or refusal. */
	char *heard;                /* The line heard last, sanitised. */
};

/* Enters the room: the arrival is the first datagram to send. False without memory. */
bool conversation_init(struct conversation *c, const struct conversation_options *o);
void conversation_done(struct conversation *c);

/* True while one more line of input fits. */
bool conversation_has_room(const struct conversation *c);

enum conversation_result {
	CONVERSATION_SAID,    /* Will be sent. */
	CONVERSATION_REPLY,   /* What the user asked for, one line. */
	CONVERSATION_REFUSED, /* Nothing was done, and one line why. */
	CONVERSATION_QUIT,    /* The user wants to leave: call conversation_leave. */
};

/* Takes what the user typed: a line, without its end, of at most CONVERSATION_INPUT_MAX bytes, text
 * or a command. `is_continuation` marks what continues a longer line: it is text whatever it begins
 * with. `ret_reply` is set for CONVERSATION_REPLY and CONVERSATION_REFUSED, without a line end,
 * borrowed until the next call. */
enum conversation_result conversation_input(struct conversation *c, const char *text, size_t size,
					    bool is_continuation, struct time now,
					    struct piece *ret_reply);

/* Who has sent a datagram, as far as the network tells. */
enum origin {
	ORIGIN_OTHER,   /* Somebody else. */
	ORIGIN_OWN,     /* We. */
	ORIGIN_UNKNOWN, /* We, if the name in it is ours. */
};

struct heard {
	struct piece text; /* The line, safe to show; borrowed until the next conversation_hear. */
	struct line line;  /* The same, taken apart. */
	bool is_shown;     /* Not so for answers that name nobody new, and for empty datagrams. */
	bool mentions_us;  /* Somebody else said our name. */
	bool is_namesake;  /* Somebody else goes by our name. */
	bool is_own;       /* We have said it. */
};

/* Takes a datagram from the room, of at most 65,535 bytes of anything. */
struct heard conversation_hear(struct conversation *c, const char *bytes, size_t size,
			       enum origin origin, struct time now);

/* Does what is due: an answer to arrivals. */
void conversation_on_time(struct conversation *c, struct time now);

/* True once, when so long after our arrival was sent nobody else was heard. */
bool conversation_finds_itself_alone(struct conversation *c, struct time now);

/* The datagram to send now; false if there is none, or not yet. Borrowed until conversation_sent.
 */
bool conversation_next(const struct conversation *c, struct time now, struct piece *ret_datagram);

/* The datagram of conversation_next was sent. */
void conversation_sent(struct conversation *c, struct time now);

/* When conversation_on_time, conversation_finds_itself_alone or conversation_next have something to
 * do; TIME_NEVER if they have not. */
struct time conversation_deadline(const struct conversation *c, struct time now);

/* Leaves: what waits is sent first, then the departure. Once more: at once, what waits is
 * dropped. Without effect once the departure was sent.
 */
void conversation_leave(struct conversation *c);

/* True if nothing but the departure is left to send. */
bool conversation_only_departs(const struct conversation *c);

/* True when the departure was sent. */
bool conversation_is_over(const struct conversation *c);

#endif
