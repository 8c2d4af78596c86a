/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
#ifndef RAMURE_WIRE_TERMS_H
#define RAMURE_WIRE_TERMS_H
/* terms.h - the body of a full message: `hmtp 1`, then lines `key value`. doc/protocol.md, section
 * 12.
 *
 * No state. A key that stands there has its bit in `has`; the fields of others mean nothing.
 */
#include "wire/place.h"

#include <stddef.h>

/* Bytes of the type of a message and its line feed. */
#define WIRE_HEADER_SIZE 5

/* Bytes of the longest message but DATA: a list of IPv6 endpoints. */
#define WIRE_ANSWER_MAX 1200

/* Endpoints written to a list at most, so that the longest fits into WIRE_ANSWER_MAX. */
#define WIRE_ENDPOINTS_SENT 24

#define WIRE_WORD_MAX 63 /* Characters. */

/* A tick's place in the order of all of them: by epoch, then by number. */
struct wire_tick_number {
	uint32_t epoch, number;
};

static inline bool wire_tick_is_newer(struct wire_tick_number a, struct wire_tick_number b)
{
	return a.epoch != b.epoch ? a.epoch > b.epoch : a.number > b.number;
}

enum wire_key {
#define KEY(name, kind) WIRE_KEY_##name,
#include "wire/keys.def"
#undef KEY
	WIRE_KEYS,
};

/* Somebody to be asked: a line `member IP PORT PROFILE FREE ROOM DELAY`. */
struct wire_neighbour {
	struct endpoint endpoint;
	bool is_full;      /* PROFILE: `full` or `base`. */
	uint8_t free;      /* Children that it would still take, as it said last. */
	uint16_t room;     /* Hops from it down to the nearest free place; WIRE_NO_ROOM: none. */
	uint32_t delay_us; /* DELAY: from the root. */
};

typedef uint64_t wire_HEX;
typedef uint64_t wire_NUMBER;
typedef struct wire_tick_number wire_TICK;
typedef struct endpoint wire_PLACE;
typedef char wire_WORD[WIRE_WORD_MAX + 1];

struct wire_terms {
	uint32_t has; /* Bit WIRE_KEY_...: it stands there. */
#define KEY(name, kind) wire_##kind name;
#include "wire/keys.def"
#undef KEY
	uint8_t member_count;
	struct wire_neighbour members[WIRE_ENDPOINTS_SENT];
};

/* The largest full message without members and padding. */
#define WIRE_TERMS_MIN 750

/* Bytes of a line of a key, given as text, whose value has so many at most: sizeof counts the
 * space, too. And of `hmtp 1`, `id` and `nonce`, with which every full message begins. */
#define WIRE_LINE_SIZE(key, value) (sizeof(key) + (value) + 1)
#define WIRE_TERMS_HEAD            50

static inline bool wire_has(const struct wire_terms *t, enum wire_key key)
{
	return (t->has >> key & 1) != 0;
}

/* Sets a key: wire_put(t, seq, 7). Words are set by wire_put_word. */
#define wire_put(terms, key, value)                                                                \
	do {                                                                                       \
		(terms)->has |= UINT32_C(1) << WIRE_KEY_##key;                                     \
		(terms)->key = (value);                                                            \
	} while (0)

/* `word` has at most WIRE_WORD_MAX characters, all of them allowed. */
#define wire_put_word(terms, key, word)                                                            \
	do {                                                                                       \
		(terms)->has |= UINT32_C(1) << WIRE_KEY_##key;                                     \
		wire_copy_word((terms)->key, (word));                                              \
	} while (0)

void wire_copy_word(char to[WIRE_WORD_MAX + 1], const char *word);

/* True for 1 to WIRE_WORD_MAX letters, digits, `.`, `-` or `_`. */
bool wire_is_word(const char *text, size_t size);

/* True if the key is there and is this word. */
#define wire_says(terms, key, word)                                                                \
	(wire_has((terms), WIRE_KEY_##key) && strcmp((terms)->key, (word)) == 0)

/* No keys, no members; of the rest nothing is written. */
static inline void wire_terms_init(struct wire_terms *t)
{
	t->has = 0;
	t->member_count = 0;
}

/* True if a body begins with the line `hmtp 1`. */
bool wire_terms_is(const char *body, size_t size);

/* Reads such a body; false, and `ret_terms` untouched, if a line is not `key value` (1 to 15
 * lowercase letters, a space, printable ASCII characters or none), or a known key has no value of
 * its kind or stands there twice. Only what stands there is written. Unknown keys are left out; of
 * more than WIRE_ENDPOINTS_SENT members those behind are checked and left out. The last line may
 * come without its feed. [F1]-[F3] */
bool wire_terms_decode(const char *body, size_t size, struct wire_terms *ret_terms);

/* Writes the body alone into `out`, of `size_max` bytes, and gives its size, which is at least
 * `size_min` and at most `size_max`, in which the keys must have room.
 *
 * Members that do not fit are dropped from the end of the list. What is missing to `size_min` is
 * filled by a line `pad x...`; this has 6 bytes at least, so that the body may become up to 5 bytes
 * longer than `size_min`. Where `size_max` forbids that, one more member is dropped for it. */
size_t wire_terms_encode(const struct wire_terms *t, size_t size_min, size_t size_max, char *out);

#endif
