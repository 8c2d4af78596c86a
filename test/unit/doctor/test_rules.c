/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
/* test_rules.c - the way: is there one, is it fit, where does the kernel send? */
#include "doctor/rig.h"
#include "unit.h"

#include <stdio.h>
#include <string.h>

#define SET(field, text) (void)snprintf(field, sizeof(field), "%s", text)

static void clean_host_gives_no_alarm(void **state)
{
	struct rig r;
	(void)state;
	rig_clean(&r);
	rig_expect_note(&r, CAUSE_INTERFACE_DOWN);
	rig_clean(&r);
	rig_ask(&r, "224.1.1.1", "");
	rig_expect_note(&r, CAUSE_GROUP_NOT_JOINED);
	rig_clean(&r);
	rig_ask(&r, "ff05::1", "eth0");
	rig_expect_note(&r, CAUSE_GROUP_NOT_JOINED);
}

/* As the hosts of the lab are: no route but that of the link. */
static void rig_without_route(struct rig *r)
{
	rig_clean(r);
	rig_choose(r, "224.0.0.1", "", "", "");
	r->s.route[0].family = 0;
	r->s.host->can_send = r->s.host->can_join = 0;
	SET(r->s.host->join_error, "No such device");
}

static void missing_route_breaks_programs_that_name_no_interface(void **state)
{
	struct rig r;
	(void)state;
	rig_without_route(&r);
	rig_expect_broken(&r, CAUSE_NO_ROUTE, "ip route add 224.0.0.0/4 dev eth0");
	rig_without_route(&r);
	rig_ask(&r, "", "eth0");
	r.s.host->can_send = r.s.host->can_join = 1;
	rig_expect_note(&r, CAUSE_NO_ROUTE);
}

static void interface_down_comes_before_the_route_that_it_took_along(void **state)
{
	struct rig r;
	(void)state;
	rig_without_route(&r);
	rig_interface(&r, "eth0")->is_up = false;
	rig_interface(&r, "eth0")->has_carrier = false;
	rig_judge(&r);
	assert_int_equal(r.findings.list[1].cause, CAUSE_NO_ROUTE);
	rig_expect_broken(&r, CAUSE_INTERFACE_DOWN, "ip link set dev eth0 up");
	rig_clean(&r);
	rig_ask(&r, "", "wlan0");
	rig_expect_broken(&r, CAUSE_INTERFACE_DOWN, "ip link set dev wlan0 up");
}

static void interface_that_is_not_there(void **state)
{
	struct rig r;
	(void)state;
	rig_clean(&r);
	rig_ask(&r, "", "eth7");
	rig_expect_broken(&r, CAUSE_NO_INTERFACE, "");
	rig_clean(&r);
	r.s.interface_count = 1;
	rig_choose(&r, "224.0.0.1", "", "", "");
	rig_choose(&r, "ff02::1", "", "", "");
	rig_expect_broken(&r, CAUSE_ONLY_LOOPBACK, "");
}

static void groups_to_the_loopback(void **state)
{
	struct rig r;
	(void)state;
	rig_clean(&r);
	rig_choose(&r, "224.0.0.1", "", "lo", "127.0.0.1");
	rig_expect_broken(&r, CAUSE_ONLY_LOOPBACK, "ip route replace 224.0.0.0/4 dev eth0");
	rig_clean(&r);
	rig_ask(&r, "", "lo");
	rig_choose(&r, "224.0.0.1", "lo", "lo", "127.0.0.1");
	rig_expect_note(&r, CAUSE_ONLY_LOOPBACK);
}

static void no_carrier_has_no_command(void **state)
{
	struct rig r;
	(void)state;
	rig_clean(&r);
	rig_interface(&r, "eth0")->has_carrier = false;
	rig_expect_broken(&r, CAUSE_NO_CARRIER, "");
}

static void flag_is_set_again(void **state)
{
	struct rig r;
	(void)state;
	rig_clean(&r);
	rig_interface(&r, "eth0")->has_multicast = false;
	rig_expect_broken(&r, CAUSE_NO_MULTICAST_FLAG, "ip link set dev eth0 multicast on");
}

/* A default route through a VPN: programs end up there, unless groups have a route of their own. */
static void groups_are_sent_past_wireguard(void **state)
{
	struct rig r;
	(void)state;
	rig_clean(&r);
	rig_add_interface(&r, "wg0", "wireguard")->has_multicast = false;
	rig_add_address(&r, "wg0", "10.9.0.2", 24, "global");
	rig_choose(&r, "224.0.0.1", "", "wg0", "10.9.0.2");
	rig_expect_broken(&r, CAUSE_TUNNEL_WITHOUT_MULTICAST,
			  "ip route replace 224.0.0.0/4 dev eth0");
}

