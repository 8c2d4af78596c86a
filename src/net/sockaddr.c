/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
#include "net/sockaddr.h"

#include <arpa/inet.h>
#include <netinet/in.h>

socklen_t sockaddr_from_endpoint(const struct endpoint *e, unsigned zone,
				 struct sockaddr_storage *ret_address)
{
	memset(ret_address, 0, sizeof(*ret_address));
	if (endpoint_is_v4(e)) {
		struct sockaddr_in *v4 = (struct sockaddr_in *)ret_address;
		v4->sin_family = AF_INET;
		v4->sin_port = htons(e->port);
		memcpy(&v4->sin_addr, endpoint_v4(e), 4);
		return sizeof(*v4);
	}
	struct sockaddr_in6 *v6 = (struct sockaddr_in6 *)ret_address;
	v6->sin6_family = AF_INET6;
	v6->sin6_port = htons(e->port);
	v6->sin6_scope_id = zone;
	memcpy(&v6->sin6_addr, e->address, 16);
	return sizeof(*v6);
}

struct endpoint sockaddr_to_endpoint(const struct sockaddr *address)
{
	if (address->sa_family == AF_INET) {
		const struct sockaddr_in *v4 = (const struct sockaddr_in *)address;
		return endpoint_from_v4((const uint8_t *)&v4->sin_addr, ntohs(v4->sin_port));
	}
	if (address->sa_family == AF_INET6) {
		const struct sockaddr_in6 *v6 = (const struct sockaddr_in6 *)address;
		return endpoint_from_v6(v6->sin6_addr.s6_addr, ntohs(v6->sin6_port));
	}
	return (struct endpoint){0};
}
