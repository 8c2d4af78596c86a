/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
/* interface.c - interfaces, their addresses, and bridges: rtnetlink, /proc/sys/net. */
#include "collect/files.h"
#include "collect/host.h"
#include "collect/netlink.h"

#include <arpa/inet.h>
#include <linux/if_arp.h>
#include <linux/if_bridge.h>
#include <linux/wireless.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

/* --- What a message about an interface says --- */

static const char *kind_of_hardware(unsigned type)
{
	switch (type) {
	case ARPHRD_LOOPBACK:
		return "loopback";
	case ARPHRD_ETHER:
		return "ether";
	case ARPHRD_PPP:
		return "ppp";
	case ARPHRD_TUNNEL:
		return "ipip";
	case ARPHRD_SIT:
		return "sit";
	case ARPHRD_IPGRE:
		return "gre";
	case ARPHRD_INFINIBAND:
		return "infiniband";
	default:
		return "other";
	}
}

static void read_bridge(struct snapshot *s, const char *name, const struct rtattr *data)
{
	struct attributes a = netlink_nested(data);
	struct seen_bridge *b = snapshot_add_bridge(s);
	struct attributes asker = netlink_nested(a.by_type[IFLA_BR_MCAST_QUERIER_STATE]);
	(void)snprintf(b->name, sizeof(b->name), "%s", name);
	b->snooping = netlink_number(&a, IFLA_BR_MCAST_SNOOPING, UNKNOWN);
	b->querier = netlink_number(&a, IFLA_BR_MCAST_QUERIER, UNKNOWN);
	b->igmp_version = netlink_number(&a, IFLA_BR_MCAST_IGMP_VERSION, UNKNOWN);
	b->mld_version = netlink_number(&a, IFLA_BR_MCAST_MLD_VERSION, UNKNOWN);
	/* Since 5.15 the kernel tells of a querier, of itself too, by its address. To ask, it needs
	 * an IPv6 address of its own; while it has none it says ::. */
	char v6[INET6_ADDRSTRLEN];
	netlink_address(&asker, BRIDGE_QUERIER_IPV6_ADDRESS, AF_INET6, v6, sizeof(v6));
	if (a.by_type[IFLA_BR_MCAST_QUERIER_STATE]) {
		b->querier_v4 = asker.by_type[BRIDGE_QUERIER_IP_ADDRESS] != NULL;
		b->querier_v6 = v6[0] && strcmp(v6, "::") != 0;
	} else if (b->querier == 1) {
		b->querier_v4 = b->querier_v6 = 1;
	}
}

static void read_port(struct seen_interface *i, const struct rtattr *data)
{
	struct attributes a = netlink_nested(data);
	i->port_flood = netlink_number(&a, IFLA_BRPORT_MCAST_FLOOD, UNKNOWN);
	i->port_router = netlink_number(&a, IFLA_BRPORT_MULTICAST_ROUTER, UNKNOWN);
}

static void read_mac(struct seen_interface *i, const struct rtattr *a)
{
	const unsigned char *m = a ? RTA_DATA(a) : NULL;
	if (m && RTA_PAYLOAD(a) == 6)
		(void)snprintf(i->mac, sizeof(i->mac), "%02x:%02x:%02x:%02x:%02x:%02x", m[0], m[1],
			       m[2], m[3], m[4], m[5]);
}

