/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
#include "wire/place.h"
#include "base/decimal.h"

#include <string.h>

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

bool wire_parse_place(const char *text, size_t size, struct endpoint *ret_endpoint)
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

size_t wire_format_place(const struct endpoint *e, char *out)
{
	endpoint_format_address(e, out);
	size_t size = strlen(out);
	out[size++] = ' ';
	return size + decimal_put(out + size, e->port);
}
