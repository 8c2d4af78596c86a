/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
/* rules_route.c - where does the kernel send the group, if a program names no interface? */
#include "doctor/prefix.h"
#include "doctor/rules.h"

#include <string.h>

#define ALL_V4 "224.0.0.0/4"

/* Of the routes that cover what was asked about the longest prefix wins, then the smaller metric.
 */
static const struct seen_route *covering(const struct question *q, const char *interface)
{
	struct prefix range, best_prefix = {.bits = 0}, p;
	const struct seen_route *best = NULL;
	if (!prefix_parse(q->range, &range))
		return NULL;
	for (size_t i = 0; i < q->s->route_count; i++) {
		const struct seen_route *r = &q->s->route[i];
		if (r->family != q->family || !prefix_parse(r->destination, &p) ||
		    !prefix_covers(&p, &range))
			continue;
		if (interface && strcmp(r->interface, interface) != 0)
			continue;
		if (!best || p.bits > best_prefix.bits ||
		    (p.bits == best_prefix.bits && r->metric < best->metric)) {
			best = r;
			best_prefix = p;
		}
	}
	return best;
}

static bool throws_away(const struct seen_route *r)
{
	return strcmp(r->type, "blackhole") == 0 || strcmp(r->type, "unreachable") == 0 ||
	       strcmp(r->type, "prohibit") == 0 || strcmp(r->type, "throw") == 0;
}

/* Gives whether the kernel has a way; what it answered counts more than its tables. */
static enum {
	UNSURE,
	MISSING,
	PRESENT
} way_state(const struct question *q, const struct seen_choice *choice, const char *interface)
{
	if (choice)
		return choice->out[0] ? PRESENT : MISSING;
	if (q->s->route_count == 0)
		return UNSURE;
	const struct seen_route *r = covering(q, interface);
	return r && !throws_away(r) ? PRESENT : MISSING;
}

static void blackhole(struct question *q, const struct seen_route *r, enum weight weight)
{
	struct finding *f = finding_add(q, CAUSE_ROUTE_BLACKHOLE, weight, r->destination);
	finding_evidence(f, "The route for %s is of type %s%s.", r->destination, r->type,
			 weight == WEIGHT_NOTE ? "; programs that name the interface do not mind"
					       : "");
	finding_where(f, "netlink RTM_GETROUTE (ip -%d route show table %lld)", q->family,
		      (long long)r->table);
	finding_fix(f, "ip -%d route del %s %s table %lld", q->family, r->type, r->destination,
		    (long long)r->table);
}

static void say_no_route(struct question *q, enum weight weight)
{
	const char *name = q->way && !q->way->is_loopback ? q->way->name : "";
	struct finding *f =
		finding_add(q, q->family == 4 ? CAUSE_NO_ROUTE : CAUSE_NO_ROUTE_V6, weight, name);
	finding_evidence(f, "There is no route for %s%s%s%s%s", q->range,
			 q->family == 6 && q->is_named ? " at " : "",
			 q->family == 6 && q->is_named ? name : "",
			 q->choice && q->choice->error[0] ? ": the kernel answers " : "",
			 q->choice ? q->choice->error : "");
	finding_where(f, "netlink RTM_GETROUTE (ip route get %s)",
		      q->choice ? q->choice->destination : q->range);
	if (weight == WEIGHT_NOTE)
		finding_advice(f,
			       "Programs that name the interface do without; the fix is for those "
			       "that do not.");
	if (!name[0])
		return;
	if (q->family == 4)
		finding_fix(f, "ip route add " ALL_V4 " dev %s", name);
	else
		finding_fix(f, "ip -6 route add multicast ff00::/8 dev %s table local", name);
}

/* With its interface named, IPv4 assumes the group on that link, whatever the tables say
 * (ip_route_output_key of Linux); IPv6 wants a route there. */
static void route(struct question *q)
{
	const struct seen_route *best = covering(q, NULL);
	bool is_decided = q->is_named && q->way;
	if (is_decided && q->way->is_up && !(q->family == 6 && q->way->is_v6_disabled == 1) &&
	    (q->family == 6 || q->way_choice) &&
	    way_state(q, q->way_choice, q->way->name) == MISSING &&
	    question_address(q->s, q->way->name, q->family)) {
		say_no_route(q, WEIGHT_BROKEN);
		return;
	}
	enum weight weight = is_decided ? WEIGHT_NOTE : WEIGHT_BROKEN;
	if (way_state(q, q->choice, NULL) != MISSING)
		return;
	if (best && throws_away(best))
		blackhole(q, best, weight);
	else if (q->family == 4 || !is_decided)
		say_no_route(q, weight);
}

/* The interface at which programs of this host listen to the group, where that is not `out`. */
static const char *joined_elsewhere(const struct question *q, const char *out)
{
	const char *found = NULL;
	for (size_t i = 0; i < q->s->membership_count && q->group[0]; i++) {
		const struct seen_membership *m = &q->s->membership[i];
		const struct seen_interface *its = question_interface(q->s, m->interface);
		if (strcmp(m->group, q->group) != 0 || !its || its->is_loopback)
			continue;
		if (strcmp(m->interface, out) == 0)
			return NULL;
		found = m->interface;
	}
	return found;
}

static void elsewhere(struct question *q)
{
	const char *out = q->choice ? q->choice->out : "";
	const char *wanted = q->is_named ? q->host->asked_interface : joined_elsewhere(q, out);
	if (!out[0] || !wanted || strcmp(out, wanted) == 0 || !question_interface(q->s, wanted))
		return;
	/* A route made for groups is a decision; ff00::/8 is there for every interface. */
	const struct seen_route *r = covering(q, NULL);
	bool is_deliberate =
		r && prefix_is_multicast(r->destination) && strcmp(r->destination, "ff00::/8") != 0;
	enum weight weight = is_deliberate ? WEIGHT_BROKEN : WEIGHT_RISK;
	if (q->is_named)
		weight = is_deliberate ? WEIGHT_RISK : WEIGHT_NOTE;
	struct finding *f = finding_add(q, CAUSE_ROUTE_ELSEWHERE, weight, out);
	finding_evidence(f, "The route for %s leads to %s, and %s was %s.", q->range, out, wanted,
			 q->is_named ? "asked for" : "joined");
	finding_where(f, "netlink RTM_GETROUTE (ip route get %s)", q->choice->destination);
	if (q->family == 6)
		finding_fix(f, "ip -6 route replace multicast %s dev %s table local metric 1",
			    q->range, wanted);
	else if (is_deliberate && r->table != 254 && r->table != UNKNOWN)
		finding_fix(f, "ip route replace %s dev %s table %lld", r->destination, wanted,
			    (long long)r->table);
	else
		finding_fix(f, "ip route replace %s dev %s",
			    is_deliberate ? r->destination : ALL_V4, wanted);
	finding_advice(f, "Or let the program name the interface: --interface %s.", wanted);
}

void rules_route(struct question *q)
{
	if (!q->way || q->way->is_loopback)
		return;
	if (q->is_switch ||
	    (q->is_second && q->way && q->family == 6 &&
	     (q->way->is_v6_disabled == 1 || !question_address(q->s, q->way->name, 6))))
		return;
	/* Of a family that is not used, a missing route is nothing. */
	if (q->is_second && q->family == 4 && !(q->way && question_address(q->s, q->way->name, 4)))
		return;
	route(q);
	elsewhere(q);
}
