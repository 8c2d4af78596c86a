/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
#include "sim/forge.h"

#define NOISE_MAX     64
#define ENDPOINTS_MAX 4
#define PADDED        1000 /* Bytes of a request that wants an answer without a proof. */

/* One in four is a stranger's, of an address that no host has. */
static struct endpoint draw_endpoint(const struct world *w, struct random *random)
{
	uint32_t host = (uint32_t)random_below(random, w->host_count);
	const uint8_t stranger[4] = {192, 0, 2, (uint8_t)host}; /* RFC 5737: for documents. */
	if (random_below(random, 4) == 0)
		return endpoint_from_v4(stranger, 10000);
	return w->hosts[host].self;
}

static size_t draw_noise(struct random *random, char *ret_bytes)
{
	size_t size = (size_t)random_below(random, NOISE_MAX + 1);
	for (size_t i = 0; i < size; i++)
		ret_bytes[i] = (char)random_next(random);
	return size;
}

/* --- The full profile: what anybody could write who knows the protocol, and no secret --- */

/* As those are that were drawn at a start: no one has this one, or there is none. */
static uint64_t draw_secret(struct random *random)
{
	return random_below(random, 8) == 0 ? 0 : random_next(random);
}

static struct wire_tick_number draw_tick(struct random *random)
{
	uint32_t epoch = (uint32_t)random_below(random, 4), far = (uint32_t)random_next(random);
	uint32_t number = (uint32_t)random_below(random, 1000);
	return (struct wire_tick_number){random_below(random, 4) == 0 ? far : epoch, number};
}

static uint32_t small(struct random *random, uint32_t bound)
{
	return (uint32_t)random_below(random, bound);
}

static size_t forge_fields(enum wire_type type, struct random *random, char *ret_bytes)
{
	union wire_fields f = {0};
	struct wire_tick_number tick = draw_tick(random);
	uint64_t secret = draw_secret(random), other = draw_secret(random);
	uint32_t a = small(random, 100), b = small(random, (uint32_t)US_PER_S);
	uint8_t flags = (uint8_t)small(random, 4);
	switch (type) {
	case WIRE_TICK:
		f.TICK = (struct wire_TICK){.token = secret,
					    .epoch = tick.epoch,
					    .number = tick.number,
					    .seq = a,
					    .delay = b,
					    .hash = (uint32_t)other,
					    .depth = (uint16_t)(a / 8),
					    .flags = flags};
		break;
	case WIRE_RPRT:
		f.RPRT = (struct wire_RPRT){.token = secret,
					    .delay = b,
					    .size = a,
					    .height = (uint16_t)(a / 8),
					    .room = (uint16_t)(b % 4),
					    .free = flags,
					    .wanted = other};
		break;
	case WIRE_PING:
		f.PING = (struct wire_PING){secret, other, flags};
		break;
	case WIRE_PONG:
		f.PONG = (struct wire_PONG){secret, flags, other};
		break;
	case WIRE_LEAV:
		f.LEAV.token = secret;
		break;
	default:
		f.MACK = (struct wire_MACK){secret, other, a, (uint32_t)b, random_next(random)};
		break;
	}
	return wire_encode_fields(type, &f, ret_bytes);
}

static size_t forge_path(const struct world *w, struct random *random, char *ret_bytes)
{
	struct wire_path path = {.token = draw_secret(random),
				 .key = draw_secret(random),
				 .epoch = draw_tick(random).epoch,
				 .hash = small(random, 1000)};
	unsigned count = 1 + small(random, WIRE_HOPS_MAX);
	for (; path.count < count; path.count++) {
		struct wire_hop *hop = &path.hops[path.count];
		hop->id = draw_secret(random);
		hop->endpoint = draw_endpoint(w, random);
	}
	return wire_encode_path(&path, ret_bytes);
}

static size_t forge_data(struct random *random, char *ret_bytes)
{
	struct wire_tick_number tick = draw_tick(random);
	struct wire_stamp stamp = {.flags = (uint8_t)small(random, 2),
				   .key = draw_secret(random),
				   .epoch = tick.epoch,
				   .seq = small(random, 100),
				   .source = draw_secret(random),
				   .number = small(random, 100)};
	wire_stamp_encode(&stamp, ret_bytes);
	return WIRE_STAMP_SIZE + draw_noise(random, ret_bytes + WIRE_STAMP_SIZE);
}

