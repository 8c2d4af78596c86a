/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
/* test_firewall.c - what a firewall does with IGMP, MLD and data: who drops it, how surely, and the
 * command that lets it through. */
#include "doctor/prefix.h"
#include "doctor/rig.h"
#include "unit.h"

#include <stdio.h>
#include <string.h>

#define SET(field, text) (void)snprintf(field, sizeof(field), "%s", text)

static struct seen_chain *add_chain(struct rig *r, const char *tool, const char *family,
				    const char *name, const char *hook, const char *policy)
{
	struct seen_chain *c = snapshot_add_chain(&r->s);
	SET(c->tool, tool);
	SET(c->family, family);
	SET(c->table, "filter");
	SET(c->name, name);
	SET(c->hook, hook);
	SET(c->policy, policy);
	c->priority = 0;
	return c;
}

/* A rule of the chain that was added last. */
static struct seen_rule *add_rule(struct rig *r, const char *verdict)
{
	const struct seen_chain *c = &r->s.chain[r->s.chain_count - 1];
	struct seen_rule *rule = snapshot_add_rule(&r->s);
	memcpy(rule->tool, c->tool, sizeof(rule->tool));
	memcpy(rule->family, c->family, sizeof(rule->family));
	memcpy(rule->table, c->table, sizeof(rule->table));
	memcpy(rule->chain, c->name, sizeof(rule->chain));
	SET(rule->verdict, verdict);
	SET(rule->text, verdict);
	rule->handle = (int64_t)r->s.rule_count;
	return rule;
}

static void rig_nft_input(struct rig *r, const char *policy)
{
	rig_clean(r);
	rig_ask(r, "224.1.1.1", "");
	r->s.host->asked_port = 5000;
	add_chain(r, "nft", "inet", "input", "input", policy);
}

static void rule_about_the_group_is_deleted(void **state)
{
	struct rig r;
	(void)state;
	rig_nft_input(&r, "accept");
	SET(add_rule(&r, "drop")->destination, "224.0.0.0/4");
	r.s.rule[0].port = 5000;
	SET(r.s.rule[0].protocol, "udp");
	rig_expect_broken(&r, CAUSE_FIREWALL_DROPS_GROUP,
			  "nft delete rule inet filter input handle 1");
	rig_nft_input(&r, "accept");
	SET(add_rule(&r, "drop")->packet_type, "multicast");
	SET(r.s.rule[0].protocol, "udp");
	rig_expect_broken(&r, CAUSE_FIREWALL_DROPS_GROUP,
			  "nft delete rule inet filter input handle 1");
}

static void rule_about_more_is_kept_and_passed_by(void **state)
{
	struct rig r;
	(void)state;
	rig_nft_input(&r, "accept");
	SET(add_rule(&r, "drop")->protocol, "udp");
	rig_expect_broken(&r, CAUSE_FIREWALL_DROPS_GROUP,
			  "nft insert rule inet filter input handle 1 ip daddr 224.1.1.1 udp dport "
			  "5000 accept");
}

static void deleting_a_rule_before_a_policy_that_drops_is_not_enough(void **state)
{
	struct rig r;
	(void)state;
	rig_nft_input(&r, "drop");
	SET(add_rule(&r, "accept")->protocol, "igmp");
	SET(add_rule(&r, "drop")->destination, "224.1.1.1");
	rig_expect_broken(&r, CAUSE_FIREWALL_DROPS_GROUP,
			  "nft insert rule inet filter input handle 2 ip daddr 224.1.1.1 udp dport "
			  "5000 accept");
}

static void policy_drops_what_no_rule_accepts(void **state)
{
	struct rig r;
	(void)state;
	rig_nft_input(&r, "drop");
	SET(add_rule(&r, "accept")->states, "established,related");
	SET(add_rule(&r, "accept")->in, "lo");
	SET(add_rule(&r, "accept")->protocol, "tcp");
	SET(add_rule(&r, "accept")->protocol, "igmp");
	rig_expect_broken(&r, CAUSE_FIREWALL_DROPS_GROUP,
			  "nft insert rule inet filter input ip daddr 224.1.1.1 udp dport 5000 "
			  "accept");
	rig_nft_input(&r, "drop");
	SET(add_rule(&r, "accept")->in, "eth*");
	rig_expect_note(&r, CAUSE_COUNT);
}

