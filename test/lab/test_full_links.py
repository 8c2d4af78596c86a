# SPDX-License-Identifier: MIT
# SPDX-FileCopyrightText: the ramure authors
"""test_full_links.py - what a link of the full profile carries, and what is done when it does not.

The timers are those that users have; times are printed (pytest -rP shows them).
"""
import subprocess
import time

import pytest

from chat import CHECKOUT, program
from netlab import poll
from stream import Publisher, Talker, coalesced, marks, text_of, wait_heard
from tree import chain, node, rdvpoint, reports, wait_attached, wait_one_tree, wait_placed

MUTE_S = 2          # At most: from a tick on, to the next but one. [T7]
JOIN_S = 1          # Another place is found in that, on a busy machine.
RUN = 40            # Payloads in a row.
RUNS = 50
MDAT = "meta protocol ip ip protocol udp @th,64,32 0x4d444154"  # Behind the header of UDP.
TICK = "meta protocol ip ip protocol udp @th,64,32 0x5449434b"
DEPTH_AT = 8 * (8 + 5 + 28)  # In bits: UDP, the type and its line feed, what is before it.


def black_hole(bridge, member, children):
    """Drops the data that a member sends to its children behind its cable: it cannot notice."""
    addresses = ", ".join(child.host.address(4) for child in children)
    bridge.run(["nft", "add table netdev hole; add chain netdev hole in { type filter hook ingress"
                       f" device p-{member.host.name}-1 priority 0; }}; add rule netdev hole in"
                       f" ip daddr {{ {addresses} }} {MDAT} counter drop"])


def far_down(bridge, member):
    """Makes the ticks of a member say that it is 1,023 hops from the root."""
    bridge.run(["nft", "add table netdev deep; add chain netdev deep in { type filter hook ingress"
                       f" device p-{member.host.name}-1 priority 0; }}; add rule netdev deep in"
                       f" {TICK} @th,{DEPTH_AT},16 set 1023"])


def test_who_names_no_profile_speaks_the_full_one(lab, monkeypatch):
    monkeypatch.delenv("RAMURE_PROFILE", raising=False)
    rp, a, b, c = lab.hosts_on_bridge(["rp", "a", "b", "c"])
    rdvpoint(rp)
    root = node(a, rp.address(4))
    wait_placed(root)
    assert root.report().place["epoch"] == "1"
    wait_placed(node(b, rp.address(4), "--children-max", "0"))
    chat = c.popen([program("chat-multicast"), "-room", f"rdv:{rp.address(4)}", "-name", "alice"])
    chat.wait_for("joined the tree of", stream="err")
    assert len(root.report().children) == 2
    known = [line for line in root.err if line.startswith("neighbour role=child ")]
    assert known and all(" profile=full " in line for line in known)


def test_the_demo_shows_a_tree_that_mends_itself(lab):
    assert not lab.hosts  # It makes its own: this is for what it needs besides.
    demo = subprocess.run([CHECKOUT / "tools/demo-tree", program("rdvpoint").parent],
                          capture_output=True, text=True, check=False)
    assert demo.returncode == 0, demo.stdout + demo.stderr
    assert "--- 6 nodes in one tree" in demo.stdout


def after(member, begin, event):
    """Seconds after which the log has this event for the first time."""
    return next(at - begin for line, at in zip(list(member.err), list(member.err_times))
                if at > begin and line.startswith(event))