/* Each key in every other message. */
static void draw_keys(const struct world *w, struct random *random, struct wire_terms *t)
{
	static const char *const wants[] = {"probe", "join", "foster"};
	static const char *const reasons[] = {"full",   "stale",   "loop", "detached",
					      "cookie", "probing", "root", "foster"};
	uint64_t has = random_next(random);
	wire_put(t, id, draw_secret(random));
	wire_put(t, nonce, draw_secret(random));
	wire_put(t, cookie, draw_secret(random));
	wire_put(t, token, draw_secret(random));
	wire_put(t, key, draw_secret(random));
	wire_put_word(t, group, "blue");
	wire_put_word(t, want, wants[small(random, 3)]);
	wire_put_word(t, reason, reasons[small(random, 8)]);
	wire_put(t, tick, draw_tick(random));
	wire_put(t, passed, draw_tick(random));
	wire_put(t, dead, draw_endpoint(w, random));
	wire_put(t, root, draw_endpoint(w, random));
	wire_put(t, seq, small(random, 100));
	wire_put(t, depth, small(random, 10));
	wire_put(t, delay, small(random, (uint32_t)US_PER_S));
	wire_put(t, free, small(random, 4));
	wire_put(t, height, small(random, 4));
	wire_put(t, rtt, small(random, (uint32_t)US_PER_S));
	t->has &= (uint32_t)has;
}

static size_t forge_terms(const struct world *w, enum wire_type type, struct random *random,
			  char *ret_bytes)
{
	struct wire_terms t;
	wire_terms_init(&t);
	draw_keys(w, random, &t);
	unsigned members = small(random, ENDPOINTS_MAX + 1);
	for (; t.member_count < members; t.member_count++)
		t.members[t.member_count] = (struct wire_neighbour){
			.endpoint = draw_endpoint(w, random),
			.is_full = t.member_count % 2 == 0,
			.free = (uint8_t)members,
		};
	size_t least = small(random, 2) * PADDED;
	return wire_encode_terms(type, &t, least, WIRE_ANSWER_MAX, ret_bytes);
}

static size_t forge_full(const struct world *w, struct random *random, char *ret_bytes)
{
	enum wire_type type = (enum wire_type)random_below(random, WIRE_TYPES);
	switch (wire_type_body(type)) {
	case WIRE_BODY_FIELDS:
		return forge_fields(type, random, ret_bytes);
	case WIRE_BODY_PATH:
		return forge_path(w, random, ret_bytes);
	case WIRE_BODY_PAYLOAD:
	case WIRE_BODY_STAMPED:
		return forge_data(random, ret_bytes);
	default:
		return forge_terms(w, type, random, ret_bytes);
	}
}

void forge_message(struct world *w, uint32_t to, struct random *random)
{
	char bytes[WIRE_ANSWER_MAX + NOISE_MAX];
	struct endpoint endpoints[ENDPOINTS_MAX], from = draw_endpoint(w, random);
	enum wire_type type = (enum wire_type)random_below(random, WIRE_DATA + 1);
	size_t count = (size_t)random_below(random, ENDPOINTS_MAX + 1), size;
	for (size_t i = 0; i < count; i++)
		endpoints[i] = draw_endpoint(w, random);
	if (w->config.is_full && random_below(random, 2) == 0) {
		size = forge_full(w, random, bytes);
	} else if (random_below(random, 8) == 0) {
		size = draw_noise(random, bytes);
	} else if (type == WIRE_DATA) {
		wire_encode_data_header(bytes);
		size = WIRE_HEADER_SIZE + draw_noise(random, bytes + WIRE_HEADER_SIZE);
	} else {
		enum wire_body body = wire_type_body(type);
		size_t most = body == WIRE_BODY_ENDPOINTS ? count : body == WIRE_BODY_ENDPOINT;
		count = count < most ? count : most;
		size = wire_encode(type, endpoints, count, bytes);
	}
	world_inject(w, &from, to, bytes, size);
}
