# SPDX-License-Identifier: MIT
# SPDX-FileCopyrightText: the ramure authors
"""test_tree_hostile.py - what strangers send changes nothing, is counted, and is not answered.

    rp   n1   n2   n3   m
    |    |    |    |    |
    +----+----+----+----+   one bridge; a rendezvous point, nodes, and Mallory
"""
import random

import pytest

from netlab import poll
from tree import (DATA_PORT, MCAST_PORT, Forger, chain, endpoint, everyone_hears_once,
                  hears_nothing, node, rdvpoint, reports, wait_one_tree, wait_placed)

pytestmark = pytest.mark.usefixtures("profile")
SHORT_ONES = [b"", b"\n", b"R", b"RJOI", b"RJO\n", b"ROOT \n", b"\0" * 5, b"RJOI\r\n",
              b"\xff" * 1400]
UNKNOWN_ONES = [b"rjoi\n", b"XXXX\n", b"HELO\n127.0.0.1 1", b"\0\0\0\0\n", b"QUIT\nDATA\n"]
BAD_ENDPOINTS = [b"10.0.1.9", b"10.0.1.9 0", b"10.0.1.9 65536", b"10.0.1.9 1 1", b" 10000",
                 b"10.0.1.9 -1", b"10.0.1.9  1", b"0.0.0.0 1", b"224.1.1.1 1", b"fe80::1 1",
                 b"[::1] 1", b"10.0.1.9 10000\n10.0.1.8 10000", b"name 1", b"\n\n",
                 b"10.0.1.9 " + b"1" * 1000]
MALFORMED_ONES = [b"TOOR\n" + text for text in BAD_ENDPOINTS] + [
    b"NJOI\n" + text for text in BAD_ENDPOINTS if text.count(b"\n") != 1] + [
    b"NJOI\n" + b"10.0.1.9 10000\n" * 3000 + b"10.0.1.9"]
ANSWERS = [b"TOOR\n", b"TOOR\n10.0.1.9 10000", b"TOOR\nfd00::9 10000\n", b"YREG\n", b"NREG\n",
           b"YJOI\n", b"YJOI\nhmtp 1\n", b"NJOI\n", b"NJOI\n10.0.1.9 10000\n"]


def plant(lab, family, *options):
    """A root, its child, that one's child; Mallory's host, and a socket of hers."""
    rp, *hosts, mallory = lab.hosts_on_bridge(["rp", "n1", "n2", "n3", "m"])
    point = rdvpoint(rp)
    members = chain(hosts, rp.address(family.version), *options)
    sock = mallory.socket(family.version)
    sock.bind((mallory.address(family.version), 0))
    return point, members, mallory, sock


def shape(members):
    """What must not change."""
    return [(report.state, report.parent, report.children) for report in reports(members)]


def is_unmoved(lab, members, known, mallory, sock, version):
    """No answer has come to the socket, everybody is where they were, and messages go round."""
    for member in members:
        lab.fence(member.host, mallory, version)
    hears_nothing(sock)
    assert shape(members) == known
    everyone_hears_once(members[-1], members, "never mind")
    assert not [line for member in members for line in member.out if not line.startswith("never")]


def test_what_is_no_message_is_counted_and_not_answered_by_a_node(lab, family):
    _, members, mallory, sock = plant(lab, family)
    known = shape(members)
    noise = random.Random(family.name)
    short = SHORT_ONES + [noise.randbytes(4) + b"!" + noise.randbytes(50) for _ in range(50)]
    for member in members:
        target = (member.host.address(family.version), MCAST_PORT)
        for datagram in short + UNKNOWN_ONES + MALFORMED_ONES:
            sock.sendto(datagram, target)
        member.wait_drops("unknown", len(UNKNOWN_ONES))
        member.wait_drops("short", len(short))
        member.wait_drops("malformed", len(MALFORMED_ONES))
    is_unmoved(lab, members, known, mallory, sock, family.version)


def test_what_is_no_message_is_counted_and_not_answered_by_a_rendezvous_point(lab, family):
    point, members, mallory, sock = plant(lab, family)
    known, roots = shape(members), point.report().roots
    unexpected = [*ANSWERS, b"RJOI\n", b"DATA\n", b"DATA\nbonjour"]
    for datagram in SHORT_ONES + UNKNOWN_ONES + MALFORMED_ONES + unexpected:
        sock.sendto(datagram, (point.host.address(family.version), MCAST_PORT))
    point.wait_drops("short", len(SHORT_ONES))
    point.wait_drops("unknown", len(UNKNOWN_ONES))
    point.wait_drops("malformed", len(MALFORMED_ONES))
    point.wait_drops("unexpected", len(unexpected))
    lab.fence(point.host, mallory, family.version)
    is_unmoved(lab, members, known, mallory, sock, family.version)
    assert point.report().roots == roots == [members[0].endpoint]