static void tun_may_be_told(void **state)
{
	struct rig r;
	(void)state;
	rig_clean(&r);
	rig_add_interface(&r, "tun0", "tun")->has_multicast = false;
	rig_add_address(&r, "tun0", "10.8.0.2", 24, "global");
	rig_ask(&r, "", "tun0");
	rig_expect_broken(&r, CAUSE_TUNNEL_WITHOUT_MULTICAST, "ip link set dev tun0 multicast on");
}

static void address_is_offered(void **state)
{
	struct rig r;
	(void)state;
	rig_clean(&r);
	rig_ask(&r, "", "eth0");
	r.s.address[2].family = 0;
	rig_expect_broken(&r, CAUSE_NO_ADDRESS, "ip address add 169.254.2.7/16 dev eth0");
	rig_clean(&r);
	rig_ask(&r, "ff05::1", "eth0");
	r.s.address[3].family = 0;
	rig_expect_broken(&r, CAUSE_NO_ADDRESS, "ip -6 address add fe80::ff:fe00:107/64 dev eth0");
}

static void ipv6_is_enabled_where_it_was_asked_for(void **state)
{
	struct rig r;
	(void)state;
	rig_clean(&r);
	rig_ask(&r, "ff05::1", "");
	rig_choose(&r, "ff05::1", "", "", "");
	rig_interface(&r, "eth0")->is_v6_disabled = 1;
	r.s.address[3].family = r.s.route[1].family = 0;
	rig_expect_broken(&r, CAUSE_IPV6_DISABLED, "sysctl -w net.ipv6.conf.eth0.disable_ipv6=0");
	rig_clean(&r);
	rig_interface(&r, "eth0")->is_v6_disabled = 1;
	r.s.address[3].family = r.s.route[1].family = 0;
	rig_choose(&r, "ff02::1", "", "", "");
	rig_choose(&r, "ff02::1", "eth0", "", "");
	rig_expect_note(&r, CAUSE_IPV6_DISABLED);
}

static void vlan_has_a_slash_in_sysctl(void **state)
{
	struct rig r;
	(void)state;
	rig_clean(&r);
	rig_add_interface(&r, "eth0.5", "vlan")->is_v6_disabled = 1;
	rig_ask(&r, "ff05::1", "eth0.5");
	rig_expect_broken(&r, CAUSE_IPV6_DISABLED, "sysctl -w net.ipv6.conf.eth0/5.disable_ipv6=0");
}

static void ipv6_wants_its_route_even_with_the_interface_named(void **state)
{
	struct rig r;
	(void)state;
	rig_clean(&r);
	rig_ask(&r, "ff05::1", "eth0");
	rig_choose(&r, "ff05::1", "", "", "");
	rig_choose(&r, "ff05::1", "eth0", "", "");
	r.s.route[1].family = 0;
	rig_expect_broken(&r, CAUSE_NO_ROUTE_V6,
			  "ip -6 route add multicast ff00::/8 dev eth0 table local");
}

static void black_hole_is_named_exactly(void **state)
{
	struct rig r;
	(void)state;
	rig_clean(&r);
	rig_ask(&r, "224.1.1.1", "");
	rig_choose(&r, "224.1.1.1", "", "", "");
	rig_route(&r, "224.1.0.0/16", "unreachable", "", 254);
	rig_expect_broken(&r, CAUSE_ROUTE_BLACKHOLE,
			  "ip -4 route del unreachable 224.1.0.0/16 table 254");
	rig_clean(&r);
	rig_ask(&r, "239.1.1.1", "");
	rig_route(&r, "224.1.0.0/16", "unreachable", "", 254);
	rig_expect_note(&r, CAUSE_COUNT);
}

/* eth1 has a network of its own, and groups are routed there. */
static void rig_two_ways(struct rig *r, const char *range)
{
	rig_clean(r);
	rig_add_interface(r, "eth1", "ether");
	rig_add_address(r, "eth1", "10.0.2.1", 24, "global");
	rig_ask(r, "224.1.1.1", "");
	rig_choose(r, "224.1.1.1", "", "eth1", "10.0.2.1");
	rig_route(r, range, "unicast", "eth1", 254);
}

static void route_leads_elsewhere_than_where_it_was_joined(void **state)
{
	struct rig r;
	(void)state;
	rig_two_ways(&r, "224.0.0.0/4");
	rig_join(&r, "eth0", "224.1.1.1");
	rig_expect_broken(&r, CAUSE_ROUTE_ELSEWHERE, "ip route replace 224.0.0.0/4 dev eth0");
	rig_two_ways(&r, "224.1.1.0/24");
	rig_join(&r, "eth0", "224.1.1.1");
	rig_expect_broken(&r, CAUSE_ROUTE_ELSEWHERE, "ip route replace 224.1.1.0/24 dev eth0");
	rig_two_ways(&r, "224.1.1.0/24");
	rig_join(&r, "eth1", "224.1.1.1");
	rig_expect_note(&r, CAUSE_COUNT);
	rig_two_ways(&r, "224.0.0.0/4");
	SET(r.s.host->asked_interface, "eth0");
	rig_expect_risk(&r, CAUSE_ROUTE_ELSEWHERE, "ip route replace 224.0.0.0/4 dev eth0");
}

