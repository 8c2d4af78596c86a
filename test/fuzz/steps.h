/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
#ifndef RAMURE_TEST_FUZZ_STEPS_H
#define RAMURE_TEST_FUZZ_STEPS_H
/* steps.h - an input read as a series of steps: what a state machine is told, from whom, and when.
 *
 * Past the end all bytes are 0, so that every input is a whole series.
 */
#include "fuzz.h"
#include "wire/message.h"

struct steps {
	const uint8_t *data;
	size_t size, at;
};

static inline bool steps_are_left(const struct steps *s)
{
	return s->at < s->size;
}

static inline unsigned steps_byte(struct steps *s)
{
	return s->at < s->size ? s->data[s->at++] : 0;
}

/* One of a few endpoints of both families, most of them usable. */
static inline struct endpoint steps_endpoint(unsigned number)
{
	static const uint8_t v6[16] = {0xFD, [15] = 1};
	static const uint8_t odd[8][4] = {{127, 0, 0, 1}, {127, 9, 9, 9},   {0, 0, 0, 0},
					  {224, 0, 0, 1}, {169, 254, 1, 1}, {255, 255, 255, 255},
					  {10, 0, 0, 1},  {10, 0, 0, 2}};
	uint8_t v4[4] = {10, 1, 0, (uint8_t)(number & 31)};
	struct endpoint e = endpoint_from_v4(v4, 10000);
	if (number >= 0xF8)
		e = endpoint_from_v4(odd[number & 7], 10000);
	else if (number >= 0xC0)
		e = endpoint_from_v6(v6, (uint16_t)(number & 31));
	return e;
}

/* From a microsecond to some days. */
static inline int64_t steps_duration_us(struct steps *s)
{
	unsigned exponent = steps_byte(s) % 38;
	return (int64_t)(steps_byte(s) + 1) << exponent;
}

#define STEPS_DATAGRAM_MAX 8192

/* A datagram: a message of any type with a body as it should be, or any bytes. */
static inline size_t steps_datagram(struct steps *s, char out[STEPS_DATAGRAM_MAX])
{
	unsigned kind = steps_byte(s);
	unsigned count = steps_byte(s);
	size_t size = 0;
	if (kind >= 0xE0) {
		for (; size < count; size++)
			out[size] = (char)steps_byte(s);
		return size;
	}
	enum wire_type type = (enum wire_type)(kind % WIRE_TYPES);
	size = (size_t)snprintf(out, STEPS_DATAGRAM_MAX, "%s\n", wire_type_name(type));
	if (wire_type_body(type) == WIRE_BODY_NONE || wire_type_body(type) == WIRE_BODY_PAYLOAD)
		return size + count % 4; /* Whatever lay there. */
	count %= wire_type_body(type) == WIRE_BODY_ENDPOINT ? 2 : 70;
	for (unsigned i = 0; i < count; i++) {
		char address[ADDRESS_TEXT_SIZE];
		struct endpoint e = steps_endpoint(steps_byte(s));
		endpoint_format_address(&e, address);
		size += (size_t)snprintf(out + size, STEPS_DATAGRAM_MAX - size, "%s %u\n", address,
					 e.port);
	}
	return size;
}

#endif
