/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
/* route.c - routes that cover multicast, and what the kernel would choose: rtnetlink. */
#include "collect/files.h"
#include "collect/host.h"
#include "collect/netlink.h"

#include <arpa/inet.h>
#include <errno.h>
#include <net/if.h>
#include <string.h>
#include <sys/socket.h>

/* --- The tables --- */

static const char *type_name(unsigned type)
{
	static const char *const names[] = {
		[RTN_UNICAST] = "unicast",
		[RTN_LOCAL] = "local",
		[RTN_MULTICAST] = "multicast",
		[RTN_BLACKHOLE] = "blackhole",
		[RTN_UNREACHABLE] = "unreachable",
		[RTN_PROHIBIT] = "prohibit",
		[RTN_THROW] = "throw",
	};
	const char *name = type < sizeof(names) / sizeof(*names) ? names[type] : NULL;
	return name ? name : "other";
}

/* True if the prefix has a group in it: a default, or one that begins as groups do. */
static bool has_groups(int family, const unsigned char *to, unsigned bits)
{
	if (bits == 0)
		return true;
	if (family == AF_INET)
		return bits >= 4 ? (to[0] & 0xF0) == 0xE0
				 : ((0xE0 ^ to[0]) & (0xFF00 >> bits) & 0xFF) == 0;
	return bits >= 8 ? to[0] == 0xFF : ((0xFF ^ to[0]) & (0xFF00 >> bits) & 0xFF) == 0;
}

/* True for those that lead nowhere. */
static bool is_dead(unsigned type)
{
	return type == RTN_BLACKHOLE || type == RTN_UNREACHABLE || type == RTN_PROHIBIT ||
	       type == RTN_THROW;
}

static void name_interface(int64_t index, char *text)
{
	char name[IF_NAMESIZE];
	if (index > 0 && if_indextoname((unsigned)index, name))
		(void)snprintf(text, IF_NAMESIZE, "%s", name);
}

static void add_route(struct snapshot *s, const struct rtmsg *m, const struct attributes *a,
		      const unsigned char *to, int64_t out)
{
	char address[INET6_ADDRSTRLEN] = "";
	(void)inet_ntop(m->rtm_family, to, address, sizeof(address));
	struct seen_route *row = snapshot_add_route(s);
	row->family = m->rtm_family == AF_INET ? 4 : 6;
	(void)snprintf(row->destination, sizeof(row->destination), "%s/%u", address,
		       m->rtm_dst_len);
	(void)snprintf(row->type, sizeof(row->type), "%s", type_name(m->rtm_type));
	name_interface(out, row->interface);
	row->table = netlink_number(a, RTA_TABLE, m->rtm_table);
	row->metric = netlink_number(a, RTA_PRIORITY, 0);
}

/* A route by several ways is one row for each. */
static void add_ways(struct snapshot *s, const struct rtmsg *m, const struct attributes *a,
		     const unsigned char *to)
{
	const char *at = RTA_DATA(a->by_type[RTA_MULTIPATH]);
	size_t left = RTA_PAYLOAD(a->by_type[RTA_MULTIPATH]);
	struct rtnexthop hop;
	while (left >= sizeof(hop)) {
		memcpy(&hop, at, sizeof(hop));
		if (hop.rtnh_len < sizeof(hop) || hop.rtnh_len > left)
			return;
		add_route(s, m, a, to, hop.rtnh_ifindex);
		size_t step = (size_t)RTNH_ALIGN(hop.rtnh_len);
		left -= step < left ? step : left;
		at += step;
	}
}

