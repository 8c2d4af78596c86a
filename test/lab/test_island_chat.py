# SPDX-License-Identifier: MIT
# SPDX-FileCopyrightText: the ramure authors
"""Islands: rooms of programs that know of multicast alone, on networks joined by unicast."""
import pytest

from chat import FAMILIES, everyone, says
from islands import Islands, wait_carried

PORT = 5000


def group_of(family):
    return f"[{family.wide_room}]:{PORT}" if family.version == 6 else f"{family.wide_room}:{PORT}"


@pytest.mark.parametrize("family", FAMILIES, ids=lambda family: family.name)
def test_two_chats_on_each_of_three_islands_talk_with_each_other(lab, family):
    world = Islands(lab, 3)
    world.start_queriers()
    group = group_of(family)
    for gate in world.join(group, version=family.version):
        wait_carried(gate, group)
    hosts = [host for island in world.islands for host in island.hosts]
    chats = everyone(hosts, [host.name for host in hosts], family.wide_room)
    for host, talker in zip(hosts, chats):
        says(talker, host.name, "bonjour", chats)
    for hearer in chats:
        for host in hosts:
            assert hearer.out.count(f"{host.name}: bonjour") == 1
