# SPDX-License-Identifier: MIT
# SPDX-FileCopyrightText: the ramure authors
"""test_tree_repair.py - whoever is killed, those who are left are one tree again.

    rp   n1   n2   …   n10
    |    |    |         |
    +----+----+---- … --+   one bridge; a rendezvous point and nodes with short timers
"""
import signal

import pytest

from tree import (GUARD, SHORT, chain, everyone_hears_once, is_full, node, publish_until_all_hear,
                  rdvpoint, reports, wait_one_tree, wait_placed)

pytestmark = pytest.mark.usefixtures("profile")
NODES = [f"n{number}" for number in range(1, 11)]
OPTIONS = [*SHORT, "--children-max", "2"]


def plant(lab, family):
    """Ten nodes, at most two children each, so that there are leaves, inner nodes and a root."""
    rp, *hosts = lab.hosts_on_bridge(["rp", *NODES])
    point = rdvpoint(rp, *GUARD)
    rdv = rp.address(family.version)
    members = [node(hosts[0], rdv, *OPTIONS)]
    wait_placed(members[0])
    members += [node(host, rdv, *OPTIONS) for host in hosts[1:]]
    wait_one_tree(members, 2)
    return point, members


def is_leaf(report):
    return report.parent and not report.children


def is_inner(report):
    return report.parent and report.children


def is_root(report):
    return report.state == "root"


def is_whole_again(members, text):
    """One tree by what everyone hears, and by what everyone says."""
    for source in (members[0], members[-1]):
        publish_until_all_hear(source, members)
    wait_one_tree(members, 2)
    everyone_hears_once(members[0], members, text)
    everyone_hears_once(members[-1], members, text + " from the other end")


@pytest.mark.parametrize("is_victim", [is_leaf, is_inner, is_root])
def test_those_who_are_left_when_a_node_is_killed_are_one_tree(lab, family, is_victim):
    point, members = plant(lab, family)
    victim = next(member for member, report in zip(members, reports(members)) if is_victim(report))
    victim.kill()
    left = [member for member in members if member is not victim]
    is_whole_again(left, "one of us is gone")
    again = node(victim.host, point.host.address(family.version), *OPTIONS)
    is_whole_again([*left, again], "and back again")


def test_a_rendezvous_point_that_comes_back_after_a_kill_learns_the_root_again(lab, family):
    point, members = plant(lab, family)
    root = next(member for member, report in zip(members, reports(members)) if is_root(report))
    point.kill()
    everyone_hears_once(root, members, "the tree does not need it")
    again = rdvpoint(point.host, *GUARD)
    again.wait_for(f"root-registered endpoint={root.endpoint}", stream="err")
    is_whole_again(members, "and now we can grow")
    root.kill()
    is_whole_again([member for member in members if member is not root], "a new root")


def test_a_tree_whose_root_and_rendezvous_point_are_killed_at_once_is_one_again(lab, family):
    point, members = plant(lab, family)
    root = next(member for member, report in zip(members, reports(members)) if is_root(report))
    root.kill()
    point.kill()
    rdvpoint(point.host, *GUARD)
    is_whole_again([member for member in members if member is not root], "nothing stops us")


def test_a_host_that_falls_silent_is_left_and_finds_its_place_when_it_is_back(lab, family):
    rp, *hosts = lab.hosts_on_bridge(["rp", *NODES[:4]])
    rdvpoint(rp, *GUARD)
    # In the full profile a child is asked when it owes two reports, each of five ticks.
    ticks = ["--tick", "0.2"] if is_full() else []
    members = chain(hosts, rp.address(family.version), *SHORT, *ticks)
    _, silent, third, fourth = members
    silent.host.link_down()
    third.wait_for("unreachable endpoint=" + silent.endpoint, stream="err")
    left = [member for member in members if member is not silent]
    publish_until_all_hear(fourth, left)
    wait_one_tree(left, 1)
    silent.host.link_up()
    publish_until_all_hear(silent, members)
    wait_one_tree(members, 1)
    everyone_hears_once(silent, members, "here I am again")


def test_a_closed_port_of_the_parent_is_noticed_at_the_next_refresh_without_waiting(lab, family):
    rp, *hosts = lab.hosts_on_bridge(["rp", *NODES[:3]])
    rdvpoint(rp, *GUARD)
    # Three tries of ten seconds each: had the child waited for answers, it would be too late.
    patient = ["--refresh", "0.5", *GUARD, "--retry", "10"]
    _, parent, child = chain(hosts, rp.address(family.version), *patient)
    parent.kill()
    child.wait_for("unreachable endpoint=" + parent.endpoint, stream="err", deadline=5)


def test_a_message_to_a_closed_port_delays_nothing_for_the_other_children(lab, family):
    rp, *hosts = lab.hosts_on_bridge(["rp", *NODES[:4]])
    rdvpoint(rp)
    rdv = rp.address(family.version)
    members = []
    for host in hosts:  # With the long timers by default: the dead child stays in the list.
        members.append(node(host, rdv, "--children-max", "3" if host is hosts[0] else "0"))
        wait_placed(members[-1])
    root, first, dead, last = members
    assert reports([root])[0].children == [first.endpoint, dead.endpoint, last.endpoint]
    dead.process.popen.send_signal(signal.SIGKILL)
    dead.wait_exit()
    for number in range(20):
        everyone_hears_once(first, [root, first, last], f"line {number}")
    assert "send" not in root.report().drops
