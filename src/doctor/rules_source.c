/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
/* rules_source.c - the address that we send from, and the way back to those who send to us. */
#include "doctor/prefix.h"
#include "doctor/rules.h"

#include <string.h>

/* --- Our own source address --- */

static const char *owner_of(const struct snapshot *s, const char *address)
{
	for (size_t i = 0; i < s->address_count; i++)
		if (strcmp(s->address[i].address, address) == 0)
			return s->address[i].interface;
	return "";
}

static bool is_no_source(const char *address)
{
	struct endpoint e;
	return endpoint_parse_address(address, 0, &e) &&
	       (endpoint_is_loopback(&e) || endpoint_is_unspecified(&e));
}

static void wrong_source(struct question *q)
{
	const struct seen_choice *c = q->is_named ? q->way_choice : q->choice;
	if (!c || !c->out[0] || !c->source[0] || !q->way || q->way->is_loopback ||
	    question_is_own(q->s, c->out, c->source))
		return;
	const struct seen_address *own = question_address(q->s, c->out, q->family);
	const struct seen_interface *owner = question_interface(q->s, owner_of(q->s, c->source));
	if (!own)
		return;
	/* An address of the loopback is what routers send from, on purpose. */
	bool is_broken =
		is_no_source(c->source) || (owner && !owner->is_loopback && q->family == 4);
	struct finding *f = finding_add(q, CAUSE_WRONG_SOURCE_ADDRESS,
					is_broken ? WEIGHT_BROKEN : WEIGHT_RISK, c->out);
	finding_evidence(f, "What goes out at %s has the source address %s, which is %s%s.", c->out,
			 c->source, owner ? "that of " : "not an address of it",
			 owner ? owner->name : "");
	finding_where(f, "netlink RTM_GETROUTE (ip route get %s)", c->destination);
	const char *range = "224.0.0.0/4";
	const struct seen_route *r = NULL;
	for (size_t i = 0; i < q->s->route_count && !r; i++)
		if (strcmp(q->s->route[i].interface, c->out) == 0 &&
		    prefix_family(q->s->route[i].destination) == 4 &&
		    prefix_is_multicast(q->s->route[i].destination))
			r = &q->s->route[i];
	if (q->family == 4 && r && r->metric > 0)
		finding_fix(f, "ip route replace %s dev %s src %s metric %lld", r->destination,
			    c->out, own->address, (long long)r->metric);
	else if (q->family == 4)
		finding_fix(f, "ip route replace %s dev %s src %s", r ? r->destination : range,
			    c->out, own->address);
}

/* --- The reverse path --- */

/* The interface that leads to the sender; "" where none does. What the kernel answered counts
 * most; else the networks of our addresses, and the default route. */
static const char *way_back(const struct question *q, const char *sender)
{
	struct prefix to, link;
	const struct seen_choice *c = question_choice(q->s, sender, "");
	if (c)
		return c->out;
	if (!prefix_parse(sender, &to))
		return q->way->name;
	for (size_t i = 0; i < q->s->address_count; i++) {
		const struct seen_address *a = &q->s->address[i];
		if (a->family != 4 || a->prefix_length < 0 || a->prefix_length > 32 ||
		    !prefix_parse(a->address, &link))
			continue;
		link.bits = 96 + (unsigned)a->prefix_length;
		if (prefix_covers(&link, &to))
			return a->interface;
	}
	const struct seen_route *best = NULL;
	for (size_t i = 0; i < q->s->route_count; i++) {
		const struct seen_route *r = &q->s->route[i];
		if (r->family == 4 && strcmp(r->destination, "0.0.0.0/0") == 0 &&
		    (!best || r->metric < best->metric))
			best = r;
	}
	return best ? best->interface : "";
}

/* True if the filter drops what this sender sends: with 1 unless the way back is this very one,
 * with 2 unless there is any. */
static bool is_filtered(const struct question *q, const char *sender)
{
	const char *back = way_back(q, sender);
	return q->way->rp_filter == 1 ? strcmp(back, q->way->name) != 0 : back[0] == '\0';
}

static bool is_sender(const struct question *q, const char *address)
{
	return prefix_family(address) == 4 && !prefix_is_multicast(address) &&
	       !is_no_source(address) && !owner_of(q->s, address)[0];
}

struct senders {
	const char *bad; /* One that is filtered. */
	size_t good_count, bad_count;
};

static void note_sender(const struct question *q, const char *address, struct senders *senders)
{
	if (!is_sender(q, address))
		return;
	if (is_filtered(q, address)) {
		senders->bad = address;
		senders->bad_count++;
	} else {
		senders->good_count++;
	}
}

static struct senders find_senders(const struct question *q)
{
	struct senders senders = {0};
	for (size_t i = 0; i < q->s->stream_count; i++) {
		const struct seen_stream *t = &q->s->stream[i];
		if (strcmp(t->interface, q->way->name) == 0 &&
		    (!q->group[0] || strcmp(t->group, q->group) == 0))
			note_sender(q, t->source, &senders);
	}
	if (q->host->asked_source[0])
		note_sender(q, q->host->asked_source, &senders);
	/* Others that the kernel was asked about count where no stream tells more. */
	for (size_t i = 0; i < q->s->choice_count && senders.good_count + senders.bad_count == 0;
	     i++)
		note_sender(q, q->s->choice[i].destination, &senders);
	return senders;
}

static void rp_filter(struct question *q)
{
	char name[16];
	if (q->family != 4 || !q->way || q->is_switch ||
	    (q->way->rp_filter != 1 && q->way->rp_filter != 2))
		return;
	struct senders senders = find_senders(q);
	bool is_counted = q->way->rp_filter == 1 && q->host->rp_filter_drops > 0;
	if (senders.bad_count == 0 && (!is_counted || senders.good_count > 0))
		return;
	bool is_broken = senders.bad_count > 0 && senders.good_count == 0 && q->group[0];
	struct finding *f = finding_add(q, CAUSE_RP_FILTER, is_broken ? WEIGHT_BROKEN : WEIGHT_RISK,
					q->way->name);
	finding_where(f, "/proc/sys/net/ipv4/conf/*/rp_filter, netlink RTM_GETROUTE, "
			 "/proc/net/netstat");
	const char *back = senders.bad ? way_back(q, senders.bad) : q->way->name;
	if (!senders.bad)
		finding_evidence(f,
				 "The strict reverse path filter of this host has dropped %lld "
				 "datagrams since it started.",
				 (long long)q->host->rp_filter_drops);
	else
		finding_evidence(f,
				 "%s filters by the reverse path (rp_filter=%lld), and the way "
				 "back to the sender %s %s%s.",
				 q->way->name, (long long)q->way->rp_filter, senders.bad,
				 back[0] ? "is " : "is missing", back);
	if (back[0])
		finding_fix(f, "sysctl -w net.ipv4.conf.%s.rp_filter=2",
			    interface_sysctl(q->way, name));
	else
		finding_fix(f, "ip route add %s/32 dev %s", senders.bad, q->way->name);
}

void rules_source(struct question *q)
{
	if (!q->is_switch)
		wrong_source(q);
	rp_filter(q);
}
