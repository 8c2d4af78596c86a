# SPDX-License-Identifier: MIT
# SPDX-FileCopyrightText: the ramure authors
"""test_data_boundaries.py - bursts come out of each node whole, in order, once, however they go in.

    rp   root   inner   a   b   c   m      one bridge; inner is the root's child, a, b and c are
    |     |       |     |   |   |   |      inner's; m is no node, and sends DATA to the root
    +-----+-------+-----+---+---+---+      as members do that publish
"""
import time

import pytest

from stream import (Talker, burst, coalesced, frozen, marks, mixed_burst, segments_max, text_of,
                    wait_heard)
from tree import (DATA_PORT, MCAST_PORT, endpoint, node, rdvpoint, reports, wait_budget,
                  wait_one_tree, wait_placed)

pytestmark = pytest.mark.usefixtures("profile")
SIZES = [0, 1, 100, 1400, 1470, 9000, 65502]
JUMBO_MTU = 9100


def set_mtu(hosts, bridge, mtu):
    """On both ends of all cables."""
    for host in hosts:
        host.ip(f"link set eth0 mtu {mtu}")
    bridge.ip(*(f"link set {port} mtu {mtu}" for port in bridge.ports), f"link set br0 mtu {mtu}")


class Tree:
    """The nodes, and the host that is none."""

    def __init__(self, lab, family, *options, mtu=1500):
        *hosts, bridge = lab.hosts_on_bridge(["rp", "root", "inner", "a", "b", "c", "m"],
                                             with_bridge=True)
        set_mtu(hosts, bridge, mtu)
        rp, root, inner, *leaves, self.other = hosts
        rdvpoint(rp)
        rdv = rp.address(family.version)
        self.members = []
        for host in (root, inner, *leaves):
            limit = {root: "1", inner: "3"}.get(host, "0")
            self.members.append(node(host, rdv, "--children-max", limit, *options))
            wait_placed(self.members[-1])
        wait_one_tree(self.members)
        self.root, self.inner, *self.leaves = self.members
        self.version = family.version

    def talker(self, member):
        """One that sends payloads to a member's DATA_PORT."""
        return Talker(member.host, (member.data[0], DATA_PORT), self.version)

    def stranger(self):
        """One that sends DATA from another host to the root."""
        target = (self.root.host.address(self.version), MCAST_PORT)
        return Talker(self.other, target, self.version)


def as_data(payloads):
    return [b"DATA\n" + payload.encode() for payload in payloads]


def send_as_stranger(talker, payloads):
    begin = time.monotonic()
    talker.send_coalesced(as_data(payloads))
    wait_budget(begin, len(payloads))


def carry_all_sizes(tree, send, sizes=tuple(SIZES)):
    """Two bursts of each size, then mixed ones; `send` sends a list of payloads."""
    bursts = [burst("x", size, first) for size in sizes for first in (0, 1000)]
    bursts += [mixed_burst("y", sizes, first) for first in (0, 1000, 2000)]
    for payloads in bursts:
        since = marks(tree.members)
        send(payloads)
        wait_heard(tree.members, payloads, since)
    assert not any(report.drops for report in reports(tree.members))


def test_bursts_of_single_payloads_to_the_data_port_keep_boundaries_and_order(lab, family):
    tree = Tree(lab, family)
    source = tree.leaves[1]
    talker = tree.talker(source)

    def send(payloads):
        with frozen(source):
            talker.send(payloads)

    carry_all_sizes(tree, send)
    of_source, of_inner = reports([source, tree.inner])
    assert coalesced(of_source, "out") > 0.5, "what waits together goes to the root together"
    assert coalesced(of_inner, "in") > 0.5 and coalesced(of_inner, "out") > 0.5


def test_coalesced_payloads_to_the_data_port_keep_boundaries_and_order(lab, family):
    tree = Tree(lab, family)
    for source in (tree.root, tree.leaves[0]):
        carry_all_sizes(tree, tree.talker(source).send_coalesced)
    _, of_inner, *of_leaves = reports(tree.members)
    assert coalesced(of_inner, "in") > 0.5 and coalesced(of_inner, "out") > 0.5
    assert all(coalesced(of_leaf, "in") > 0.5 for of_leaf in of_leaves)
    assert [member.stop() for member in tree.members] == [0] * 5, "and nothing is left in memory"


def test_coalesced_data_from_another_host_keep_boundaries_and_order(lab, family):
    tree = Tree(lab, family)
    stranger = tree.stranger()
    carry_all_sizes(tree, lambda payloads: send_as_stranger(stranger, payloads))
    of_root, of_inner, *of_leaves = reports(tree.members)
    assert coalesced(of_root, "in") > 0.5, "the network between keeps what was sent as one"
    assert coalesced(of_inner, "out") > 0.5
    assert all(coalesced(of_leaf, "in") > 0.5 for of_leaf in of_leaves)


