/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
#ifndef RAMURE_WIRE_BYTES_H
#define RAMURE_WIRE_BYTES_H
/* bytes.h - unsigned numbers in network byte order. For src/wire, and src/island.
 *
 * A reader that is asked for more than there is gives zeros from then on, and is_short says so:
 * look once, at the end.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

struct wire_reader {
	const char *at; /* Borrowed. */
	size_t left;
	bool is_short; /* More was asked for than there was. */
};

static inline struct wire_reader wire_reader_of(const char *bytes, size_t size)
{
	return (struct wire_reader){.at = bytes, .left = size};
}

/* The next `size` bytes; zeros where there are not as many. */
static inline void wire_get_bytes(struct wire_reader *r, void *ret_bytes, size_t size)
{
	if (r->is_short || r->left < size) {
		r->is_short = true;
		memset(ret_bytes, 0, size);
		return;
	}
	memcpy(ret_bytes, r->at, size);
	r->at += size;
	r->left -= size;
}

static inline uint8_t wire_get_u8(struct wire_reader *r)
{
	uint8_t value;
	wire_get_bytes(r, &value, 1);
	return value;
}

static inline uint16_t wire_get_u16(struct wire_reader *r)
{
	uint8_t b[2];
	wire_get_bytes(r, b, sizeof(b));
	return (uint16_t)(b[0] << 8 | b[1]);
}

static inline uint32_t wire_get_u32(struct wire_reader *r)
{
	uint8_t b[4];
	wire_get_bytes(r, b, sizeof(b));
	return (uint32_t)b[0] << 24 | (uint32_t)b[1] << 16 | (uint32_t)b[2] << 8 | b[3];
}

static inline uint64_t wire_get_u64(struct wire_reader *r)
{
	uint64_t high = wire_get_u32(r);
	return high << 32 | wire_get_u32(r);
}

/* They write at `out` and give where the next goes. */
static inline char *wire_put_u8(char *out, uint8_t value)
{
	*out = (char)value;
	return out + 1;
}

static inline char *wire_put_u16(char *out, uint16_t value)
{
	out = wire_put_u8(out, (uint8_t)(value >> 8));
	return wire_put_u8(out, (uint8_t)(value & 0xFF));
}

static inline char *wire_put_u32(char *out, uint32_t value)
{
	out = wire_put_u16(out, (uint16_t)(value >> 16));
	return wire_put_u16(out, (uint16_t)(value & 0xFFFF));
}

static inline char *wire_put_u64(char *out, uint64_t value)
{
	out = wire_put_u32(out, (uint32_t)(value >> 32));
	return wire_put_u32(out, (uint32_t)(value & 0xFFFFFFFF));
}

static inline char *wire_put_bytes(char *out, const void *bytes, size_t size)
{
	memcpy(out, bytes, size);
	return out + size;
}

#endif
