/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
/* test_rules_more.c - limits, programs, bridges, what was heard on the wire, and the verdict. */
#include "doctor/rig.h"
#include "unit.h"

#include <stdio.h>
#include <string.h>

#define SET(field, text) (void)snprintf(field, sizeof(field), "%s", text)

/* --- Limits --- */

static void limit_of_memberships(void **state)
{
	struct rig r;
	(void)state;
	rig_clean(&r);
	r.s.host->igmp_max_memberships = r.s.host->can_join = 0;
	SET(r.s.host->join_error, "No buffer space available");
	rig_expect_broken(&r, CAUSE_MEMBERSHIPS_LIMIT,
			  "sysctl -w net.ipv4.igmp_max_memberships=20");
	rig_clean(&r);
	r.s.host->igmp_max_memberships = 5;
	rig_expect_risk(&r, CAUSE_MEMBERSHIPS_LIMIT, "sysctl -w net.ipv4.igmp_max_memberships=20");
	rig_clean(&r);
	r.s.host->igmp_max_memberships = 100;
	rig_expect_note(&r, CAUSE_COUNT);
}

static void limit_of_sources(void **state)
{
	struct rig r;
	(void)state;
	rig_clean(&r);
	r.s.host->igmp_max_msf = 0;
	rig_expect_risk(&r, CAUSE_SOURCE_FILTER_LIMIT, "sysctl -w net.ipv4.igmp_max_msf=10");
	rig_clean(&r);
	rig_ask(&r, "232.1.1.1", "");
	SET(r.s.host->asked_source, "10.0.1.2");
	r.s.host->igmp_max_msf = 0; /* One source can still be joined. */
	rig_expect_risk(&r, CAUSE_SOURCE_FILTER_LIMIT, "sysctl -w net.ipv4.igmp_max_msf=10");
	rig_clean(&r);
	rig_ask(&r, "ff35::1", "");
	r.s.host->mld_max_msf = 3;
	rig_expect_risk(&r, CAUSE_SOURCE_FILTER_LIMIT, "sysctl -w net.ipv6.mld_max_msf=64");
}

static void forced_version_breaks_source_specific_groups(void **state)
{
	struct rig r;
	(void)state;
	rig_clean(&r);
	rig_interface(&r, "eth0")->force_igmp_version = 2;
	rig_expect_risk(&r, CAUSE_IGMP_VERSION_FORCED,
			"sysctl -w net.ipv4.conf.all.force_igmp_version=0 "
			"net.ipv4.conf.eth0.force_igmp_version=0");
	rig_clean(&r);
	rig_ask(&r, "ff35::1", "");
	SET(r.s.host->asked_source, "fe80::2");
	rig_interface(&r, "eth0")->force_mld_version = 1;
	rig_expect_broken(&r, CAUSE_MLD_VERSION_FORCED,
			  "sysctl -w net.ipv6.conf.all.force_mld_version=0 "
			  "net.ipv6.conf.eth0.force_mld_version=0");
}

static struct seen_socket *add_socket(struct rig *r, int port)
{
	struct seen_socket *u = snapshot_add_socket(&r->s);
	u->family = 4;
	u->port = port;
	u->drops = 0;
	return u;
}

static void drops_of_a_small_buffer(void **state)
{
	struct rig r;
	(void)state;
	rig_clean(&r);
	add_socket(&r, 5000)->drops = 17;
	rig_expect_risk(&r, CAUSE_RECEIVE_DROPS,
			"sysctl -w net.core.rmem_max=4194304 net.core.rmem_default=4194304");
	rig_clean(&r);
	add_socket(&r, 5000)->drops = 17;
	r.s.host->rmem_default = 8388608;
	rig_expect_note(&r, CAUSE_RECEIVE_DROPS);
}

/* --- Programs, and the place where the host is --- */

static void port_is_freed_by_ending_its_holder(void **state)
{
	struct rig r;
	(void)state;
	rig_clean(&r);
	r.s.host->asked_port = 5000;
	r.s.host->can_bind = 0;
	add_socket(&r, 5001)->pid = 7;
	add_socket(&r, 5000)->pid = 4711;
	rig_expect_broken(&r, CAUSE_PORT_TAKEN, "kill 4711");
	rig_clean(&r);
	r.s.host->asked_port = 5000;
	r.s.host->can_bind = 0;
	rig_expect_broken(&r, CAUSE_PORT_TAKEN, "");
}

