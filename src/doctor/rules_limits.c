/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
/* rules_limits.c - limits and versions that somebody has set in /proc/sys/net, and buffers. */
#include "doctor/rules.h"

#include <string.h>

/* The defaults of Linux (net/ipv4/igmp.c, net/ipv6/mcast.c). */
#define MEMBERSHIPS_DEFAULT 20
#define IGMP_MSF_DEFAULT    10
#define MLD_MSF_DEFAULT     64

#define BUFFER_WANTED 4194304 /* Bytes: some 1,700 datagrams of 1,200 bytes. */

static void memberships(struct question *q)
{
	int64_t limit = q->host->igmp_max_memberships;
	if (q->family != 4 || limit == UNKNOWN || limit >= MEMBERSHIPS_DEFAULT)
		return;
	bool is_broken = limit <= 0 ||
			 (q->host->can_join == 0 && strstr(q->host->join_error, "buffer space"));
	struct finding *f = finding_add(q, CAUSE_MEMBERSHIPS_LIMIT,
					is_broken ? WEIGHT_BROKEN : WEIGHT_RISK, "");
	finding_evidence(f, "A socket may join %lld groups; %d are usual.", (long long)limit,
			 MEMBERSHIPS_DEFAULT);
	finding_where(f, "/proc/sys/net/ipv4/igmp_max_memberships");
	finding_fix(f, "sysctl -w net.ipv4.igmp_max_memberships=%d", MEMBERSHIPS_DEFAULT);
}

static void source_filters(struct question *q)
{
	int64_t limit = q->family == 4 ? q->host->igmp_max_msf : q->host->mld_max_msf;
	int usual = q->family == 4 ? IGMP_MSF_DEFAULT : MLD_MSF_DEFAULT;
	const char *name = q->family == 4 ? "ipv4.igmp_max_msf" : "ipv6.mld_max_msf";
	if (limit == UNKNOWN || limit >= usual)
		return;
	/* Linux lets the first source pass whatever the limit, where it is joined by itself. */
	struct finding *f = finding_add(q, CAUSE_SOURCE_FILTER_LIMIT, WEIGHT_RISK, "");
	finding_evidence(f,
			 "A socket may name %lld sources of a group; %d are usual. One joined by "
			 "itself works, a list of more (setsourcefilter, RFC 3678) is refused.",
			 (long long)limit, usual);
	finding_where(f, "/proc/sys/net/%.4s/%s", name, name + 5);
	finding_fix(f, "sysctl -w net.%s=%d", name, usual);
}

static void igmp_version(struct question *q)
{
	char name[16];
	int64_t version = q->way ? q->way->force_igmp_version : UNKNOWN;
	if (q->family != 4 || (version != 1 && version != 2))
		return;
	struct finding *f =
		finding_add(q, CAUSE_IGMP_VERSION_FORCED,
			    q->host->asked_source[0] ? WEIGHT_BROKEN : WEIGHT_RISK, q->way->name);
	finding_evidence(f, "IGMP is held at version %lld on %s.", (long long)version,
			 q->way->name);
	finding_where(f, "/proc/sys/net/ipv4/conf/*/force_igmp_version");
	finding_fix(f,
		    "sysctl -w net.ipv4.conf.all.force_igmp_version=0 "
		    "net.ipv4.conf.%s.force_igmp_version=0",
		    interface_sysctl(q->way, name));
}

static void mld_version(struct question *q)
{
	char name[16];
	if (q->family != 6 || !q->way || q->way->force_mld_version != 1)
		return;
	struct finding *f =
		finding_add(q, CAUSE_MLD_VERSION_FORCED,
			    q->host->asked_source[0] ? WEIGHT_BROKEN : WEIGHT_RISK, q->way->name);
	finding_evidence(f, "MLD is held at version 1 on %s.", q->way->name);
	finding_where(f, "/proc/sys/net/ipv6/conf/*/force_mld_version");
	finding_fix(f,
		    "sysctl -w net.ipv6.conf.all.force_mld_version=0 "
		    "net.ipv6.conf.%s.force_mld_version=0",
		    interface_sysctl(q->way, name));
}

/* What a socket lost stays in its counter; with large buffers it is the program that is slow. */
static void drops(struct question *q)
{
	bool is_small = q->host->rmem_default != UNKNOWN && q->host->rmem_default < BUFFER_WANTED;
	for (size_t i = 0; i < q->s->socket_count; i++) {
		const struct seen_socket *u = &q->s->socket[i];
		if (u->family != q->family || u->drops <= 0)
			continue;
		struct finding *f = finding_add(q, CAUSE_RECEIVE_DROPS,
						is_small ? WEIGHT_RISK : WEIGHT_NOTE, u->program);
		finding_evidence(f,
				 "The socket at port %lld%s%s has lost %lld datagrams for want of "
				 "room.",
				 (long long)u->port, u->program[0] ? " of " : "", u->program,
				 (long long)u->drops);
		finding_where(f, "/proc/net/udp%s", q->family == 6 ? "6" : "");
		if (is_small)
			finding_fix(f, "sysctl -w net.core.rmem_max=%d net.core.rmem_default=%d",
				    BUFFER_WANTED, BUFFER_WANTED);
		finding_advice(f, is_small
					  ? "Start the program anew: its socket keeps the room it "
					    "was made with."
					  : "The buffers are large: the program reads too slowly.");
	}
}

void rules_limits(struct question *q)
{
	if (!q->is_switch) {
		memberships(q);
		source_filters(q);
	}
	igmp_version(q);
	mld_version(q);
	drops(q);
}
