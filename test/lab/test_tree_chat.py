# SPDX-License-Identifier: MIT
# SPDX-FileCopyrightText: the ramure authors
"""test_tree_chat.py - a room over the tree, `chat-multicast -room rdv:HOST`.

    rp   a    b    c    d    e
    |    |    |    |    |    |
    +----+----+----+----+----+   one bridge; a rendezvous point, and a participant on each host
"""
import signal

import pytest

from chat import arrival, departure, named_here, program, says
from tree import node, profile_options, publish_until_all_hear, rdvpoint, wait_placed

pytestmark = pytest.mark.usefixtures("profile")
NAMES = ["alice", "bob", "carol", "dave", "erin"]


def room(rp, family, port=""):
    address = rp.address(family.version)
    return f"rdv:[{address}]{port}" if family.version == 6 and port else f"rdv:{address}{port}"


def chat(host, name, where, *options, **streams):
    """Starts a participant, and waits until it has a place in the tree."""
    process = host.popen([program("chat-multicast"), "-room", where, "-name", name,
                          *profile_options(), *options], **streams)
    process.wait_for("joined the tree of", stream="err")
    return process


def everyone(hosts, names, where, *options):
    """A participant on each host, one after the other, each of whom all others have seen arrive."""
    chats = []
    for host, name in zip(hosts, names):
        chats.append(chat(host, name, where, *options))
        for process in chats:
            process.wait_line(arrival(name))
    return chats


def test_five_on_five_hosts_see_every_line_once_and_in_each_senders_order(lab, family):
    rp, *hosts = lab.hosts_on_bridge(["rp", *"abcde"])
    rdvpoint(rp)
    chats = everyone(hosts, NAMES, room(rp, family), "--rate", "500/20")
    lines = {name: [f"{name}: line {n} of 100, ça va ?" for n in range(100)] for name in NAMES}
    for name, process in zip(NAMES, chats):
        process.send("".join(line.removeprefix(f"{name}: ") + "\n" for line in lines[name]))
    for process in chats:
        process.wait_until(lambda p=process: len(p.lines_with(": line ")) >= 500, 30,
                           "500 lines of five senders")
    for process in chats:
        for name in NAMES:
            assert [line for line in process.out if line.startswith(f"{name}: ")] == lines[name]


def test_arrivals_departures_names_and_commands_are_those_of_any_room(lab, family):
    rp, *hosts = lab.hosts_on_bridge(["rp", *"abcd"])
    rdvpoint(rp)
    where = room(rp, family)
    alice, bob, carol = everyone(hosts[:3], NAMES, where)
    carol.wait_until(lambda: {"alice", "bob"} <= named_here(carol), what="who was there before")
    for typed, seen in (("/me waves", "* bob waves"), ("/nick rob", "*** bob is now known as rob"),
                        ("//etc is a folder", "rob: /etc is a folder"), ("", "rob: the next")):
        bob.send_line(typed or "the next")
        for process in (alice, bob, carol):
            process.wait_line(seen)
    alice.send_line("/who")
    who = alice.wait_for(lambda line: "rob" in line and "carol" in line and "alice" in line)
    assert "bob" not in who.replace("rob", "")
    for place, leave in enumerate([lambda p: p.send_line("/quit"), lambda p: p.close_stdin(),
                                   lambda p: p.popen.send_signal(signal.SIGTERM)]):
        dave = chat(hosts[3], f"dave{place}", where)
        for process in (alice, bob, carol, dave):
            process.wait_line(arrival(f"dave{place}"))
        leave(dave)
        assert dave.wait_exit() == 0
        assert dave.out.count(departure(f"dave{place}")) <= 1
        for process in (alice, bob, carol):
            process.wait_line(departure(f"dave{place}"))
            assert process.out.count(arrival(f"dave{place}")) == 1
            assert process.out.count(departure(f"dave{place}")) == 1


def test_two_on_one_host_and_one_beside_the_rendezvous_point(lab, family):
    rp, a = lab.hosts_on_bridge(["rp", "a"])
    rdvpoint(rp)
    where = room(rp, family)
    chats = everyone([rp, a, a], NAMES, where)
    for name, process in zip(NAMES, chats):
        says(process, name, f"hello from {name}", chats)
    ports = [process.lines_with("joined the tree", "err")[0].split("port ")[1] for process in chats]
    assert ports[0] != "10000" and ports[1] == "10000" and ports[2] != "10000"


def test_everything_on_one_host_over_loopback(lab, family):
    host = lab.host("a")
    address = host.address(family.version, "lo")
    rdvpoint(host, "--bind", address)
    chats = everyone([host] * 3, NAMES, f"rdv:{address}", "-i", "lo")
    for name, process in zip(NAMES, chats):
        says(process, name, f"hello from {name}", chats)


def test_a_chat_and_nodes_are_in_one_tree(lab, family):
    rp, a, b = lab.hosts_on_bridge(["rp", "a", "b"])
    rdvpoint(rp)
    member = node(a, rp.address(family.version))
    wait_placed(member)
    alice = chat(b, "alice", room(rp, family))
    member.wait_line(arrival("alice"))
    alice.send_line("is there a node?")
    member.wait_line("alice: is there a node?")
    member.publish("node: yes")
    alice.wait_line("node: yes")
    publish_until_all_hear(member, [member, alice])


def test_what_is_said_before_there_is_a_rendezvous_point_waits_for_it(lab, family):
    rp, a, b = lab.hosts_on_bridge(["rp", "a", "b"])
    where = room(rp, family, ":12345")
    alice = a.popen([program("chat-multicast"), "-room", where, "-name", "alice",
                     *profile_options()])
    alice.send_line("is anybody there?")
    rdvpoint(rp, "--port", "12345")
    alice.wait_line("alice: is anybody there?", deadline=20)
    bob = chat(b, "bob", where)
    says(bob, "bob", "now I am", [alice, bob])


def test_the_participant_that_is_the_root_leaves_and_the_others_notice(lab, family):
    rp, *hosts = lab.hosts_on_bridge(["rp", *"abc"])
    rdvpoint(rp)
    alice, bob, carol = everyone(hosts, NAMES, room(rp, family))
    assert alice.lines_with("as its root", "err")
    alice.send_line("goodbye")
    alice.close_stdin()
    assert alice.wait_exit() == 0
    for process in (bob, carol):
        process.wait_line("alice: goodbye")
        process.wait_line(departure("alice"))


def test_a_room_that_cannot_be_says_why(lab):
    host = lab.host("a")
    for where, options, text in (
            ("rdv:", [], "HOST"), ("rdv:no-such-name.invalid", [], "no-such-name.invalid"),
            ("rdv:127.0.0.1:0", [], "127.0.0.1:0"), ("rdv:127.0.0.1", ["-i", "eth7"], "eth7"),
            ("rdv:127.0.0.1", ["--source", "127.0.0.2"], "--source"),
            ("rdv:127.0.0.1", ["--no-loop"], "--no-loop")):
        process = host.popen([program("chat-multicast"), "-room", where, "-name", "a", *options])
        assert process.wait_exit() in (1, 2)
        assert len(process.err) == 1 and text in process.err[0], where