static void kernel_without_igmp_has_level_one(void **state)
{
	struct rig r;
	(void)state;
	rig_clean(&r);
	r.s.host->igmp_tables = 0;
	rig_judge(&r);
	assert_int_equal(conformance_of(&r.s, &r.findings), 1);
	rig_expect_broken(&r, CAUSE_CONFORMANCE, "");
	rig_clean(&r);
	rig_judge(&r);
	assert_int_equal(conformance_of(&r.s, &r.findings), 2);
	r.s.host->can_send = 0;
	assert_int_equal(conformance_of(&r.s, &r.findings), 0);
	rig_done(&r);
}

static void failed_trial_counts_where_nothing_explains_it(void **state)
{
	struct rig r;
	(void)state;
	rig_clean(&r);
	r.s.host->can_send = 0;
	SET(r.s.host->send_error, "Operation not permitted");
	rig_judge(&r);
	assert_int_equal(r.verdict, VERDICT_DOES_NOT);
	assert_int_equal(r.findings.list[0].cause, CAUSE_CANNOT_SEND);
	rig_interface(&r, "eth0")->has_carrier = false;
	rig_judge(&r);
	assert_int_equal(r.findings.list[0].cause, CAUSE_NO_CARRIER);
	assert_int_equal(rig_found(&r, CAUSE_CANNOT_SEND)->weight, WEIGHT_NOTE);
	rig_done(&r);
}

static struct seen_mroute *add_mroute(struct rig *r, const char *in)
{
	struct seen_mroute *m = snapshot_add_mroute(&r->s);
	m->family = 4;
	SET(m->group, "224.1.1.1");
	SET(m->origin, "10.0.2.9");
	SET(m->in, in);
	m->packets = m->wrong_interface = 0;
	r->s.host->mroute_running = 1;
	return m;
}

static void router_is_looked_at(void **state)
{
	struct rig r;
	(void)state;
	rig_clean(&r);
	rig_ask(&r, "224.1.1.1", "");
	add_mroute(&r, "eth0")->wrong_interface = 9;
	r.s.mroute[0].packets = 9; /* The kernel counts them there, too. */
	rig_judge(&r);
	assert_int_equal(r.findings.list[0].cause, CAUSE_MROUTE_WRONG_INTERFACE);
	assert_int_equal(r.verdict, VERDICT_DOES_NOT);
	rig_done(&r);
	rig_clean(&r);
	add_mroute(&r, "");
	rig_judge(&r);
	assert_int_equal(r.findings.list[0].cause, CAUSE_MROUTE_UNRESOLVED);
	assert_int_equal(r.verdict, VERDICT_WORKS);
	rig_done(&r);
	rig_clean(&r);
	add_mroute(&r, "eth0")->packets = 9;
	rig_expect_note(&r, CAUSE_MULTICAST_ROUTER);
}

/* --- Bridges --- */

static struct seen_bridge *rig_bridge(struct rig *r)
{
	rig_clean(r);
	rig_add_interface(r, "br0", "bridge");
	rig_add_interface(r, "tap0", "tap");
	SET(rig_interface(r, "tap0")->master, "br0");
	rig_interface(r, "tap0")->port_flood = 1;
	rig_add_address(r, "br0", "10.0.3.1", 24, "global");
	rig_add_address(r, "br0", "fe80::3", 64, "link");
	rig_ask(r, "224.1.1.1", "br0");
	rig_choose(r, "224.1.1.1", "br0", "br0", "10.0.3.1");
	struct seen_bridge *b = snapshot_add_bridge(&r->s);
	SET(b->name, "br0");
	b->snooping = 1;
	b->querier = b->querier_v4 = b->querier_v6 = 0;
	return b;
}

