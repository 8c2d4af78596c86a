/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
/* rules_wire.c - what was heard: queriers, reports of others, data. */
#include "doctor/prefix.h"
#include "doctor/rules.h"

#include <string.h>

/* A querier asks every 125 s (RFC 3376 section 8.2): after less, its silence says little, unless
 * a test group was left, at which it asks at once. */
#define QUERY_INTERVAL_MS 125000

/* Long enough for a sender that sends all the time to be heard. */
#define STREAM_MS 500

static const struct seen_listening *listened(const struct question *q)
{
	for (size_t i = 0; i < q->s->listening_count && q->way; i++)
		if (strcmp(q->s->listening[i].interface, q->way->name) == 0)
			return &q->s->listening[i];
	return NULL;
}

static void old_querier(struct question *q, const struct seen_querier *asker)
{
	int64_t newest = q->family == 4 ? 3 : 2;
	if (asker->version >= newest || asker->version <= 0)
		return;
	struct finding *f =
		finding_add(q, CAUSE_OLD_QUERIER,
			    q->host->asked_source[0] ? WEIGHT_BROKEN : WEIGHT_NOTE, asker->address);
	finding_evidence(f, "The querier %s at %s speaks %sv%lld.", asker->address,
			 asker->interface, q->family == 4 ? "IGMP" : "MLD",
			 (long long)asker->version);
	finding_where(f, "frames on the wire");
	finding_advice(f, "Set the querier to %s.", q->family == 4 ? "IGMPv3" : "MLDv2");
}

/* What the kernel remembers of a querier that was heard before. */
static void remembered(struct question *q)
{
	if (q->family != 4 || !q->way || q->way->force_igmp_version > 0)
		return;
	for (size_t i = 0; i < q->s->membership_count; i++) {
		const struct seen_membership *m = &q->s->membership[i];
		if (m->family != 4 || strcmp(m->interface, q->way->name) != 0 ||
		    (m->querier_version != 1 && m->querier_version != 2))
			continue;
		struct finding *f = finding_add(
			q, CAUSE_OLD_QUERIER,
			q->host->asked_source[0] ? WEIGHT_BROKEN : WEIGHT_NOTE, q->way->name);
		finding_evidence(f, "The kernel has heard a querier of IGMPv%lld at %s.",
				 (long long)m->querier_version, q->way->name);
		finding_where(f, "/proc/net/igmp");
		finding_advice(f, "Set the querier to IGMPv3.");
		return;
	}
}

static void queriers(struct question *q)
{
	const struct seen_listening *heard = listened(q);
	size_t count = 0;
	for (size_t i = 0; i < q->s->querier_count && q->way; i++) {
		const struct seen_querier *asker = &q->s->querier[i];
		if (asker->family != q->family || strcmp(asker->interface, q->way->name) != 0)
			continue;
		count++;
		old_querier(q, asker);
	}
	if (count > 0)
		return;
	remembered(q);
	if (!heard || (!heard->left_test_group && heard->listened_ms < QUERY_INTERVAL_MS))
		return;
	struct finding *f = finding_add(q, CAUSE_NO_QUERIER, WEIGHT_NOTE, q->way->name);
	finding_evidence(f, "No querier for %s was heard at %s in %lld ms.",
			 q->family == 4 ? "IGMP" : "MLD", q->way->name,
			 (long long)heard->listened_ms);
	finding_where(f, "frames on the wire");
	finding_advice(f, "If a switch here snoops, let it, or the router, be the querier.");
}

static bool is_local_group(const char *group)
{
	struct prefix p, v4, v6;
	return prefix_parse(group, &p) && prefix_parse("224.0.0.0/24", &v4) &&
	       prefix_parse("ff02::/16", &v6) && (prefix_covers(&v4, &p) || prefix_covers(&v6, &p));
}

static void flooding(struct question *q, const struct seen_stream *t)
{
	if (t->is_joined || is_local_group(t->group))
		return;
	struct finding *f = finding_add(q, CAUSE_FLOODING, WEIGHT_NOTE, t->interface);
	finding_evidence(f, "Data for %s from %s comes in at %s, and nobody here joined.", t->group,
			 t->source, t->interface);
	finding_where(f, "frames on the wire");
	finding_advice(f, "Harmless on a small network; on a busy one let the switch snoop, with a "
			  "querier.");
}