static void both_igmp_and_data_are_found(void **state)
{
	struct rig r;
	(void)state;
	rig_nft_input(&r, "drop");
	rig_judge(&r);
	const struct finding *igmp = rig_found(&r, CAUSE_FIREWALL_DROPS_IGMP);
	assert_non_null(igmp);
	assert_string_equal(igmp->fix, "nft insert rule inet filter input ip protocol igmp accept");
	assert_non_null(rig_found(&r, CAUSE_FIREWALL_DROPS_GROUP));
	rig_done(&r);
}

static void rule_that_is_not_understood_makes_it_a_risk(void **state)
{
	struct rig r;
	(void)state;
	rig_nft_input(&r, "accept");
	add_rule(&r, "drop")->is_partial = true;
	SET(r.s.rule[0].protocol, "udp");
	rig_expect_risk(&r, CAUSE_FIREWALL_DROPS_GROUP,
			"nft insert rule inet filter input handle 1 ip daddr 224.1.1.1 udp dport "
			"5000 accept");
	rig_nft_input(&r, "drop");
	add_rule(&r, "accept")->is_partial = true;
	rig_judge(&r);
	assert_int_equal(r.verdict, VERDICT_WORKS);
	assert_int_equal(rig_found(&r, CAUSE_FIREWALL_DROPS_GROUP)->weight, WEIGHT_RISK);
	rig_done(&r);
}

static void jumps_are_followed_and_return(void **state)
{
	struct rig r;
	(void)state;
	rig_nft_input(&r, "accept");
	SET(add_rule(&r, "jump")->target, "udp");
	SET(r.s.rule[0].protocol, "udp");
	add_chain(&r, "nft", "inet", "udp", "", "");
	SET(add_rule(&r, "return")->destination, "224.1.1.0/24");
	add_rule(&r, "drop");
	rig_expect_note(&r, CAUSE_COUNT);
	rig_nft_input(&r, "accept");
	SET(add_rule(&r, "goto")->target, "udp");
	SET(r.s.rule[0].protocol, "udp");
	add_rule(&r, "accept");
	add_chain(&r, "nft", "inet", "udp", "", "");
	SET(add_rule(&r, "return")->destination, "224.9.1.0/24");
	add_rule(&r, "reject");
	rig_expect_broken(&r, CAUSE_FIREWALL_DROPS_GROUP,
			  "nft insert rule inet filter udp handle 4 ip daddr 224.1.1.1 udp dport "
			  "5000 accept");
}

static void what_a_doubtful_return_skips_is_doubtful(void **state)
{
	struct rig r;
	(void)state;
	rig_nft_input(&r, "accept");
	add_rule(&r, "return")->is_partial = true;
	SET(add_rule(&r, "drop")->destination, "224.1.1.1");
	rig_expect_risk(&r, CAUSE_FIREWALL_DROPS_GROUP,
			"nft delete rule inet filter input handle 2");
	rig_nft_input(&r, "drop");
	add_rule(&r, "return")->is_partial = true;
	add_rule(&r, "accept");
	rig_judge(&r);
	assert_int_equal(r.verdict, VERDICT_WORKS);
	assert_int_equal(rig_found(&r, CAUSE_FIREWALL_DROPS_GROUP)->weight, WEIGHT_RISK);
	rig_done(&r);
}

static void chains_that_jump_in_circles_come_to_an_end(void **state)
{
	struct rig r;
	(void)state;
	rig_nft_input(&r, "accept");
	for (int i = 0; i < 50; i++)
		SET(add_rule(&r, "jump")->target, "input");
	rig_judge(&r);
	assert_int_equal(r.verdict, VERDICT_WORKS);
	rig_done(&r);
}

