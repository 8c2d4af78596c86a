/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
/* rules_bridge.c - bridges on this host that snoop, the radio, and the network card. */
#include "doctor/prefix.h"
#include "doctor/rules.h"

#include <stdio.h>
#include <string.h>

/* The bridge that frames of the way cross; NULL: none. */
static const struct seen_bridge *crossed(const struct question *q)
{
	if (!q->way)
		return NULL;
	const struct seen_bridge *b = question_bridge(q->s, q->way->name);
	return b || !q->way->master[0] ? b : question_bridge(q->s, q->way->master);
}

static bool heard_querier(const struct question *q, const struct seen_bridge *b)
{
	int64_t known = q->family == 4 ? b->querier_v4 : b->querier_v6;
	if (known != UNKNOWN)
		return known == 1;
	for (size_t i = 0; i < q->s->querier_count; i++) {
		const struct seen_querier *asker = &q->s->querier[i];
		const struct seen_interface *its = question_interface(q->s, asker->interface);
		if (asker->family == q->family && (strcmp(asker->interface, b->name) == 0 ||
						   (its && strcmp(its->master, b->name) == 0)))
			return true;
	}
	return b->querier == 1;
}

/* True if, with --patient, a stream was seen to stop. */
static bool aged_out(const struct question *q)
{
	for (size_t i = 0; i < q->s->stream_count; i++)
		if (q->s->stream[i].stopped_after_ms != UNKNOWN && q->s->stream[i].came_back &&
		    prefix_family(q->s->stream[i].group) == q->family)
			return true;
	return false;
}

/* Linux floods where it knows no querier, so that this alone breaks nothing at this bridge. */
static void without_querier(struct question *q, const struct seen_bridge *b, bool is_crossed)
{
	if (b->snooping != 1 || b->querier == 1 || heard_querier(q, b))
		return;
	enum weight weight = is_crossed ? WEIGHT_RISK : WEIGHT_NOTE;
	struct finding *f =
		finding_add(q, CAUSE_SNOOPING_WITHOUT_QUERIER,
			    is_crossed && aged_out(q) ? WEIGHT_BROKEN : weight, b->name);
	finding_evidence(f, "%s snoops, and knows no querier for %s.", b->name,
			 q->family == 4 ? "IGMP" : "MLD");
	finding_where(f, "/sys/class/net/%s/bridge, netlink IFLA_BR_MCAST_*", b->name);
	finding_fix(f, "ip link set dev %s type bridge mcast_querier 1", b->name);
	finding_advice(f, "Or let a router, or another switch of this network, be the querier.");
}

static bool has_entry(const struct question *q, const char *bridge, const char *port)
{
	for (size_t i = 0; i < q->s->bridge_entry_count; i++) {
		const struct seen_bridge_entry *e = &q->s->bridge_entry[i];
		if (strcmp(e->bridge, bridge) == 0 && strcmp(e->port, port) == 0 &&
		    strcmp(e->group, q->group) == 0)
			return true;
	}
	return false;
}

static void ports(struct question *q, const struct seen_bridge *b, bool is_crossed)
{
	for (size_t k = 0; k < q->s->interface_count; k++) {
		const struct seen_interface *p = &q->s->interface[k];
		if (strcmp(p->master, b->name) != 0 || p->port_flood != 0)
			continue;
		if (q->group[0] && has_entry(q, b->name, p->name))
			continue;
		/* A snooping bridge with a querier learns who listens there, by and by. */
		bool learns = b->snooping == 1 && heard_querier(q, b);
		enum weight weight = is_crossed && !learns ? WEIGHT_BROKEN : WEIGHT_RISK;
		struct finding *f = finding_add(q, CAUSE_BRIDGE_PORT_NO_FLOOD, weight, p->name);
		finding_evidence(f, "%s sends no unknown groups to its port %s%s.", b->name,
				 p->name, learns ? "" : ", and learns none from a querier");
		finding_where(f, "netlink IFLA_BRPORT_MCAST_FLOOD (bridge -d link)");
		finding_fix(f, "bridge link set dev %s mcast_flood on", p->name);
	}
}

static void say_no_entry(struct question *q, const struct seen_bridge *b, const char *port,
			 const char *who)
{
	struct finding *f = finding_add(q, CAUSE_BRIDGE_ENTRY_MISSING, WEIGHT_BROKEN, port);
	finding_evidence(f, "%s listens to %s behind port %s, and %s has no entry for that.", who,
			 q->group, port, b->name);
	finding_where(f, "netlink RTM_GETMDB (bridge mdb show)");
	finding_fix(f, "bridge mdb add dev %s port %s grp %s%s", b->name, port, q->group,
		    strcmp(port, b->name) == 0 ? "" : " permanent");
}