def test_an_answer_that_nobody_asked_for_is_counted_wherever_it_comes_from(lab, family):
    point, members, mallory, sock = plant(lab, family)
    known = shape(members)
    version = family.version
    requests = [b"ROOT\n", b"RREG\n"]  # A node takes neither.
    for place, member in enumerate(members):
        target = member.host.address(version)
        for datagram in ANSWERS + requests:
            sock.sendto(datagram, (target, MCAST_PORT))
        senders = [point, *members[:place], *members[place + 1:]]  # Also who was asked, before.
        for sender in senders:
            forger = Forger(sender.host, version)
            for datagram in ANSWERS + requests:
                forger.send(target, datagram)
        member.wait_drops("unexpected", (1 + len(senders)) * len(ANSWERS + requests))
    is_unmoved(lab, members, known, mallory, sock, version)


def test_data_is_taken_from_the_parent_alone_and_at_the_root_from_anybody(lab, family):
    _, members, mallory, sock = plant(lab, family)
    known = shape(members)
    version = family.version
    root, middle, leaf = members
    for member in (middle, leaf):
        sock.sendto(b"DATA\nforged", (member.host.address(version), MCAST_PORT))
    Forger(leaf.host, version).send(middle.host.address(version), b"DATA\nfrom its child")
    Forger(middle.host, version).send(leaf.host.address(version), b"DATA\nfrom another port",
                                      source_port=MCAST_PORT + 1)
    middle.wait_drops("data-stranger", 2)
    leaf.wait_drops("data-stranger", 2)
    is_unmoved(lab, members, known, mallory, sock, version)
    sock.sendto(b"DATA\nby a base node", (root.host.address(version), MCAST_PORT))
    for member in members:
        member.wait_line("by a base node")
    lab.fence(root.host, mallory, version)
    hears_nothing(sock)


def test_a_limit_on_data_holds_for_each_address_and_not_for_the_tree(lab, family):
    _, members, _, sock = plant(lab, family, "--data-limit", "5")
    root = members[0]
    for number in range(200):
        sock.sendto(b"DATA\nflood %d" % number, (root.host.address(family.version), MCAST_PORT))
    members[2].publish("I am another address")
    for member in members:
        member.wait_line("I am another address")
    poll(lambda: root.report().drops.get("data-limit", 0) >= 190, what="the flood is dropped")
    assert root.report().drops["data-limit"] + len(root.lines_with("flood")) == 200
    members[0].publish("the root's own do not count")
    members[2].wait_line("the root's own do not count")


def test_payloads_from_other_hosts_are_dropped_and_counted(lab, family):
    rp, a, b, mallory = lab.hosts_on_bridge(["rp", "a", "b", "m"])
    rdvpoint(rp)
    rdv, version = rp.address(family.version), family.version
    own = a.address(version)
    open_one = node(a, rdv, "--data-bind", own)
    closed_one = node(b, rdv)
    wait_one_tree([open_one, closed_one])
    sock = mallory.socket(version)
    sock.sendto(b"from another host", (own, DATA_PORT))
    open_one.wait_drops("foreign", 1)
    a.socket(version).sendto(b"from this host, but not by loopback", (own, DATA_PORT))
    open_one.wait_drops("foreign", 2)
    sock.sendto(b"to a host that listens on loopback", (b.address(version), DATA_PORT))
    lab.fence(mallory, b, version)
    assert closed_one.report().drops == {}
    everyone_hears_once(closed_one, [open_one, closed_one], "nothing came of it")
    assert len(open_one.out) == len(closed_one.out) == 2


@pytest.mark.parametrize("address", ["127.0.0.1", "::1"])
def test_a_rendezvous_point_for_others_does_not_take_a_loopback_root(lab, address):
    version = 6 if ":" in address else 4
    rp, a = lab.hosts_on_bridge(["rp", "a"])
    point = rdvpoint(rp)
    useless = node(rp, address, "--bind", address)
    point.wait_for(f"root-refused endpoint={endpoint(address, '')}", stream="err")
    point.wait_for("hint", stream="err")
    assert point.report().drops["loopback"] >= 1
    useful = node(a, rp.address(version))
    useful.wait_for("root endpoint=", stream="err")
    assert point.report().roots == [useful.endpoint]
    assert useless.report().state != "root"


@pytest.mark.parametrize("address", ["127.0.0.1", "::1"])
def test_a_rendezvous_point_on_loopback_takes_a_loopback_root(lab, address):
    host = lab.host("a")
    point = rdvpoint(host, "--bind", address)
    one = node(host, address, "--bind", address)
    wait_placed(one)
    other = node(host, address, "--bind", address, "--data-port", "10002", data_port=10002)
    for member in (one, other):
        member.data = (address, member.data[1])
        member.endpoint = member.wait_for("listening endpoint=", stream="err").split()[1][9:]
    wait_one_tree([one, other])
    everyone_hears_once(other, [one, other], "all on one host")
    assert point.report().roots == [one.endpoint]
