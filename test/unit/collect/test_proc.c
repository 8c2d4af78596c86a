/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
#include "collect/host.h"
#include "rig.h"
#include "unit.h"

#include <arpa/inet.h>

/* Addresses in these files are numbers as they lie in memory: what inet_addr gives. */
static const char *hex(const char *address)
{
	static char texts[4][9];
	static unsigned next;
	char *text = texts[next++ % 4];
	(void)snprintf(text, sizeof(texts[0]), "%08X", inet_addr(address));
	return text;
}

static void memberships_of_ipv4_have_their_interface_and_its_querier(void **state)
{
	struct snapshot s;
	char text[1024];
	(void)state;
	(void)snprintf(text, sizeof(text),
		       "Idx\tDevice    : Count Querier\tGroup    Users Timer\tReporter\n"
		       "1\tlo        :     1      V3\n\t\t\t\t%s     1 0:00000000\t\t0\n"
		       "12\teth0      :     2      V2\n\t\t\t\t%s     3 0:00000000\t\t1\n"
		       "\t\t\t\tgarbage\n\t\t\t\t%s     1 0:00000000\t\t0\n",
		       hex("224.0.0.1"), hex("239.1.2.3"), hex("224.0.0.1"));
	snapshot_init(&s);
	RIG_READ(text, membership_read_igmp, &s);
	assert_int_equal(s.membership_count, 3);
	assert_string_equal(s.membership[0].interface, "lo");
	assert_string_equal(s.membership[0].group, "224.0.0.1");
	assert_int_equal(s.membership[0].querier_version, 3);
	assert_string_equal(s.membership[1].interface, "eth0");
	assert_string_equal(s.membership[1].group, "239.1.2.3");
	assert_int_equal(s.membership[1].users, 3);
	assert_int_equal(s.membership[1].querier_version, 2);
	assert_int_equal(s.membership[2].family, 4);
	snapshot_done(&s);
}

static void memberships_of_ipv6_are_in_the_order_of_the_wire(void **state)
{
	struct snapshot s;
	(void)state;
	snapshot_init(&s);
	RIG_READ("2    eth0            ff150000000000000000000000000001     2 00000004 0\n"
		 "2    eth0            ff1500000000000000000000000001     1 00000004 0\n"
		 "2    eth0            zz150000000000000000000000000001     1 00000004 0\n",
		 membership_read_igmp6, &s);
	assert_int_equal(s.membership_count, 1);
	assert_string_equal(s.membership[0].group, "ff15::1");
	assert_int_equal(s.membership[0].users, 2);
	assert_int_equal(s.membership[0].family, 6);
	assert_int_equal(s.membership[0].querier_version, UNKNOWN);
	snapshot_done(&s);
}

static void filters_of_a_card_are_mac_addresses(void **state)
{
	struct snapshot s;
	(void)state;
	snapshot_init(&s);
	RIG_READ("4    eth0            1     0     01005e000001\n"
		 "5    ib0             1     0     00ffffffff12401bffff000000000000ffffffff\n"
		 "4    eth0            2     0     3333ff000002\n",
		 membership_read_dev_mcast, &s);
	assert_int_equal(s.mac_filter_count, 2);
	assert_string_equal(s.mac_filter[0].mac, "01:00:5e:00:00:01");
	assert_string_equal(s.mac_filter[1].mac, "33:33:ff:00:00:02");
	assert_int_equal(s.mac_filter[1].users, 2);
	snapshot_done(&s);
}

static void sockets_tell_their_queue_and_what_they_dropped(void **state)
{
	struct snapshot s;
	char text[1024];
	(void)state;
	(void)snprintf(
		text, sizeof(text),
		"   sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt "
		"  uid  timeout inode ref pointer drops            \n"
		"  100: %s:1388 00000000:0000 07 00000000:00000A00 00:00000000 00000000  1000"
		"        0 4711 2 0000000000000000 17         \n"
		"  101: %s:0035 00000000:0000 07 00000000:00000000 00:00000000 00000000     0"
		"        0 4712 2 0000000000000000 0         \n",
		hex("239.1.1.1"), hex("127.0.0.1"));
	snapshot_init(&s);
	s.host->asked_port = 5000;
	RIG_READ(text, socket_read_udp, &s, 4);
	assert_int_equal(s.socket_count, 1);
	assert_string_equal(s.socket[0].address, "239.1.1.1");
	assert_int_equal(s.socket[0].port, 5000);
	assert_int_equal(s.socket[0].queued, 0xA00);
	assert_int_equal(s.socket[0].drops, 17);
	assert_int_equal(s.socket[0].inode, 4711);
	assert_int_equal(s.socket[0].pid, UNKNOWN);
	snapshot_done(&s);
}

