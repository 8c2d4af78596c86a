/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
#ifndef RAMURE_TEST_WIRE_RIG_H
#define RAMURE_TEST_WIRE_RIG_H
/* rig.h - samples of every message, made from the tables, and what holds for each of them. */
#include "unit.h"
#include "wire/message.h"

/* Which value a field or a key has in a sample. */
enum sample { SAMPLE_LEAST, SAMPLE_MIXED, SAMPLE_MOST, SAMPLES };

/* Endpoint after endpoint; of IPv6 they have the most characters that there are. */
struct endpoint rig_peer(size_t number, bool v6);

/* Sets one key. */
void rig_put_key(struct wire_terms *t, enum wire_key key, enum sample sample);

/* Sets all keys, and members. */
void rig_terms(struct wire_terms *t, enum sample sample, size_t member_count);

void rig_fields(union wire_fields *fields, enum wire_type type, enum sample sample);

/* Of the last, every other is IPv6 if `v6`. */
void rig_path(struct wire_path *path, size_t count, bool v6);

/* How many samples of a type there are; writes one. */
unsigned rig_samples(enum wire_type type);
size_t rig_make(enum wire_type type, unsigned number, char out[WIRE_ANSWER_MAX]);

/* Decodes a copy of exactly that size, so that a sanitizer sees a read too far, and frees it. What
 * holds for any message is checked: on failure nothing has been written, the payload lies where it
 * should. */
enum wire_fault rig_decode(const char *bytes, size_t size, struct wire_message *ret_message);
enum wire_fault rig_decode_text(const char *text, struct wire_message *ret_message);

/* Writes what was decoded. A payload is gone: zeros stand for it. */
size_t rig_encode(const struct wire_message *m, char out[WIRE_ANSWER_MAX]);

void rig_assert_equal_terms(const struct wire_terms *a, const struct wire_terms *b);
void rig_assert_equal(const struct wire_message *a, const struct wire_message *b);

/* Encoded and decoded again it says the same; of many members those at the end may be gone. */
void rig_assert_means_the_same_again(const struct wire_message *m);

#endif