static void each_chain_with_a_hook_has_to_accept(void **state)
{
	struct rig r;
	(void)state;
	rig_nft_input(&r, "accept");
	SET(add_rule(&r, "accept")->protocol, "udp");
	add_chain(&r, "nft", "ip", "early", "prerouting", "accept")->priority = -300;
	SET(add_rule(&r, "drop")->destination, "224.1.1.1");
	rig_expect_broken(&r, CAUSE_FIREWALL_DROPS_GROUP,
			  "nft delete rule ip filter early handle 2");
}

static void chains_of_another_family_or_device_do_not_matter(void **state)
{
	struct rig r;
	(void)state;
	rig_nft_input(&r, "accept");
	add_chain(&r, "nft", "ip6", "other", "input", "accept");
	add_rule(&r, "drop");
	add_chain(&r, "nft", "netdev", "device", "ingress", "drop");
	SET(r.s.chain[2].device, "eth9");
	add_chain(&r, "nft", "inet", "forward", "forward", "drop");
	rig_judge(&r);
	assert_int_equal(r.verdict, VERDICT_WORKS);
	assert_null(rig_found(&r, CAUSE_FIREWALL_DROPS_GROUP));
	SET(r.s.chain[2].device, "eth0");
	rig_expect_broken(&r, CAUSE_FIREWALL_DROPS_GROUP,
			  "nft insert rule netdev filter device ip daddr 224.1.1.1 udp dport 5000 "
			  "accept");
}

static void other_group_other_port_and_other_sender_pass(void **state)
{
	struct rig r;
	(void)state;
	rig_nft_input(&r, "accept");
	SET(add_rule(&r, "drop")->destination, "224.2.0.0/16");
	SET(add_rule(&r, "drop")->protocol, "udp");
	r.s.rule[1].port = 53;
	SET(add_rule(&r, "drop")->destination, "fe80::/10");
	SET(add_rule(&r, "drop")->in, "wlan0");
	rig_expect_note(&r, CAUSE_COUNT);
	rig_nft_input(&r, "accept");
	SET(add_rule(&r, "drop")->source, "10.9.0.0/16");
	rig_expect_note(&r, CAUSE_COUNT);
	rig_nft_input(&r, "accept");
	SET(add_rule(&r, "drop")->source, "10.0.1.7");
	rig_judge(&r);
	assert_int_equal(rig_found(&r, CAUSE_FIREWALL_DROPS_GROUP)->weight, WEIGHT_RISK);
	rig_done(&r);
}

static void refusal_of_the_kernel_makes_it_certain(void **state)
{
	struct rig r;
	(void)state;
	rig_clean(&r);
	rig_ask(&r, "224.1.1.1", "");
	r.s.host->can_send = 0;
	SET(r.s.host->send_error, "Operation not permitted");
	add_chain(&r, "nft", "inet", "output", "output", "accept");
	SET(add_rule(&r, "drop")->destination, "224.0.0.0/4");
	r.s.rule[0].is_partial = true;
	SET(r.s.rule[0].protocol, "udp");
	rig_expect_broken(&r, CAUSE_FIREWALL_DROPS_GROUP,
			  "nft delete rule inet filter output handle 1");
}

static void lists_ranges_and_negations(void **state)
{
	struct rig r;
	(void)state;
	rig_nft_input(&r, "accept");
	SET(add_rule(&r, "drop")->ports, "1024-65535");
	SET(r.s.rule[0].protocol, "tcp,udp");
	SET(r.s.rule[0].packet_type, "multicast");
	rig_expect_broken(&r, CAUSE_FIREWALL_DROPS_GROUP,
			  "nft delete rule inet filter input handle 1");
	rig_nft_input(&r, "accept");
	SET(add_rule(&r, "reject")->ports, "!53");
	SET(r.s.rule[0].destination, "10.0.0.0/8,224.0.0.0/4");
	SET(r.s.rule[0].in, "!wlan*");
	rig_judge(&r);
	assert_int_equal(rig_found(&r, CAUSE_FIREWALL_DROPS_GROUP)->weight, WEIGHT_BROKEN);
	rig_done(&r);
	rig_nft_input(&r, "accept");
	SET(add_rule(&r, "drop")->ports, "53,60-4999");
	SET(add_rule(&r, "drop")->protocol, "!udp,igmp");
	SET(add_rule(&r, "drop")->states, "!new,untracked");
	SET(add_rule(&r, "drop")->destination, "!224.0.0.0/4");
	SET(add_rule(&r, "drop")->out, "eth0");
	rig_expect_note(&r, CAUSE_COUNT);
	rig_clean(&r);
	rig_ask(&r, "ff05::1", "");
	add_chain(&r, "nft", "inet", "output", "output", "accept");
	SET(add_rule(&r, "drop")->icmp_type, "mld-listener-report, mld2-listener-report");
	rig_expect_broken(&r, CAUSE_FIREWALL_DROPS_MLD,
			  "nft delete rule inet filter output handle 1");
}

