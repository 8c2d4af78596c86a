/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
/* rules_host.c - programs, the place where the host is, and what it can do all in all. */
#include "doctor/rules.h"

#include <string.h>

#define TREE                                                                                       \
	"a multicast tree over unicast works there: rdvpoint on one host, then chat-multicast "    \
	"-rdv HOST, or mcastnode --rdv HOST"

static void port_taken(struct question *q)
{
	if (q->host->can_bind != 0)
		return;
	const struct seen_socket *holder = NULL;
	for (size_t i = 0; i < q->s->socket_count; i++) {
		const struct seen_socket *u = &q->s->socket[i];
		if (u->port == q->host->asked_port && (!holder || holder->pid == UNKNOWN))
			holder = u;
	}
	bool is_known = holder && holder->pid > 1;
	struct finding *f =
		finding_add(q, CAUSE_PORT_TAKEN, WEIGHT_BROKEN, holder ? holder->program : "");
	finding_where(f, "bind(2), /proc/net/udp, /proc/PID/fd");
	if (is_known) {
		finding_evidence(f, "%s (process %lld) holds port %lld, and does not share it.",
				 holder->program[0] ? holder->program : "A program",
				 (long long)holder->pid, (long long)q->host->asked_port);
		finding_fix(f, "kill %lld", (long long)holder->pid);
		finding_advice(f,
			       "Or have it set SO_REUSEADDR before it binds, or use another port.");
	} else {
		finding_evidence(f, "A program holds port %lld, and does not share it.",
				 (long long)q->host->asked_port);
		finding_advice(f,
			       "As root, ss -lunp names the program. Have it set SO_REUSEADDR, or "
			       "use another port.");
	}
}

static void place(struct question *q)
{
	if (q->host->cloud[0]) {
		struct finding *f =
			finding_add(q, CAUSE_CLOUD_NETWORK, WEIGHT_RISK, q->host->cloud);
		finding_evidence(f, "This host runs at a cloud provider (%s).", q->host->cloud);
		finding_where(f, "/sys/class/dmi/id");
		finding_advice(f, "Between its hosts %s.", TREE);
	}
	if (q->host->container[0]) {
		struct finding *f =
			finding_add(q, CAUSE_CONTAINER, WEIGHT_NOTE, q->host->container);
		finding_evidence(f, "This is a container (%s).", q->host->container);
		finding_where(f, "/proc/1/environ, /proc/1/cgroup, files of the container");
		finding_advice(f,
			       "To be in the network of the host: --network host (docker, podman), "
			       "or a macvlan network; else %s.",
			       TREE);
	}
}

static bool is_asked(const struct question *q, const char *group)
{
	return !q->group[0] || strcmp(group, q->group) == 0;
}

static void mroute_wrong(struct question *q, const struct seen_mroute *m)
{
	if (m->wrong_interface <= 0)
		return;
	/* The kernel counts those that came in elsewhere among all. */
	int64_t forwarded = m->packets > m->wrong_interface ? m->packets - m->wrong_interface : 0;
	bool is_broken = q->group[0] && forwarded == 0;
	struct finding *f = finding_add(q, CAUSE_MROUTE_WRONG_INTERFACE,
					is_broken ? WEIGHT_BROKEN : WEIGHT_RISK, m->in);
	finding_evidence(f,
			 "Of %s from %s %lld packets came in elsewhere than at %s, where the "
			 "route wants them, %lld took it.",
			 m->group, m->origin, (long long)m->wrong_interface, m->in,
			 (long long)forwarded);
	finding_where(f, "/proc/net/ip%s_mr_cache (ip mroute show)", q->family == 6 ? "6" : "");
	finding_advice(f,
		       "Give the routing program the interface where they come in; with PIM, "
		       "mend the unicast route to %s.",
		       m->origin);
}

