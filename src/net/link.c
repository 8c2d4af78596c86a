/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
#include "net/link.h"
#include "net/sockaddr.h"

#include <errno.h>
#include <ifaddrs.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <netinet/in.h>
#include <stdio.h>
#include <unistd.h>

/* Adds what one entry of getifaddrs says about the link. */
static void link_learn(struct link *l, const struct ifaddrs *entry)
{
	(void)snprintf(l->name, sizeof(l->name), "%s", entry->ifa_name);
	l->is_up = (entry->ifa_flags & IFF_UP) && (entry->ifa_flags & IFF_RUNNING);
	l->is_loopback = (entry->ifa_flags & IFF_LOOPBACK) != 0;
	l->can_multicast = l->is_loopback || (entry->ifa_flags & IFF_MULTICAST);
	if (entry->ifa_addr && entry->ifa_addr->sa_family == AF_INET && !l->has_v4) {
		l->has_v4 = true;
		l->v4 = sockaddr_to_endpoint(entry->ifa_addr);
	}
	if (entry->ifa_addr && entry->ifa_addr->sa_family == AF_INET6)
		l->has_v6 = true;
}

static int link_find_in(const struct ifaddrs *list, const char *name, struct link *ret_link)
{
	struct link link = {.index = if_nametoindex(name)};
	if (link.index == 0)
		return -ENODEV;
	for (const struct ifaddrs *entry = list; entry; entry = entry->ifa_next)
		if (strcmp(entry->ifa_name, name) == 0)
			link_learn(&link, entry);
	if (link.name[0] == '\0')
		return -ENODEV;
	*ret_link = link;
	return 0;
}

int link_find(const char *name, struct link *ret_link)
{
	struct ifaddrs *list;
	if (getifaddrs(&list) != 0)
		return -errno;
	int error = link_find_in(list, name, ret_link);
	freeifaddrs(list);
	return error;
}

static bool has_address(const struct ifaddrs *entry, const struct endpoint *address)
{
	if (!entry->ifa_addr)
		return false;
	struct endpoint own = sockaddr_to_endpoint(entry->ifa_addr);
	return memcmp(own.address, address->address, sizeof(own.address)) == 0;
}

unsigned link_addresses(bool v6, uint16_t port, struct endpoint *ret_list, unsigned max)
{
	struct ifaddrs *list;
	unsigned count = 0;
	if (getifaddrs(&list) != 0)
		return 0;
	for (const struct ifaddrs *entry = list; entry && count < max; entry = entry->ifa_next) {
		if (!entry->ifa_addr || entry->ifa_addr->sa_family != (v6 ? AF_INET6 : AF_INET))
			continue;
		ret_list[count] = sockaddr_to_endpoint(entry->ifa_addr);
		ret_list[count++].port = port;
	}
	freeifaddrs(list);
	return count;
}

unsigned link_own_addresses(const char *name, uint16_t port, struct endpoint ret_list[2])
{
	struct ifaddrs *list;
	unsigned count = 0;
	bool has[2] = {false, false};
	if (getifaddrs(&list) != 0)
		return 0;
	for (const struct ifaddrs *entry = list; entry && count < 2; entry = entry->ifa_next) {
		if (!entry->ifa_addr || strcmp(entry->ifa_name, name) != 0)
			continue;
		struct endpoint e = sockaddr_to_endpoint(entry->ifa_addr);
		bool v4 = entry->ifa_addr->sa_family == AF_INET;
		bool v6 = entry->ifa_addr->sa_family == AF_INET6;
		bool link_local = v6 && e.address[0] == 0xFE && (e.address[1] & 0xC0) == 0x80;
		if ((!v4 && !v6) || link_local || has[v6])
			continue;
		has[v6] = true;
		e.port = port;
		ret_list[count++] = e;
	}
	freeifaddrs(list);
	return count;
}

/* The source address that the kernel would give a datagram to the group; false if it has no route.
 */
static bool routed_source(const struct endpoint *group, struct endpoint *ret_source)
{
	struct sockaddr_storage address;
	socklen_t length = sockaddr_from_endpoint(group, 0, &address);
	int fd = socket(address.ss_family, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return false;
	bool routed = connect(fd, (struct sockaddr *)&address, length) == 0;
	length = sizeof(address);
	routed = routed && getsockname(fd, (struct sockaddr *)&address, &length) == 0;
	close(fd);
	if (routed)
		*ret_source = sockaddr_to_endpoint((struct sockaddr *)&address);
	return routed;
}

/* How well the link suits a group that the kernel routes from `source` (NULL: no route); 0 is not
 * at all. */
static int suitability(const struct link *l, bool v4, bool is_routed)
{
	if (!l->is_up || !l->can_multicast)
		return 0;
	if (l->is_loopback)
		return 1;
	if (!(v4 ? l->has_v4 : l->has_v6))
		return 2;
	return is_routed ? 4 : 3;
}

int link_choose(const struct endpoint *group, struct link *ret_link, struct failure *failure)
{
	struct endpoint source = {0};
	bool has_route = routed_source(group, &source);
	source.port = 0;
	struct ifaddrs *list;
	if (getifaddrs(&list) != 0)
		return failure_set(failure, -errno, "cannot list the interfaces: %s",
				   strerror(errno));
	int best = 0;
	for (const struct ifaddrs *entry = list; entry; entry = entry->ifa_next) {
		struct link link;
		if (link_find_in(list, entry->ifa_name, &link) != 0)
			continue;
		int fit = suitability(&link, endpoint_is_v4(group),
				      has_route && has_address(entry, &source));
		if (fit > best) {
			best = fit;
			*ret_link = link;
		}
	}
	freeifaddrs(list);
	if (best == 0)
		return failure_set(failure, -ENODEV,
				   "no interface is up that can multicast; `ip link` shows "
				   "them, `ip link set IFACE up` switches one on");
	return 0;
}

int link_watch_open(void)
{
	int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, NETLINK_ROUTE);
	if (fd < 0)
		return -errno;
	struct sockaddr_nl address = {
		.nl_family = AF_NETLINK,
		.nl_groups =
			RTMGRP_LINK | RTMGRP_IPV4_IFADDR | RTMGRP_IPV6_IFADDR | RTMGRP_IPV6_ROUTE,
	};
	if (bind(fd, (struct sockaddr *)&address, sizeof(address)) != 0) {
		int error = -errno;
		close(fd);
		return error;
	}
	return fd;
}

void link_watch_drain(int fd)
{
	char notification[4096];
	while (recv(fd, notification, sizeof(notification), 0) > 0 || errno == ENOBUFS)
		;
}

void link_watch_close(int fd)
{
	if (fd >= 0)
		close(fd);
}