/* Groups of the link itself are never snooped (RFC 4541 section 2.1.2). */
static bool is_snooped(const struct question *q)
{
	struct prefix local, group;
	return q->group[0] &&
	       prefix_parse(q->family == 4 ? "224.0.0.0/24" : "ff02::1/128", &local) &&
	       prefix_parse(q->group, &group) && !prefix_covers(&local, &group);
}

static void entries(struct question *q, const struct seen_bridge *b)
{
	if (b->snooping != 1 || !heard_querier(q, b) || !is_snooped(q))
		return;
	for (size_t i = 0; i < q->s->report_count; i++) {
		const struct seen_report *r = &q->s->report[i];
		const struct seen_interface *port = question_interface(q->s, r->interface);
		if (port && strcmp(port->master, b->name) == 0 && strcmp(r->group, q->group) == 0 &&
		    !has_entry(q, b->name, port->name))
			say_no_entry(q, b, port->name, r->address);
	}
	for (size_t i = 0; i < q->s->membership_count; i++) {
		const struct seen_membership *m = &q->s->membership[i];
		if (strcmp(m->interface, b->name) == 0 && strcmp(m->group, q->group) == 0 &&
		    !has_entry(q, b->name, b->name) && q->s->bridge_entry_count > 0)
			say_no_entry(q, b, b->name, "This host");
	}
}

static void power_save(struct question *q)
{
	if (!q->way || q->way->power_save != 1 || q->is_second)
		return;
	struct finding *f = finding_add(q, CAUSE_WIRELESS_POWER_SAVE, WEIGHT_RISK, q->way->name);
	finding_evidence(f, "%s is wireless, and saves power.", q->way->name);
	finding_where(f, "netlink NL80211_CMD_GET_POWER_SAVE (iw dev %s get power_save)",
		      q->way->name);
	finding_fix(f, "iw dev %s set power_save off", q->way->name);
	finding_advice(f, "Access points send groups at the lowest rate; some drop them: look for "
			  "IGMP snooping and multicast enhancement there.");
}

/* The address that a group has on Ethernet: RFC 1112 section 6.4, RFC 2464 section 7. */
static bool mac_of(const char *group, char text[18])
{
	struct endpoint e;
	if (!endpoint_parse_address(group, 0, &e))
		return false;
	const uint8_t *a = e.address + 12;
	if (endpoint_is_v4(&e))
		(void)snprintf(text, 18, "01:00:5e:%02x:%02x:%02x", a[1] & 0x7F, a[2], a[3]);
	else
		(void)snprintf(text, 18, "33:33:%02x:%02x:%02x:%02x", a[0], a[1], a[2], a[3]);
	return true;
}

static void mac_filter(struct question *q)
{
	char mac[18];
	bool is_known = false;
	if (!q->way || q->way->is_allmulti || !mac_of(q->group, mac))
		return;
	for (size_t i = 0; i < q->s->mac_filter_count; i++) {
		const struct seen_mac_filter *m = &q->s->mac_filter[i];
		if (strcmp(m->interface, q->way->name) != 0)
			continue;
		is_known = true;
		if (strcmp(m->mac, mac) == 0)
			return;
	}
	for (size_t i = 0; i < q->s->membership_count && is_known; i++) {
		const struct seen_membership *m = &q->s->membership[i];
		if (strcmp(m->interface, q->way->name) != 0 || strcmp(m->group, q->group) != 0)
			continue;
		struct finding *f =
			finding_add(q, CAUSE_MAC_FILTER_MISSING, WEIGHT_BROKEN, q->way->name);
		finding_evidence(f, "%s is a member of %s, and lets no frames to %s in.",
				 q->way->name, q->group, mac);
		finding_where(f, "/proc/net/dev_mcast (ip maddr show)");
		finding_fix(f, "ip maddr add %s dev %s", mac, q->way->name);
		return;
	}
}

void rules_bridge(struct question *q)
{
	const struct seen_bridge *way = crossed(q);
	for (size_t i = 0; i < q->s->bridge_count; i++) {
		const struct seen_bridge *b = &q->s->bridge[i];
		without_querier(q, b, b == way);
		if (!q->is_second)
			ports(q, b, b == way);
		if (b == way)
			entries(q, b);
	}
	power_save(q);
	mac_filter(q);
}
