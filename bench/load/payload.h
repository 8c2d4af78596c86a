/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
#ifndef RAMURE_BENCH_PAYLOAD_H
#define RAMURE_BENCH_PAYLOAD_H
/* payload.h - what stands in a payload of the measurements: whose it is, which one, when it was
 * sent; filler; and at its end a check, so that a sink notices a payload that was cut, or put
 * together from two.
 *
 * Byte order and clock are the host's: source and sink run on one machine. The bytes of a payload
 * may lie anywhere, so fields are copied and never pointed at.
 *
 *     payload_fill once per buffer -> payload_stamp per sending ... payload_read at the sink
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#define PAYLOAD_MAGIC UINT32_C(0x52414d55)

struct payload {
	uint32_t magic;
	uint32_t stream;   /* Of whose numbers: several sources may feed one sink. */
	uint64_t sequence; /* From 0 on, one more each payload. */
	int64_t sent_ns;   /* CLOCK_MONOTONIC. */
};

_Static_assert(sizeof(struct payload) == 24, "no holes");

/* Bytes of the smallest payload, and of the smallest one with a check at its end. */
#define PAYLOAD_SIZE_MIN     sizeof(struct payload)
#define PAYLOAD_SIZE_CHECKED (sizeof(struct payload) + sizeof(uint32_t))

/* What the last four bytes hold. The odd factor (Knuth's) makes neighbours differ in all bytes. */
static inline uint32_t payload_check(uint64_t sequence, size_t size)
{
	return (uint32_t)sequence * UINT32_C(2654435761) + (uint32_t)size;
}

static inline void payload_fill(char *bytes, size_t size)
{
	for (size_t i = 0; i < size; i++)
		bytes[i] = (char)('a' + i % 26);
}

/* Writes the fields and the check; `size` is at least PAYLOAD_SIZE_MIN. */
static inline void payload_stamp(char *bytes, size_t size, uint32_t stream, uint64_t sequence,
				 int64_t sent_ns)
{
	const struct payload p = {PAYLOAD_MAGIC, stream, sequence, sent_ns};
	memcpy(bytes, &p, sizeof(p));
	if (size >= PAYLOAD_SIZE_CHECKED) {
		uint32_t check = payload_check(sequence, size);
		memcpy(bytes + size - sizeof(check), &check, sizeof(check));
	}
}

/* False, and `ret_payload` undefined, if the bytes are no whole payload. */
static inline bool payload_read(const char *bytes, size_t size, struct payload *ret_payload)
{
	if (size < PAYLOAD_SIZE_MIN)
		return false;
	memcpy(ret_payload, bytes, sizeof(*ret_payload));
	if (ret_payload->magic != PAYLOAD_MAGIC)
		return false;
	if (size < PAYLOAD_SIZE_CHECKED)
		return true;
	uint32_t check;
	memcpy(&check, bytes + size - sizeof(check), sizeof(check));
	return check == payload_check(ret_payload->sequence, size);
}

#endif
