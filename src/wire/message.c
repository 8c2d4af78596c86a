/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
#include "wire/message.h"
#include "base/decimal.h"

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

bool wire_endpoint_is_usable(const struct endpoint *e)
{
	static const uint8_t zero[16];
	if (e->port == 0)
		return false;
	if (endpoint_is_v4(e)) {
		const uint8_t *a = endpoint_v4(e);
		return a[0] != 0 && a[0] < 224 && !(a[0] == 169 && a[1] == 254);
	}
	bool link_local = e->address[0] == 0xFE && (e->address[1] & 0xC0) == 0x80;
	return e->address[0] != 0xFF && !link_local && memcmp(e->address, zero, sizeof(zero)) != 0;
}

/* A port: 1 to 5 digits, 1 to 65535; 0 if it is none. */
static uint16_t parse_port(const char *text, size_t size)
{
	unsigned port = 0;
	if (size == 0 || size > 5)
		return 0;
	for (size_t i = 0; i < size; i++) {
		if (text[i] < '0' || text[i] > '9')
			return 0;
		port = port * 10 + (unsigned)(text[i] - '0');
	}
	return port <= UINT16_MAX ? (uint16_t)port : 0;
}

/* `IP PORT`, without a line feed. */
static bool parse_endpoint(const char *text, size_t size, struct endpoint *ret_endpoint)
{
	char address[ADDRESS_TEXT_SIZE];
	struct endpoint e;
	const char *space = memchr(text, ' ', size);
	size_t address_size = space ? (size_t)(space - text) : 0;
	if (address_size == 0 || address_size >= sizeof(address) ||
	    memchr(text, '\0', address_size))
		return false;
	memcpy(address, text, address_size);
	address[address_size] = '\0';
	uint16_t port = parse_port(space + 1, size - address_size - 1);
	if (!endpoint_parse_address(address, port, &e) || !wire_endpoint_is_usable(&e))
		return false;
	*ret_endpoint = e;
	return true;
}

/* The longest list fits: a line is at most an IPv6 address of 39 characters, a space, 5 digits and
 * a line feed; and the last address may be written with its NUL. */
static_assert(WIRE_HEADER_SIZE + WIRE_ENDPOINTS_SENT * ADDRESS_TEXT_SIZE <= WIRE_ANSWER_MAX,
	      "an answer must hold WIRE_ENDPOINTS_SENT endpoints");

/* Lines of `IP PORT`, the last with or without its line feed, at most `limit`. */
static bool parse_endpoints(const char *text, size_t size, size_t limit,
			    struct endpoint ret_list[WIRE_ENDPOINTS_MAX], size_t *ret_count)
{
	struct endpoint list[WIRE_ENDPOINTS_MAX];
	size_t lines = 0, kept = 0;
	while (size > 0) {
		const char *end = memchr(text, '\n', size);
		size_t line_size = end ? (size_t)(end - text) : size;
		struct endpoint e;
		if (!parse_endpoint(text, line_size, &e) || lines++ == limit)
			return false;
		if (kept < WIRE_ENDPOINTS_MAX)
			list[kept++] = e;
		size_t taken = line_size + (end ? 1 : 0);
		text += taken;
		size -= taken;
	}
	for (size_t i = 0; i < kept; i++)
		ret_list[i] = list[i];
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

enum wire_fault wire_decode(const char *bytes, size_t size, struct wire_message *ret_message)
{
	enum wire_type type;
	size_t count = 0;
	if (size < WIRE_HEADER_SIZE || bytes[WIRE_HEADER_SIZE - 1] != '\n')
		return WIRE_SHORT;
	if (!find_type(bytes, &type))
		return WIRE_UNKNOWN;
	const char *body = bytes + WIRE_HEADER_SIZE;
	size_t body_size = size - WIRE_HEADER_SIZE;
	if (body_size == 1 && body[0] == '\n' && wire_type_body(type) != WIRE_BODY_PAYLOAD)
		body_size = 0; /* An empty answer, its line ended. */
	switch (wire_type_body(type)) {
	case WIRE_BODY_ENDPOINT:
		if (!parse_endpoints(body, body_size, 1, ret_message->endpoints, &count))
			return WIRE_MALFORMED;
		break;
	case WIRE_BODY_ENDPOINTS:
		if (!parse_endpoints(body, body_size, SIZE_MAX, ret_message->endpoints, &count))
			return WIRE_MALFORMED;
		break;
	case WIRE_BODY_NONE:
	case WIRE_BODY_PAYLOAD:
		break;
	}
	ret_message->type = type;
	ret_message->count = count;
	ret_message->payload = body;
	ret_message->payload_size = wire_type_body(type) == WIRE_BODY_PAYLOAD ? body_size : 0;
	return WIRE_GOOD;
}

size_t wire_encode(enum wire_type type, const struct endpoint *endpoints, size_t count,
		   char out[WIRE_ANSWER_MAX])
{
	enum wire_body body = wire_type_body(type);
	assert(body != WIRE_BODY_PAYLOAD && count <= WIRE_ENDPOINTS_SENT);
	assert(count == 0 || body == WIRE_BODY_ENDPOINTS ||
	       (body == WIRE_BODY_ENDPOINT && count == 1));
	memcpy(out, types[type].name, WIRE_HEADER_SIZE - 1);
	out[WIRE_HEADER_SIZE - 1] = '\n';
	size_t size = WIRE_HEADER_SIZE;
	for (size_t i = 0; i < count; i++) {
		endpoint_format_address(&endpoints[i], out + size);
		size += strlen(out + size);
		out[size++] = ' ';
		size += decimal_put(out + size, endpoints[i].port);
		/* A single endpoint stands without, each of a list with its line feed. */
		if (body == WIRE_BODY_ENDPOINTS)
			out[size++] = '\n';
	}
	return size;
}

size_t wire_count_data(const struct run *r)
{
	size_t count = 0;
	for (size_t at = 0; count < r->count; at += r->segment_size, count++)
		if (r->size - at < WIRE_HEADER_SIZE ||
		    memcmp(r->bytes + at, WIRE_DATA_HEADER, WIRE_HEADER_SIZE) != 0)
			break;
	return count;
}

void wire_encode_data_header(char out[WIRE_HEADER_SIZE])
{
	memcpy(out, WIRE_DATA_HEADER, WIRE_HEADER_SIZE);
}
