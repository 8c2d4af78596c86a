/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
#include "wire/fields.h"
#include "wire/bytes.h"

#include <assert.h>

static const uint8_t sizes[WIRE_TYPES] = {
#define LAYOUT_BEGIN(type)      [WIRE_##type] = 0
#define FIELD(type, name, bits) +bits / 8
#define LAYOUT_END(type)        ,
#include "wire/fields.def"
#undef LAYOUT_BEGIN
#undef FIELD
#undef LAYOUT_END
};

size_t wire_fields_size(enum wire_type type)
{
	return sizes[type];
}

bool wire_fields_decode(enum wire_type type, const char *body, size_t size,
			union wire_fields *ret_fields)
{
	/* What is behind the fields of a PING makes it no shorter than the answer that it wants. */
	bool fits = type == WIRE_PING ? size >= sizes[type] : size == sizes[type];
	struct wire_reader r = wire_reader_of(body, size);
	if (!fits)
		return false;
	switch (type) {
#define LAYOUT_BEGIN(type)      case WIRE_##type:
#define FIELD(type, name, bits) ret_fields->type.name = wire_get_u##bits(&r);
#define LAYOUT_END(type)        break;
#include "wire/fields.def"
#undef LAYOUT_BEGIN
#undef FIELD
#undef LAYOUT_END
	default:
		assert(false); /* Not a type whose body is FIELDS. */
	}
	return true;
}

void wire_fields_encode(enum wire_type type, const union wire_fields *fields, char *out)
{
	char *at = out;
	switch (type) {
#define LAYOUT_BEGIN(type)      case WIRE_##type:
#define FIELD(type, name, bits) at = wire_put_u##bits(at, fields->type.name);
#define LAYOUT_END(type)        break;
#include "wire/fields.def"
#undef LAYOUT_BEGIN
#undef FIELD
#undef LAYOUT_END
	default:
		assert(false); /* Not a type whose body is FIELDS. */
	}
}

/* An address's family: the version of IP. */
enum { FAMILY_V4 = 4, FAMILY_V6 = 6 };

static bool get_hop(struct wire_reader *r, struct wire_hop *ret_hop)
{
	uint8_t address[16];
	ret_hop->id = wire_get_u64(r);
	switch (wire_get_u8(r)) {
	case FAMILY_V4:
		wire_get_bytes(r, address, 4);
		ret_hop->endpoint = endpoint_from_v4(address, wire_get_u16(r));
		break;
	case FAMILY_V6:
		wire_get_bytes(r, address, 16);
		ret_hop->endpoint = endpoint_from_v6(address, wire_get_u16(r));
		break;
	default:
		return false;
	}
	return !r->is_short && wire_endpoint_is_usable(&ret_hop->endpoint);
}

bool wire_path_decode(const char *body, size_t size, struct wire_path *ret_path)
{
	struct wire_reader r = wire_reader_of(body, size);
	struct wire_hop hops[WIRE_HOPS_MAX];
	uint64_t token = wire_get_u64(&r);
	uint32_t hash = wire_get_u32(&r), epoch = wire_get_u32(&r);
	uint64_t key = wire_get_u64(&r), seq = wire_get_u64(&r);
	uint8_t count = wire_get_u8(&r);
	if (count == 0 || count > WIRE_HOPS_MAX)
		return false;
	for (size_t i = 0; i < count; i++)
		if (!get_hop(&r, &hops[i]))
			return false;
	if (r.left > 0)
		return false;
	ret_path->token = token;
	ret_path->hash = hash;
	ret_path->epoch = epoch;
	ret_path->key = key;
	ret_path->seq = seq;
	ret_path->count = count;
	memcpy(ret_path->hops, hops, count * sizeof(hops[0]));
	return true;
}

size_t wire_path_encode(const struct wire_path *path, char *out)
{
	char *at = out;
	assert(path->count >= 1 && path->count <= WIRE_HOPS_MAX);
	at = wire_put_u64(at, path->token);
	at = wire_put_u32(at, path->hash);
	at = wire_put_u32(at, path->epoch);
	at = wire_put_u64(at, path->key);
	at = wire_put_u64(at, path->seq);
	at = wire_put_u8(at, path->count);
	for (size_t i = 0; i < path->count; i++) {
		const struct endpoint *e = &path->hops[i].endpoint;
		assert(wire_endpoint_is_usable(e));
		at = wire_put_u64(at, path->hops[i].id);
		if (endpoint_is_v4(e)) {
			at = wire_put_u8(at, FAMILY_V4);
			at = wire_put_bytes(at, endpoint_v4(e), 4);
		} else {
			at = wire_put_u8(at, FAMILY_V6);
			at = wire_put_bytes(at, e->address, 16);
		}
		at = wire_put_u16(at, e->port);
	}
	return (size_t)(at - out);
}
