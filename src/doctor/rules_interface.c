/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
/* rules_interface.c - the way: is there one, is it up, is it fit for multicast, has it an address?
 */
#include "doctor/rules.h"

#include <stdio.h>
#include <string.h>

#define LINK "netlink RTM_GETLINK (ip link)"
#define TREE                                                                                       \
	"Use a multicast tree over unicast instead: chat-multicast -rdv HOST, or mcastnode --rdv " \
	"HOST."

static void no_interface(struct question *q)
{
	if (q->way || q->s->interface_count == 0)
		return;
	struct finding *f;
	if (q->is_named) {
		f = finding_add(q, CAUSE_NO_INTERFACE, WEIGHT_BROKEN, q->host->asked_interface);
		finding_evidence(f, "There is no interface %s on this host.",
				 q->host->asked_interface);
		finding_advice(f, "ip link shows the interfaces that there are.");
	} else {
		f = finding_add(q, CAUSE_ONLY_LOOPBACK, WEIGHT_BROKEN, "lo");
		finding_evidence(f, "This host has no interface but the loopback.");
		finding_advice(f, "In a container: attach it to a network. Else: look for the "
				  "driver of the network card.");
	}
	finding_where(f, LINK);
}

static void loopback(struct question *q)
{
	if (!q->way || !q->way->is_loopback)
		return;
	const struct seen_interface *better = question_candidate(q->s, q->family, true);
	struct finding *f = finding_add(q, CAUSE_ONLY_LOOPBACK,
					q->is_named ? WEIGHT_NOTE : WEIGHT_BROKEN, q->way->name);
	finding_where(f, "netlink RTM_GETROUTE (ip route get %s)",
		      q->choice ? q->choice->destination : q->range);
	if (q->is_named) {
		finding_evidence(f, "%s was named, which reaches this host alone.", q->way->name);
		return;
	}
	finding_evidence(f, "The kernel sends groups to %s, which reaches this host alone.",
			 q->way->name);
	if (better && q->family == 4)
		finding_fix(f, "ip route replace 224.0.0.0/4 dev %s", better->name);
	if (better && q->family == 6)
		finding_fix(f, "ip -6 route replace multicast ff00::/8 dev %s table local metric 1",
			    better->name);
}

static void down(struct question *q)
{
	if (q->way && !q->way->is_up) {
		struct finding *f =
			finding_add(q, CAUSE_INTERFACE_DOWN, WEIGHT_BROKEN, q->way->name);
		finding_evidence(f, "%s is down.", q->way->name);
		finding_where(f, LINK);
		finding_fix(f, "ip link set dev %s up", q->way->name);
	}
	for (size_t k = 0; k < q->s->interface_count && !q->is_named && !q->is_second; k++) {
		const struct seen_interface *i = &q->s->interface[k];
		if (i == q->way || i->is_up || i->is_loopback)
			continue;
		struct finding *f = finding_add(q, CAUSE_INTERFACE_DOWN, WEIGHT_NOTE, i->name);
		finding_evidence(f, "%s is down; multicast takes another way.", i->name);
		finding_where(f, LINK);
	}
}

static void carrier(struct question *q)
{
	if (!q->way || !q->way->is_up || q->way->has_carrier || q->way->is_loopback)
		return;
	const char *kind = q->way->kind;
	struct finding *f = finding_add(q, CAUSE_NO_CARRIER, WEIGHT_BROKEN, q->way->name);
	finding_evidence(f, "%s is up, and has no carrier.", q->way->name);
	finding_where(f, LINK);
	if (strcmp(kind, "wireless") == 0)
		finding_advice(f, "Join a wireless network: %s is not associated with one.",
			       q->way->name);
	else if (strcmp(kind, "bridge") == 0)
		finding_advice(f,
			       "Give the bridge a port that is up: ip link set dev PORT master "
			       "%s.",
			       q->way->name);
	else if (strcmp(kind, "veth") == 0)
		finding_advice(f, "Set its other end up, in the namespace or container where it "
				  "lies: ip link set dev PEER up.");
	else
		finding_advice(f, "Plug the cable in, and see that the switch's port is on.");
}

static void tunnel(struct question *q)
{
	const char *name = q->way->name;
	bool is_wireguard = strcmp(q->way->kind, "wireguard") == 0;
	struct finding *f = finding_add(q, CAUSE_TUNNEL_WITHOUT_MULTICAST,
					q->way->has_multicast ? WEIGHT_RISK : WEIGHT_BROKEN, name);
	finding_where(f, LINK);
	finding_evidence(f, "%s is a tunnel (%s)%s.", name, q->way->kind,
			 q->way->has_multicast ? "" : ", and has no MULTICAST flag");
	const struct seen_interface *better = question_candidate(q->s, q->family, true);
	if (!is_wireguard && !q->way->has_multicast) {
		finding_fix(f, "ip link set dev %s multicast on", name);
		finding_advice(f, "If its other end does not pass groups on: " TREE);
	} else if (!q->is_named && better && better->is_up && q->family == 4) {
		finding_fix(f, "ip route replace 224.0.0.0/4 dev %s", better->name);
		finding_advice(f,
			       "The fix sends groups past the tunnel. For those behind it: " TREE);
	} else {
		finding_advice(f, TREE);
	}
}

