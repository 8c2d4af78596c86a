/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
#ifndef RAMURE_NET_GROUP_H
#define RAMURE_NET_GROUP_H
/* group.h - multicast group addresses: reading, classifying, and the MAC address that belongs to
 * one.
 *
 * No system call in here. A group is an endpoint whose address is multicast; the interface stands
 * beside it, since a membership always belongs to one interface.
 */
#include "base/endpoint.h"
#include "base/failure.h"

#include <net/if.h>

struct group {
	struct endpoint endpoint;    /* Group address and port. */
	char interface[IF_NAMESIZE]; /* From ADDRESS%IFACE; empty if none was given. */
};

/* Reads `ADDRESS[%IFACE]`. -EINVAL with the reason in `failure` if it is no multicast address, or
 * one that no application may use: 224.0.0.0/24 (RFC 5771 section 4), the reserved scopes 0 and F
 * (RFC 4291 section 2.7), the permanent groups of scopes 1 and 2, and group id 0. `ret_group` is
 * untouched then. */
int group_parse(const char *text, uint16_t port, struct group *ret_group, struct failure *failure);

/* True for groups that may only be joined with a source: 232.0.0.0/8 (RFC 4607 section 3),
 * ff3x::/32. */
bool group_is_source_specific(const struct endpoint *group);

/* True for IPv6 scopes 1 and 2, where the address means nothing without an interface. Always false
 * for IPv4. */
bool group_needs_zone(const struct endpoint *group);

/* The destination MAC address of the group's frames: 01:00:5e and the low 23 bits (RFC 1112
 * section 6.4), 33:33 and the low 32 bits (RFC 2464 section 7). 32 IPv4 groups, and 2^80 IPv6
 * groups of a scope, share each. */
void group_mac(const struct endpoint *group, uint8_t ret_mac[6]);

#endif
