/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
#include "net/resolve.h"
#include "net/sockaddr.h"

#include <errno.h>
#include <netdb.h>
#include <stdio.h>
#include <stdlib.h>

#define HOST_SIZE 256

/* Splits the text into host and port; false if it is neither. */
static bool split(const char *text, uint16_t default_port, char host[HOST_SIZE], uint16_t *ret_port)
{
	const char *begin = text, *end = text + strlen(text), *port = NULL;
	const char *colon = strrchr(text, ':'), *bracket = strchr(text, ']');
	if (text[0] == '[' && bracket) {
		begin = text + 1;
		end = bracket;
		port = bracket[1] == ':' ? bracket + 2 : NULL;
		if (!port && bracket[1] != '\0')
			return false;
	} else if (colon && colon == strchr(text, ':')) { /* Two colons are an IPv6 address. */
		end = colon;
		port = colon + 1;
	}
	size_t size = (size_t)(end - begin);
	if (size == 0 || size >= HOST_SIZE)
		return false;
	memcpy(host, begin, size);
	host[size] = '\0';
	*ret_port = default_port;
	if (!port)
		return true;
	char *rest;
	long number = strtol(port, &rest, 10);
	*ret_port = (uint16_t)number;
	return port[0] >= '0' && port[0] <= '9' && *rest == '\0' && number >= 1 &&
	       number <= UINT16_MAX;
}

int resolve(const char *text, uint16_t default_port, struct endpoint *ret_list, unsigned max,
	    struct failure *failure)
{
	char host[HOST_SIZE];
	uint16_t port;
	struct addrinfo *list;
	const struct addrinfo hints = {.ai_socktype = SOCK_DGRAM, .ai_flags = AI_ADDRCONFIG};
	if (!split(text, default_port, host, &port))
		return failure_set(failure, -EINVAL, "'%s': not HOST, HOST:PORT or [IPV6]:PORT",
				   text);
	if (endpoint_parse_address(host, port, &ret_list[0]))
		return 1;
	int error = getaddrinfo(host, NULL, &hints, &list);
	if (error)
		return failure_set(failure, -ENOENT, "cannot resolve '%s': %s", host,
				   gai_strerror(error));
	unsigned count = 0;
	for (const struct addrinfo *entry = list; entry && count < max; entry = entry->ai_next) {
		ret_list[count] = sockaddr_to_endpoint(entry->ai_addr);
		ret_list[count++].port = port;
	}
	freeaddrinfo(list);
	return (int)count;
}
