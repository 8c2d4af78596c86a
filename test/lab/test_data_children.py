# SPDX-License-Identifier: MIT
# SPDX-FileCopyrightText: the ramure authors
"""test_data_children.py - a child that is slow, deaf or dead loses its own copies, nobody else's.

    root ---- inner ---- a        cables; the rendezvous point is on root's host, inner's host
                | \\---- b         routes between them
                \\------ slow
"""
import json
import os
import signal
import subprocess

import pytest

from netlab import poll
from stream import Talker, burst, frozen, marks, text_of, wait_heard
from tree import (DATA_PORT, GUARD, is_full, node, rdvpoint, reports, wait_one_tree,
                  wait_placed)

pytestmark = pytest.mark.usefixtures("profile")
# Nothing is lost on the way to the quick ones. On a busy machine an answer may be late, though, and
# who asks again meanwhile gets two, of which one is dropped as unexpected.
QUICK = ["--refresh", "0.5", *GUARD, "--retry", "2", "--root-cache", "0.3"]
# The slow one's refreshes come, its answers hardly: it does not give its parent up.
PATIENT = ["--refresh", "0.5", *GUARD, "--retry", "0.5", "--misses", "100"]
PATIENT_FULL = ["--ask", "5"]  # Ten times before it gives up.
ROOT_PORT = 10002  # The rendezvous point has the usual one.
BYTES = 1000
BURST = 40
# A child's send buffer has room for 2 MiB, and its queue lets 1 kB a second out: this is more, by
# the payloads alone and in minutes, however fast the machine is and however little the kernel needs
# beside the payloads.
TURNS = 60
# Its own queue of the kernel is full first, or the send buffer of the socket that leads to it.
QUEUES = {"queue-full": "30000", "socket-full": "100000000"}


class Cables:
    """The hosts above, and the programs on them."""

    def __init__(self, lab, family):
        root, inner, a, b, slow = (lab.host(name) for name in ("root", "inner", "a", "b", "slow"))
        for subnet, host in enumerate((root, a, b, slow), 1):
            lab.cable(inner, host, subnet)
        lab.settle()
        inner.set_forwarding()
        for subnet, host in enumerate((root, a, b, slow)):
            for version in (4, 6):
                host.ip(f"route add default via {inner.address(version, f'eth{subnet}')}")
        rdvpoint(root, *GUARD)
        rdv = root.address(family.version)
        self.root = node(root, rdv, "--port", ROOT_PORT, *QUICK, "--children-max", "1",
                         port=ROOT_PORT)
        wait_placed(self.root)
        self.inner = node(inner, rdv, *QUICK)
        wait_placed(self.inner)
        patient = [*PATIENT, *(PATIENT_FULL if is_full() else [])]
        self.a, self.slow, self.b = (node(host, rdv, *timers, "--children-max", "0")
                                     for host, timers
                                     in ((a, QUICK), (slow, patient), (b, QUICK)))
        self.quick = [self.root, self.inner, self.a, self.b]
        wait_one_tree([*self.quick, self.slow])
        self.talker = Talker(root, (self.root.data[0], DATA_PORT), family.version)

    def throttle(self, limit):
        """The cable to the slow one carries next to nothing now, and holds so many bytes back.

        Its two ends know each other's MAC addresses for good: an answer to a question for one would
        stand in the queue, too.
        """
        for here, there, hither, thither in ((self.inner.host, self.slow.host, "eth3", "eth0"),
                                             (self.slow.host, self.inner.host, "eth0", "eth3")):
            here.ip(*(f"neigh replace {there.address(version, thither)} lladdr {there.mac(thither)}"
                      f" nud permanent dev {hither}" for version in (4, 6)))
        self._shape("add", "8kbit", limit)

    def hurry(self, limit):
        """That cable is fast now: what was held back comes."""
        self._shape("change", "100mbit", limit)

    def _shape(self, verb, rate, limit):
        self.inner.host.run(["tc", "qdisc", verb, "dev", "eth3", "root", "tbf", "rate", rate,
                             "burst", "10000", "limit", limit])

    def queue(self):
        """What the kernel tells of the queue before that cable: backlog and drops among others."""
        show = ["tc", "-j", "-s", "qdisc", "show", "dev", "eth3"]
        return json.loads(self.inner.host.run(show).stdout)[0]

    def stream(self, name, turns):
        """Bursts one after the other, as fast as the quick ones take them."""
        for turn in range(turns):
            payloads = [text_of(name, BURST * turn + n, BYTES) for n in range(BURST)]
            since = marks(self.quick)
            self.talker.send_coalesced(payloads)
            wait_heard(self.quick, payloads, since)


@pytest.mark.parametrize("limit", QUEUES.values(), ids=QUEUES.keys())
def test_a_slow_child_loses_its_own_copies_and_they_are_counted(lab, family, limit):
    """2.4 MB go round, of which hardly any get to the slow one before all have been sent.

    What the socket has no room for (EAGAIN) is counted by the node to the last one; what the queue
    has no room for (ENOBUFS) is, too, but where the queue takes a part of a coalesced send: then
    the kernel says that it has taken it, and the queue's own counter alone tells.
    """
    tree = Cables(lab, family)
    tree.throttle(limit)
    tree.stream("fast", TURNS)
    report = tree.inner.report()
    assert tree.slow.endpoint in report.children
    assert set(report.drops) == {"send"} and tree.root.report().drops == {}
    tree.hurry(limit)
    poll(lambda: tree.queue()["backlog"] == 0, what="the slow one has got all it will get")
    sent, queued = TURNS * BURST, tree.queue()["drops"]
    if queued == 0:
        tree.slow.wait_until(lambda: len(tree.slow.out) >= sent - report.drops["send"],
                             what="all that was not dropped")
    lost = sent - len(tree.slow.lines_with("fast"))
    assert 0 < report.drops["send"] <= lost <= report.drops["send"] + queued
    assert queued == 0 or limit == QUEUES["queue-full"]
    for member in tree.quick:
        assert not member.lines_with("unreachable", "err")
    assert not tree.inner.lines_with("child-expired", "err")


