/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
/* fuzz_wire.c - a datagram, as it comes from the network. */
#include "fuzz.h"
#include "wire/message.h"

static bool same_HEX(const wire_HEX *a, const wire_HEX *b)
{
	return *a == *b;
}

static bool same_NUMBER(const wire_NUMBER *a, const wire_NUMBER *b)
{
	return *a == *b && *a <= INT64_MAX;
}

static bool same_TICK(const wire_TICK *a, const wire_TICK *b)
{
	return a->epoch == b->epoch && a->number == b->number;
}

static bool same_WORD(const wire_WORD *a, const wire_WORD *b)
{
	return strcmp(*a, *b) == 0 && wire_is_word(*a, strlen(*a));
}

static bool same_PLACE(const wire_PLACE *a, const wire_PLACE *b)
{
	return endpoint_equal(a, b) && wire_endpoint_is_usable(a);
}

/* The keys, and the members of `a`: those at the end may not have fitted. */
static void check_terms(const struct wire_terms *a, const struct wire_terms *b)
{
	CHECK(a->has == b->has);
#define KEY(name, kind)                                                                            \
	if (wire_has(a, WIRE_KEY_##name))                                                          \
		CHECK(same_##kind(&a->name, &b->name));
#include "wire/keys.def"
#undef KEY
	CHECK(a->member_count <= b->member_count && b->member_count <= WIRE_ENDPOINTS_SENT);
	for (size_t i = 0; i < a->member_count; i++) {
		const struct wire_neighbour *m = &a->members[i], *n = &b->members[i];
		CHECK(same_PLACE(&m->endpoint, &n->endpoint));
		CHECK(m->is_full == n->is_full && m->free == n->free);
		CHECK(m->room == n->room && m->delay_us == n->delay_us);
	}
}

static void check_fields(enum wire_type type, const union wire_fields *a,
			 const union wire_fields *b)
{
	switch (type) {
#define LAYOUT_BEGIN(type)      case WIRE_##type:
#define FIELD(type, name, bits) CHECK(a->type.name == b->type.name);
#define LAYOUT_END(type)        break;
#include "wire/fields.def"
#undef LAYOUT_BEGIN
#undef FIELD
#undef LAYOUT_END
	default:
		CHECK(false); /* Not a type of fixed size. */
	}
}

static void check_path(const struct wire_path *a, const struct wire_path *b)
{
	CHECK(a->token == b->token && a->hash == b->hash && a->count == b->count);
	CHECK(a->epoch == b->epoch && a->key == b->key && a->seq == b->seq);
	CHECK(a->count >= 1 && a->count <= WIRE_HOPS_MAX);
	for (size_t i = 0; i < a->count; i++) {
		CHECK(a->hops[i].id == b->hops[i].id);
		CHECK(same_PLACE(&a->hops[i].endpoint, &b->hops[i].endpoint));
	}
}

static void check_stamp(const struct wire_stamp *a, const struct wire_stamp *b)
{
	CHECK(a->flags == b->flags && a->channel == b->channel && a->key == b->key);
	CHECK(a->epoch == b->epoch && a->seq == b->seq);
	CHECK(a->source == b->source && a->number == b->number);
}

static size_t encode(const struct wire_message *m, size_t count, char bytes[WIRE_ANSWER_MAX])
{
	if (m->is_full)
		return wire_encode_terms(m->type, &m->terms, m->size % WIRE_ANSWER_MAX,
					 WIRE_ANSWER_MAX, bytes);
	switch (wire_type_body(m->type)) {
	case WIRE_BODY_FIELDS:
		return wire_encode_fields(m->type, &m->fields, bytes);
	case WIRE_BODY_PATH:
		return wire_encode_path(&m->root_path, bytes);
	case WIRE_BODY_STAMPED:
		wire_stamp_encode(&m->stamp, bytes);
		return WIRE_STAMP_SIZE;
	case WIRE_BODY_PAYLOAD:
		wire_encode_data_header(bytes);
		return WIRE_HEADER_SIZE;
	case WIRE_BODY_NONE:
	case WIRE_BODY_ENDPOINT:
	case WIRE_BODY_ENDPOINTS:
		break;
	}
	return wire_encode(m->type, m->endpoints, count, bytes);
}

/* What was read is written, without its payload, and read again, and is the same. */
static void check_round_trip(const struct wire_message *m)
{
	char bytes[WIRE_ANSWER_MAX];
	struct wire_message again;
	size_t count = m->count < WIRE_ENDPOINTS_SENT ? m->count : WIRE_ENDPOINTS_SENT;
	size_t size = encode(m, count, bytes);
	CHECK(size >= WIRE_HEADER_SIZE && size <= sizeof(bytes));
	CHECK(wire_decode(bytes, size, &again) == WIRE_GOOD);
	CHECK(again.type == m->type && again.count == count && again.payload_size == 0);
	CHECK(again.is_full == m->is_full && again.size == size);
	for (size_t i = 0; i < count; i++)
		CHECK(endpoint_equal(&again.endpoints[i], &m->endpoints[i]));
	enum wire_body body = wire_type_body(m->type);
	if (m->is_full)
		check_terms(&again.terms, &m->terms);
	else if (body == WIRE_BODY_FIELDS)
		check_fields(m->type, &again.fields, &m->fields);
	else if (body == WIRE_BODY_PATH)
		check_path(&again.root_path, &m->root_path);
	else if (body == WIRE_BODY_STAMPED)
		check_stamp(&again.stamp, &m->stamp);
}

/* A full message keeps to the sizes that it is told, whatever they are, and loses nothing but
 * members for that. [I3] */
static void check_limits(const struct wire_message *m, const char *bytes)
{
	char out[WIRE_ANSWER_MAX];
	struct wire_message again;
	unsigned first = (uint8_t)bytes[m->size - 1], second = (uint8_t)bytes[m->size - 2];
	size_t max =
		WIRE_TERMS_MIN + (first << 3 ^ second) % (WIRE_ANSWER_MAX - WIRE_TERMS_MIN + 1);
	size_t min = (first ^ second << 3) % (max + 1);
	size_t size = wire_encode_terms(m->type, &m->terms, min, max, out);
	CHECK(size >= min && size <= max);
	CHECK(wire_decode(out, size, &again) == WIRE_GOOD && again.is_full);
	check_terms(&again.terms, &m->terms);
}

/* The base profile does not look into a body that it does not want. [W2] */
static void check_base(const char *bytes, size_t size, enum wire_fault fault,
		       const struct wire_message *m)
{
	struct wire_message base;
	enum wire_fault base_fault = wire_decode_base(bytes, size, &base);
	if (base_fault == WIRE_GOOD && wire_type_body(base.type) == WIRE_BODY_NONE) {
		CHECK(!base.is_full && base.count == 0);
		CHECK(fault == WIRE_GOOD ? base.type == m->type : fault == WIRE_MALFORMED);
		return;
	}
	CHECK(base_fault == fault);
	CHECK(fault != WIRE_GOOD || (base.type == m->type && base.size == m->size &&
				     base.is_full == m->is_full && base.count == m->count));
}

static void check_message(const struct wire_message *m, const char *bytes, size_t size)
{
	enum wire_body body = wire_type_body(m->type);
	size_t header = body == WIRE_BODY_PAYLOAD   ? WIRE_HEADER_SIZE
			: body == WIRE_BODY_STAMPED ? WIRE_STAMP_SIZE
						    : size;
	size_t count_max = body == WIRE_BODY_ENDPOINTS  ? WIRE_ENDPOINTS_MAX
			   : body == WIRE_BODY_ENDPOINT ? 1
							: 0;
	CHECK(m->type < WIRE_TYPES && m->size == size);
	CHECK(memcmp(bytes, wire_type_name(m->type), 4) == 0 && bytes[4] == '\n');
	CHECK(m->payload == bytes + header && m->payload_size == size - header);
	CHECK(m->count <= (m->is_full ? 0 : count_max));
	for (size_t i = 0; i < m->count; i++)
		CHECK(wire_endpoint_is_usable(&m->endpoints[i]));
	if (m->is_full) {
		CHECK(body <= WIRE_BODY_ENDPOINTS);
		check_limits(m, bytes);
	}
	check_round_trip(m);
}

/* A run of one is counted as its type and size say. */
static void check_count(const char *bytes, size_t size, enum wire_fault fault,
			const struct wire_message *m)
{
	enum wire_type type = WIRE_TYPES;
	struct run run = run_one(bytes, size);
	bool is_data = fault == WIRE_GOOD && (m->type == WIRE_DATA || m->type == WIRE_MDAT);
	CHECK(wire_count_data(&run, &type) == (is_data ? 1 : 0));
	CHECK(type == (is_data ? m->type : WIRE_TYPES));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct wire_message message, before;
	const char *bytes = (const char *)data;
	memset(&message, 0xA5, sizeof(message));
	before = message;
	enum wire_fault fault = wire_decode(bytes, size, &message);
	check_count(bytes, size, fault, &message);
	check_base(bytes, size, fault, &message);
	if (fault == WIRE_GOOD)
		check_message(&message, bytes, size);
	else
		CHECK(memcmp(&message, &before, sizeof(message)) == 0);
	CHECK((fault == WIRE_SHORT) == (size < WIRE_HEADER_SIZE || data[4] != '\n'));
	return 0;
}