static void multicast_flag(struct question *q)
{
	if (!q->way || q->way->is_loopback)
		return;
	if (interface_is_tunnel(q->way) &&
	    (!q->way->has_multicast || strcmp(q->way->kind, "wireguard") == 0)) {
		tunnel(q);
	} else if (!q->way->has_multicast) {
		struct finding *f =
			finding_add(q, CAUSE_NO_MULTICAST_FLAG, WEIGHT_BROKEN, q->way->name);
		finding_evidence(f, "%s has no MULTICAST flag.", q->way->name);
		finding_where(f, LINK);
		finding_fix(f, "ip link set dev %s multicast on", q->way->name);
	}
}

static void v6_disabled(struct question *q)
{
	char name[16];
	if (q->family != 6 || !q->way || q->way->is_v6_disabled != 1 || q->way->is_loopback)
		return;
	struct finding *f = finding_add(q, CAUSE_IPV6_DISABLED,
					q->is_second ? WEIGHT_NOTE : WEIGHT_BROKEN, q->way->name);
	finding_evidence(f, "IPv6 is disabled on %s.", q->way->name);
	finding_where(f, "/proc/sys/net/ipv6/conf/%s/disable_ipv6", q->way->name);
	finding_fix(f, "sysctl -w net.ipv6.conf.%s.disable_ipv6=0", interface_sysctl(q->way, name));
}

/* An address that needs nobody's leave: RFC 3927 section 2.1 has 169.254.1.0 to 169.254.254.255;
 * of IPv6 fe80::/64, here with the number of the interface or the end of its MAC address. */
static void offer_address(struct finding *f, const struct seen_interface *i, int family)
{
	unsigned m[6];
	if (sscanf(i->mac, "%2x:%2x:%2x:%2x:%2x:%2x", &m[0], &m[1], &m[2], &m[3], &m[4], &m[5]) !=
	    6) {
		m[4] = (unsigned)(i->index & 0xFF);
		m[5] = (unsigned)(i->index >> 8 & 0xFF);
	}
	if (family == 4)
		finding_fix(f, "ip address add 169.254.%u.%u/16 dev %s", m[4] % 254 + 1, m[5],
			    i->name);
	else
		finding_fix(f, "ip -6 address add fe80::ff:fe00:%x/64 dev %s", m[4] << 8 | m[5],
			    i->name);
	if (family == 4)
		finding_advice(f,
			       "Better is the address that your network gives (DHCP): the one of "
			       "the fix is known on this link alone.");
}

static void address(struct question *q)
{
	if (!q->way || q->way->is_loopback || (q->family == 6 && q->way->is_v6_disabled == 1))
		return;
	const struct seen_address *a = question_address(q->s, q->way->name, q->family);
	if (a && !a->is_tentative)
		return;
	/* A down interface has lost its IPv6 addresses, and gets them back. */
	if (q->family == 6 && !q->way->is_up)
		return;
	enum weight weight = a ? WEIGHT_RISK : WEIGHT_BROKEN;
	if (q->is_second || q->is_switch)
		weight = WEIGHT_NOTE;
	struct finding *f = finding_add(q, CAUSE_NO_ADDRESS, weight, q->way->name);
	finding_where(f, "netlink RTM_GETADDR (ip -%d address)", q->family);
	if (a) {
		finding_evidence(f,
				 "The address %s of %s is tentative: not yet usable, or somebody "
				 "else has it.",
				 a->address, q->way->name);
		finding_advice(f, "Look again in two seconds: ip -6 address show dev %s tentative.",
			       q->way->name);
	} else if (q->is_switch) {
		finding_evidence(f, "No interface has an address: this host was judged as a switch "
				    "between others.");
	} else if (q->way->master[0]) {
		finding_evidence(f, "%s has no address: it is a port of %s.", q->way->name,
				 q->way->master);
		finding_advice(f, "Ask about %s instead: --interface %s.", q->way->master,
			       q->way->master);
	} else {
		finding_evidence(f, "%s has no IPv%d address.", q->way->name, q->family);
		offer_address(f, q->way, q->family);
	}
}

void rules_interface(struct question *q)
{
	if (q->is_second && q->family == 6 && q->way && q->way->is_v6_disabled == 1) {
		v6_disabled(q);
		return;
	}
	if (!q->is_second) {
		no_interface(q);
		loopback(q);
		down(q);
		carrier(q);
		multicast_flag(q);
	}
	v6_disabled(q);
	address(q);
}
