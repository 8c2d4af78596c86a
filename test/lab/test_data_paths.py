# SPDX-License-Identifier: MIT
# SPDX-FileCopyrightText: the ramure authors
"""test_data_paths.py - what a kernel, a device or a path cannot do costs speed, and no message.

    rp   n1   n2   n3   n4
    |    |    |    |    |
    +----+----+----+----+   one bridge; n1 is the root, n2 its only child, n3 and n4 are n2's
"""
import os

import pytest

from netlab import poll
from stream import Talker, burst, coalesced, frozen, marks, mixed_burst, text_of, wait_heard
from tree import DATA_PORT, node, rdvpoint, reports, wait_one_tree, wait_placed

pytestmark = [pytest.mark.usefixtures("profile"), pytest.mark.released]
SIZES = (0, 1, 100, 1400, 1470, 9000)
ALL = "gso,gro,steering"


def plant(lab, family, *options, prepare=None):
    """A root, an inner node, two leaves; the options of each place, from the first again."""
    *hosts, bridge = lab.hosts_on_bridge(["rp", "n1", "n2", "n3", "n4"], with_bridge=True)
    if prepare:
        prepare(hosts, bridge)
    rp, *hosts = hosts
    rdvpoint(rp)
    members = []
    for place, host in enumerate(hosts):
        limit = ("1", "2", "0", "0")[place]
        own = options[place % len(options)] if options else ()
        members.append(node(host, rp.address(family.version), "--children-max", limit, *own))
        wait_placed(members[-1])
    wait_one_tree(members)
    return members


def talker_to(member, family):
    return Talker(member.host, (member.data[0], DATA_PORT), family.version)


def carry(members, family, sizes=SIZES):
    """A burst of each size and mixed ones, single and coalesced, from a leaf and from the root."""
    for source in (members[-1], members[0]):
        talker = talker_to(source, family)
        for payloads in [burst("x", size) for size in sizes] + [mixed_burst("y", sizes)]:
            for send in (talker.send, talker.send_coalesced):
                since = marks(members)
                with frozen(source):
                    send(payloads)
                wait_heard(members, payloads, since)
    assert not any(report.drops for report in reports(members))


@pytest.mark.parametrize("without", ["gso", "gro", "steering", ALL])
def test_a_tree_that_does_without_carries_the_same(lab, family, without):
    members = plant(lab, family, ("--without", without))
    carry(members, family)
    for report in reports(members):
        assert "gso" not in without or coalesced(report, "out") == 0
        assert "gro" not in without or coalesced(report, "in") == 0
    of_inner = reports(members)[1]
    assert "gso" in without or coalesced(of_inner, "out") > 0.3, "what waits together"
    assert without != "steering" or coalesced(of_inner, "in") > 0.5
    assert [member.stop() for member in members] == [0] * 4, "and nothing is left in memory"


def test_nodes_that_do_without_this_and_that_make_one_tree(lab, family):
    members = plant(lab, family, ("--without", "gso"), ("--without", "gro"), (),
                    ("--without", ALL))
    carry(members, family)
    of_root, of_inner, of_leaf, _ = reports(members)
    assert coalesced(of_root, "out") == 0 and coalesced(of_inner, "in") == 0
    assert coalesced(of_inner, "out") > 0.3 and coalesced(of_leaf, "in") > 0.3


def test_nodes_that_poll_without_end_carry_the_same_and_use_a_core_for_it(lab, family):
    members = plant(lab, family, ("--busy-poll",), (), (), ())
    carry(members, family)
    before = [processor_time(member) for member in members]
    poll(lambda: processor_time(members[0]) > before[0] + 0.2, deadline=20, what="it spins")
    assert processor_time(members[1]) < before[1] + 0.1, "another waits"


