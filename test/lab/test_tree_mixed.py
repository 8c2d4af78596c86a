# SPDX-License-Identifier: MIT
# SPDX-FileCopyrightText: the ramure authors
"""test_tree_mixed.py - trees half of our nodes, half of the independent ones, at either point.

    rp   n1   n2   …   n8
    |    |    |         |
    +----+----+---- … --+   one bridge; every second node is ours, the root is n1; IPv4 only
"""
import pytest

from tree import (GUARD, PEER_SHORT, SHORT, everyone_hears_once, is_full, node, peer_node,
                  peer_rdvpoint, publish_until_all_hear, rdvpoint, wait_placed)

pytestmark = pytest.mark.usefixtures("profile")
points = pytest.mark.parametrize("start_point", [
    lambda host: rdvpoint(host, *GUARD), peer_rdvpoint], ids=["our-point", "their-point"])
roots = pytest.mark.parametrize("is_root_ours", [True, False], ids=["our-root", "their-root"])


def start(host, rdv, is_ours, children_max):
    # One of the full profile would give up a base child for one of its kind, but for room. [J6]
    limit = ["--children-max", children_max + (is_ours and is_full())]
    if is_ours:
        member = node(host, rdv, *SHORT, *limit)
    else:
        member = peer_node(host, rdv, *PEER_SHORT, *limit)
    wait_placed(member)
    return member


def plant(lab, start_point, is_root_ours, children_max, count):
    rp, *hosts = lab.hosts_on_bridge(["rp", *(f"n{number}" for number in range(1, count + 1))])
    point = start_point(rp)
    members = [start(host, rp.address(4), (place % 2 == 0) == is_root_ours, children_max)
               for place, host in enumerate(hosts)]
    return point, members


def all_hear_all(members, text):
    for source in members:
        publish_until_all_hear(source, members)
    for source in members:
        everyone_hears_once(source, members, f"{text}, says {source.host.name}")


@points
@roots
def test_a_mixed_tree_carries_what_either_kind_publishes(lab, start_point, is_root_ours):
    point, members = plant(lab, start_point, is_root_ours, children_max=2, count=8)
    assert members[0].wait_for(lambda line: "root" in line.split()[:2], stream="err")
    all_hear_all(members, "bonjour")
    for member in members:
        member.nc(f"{member.host.name} has netcat\n")
    for member in members:
        for source in members:
            member.wait_line(f"{source.host.name} has netcat")
    assert point.poll() is None


@points
@roots
def test_in_a_chain_each_kind_is_the_parent_of_the_other_and_mends_it(lab, start_point,
                                                                      is_root_ours):
    point, members = plant(lab, start_point, is_root_ours, children_max=1, count=5)
    for parent, child in zip(members, members[1:]):
        joined = child.wait_for("joined", stream="err")
        if not is_full():
            assert parent.host.address(4) in joined, "a chain: the kinds alternate"
    all_hear_all(members, "from parent to child")
    members[0].kill()
    members[2].kill()
    left = [members[1], *members[3:]]
    if is_root_ours and point.ours and is_full():
        # Base nodes cannot complain of a root of the full profile, which has 105 s. [E2], [E4]
        left.append(start(members[0].host, point.host.address(4), True, 1))
    all_hear_all(left, "without the root and an inner node")


@points
def test_payloads_of_any_size_cross_both_kinds(lab, start_point):
    _, members = plant(lab, start_point, True, children_max=1, count=4)
    lines = ["x" * size for size in (0, 1, 100, 1400, 65502)]
    publish_until_all_hear(members[-1], members)
    before = [len(member.out) for member in members]
    for line in lines:
        members[-1].publish(line)
    for member, known in zip(members, before):
        member.wait_until(lambda m=member, k=known: len(m.out) >= k + len(lines), what="all lines")
        assert member.out[known:] == lines


@points
@roots
def test_a_rendezvous_point_of_either_kind_comes_back_and_learns_the_root(lab, start_point,
                                                                          is_root_ours):
    point, members = plant(lab, start_point, is_root_ours, children_max=2, count=4)
    point.kill()
    again = start_point(point.host)
    again.wait_for("root-registered", stream="err")
    all_hear_all(members, "it is back")
