/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
#include "net/group.h"

#include <errno.h>
#include <stdio.h>

static bool is_multicast(const struct endpoint *e)
{
	return endpoint_is_v4(e) ? (endpoint_v4(e)[0] & 0xF0) == 0xE0 : e->address[0] == 0xFF;
}

static unsigned v6_scope(const struct endpoint *group)
{
	return group->address[1] & 0x0F;
}

/* Why no application may use the group; NULL if it may. */
static const char *reserved_reason(const struct endpoint *group)
{
	if (endpoint_is_v4(group)) {
		const uint8_t *a = endpoint_v4(group);
		if (a[0] == 224 && a[1] == 0 && a[2] == 0)
			return "224.0.0.0/24 is reserved for routing and other local network "
			       "control (RFC 5771); "
			       "use 224.1.1.1, or 239.0.0.0/8 for your own site";
		return NULL;
	}
	bool permanent = (group->address[1] & 0x10) == 0;
	static const uint8_t zero[14];
	if (v6_scope(group) == 0x0 || v6_scope(group) == 0xF)
		return "scopes 0 and f are reserved (RFC 4291 section 2.7); use ff12:: for the "
		       "link, ff15:: for the site";
	if (memcmp(group->address + 2, zero, sizeof(zero)) == 0)
		return "group id 0 is reserved (RFC 4291 section 2.7); use for example "
		       "ff15::801:101";
	if (permanent && v6_scope(group) <= 2)
		return "ff01:: and ff02:: hold the groups of the IPv6 stack itself (RFC 4291 "
		       "section 2.7.1); use ff12:: here";
	return NULL;
}

int group_parse(const char *text, uint16_t port, struct group *ret_group, struct failure *failure)
{
	struct group group = {0};
	char address[ADDRESS_TEXT_SIZE];
	const char *zone = strchr(text, '%');
	size_t size = zone ? (size_t)(zone - text) : strlen(text);

	/* The zone is split off here, since glibc refuses a named one on groups that are not
	 * link-local. */
	if (zone && (strlen(zone + 1) == 0 || strlen(zone + 1) >= sizeof(group.interface)))
		return failure_set(failure, -EINVAL,
				   "room '%s': what follows %% is no interface name; "
				   "`ip link` lists them",
				   text);
	if (zone)
		(void)snprintf(group.interface, sizeof(group.interface), "%s", zone + 1);
	if (size >= sizeof(address))
		return failure_set(failure, -EINVAL, "room '%.60s…': too long for an address",
				   text);
	memcpy(address, text, size);
	address[size] = '\0';
	if (!endpoint_parse_address(address, port, &group.endpoint))
		return failure_set(
			failure, -EINVAL,
			"room '%s': no IP address; a room is a multicast address such as "
			"224.1.1.1 or ff15::801:101",
			text);
	if (!is_multicast(&group.endpoint))
		return failure_set(failure, -EINVAL,
				   "room '%s': not a multicast address; those are 224.0.0.0 to "
				   "239.255.255.255, and IPv6 addresses that begin with ff",
				   text);
	const char *reason = reserved_reason(&group.endpoint);
	if (reason)
		return failure_set(failure, -EINVAL, "room '%s': %s", text, reason);
	*ret_group = group;
	return 0;
}

bool group_is_source_specific(const struct endpoint *group)
{
	const uint8_t *a = group->address;
	if (endpoint_is_v4(group))
		return endpoint_v4(group)[0] == 232;
	return (a[1] & 0xF0) == 0x30 && a[2] == 0 && a[3] == 0;
}

bool group_needs_zone(const struct endpoint *group)
{
	return !endpoint_is_v4(group) && v6_scope(group) <= 2;
}

void group_mac(const struct endpoint *group, uint8_t ret_mac[6])
{
	const uint8_t *low = group->address + 12; /* The last four bytes, of either family. */
	if (!endpoint_is_v4(group)) {
		memcpy(ret_mac, (const uint8_t[]){0x33, 0x33, low[0], low[1], low[2], low[3]}, 6);
		return;
	}
	/* The 24th bit is not ours: half of the block was bought (RFC 1112 section 6.4). */
	memcpy(ret_mac, (const uint8_t[]){0x01, 0x00, 0x5E, low[1] & 0x7F, low[2], low[3]}, 6);
}
