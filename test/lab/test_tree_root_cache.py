# SPDX-License-Identifier: MIT
# SPDX-FileCopyrightText: the ramure authors
"""test_tree_root_cache.py - a node that remembers no root asks for it, and no more than it must.

    rp   root   a   b   c      one bridge; each is told to remember the root for no time at all
    |     |     |   |   |
    +-----+-----+---+---+
"""
import time

import pytest

from netlab import poll
from stream import Talker, frozen, marks, text_of, wait_heard
from tree import DATA_PORT, node, rdvpoint, reports, wait_one_tree, wait_placed

pytestmark = [pytest.mark.usefixtures("profile"), pytest.mark.released]
COUNT = 60       # Fewer than a node holds.
BURSTS = 3
WATCH_S = 2      # So long nothing may be asked any more.
ASKED_MAX = 4    # By all nodes, for each burst, and in each second.


def datagrams_in(rendezvous):
    return int(rendezvous.report().values["datagrams_in"])


@pytest.mark.parametrize("at_once", [True, False], ids=["at-once", "one-by-one"])
def test_a_burst_without_a_remembered_root_arrives_and_asks_little(lab, family, at_once):
    """Held until the root is known, and then let go, whatever has become of the memory of it."""
    rp, *hosts = lab.hosts_on_bridge(["rp", "root", "a", "b", "c"])
    rendezvous, members = rdvpoint(rp), []
    for host in hosts:
        members.append(node(host, rp.address(family.version), "--root-cache", "0"))
        wait_placed(members[-1])
    wait_one_tree(members)
    source = members[-1]
    talker = Talker(source.host, (source.data[0], DATA_PORT), family.version)
    begin, asked_before = time.monotonic(), datagrams_in(rendezvous)
    for turn in range(BURSTS):
        payloads = [text_of("unremembered", COUNT * turn + n, 100) for n in range(COUNT)]
        since = marks(members)
        if at_once:
            with frozen(source):
                talker.send(payloads)
        else:
            talker.send(payloads)
        wait_heard(members, payloads, since)
    end = time.monotonic() + WATCH_S
    poll(lambda: time.monotonic() > end, what="a while has passed")
    asked = datagrams_in(rendezvous) - asked_before
    needed = BURSTS * (ASKED_MAX if at_once else COUNT)  # At most one question a payload.
    print(f"the rendezvous point was asked {asked} times for {BURSTS} bursts")
    assert asked < needed + ASKED_MAX * (time.monotonic() - begin)
    for report in reports(members):
        assert report.values["held"] == "0" and not report.drops


def test_after_a_burst_nobody_is_asked_any_more(lab, family):
    rp, *hosts = lab.hosts_on_bridge(["rp", "root", "a"])
    rendezvous, members = rdvpoint(rp), []
    for host in hosts:
        members.append(node(host, rp.address(family.version), "--root-cache", "0"))
        wait_placed(members[-1])
    wait_one_tree(members)
    payloads = [text_of("last", number, 100) for number in range(COUNT)]
    Talker(hosts[-1], (members[-1].data[0], DATA_PORT), family.version).send(payloads)
    wait_heard(members, payloads)
    begin, asked_before = time.monotonic(), datagrams_in(rendezvous)
    poll(lambda: time.monotonic() > begin + WATCH_S, what="a while has passed")
    assert datagrams_in(rendezvous) - asked_before < ASKED_MAX * (time.monotonic() - begin)
