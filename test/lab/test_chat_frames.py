# SPDX-License-Identifier: MIT
# SPDX-FileCopyrightText: the ramure authors
"""test_chat_frames.py - what is on the wire, and whether strangers understand it.

The lab is the same in all tests; host b or host c looks at the wire:

    a    b    c
    |    |    |
    +----+----+   one bridge, no snooping: it floods
"""
import re

from chat import arrival, chat, departure, peer, says

CAPTURED = {4: "igmp or udp port 5000", 6: "ip6 multicast"}
REPORT_TO = {4: r"> 01:00:5e:00:00:16.* > 224\.0\.0\.22: igmp v3 report",
             6: r"> 33:33:00:00:00:16.* > ff02::16: .*multicast listener report v2"}


def record(family, group, change):
    """A pattern for a frame with a report of that change of membership (RFC 3376, 3810)."""
    return REPORT_TO[family.version] + r".*\[gaddr " + re.escape(group) + " " + change


def test_the_wire_shows_join_lines_and_leave_with_the_right_addresses(lab, family):
    a, b = lab.hosts_on_bridge("ab")
    capture = lab.capture(b, "eth0", CAPTURED[family.version])
    alice = chat(a, "alice", family.room)
    join = capture.wait_for(record(family, family.room, r"to_ex \{ \}"))
    says(alice, "alice", "bonjour", [alice])
    alice.close_stdin()
    assert alice.wait_exit() == 0
    leave = capture.wait_for(record(family, family.room, r"to_in \{ \}"))
    sent = (rf"{a.mac()} > {family.mac}, .*(ttl|hlim) 1\b.* > {re.escape(family.room)}\.5000: "
            r".*UDP, length ")
    said = capture.wait_for(sent + str(len("alice: bonjour")) + r"$")
    here = capture.wait_for(sent + str(len(arrival("alice"))) + r"$")
    gone = capture.wait_for(sent + str(len(departure("alice"))) + r"$")
    frames = capture.frames()
    order = [frames.index(frame) for frame in (join, said, gone, leave)]
    assert order == sorted(order), "left after the last word"
    assert frames.index(here) < frames.index(said)
    assert len([frame for frame in frames if ".5000: " in frame]) == 3, "nothing else was sent"


def test_the_wire_shows_the_sources_of_a_source_specific_join(lab, family):
    a, b = lab.hosts_on_bridge("ab")
    capture = lab.capture(b, "eth0", CAPTURED[family.version])
    source = b.address(family.version)
    alice = chat(a, "alice", family.source_room, "--source", source)
    capture.wait_for(record(family, family.source_room,
                            r"(allow|to_in) \{ " + re.escape(source) + r" \}"))
    alice.stop()
    capture.wait_for(record(family, family.source_room,
                            r"(block \{ " + re.escape(source) + r" \}|to_in \{ \})"))
    any_source = rf"gaddr {re.escape(family.source_room)} (to|is)_ex"
    assert not [frame for frame in capture.frames() if re.search(any_source, frame)]


def test_membership_is_held_while_inside_and_dropped_at_the_end(lab, family):
    a, _ = lab.hosts_on_bridge("ab")
    assert not a.has_joined(family.room)
    alice, bob = chat(a, "alice", family.room), chat(a, "bob", family.room)
    assert a.has_joined(family.room)
    alice.stop()
    assert a.has_joined(family.room), "bob is still there"
    bob.stop()
    assert not a.has_joined(family.room)


def test_a_stranger_can_read_the_room(lab, family):
    a, b = lab.hosts_on_bridge("ab")
    stranger = peer(b, "recv", family.room, "--interface", "eth0", "--count", "5")
    lab.poll(lambda: b.has_joined(family.room) or stranger.poll(), what="the stranger listens")
    alice = chat(a, "alice", family.room)
    for line in ("bonjour, ça va ?", "/me waves", "/nick zoé"):
        alice.send_line(line)
    alice.close_stdin()
    assert stranger.wait_exit() == 0
    assert stranger.out == ["*** alice has joined the room", "alice: bonjour, ça va ?",
                            "* alice waves", "*** alice is now known as zoé",
                            "*** zoé has left the room"]


def test_a_stranger_can_write_in_the_room(lab, family):
    a, b, c = lab.hosts_on_bridge("abc")
    chats = [chat(a, "alice", family.room), chat(c, "carol", family.room)]
    stranger = peer(b, "send", family.room, "--interface", "eth0")
    lines = ["bob: hello from another program", "no name at all", "été 日本 🎉",
             "* bob waves", "*** bob has joined the room", "bob: "]
    for line in lines:
        stranger.send_line(line)
    stranger.close_stdin()
    assert stranger.wait_exit() == 0
    for process in chats:
        for line in lines:
            process.wait_line(line)
            assert process.out.count(line) == 1
    says(chats[0], "alice", "welcome, whoever you are", chats)
