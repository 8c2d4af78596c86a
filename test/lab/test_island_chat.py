# SPDX-License-Identifier: MIT
# SPDX-FileCopyrightText: the ramure authors
"""Islands: rooms of programs that know of multicast alone, on networks joined by unicast."""
import pytest

from chat import FAMILIES, everyone, says
from islands import Islands, wait_carried
from process import ProcessError

PORT = 5000


def group_of(family):
    return f"[{family.wide_room}]:{PORT}" if family.version == 6 else f"{family.wide_room}:{PORT}"


def wait_heard(talker, name, hearers):
    """Until one is heard by all: a gateway may take a second to see who listens."""
    for number in range(20):
        talker.send_line(f"heard? {number}")
        try:
            for hearer in hearers:
                hearer.wait_line(f"{name}: heard? {number}", deadline=0.5)
            return
        except ProcessError:
            assert number < 10, "some hear nothing"


@pytest.mark.parametrize("family", FAMILIES, ids=lambda family: family.name)
def test_two_chats_on_each_of_three_islands_talk_with_each_other(lab, family):
    world = Islands(lab, 3)
    world.start_queriers()
    group = group_of(family)
    for gate in world.join(group, version=family.version):
        wait_carried(gate, group)
    hosts = [host for island in world.islands for host in island.hosts]
    chats = everyone(hosts, [host.name for host in hosts], family.wide_room)
    wait_heard(chats[0], hosts[0].name, chats)
    for host, talker in zip(hosts, chats):
        says(talker, host.name, "bonjour", chats)
    for hearer in chats:
        for host in hosts:
            assert hearer.out.count(f"{host.name}: bonjour") == 1