static void on_link(void *owner, const struct nlmsghdr *header, const struct attributes *a)
{
	struct snapshot *s = owner;
	const struct ifinfomsg *link = NLMSG_DATA(header);
	if (header->nlmsg_type != RTM_NEWLINK)
		return;
	struct attributes info = netlink_nested(a->by_type[IFLA_LINKINFO]);
	struct seen_interface *i = snapshot_add_interface(s);
	netlink_text(a, IFLA_IFNAME, i->name, sizeof(i->name));
	i->index = link->ifi_index;
	(void)snprintf(i->kind, sizeof(i->kind), "%s", kind_of_hardware(link->ifi_type));
	netlink_text(&info, IFLA_INFO_KIND, i->kind, sizeof(i->kind));
	read_mac(i, a->by_type[IFLA_ADDRESS]);
	/* Of the master the name is wanted; until all are there, its number stands for it. */
	unsigned master = (unsigned)netlink_number(a, IFLA_MASTER, 0);
	if (master > 0)
		(void)snprintf(i->master, sizeof(i->master), "%u", master);
	i->mtu = netlink_number(a, IFLA_MTU, UNKNOWN);
	i->is_up = link->ifi_flags & IFF_UP;
	i->has_carrier = netlink_number(a, IFLA_CARRIER, (link->ifi_flags & IFF_RUNNING) != 0) == 1;
	i->has_multicast = link->ifi_flags & IFF_MULTICAST;
	i->is_loopback = link->ifi_flags & IFF_LOOPBACK;
	/* The flags say what administrators set, the counts also what programs and bridges do. */
	i->is_allmulti = link->ifi_flags & (IFF_ALLMULTI | IFF_PROMISC) ||
			 netlink_number(a, IFLA_PROMISCUITY, 0) > 0 ||
			 netlink_number(a, IFLA_ALLMULTI, 0) > 0;
	char slave[16] = "";
	netlink_text(&info, IFLA_INFO_SLAVE_KIND, slave, sizeof(slave));
	if (strcmp(slave, "bridge") == 0)
		read_port(i, info.by_type[IFLA_INFO_SLAVE_DATA]);
	if (strcmp(i->kind, "bridge") == 0)
		read_bridge(s, i->name, info.by_type[IFLA_INFO_DATA]);
}

/* --- What other places say --- */

static int64_t larger(const char *family, const char *name, const char *what)
{
	int64_t all = files_number("/proc/sys/net/%s/conf/all/%s", family, what);
	int64_t own = files_number("/proc/sys/net/%s/conf/%s/%s", family, name, what);
	return all > own ? all : own;
}

/* A version that is forced for all counts, whatever the interface says (ip-sysctl.rst). */
static int64_t forced(const char *family, const char *name, const char *what)
{
	int64_t all = files_number("/proc/sys/net/%s/conf/all/%s", family, what);
	return all > 0 ? all : files_number("/proc/sys/net/%s/conf/%s/%s", family, name, what);
}

/* The wireless extensions, which cfg80211 answers for all but the newest cards. */
static void read_wireless(struct seen_interface *i, int fd)
{
	struct iwreq request = {0};
	(void)snprintf(request.ifr_name, sizeof(request.ifr_name), "%s", i->name);
	if (ioctl(fd, SIOCGIWNAME, &request) != 0)
		return;
	(void)snprintf(i->kind, sizeof(i->kind), "wireless");
	memset(&request.u, 0, sizeof(request.u));
	if (ioctl(fd, SIOCGIWPOWER, &request) == 0)
		i->power_save = !request.u.power.disabled;
}

static void complete(struct snapshot *s, struct seen_interface *i, int fd)
{
	for (size_t k = 0; k < s->interface_count && i->master[0]; k++) {
		char number[16];
		(void)snprintf(number, sizeof(number), "%u", (unsigned)s->interface[k].index);
		if (strcmp(number, i->master) == 0) {
			(void)snprintf(i->master, sizeof(i->master), "%s", s->interface[k].name);
			break;
		}
	}
	i->rp_filter = larger("ipv4", i->name, "rp_filter");
	i->force_igmp_version = forced("ipv4", i->name, "force_igmp_version");
	i->force_mld_version = forced("ipv6", i->name, "force_mld_version");
	i->is_v6_disabled = files_number("/proc/sys/net/ipv6/conf/%s/disable_ipv6", i->name);
	if (fd >= 0)
		read_wireless(i, fd);
}

/* --- Addresses, and what bridges believe --- */

static const char *name_of(const struct snapshot *s, int64_t index)
{
	for (size_t i = 0; i < s->interface_count; i++)
		if (s->interface[i].index == index)
			return s->interface[i].name;
	return "";
}

