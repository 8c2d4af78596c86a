/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
#include "doctor/match.h"

#include <stdio.h>
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

/* Tells of one item of a list whether the packet is meant. */
typedef enum match (*item)(const char *text, const struct packet *p);

/* `list` is a column of `size` bytes: items with commas between, and a ! before them negates the
 * whole. One that fills its column may have been cut. */
static enum match match_list(const char *list, size_t size, item match_item, const struct packet *p)
{
	char text[256];
	enum match best = MATCH_NO;
	bool is_negated = list[0] == '!';
	if (!list[0])
		return MATCH_YES;
	(void)snprintf(text, sizeof(text), "%s", list + (is_negated ? 1 : 0));
	char *rest = text;
	for (char *word; best != MATCH_YES && (word = strsep(&rest, ", "));) {
		enum match match = word[0] ? match_item(word, p) : MATCH_NO;
		best = match > best ? match : best;
	}
	if (best == MATCH_NO && strlen(list) + 1 >= size)
		best = MATCH_MAYBE;
	if (is_negated && best != MATCH_MAYBE)
		return best == MATCH_YES ? MATCH_NO : MATCH_YES;
	return best;
}

static enum match is_protocol(const char *text, const struct packet *p)
{
	int number = is_number(text) ? atoi(text) : -1;
	for (size_t i = 0; i < sizeof(protocols) / sizeof(*protocols); i++)
		if (strcmp(text, protocols[i].name) == 0)
			number = protocols[i].number;
	return number == 0 || number == p->protocol ? MATCH_YES : MATCH_NO;
}

static enum match is_port(const char *text, const struct packet *p)
{
	char *end;
	long long first = strtoll(text, &end, 10), last = first;
	if (*end == '-' || *end == ':')
		last = strtoll(end + 1, &end, 10);
	if (*end)
		return MATCH_MAYBE;
	if (p->port <= 0)
		return first <= 1 && last >= 65535 ? MATCH_YES : MATCH_MAYBE;
	return first <= p->port && p->port <= last ? MATCH_YES : MATCH_NO;
}

/* As the number of the rule, or the list. */
static enum match match_port(const struct seen_rule *r, const struct packet *p)
{
	if (r->port <= 0 && !r->ports[0])
		return MATCH_YES;
	if (p->protocol != UDP)
		return MATCH_NO;
	if (r->port <= 0)
		return match_list(r->ports, sizeof(r->ports), is_port, p);
	if (p->port <= 0)
		return MATCH_MAYBE;
	return r->port == p->port ? MATCH_YES : MATCH_NO;
}

static enum match is_icmp_type(const char *text, const struct packet *p)
{
	if (is_number(text))
		return atoll(text) == p->icmp_type ? MATCH_YES : MATCH_NO;
	for (size_t i = 0; i < sizeof(icmp_types) / sizeof(*icmp_types); i++)
		if (icmp_types[i].number == p->icmp_type && strcmp(text, icmp_types[i].name) == 0)
			return MATCH_YES;
	return MATCH_NO;
}

static enum match match_icmp_type(const struct seen_rule *r, const struct packet *p)
{
	if (r->icmp_type[0] && p->protocol != ICMPV6)
		return MATCH_NO;
	return match_list(r->icmp_type, sizeof(r->icmp_type), is_icmp_type, p);
}

/* `wanted` is of the rule; `range` is the address of the packet, or the range that has it. */
static enum match match_address(const char *wanted, const char *range, int family)
{
	struct prefix w, p;
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

static enum match is_destination(const char *text, const struct packet *p)
{
	return match_address(text, p->range, p->family);
}

static enum match is_source(const char *text, const struct packet *p)
{
	return match_address(text, p->source, p->family);
}

/* A name may end in * (nftables) or + (iptables). */
static enum match is_device(const char *text, const struct packet *p)
{
	size_t size = strlen(text);
	bool is_pattern = text[size - 1] == '*' || text[size - 1] == '+';
	int difference = is_pattern ? strncmp(text, p->device, size - 1) : strcmp(text, p->device);
	return difference == 0 ? MATCH_YES : MATCH_NO;
}

/* In a bridge's chains the devices are its ports, and which it is nobody knows. */
static enum match match_devices(const struct seen_rule *r, const struct packet *p)
{
	if (strcmp(r->family, "bridge") == 0)
		return r->in[0] || r->out[0] ? MATCH_MAYBE : MATCH_YES;
	const char *own = p->way == WAY_IN ? r->in : r->out;
	const char *other = p->way == WAY_IN ? r->out : r->in;
	if (other[0])
		return other[0] == '!' ? MATCH_YES : MATCH_NO;
	return match_list(own, sizeof(r->in), is_device, p);
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
static enum match is_state(const char *text, const struct packet *p)
{
	const char *state = p->protocol == ICMPV6 ? "untracked" : "new";
	return strcasecmp(text, state) == 0 ? MATCH_YES : MATCH_NO;
}

enum match rule_match(const struct seen_rule *r, const struct packet *p)
{
	enum match each[] = {
		match_list(r->protocol, sizeof(r->protocol), is_protocol, p),
		match_port(r, p),
		match_icmp_type(r, p),
		match_list(r->destination, sizeof(r->destination), is_destination, p),
		match_list(r->source, sizeof(r->source), is_source, p),
		match_devices(r, p),
		match_packet_type(r, p),
		match_list(r->states, sizeof(r->states), is_state, p),
	};
	enum match all = r->is_partial ? MATCH_MAYBE : MATCH_YES;
	for (size_t i = 0; i < sizeof(each) / sizeof(*each); i++)
		if (each[i] < all)
			all = each[i];
	return all;
}
