# SPDX-License-Identifier: MIT
# SPDX-FileCopyrightText: the ramure authors
"""test_data_overload.py - more data than a node can carry costs data, and nobody's place.

    rp   root   inner   a   b   m        one bridge; inner is a child of the root, a and b are
    |     |       |     |   |   |        inner's; m floods the root, asks to join, and publishes
    +-----+-------+-----+---+---+

In the full profile a stranger's flood is cheap: what is beyond the budget is dropped, and the
kernel drops nothing. There m floods as a member can, which has the key.
"""
import contextlib
import os
import re
import socket
import struct
import sys
import time
from pathlib import Path

import pytest

import forge
import stream
from chat import is_sanitized, program
from netlab import poll
from stream import Talker
from tree import (MCAST_PORT, everyone_hears_once, is_full, node, publish_until_all_hear, rdvpoint,
                  reports, wait_one_tree, wait_placed)

pytestmark = [pytest.mark.usefixtures("profile"), pytest.mark.released]
SO_TIMESTAMPNS = 35  # <asm-generic/socket.h>; Python does not name it.
FLOOD_S = float(os.environ.get("RAMURE_SOAK_S", "2.5"))  # More than a guard time.
FLOODERS = 2  # One a core, where there are two.
ANSWER_S = 3 if is_sanitized(program("mcastnode")) else 1  # A join is answered within that.
# Short, and yet a second and a half until a silent parent is given up.
TIMERS = ["--refresh", "0.5", "--guard", "2", "--retry", "0.5"]
FEW = 4  # Children: two, one that comes during the flood, and one who only asks.


def plant(lab, family, *options):
    """The tree, with short timers, and the host that is none of it. Only b prints what it hears."""
    rp, *hosts, other = lab.hosts_on_bridge(["rp", "root", "inner", "a", "b", "m"])
    rdvpoint(rp, "--guard", "2")
    rdv = rp.address(family.version)
    members = []
    for place, host in enumerate(hosts):
        limit = ("1", FEW, "0", "0")[place]
        output = "lines" if host is hosts[-1] else "none"
        members.append(node(host, rdv, "--children-max", limit, "--output", output, *TIMERS,
                            *options))
        wait_placed(members[-1])
    wait_one_tree(members, FEW)
    return members, other


def key_of(member):
    """The key of the tree's data, as the member's messages to its children have it."""
    capture = member.host.lab.capture(member.host, "eth0", "udp")
    member.publish("what is the key?")

    def messages():
        capture.frames()
        return [frame[frame.index(b"MDAT\n"):] for frame in capture.raw_frames
                if b"MDAT\n" in frame]

    return poll(messages)[0][8:16].hex()


@contextlib.contextmanager
def flooded(host, member, coalesced_count=1):
    """Programs send messages to the root as fast as they can; so many in one send."""
    command = [sys.executable, Path(stream.__file__), member.host.address(member_version(member)),
               MCAST_PORT, coalesced_count, *([key_of(member)] if is_full() else [])]
    flood = [host.popen(command) for _ in range(FLOODERS)]
    try:
        member.wait_for("kernel-dropped", stream="err")
        yield
        assert not [process for process in flood if process.poll() is not None]
    finally:
        for process in flood:
            process.kill()


def member_version(member):
    return 6 if ":" in member.data[0] else 4


def ask_to_join(host, member):
    """Asks as a new node would, once; gives how long it took until the answer, yes or no, was here.

    When it came the kernel tells: the test itself may be slow, with all that goes on.
    """
    version = member_version(member)
    asker = Talker(host, (member.host.address(version), MCAST_PORT), version)
    asker.sock.setsockopt(socket.SOL_SOCKET, SO_TIMESTAMPNS, 1)
    asker.sock.settimeout(10 * ANSWER_S)
    begin = time.time_ns()
    asker.send([forge.full("RJOI", "want join", size=704) if is_full() else b"RJOI\n"])
    answer, [(_, _, stamp)], _, _ = asker.sock.recvmsg(2048, 64)
    assert answer[:5] in (b"YJOI\n", b"NJOI\n")
    seconds, nanoseconds = struct.unpack("qq", stamp)
    return seconds + (nanoseconds - begin) / 1e9


def kernel_dropped(members):
    return [int(report.values["kernel_dropped"]) for report in reports(members)]


def nobody_lost_a_place(members):
    for member in members:
        assert not member.lines_with("unreachable", "err")
        assert not member.lines_with("search ", "err")[1:], "one search, at the start"
        assert not [line for line in member.lines_with("child-expired", "err")
                    if any(line.endswith(known.endpoint) for known in members)]


@pytest.mark.parametrize("options, coalesced_count", [([], 1), (["--without", "gso"], 16)],
                         ids=["single", "coalesced"])
def test_a_flood_costs_no_child_and_no_parent_and_a_join_is_answered(lab, family, options,
                                                                     coalesced_count):
    """Single datagrams that cannot go on together; coalesced ones that must go on singly."""
    members, other = plant(lab, family, *options)
    root, inner, _, b = members
    rdv = lab.hosts[0].address(family.version)
    waited = []
    with flooded(other, root, coalesced_count):
        newcomer = node(other, rdv, "--children-max", "0", *TIMERS, *options)
        wait_placed(newcomer)
        end = time.monotonic() + FLOOD_S
        while time.monotonic() < end:
            waited += [ask_to_join(other, member) for member in (root, inner)]
    carried = [int(report.traffic["in"]["datagrams"]) for report in reports(members)]
    print(f"{FLOOD_S:g} s of flood: {len(waited)} joins answered, the slowest in "
          f"{max(waited):.3f} s; datagrams that the nodes took: {carried}, arrivals that the "
          f"kernel dropped: {kernel_dropped(members)}")
    assert max(waited) < ANSWER_S
    members.append(newcomer)
    hearers = [b, newcomer]
    publish_until_all_hear(inner, hearers)
    everyone_hears_once(inner, hearers, "that is over")
    nobody_lost_a_place(members)
    assert kernel_dropped([root])[0] > 0


def test_the_log_says_what_to_do_when_the_kernel_drops_for_want_of_room(lab, family):
    (root, *_), other = plant(lab, family)
    with flooded(other, root):
        line = root.wait_for("kernel-dropped", stream="err")
    assert re.fullmatch(r'kernel-dropped socket=\S+:10000 so_far=\d+ text="the receive buffer was '
                        r'full; (more comes in than this node can carry|'
                        r'sysctl -w net\.core\.rmem_max=4194304 gives it room for bursts)"', line)
    poll(lambda: root.report().values["state"] == "root", what="it is through with the flood")
    assert len(root.lines_with("kernel-dropped", "err")) == 1, "once a minute at most"


def test_a_node_with_one_socket_survives_a_flood_and_is_in_the_tree_afterwards(lab, family):
    members, other = plant(lab, family, "--without", "steering,gro,gso")
    with flooded(other, members[0]):
        end = time.monotonic() + FLOOD_S
        poll(lambda: time.monotonic() > end, what="a while has passed")
    assert kernel_dropped(members[:1])[0] > 0
    publish_until_all_hear(members[1], members[-1:])
    wait_one_tree(members, FEW)
    everyone_hears_once(members[1], members[-1:], "that is over")
