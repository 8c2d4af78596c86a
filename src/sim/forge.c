/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
#include "sim/forge.h"

#define NOISE_MAX     64
#define ENDPOINTS_MAX 4

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

void forge_message(struct world *w, uint32_t to, struct random *random)
{
	char bytes[WIRE_ANSWER_MAX + NOISE_MAX];
	struct endpoint endpoints[ENDPOINTS_MAX], from = draw_endpoint(w, random);
	enum wire_type type = (enum wire_type)random_below(random, WIRE_TYPES);
	size_t count = (size_t)random_below(random, ENDPOINTS_MAX + 1), size;
	for (size_t i = 0; i < count; i++)
		endpoints[i] = draw_endpoint(w, random);
	if (random_below(random, 8) == 0) {
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
