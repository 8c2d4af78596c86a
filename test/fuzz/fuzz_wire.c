/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
/* fuzz_wire.c - a datagram, as it comes from the network. */
#include "fuzz.h"
#include "wire/message.h"

/* What was read is written and read again, and is the same. */
static void check_round_trip(const struct wire_message *m)
{
	char bytes[WIRE_ANSWER_MAX];
	struct wire_message again;
	size_t count = m->count < WIRE_ENDPOINTS_SENT ? m->count : WIRE_ENDPOINTS_SENT;
	size_t size = wire_encode(m->type, m->endpoints, count, bytes);
	CHECK(size >= WIRE_HEADER_SIZE && size < sizeof(bytes));
	CHECK(wire_decode(bytes, size, &again) == WIRE_GOOD);
	CHECK(again.type == m->type && again.count == count && again.payload_size == 0);
	for (size_t i = 0; i < count; i++)
		CHECK(endpoint_equal(&again.endpoints[i], &m->endpoints[i]));
}

static void check_message(const struct wire_message *m, const char *bytes, size_t size)
{
	CHECK(m->type < WIRE_TYPES);
	CHECK(memcmp(bytes, wire_type_name(m->type), 4) == 0 && bytes[4] == '\n');
	for (size_t i = 0; i < m->count; i++)
		CHECK(wire_endpoint_is_usable(&m->endpoints[i]));
	switch (wire_type_body(m->type)) {
	case WIRE_BODY_NONE:
		CHECK(m->count == 0 && m->payload_size == 0);
		break;
	case WIRE_BODY_ENDPOINT:
		CHECK(m->count <= 1 && m->payload_size == 0);
		break;
	case WIRE_BODY_ENDPOINTS:
		CHECK(m->count <= WIRE_ENDPOINTS_MAX && m->payload_size == 0);
		break;
	case WIRE_BODY_PAYLOAD:
		CHECK(m->count == 0 && m->payload == bytes + WIRE_HEADER_SIZE);
		CHECK(m->payload_size == size - WIRE_HEADER_SIZE);
		return;
	}
	check_round_trip(m);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct wire_message message, before;
	memset(&message, 0xA5, sizeof(message));
	before = message;
	enum wire_fault fault = wire_decode((const char *)data, size, &message);
	if (fault == WIRE_GOOD)
		check_message(&message, (const char *)data, size);
	else
		CHECK(memcmp(&message, &before, sizeof(message)) == 0);
	CHECK((fault == WIRE_SHORT) == (size < WIRE_HEADER_SIZE || data[4] != '\n'));
	return 0;
}
