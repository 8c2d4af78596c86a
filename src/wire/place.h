/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
#ifndef RAMURE_WIRE_PLACE_H
#define RAMURE_WIRE_PLACE_H
/* place.h - an endpoint as it stands in a body: `IP PORT`. doc/protocol.md, section 2. */
#include "base/endpoint.h"

#include <stddef.h>

/* Characters of the longest: an IPv6 address of 39, a space, a port of 5. */
#define WIRE_PLACE_MAX 45

/* Bytes that wire_format_place may write to: the longest text that the library's function for
 * addresses allows for, its NUL, a space and a port. */
#define WIRE_PLACE_SIZE (ADDRESS_TEXT_SIZE + 6)

/* True for an endpoint that may stand in a message: unicast, not unspecified, not link-local (its
 * meaning would end at the link), port not 0. [W5] */
bool wire_endpoint_is_usable(const struct endpoint *e);

/* Reads `IP PORT`, without a line feed; false, and `ret_endpoint` untouched, if it is not that, or
 * not usable. [W3], [W5] */
bool wire_parse_place(const char *text, size_t size, struct endpoint *ret_endpoint);

/* Writes it, without a NUL at its end, into WIRE_PLACE_SIZE bytes; gives how many it has, at most
 * WIRE_PLACE_MAX. */
size_t wire_format_place(const struct endpoint *e, char *out);

#endif