static void source_address_of_another_interface(void **state)
{
	struct rig r;
	(void)state;
	rig_two_ways(&r, "224.0.0.0/4");
	rig_choose(&r, "224.1.1.1", "", "eth1", "10.0.1.1");
	rig_expect_broken(&r, CAUSE_WRONG_SOURCE_ADDRESS,
			  "ip route replace 224.0.0.0/4 dev eth1 src 10.0.2.1");
	rig_clean(&r);
	rig_add_address(&r, "lo", "192.0.2.1", 32, "global");
	rig_choose(&r, "224.0.0.1", "", "eth0", "192.0.2.1");
	rig_expect_risk(&r, CAUSE_WRONG_SOURCE_ADDRESS,
			"ip route replace 224.0.0.0/4 dev eth0 src 10.0.1.1");
}

static struct seen_stream *rig_stream(struct rig *r, const char *source)
{
	struct seen_stream *t = snapshot_add_stream(&r->s);
	SET(t->interface, "eth0");
	SET(t->group, "224.1.1.1");
	SET(t->source, source);
	t->packets = 10;
	t->ttl = 64;
	t->is_joined = true;
	return t;
}

static void reverse_path_is_filtered(void **state)
{
	struct rig r;
	(void)state;
	rig_two_ways(&r, "224.1.1.0/24");
	rig_choose(&r, "224.1.1.1", "", "eth0", "10.0.1.1");
	rig_interface(&r, "eth0")->rp_filter = 1;
	rig_stream(&r, "10.0.2.9");
	rig_expect_broken(&r, CAUSE_RP_FILTER, "sysctl -w net.ipv4.conf.eth0.rp_filter=2");
	rig_clean(&r);
	rig_ask(&r, "224.1.1.1", "");
	rig_interface(&r, "eth0")->rp_filter = 1;
	rig_stream(&r, "10.0.1.9");
	rig_expect_note(&r, CAUSE_COUNT);
	rig_clean(&r);
	rig_ask(&r, "224.1.1.1", "");
	r.s.route[0].family = 0;
	rig_interface(&r, "eth0")->rp_filter = 2;
	rig_stream(&r, "10.7.1.9");
	rig_expect_broken(&r, CAUSE_RP_FILTER, "ip route add 10.7.1.9/32 dev eth0");
	rig_clean(&r);
	rig_interface(&r, "eth0")->rp_filter = 1;
	r.s.host->rp_filter_drops = 5;
	rig_expect_risk(&r, CAUSE_RP_FILTER, "sysctl -w net.ipv4.conf.eth0.rp_filter=2");
}

static void name_that_a_shell_would_run_is_in_no_fix(void **state)
{
	struct rig r;
	(void)state;
	rig_clean(&r);
	rig_add_interface(&r, "a;reboot", "ether")->is_up = false;
	rig_ask(&r, "", "a;reboot");
	rig_judge(&r);
	assert_int_equal(r.findings.list[0].cause, CAUSE_INTERFACE_DOWN);
	assert_string_equal(r.findings.list[0].fix, "");
	rig_done(&r);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(clean_host_gives_no_alarm),
		cmocka_unit_test(missing_route_breaks_programs_that_name_no_interface),
		cmocka_unit_test(interface_down_comes_before_the_route_that_it_took_along),
		cmocka_unit_test(interface_that_is_not_there),
		cmocka_unit_test(groups_to_the_loopback),
		cmocka_unit_test(no_carrier_has_no_command),
		cmocka_unit_test(flag_is_set_again),
		cmocka_unit_test(groups_are_sent_past_wireguard),
		cmocka_unit_test(tun_may_be_told),
		cmocka_unit_test(address_is_offered),
		cmocka_unit_test(ipv6_is_enabled_where_it_was_asked_for),
		cmocka_unit_test(vlan_has_a_slash_in_sysctl),
		cmocka_unit_test(ipv6_wants_its_route_even_with_the_interface_named),
		cmocka_unit_test(black_hole_is_named_exactly),
		cmocka_unit_test(route_leads_elsewhere_than_where_it_was_joined),
		cmocka_unit_test(source_address_of_another_interface),
		cmocka_unit_test(reverse_path_is_filtered),
		cmocka_unit_test(name_that_a_shell_would_run_is_in_no_fix),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