static void mroutes(struct question *q)
{
	for (size_t i = 0; i < q->s->mroute_count; i++) {
		const struct seen_mroute *m = &q->s->mroute[i];
		if (m->family != q->family || !is_asked(q, m->group))
			continue;
		if (m->in[0]) {
			mroute_wrong(q, m);
			continue;
		}
		struct finding *f =
			finding_add(q, CAUSE_MROUTE_UNRESOLVED,
				    q->group[0] ? WEIGHT_BROKEN : WEIGHT_RISK, m->group);
		finding_evidence(f, "%s from %s has no route: nothing is forwarded.", m->group,
				 m->origin);
		finding_where(f, "/proc/net/ip%s_mr_cache (ip mroute show)",
			      q->family == 6 ? "6" : "");
		finding_advice(f,
			       "Tell the routing program where it goes, such as: smcroutectl add "
			       "IN GROUP OUT.");
	}
	if (q->host->mroute_running != 1 || q->is_second)
		return;
	size_t vifs = 0;
	for (size_t i = 0; i < q->s->vif_count; i++)
		vifs += q->s->vif[i].family == q->family;
	struct finding *f = finding_add(q, CAUSE_MULTICAST_ROUTER, WEIGHT_NOTE, "");
	finding_evidence(f, "A program routes multicast here, over %zu interfaces.", vifs);
	finding_where(f, "/proc/net/ip_mr_vif, ip6_mr_vif");
}

static void not_joined(struct question *q)
{
	for (size_t i = 0; i < q->s->membership_count; i++)
		if (strcmp(q->s->membership[i].group, q->group) == 0)
			return;
	if (!q->group[0] || q->is_switch)
		return;
	struct finding *f = finding_add(q, CAUSE_GROUP_NOT_JOINED, WEIGHT_NOTE, q->group);
	finding_evidence(f, "No program of this host listens to %s.", q->group);
	finding_where(f, "/proc/net/igmp%s", q->family == 6 ? "6" : "");
}

/* A trial says that something is wrong; what it is, others have said, or nobody knows. */
static void trials(struct question *q)
{
	bool is_explained = finding_any_broken(q);
	enum weight weight = is_explained ? WEIGHT_NOTE : WEIGHT_BROKEN;
	/* Without the interface named, a trial fails for want of a route. */
	if (q->host->can_join == 0) {
		struct finding *f = finding_add(q, CAUSE_CANNOT_JOIN, weight, "");
		finding_evidence(f, "A socket could not join %s: %s.", q->range,
				 q->host->join_error);
		finding_where(f, "setsockopt(2), MCAST_JOIN_GROUP");
	}
	if (q->host->can_send == 0) {
		struct finding *f = finding_add(q, CAUSE_CANNOT_SEND, weight, "");
		finding_evidence(f, "A socket could not send to %s: %s.", q->range,
				 q->host->send_error);
		finding_where(f, "sendto(2)");
	}
}

static void conformance(struct question *q)
{
	bool is_broken = finding_any_broken(q);
	if (q->family != 4 || q->host->igmp_tables != 0)
		return;
	struct finding *f = finding_add(q, CAUSE_CONFORMANCE,
					is_broken ? WEIGHT_RISK : WEIGHT_BROKEN, q->host->kernel);
	finding_evidence(f,
			 "The kernel knows no IGMP: this host conforms to level 1, it can send and "
			 "not receive.");
	finding_where(f, "/proc/net/igmp");
	finding_advice(f, "Use a kernel that is built with CONFIG_IP_MULTICAST.");
}

int conformance_of(const struct snapshot *s, const struct findings *findings)
{
	bool sends = s->host->can_send == 1, joins = s->host->can_join == 1;
	if (s->interface_count == 0)
		return -1;
	if (s->host->can_send == UNKNOWN)
		sends = verdict_of(s, findings) == VERDICT_WORKS;
	if (s->host->can_join == UNKNOWN)
		joins = verdict_of(s, findings) == VERDICT_WORKS;
	if (!sends)
		return 0;
	return joins && s->host->igmp_tables != 0 ? 2 : 1;
}

void rules_host(struct question *q)
{
	mroutes(q);
	not_joined(q);
	if (q->is_second)
		return;
	port_taken(q);
	place(q);
	if (!q->is_switch)
		trials(q);
	conformance(q);
}