static void bridge_that_snoops_wants_a_querier(void **state)
{
	struct rig r;
	(void)state;
	rig_bridge(&r);
	rig_expect_risk(&r, CAUSE_SNOOPING_WITHOUT_QUERIER,
			"ip link set dev br0 type bridge mcast_querier 1");
	rig_bridge(&r)->querier = 1;
	rig_expect_note(&r, CAUSE_COUNT);
	rig_bridge(&r)->querier_v4 = 1;
	rig_expect_note(&r, CAUSE_COUNT);
	rig_bridge(&r)->snooping = 0;
	rig_expect_note(&r, CAUSE_COUNT);
}

static void bridge_for_containers_is_none_of_our_business(void **state)
{
	struct rig r;
	(void)state;
	rig_bridge(&r);
	rig_ask(&r, "224.1.1.1", "eth0");
	rig_expect_note(&r, CAUSE_SNOOPING_WITHOUT_QUERIER);
}

static void port_that_is_not_flooded(void **state)
{
	struct rig r;
	(void)state;
	rig_bridge(&r)->snooping = 0;
	rig_interface(&r, "tap0")->port_flood = 0;
	rig_expect_broken(&r, CAUSE_BRIDGE_PORT_NO_FLOOD,
			  "bridge link set dev tap0 mcast_flood on");
	rig_bridge(&r)->querier_v4 = 1;
	rig_interface(&r, "tap0")->port_flood = 0;
	rig_expect_risk(&r, CAUSE_BRIDGE_PORT_NO_FLOOD, "bridge link set dev tap0 mcast_flood on");
}

static void bridge_that_forgot_a_member(void **state)
{
	struct rig r;
	(void)state;
	rig_bridge(&r)->querier_v4 = 1;
	struct seen_report *report = snapshot_add_report(&r.s);
	report->family = 4;
	SET(report->interface, "tap0");
	SET(report->address, "10.0.3.9");
	SET(report->group, "224.1.1.1");
	rig_expect_broken(&r, CAUSE_BRIDGE_ENTRY_MISSING,
			  "bridge mdb add dev br0 port tap0 grp 224.1.1.1 permanent");
}

static void card_that_lets_the_group_not_in(void **state)
{
	struct rig r;
	(void)state;
	rig_clean(&r);
	rig_ask(&r, "239.129.1.1", "");
	rig_join(&r, "eth0", "239.129.1.1");
	struct seen_mac_filter *m = snapshot_add_mac_filter(&r.s);
	SET(m->interface, "eth0");
	SET(m->mac, "01:00:5e:00:00:01");
	rig_expect_broken(&r, CAUSE_MAC_FILTER_MISSING, "ip maddr add 01:00:5e:01:01:01 dev eth0");
}

/* --- The wire --- */

static struct seen_stream *rig_stream(struct rig *r)
{
	rig_clean(r);
	rig_ask(r, "224.1.1.1", "");
	rig_join(r, "eth0", "224.1.1.1");
	struct seen_listening *l = snapshot_add_listening(&r->s);
	SET(l->interface, "eth0");
	l->listened_ms = 1000;
	l->left_test_group = true;
	struct seen_stream *t = snapshot_add_stream(&r->s);
	SET(t->interface, "eth0");
	SET(t->group, "224.1.1.1");
	SET(t->source, "10.0.1.9");
	t->ttl = 32;
	t->is_joined = true;
	return t;
}

static void nobody_asks_and_that_is_no_fault(void **state)
{
	struct rig r;
	(void)state;
	rig_stream(&r);
	rig_expect_note(&r, CAUSE_NO_QUERIER);
}

static void old_querier_breaks_source_specific_groups(void **state)
{
	struct rig r;
	(void)state;
	for (int with_source = 0; with_source < 2; with_source++) {
		rig_stream(&r);
		struct seen_querier *q = snapshot_add_querier(&r.s);
		q->family = 4;
		q->version = 2;
		SET(q->interface, "eth0");
		SET(q->address, "10.0.1.254");
		if (with_source) {
			SET(r.s.host->asked_source, "10.0.1.9");
			rig_expect_broken(&r, CAUSE_OLD_QUERIER, "");
		} else {
			rig_expect_note(&r, CAUSE_OLD_QUERIER);
		}
	}
}

