/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
#ifndef RAMURE_BASE_ENDPOINT_H
#define RAMURE_BASE_ENDPOINT_H
/* endpoint.h - an IP address and a UDP port, small enough to be copied and kept by the million.
 *
 * IPv4 and IPv6 in one form: IPv4 is held as an IPv4-mapped IPv6 address (RFC 4291
 * section 2.5.5.2), so two endpoints are equal exactly if their bytes are. A zone (interface) is
 * not part of an endpoint: who needs one keeps it beside.
 */
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

struct endpoint {
	uint8_t address[16]; /* Network byte order; ::ffff:a.b.c.d for IPv4. */
	uint16_t port;       /* Host byte order; 0 where there is none. */
};

/* Bytes of the longest text of an address, of an address with its port, with the NUL. */
#define ADDRESS_TEXT_SIZE  46
#define ENDPOINT_TEXT_SIZE (ADDRESS_TEXT_SIZE + 8)

struct endpoint endpoint_from_v4(const uint8_t address[4], uint16_t port);
struct endpoint endpoint_from_v6(const uint8_t address[16], uint16_t port);

bool endpoint_is_v4(const struct endpoint *e);

/* True for 127.0.0.0/8 and ::1; for 0.0.0.0 and ::. The port does not matter. */
bool endpoint_is_loopback(const struct endpoint *e);
bool endpoint_is_unspecified(const struct endpoint *e);

/* True for 224.0.0.0/4 and ff00::/8. */
bool endpoint_is_multicast(const struct endpoint *e);

/* The four bytes of an IPv4 endpoint's address. */
static inline const uint8_t *endpoint_v4(const struct endpoint *e)
{
	return e->address + 12;
}

static inline bool endpoint_equal(const struct endpoint *a, const struct endpoint *b)
{
	return a->port == b->port && memcmp(a->address, b->address, sizeof(a->address)) == 0;
}

/* Reads a numeric address (dotted quad, or RFC 4291 section 2.2) of `text`, which ends in NUL. The
 * port becomes `port`. False, and `ret_endpoint` untouched, if it is none. */
bool endpoint_parse_address(const char *text, uint16_t port, struct endpoint *ret_endpoint);

/* The address as text: IPv4, or IPv6 as RFC 5952 wants it. Gives `text`. */
const char *endpoint_format_address(const struct endpoint *e, char text[ADDRESS_TEXT_SIZE]);

/* The address and the port, `A.B.C.D:PORT` or `[IPV6]:PORT`. Gives `text`. */
const char *endpoint_format(const struct endpoint *e, char text[ENDPOINT_TEXT_SIZE]);

#endif