static void general_question_is_about_all_groups(void **state)
{
	struct rig r;
	(void)state;
	rig_clean(&r);
	add_chain(&r, "nft", "inet", "input", "input", "accept");
	SET(add_rule(&r, "drop")->destination, "224.0.0.0/4");
	rig_expect_broken(&r, CAUSE_FIREWALL_DROPS_GROUP,
			  "nft delete rule inet filter input handle 1");
	rig_clean(&r);
	add_chain(&r, "nft", "inet", "input", "input", "accept");
	SET(add_rule(&r, "drop")->destination, "224.1.1.1");
	rig_expect_risk(&r, CAUSE_FIREWALL_DROPS_GROUP,
			"nft delete rule inet filter input handle 1");
}

static void rig_iptables(struct rig *r, const char *name, const char *hook, const char *policy)
{
	rig_clean(r);
	rig_ask(r, "224.1.1.1", "");
	add_chain(r, "iptables", "ip", name, hook, policy);
}

static void iptables_has_its_own_commands(void **state)
{
	struct rig r;
	(void)state;
	rig_iptables(&r, "INPUT", "input", "ACCEPT");
	SET(add_rule(&r, "drop")->protocol, "igmp");
	rig_expect_broken(&r, CAUSE_FIREWALL_DROPS_IGMP, "iptables -D INPUT 1");
	rig_iptables(&r, "OUTPUT", "output", "drop");
	SET(add_rule(&r, "accept")->protocol, "udp");
	rig_expect_broken(&r, CAUSE_FIREWALL_DROPS_IGMP, "iptables -I OUTPUT -p igmp -j ACCEPT");
	rig_iptables(&r, "PREROUTING", "prerouting", "accept");
	SET(r.s.chain[0].table, "raw");
	SET(add_rule(&r, "drop")->protocol, "17");
	rig_expect_broken(&r, CAUSE_FIREWALL_DROPS_GROUP,
			  "iptables -t raw -I PREROUTING 1 -d 224.1.1.1 -j ACCEPT");
}

/* Two commands would delete two rules. */
static void same_rule_is_deleted_once(void **state)
{
	struct rig r;
	size_t fixes = 0;
	(void)state;
	rig_iptables(&r, "INPUT", "input", "accept");
	SET(add_rule(&r, "drop")->packet_type, "multicast");
	rig_judge(&r);
	assert_int_equal(r.findings.list[0].weight, WEIGHT_BROKEN);
	assert_int_equal(r.findings.list[1].weight, WEIGHT_BROKEN);
	for (size_t i = 0; i < r.findings.count; i++)
		fixes += strcmp(r.findings.list[i].fix, "iptables -D INPUT 1") == 0;
	assert_int_equal(fixes, 1);
	rig_done(&r);
}

