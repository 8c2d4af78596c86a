# SPDX-License-Identifier: MIT
# SPDX-FileCopyrightText: the ramure authors
"""test_chat_hostile.py - whatever arrives, the terminal stays clean and the program alive.

The lab is the same in all tests; the hostile datagrams come from b, or from a itself:

    a    b
    |    |
    +----+   one bridge
"""
import fcntl
import os
import signal
import sys
import termios
import unicodedata

import pytest

from chat import PORT, arrival, chat, everyone, is_sanitized, program, says

LARGEST = 65507        # of a datagram over IPv4
MEGABYTE = 1 << 20

SEEN_AS = {  # what is sent: how it is shown
    b"eve: \x1b[31mred\x1b[0m": "eve: \ufffd[31mred\ufffd[0m",
    b"eve: \x1b]0;title\x07": "eve: \ufffd]0;title\ufffd",
    b"eve: a\x00b\x08c\x7fd": "eve: a\ufffdb\ufffdc\ufffdd",
    b"eve: one\ntwo\r\nthree\tfour": "eve: one two  three four",
    b"eve: hi\nalice: I am a liar": "eve: hi alice: I am a liar",
    b"eve: C1 \xc2\x9b31m control": "eve: C1 \ufffd31m control",
    b"\x1b[2J\x1b[H": "\ufffd[2J\ufffd[H",
    b"\x1b: eve": "\ufffd: eve",
    b"*** \x1b[1m has joined the room": "*** \ufffd[1m has joined the room",
    b"* \x9b waves": "* \ufffd waves",
    "eve: é日🎉".encode(): "eve: é日🎉",
}
GARBAGE = [  # how it is shown is not our business, as long as it is clean
    b"",
    b"\xff\xfe\xfd",
    b"eve: \xe3\x81",
    b"eve: \xc0\xaf\xed\xa0\x80\xf4\x90\x80\x80",
    bytes(range(256)),
    b"*** ", b"***", b"* ", b": ", b":", b"*** here: ", b"*** here: ,,,\x1b, ",
    b"*** is now known as ",
    b"*** eve is now known as \x1b[1m", b"*** eve is now known as " + b"x" * 2000,
    b"*** here: " + b", ".join(b"n%d" % n for n in range(5000)),
    b"\n" * 1000,
]


def bytes_waiting(pipe):
    count = bytearray(4)
    fcntl.ioctl(pipe, termios.FIONREAD, count)
    return int.from_bytes(count, sys.byteorder)


def assert_clean(process):
    """Standard output is UTF-8 without control characters but the ends of lines."""
    text = b"".join(process.raw_out).decode("utf-8", "strict")
    odd = {character for character in text if unicodedata.category(character) in ("Cc", "Cs")}
    assert odd <= {"\n"}


@pytest.mark.parametrize("place", ["from afar", "from the same host"])
def test_hostile_datagrams_never_reach_the_terminal_raw(lab, family, place):
    a, b = lab.hosts_on_bridge("ab")
    alice, bob = everyone([a, b], ["alice", "bob"], family.room)
    sock = (b if place == "from afar" else a).group_socket(family.room)
    for datagram, seen in SEEN_AS.items():
        sock.sendto(datagram, (family.room, PORT))
        alice.wait_line(seen)
    for datagram in GARBAGE:
        sock.sendto(datagram, (family.room, PORT))
    says(bob, "bob", "was that all?", [alice, bob])
    says(alice, "alice", "I am still here", [alice, bob])
    assert_clean(alice)
    assert not any("\udc80" <= character <= "\udcff" for line in alice.out for character in line)


@pytest.mark.parametrize("place", ["from afar, in fragments", "by the loopback interface"])
def test_the_largest_datagram_is_harmless(lab, family, place):
    a, b = lab.hosts_on_bridge("ab")
    if place.startswith("by the loopback"):
        if family.version == 6:
            a.ip("route add local ff00::/8 dev lo table local")
        alice = chat(a, "alice", family.room, interface="lo")
        sock = a.group_socket(family.room, "lo")
    else:
        alice = chat(a, "alice", family.room)
        sock = b.group_socket(family.room)
    for filling in (b"x", b"\x1b", b"\xff", "é".encode(), b"\n"):
        sock.sendto((b"eve: " + filling * LARGEST)[:LARGEST], (family.room, PORT))
    sock.sendto(b"eve: done", (family.room, PORT))
    alice.wait_line("eve: done")
    says(alice, "alice", "I am still here", [alice])
    assert_clean(alice)


def test_a_reader_that_stands_still_does_not_keep_the_program_from_leaving(lab, family):
    a, b = lab.hosts_on_bridge("ab")
    unread, stdout = os.pipe()
    try:
        alice = chat(a, "alice", family.room, stdout=stdout)
        sock = b.group_socket(family.room)
        for _ in range(200):  # Twice as much as a pipe holds.
            sock.sendto(b"eve: " + b"." * 1000, (family.room, PORT))
        # A pipe has 16 pages, of which writes of odd sizes fill only half.
        lab.poll(lambda: bytes_waiting(unread) > 30_000, what="the pipe is full")
        alice.popen.send_signal(signal.SIGINT)
        alice.stop(signal.SIGTERM, deadline=3)  # Another, since equal pending signals are merged.
    finally:
        os.close(stdout)
        os.close(unread)


FLOODS = {  # how many datagrams, and what is in the nth
    "lines": (100_000, lambda n: b"eve: line %d of a flood" % n),
    "arrivals": (30_000, lambda n: b"*** eve-%d has joined the room" % n),
    "nicks": (30_000, lambda n: b"*** eve-%d is now known as eve-%d" % (n, n + 1)),
    "lists": (5_000, lambda n: b"*** here: " + b", ".join(b"e%d-%d" % (n, m) for m in range(50))),
}


@pytest.mark.parametrize("kind", FLOODS)
def test_a_flood_leaves_the_program_alive_small_and_answering(lab, family, kind):
    a, b = lab.hosts_on_bridge("ab")
    alice = chat(a, "alice", family.room)
    before = alice.peak_memory()
    sock = b.group_socket(family.room)
    count, datagram = FLOODS[kind]
    for n in range(count):
        sock.sendto(datagram(n), (family.room, PORT))
    bob = chat(b, "bob", family.room)
    alice.wait_line(arrival("bob"))
    says(bob, "bob", "that was a flood", [alice, bob])
    says(alice, "alice", "and I am dry", [alice, bob])
    assert all(len(line.encode()) <= 1200 for line in bob.out)
    growth = alice.peak_memory() - before
    assert growth < (512 if is_sanitized(program("chat-multicast")) else 1) * MEGABYTE
    assert_clean(alice)
    assert alice.stop() == 0