def test_a_slow_child_hears_again_when_its_path_is_free(lab, family):
    tree = Cables(lab, family)
    tree.throttle(QUEUES["queue-full"])
    tree.stream("fast", 10)
    tree.inner.host.run(["tc", "qdisc", "del", "dev", "eth3", "root"])
    payloads = burst("free", BYTES)
    tree.talker.send_coalesced(payloads)
    tree.slow.wait_line(payloads[-1])
    assert [line for line in tree.slow.out if line.startswith("free")] == payloads


def test_a_child_killed_in_a_stream_costs_the_others_nothing_and_is_dropped(lab, family):
    tree = Cables(lab, family)
    tree.stream("before", 5)
    tree.slow.process.popen.send_signal(signal.SIGKILL)
    tree.stream("after", 20)
    tree.inner.wait_for(f"child-expired endpoint={tree.slow.endpoint}", stream="err")
    tree.stream("later", 5)
    report = tree.inner.report()
    assert sorted(report.children) == sorted([tree.a.endpoint, tree.b.endpoint])
    assert "send" not in report.drops
    for member in tree.quick:
        assert not member.lines_with("unreachable", "err")


def test_a_child_that_stands_still_in_a_stream_costs_the_others_nothing(lab, family):
    """Its process is stopped: its socket's queue fills, and nothing says so to its parent."""
    tree = Cables(lab, family)
    with frozen(tree.slow):
        tree.stream("still", 20)
    tree.stream("awake", 2)
    assert tree.inner.report().drops == {}


#   rp   parent   n1   n2   …   n6      one bridge
#   |      |      |    |         |
#   +------+------+----+---- … --+
def test_a_closed_port_of_the_parent_is_noticed_by_each_of_its_children(lab, family):
    """The error may be reported to any of the sockets that share a port: the ports differ here."""
    rp, top, *hosts = lab.hosts_on_bridge(["rp", "parent", *(f"n{n}" for n in range(1, 7))])
    rdvpoint(rp, *GUARD)
    rdv = rp.address(family.version)
    # Three tries of ten seconds each: had a child waited for answers, it would be too late.
    patient = ["--refresh", "0.5", *GUARD, "--retry", "10"]
    parent = node(top, rdv, *patient, "--children-max", "6")
    wait_placed(parent)
    children = [node(host, rdv, *patient, "--port", 11000 + 7 * place, "--children-max", "0")
                for place, host in enumerate(hosts)]
    for child in children:
        wait_placed(child)
    parent.kill()
    for child in children:
        child.wait_for("unreachable endpoint=" + parent.endpoint, stream="err", deadline=8)


#   rp   root   mid   leaf      one bridge; mid's standard output goes to cat
@pytest.mark.parametrize("is_stopped", [False, True], ids=["never-reads", "stopped"])
def test_a_reader_that_stands_still_loses_its_own_and_delays_nobody(lab, family, is_stopped):
    rp, *hosts = lab.hosts_on_bridge(["rp", "root", "mid", "leaf"])
    rdvpoint(rp)
    rdv = rp.address(family.version)
    reader, writer = os.pipe()
    members = []
    for host, output in zip(hosts, (subprocess.PIPE, writer, subprocess.PIPE)):
        members.append(node(host, rdv, "--children-max", "1", stdout=output))
        wait_placed(members[-1])
    os.close(writer)
    root, mid, leaf = members
    cat = hosts[1].popen(["cat"], stdin=reader) if is_stopped else None
    if cat:
        root.publish("is anybody there?")
        for reads in (root, leaf, cat):  # Who copies it on prints it afterwards.
            reads.wait_line("is anybody there?")
        cat.popen.send_signal(signal.SIGSTOP)
    talker = Talker(root.host, (root.data[0], DATA_PORT), family.version)
    for turn in range(20):  # 2 MB: the buffer and the pipe hold little more than one.
        payloads, since = burst(f"turn{turn}", BYTES), marks([root, leaf])
        talker.send_coalesced(payloads)
        wait_heard([root, leaf], payloads, since)
    mid.wait_for("output-stalled", stream="err")
    report = mid.report()
    dropped = int(report.values["output_dropped"])
    assert 0 < dropped < int(report.values["messages"]) and report.drops == {}
    if cat:
        cat.popen.send_signal(signal.SIGCONT)
    else:
        cat = hosts[1].popen(["cat"], stdin=reader)
    os.close(reader)
    mid.wait_for(f"output-resumed dropped={dropped}", stream="err")
    root.publish("welcome back")
    cat.wait_line("welcome back")
    assert len(cat.out) == int(mid.report().values["messages"]) - dropped
    poll(lambda: reports([mid])[0].values["output_dropped"] == str(dropped), what="no more")