static void mld_is_known_by_name_and_number(void **state)
{
	struct rig r;
	(void)state;
	rig_clean(&r);
	rig_ask(&r, "ff05::1", "");
	add_chain(&r, "nft", "ip6", "output", "output", "accept");
	SET(add_rule(&r, "drop")->protocol, "icmpv6");
	SET(r.s.rule[0].icmp_type, "mld2-listener-report");
	rig_expect_broken(&r, CAUSE_FIREWALL_DROPS_MLD,
			  "nft delete rule ip6 filter output handle 1");
	rig_clean(&r);
	rig_ask(&r, "ff05::1", "");
	add_chain(&r, "ip6tables", "ip6", "INPUT", "input", "drop");
	SET(add_rule(&r, "accept")->protocol, "udp");
	rig_expect_broken(&r, CAUSE_FIREWALL_DROPS_MLD,
			  "ip6tables -I INPUT -p icmpv6 --icmpv6-type 130 -j ACCEPT");
	rig_clean(&r);
	rig_ask(&r, "ff05::1", "");
	add_chain(&r, "ip6tables", "ip6", "INPUT", "input", "accept");
	SET(add_rule(&r, "drop")->protocol, "ipv6-icmp");
	SET(r.s.rule[0].icmp_type, "128");
	rig_expect_note(&r, CAUSE_COUNT);
}

/* A bridge without an address: what passes between its ports. */
static void bridge_chains_are_for_bridges(void **state)
{
	struct rig r;
	(void)state;
	rig_nft_input(&r, "accept");
	add_chain(&r, "nft", "bridge", "forward", "forward", "drop");
	rig_expect_note(&r, CAUSE_COUNT);
	rig_nft_input(&r, "accept");
	r.s.address_count = 2;
	rig_add_interface(&r, "br0", "bridge");
	SET(snapshot_add_bridge(&r.s)->name, "br0");
	SET(rig_interface(&r, "eth0")->master, "br0");
	rig_choose(&r, "224.1.1.1", "", "", "");
	add_chain(&r, "nft", "bridge", "forward", "forward", "accept");
	SET(add_rule(&r, "drop")->destination, "224.0.0.0/4");
	rig_expect_broken(&r, CAUSE_FIREWALL_DROPS_GROUP,
			  "nft delete rule bridge filter forward handle 1");
}

static void ranges_of_addresses(void **state)
{
	struct prefix a, b;
	(void)state;
	assert_true(prefix_parse("224.0.0.0/4", &a));
	assert_true(prefix_parse("239.1.2.3", &b));
	assert_true(prefix_covers(&a, &b));
	assert_false(prefix_covers(&b, &a));
	assert_true(prefix_overlaps(&b, &a));
	assert_true(prefix_parse("::/0", &b));
	assert_false(prefix_overlaps(&b, &a));
	assert_false(prefix_parse("224.0.0.0/33", &a));
	assert_false(prefix_parse("224.0.0.0/", &a));
	assert_false(prefix_parse("224.0.0.0/4x", &a));
	assert_false(prefix_parse("@set", &a));
	assert_true(prefix_is_multicast("ff02::/16"));
	assert_false(prefix_is_multicast("0.0.0.0/0"));
	assert_int_equal(prefix_family("10.0.0.0/8"), 4);
	assert_int_equal(prefix_family("nothing"), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(rule_about_the_group_is_deleted),
		cmocka_unit_test(rule_about_more_is_kept_and_passed_by),
		cmocka_unit_test(deleting_a_rule_before_a_policy_that_drops_is_not_enough),
		cmocka_unit_test(policy_drops_what_no_rule_accepts),
		cmocka_unit_test(both_igmp_and_data_are_found),
		cmocka_unit_test(rule_that_is_not_understood_makes_it_a_risk),
		cmocka_unit_test(jumps_are_followed_and_return),
		cmocka_unit_test(what_a_doubtful_return_skips_is_doubtful),
		cmocka_unit_test(chains_that_jump_in_circles_come_to_an_end),
		cmocka_unit_test(each_chain_with_a_hook_has_to_accept),
		cmocka_unit_test(chains_of_another_family_or_device_do_not_matter),
		cmocka_unit_test(other_group_other_port_and_other_sender_pass),
		cmocka_unit_test(refusal_of_the_kernel_makes_it_certain),
		cmocka_unit_test(lists_ranges_and_negations),
		cmocka_unit_test(general_question_is_about_all_groups),
		cmocka_unit_test(iptables_has_its_own_commands),
		cmocka_unit_test(same_rule_is_deleted_once),
		cmocka_unit_test(mld_is_known_by_name_and_number),
		cmocka_unit_test(bridge_chains_are_for_bridges),
		cmocka_unit_test(ranges_of_addresses),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