static void ttl(struct question *q, const struct seen_stream *t)
{
	if (t->ttl != 1 || is_local_group(t->group) || !q->group[0])
		return;
	struct finding *f =
		finding_add(q, CAUSE_TTL_EXPIRES,
			    q->host->mroute_running == 1 ? WEIGHT_RISK : WEIGHT_NOTE, t->source);
	finding_evidence(f, "Data for %s from %s has TTL 1 here: no router carries it further.",
			 t->group, t->source);
	finding_where(f, "frames on the wire");
	finding_advice(f,
		       "If it has to go on, let the sender use a larger TTL (IP_MULTICAST_TTL).");
}

static void aged_out(struct question *q, const struct seen_stream *t)
{
	if (t->stopped_after_ms == UNKNOWN || !t->is_joined)
		return;
	struct finding *f = finding_add(q, CAUSE_MEMBERSHIP_AGES_OUT,
					t->came_back ? WEIGHT_BROKEN : WEIGHT_RISK, t->interface);
	finding_evidence(f, "Data for %s from %s stopped %lld ms after the join, and %s.", t->group,
			 t->source, (long long)t->stopped_after_ms,
			 t->came_back ? "came again when the group was joined anew"
				      : "did not come again: the sender may have stopped");
	finding_where(f, "frames on the wire (--patient)");
	finding_advice(f,
		       "Turn a querier on, at the switch that snoops or at the router; else turn "
		       "snooping off there. On a Linux bridge: ip link set dev BRIDGE type bridge "
		       "mcast_querier 1.");
	const struct seen_bridge *bridge = question_bridge(q->s, t->interface);
	if (bridge && bridge->querier != 1)
		finding_fix(f, "ip link set dev %s type bridge mcast_querier 1", bridge->name);
}

static void streams(struct question *q)
{
	for (size_t i = 0; i < q->s->stream_count; i++) {
		const struct seen_stream *t = &q->s->stream[i];
		if (prefix_family(t->group) != q->family ||
		    (q->group[0] && strcmp(t->group, q->group) != 0))
			continue;
		flooding(q, t);
		ttl(q, t);
		aged_out(q, t);
	}
}

static bool is_member(const struct question *q)
{
	for (size_t i = 0; i < q->s->membership_count; i++)
		if (strcmp(q->s->membership[i].group, q->group) == 0 &&
		    strcmp(q->s->membership[i].interface, q->way->name) == 0)
			return true;
	return false;
}

/* Where the data of the group comes in; NULL: nowhere. That of the way counts most. */
static const char *arrives_at(const struct question *q)
{
	const char *found = NULL;
	for (size_t i = 0; i < q->s->stream_count; i++) {
		const struct seen_stream *t = &q->s->stream[i];
		if (strcmp(t->group, q->group) != 0)
			continue;
		if (!found || strcmp(t->interface, q->way->name) == 0)
			found = t->interface;
	}
	return found;
}

static void not_arriving(struct question *q)
{
	const struct seen_listening *heard = listened(q);
	if (!q->group[0] || !heard || heard->listened_ms < STREAM_MS || !is_member(q))
		return;
	const char *at = arrives_at(q);
	if (at && strcmp(at, q->way->name) == 0)
		return;
	struct finding *f = finding_add(q, CAUSE_JOINED_NOT_ARRIVING,
					at ? WEIGHT_RISK : WEIGHT_NOTE, q->way->name);
	finding_where(f, "frames on the wire");
	if (at) {
		finding_evidence(f, "%s was joined at %s, and its data comes in at %s.", q->group,
				 q->way->name, at);
		finding_advice(f, "Let the program join at %s: --interface %s.", at, at);
	} else {
		finding_evidence(f, "%s was joined at %s, and no data for it came in %lld ms.",
				 q->group, q->way->name, (long long)heard->listened_ms);
		finding_advice(f,
			       "Nobody may be sending. To find out, run mcastdoctor listen %s here "
			       "and mcastdoctor probe %s on another host.",
			       q->group, q->group);
	}
}

void rules_wire(struct question *q)
{
	queriers(q);
	streams(q);
	if (q->way)
		not_arriving(q);
}
