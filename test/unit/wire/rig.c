/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
#include "wire/rig.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* --- Samples --- */

struct endpoint rig_peer(size_t number, bool v6)
{
	uint8_t v4[4] = {10, 1, (uint8_t)(number >> 8), (uint8_t)number};
	uint8_t longest[16];
	memset(longest, 0xFD, sizeof(longest));
	longest[15] = (uint8_t)number;
	return v6 ? endpoint_from_v6(longest, (uint16_t)(65535 - number))
		  : endpoint_from_v4(v4, (uint16_t)(10000 + number));
}

/* A number of `bits` bits, each byte another. */
static uint64_t sample_bits(enum sample sample, unsigned salt, unsigned bits)
{
	static const uint64_t values[SAMPLES] = {
		[SAMPLE_LEAST] = 0,
		[SAMPLE_MIXED] = UINT64_C(0x0123456789abcdef),
		[SAMPLE_MOST] = UINT64_MAX,
	};
	uint64_t value = values[sample];
	if (sample == SAMPLE_MIXED)
		value += salt * UINT64_C(0x0102030405060709);
	return value >> (64 - bits);
}

static void put_HEX(wire_HEX *field, unsigned key, enum sample sample)
{
	*field = sample_bits(sample, key, 64);
}

static void put_NUMBER(wire_NUMBER *field, unsigned key, enum sample sample)
{
	*field = sample_bits(sample, key, 63);
}

static void put_TICK(wire_TICK *field, unsigned key, enum sample sample)
{
	field->epoch = (uint32_t)sample_bits(sample, key, 32);
	field->number = (uint32_t)sample_bits(sample, key + 1, 32);
}

static void put_WORD(wire_WORD *field, unsigned key, enum sample sample)
{
	memset(*field, 0, sizeof(*field));
	memset(*field, 'W', sample == SAMPLE_MOST ? WIRE_WORD_MAX : 1);
	if (sample == SAMPLE_MIXED)
		(void)snprintf(*field, sizeof(*field), "a-Z_0.9%u", key);
}

static void put_PLACE(wire_PLACE *field, unsigned key, enum sample sample)
{
	static const uint8_t least[4] = {1, 0, 0, 0};
	*field = sample == SAMPLE_LEAST ? endpoint_from_v4(least, 1)
					: rig_peer(key, sample == SAMPLE_MOST);
}

void rig_put_key(struct wire_terms *t, enum wire_key key, enum sample sample)
{
	t->has |= UINT32_C(1) << key;
	switch (key) {
#define KEY(name, kind)                                                                            \
	case WIRE_KEY_##name:                                                                      \
		put_##kind(&t->name, key, sample);                                                 \
		break;
#include "wire/keys.def"
#undef KEY
	case WIRE_KEYS:
		fail();
	}
}

void rig_terms(struct wire_terms *t, enum sample sample, size_t member_count)
{
	wire_terms_init(t);
	for (unsigned key = 0; key < WIRE_KEYS; key++)
		rig_put_key(t, (enum wire_key)key, sample);
	for (size_t i = 0; i < member_count; i++)
		t->members[t->member_count++] = (struct wire_neighbour){
			.endpoint = rig_peer(i, sample == SAMPLE_MOST),
			.is_full = i % 3 != 1,
			.free = (uint8_t)sample_bits(sample, (unsigned)i, 8),
			.room = (uint16_t)sample_bits(sample, (unsigned)i, 16),
			.delay_us = (uint32_t)sample_bits(sample, (unsigned)i, 32),
		};
}

