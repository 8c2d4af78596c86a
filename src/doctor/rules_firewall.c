/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
/* rules_firewall.c - do IGMP, MLD and the group's data pass the firewall; if not, which rule drops
 * them, and what would let them through? */
#include "doctor/firewall.h"
#include "doctor/rules.h"

#include <stdio.h>
#include <string.h>

#define IGMP   2
#define UDP    17
#define ICMPV6 58

/* One of the packets that have to pass. */
struct trial {
	struct packet packet;
	enum cause cause;
	const char *what; /* Such as "IGMP queries": what would be dropped. */
	bool was_refused; /* The kernel has refused to send such a packet: who may drop it, does. */
};

/* --- Fixes --- */

/* True if deleting the rule lets in no more than what is asked for here: it names groups, or the
 * messages of IGMP and MLD. */
static bool is_about_groups(const struct seen_rule *r, const struct trial *t)
{
	return prefix_is_multicast(r->destination) || strcmp(r->packet_type, "multicast") == 0 ||
	       r->icmp_type[0] ||
	       (t->cause == CAUSE_FIREWALL_DROPS_IGMP &&
		(strcmp(r->protocol, "igmp") == 0 || strcmp(r->protocol, "2") == 0));
}

/* A match of nftables that lets these packets through and no more. */
static void nft_match(const struct trial *t, char *text, size_t size)
{
	const struct packet *p = &t->packet;
	if (t->cause == CAUSE_FIREWALL_DROPS_IGMP)
		(void)snprintf(text, size, "ip protocol igmp");
	else if (t->cause == CAUSE_FIREWALL_DROPS_MLD)
		(void)snprintf(text, size,
			       "icmpv6 type { mld-listener-query, mld-listener-report, "
			       "mld-listener-done, mld2-listener-report }");
	else if (p->port > 0)
		(void)snprintf(text, size, "%s daddr %s udp dport %lld",
			       p->family == 4 ? "ip" : "ip6", p->range, (long long)p->port);
	else
		(void)snprintf(text, size, "%s daddr %s", p->family == 4 ? "ip" : "ip6", p->range);
}

static void iptables_match(const struct trial *t, char *text, size_t size)
{
	const struct packet *p = &t->packet;
	if (t->cause == CAUSE_FIREWALL_DROPS_IGMP)
		(void)snprintf(text, size, "-p igmp");
	else if (t->cause == CAUSE_FIREWALL_DROPS_MLD)
		(void)snprintf(text, size, "-p icmpv6 --icmpv6-type %lld", (long long)p->icmp_type);
	else if (p->port > 0)
		(void)snprintf(text, size, "-d %s -p udp --dport %lld", p->range,
			       (long long)p->port);
	else
		(void)snprintf(text, size, "-d %s", p->range);
}

static void fix_nft(struct finding *f, const struct trial *t, const struct drop *d, bool deletes)
{
	char match[160];
	const struct seen_chain *c = d->chain;
	nft_match(t, match, sizeof(match));
	if (!d->rule)
		finding_fix(f, "nft insert rule %s %s %s %s accept", c->family, c->table, c->name,
			    match);
	else if (d->rule->handle == UNKNOWN)
		finding_advice(f, "nft -a list chain %s %s %s shows the rule with its handle.",
			       c->family, c->table, d->rule->chain);
	else if (deletes)
		finding_fix(f, "nft delete rule %s %s %s handle %lld", c->family, c->table,
			    d->rule->chain, (long long)d->rule->handle);
	else
		finding_fix(f, "nft insert rule %s %s %s handle %lld %s accept", c->family,
			    c->table, d->rule->chain, (long long)d->rule->handle, match);
}

static void fix_iptables(struct finding *f, const struct trial *t, const struct drop *d,
			 bool deletes)
{
	char match[160], table[64] = "";
	const struct seen_chain *c = d->chain;
	iptables_match(t, match, sizeof(match));
	if (strcmp(c->table, "filter") != 0)
		(void)snprintf(table, sizeof(table), "-t %s ", c->table);
	if (!d->rule)
		finding_fix(f, "%s %s-I %s %s -j ACCEPT", c->tool, table, c->name, match);
	else if (d->rule->handle == UNKNOWN)
		finding_advice(f, "%s %s-L %s --line-numbers shows the rule with its number.",
			       c->tool, table, d->rule->chain);
	else if (deletes)
		finding_fix(f, "%s %s-D %s %lld", c->tool, table, d->rule->chain,
			    (long long)d->rule->handle);
	else
		finding_fix(f, "%s %s-I %s %lld %s -j ACCEPT", c->tool, table, d->rule->chain,
			    (long long)d->rule->handle, match);
}

/* --- Findings --- */

/* True if without that rule the packet passes the chain, so that deleting it mends it. */
static bool passes_without(const struct firewall *firewall, const struct trial *t,
			   const struct drop *d)
{
	struct drop drops[DROPS_MAX];
	size_t count = firewall_walk(firewall, &t->packet, d->rule, drops);
	for (size_t i = 0; i < count; i++)
		if (drops[i].chain == d->chain)
			return false;
	return true;
}

/* The same command twice would delete the next rule of iptables, too. */
static bool is_said(const struct question *q, const struct finding *f)
{
	for (size_t i = 0; i < q->findings->count; i++) {
		const struct finding *other = &q->findings->list[i];
		if (other != f && f->fix[0] && strcmp(other->fix, f->fix) == 0)
			return true;
	}
	return false;
}

