/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
#include "doctor/prefix.h"
#include "doctor/rules.h"

#include <string.h>

/* --- Looking up --- */

const struct seen_interface *question_interface(const struct snapshot *s, const char *name)
{
	for (size_t i = 0; i < s->interface_count; i++)
		if (strcmp(s->interface[i].name, name) == 0)
			return &s->interface[i];
	return NULL;
}

const struct seen_bridge *question_bridge(const struct snapshot *s, const char *name)
{
	for (size_t i = 0; i < s->bridge_count; i++)
		if (strcmp(s->bridge[i].name, name) == 0)
			return &s->bridge[i];
	return NULL;
}

/* A usable address is better than one that is not yet, a link-local one is as good as any. */
const struct seen_address *question_address(const struct snapshot *s, const char *interface,
					    int family)
{
	const struct seen_address *best = NULL;
	for (size_t i = 0; i < s->address_count; i++) {
		const struct seen_address *a = &s->address[i];
		if (a->family != family || strcmp(a->interface, interface) != 0)
			continue;
		if (!best || (best->is_tentative && !a->is_tentative))
			best = a;
	}
	return best;
}

bool question_is_own(const struct snapshot *s, const char *interface, const char *address)
{
	for (size_t i = 0; i < s->address_count; i++)
		if (strcmp(s->address[i].address, address) == 0 &&
		    strcmp(s->address[i].interface, interface) == 0)
			return true;
	return false;
}

const struct seen_choice *question_choice(const struct snapshot *s, const char *destination,
					  const char *interface)
{
	for (size_t i = 0; i < s->choice_count; i++)
		if (strcmp(s->choice[i].destination, destination) == 0 &&
		    strcmp(s->choice[i].interface, interface) == 0)
			return &s->choice[i];
	return NULL;
}

/* Where no group was named, any group that the kernel was asked about stands for all. */
static const struct seen_choice *choice_of(const struct question *q, const char *interface)
{
	if (q->group[0])
		return question_choice(q->s, q->group, interface);
	for (size_t i = 0; i < q->s->choice_count; i++) {
		const struct seen_choice *c = &q->s->choice[i];
		if (prefix_is_multicast(c->destination) &&
		    prefix_family(c->destination) == q->family &&
		    strcmp(c->interface, interface) == 0)
			return c;
	}
	return NULL;
}

bool interface_is_tunnel(const struct seen_interface *i)
{
	static const char *const kinds[] = {"tun",  "wireguard", "ppp",  "ipip",  "sit",
					    "gre",  "ip6tnl",    "vti",  "vti6",  "xfrm",
					    "none", "ip6gre",    "l2tp", "tunnel"};
	for (size_t k = 0; k < sizeof(kinds) / sizeof(*kinds); k++)
		if (strcmp(i->kind, kinds[k]) == 0)
			return true;
	return false;
}

const char *interface_sysctl(const struct seen_interface *i, char text[16])
{
	memcpy(text, i->name, sizeof(i->name));
	for (char *dot = text; (dot = strchr(dot, '.'));)
		*dot = '/';
	return text;
}

/* How likely this is the interface that a user means. */
static int score(const struct snapshot *s, const struct seen_interface *i, int family)
{
	static const char *const made[] = {"bridge", "dummy", "ifb", "macvtap", "tap", "vrf"};
	int points = i->has_multicast ? 1 : 0;
	bool is_made = interface_is_tunnel(i);
	for (size_t k = 0; k < sizeof(made) / sizeof(*made); k++)
		is_made = is_made || strcmp(i->kind, made[k]) == 0;
	points += is_made ? 0 : 2;
	points += i->is_up && i->has_carrier ? 4 : 0;
	points += question_address(s, i->name, family) ? 8 : 0;
	return points - (i->master[0] ? 20 : 0);
}

const struct seen_interface *question_candidate(const struct snapshot *s, int family,
						bool no_tunnel)
{
	const struct seen_interface *best = NULL;
	for (size_t k = 0; k < s->interface_count; k++) {
		const struct seen_interface *i = &s->interface[k];
		if (i->is_loopback || (no_tunnel && interface_is_tunnel(i)))
			continue;
		if (!best || score(s, i, family) > score(s, best, family))
			best = i;
	}
	return best;
}

/* --- The question --- */

bool question_is_switch(const struct snapshot *s)
{
	for (size_t i = 0; i < s->address_count; i++) {
		const struct seen_address *a = &s->address[i];
		const struct seen_interface *its = question_interface(s, a->interface);
		if (its && !its->is_loopback && (a->family == 4 || strcmp(a->scope, "link") != 0))
			return false;
	}
	for (size_t i = 0; i < s->interface_count; i++)
		if (s->interface[i].master[0] && question_bridge(s, s->interface[i].master))
			return true;
	return false;
}

static const struct seen_interface *find_way(const struct question *q)
{
	if (q->is_named)
		return question_interface(q->s, q->host->asked_interface);
	const struct seen_interface *chosen =
		q->choice ? question_interface(q->s, q->choice->out) : NULL;
	if (chosen)
		return chosen;
	if (q->is_switch && q->s->bridge_count > 0)
		return question_interface(q->s, q->s->bridge[0].name);
	return question_candidate(q->s, q->family, false);
}

void question_init(struct question *q, const struct snapshot *s, int family, bool is_second,
		   struct findings *findings)
{
	*q = (struct question){.s = s,
			       .host = s->host,
			       .findings = findings,
			       .family = family,
			       .group = s->host->asked_group,
			       .range = family == 4 ? "224.0.0.0/4" : "ff00::/8",
			       .is_named = s->host->asked_interface[0] != '\0',
			       .is_second = is_second,
			       .is_switch = question_is_switch(s)};
	if (q->group[0])
		q->range = q->group;
	q->choice = choice_of(q, "");
	q->way = find_way(q);
	if (q->way)
		q->way_choice = choice_of(q, q->way->name);
}