static void on_route(void *owner, const struct nlmsghdr *header, const struct attributes *a)
{
	struct snapshot *s = owner;
	const struct rtmsg *m = NLMSG_DATA(header);
	static const unsigned char none[16];
	const unsigned char *to = a->by_type[RTA_DST] ? RTA_DATA(a->by_type[RTA_DST]) : none;
	if (header->nlmsg_type != RTM_NEWROUTE ||
	    (m->rtm_family != AF_INET && m->rtm_family != AF_INET6) ||
	    m->rtm_flags & RTM_F_CLONED || !has_groups(m->rtm_family, to, m->rtm_dst_len))
		return;
	if (a->by_type[RTA_MULTIPATH])
		add_ways(s, m, a, to);
	else
		add_route(s, m, a, to, netlink_number(a, RTA_OIF, 0));
}

/* --- The kernel's choice --- */

static void on_choice(void *owner, const struct nlmsghdr *header, const struct attributes *a)
{
	struct seen_choice *row = owner;
	const struct rtmsg *m = NLMSG_DATA(header);
	if (header->nlmsg_type != RTM_NEWROUTE)
		return;
	if (is_dead(m->rtm_type)) { /* Of IPv4 the kernel says it by an error. */
		(void)snprintf(row->error, sizeof(row->error), "the route is %s",
			       type_name(m->rtm_type));
		return;
	}
	name_interface(netlink_number(a, RTA_OIF, 0), row->out);
	netlink_address(a, RTA_PREFSRC, m->rtm_family, row->source, sizeof(row->source));
}

/* Asks as `ip route get DESTINATION [oif INTERFACE]` does. */
static void ask(struct snapshot *s, int family, const char *destination, const char *interface)
{
	unsigned char to[16];
	char more[128];
	if (inet_pton(family, destination, to) != 1)
		return;
	size_t width = family == AF_INET ? 4 : 16;
	struct rtmsg m = {.rtm_family = (unsigned char)family,
			  .rtm_dst_len = (unsigned char)(8 * width)};
	size_t size = netlink_put(more, 0, RTA_DST, to, width);
	uint32_t index = if_nametoindex(interface);
	if (index > 0)
		size = netlink_put(more, size, RTA_OIF, &index, sizeof(index));
	struct seen_choice *row = snapshot_add_choice(s);
	(void)snprintf(row->destination, sizeof(row->destination), "%s", destination);
	(void)snprintf(row->interface, sizeof(row->interface), "%s", interface);
	int result = netlink_ask(RTM_GETROUTE, 0, &m, sizeof(m), more, size, on_choice, row);
	if (result != 0) {
		row->out[0] = row->source[0] = '\0';
		(void)snprintf(row->error, sizeof(row->error), "%s", strerror(-result));
	}
}

static void ask_everywhere(struct snapshot *s, int family, const char *destination)
{
	ask(s, family, destination, "");
	for (size_t i = 0; i < s->interface_count; i++)
		if (s->interface[i].is_up && !s->interface[i].master[0])
			ask(s, family, destination, s->interface[i].name);
}

void collect_routes(struct snapshot *s)
{
	static const int families[] = {AF_INET, AF_INET6};
	const struct seen_host *host = s->host;
	for (size_t i = 0; i < 2; i++) {
		struct rtmsg m = {.rtm_family = (unsigned char)families[i]};
		int result =
			netlink_ask(RTM_GETROUTE, NLM_F_DUMP, &m, sizeof(m), NULL, 0, on_route, s);
		if (result != 0 && result != -EAFNOSUPPORT)
			files_blind(s, families[i] == AF_INET ? "routes" : "IPv6 routes",
				    strerror(-result), "");
	}
	if (host->asked_group[0]) {
		ask_everywhere(s, strchr(host->asked_group, ':') ? AF_INET6 : AF_INET,
			       host->asked_group);
	} else { /* Groups of the widest use: administrative scope, and site-local. */
		ask_everywhere(s, AF_INET, "239.255.0.1");
		ask_everywhere(s, AF_INET6, "ff15::1");
	}
	if (host->asked_source[0])
		ask(s, strchr(host->asked_source, ':') ? AF_INET6 : AF_INET, host->asked_source,
		    "");
}
