# SPDX-License-Identifier: MIT
# SPDX-FileCopyrightText: the ramure authors
"""test_full_loss.py - a tree of the full profile where each cable loses every tenth packet.

    rp   n1   n2   …   n12
    |    |    |         |
    +----+----+---- … --+   one bridge; each host drops a tenth of what comes in, at random

The timers are those that users have. It takes a minute, and in `make soak` ten times as long as
what else is there, ten minutes.
"""
import contextlib
import os
import time

import pytest
from netlab import LabError, poll
from stream import Publisher
from tree import node, rdvpoint, reports, wait_one_tree, wait_placed

pytestmark = pytest.mark.released

COUNT = 12
LOSS_PERCENT = 10
SECONDS = 10 * int(os.environ.get("RAMURE_SOAK_S", "6"))
LOOK_S = 5
RATE = 100
# In the log: a neighbour was taken for dead, or somebody has lost its place. Not parent-full and
# child-left: those who look for a better place are sent on, and leave.
LOSSES = ("search ", "root-lost ", "unreachable ", "parent-forgot ", "parent-mute ", "parent-left ",
          "child-expired ", "loop ")


def lose(host):
    """From now on the host does not get so many percent of the packets."""
    host.run(["nft", "add table netdev loss; add chain netdev loss in { type filter hook ingress"
                     " device eth0 priority 0; }; add rule netdev loss in meta protocol ip"
                     f" numgen random mod 100 < {LOSS_PERCENT} counter drop"])


def losses_of(members, since):
    return [f"{member.host.name}: {line}" for member, first in zip(members, since)
            for line in list(member.err)[first:] if line.startswith(LOSSES)]


def moves_of(members, since):
    return sum(line.startswith("joined ") for member, first in zip(members, since)
               for line in list(member.err)[first:])


def watch(members, end):
    """Looks at all of them again and again; gives how often, and who was detached then."""
    looks, detached = 0, []
    while time.monotonic() < end:
        found = reports(members)
        looks += 1
        detached += [member.host.name for member, report in zip(members, found)
                     if report.state not in ("root", "attached")]
        with contextlib.suppress(LabError):
            poll(lambda: time.monotonic() >= end, LOOK_S)
    return looks, detached


def test_nobody_loses_a_place_where_every_tenth_packet_is_lost(lab):
    rp, *hosts = lab.hosts_on_bridge(["rp", *(f"n{n}" for n in range(1, COUNT + 1))])
    point = rdvpoint(rp, profile="full")
    members = [node(hosts[0], rp.address(4), profile="full")]
    wait_placed(members[0])
    members += [node(host, rp.address(4), profile="full") for host in hosts[1:]]
    wait_one_tree(members)
    for host in (rp, *hosts):
        lose(host)
    since = [len(member.err) for member in members]
    root, source = members[0], members[-1]
    publisher = Publisher(source, RATE)
    looks, detached = watch(members, time.monotonic() + SECONDS)
    publisher.end()
    wait_one_tree(members, deadline=60)  # Improving, some may have moved just now.
    found, sent = reports(members), len(publisher.sent_at)
    missed = {member: len(publisher.missed_by(member)) for member in members}
    shares = sorted(100 * count / sent for count in missed.values())
    print(f"{SECONDS} s, {sent} messages: the root missed {missed[root]}, its members"
          f" {shares[0]:.1f} % to {shares[-1]:.1f} %; {moves_of(members, since)} moves to a better"
          f" place, {len(detached)} times detached in {looks} looks at {COUNT} members; depth"
          f" {max(int(report.place['depth']) for report in found)}")
    for member, report in zip(members, found):
        print(f"  {member.host.name} depth={report.place['depth']} missed={missed[member]}"
              f" drops={report.drops}")
    assert not losses_of(members, since)
    assert {report.place["epoch"] for report in found} == {"1"}
    assert point.report().roots == [root.endpoint]
