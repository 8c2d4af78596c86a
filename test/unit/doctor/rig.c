/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
#include "doctor/rig.h"

#include "doctor/prefix.h"
#include "unit.h"

#include <stdio.h>
#include <string.h>

#define SET(field, text) (void)snprintf(field, sizeof(field), "%s", text)

struct seen_interface *rig_interface(struct rig *r, const char *name)
{
	for (size_t i = 0; i < r->s.interface_count; i++)
		if (strcmp(r->s.interface[i].name, name) == 0)
			return &r->s.interface[i];
	fail_msg("no interface %s", name);
	return NULL;
}

struct seen_interface *rig_add_interface(struct rig *r, const char *name, const char *kind)
{
	struct seen_interface *i = snapshot_add_interface(&r->s);
	SET(i->name, name);
	SET(i->kind, kind);
	SET(i->mac, "02:00:00:00:01:07");
	i->index = (int64_t)r->s.interface_count;
	i->is_up = i->has_carrier = i->has_multicast = true;
	i->rp_filter = i->force_igmp_version = i->force_mld_version = i->is_v6_disabled = 0;
	return i;
}

void rig_add_address(struct rig *r, const char *interface, const char *address, int prefix_length,
		     const char *scope)
{
	struct seen_address *a = snapshot_add_address(&r->s);
	SET(a->interface, interface);
	SET(a->address, address);
	SET(a->scope, scope);
	a->family = prefix_family(address);
	a->prefix_length = prefix_length;
}

struct seen_route *rig_route(struct rig *r, const char *destination, const char *type,
			     const char *interface, int table)
{
	struct seen_route *t = snapshot_add_route(&r->s);
	SET(t->destination, destination);
	SET(t->type, type);
	SET(t->interface, interface);
	t->family = prefix_family(destination);
	t->table = table;
	t->metric = 0;
	return t;
}

struct seen_choice *rig_choose(struct rig *r, const char *destination, const char *interface,
			       const char *out, const char *source)
{
	struct seen_choice *c = NULL;
	for (size_t i = 0; i < r->s.choice_count; i++)
		if (strcmp(r->s.choice[i].destination, destination) == 0 &&
		    strcmp(r->s.choice[i].interface, interface) == 0)
			c = &r->s.choice[i];
	if (!c)
		c = snapshot_add_choice(&r->s);
	SET(c->destination, destination);
	SET(c->interface, interface);
	SET(c->out, out);
	SET(c->source, source);
	SET(c->error, out[0] ? "" : "Network is unreachable");
	return c;
}

void rig_join(struct rig *r, const char *interface, const char *group)
{
	struct seen_membership *m = snapshot_add_membership(&r->s);
	SET(m->interface, interface);
	SET(m->group, group);
	m->family = prefix_family(group);
	m->users = 1;
}

void rig_clean(struct rig *r)
{
	snapshot_init(&r->s);
	struct seen_host *h = r->s.host;
	SET(h->name, "here");
	h->may_capture = h->is_root = true;
	h->asked_port = 0;
	h->igmp_max_memberships = 20;
	h->igmp_max_msf = 10;
	h->mld_max_msf = 64;
	h->rmem_default = h->rmem_max = 212992;
	h->rp_filter_drops = h->udp_receive_errors = h->mroute_running = 0;
	h->igmp_tables = h->can_send = h->can_join = h->can_bind = 1;
	struct seen_interface *lo = rig_add_interface(r, "lo", "loopback");
	lo->is_loopback = true;
	lo->has_multicast = false;
	rig_add_interface(r, "eth0", "ether");
	rig_add_interface(r, "wlan0", "wireless")->is_up = false;
	rig_interface(r, "wlan0")->has_carrier = false;
	rig_add_address(r, "lo", "127.0.0.1", 8, "host");
	rig_add_address(r, "lo", "::1", 128, "host");
	rig_add_address(r, "eth0", "10.0.1.1", 24, "global");
	rig_add_address(r, "eth0", "fe80::1", 64, "link");
	rig_route(r, "0.0.0.0/0", "unicast", "eth0", 254);
	rig_route(r, "ff00::/8", "multicast", "eth0", 255);
	rig_choose(r, "224.0.0.1", "", "eth0", "10.0.1.1");
	rig_choose(r, "224.0.0.1", "eth0", "eth0", "10.0.1.1");
	rig_choose(r, "ff02::1", "", "eth0", "fe80::1");
	rig_choose(r, "ff02::1", "eth0", "eth0", "fe80::1");
}

void rig_ask(struct rig *r, const char *group, const char *interface)
{
	SET(r->s.host->asked_group, group);
	SET(r->s.host->asked_interface, interface);
	bool is_v4 = prefix_family(group) == 4;
	if (!group[0])
		return;
	rig_choose(r, group, "", "eth0", is_v4 ? "10.0.1.1" : "fe80::1");
	rig_choose(r, group, "eth0", "eth0", is_v4 ? "10.0.1.1" : "fe80::1");
}

void rig_judge(struct rig *r)
{
	rules_judge(&r->s, &r->findings);
	r->verdict = verdict_of(&r->s, &r->findings);
}

void rig_done(struct rig *r)
{
	snapshot_done(&r->s);
}

const struct finding *rig_found(const struct rig *r, enum cause cause)
{
	for (size_t i = 0; i < r->findings.count; i++)
		if (r->findings.list[i].cause == cause)
			return &r->findings.list[i];
	return NULL;
}

static void expect_first(struct rig *r, enum cause cause, const char *fix)
{
	assert_true(r->findings.count > 0);
	const struct finding *f = r->findings.list;
	assert_string_equal(cause_text(f->cause)->name, cause_text(cause)->name);
	assert_string_equal(f->fix, fix);
	assert_true(f->evidence[0] && f->where[0]);
	assert_true(f->fix[0] || f->advice[0]);
	rig_done(r);
}

void rig_expect_broken(struct rig *r, enum cause cause, const char *fix)
{
	rig_judge(r);
	assert_int_equal(r->verdict, VERDICT_DOES_NOT);
	expect_first(r, cause, fix);
}

void rig_expect_risk(struct rig *r, enum cause cause, const char *fix)
{
	rig_judge(r);
	assert_int_equal(r->verdict, VERDICT_WORKS);
	assert_int_equal(r->findings.list[0].weight, WEIGHT_RISK);
	expect_first(r, cause, fix);
}

void rig_expect_note(struct rig *r, enum cause cause)
{
	rig_judge(r);
	assert_int_equal(r->verdict, VERDICT_WORKS);
	for (size_t i = 0; i < r->findings.count; i++)
		if (r->findings.list[i].weight != WEIGHT_NOTE)
			fail_msg("%s: %s", cause_text(r->findings.list[i].cause)->name,
				 r->findings.list[i].evidence);
	if (cause != CAUSE_COUNT)
		assert_non_null(rig_found(r, cause));
	rig_done(r);
}