def test_large_payloads_are_coalesced_where_packets_are_as_large(lab, family):
    """With an MTU of 9,100 bytes a payload of 9,000 is one packet, and seven fit in one send."""
    tree = Tree(lab, family, mtu=JUMBO_MTU)
    carry_all_sizes(tree, tree.talker(tree.root).send_coalesced, sizes=(1470, 9000))
    of_root, of_inner, *_ = reports(tree.members)
    assert coalesced(of_root, "out") > 0.9 and coalesced(of_inner, "out") > 0.9


def test_sources_at_once_each_keep_their_order(lab, family):
    """Three of them: a member, the root's own host, and a program that speaks DATA."""
    tree = Tree(lab, family)
    talkers = [tree.talker(tree.leaves[2]), tree.talker(tree.root), tree.stranger()]
    for turn in range(10):
        since = marks(tree.members)
        sent = [[text_of(f"source{n}", 100 * turn + k, 300) for k in range(40)] for n in range(3)]
        for n, talker in enumerate(talkers):
            talker.send_coalesced(as_data(sent[n]) if n == 2 else sent[n])
        for member, first in zip(tree.members, since):
            member.wait_until(lambda m=member, k=first + 120: len(m.out) >= k, what="all three")
            for n in range(3):
                heard = [line for line in member.out[first:] if line.startswith(f"source{n} ")]
                assert heard == sent[n]


def test_a_send_of_as_many_segments_as_the_kernel_takes_comes_out_whole(lab, family):
    """128 since Linux 6.9, 64 before: of a byte each, and of as many bytes as 65,507 hold."""
    tree = Tree(lab, family)
    count = segments_max(tree.root.host)
    assert count in (64, 128)
    for size in (1, 65507 // count - 5):
        payloads = [text_of("z", number, size) for number in range(count)]
        since = marks(tree.members)
        tree.stranger().send_coalesced(as_data(payloads))
        wait_heard(tree.members, payloads, since)
    traffic = tree.inner.report().traffic
    assert traffic["in"]["coalesced"] == 2 * count, "all of them, and no signalling"
    assert traffic["out"]["coalesced"] == 3 * 2 * count


# Buffers that mix messages: the body of an RJOI is ignored [W2], so it can have the size of DATA

def padded(text, size=40):
    return text + b"." * (size - len(text))


def mixed_segments(kinds, turn):
    """Segments of one size for letters: D is DATA, J an RJOI, X and S no messages.

    A small j is an RJOI as it should be, and shorter: it can only come last. So a device that
    coalesces on reception joins what a node says to its child, the data and an answer.
    """
    made = {"D": b"DATA\nmixed %d ", "J": b"RJOI\n%d ", "X": b"XXXX\n%d ", "S": b"short%d "}
    return [b"RJOI\n" if kind == "j" else padded(made[kind] % (100 * turn + n))
            for n, kind in enumerate(kinds)]


MIXES = ["DDDJDDXDDSDDD", "JDDDDD", "XDDJ", "DJ", "JX", "DDDDDDDJ", "SXJDDDD", "DDDDj", "XSj"]


@pytest.mark.parametrize("without", [None, "steering", "gro"])
def test_a_buffer_of_data_and_signalling_is_split_and_each_message_counts(lab, family, without):
    tree = Tree(lab, family, *(["--without", without] if without else []))
    unknown = short = 0
    expected = []
    for turn, kinds in enumerate(MIXES):
        stranger = tree.stranger()
        segments = mixed_segments(kinds, turn)
        stranger.send_as_one(segments)
        expected += [s[5:].decode() for s in segments if s.startswith(b"DATA")]
        unknown, short = unknown + kinds.count("X"), short + kinds.count("S")
        assert stranger.receive() == f"NJOI\n{peer_line(tree.inner)}\n".encode(), "it is full"
        wait_heard(tree.members, expected)
        assert tree.root.report().drops == {name: count for name, count
                                            in (("short", short), ("unknown", unknown)) if count}


def peer_line(member):
    """A member's endpoint as messages have it."""
    return f"{member.endpoint.rsplit(':', 1)[0].strip('[]')} {MCAST_PORT}"


@pytest.mark.parametrize("without", [None, "steering"])
def test_who_joins_in_the_middle_of_a_buffer_gets_what_comes_after_it(lab, family, without):
    """Who was a child before gets all of it. Answer and copies come from where it has asked."""
    rp, one, two, other = lab.hosts_on_bridge(["rp", "root", "a", "m"])
    rdvpoint(rp)
    options = ["--without", without] if without else []
    members = [node(host, rp.address(family.version), *options) for host in (one, two)]
    wait_one_tree(members)
    root = next(member for member in members if member.report().state == "root")
    target = (root.host.address(family.version), MCAST_PORT)
    stranger = Talker(other, target, family.version)
    segments = mixed_segments("DDDDJDDDDDD", 0)
    stranger.send_as_one(segments)
    payloads = [segment[5:].decode() for segment in segments if segment.startswith(b"DATA")]
    wait_heard(members, payloads)
    copies = [stranger.receive() for _ in range(7)]
    assert copies == [b"YJOI\n", *segments[5:]]
    assert root.report().children[-1] == endpoint(*stranger.sock.getsockname()[:2])