static void on_address(void *owner, const struct nlmsghdr *header, const struct attributes *a)
{
	struct snapshot *s = owner;
	const struct ifaddrmsg *m = NLMSG_DATA(header);
	if (header->nlmsg_type != RTM_NEWADDR ||
	    (m->ifa_family != AF_INET && m->ifa_family != AF_INET6))
		return;
	struct seen_address *row = snapshot_add_address(s);
	(void)snprintf(row->interface, sizeof(row->interface), "%s", name_of(s, m->ifa_index));
	row->family = m->ifa_family == AF_INET ? 4 : 6;
	/* On a point-to-point link IFA_ADDRESS is the other end's. */
	netlink_address(a, a->by_type[IFA_LOCAL] ? IFA_LOCAL : IFA_ADDRESS, m->ifa_family,
			row->address, sizeof(row->address));
	row->prefix_length = m->ifa_prefixlen;
	const char *scope = m->ifa_scope == RT_SCOPE_LINK   ? "link"
			    : m->ifa_scope == RT_SCOPE_HOST ? "host"
							    : "global";
	(void)snprintf(row->scope, sizeof(row->scope), "%s", scope);
	uint32_t flags = (uint32_t)netlink_number(a, IFA_FLAGS, m->ifa_flags);
	row->is_tentative = flags & (IFA_F_TENTATIVE | IFA_F_DADFAILED);
}

static void read_entry(struct snapshot *s, uint32_t bridge, const struct rtattr *info)
{
	struct br_mdb_entry e;
	if (RTA_PAYLOAD(info) < sizeof(e))
		return;
	memcpy(&e, RTA_DATA(info), sizeof(e));
	bool is_v4 = e.addr.proto == htons(0x0800), is_v6 = e.addr.proto == htons(0x86DD);
	if (!is_v4 && !is_v6)
		return;
	struct seen_bridge_entry *row = snapshot_add_bridge_entry(s);
	(void)snprintf(row->bridge, sizeof(row->bridge), "%s", name_of(s, bridge));
	(void)snprintf(row->port, sizeof(row->port), "%s", name_of(s, e.ifindex));
	(void)inet_ntop(is_v4 ? AF_INET : AF_INET6, &e.addr.u, row->group, sizeof(row->group));
}

/* MDBA_MDB holds an MDBA_MDB_ENTRY for each group, that an MDBA_MDB_ENTRY_INFO for each port. */
static void on_entries(void *owner, const struct nlmsghdr *header, const struct attributes *a)
{
	const struct br_port_msg *m = NLMSG_DATA(header);
	const struct rtattr *all = a->by_type[MDBA_MDB];
	/* What a dump answers has the type of the question. */
	if ((header->nlmsg_type != RTM_GETMDB && header->nlmsg_type != RTM_NEWMDB) || !all)
		return;
	size_t left = RTA_PAYLOAD(all);
	for (const struct rtattr *g = RTA_DATA(all); RTA_OK(g, left); g = RTA_NEXT(g, left)) {
		size_t rest = RTA_PAYLOAD(g);
		for (const struct rtattr *e = RTA_DATA(g); RTA_OK(e, rest); e = RTA_NEXT(e, rest))
			read_entry(owner, m->ifindex, e);
	}
}

void collect_interfaces(struct snapshot *s)
{
	struct ifinfomsg link = {.ifi_family = AF_UNSPEC};
	struct ifaddrmsg address = {.ifa_family = AF_UNSPEC};
	struct br_port_msg port = {.family = AF_BRIDGE};
	int result = netlink_ask(RTM_GETLINK, NLM_F_DUMP, &link, sizeof(link), NULL, 0, on_link, s);
	if (result != 0)
		files_blind(s, "interfaces", strerror(-result), "");
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	for (size_t i = 0; i < s->interface_count; i++)
		complete(s, &s->interface[i], fd);
	if (fd >= 0)
		(void)close(fd);
	result = netlink_ask(RTM_GETADDR, NLM_F_DUMP, &address, sizeof(address), NULL, 0,
			     on_address, s);
	if (result != 0)
		files_blind(s, "addresses", strerror(-result), "");
	if (s->bridge_count > 0)
		(void)netlink_ask(RTM_GETMDB, NLM_F_DUMP, &port, sizeof(port), NULL, 0, on_entries,
				  s);
}
