/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
#ifndef RAMURE_TEST_FUZZ_PEERS_H
#define RAMURE_TEST_FUZZ_PEERS_H
/* peers.h - those around one member of the full profile: rendezvous point, parents, children. They
 * remember what it sent them, and know what only its receiver can: nonces, cookies, tokens, keys.
 * What else they say comes from the input, a good answer mostly where a byte is 0.
 *
 *     peers_init -> ( peers_hear | peers_find | peers_write_<type> )*
 */
#include "core/action.h"
#include "steps.h"

#define PEERS_MAX     128 /* More than there are endpoints in steps.h. */
#define PEERS_SOURCES 6
#define PEERS_QUOTED  8

struct peer {
	struct endpoint endpoint;
	enum wire_type asked; /* The last request to it, */
	uint64_t nonce;       /* and its nonce. */
	uint64_t ping;        /* The nonce of the last PING to it. */
	uint64_t cookie;      /* What the member gave it: 0: nothing. */
	uint64_t token;
};

/* What the member sent, for ICMP to quote. */
struct quoted {
	struct endpoint to;
	size_t size;
	char bytes[WIRE_ANSWER_MAX];
};

struct peers {
	unsigned count;
	struct peer list[PEERS_MAX];
	uint64_t id;                     /* The member's; 0: it has said nothing. */
	uint64_t key;                    /* Of the data that it takes, as far as it is known. */
	struct wire_tick_number tick;    /* The newest that was told to it. */
	uint64_t seq;                    /* The newest that was sent to it. */
	uint64_t numbers[PEERS_SOURCES]; /* Of each source the newest. */
	uint64_t published;              /* Its own newest that it keeps. */
	unsigned quoted_next;
	struct quoted quoted[PEERS_QUOTED];
};

void peers_init(struct peers *p);

/* Whoever has this endpoint. */
struct peer *peers_find(struct peers *p, const struct endpoint *e);

/* The member has sent this. */
void peers_hear(struct peers *p, const struct action *a, const char *bytes, size_t size,
		const struct wire_message *m);

/* An answer to the last request to `q`, with its nonce. */
size_t peers_write_answer(struct peers *p, struct peer *q, struct steps *s,
			  char out[WIRE_ANSWER_MAX]);

/* RJOI of `q`, with what the member gave it. */
size_t peers_write_request(struct peers *p, struct peer *q, struct steps *s,
			   char out[WIRE_ANSWER_MAX]);

/* A message of this type whose body is FIELDS or PATH, from `q`. */
size_t peers_write_fields(struct peers *p, struct peer *q, enum wire_type type, struct steps *s,
			  char out[WIRE_ANSWER_MAX]);

/* The header of the `i`-th MDAT of a run. */
struct peers_data {
	struct wire_stamp stamp; /* Of the next one. */
	unsigned seq_step, number_step;
};

struct peers_data peers_begin_data(struct peers *p, struct steps *s);
void peers_write_data(struct peers *p, struct peers_data *d, char out[WIRE_STAMP_SIZE]);

#endif