#   rp   root   n1   n2   n3   n4   n5      one bridge; root has two children, two of n1 to n5, and
#   |     |     |    |    |    |    |       these have the other three between them
#   +-----+-----+----+----+----+----+
def test_a_parent_that_answers_and_passes_no_data_on_is_left_by_all_its_children(lab):
    rp, root, *hosts, bridge = lab.hosts_on_bridge(
        ["rp", "root", *(f"n{n}" for n in range(1, 6))], with_bridge=True)
    rdvpoint(rp, profile="full")
    members = [node(root, rp.address(4), "--children-max", "2", profile="full")]
    wait_placed(members[0])
    for host in hosts:
        members.append(node(host, rp.address(4), profile="full"))
        wait_placed(members[-1])
    wait_one_tree(members)
    known = dict(zip(members, reports(members)))
    hole = max(members[1:], key=lambda member: len(known[member].children))
    children = [member for member in members if member.endpoint in known[hole].children]
    others = [member for member in members if member not in children]
    publisher = Publisher(next(m for m in others[1:] if m is not hole))
    publisher.wait_some()
    since = [len(member.err) for member in members]
    begin = time.monotonic()
    black_hole(bridge, hole, children)
    for child in children:
        child.wait_for(f"parent-mute endpoint={hole.endpoint}", stream="err")
        child.wait_for("joined ", stream="err", after=since[members.index(child)])
    wait_attached(members)
    publisher.wait_some()
    publisher.stop(members)
    mute = [after(child, begin, "parent-mute ") for child in children]
    placed = [after(child, begin, "joined ") for child in children]
    missed = [len(publisher.missed_by(child)) for child in children]
    print(f"{len(children)} children leave after {', '.join(f'{at:.3f}' for at in mute)} s, have"
          f" another parent after {', '.join(f'{at:.3f}' for at in placed)} s, and have missed"
          f" {missed} messages of 100 a second")
    assert max(mute) < MUTE_S + JOIN_S and max(placed) < MUTE_S + JOIN_S
    assert not any(publisher.missed_by(member) for member in others)
    for child, report in zip(children, reports(children)):
        assert report.parent != hole.endpoint
        assert len(child.lines_with("parent-mute ", "err")) == 1
    for member, first in zip(members, since):
        if member not in children:
            assert not [line for line in list(member.err)[first:] if line.startswith("search ")]


#   rp   root   child      one bridge
#   |     |      |
#   +-----+------+
def test_a_parent_too_far_from_the_root_is_left(lab):
    """[N5]"""
    rp, *hosts, bridge = lab.hosts_on_bridge(["rp", "root", "child"], with_bridge=True)
    rdvpoint(rp, profile="full")
    root, child = chain(hosts, rp.address(4), "--profile", "full")
    far_down(bridge, root)
    child.wait_for(f"parent-deep endpoint={root.endpoint}", stream="err")
    root.wait_for(f"child-left endpoint={child.endpoint}", stream="err")


#   rp   root   inner   leaf      one bridge; each has the next one as its only child
#   |     |       |      |
#   +-----+-------+------+
@pytest.mark.parametrize("source", [0, -1], ids=["from-the-root", "from-the-leaf"])
def test_an_inner_node_passes_runs_through_as_they_came_and_the_root_alone_stamps(lab, source):
    rp, *hosts = lab.hosts_on_bridge(["rp", "root", "inner", "leaf"])
    rdvpoint(rp, profile="full")
    members = chain(hosts, rp.address(4), "--profile", "full")
    wait_one_tree(members, children_max=1)
    talker = Talker(members[source].host, members[source].data)
    for turn in range(RUNS):
        payloads = [text_of("x", turn * RUN + n, 1000) for n in range(RUN)]
        since = marks(members)
        talker.send_coalesced(payloads)
        wait_heard(members, payloads, since)
    count = RUN * RUNS
    of_root, of_inner, of_leaf = reports(members)
    assert [report.traffic["out"]["stamped"] for report in (of_root, of_inner, of_leaf)] \
        == [count, 0, 0]
    went = of_inner.traffic["out"]
    shares = [f"{coalesced(report, way):.3f}" for report in (of_root, of_inner, of_leaf)
              for way in ("in", "out")]
    print(f"{count} payloads in runs of {RUN}: the inner node passes {went['forwarded_whole']} of"
          f" them on as they came; coalesced in and out, root, inner, leaf: {shares}")
    assert went["forwarded_whole"] > 0.9 * count
    assert coalesced(of_inner, "in") > 0.9 and coalesced(of_inner, "out") > 0.9
    assert coalesced(of_leaf, "in") > 0.9
    assert of_inner.drops == {}
    poll(lambda: reports(members)[source].place["kept"] == "0", what="the root has all")