void rig_fields(union wire_fields *fields, enum wire_type type, enum sample sample)
{
	unsigned salt = 0;
	switch (type) {
#define LAYOUT_BEGIN(type) case WIRE_##type:
#define FIELD(type, name, bits)                                                                    \
	fields->type.name = (uint##bits##_t)sample_bits(sample, salt++, bits);
#define LAYOUT_END(type) break;
#include "wire/fields.def"
#undef LAYOUT_BEGIN
#undef FIELD
#undef LAYOUT_END
	default:
		fail();
	}
}

void rig_path(struct wire_path *path, size_t count, bool v6)
{
	path->token = sample_bits(SAMPLE_MIXED, 1, 64);
	path->hash = (uint32_t)sample_bits(SAMPLE_MIXED, 2, 32);
	path->epoch = (uint32_t)sample_bits(SAMPLE_MIXED, 20, 32);
	path->key = sample_bits(SAMPLE_MIXED, 21, 64);
	path->seq = sample_bits(SAMPLE_MIXED, 22, 64);
	path->count = (uint8_t)count;
	for (size_t i = 0; i < count; i++)
		path->hops[i] = (struct wire_hop){
			.id = sample_bits(SAMPLE_MIXED, (unsigned)i + 3, 64),
			.endpoint = rig_peer(i, v6 && i % 2 == 0),
		};
}

/* --- Messages --- */

static size_t endpoints_max(enum wire_body body)
{
	return body == WIRE_BODY_ENDPOINTS ? WIRE_ENDPOINTS_SENT : body == WIRE_BODY_ENDPOINT;
}

/* Bodies of the base profile: each count, of IPv4 and of IPv6. */
static unsigned plain_samples(enum wire_body body)
{
	return 2 * ((unsigned)endpoints_max(body) + 1);
}

unsigned rig_samples(enum wire_type type)
{
	enum wire_body body = wire_type_body(type);
	switch (body) {
	case WIRE_BODY_NONE:
	case WIRE_BODY_ENDPOINT:
	case WIRE_BODY_ENDPOINTS:
		return plain_samples(body) + 2 * SAMPLES;
	case WIRE_BODY_FIELDS:
		return SAMPLES;
	case WIRE_BODY_PATH:
		return 2 * WIRE_HOPS_MAX;
	case WIRE_BODY_PAYLOAD:
	case WIRE_BODY_STAMPED:
		break;
	}
	return 2; /* A payload, and an empty one. */
}

static size_t make_text(enum wire_type type, unsigned number, char out[WIRE_ANSWER_MAX])
{
	struct endpoint list[WIRE_ENDPOINTS_SENT];
	struct wire_terms terms;
	unsigned plain = plain_samples(wire_type_body(type));
	if (number >= plain) {
		rig_terms(&terms, (number - plain) / 2, number % 2 * 4);
		return wire_encode_terms(type, &terms, 0, WIRE_ANSWER_MAX, out);
	}
	for (size_t i = 0; i < number / 2; i++)
		list[i] = rig_peer(i, number % 2);
	return wire_encode(type, list, number / 2, out);
}

static size_t make_stamped(size_t payload_size, char out[WIRE_ANSWER_MAX])
{
	const struct wire_stamp stamp = {
		.flags = WIRE_STAMP_AGAIN,
		.channel = 0x0203,
		.key = sample_bits(SAMPLE_MIXED, 1, 64),
		.epoch = 0x04050607,
		.seq = sample_bits(SAMPLE_MIXED, 2, 64),
		.source = sample_bits(SAMPLE_MIXED, 3, 64),
		.number = sample_bits(SAMPLE_MIXED, 4, 64),
	};
	wire_stamp_encode(&stamp, out);
	memset(out + WIRE_STAMP_SIZE, 'x', payload_size);
	return WIRE_STAMP_SIZE + payload_size;
}

size_t rig_make(enum wire_type type, unsigned number, char out[WIRE_ANSWER_MAX])
{
	union wire_fields fields;
	struct wire_path path;
	switch (wire_type_body(type)) {
	case WIRE_BODY_FIELDS:
		rig_fields(&fields, type, number);
		return wire_encode_fields(type, &fields, out);
	case WIRE_BODY_PATH:
		rig_path(&path, 1 + number / 2, number % 2);
		return wire_encode_path(&path, out);
	case WIRE_BODY_STAMPED:
		return make_stamped(number * 20, out);
	case WIRE_BODY_PAYLOAD:
		wire_encode_data_header(out);
		memset(out + WIRE_HEADER_SIZE, 'x', number * 20);
		return WIRE_HEADER_SIZE + number * 20;
	case WIRE_BODY_NONE:
	case WIRE_BODY_ENDPOINT:
	case WIRE_BODY_ENDPOINTS:
		break;
	}
	return make_text(type, number, out);
}

/* --- There and back --- */

/* Bytes before the payload of a body that has one; all of them for others. */
static size_t header_size(enum wire_body body, size_t size)
{
	return body == WIRE_BODY_PAYLOAD   ? WIRE_HEADER_SIZE
	       : body == WIRE_BODY_STAMPED ? WIRE_STAMP_SIZE
					   : size;
}

enum wire_fault rig_decode(const char *bytes, size_t size, struct wire_message *ret_message)
{
	static struct wire_message untouched;
	struct wire_message message;
	char *copy = malloc(size > 0 ? size : 1);
	assert_non_null(copy);
	memset(&untouched, 0xA5, sizeof(untouched));
	memcpy(&message, &untouched, sizeof(message));
	if (size > 0)
		memcpy(copy, bytes, size);
	enum wire_fault fault = wire_decode(copy, size, &message);
	if (fault != WIRE_GOOD) {
		assert_memory_equal(&message, &untouched, sizeof(message));
	} else {
		size_t header = header_size(wire_type_body(message.type), size);
		assert_ptr_equal(message.payload, copy + header);
		assert_int_equal(message.payload_size, size - header);
		assert_int_equal(message.size, size);
	}
	free(copy);
	*ret_message = message;
	return fault;
}

enum wire_fault rig_decode_text(const char *text, struct wire_message *ret_message)
{
	return rig_decode(text, strlen(text), ret_message);
}

size_t rig_encode(const struct wire_message *m, char out[WIRE_ANSWER_MAX])
{
	size_t header = header_size(wire_type_body(m->type), 0);
	if (m->is_full)
		return wire_encode_terms(m->type, &m->terms, 0, WIRE_ANSWER_MAX, out);
	switch (wire_type_body(m->type)) {
	case WIRE_BODY_FIELDS:
		return wire_encode_fields(m->type, &m->fields, out);
	case WIRE_BODY_PATH:
		return wire_encode_path(&m->root_path, out);
	case WIRE_BODY_PAYLOAD:
	case WIRE_BODY_STAMPED:
		if (header == WIRE_HEADER_SIZE)
			wire_encode_data_header(out);
		else
			wire_stamp_encode(&m->stamp, out);
		assert_in_range(m->payload_size, 0, WIRE_ANSWER_MAX - header);
		memset(out + header, 0, m->payload_size);
		return header + m->payload_size;
	case WIRE_BODY_NONE:
	case WIRE_BODY_ENDPOINT:
	case WIRE_BODY_ENDPOINTS:
		break;
	}
	return wire_encode(m->type, m->endpoints, m->count, out);
}

static bool same_HEX(const wire_HEX *a, const wire_HEX *b)
{
	return *a == *b;
}

static bool same_NUMBER(const wire_NUMBER *a, const wire_NUMBER *b)
{
	return *a == *b;
}

static bool same_TICK(const wire_TICK *a, const wire_TICK *b)
{
	return a->epoch == b->epoch && a->number == b->number;
}

static bool same_WORD(const wire_WORD *a, const wire_WORD *b)
{
	return strcmp(*a, *b) == 0;
}

static bool same_PLACE(const wire_PLACE *a, const wire_PLACE *b)
{
	return endpoint_equal(a, b);
}

/* The keys, and the members of `a`, which may be fewer. */
static void assert_equal_so_far(const struct wire_terms *a, const struct wire_terms *b)
{
	assert_int_equal(a->has, b->has);
#define KEY(name, kind)                                                                            \
	if (wire_has(a, WIRE_KEY_##name))                                                          \
		assert_true(same_##kind(&a->name, &b->name));
#include "wire/keys.def"
#undef KEY
	assert_in_range(a->member_count, 0, b->member_count);
	for (size_t i = 0; i < a->member_count; i++) {
		const struct wire_neighbour *m = &a->members[i], *n = &b->members[i];
		assert_true(endpoint_equal(&m->endpoint, &n->endpoint));
		assert_int_equal(m->is_full, n->is_full);
		assert_int_equal(m->free, n->free);
		assert_int_equal(m->room, n->room);
		assert_int_equal(m->delay_us, n->delay_us);
	}
}

void rig_assert_equal_terms(const struct wire_terms *a, const struct wire_terms *b)
{
	assert_equal_so_far(a, b);
	assert_int_equal(a->member_count, b->member_count);
}

static void assert_equal_fields(enum wire_type type, const union wire_fields *a,
				const union wire_fields *b)
{
	switch (type) {
#define LAYOUT_BEGIN(type)      case WIRE_##type:
#define FIELD(type, name, bits) assert_int_equal(a->type.name, b->type.name);
#define LAYOUT_END(type)        break;
#include "wire/fields.def"
#undef LAYOUT_BEGIN
#undef FIELD
#undef LAYOUT_END
	default:
		fail();
	}
}

static void assert_equal_paths(const struct wire_path *a, const struct wire_path *b)
{
	assert_int_equal(a->token, b->token);
	assert_int_equal(a->hash, b->hash);
	assert_int_equal(a->epoch, b->epoch);
	assert_int_equal(a->key, b->key);
	assert_int_equal(a->seq, b->seq);
	assert_int_equal(a->count, b->count);
	for (size_t i = 0; i < a->count; i++) {
		assert_int_equal(a->hops[i].id, b->hops[i].id);
		assert_true(endpoint_equal(&a->hops[i].endpoint, &b->hops[i].endpoint));
	}
}

static void assert_equal_stamps(const struct wire_stamp *a, const struct wire_stamp *b)
{
	assert_int_equal(a->flags, b->flags);
	assert_int_equal(a->channel, b->channel);
	assert_int_equal(a->key, b->key);
	assert_int_equal(a->epoch, b->epoch);
	assert_int_equal(a->seq, b->seq);
	assert_int_equal(a->source, b->source);
	assert_int_equal(a->number, b->number);
}

void rig_assert_equal(const struct wire_message *a, const struct wire_message *b)
{
	enum wire_body body = wire_type_body(a->type);
	assert_int_equal(a->type, b->type);
	assert_int_equal(a->is_full, b->is_full);
	assert_int_equal(a->count, b->count);
	assert_int_equal(a->payload_size, b->payload_size);
	for (size_t i = 0; i < a->count; i++)
		assert_true(endpoint_equal(&a->endpoints[i], &b->endpoints[i]));
	if (a->is_full)
		assert_equal_so_far(&a->terms, &b->terms);
	else if (body == WIRE_BODY_FIELDS)
		assert_equal_fields(a->type, &a->fields, &b->fields);
	else if (body == WIRE_BODY_PATH)
		assert_equal_paths(&a->root_path, &b->root_path);
	else if (body == WIRE_BODY_STAMPED)
		assert_equal_stamps(&a->stamp, &b->stamp);
}

void rig_assert_means_the_same_again(const struct wire_message *m)
{
	char bytes[WIRE_ANSWER_MAX];
	struct wire_message again;
	assert_in_range(m->count, 0, WIRE_ENDPOINTS_SENT);
	for (size_t i = 0; i < m->count; i++)
		assert_true(wire_endpoint_is_usable(&m->endpoints[i]));
	size_t size = rig_encode(m, bytes);
	assert_in_range(size, WIRE_HEADER_SIZE, WIRE_ANSWER_MAX);
	assert_int_equal(rig_decode(bytes, size, &again), WIRE_GOOD);
	rig_assert_equal(&again, m);
}