static void say_drop(struct question *q, const struct firewall *firewall, const struct trial *t,
		     const struct drop *d)
{
	char place[128];
	const struct seen_chain *c = d->chain;
	bool is_nft = strcmp(c->tool, "nft") == 0;
	const char *chain = d->rule ? d->rule->chain : c->name;
	(void)snprintf(place, sizeof(place), "%s%s%s %s %s", c->tool, is_nft ? " " : "",
		       is_nft ? c->family : "", c->table, chain);
	bool is_certain = d->is_certain || t->was_refused;
	struct finding *f =
		finding_add(q, t->cause, is_certain ? WEIGHT_BROKEN : WEIGHT_RISK, place);
	if (d->rule)
		finding_evidence(f, "%s drops %s: \"%s\".",
				 is_certain ? "A rule" : "Perhaps a rule", t->what, d->rule->text);
	else
		finding_evidence(f, "The policy of chain %s %s %s: no rule accepts them.", chain,
				 is_certain ? "drops" : "perhaps drops", t->what);
	if (is_nft)
		finding_where(f, "nft -a list chain %s %s %s", c->family, c->table, chain);
	else
		finding_where(f, "%s -t %s -S %s", c->tool, c->table, chain);
	bool deletes = d->rule && is_about_groups(d->rule, t) && passes_without(firewall, t, d);
	if (is_nft)
		fix_nft(f, t, d, deletes);
	else
		fix_iptables(f, t, d, deletes);
	if (is_said(q, f)) {
		f->fix[0] = '\0';
		finding_advice(f,
			       "The fix of the same rule, named elsewhere here, mends this, too.");
	}
}

static void try(struct question *q, const struct firewall *firewall, const struct trial *t)
{
	struct drop drops[DROPS_MAX];
	size_t count = firewall_walk(firewall, &t->packet, NULL, drops);
	for (size_t i = 0; i < count; i++)
		say_drop(q, firewall, t, &drops[i]);
}

/* --- What has to pass --- */

static void try_signalling(struct question *q, const struct firewall *firewall, struct packet p)
{
	bool is_v4 = q->family == 4;
	struct trial t = {.packet = p,
			  .cause = is_v4 ? CAUSE_FIREWALL_DROPS_IGMP : CAUSE_FIREWALL_DROPS_MLD,
			  .what = is_v4 ? "IGMP queries" : "MLD queries"};
	t.packet.protocol = is_v4 ? IGMP : ICMPV6;
	t.packet.range = is_v4 ? "224.0.0.1" : "ff02::1";
	t.packet.icmp_type = 130;
	if (p.way == WAY_IN || p.way == WAY_THROUGH)
		try(q, firewall, &t);
	t.what = is_v4 ? "IGMP reports" : "MLD reports";
	t.packet.range = is_v4 ? "224.0.0.22" : "ff02::16";
	t.packet.icmp_type = 143;
	if (p.way == WAY_OUT || p.way == WAY_THROUGH)
		try(q, firewall, &t);
}

/* Who sends is not known unless it was asked about: a neighbour is the likeliest. */
static void source_of(const struct question *q, enum way way, char *text, size_t size)
{
	const struct seen_choice *c = q->is_named ? q->way_choice : q->choice;
	const struct seen_address *own = question_address(q->s, q->way->name, q->family);
	text[0] = '\0';
	if (way == WAY_OUT && c && c->source[0])
		(void)snprintf(text, size, "%s", c->source);
	else if (way == WAY_OUT && own)
		(void)snprintf(text, size, "%s", own->address);
	else if (way == WAY_IN && q->host->asked_source[0])
		(void)snprintf(text, size, "%s", q->host->asked_source);
	else if (way == WAY_IN && own)
		(void)snprintf(text, size, "%s/%lld", own->address, (long long)own->prefix_length);
}

static void try_way(struct question *q, const struct firewall *firewall, enum way way)
{
	static const char *const what[] = {[WAY_IN] = "data of the group that comes in",
					   [WAY_OUT] = "data that goes out to the group",
					   [WAY_THROUGH] = "data of the group between the ports"};
	char source[96];
	source_of(q, way, source, sizeof(source));
	struct packet p = {.way = way,
			   .family = q->family,
			   .protocol = UDP,
			   .port = q->host->asked_port,
			   .range = q->range,
			   .source = source,
			   .device = q->way->name,
			   .is_at_bridge = question_bridge(q->s, q->way->name) != NULL};
	struct trial t = {.packet = p, .cause = CAUSE_FIREWALL_DROPS_GROUP, .what = what[way]};
	t.was_refused = way == WAY_OUT && q->host->can_send == 0 && !q->is_second &&
			strcmp(q->host->send_error, "Operation not permitted") == 0;
	try(q, firewall, &t);
	/* A querier speaks for all groups; that of MLD has a link-local address. */
	if (way == WAY_IN && (q->family == 6 || q->host->asked_source[0]))
		p.source = q->family == 6 ? "fe80::/64" : "";
	try_signalling(q, firewall, p);
}

void rules_firewall(struct question *q)
{
	struct firewall firewall;
	if (!q->way || q->s->chain_count == 0)
		return;
	firewall_init(&firewall, q->s);
	if (q->is_switch) {
		try_way(q, &firewall, WAY_THROUGH);
	} else {
		try_way(q, &firewall, WAY_IN);
		try_way(q, &firewall, WAY_OUT);
	}
	firewall_done(&firewall);
}
