/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
#include "wire/envelope.h"
#include "wire/bytes.h"

enum {
	KIND_V4 = 4,
	KIND_V6 = 6,
	AT_COUNT = 9,
	AT_ADDRESSES = 12,
	MAPPED = 12, /* Bytes before an IPv4 address in an endpoint. */
};

size_t wire_envelope_size(const struct endpoint *group)
{
	return endpoint_is_v4(group) ? WIRE_ENVELOPE_V4 : WIRE_ENVELOPE_V6;
}

static char *put_address(char *out, const struct endpoint *e, bool is_v4)
{
	size_t skipped = is_v4 ? MAPPED : 0;
	return wire_put_bytes(out, (const char *)e->address + skipped,
			      sizeof(e->address) - skipped);
}

void wire_envelope_encode(const struct wire_envelope *e, char *out)
{
	bool is_v4 = endpoint_is_v4(&e->group);
	out = wire_put_u8(out, is_v4 ? KIND_V4 : KIND_V6);
	out = wire_put_u8(out, e->ttl);
	out = wire_put_u16(out, e->group.port);
	out = wire_put_u16(out, e->origin.port);
	out = wire_put_u16(out, e->length);
	out = wire_put_u8(out, e->index);
	out = wire_put_u8(out, e->count);
	out = wire_put_u16(out, 0);
	out = put_address(out, &e->group, is_v4);
	put_address(out, &e->origin, is_v4);
}

static size_t size_of_kind(const char *bytes, size_t size)
{
	size_t head = size == 0             ? 0
		      : bytes[0] == KIND_V4 ? WIRE_ENVELOPE_V4
		      : bytes[0] == KIND_V6 ? WIRE_ENVELOPE_V6
					    : 0;
	return head <= size ? head : 0;
}

static struct endpoint get_address(const char *bytes, bool is_v4, uint16_t port)
{
	struct endpoint e = {.port = port};
	if (is_v4)
		e.address[10] = e.address[11] = 0xFF;
	size_t skipped = is_v4 ? MAPPED : 0;
	for (size_t i = skipped; i < sizeof(e.address); i++)
		e.address[i] = (unsigned char)bytes[i - skipped];
	return e;
}

size_t wire_envelope_decode(const char *bytes, size_t size, struct wire_envelope *ret_envelope)
{
	size_t head = size_of_kind(bytes, size);
	if (head == 0)
		return 0;
	bool is_v4 = head == WIRE_ENVELOPE_V4;
	size_t width = is_v4 ? 4 : 16;
	struct wire_reader r = wire_reader_of(bytes + 1, head - 1);
	struct wire_envelope e = {.ttl = wire_get_u8(&r)};
	uint16_t group_port = wire_get_u16(&r), origin_port = wire_get_u16(&r);
	e.length = wire_get_u16(&r);
	e.index = wire_get_u8(&r);
	e.count = wire_get_u8(&r);
	e.group = get_address(bytes + AT_ADDRESSES, is_v4, group_port);
	e.origin = get_address(bytes + AT_ADDRESSES + width, is_v4, origin_port);
	bool is_good = endpoint_is_multicast(&e.group) && endpoint_is_v4(&e.group) == is_v4 &&
		       endpoint_is_v4(&e.origin) == is_v4 && !endpoint_is_multicast(&e.origin) &&
		       group_port != 0 && e.count > 0 && e.index < e.count &&
		       size - head == wire_fragment_size(e.length, e.count);
	if (!is_good)
		return 0;
	*ret_envelope = e;
	return head;
}

size_t wire_envelope_peel(const char *bytes, size_t size)
{
	size_t head = size_of_kind(bytes, size);
	return head > 0 && bytes[AT_COUNT] == 1 ? head : 0;
}

/* FNV-1a over address and port, folded. */
uint16_t wire_channel_of(const struct endpoint *group)
{
	uint32_t hash = 2166136261u;
	for (size_t i = 0; i < sizeof(group->address); i++)
		hash = (hash ^ group->address[i]) * 16777619u;
	hash = (hash ^ (group->port >> 8)) * 16777619u;
	hash = (hash ^ (group->port & 0xFFu)) * 16777619u;
	uint16_t folded = (uint16_t)(hash ^ hash >> 16);
	return folded != 0 ? folded : 1;
}
