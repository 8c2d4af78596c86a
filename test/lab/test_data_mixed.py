# SPDX-License-Identifier: MIT
# SPDX-FileCopyrightText: the ramure authors
"""test_data_mixed.py - streams through trees half of our nodes, half of the independent ones.

    rp   n1   n2   n3   n4
    |    |    |    |    |
    +----+----+----+----+   one bridge, IPv4; each has the next one as its only child, the kinds
                            alternate: each kind is root, inner node, leaf, and source

A node of the full profile has two children: one of its kind would take the place of a base child.

The independent node has one socket, which holds some hundred datagrams, and takes one at a time:
what is sent is at most a burst ahead of the slowest.
"""
import time

import pytest

from stream import Talker, marks, mixed_burst, text_of, wait_heard
from tree import (DATA_PORT, is_full, node, peer_node, rdvpoint, reports, wait_budget,
                  wait_placed)

pytestmark = pytest.mark.usefixtures("profile")
PAYLOADS = 20_000
BURST = 100


def plant(lab, is_root_ours):
    rp, *hosts = lab.hosts_on_bridge(["rp", "n1", "n2", "n3", "n4"])
    rdvpoint(rp)
    members = []
    for place, host in enumerate(hosts):
        start = node if (place % 2 == 0) == is_root_ours else peer_node
        limit = 2 if start is node and is_full() else 1
        members.append(start(host, rp.address(4), "--children-max", limit))
        wait_placed(members[-1])
    return members


@pytest.mark.parametrize("source", [0, -1], ids=["from-the-root", "from-the-leaf"])
@pytest.mark.parametrize("is_root_ours", [True, False], ids=["our-root", "their-root"])
def test_a_stream_through_both_kinds_arrives_whole_and_in_order(lab, is_root_ours, source):
    members = plant(lab, is_root_ours)
    talker = Talker(members[source].host, ("127.0.0.1", DATA_PORT))
    is_slow = is_full() and members[0].ours and not members[source].ours
    count = PAYLOADS // 5 if is_slow else PAYLOADS
    for first in range(0, count, BURST):
        begin = time.monotonic()
        payloads, since = [text_of("x", first + n, 40) for n in range(BURST)], marks(members)
        (talker.send_coalesced if first % 200 else talker.send)(payloads)
        wait_heard(members, payloads, since)
        if is_slow:
            wait_budget(begin, BURST)
    assert all(len(member.out) == count for member in members)
    for report in reports([member for member in members if member.ours]):
        assert report.drops == {} and report.values["kernel_dropped"] == "0"


def test_bursts_of_any_size_through_both_kinds_keep_their_boundaries(lab):
    members = plant(lab, True)
    talker = Talker(members[0].host, ("127.0.0.1", DATA_PORT))
    for first in range(0, 5000, 1000):
        payloads = mixed_burst("y", (0, 1, 100, 1400, 1470, 9000), first, room=40_000)[:BURST]
        since = marks(members)
        talker.send_coalesced(payloads)
        wait_heard(members, payloads, since)