static void ipv6_sockets_are_four_words_of_memory(void **state)
{
	struct snapshot s;
	char text[512];
	(void)state;
	(void)snprintf(text, sizeof(text),
		       "  7: %s%s%s%s:1388 00000000000000000000000000000000:0000 07 "
		       "00000000:00000000 00:00000000 00000000     0        0 815 2 "
		       "0000000000000000 0\n",
		       hex("255.21.0.0"), hex("0.0.0.0"), hex("0.0.0.0"), hex("0.0.1.2"));
	snapshot_init(&s);
	s.host->asked_port = 5000;
	RIG_READ(text, socket_read_udp, &s, 6);
	assert_int_equal(s.socket_count, 1);
	assert_string_equal(s.socket[0].address, "ff15::102");
	snapshot_done(&s);
}

static void routes_of_forwarding_name_their_interfaces(void **state)
{
	struct snapshot s;
	char text[512];
	(void)state;
	snapshot_init(&s);
	RIG_READ("Interface      BytesIn  PktsIn  BytesOut PktsOut Flags Local    Remote\n"
		 " 0 eth0             100       2         0       0 00000 0101000A 00000000\n"
		 " 1 eth1               0       0       100       2 00000 0102000A 00000000\n",
		 mroute_read_vif, &s, 4);
	(void)snprintf(text, sizeof(text),
		       "Group    Origin   Iif     Pkts    Bytes    Wrong Oifs\n"
		       "%s %s 0          2      100        1  1:1    0:1  \n"
		       "%s %s -1         0        0        0\n",
		       hex("239.1.1.1"), hex("10.0.1.1"), hex("239.1.1.2"), hex("10.0.1.1"));
	RIG_READ(text, mroute_read_cache, &s, 4);
	assert_int_equal(s.vif_count, 2);
	assert_int_equal(s.vif[1].packets_out, 2);
	assert_int_equal(s.mroute_count, 2);
	assert_string_equal(s.mroute[0].group, "239.1.1.1");
	assert_string_equal(s.mroute[0].origin, "10.0.1.1");
	assert_string_equal(s.mroute[0].in, "eth0");
	assert_string_equal(s.mroute[0].out, "eth1 eth0");
	assert_int_equal(s.mroute[0].wrong_interface, 1);
	assert_string_equal(s.mroute[1].in, "");
	assert_string_equal(s.mroute[1].out, "");
	snapshot_done(&s);
}

static void ipv6_routes_of_forwarding_are_shown_short(void **state)
{
	struct snapshot s;
	(void)state;
	snapshot_init(&s);
	RIG_READ(" 0 eth0             100       2         0       0 00000\n", mroute_read_vif, &s,
		 6);
	RIG_READ("ff15:0000:0000:0000:0000:0000:0000:0001 fd00:0000:0000:0001:0000:0000:0000:0001 0"
		 "          2      100        0\n",
		 mroute_read_cache, &s, 6);
	assert_int_equal(s.mroute_count, 1);
	assert_string_equal(s.mroute[0].group, "ff15::1");
	assert_string_equal(s.mroute[0].origin, "fd00:0:0:1::1");
	assert_string_equal(s.mroute[0].in, "eth0");
	snapshot_done(&s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(memberships_of_ipv4_have_their_interface_and_its_querier),
		cmocka_unit_test(memberships_of_ipv6_are_in_the_order_of_the_wire),
		cmocka_unit_test(filters_of_a_card_are_mac_addresses),
		cmocka_unit_test(sockets_tell_their_queue_and_what_they_dropped),
		cmocka_unit_test(ipv6_sockets_are_four_words_of_memory),
		cmocka_unit_test(routes_of_forwarding_name_their_interfaces),
		cmocka_unit_test(ipv6_routes_of_forwarding_are_shown_short),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