static void data_tells_what_is_wrong_with_it(void **state)
{
	struct rig r;
	(void)state;
	rig_stream(&r)->ttl = 1;
	rig_expect_note(&r, CAUSE_TTL_EXPIRES);
	rig_stream(&r)->is_joined = false;
	rig_expect_note(&r, CAUSE_FLOODING);
	rig_stream(&r)->stopped_after_ms = 260000;
	r.s.stream[0].came_back = true;
	rig_expect_broken(&r, CAUSE_MEMBERSHIP_AGES_OUT, "");
	rig_stream(&r);
	r.s.stream_count = 0;
	rig_expect_note(&r, CAUSE_JOINED_NOT_ARRIVING);
	SET(rig_stream(&r)->interface, "wlan0");
	rig_expect_risk(&r, CAUSE_JOINED_NOT_ARRIVING, "");
}

/* --- The verdict --- */

static void blind(struct rig *r, const char *what)
{
	SET(snapshot_add_blind(&r->s)->what, what);
}

static void verdict_is_left_open_where_something_decisive_was_not_seen(void **state)
{
	struct rig r;
	(void)state;
	rig_clean(&r);
	blind(&r, "frames on the wire");
	rig_judge(&r);
	assert_int_equal(r.verdict, VERDICT_WORKS);
	blind(&r, "firewall rules");
	rig_judge(&r);
	assert_int_equal(r.verdict, VERDICT_CANNOT_TELL);
	rig_interface(&r, "eth0")->has_carrier = false;
	rig_judge(&r);
	assert_int_equal(r.verdict, VERDICT_DOES_NOT);
	rig_done(&r);
	snapshot_init(&r.s);
	rig_judge(&r);
	assert_int_equal(r.verdict, VERDICT_CANNOT_TELL);
	assert_int_equal(conformance_of(&r.s, &r.findings), -1);
	rig_done(&r);
}

static void other_family_is_a_risk_at_most(void **state)
{
	struct rig r;
	(void)state;
	rig_clean(&r);
	rig_choose(&r, "ff02::1", "", "", "");
	rig_choose(&r, "ff02::1", "eth0", "", "");
	r.s.route[1].family = 0;
	rig_expect_risk(&r, CAUSE_NO_ROUTE_V6,
			"ip -6 route add multicast ff00::/8 dev eth0 table local");
}

static void too_many_notes_make_room(void **state)
{
	struct rig r;
	(void)state;
	rig_clean(&r);
	for (int i = 0; i < FINDINGS_MAX + 10; i++)
		rig_add_interface(&r, "spare", "dummy")->is_up = false;
	r.s.host->igmp_max_memberships = 0;
	rig_judge(&r);
	assert_int_equal(r.findings.count, FINDINGS_MAX);
	rig_expect_broken(&r, CAUSE_MEMBERSHIPS_LIMIT,
			  "sysctl -w net.ipv4.igmp_max_memberships=20");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(limit_of_memberships),
		cmocka_unit_test(limit_of_sources),
		cmocka_unit_test(forced_version_breaks_source_specific_groups),
		cmocka_unit_test(drops_of_a_small_buffer),
		cmocka_unit_test(port_is_freed_by_ending_its_holder),
		cmocka_unit_test(kernel_without_igmp_has_level_one),
		cmocka_unit_test(failed_trial_counts_where_nothing_explains_it),
		cmocka_unit_test(router_is_looked_at),
		cmocka_unit_test(bridge_that_snoops_wants_a_querier),
		cmocka_unit_test(bridge_for_containers_is_none_of_our_business),
		cmocka_unit_test(port_that_is_not_flooded),
		cmocka_unit_test(bridge_that_forgot_a_member),
		cmocka_unit_test(card_that_lets_the_group_not_in),
		cmocka_unit_test(nobody_asks_and_that_is_no_fault),
		cmocka_unit_test(old_querier_breaks_source_specific_groups),
		cmocka_unit_test(data_tells_what_is_wrong_with_it),
		cmocka_unit_test(verdict_is_left_open_where_something_decisive_was_not_seen),
		cmocka_unit_test(other_family_is_a_risk_at_most),
		cmocka_unit_test(too_many_notes_make_room),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
