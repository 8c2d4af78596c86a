# SPDX-License-Identifier: MIT
# SPDX-FileCopyrightText: the ramure authors
"""test_chat_interface.py - the interface goes away and comes back; what is refused, and how.

The lab is the same in all tests:

    a    b
    |    |
    +----+   one bridge
"""
import os
import signal
import socket

import pytest

from chat import PORT, arrival, chat, departure, everyone, program, says


def joined_again(family, room):
    return f"chat-multicast: joined {room} port 5000 on eth0 again, MAC {family.mac}"


# What is sent in the moment the interface is back may be lost on the way: the port of the bridge
# takes a moment, too. So what was sent is looked at where it leaves; then the bridge is waited for.


@pytest.mark.parametrize("way", ["switched off", "cable pulled"])
def test_an_interface_that_goes_down_and_up_is_joined_again(lab, family, way):
    a, b, bridge = lab.hosts_on_bridge("ab", with_bridge=True)
    alice, bob = everyone([a, b], ["alice", "bob"], family.room)
    capture = lab.capture(a)
    for time in ("first", "second"):
        errors = len(alice.err)
        a.link_down() if way == "switched off" else bridge.ip("link set p-a-1 down")
        alice.wait_for("eth0 is down", stream="err", after=errors)
        alice.send_line(f"typed while it was down the {time} time")
        a.link_up() if way == "switched off" else bridge.ip("link set p-a-1 up")
        alice.wait_line(joined_again(family, family.room), stream="err", after=errors)
        alice.wait_line(f"alice: typed while it was down the {time} time")
        lab.settle()
        says(bob, "bob", f"welcome back from your {time} time", [alice, bob])
        says(alice, "alice", f"I was away for the {time} time", [alice, bob])
    for time in ("first", "second"):
        assert alice.out.count(f"alice: typed while it was down the {time} time") == 1
        assert capture.position_of(f"alice: typed while it was down the {time} time") is not None


@pytest.mark.parametrize("specific", [False, True], ids=["any source", "specific source"])
def test_an_interface_that_is_deleted_and_made_again_is_joined_again(lab, family, specific):
    a, b, bridge = lab.hosts_on_bridge("ab", with_bridge=True)
    room = family.source_room if specific else family.room
    sources = [word for host in (a, b) for word in ("--source", host.address(family.version))]
    alice, bob = everyone([a, b], ["alice", "bob"], room, *(sources if specific else []))
    capture = lab.capture(a)
    for time in ("first", "second"):
        errors = len(alice.err)
        a.unplug()
        alice.wait_for("eth0 is gone", stream="err", after=errors)
        alice.send_line(f"typed while it was gone the {time} time")
        lab.plug(a, bridge)
        alice.wait_for(f"joined {room} port 5000 on eth0 again", stream="err", after=errors)
        alice.wait_line(f"alice: typed while it was gone the {time} time")
        assert a.has_joined(room)
        lab.settle()
        says(bob, "bob", f"welcome back from your {time} time", [alice, bob])
        says(alice, "alice", f"I was away for the {time} time", [alice, bob])
        assert capture.position_of(f"alice: typed while it was gone the {time} time") is not None


def test_an_interface_that_gets_its_address_late_is_joined_again(lab, family):
    a, b, bridge = lab.hosts_on_bridge("ab", with_bridge=True)
    alice, bob = everyone([a, b], ["alice", "bob"], family.wide_room)
    a.unplug()
    alice.wait_for("eth0 is gone", stream="err")
    alice.send_line("typed while it was gone")
    lab.plug(a, bridge, addressed=False)
    lab.settle()  # Up, with a link-local address only: so is an interface that waits for DHCP.
    capture = lab.capture(b, "eth0", f"udp port {PORT} and src host {a.address(family.version)}")
    a.ip(f"addr add {a.address(4)}/24 dev eth0",
         f"addr add {a.address(6)}/64 dev eth0 nodad")
    alice.wait_line(joined_again(family, family.wide_room), stream="err")
    alice.wait_line("alice: typed while it was gone")
    says(bob, "bob", "welcome back", [alice, bob])
    speak_until_seen(lab, alice, bob, capture)


def test_leaving_does_not_wait_for_an_interface_only_to_say_good_bye(lab, family):
    (a,) = lab.hosts_on_bridge("a")
    alice = chat(a, "alice", family.room)
    alice.wait_line(arrival("alice"))
    a.link_down()
    alice.wait_for("eth0 is down", stream="err")
    alice.stop(deadline=3)


def test_leaving_with_lines_to_send_waits_for_the_interface(lab, family):
    a, _ = lab.hosts_on_bridge("ab")
    alice = chat(a, "alice", family.room)
    alice.wait_line(arrival("alice"))
    capture = lab.capture(a)
    a.link_down()
    alice.wait_for("eth0 is down", stream="err")
    alice.send_line("typed while it was down")
    alice.close_stdin()
    a.link_up()
    assert alice.wait_exit() == 0
    assert capture.position_of("alice: typed while it was down") < capture.position_of(
        departure("alice"))


def test_a_second_interrupt_leaves_while_the_interface_is_down(lab, family):
    (a,) = lab.hosts_on_bridge("a")
    alice = chat(a, "alice", family.room)
    a.link_down()
    alice.wait_for("eth0 is down", stream="err")
    alice.send_line("typed while it was down")
    alice.popen.send_signal(signal.SIGINT)
    alice.stop(signal.SIGTERM, deadline=3)  # Another one, since equal pending signals are merged.


