/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
#include "wire/message.h"
#include "wire/fields.h"

#include <assert.h>
#include <string.h>

static const struct {
	char name[5];
	enum wire_body body;
} types[WIRE_TYPES] = {
#define MESSAGE(type, body, receiver) [WIRE_##type] = {#type, WIRE_BODY_##body},
#include "wire/messages.def"
#undef MESSAGE
};

const char *wire_type_name(enum wire_type type)
{
	return types[type].name;
}

enum wire_body wire_type_body(enum wire_type type)
{
	return types[type].body;
}

/* The longest list fits: a line is a place and a line feed; and the last may be written to as far
 * as any place. */
static_assert(WIRE_HEADER_SIZE + (WIRE_ENDPOINTS_SENT - 1) * (WIRE_PLACE_MAX + 1) +
			      WIRE_PLACE_SIZE <=
		      WIRE_ANSWER_MAX,
	      "an answer must hold WIRE_ENDPOINTS_SENT endpoints");

/* Lines of `IP PORT`, the last with or without its line feed, at most `limit`. */
static bool parse_endpoints(const char *text, size_t size, size_t limit,
			    struct endpoint ret_list[WIRE_ENDPOINTS_MAX], size_t *ret_count)
{
	struct endpoint list[WIRE_ENDPOINTS_MAX];
	size_t lines = 0, kept = 0;
	if (size == 1 && text[0] == '\n')
		size = 0; /* An empty answer, its line ended. */
	while (size > 0) {
		const char *end = memchr(text, '\n', size);
		size_t line_size = end ? (size_t)(end - text) : size;
		struct endpoint e;
		if (!wire_parse_place(text, line_size, &e) || lines++ == limit)
			return false;
		if (kept < WIRE_ENDPOINTS_MAX)
			list[kept++] = e;
		size_t taken = line_size + (end ? 1 : 0);
		text += taken;
		size -= taken;
	}
	for (size_t i = 0; i < kept; i++)
		ret_list[i] = list[i]; /* cppcheck-suppress uninitvar */
	*ret_count = kept;
	return true;
}

static bool find_type(const char *bytes, enum wire_type *ret_type)
{
	for (int type = 0; type < WIRE_TYPES; type++) {
		if (memcmp(bytes, types[type].name, WIRE_HEADER_SIZE - 1) == 0) {
			*ret_type = (enum wire_type)type;
			return true;
		}
	}
	return false;
}

/* True for a body that is text: endpoints or none, or instead of them full. */
static bool is_text(enum wire_body body)
{
	return body == WIRE_BODY_NONE || body == WIRE_BODY_ENDPOINT || body == WIRE_BODY_ENDPOINTS;
}

enum wire_fault wire_decode(const char *bytes, size_t size, struct wire_message *ret_message)
{
	struct wire_message *m = ret_message;
	enum wire_type type;
	if (size < WIRE_HEADER_SIZE || bytes[WIRE_HEADER_SIZE - 1] != '\n')
		return WIRE_SHORT;
	if (!find_type(bytes, &type))
		return WIRE_UNKNOWN;
	enum wire_body body = wire_type_body(type);
	const char *rest = bytes + WIRE_HEADER_SIZE;
	size_t rest_size = size - WIRE_HEADER_SIZE, count = 0, payload_size = 0;
	bool is_good = true, is_full = is_text(body) && wire_terms_is(rest, rest_size);
	if (is_full) {
		is_good = wire_terms_decode(rest, rest_size, &m->terms);
	} else {
		switch (body) {
		case WIRE_BODY_NONE:
			break;
		case WIRE_BODY_ENDPOINT:
			is_good = parse_endpoints(rest, rest_size, 1, m->endpoints, &count);
			break;
		case WIRE_BODY_ENDPOINTS:
			is_good = parse_endpoints(rest, rest_size, SIZE_MAX, m->endpoints, &count);
			break;
		case WIRE_BODY_PAYLOAD:
			payload_size = rest_size;
			break;
		case WIRE_BODY_FIELDS:
			is_good = wire_fields_decode(type, rest, rest_size, &m->fields);
			break;
		case WIRE_BODY_PATH:
			is_good = wire_path_decode(rest, rest_size, &m->root_path);
			break;
		case WIRE_BODY_STAMPED:
			is_good = size >= WIRE_STAMP_SIZE;
			if (!is_good)
				break;
			wire_stamp_decode(bytes, &m->stamp);
			payload_size = size - WIRE_STAMP_SIZE;
			break;
		}
	}
	if (!is_good)
		return WIRE_MALFORMED;
	m->type = type;
	m->is_full = is_full;
	m->count = count;
	m->payload = bytes + size - payload_size;
	m->payload_size = payload_size;
	m->size = size;
	return WIRE_GOOD;
}

