# SPDX-License-Identifier: MIT
# SPDX-FileCopyrightText: the ramure authors
"""test_tree_payloads.py - what any host sends is printed on all hosts, once, unchanged.

    rp   n1   n2   …   n20
    |    |    |         |
    +----+----+---- … --+   one bridge; a rendezvous point and twenty nodes, four levels at least
"""
import random

import pytest

from netlab import poll
from tree import (PAYLOAD_MAX, Tap, depth_of, everyone_hears_once, node, rdvpoint, wait_one_tree,
                  wait_placed)

pytestmark = pytest.mark.usefixtures("profile")
NODES = [f"n{number}" for number in range(1, 21)]


def plant(lab, family, *options, names=tuple(NODES)):
    """A tree of nodes with these names, and a rendezvous point."""
    rp, *hosts = lab.hosts_on_bridge(["rp", *names])
    rdvpoint(rp)
    rdv = rp.address(family.version)
    members = [node(hosts[0], rdv, *options)]
    wait_placed(members[0])
    members += [node(host, rdv, *options) for host in hosts[1:]]
    wait_one_tree(members)
    return members


def test_a_line_from_nc_at_any_of_twenty_nodes_is_printed_once_on_all(lab, family):
    members = plant(lab, family)
    assert depth_of(members) >= 2  # 1 + 3 + 9 < 20
    lines = [f"bonjour de {member.host.name}, ça va ?" for member in members]
    for member, line in zip(members, lines):
        member.nc(line + "\n")
    for member in members:
        for line in lines:
            member.wait_line(line)
    for member in members:
        everyone_hears_once(member, members, f"{member.host.name} has nothing to add")
    for member in members:
        assert sorted(line for line in member.out if "bonjour" in line) == sorted(lines)


def stream_with_iperf(member):
    """A stream of 10 Mbit/s from iperf; gives all payloads it sent, which begin with a number."""
    tap, payloads = Tap(member.host), []
    iperf = member.host.popen(["iperf", "-u", "-c", member.data[0], "-p", "10001", "-b", "10M",
                               "-n", "60K", *(["-V"] if ":" in member.data[0] else [])])

    def is_over():  # It repeats its last datagram for a second, with a negative number.
        payloads.extend(tap.payloads())
        return payloads and payloads[-1][0] >= 0x80

    poll(is_over, what="iperf has sent all")
    iperf.kill()
    return payloads + tap.payloads()


def test_a_stream_from_iperf_at_each_of_twenty_nodes_comes_out_whole_on_all(lab, family):
    members = plant(lab, family, "--output", "json")
    sent = []
    for member in members:
        sent += stream_with_iperf(member)
    assert len(sent) >= 20 * 42 and len(sent[0]) > 1000
    members[7].publish("the end")
    for member in members:
        member.wait_for('"the end"')
    heard = members[0].messages()
    assert sorted(heard) == sorted([*sent, b"the end"])
    for member in members[1:]:
        assert member.messages() == heard, "one root, so one order"


def test_a_payload_of_any_size_and_any_bytes_arrives_unchanged(lab, family):
    members = plant(lab, family, "--output", "json", names=NODES[:6])
    payloads = []
    for size in (0, 1, 100, 1400, 1500, PAYLOAD_MAX):
        for member in members:
            payloads.append(random.Random(f"{size} {member.endpoint}").randbytes(size))
            member.publish(payloads[-1])
        for member in members:
            member.wait_until(lambda m=member: len(m.out) >= len(payloads), what="one from each")
            assert sorted(member.messages()) == sorted(payloads)


def test_a_payload_that_is_too_large_is_refused_counted_and_logged(lab, family):
    root, leaf = plant(lab, family, names=NODES[:2])
    largest = 65507 if family.version == 4 else 65527  # That UDP can carry.
    for count, size in enumerate([PAYLOAD_MAX + 1, largest], 1):
        for member in (root, leaf):
            member.publish(b"x" * size)
            member.wait_drops("payload-size", count)
            member.wait_for("payload-refused", stream="err")
    everyone_hears_once(leaf, [root, leaf], "that was too much")
    assert not [line for member in (root, leaf) for line in member.out if "x" in line]


def test_a_burst_of_payloads_keeps_its_boundaries_and_its_order(lab, family):
    members = plant(lab, family, names=NODES[:5])
    lines = [f"line {number} of a burst" for number in range(300)]
    for line in lines:  # One size now and then: the kernel may coalesce them on the way.
        members[-1].publish(line)
    for member in members:
        member.wait_line(lines[-1])
        assert member.out == lines
    poll(lambda: members[0].report().values["messages"] == "300", what="all are counted")