def test_a_new_address_is_used_when_the_old_one_goes(lab, family):
    a, b = lab.hosts_on_bridge("ab")
    alice, bob = everyone([a, b], ["alice", "bob"], family.wide_room)
    old, new = {4: ("10.0.1.1/24", "10.0.1.77/24"),
                6: ("fd00:0:0:1::1/64", "fd00:0:0:1::77/64")}[family.version]
    capture = lab.capture(b, "eth0", f"udp port {PORT} and src host {new.partition('/')[0]}")
    a.ip(f"addr del {old} dev eth0", f"addr add {new} dev eth0")
    speak_until_seen(lab, alice, bob, capture)


def speak_until_seen(lab, alice, bob, capture):
    """Alice speaks until the capture has something of it: the program learns of a new address a
    moment after the kernel has it. A link-local source would not get past a router."""
    def is_seen():
        says(alice, "alice", "where am I now?", [alice, bob])
        return capture.frames()

    lab.poll(is_seen, deadline=5, what="a frame with the source address that should be used")


MISTAKES = {  # what is wrong: (words after -room and -name by default, exit code)
    "no group 4": (["-room", "10.0.1.2"], 2),
    "no group 6": (["-room", "fd00::1"], 2),
    "no address": (["-room", "224.1.1.1.1"], 2),
    "reserved": (["-room", "224.0.0.5"], 2),
    "no such interface": (["--interface", "eth7"], 1),
    "no such zone": (["-room", "ff12::801:101%eth7"], 1),
    "two interfaces": (["-room", "ff12::801:101%eth0", "--interface", "lo"], 2),
    "no source 4": (["-room", "232.1.1.1"], 2),
    "no source 6": (["-room", "ff3e::801:101"], 2),
    "source of the other family": (["-room", "232.1.1.1", "--source", "fd00::1"], 2),
    "ttl too large": (["--ttl", "256"], 2),
    "ttl no number": (["--ttl", "1x"], 2),
    "port 0": (["--port", "0"], 2),
    "port too large": (["--port", "65536"], 2),
    "rate no number": (["--rate", "fast"], 2),
    "name empty": (["-name", ""], 2),
    "name with a space": (["-name", "al ice"], 2),
    "name with a colon": (["-name", "al:ice"], 2),
    "name with a comma": (["-name", "al,ice"], 2),
    "name with a star": (["-name", "*alice"], 2),
    "name with an escape": (["-name", "al\x1b[1mice"], 2),
    "name too long": (["-name", "é" * 33], 2),
    "name no UTF-8": (["-name", os.fsdecode(b"al\xffice")], 2),
}


def test_each_mistake_is_one_clear_line_and_the_right_exit_code(lab):
    (a,) = lab.hosts_on_bridge("a")
    wrong = []
    for what, (words, code) in MISTAKES.items():
        words = words if "-room" in words else ["-room", "224.1.1.1", *words]
        words = words if "-name" in words else ["-name", "alice", *words]
        process = a.popen([program("chat-multicast"), *words])
        process.close_stdin()
        if process.wait_exit() != code:
            wrong.append(f"{what}: exit code {process.poll()}, not {code}")
        if len(process.err) != 1 or not process.err[0].startswith("chat-multicast: "):
            wrong.append(f"{what}: not one line: {process.err}")
        if process.out:
            wrong.append(f"{what}: on standard output: {process.out}")
    assert not wrong


def test_a_reserved_group_is_refused_with_the_reason(lab):
    (a,) = lab.hosts_on_bridge("a")
    process = a.popen([program("chat-multicast"), "-room", "224.0.0.5", "-name", "alice"])
    assert process.wait_exit() == 2
    assert "reserved" in process.err[0] or "RFC 5771" in process.err[0]


@pytest.mark.parametrize("missing", ["-room", "-name"])
def test_without_room_or_name_it_says_which_is_missing(lab, missing):
    (a,) = lab.hosts_on_bridge("a")
    words = {"-room": ["-name", "alice"], "-name": ["-room", "224.1.1.1"]}[missing]
    process = a.popen(["env", "-u", "USER", program("chat-multicast"), *words])
    assert process.wait_exit() == 2
    assert missing in process.err[0] and not process.out


def test_without_a_name_it_is_that_of_the_user(lab, family):
    (a,) = lab.hosts_on_bridge("a")
    process = a.popen(["env", "USER=zoé", program("chat-multicast"), "-room", family.room])
    process.wait_line(arrival("zoé"))


def test_a_name_of_32_characters_of_any_length_in_bytes_is_taken(lab, family):
    (a,) = lab.hosts_on_bridge("a")
    name = "日" * 32
    process = chat(a, name, family.room)
    process.wait_line(f"*** {name} has joined the room")


@pytest.mark.parametrize("where", ["everywhere", "on the group"])
def test_a_port_taken_by_a_program_that_does_not_share_is_an_error(lab, family, where):
    a, _ = lab.hosts_on_bridge("ab")
    taker = a.socket(family.version)
    anywhere, group = ("::", "ff15::801:101") if family.version == 6 else ("", "224.1.1.1")
    taker.bind((anywhere if where == "everywhere" else group, PORT))
    process = a.popen([program("chat-multicast"), "-room", group, "-name", "alice", "-i", "eth0"])
    assert process.wait_exit() == 1
    assert len(process.err) == 1 and f"{PORT}" in process.err[0]


def test_a_port_that_others_share_is_shared(lab, family):
    a, b = lab.hosts_on_bridge("ab")
    other = a.socket(family.version)
    other.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    other.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
    other.bind(("::" if family.version == 6 else "", PORT))
    alice, bob = everyone([a, b], ["alice", "bob"], family.room)
    says(bob, "bob", "hello", [alice, bob])