static size_t encode_type(enum wire_type type, char *out)
{
	memcpy(out, types[type].name, WIRE_HEADER_SIZE - 1);
	out[WIRE_HEADER_SIZE - 1] = '\n';
	return WIRE_HEADER_SIZE;
}

size_t wire_encode(enum wire_type type, const struct endpoint *endpoints, size_t count,
		   char out[WIRE_ANSWER_MAX])
{
	enum wire_body body = wire_type_body(type);
	assert(is_text(body) && count <= WIRE_ENDPOINTS_SENT);
	assert(count == 0 || body == WIRE_BODY_ENDPOINTS ||
	       (body == WIRE_BODY_ENDPOINT && count == 1));
	size_t size = encode_type(type, out);
	for (size_t i = 0; i < count; i++) {
		size += wire_format_place(&endpoints[i], out + size);
		/* A single endpoint stands without, each of a list with its line feed. */
		if (body == WIRE_BODY_ENDPOINTS)
			out[size++] = '\n';
	}
	return size;
}

size_t wire_encode_terms(enum wire_type type, const struct wire_terms *terms, size_t size_min,
			 size_t size_max, char out[WIRE_ANSWER_MAX])
{
	assert(is_text(wire_type_body(type)));
	assert(size_max <= WIRE_ANSWER_MAX);
	size_t size = encode_type(type, out);
	size_t body_min = size_min > size ? size_min - size : 0;
	return size + wire_terms_encode(terms, body_min, size_max - size, out + size);
}

size_t wire_encode_fields(enum wire_type type, const union wire_fields *fields,
			  char out[WIRE_ANSWER_MAX])
{
	assert(wire_type_body(type) == WIRE_BODY_FIELDS);
	size_t size = encode_type(type, out);
	wire_fields_encode(type, fields, out + size);
	return size + wire_fields_size(type);
}

size_t wire_encode_path(const struct wire_path *path, char out[WIRE_ANSWER_MAX])
{
	size_t size = encode_type(WIRE_PATH, out);
	return size + wire_path_encode(path, out + size);
}

/* How many datagrams at the beginning of a run begin with `header`, and have `size_min` bytes. */
static size_t count_headed(const struct run *r, const char *header, size_t size_min)
{
	size_t count = 0;
	if (r->segment_size < size_min)
		return 0;
	for (size_t at = 0; count < r->count; at += r->segment_size, count++)
		if (r->size - at < size_min || memcmp(r->bytes + at, header, WIRE_HEADER_SIZE) != 0)
			break;
	return count;
}

size_t wire_count_data(const struct run *r, enum wire_type *ret_type)
{
	size_t count = count_headed(r, WIRE_DATA_HEADER, WIRE_HEADER_SIZE);
	if (count > 0) {
		*ret_type = WIRE_DATA;
		return count;
	}
	count = count_headed(r, WIRE_STAMP_HEADER, WIRE_STAMP_SIZE);
	if (count > 0)
		*ret_type = WIRE_MDAT;
	return count;
}

void wire_encode_data_header(char out[WIRE_HEADER_SIZE])
{
	memcpy(out, WIRE_DATA_HEADER, WIRE_HEADER_SIZE);
}

enum wire_fault wire_decode_base(const char *bytes, size_t size, struct wire_message *ret_message)
{
	if (size > WIRE_HEADER_SIZE &&
	    wire_decode(bytes, WIRE_HEADER_SIZE, ret_message) == WIRE_GOOD &&
	    wire_type_body(ret_message->type) == WIRE_BODY_NONE)
		return WIRE_GOOD;
	return wire_decode(bytes, size, ret_message);
}
