/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
#include "wire/stamp.h"
#include "wire/bytes.h"

/* Where things stand. */
enum {
	AT_FLAGS = 5,
	AT_KEY = 8,
	AT_SEQ = 24,
};

void wire_stamp_encode(const struct wire_stamp *s, char out[WIRE_STAMP_SIZE])
{
	out = wire_put_bytes(out, WIRE_STAMP_HEADER, AT_FLAGS);
	out = wire_put_u8(out, s->flags);
	out = wire_put_u16(out, s->channel);
	out = wire_put_u64(out, s->key);
	out = wire_put_u32(out, s->epoch);
	out = wire_put_u32(out, 0);
	out = wire_put_u64(out, s->seq);
	out = wire_put_u64(out, s->source);
	wire_put_u64(out, s->number);
}

void wire_stamp_decode(const char bytes[WIRE_STAMP_SIZE], struct wire_stamp *ret_stamp)
{
	struct wire_reader r = wire_reader_of(bytes + AT_FLAGS, WIRE_STAMP_SIZE - AT_FLAGS);
	ret_stamp->flags = wire_get_u8(&r);
	ret_stamp->channel = wire_get_u16(&r);
	ret_stamp->key = wire_get_u64(&r);
	ret_stamp->epoch = wire_get_u32(&r);
	(void)wire_get_u32(&r);
	ret_stamp->seq = wire_get_u64(&r);
	ret_stamp->source = wire_get_u64(&r);
	ret_stamp->number = wire_get_u64(&r);
}

void wire_stamp_put_root(char bytes[WIRE_STAMP_SIZE], uint64_t key, uint32_t epoch, uint64_t seq)
{
	wire_put_u32(wire_put_u64(bytes + AT_KEY, key), epoch);
	wire_put_u64(bytes + AT_SEQ, seq);
}
