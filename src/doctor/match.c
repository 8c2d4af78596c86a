/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
#include "doctor/match.h"

#include <stdlib.h>
#include <string.h>

#define IGMP   2
#define UDP    17
#define ICMPV6 58

static const struct {
	const char *name;
	int number;
} protocols[] = {
	{"igmp", IGMP},        {"udp", UDP}, {"icmpv6", ICMPV6}, {"icmp6", ICMPV6},
	{"ipv6-icmp", ICMPV6}, {"all", 0},   {"ip", 0},
};

/* The names of nftables and of ip6tables. */
static const struct {
	const char *name;
	int64_t number;
} icmp_types[] = {
	{"mld-listener-query", 130},     {"mld-listener-report", 131},  {"mld-listener-done", 132},
	{"mld-listener-reduction", 132}, {"mld2-listener-report", 143},
};

static bool is_number(const char *text)
{
	return text[0] && text[strspn(text, "0123456789")] == '\0';
}

static enum match match_protocol(const struct seen_rule *r, const struct packet *p)
{
	int number = -1;
	if (!r->protocol[0])
		return MATCH_YES;
	if (is_number(r->protocol))
		number = atoi(r->protocol);
	for (size_t i = 0; i < sizeof(protocols) / sizeof(*protocols); i++)
		if (strcmp(r->protocol, protocols[i].name) == 0)
			number = protocols[i].number;
	return number == 0 || number == p->protocol ? MATCH_YES : MATCH_NO;
}

static enum match match_port(const struct seen_rule *r, const struct packet *p)
{
	if (r->port <= 0)
		return MATCH_YES;
	if (p->protocol != UDP)
		return MATCH_NO;
	if (p->port <= 0)
		return MATCH_MAYBE;
	return r->port == p->port ? MATCH_YES : MATCH_NO;
}

static enum match match_icmp_type(const struct seen_rule *r, const struct packet *p)
{
	if (!r->icmp_type[0])
		return MATCH_YES;
	if (p->protocol != ICMPV6)
		return MATCH_NO;
	if (is_number(r->icmp_type))
		return atoll(r->icmp_type) == p->icmp_type ? MATCH_YES : MATCH_NO;
	for (size_t i = 0; i < sizeof(icmp_types) / sizeof(*icmp_types); i++)
		if (icmp_types[i].number == p->icmp_type &&
		    strcmp(r->icmp_type, icmp_types[i].name) == 0)
			return MATCH_YES;
	return MATCH_NO;
}

/* `wanted` is of the rule; `range` is the address of the packet, or the range that has it. */
static enum match match_address(const char *wanted, const char *range, int family)
{
	struct prefix w, p;
	if (!wanted[0])
		return MATCH_YES;
	if (!prefix_parse(wanted, &w))
		return MATCH_MAYBE;
	if (w.is_v4 != (family == 4))
		return MATCH_NO;
	if (w.bits == (w.is_v4 ? 96 : 0))
		return MATCH_YES;
	if (!prefix_parse(range, &p))
		return MATCH_MAYBE;
	if (prefix_covers(&w, &p))
		return MATCH_YES;
	return prefix_overlaps(&w, &p) ? MATCH_MAYBE : MATCH_NO;
}

/* A name may end in * (nftables) or + (iptables). */
static enum match match_device(const char *wanted, const char *device)
{
	size_t size = strlen(wanted);
	if (size == 0)
		return MATCH_YES;
	bool is_pattern = wanted[size - 1] == '*' || wanted[size - 1] == '+';
	int difference = is_pattern ? strncmp(wanted, device, size - 1) : strcmp(wanted, device);
	return difference == 0 ? MATCH_YES : MATCH_NO;
}

/* In a bridge's chains the devices are its ports, and which it is nobody knows. */
static enum match match_devices(const struct seen_rule *r, const struct packet *p)
{
	if (strcmp(r->family, "bridge") == 0)
		return r->in[0] || r->out[0] ? MATCH_MAYBE : MATCH_YES;
	const char *own = p->way == WAY_IN ? r->in : r->out;
	const char *other = p->way == WAY_IN ? r->out : r->in;
	return other[0] ? MATCH_NO : match_device(own, p->device);
}

/* What this host sends is not yet marked as multicast when it passes the firewall. */
static enum match match_packet_type(const struct seen_rule *r, const struct packet *p)
{
	if (!r->packet_type[0])
		return MATCH_YES;
	const char *type = p->way == WAY_OUT ? "host" : "multicast";
	return strcmp(r->packet_type, type) == 0 ? MATCH_YES : MATCH_NO;
}

/* Data and IGMP begin something new, to which no answer ever comes; MLD is not tracked. */
static enum match match_states(const struct seen_rule *r, const struct packet *p)
{
	if (!r->states[0])
		return MATCH_YES;
	const char *state = p->protocol == ICMPV6 ? "untracked" : "new";
	char states[sizeof(r->states)];
	memcpy(states, r->states, sizeof(states));
	char *rest = states;
	for (char *word; (word = strsep(&rest, ", "));)
		if (strcasecmp(word, state) == 0)
			return MATCH_YES;
	return MATCH_NO;
}

enum match rule_match(const struct seen_rule *r, const struct packet *p)
{
	enum match each[] = {
		match_protocol(r, p),
		match_port(r, p),
		match_icmp_type(r, p),
		match_address(r->destination, p->range, p->family),
		match_address(r->source, p->source, p->family),
		match_devices(r, p),
		match_packet_type(r, p),
		match_states(r, p),
	};
	enum match all = r->is_partial ? MATCH_MAYBE : MATCH_YES;
	for (size_t i = 0; i < sizeof(each) / sizeof(*each); i++)
		if (each[i] < all)
			all = each[i];
	return all;
}