def processor_time(member):
    """What the process has used of the processor so far, in seconds."""
    with open(f"/proc/{member.pid}/stat", encoding="ascii") as stat:
        user, system = stat.read().rsplit(")", 1)[1].split()[11:13]
    return (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")


def set_features(hosts, *changes):
    """Switches features of eth0, as `ethtool -K` names them, on or off."""
    for host in hosts:
        host.run(["ethtool", "-K", "eth0", *changes])


def test_a_device_that_does_not_segment_gets_single_datagrams_from_the_kernel(lab, family):
    def prepare(hosts, _bridge):
        set_features(hosts, "tx-udp-segmentation", "off")

    members = plant(lab, family, prepare=prepare)
    counter = members[1].host.count_frames("udp dport 10000")
    payloads = burst("cut", 1000)
    talker_to(members[0], family).send_coalesced(payloads)
    wait_heard(members, payloads)
    assert counter.frames >= len(payloads), "on the wire each has a packet of its own"
    carry(members, family)


def test_a_device_without_checksums_or_segmentation_loses_nothing(lab, family):
    """Older kernels refuse to segment there, and the node then sends one by one; newer ones do."""
    def prepare(hosts, _bridge):
        set_features(hosts, "tx", "off", "tx-udp-segmentation", "off")

    members = plant(lab, family, prepare=prepare)
    carry(members, family)
    refused = members[0].lines_with("segmentation-refused", "err")
    assert len(refused) <= 1
    assert (coalesced(members[0].report(), "out") == 0) == bool(refused)


def test_what_was_cut_on_the_wire_is_coalesced_again_where_the_device_can(lab, family):
    def prepare(hosts, bridge):
        set_features(hosts, "tx-udp-segmentation", "off", "gro", "on")
        for port in bridge.ports:  # Only towards a device without TSO does a veth look for company.
            bridge.run(["ethtool", "-K", port, "tso", "off"])

    members = plant(lab, family, prepare=prepare)
    carry(members, family)
    assert coalesced(members[1].report(), "in") > 0.1


@pytest.mark.parametrize("size", [1500, 9000])
def test_payloads_larger_than_a_packet_travel_as_fragments_and_arrive_whole(lab, family, size):
    members = plant(lab, family)
    fragments = members[1].host.count_frames("ip frag-off & 0x3fff != 0" if family.version == 4
                                             else "exthdr frag exists")
    payloads = burst("large", size)
    talker_to(members[3], family).send_coalesced(payloads)
    wait_heard(members, payloads)
    assert fragments.frames >= 2 * len(payloads)
    assert not any(report.drops for report in reports(members))


#   rp   root   a   b   router --- far      one bridge; beyond the router packets are smaller
#   |     |     |   |     |
#   +-----+-----+---+-----+
@pytest.mark.parametrize("options", [[], ["--without", "steering"]], ids=["steered", "one-socket"])
def test_a_child_beyond_a_smaller_mtu_costs_the_others_nothing(lab, family, options):
    """The router says so once (ICMP, packet too big); only what was on its way there is lost."""
    *hosts, router, bridge = lab.hosts_on_bridge(["rp", "root", "a", "b", "router"],
                                                 with_bridge=True)
    assert bridge.ports
    far = lab.host("far")
    lab.cable(router, far, subnet=2)
    lab.settle()
    router.set_forwarding()
    router.ip("link set eth1 mtu 1280")
    far.ip("link set eth0 mtu 1280")
    for version, net in ((4, "10.0.2.0/24"), (6, "fd00:0:0:2::/64")):
        far.ip(f"route add default via {router.address(version, 'eth1')}")
        for host in hosts:
            host.ip(f"route add {net} via {router.address(version)}")
    rdvpoint(hosts[0])
    members = []
    for host in (hosts[1], far, hosts[2], hosts[3]):
        members.append(node(host, hosts[0].address(family.version), "--children-max",
                            "3" if host is hosts[1] else "0", *options))
        wait_placed(members[-1])
    root, distant, *near = members
    for number in range(20):
        payload = text_of("single", number, 1400)
        root.publish(payload)
        for member in (root, *near):
            member.wait_line(payload, deadline=5)
    distant.wait_line(payload)
    assert len(distant.out) >= 18
    payloads, since = burst("burst", 1400), marks(members)
    talker_to(root, family).send_coalesced(payloads)
    wait_heard(members, payloads, since)
    assert root.report().drops == {}


#   rp   root   guarded   a   b      one bridge; a firewall before guarded refuses data
#   |     |        |      |   |
#   +-----+--------+------+---+
DATA, MDAT = "0x44415441", "0x4d444154"
REFUSALS = {4: ["icmp type " + code for code in (
    "port-unreachable", "host-unreachable", "net-unreachable", "admin-prohibited",
    "prot-unreachable")], 6: ["icmpv6 type " + code for code in (
        "port-unreachable", "addr-unreachable", "no-route", "admin-prohibited", "reject-route")]}


@pytest.mark.parametrize("options", [[], ["--without", "steering"]], ids=["steered", "one-socket"])
def test_a_child_whose_firewall_refuses_costs_the_others_nothing(lab, family, options):
    """Each kind of refusal fails one later send, to whomever, unless that is tried again."""
    rp, *hosts = lab.hosts_on_bridge(["rp", "root", "guarded", "a", "b"])
    rdvpoint(rp)
    members = []
    for host in hosts:
        members.append(node(host, rp.address(family.version), "--children-max",
                            "3" if host is hosts[0] else "0", *options))
        wait_placed(members[-1])
    root, guarded, *near = members
    for name in ("net.ipv4.icmp_ratelimit", "net.ipv6.icmp.ratelimit"):
        guarded.host.sysctl(name, 0)
    for rule in ("add table inet t",
                 "add chain inet t c { type filter hook input priority 0; }"):
        guarded.host.run(["nft", rule])
    for reason in REFUSALS[family.version]:
        guarded.host.run(["nft", "flush chain inet t c; add rule inet t c udp dport 10000"
                                 f" @th,64,32 {{ {DATA}, {MDAT} }} reject with {reason}"])
        for number in range(3):
            payload = f"{reason} {number}"
            root.publish(payload)
            for member in (root, *near):
                member.wait_line(payload, deadline=5)
    # In the full profile an error that quotes data leads to a question, which is answered. [O2]
    assert root.report().drops == {}
    guarded.host.run(["nft", "delete table inet t"])
    root.publish("the gate is open")
    guarded.wait_line("the gate is open")
