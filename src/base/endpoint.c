/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
#include "base/endpoint.h"
#include "base/decimal.h"

#include <arpa/inet.h>
#include <stdio.h>

static const uint8_t v4_mapped_prefix[12] = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF};

struct endpoint endpoint_from_v4(const uint8_t address[4], uint16_t port)
{
	struct endpoint e = {.port = port};
	memcpy(e.address, v4_mapped_prefix, 12);
	memcpy(e.address + 12, address, 4);
	return e;
}

struct endpoint endpoint_from_v6(const uint8_t address[16], uint16_t port)
{
	struct endpoint e = {.port = port};
	memcpy(e.address, address, 16);
	return e;
}

bool endpoint_is_v4(const struct endpoint *e)
{
	return memcmp(e->address, v4_mapped_prefix, sizeof(v4_mapped_prefix)) == 0;
}

bool endpoint_is_loopback(const struct endpoint *e)
{
	static const uint8_t v6[16] = {[15] = 1};
	return endpoint_is_v4(e) ? endpoint_v4(e)[0] == 127 : memcmp(e->address, v6, 16) == 0;
}

bool endpoint_is_multicast(const struct endpoint *e)
{
	return endpoint_is_v4(e) ? e->address[12] >> 4 == 14 : e->address[0] == 0xFF;
}

bool endpoint_is_unspecified(const struct endpoint *e)
{
	static const uint8_t zero[16];
	return endpoint_is_v4(e) ? memcmp(endpoint_v4(e), zero, 4) == 0
				 : memcmp(e->address, zero, 16) == 0;
}

bool endpoint_parse_address(const char *text, uint16_t port, struct endpoint *ret_endpoint)
{
	uint8_t address[16];
	if (inet_pton(AF_INET, text, address) == 1)
		*ret_endpoint = endpoint_from_v4(address, port);
	else if (inet_pton(AF_INET6, text, address) == 1)
		*ret_endpoint = endpoint_from_v6(address, port);
	else
		return false;
	return true;
}

const char *endpoint_format_address(const struct endpoint *e, char text[ADDRESS_TEXT_SIZE])
{
	if (!endpoint_is_v4(e))
		return inet_ntop(AF_INET6, e->address, text, ADDRESS_TEXT_SIZE);
	size_t size = 0;
	for (int i = 0; i < 4; i++) {
		size += decimal_put(text + size, endpoint_v4(e)[i]);
		text[size++] = i < 3 ? '.' : '\0';
	}
	return text;
}

const char *endpoint_format(const struct endpoint *e, char text[ENDPOINT_TEXT_SIZE])
{
	char address[ADDRESS_TEXT_SIZE];
	endpoint_format_address(e, address);
	bool v4 = endpoint_is_v4(e);
	(void)snprintf(text, ENDPOINT_TEXT_SIZE, v4 ? "%s:%u" : "[%s]:%u", address, e->port);
	return text;
}
