/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
#ifndef RAMURE_CORE_JOINER_H
#define RAMURE_CORE_JOINER_H
/* joiner.h - fragments of datagrams become datagrams again. Rule [K6].
 *
 * Bounded: of as many datagrams at a time as there are places; where another one begins, the oldest
 * that has gaps is given up and counted. A lost fragment loses its datagram.
 */
#include "wire/envelope.h"
#include "wire/stamp.h"

#define JOINER_PLACES   32
#define JOINER_SIZE_MAX 65535

struct joiner_place {
	uint64_t source, first; /* Whose, and the number of its first fragment; 0: free. */
	uint64_t began;         /* Which of all that began it is. */
	uint16_t length;
	uint8_t count, missing;
	uint64_t has[4]; /* Which fragments. */
	/* The last fragment may be filled up behind the end. */
	char bytes[JOINER_SIZE_MAX + WIRE_FRAGMENTS_MAX];
};

struct joiner {
	struct joiner_place places[JOINER_PLACES];
	uint64_t began;
	uint64_t lost; /* Datagrams of which something was missing. */
};

/* All zeros is an empty one. Takes the fragment `bytes` with its envelope, message `number` of
 * `source`: gives the whole datagram of e->length bytes, good until the next call, once nothing is
 * missing; NULL otherwise. */
const char *joiner_take(struct joiner *j, uint64_t source, uint64_t number,
			const struct wire_envelope *e, const char *bytes);

/* The payload of a message that came down the tree, and its size, in place of bytes and size: of a
 * channel without its envelope, which is written to `ret_envelope`, and joined; others as they are,
 * and `ret_envelope` has a count of 0. NULL: it is a fragment, or malformed. `stamp` may be NULL.
 */
const char *joiner_open(struct joiner *j, const struct wire_stamp *stamp, const char *bytes,
			size_t *size, struct wire_envelope *ret_envelope);

#endif
