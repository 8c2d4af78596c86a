# SPDX-License-Identifier: MIT
# SPDX-FileCopyrightText: the ramure authors
"""chat.py - starts participants of a room, and has the addresses that the tests of it use.

The programs are looked for in the folder $RAMURE_BIN, or in build/plain/src/app of this checkout.
The independent talker multicast_peer.py lies beside the checkout, in shared/peer.
"""
import os
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

CHECKOUT = Path(__file__).resolve().parents[2]
PORT = 5000


@dataclass(frozen=True)
class Family:
    """The addresses of one version of IP."""

    name: str
    version: int
    room: str        # a group; link-local scope for IPv6
    other_room: str  # another one
    twin_room: str   # another one, which has the same MAC address
    wide_room: str   # one that may cross routers
    source_room: str # one for source-specific joins
    mac: str         # that the frames of room go to


FAMILIES = [
    Family("ipv4", 4, "224.1.1.1", "224.2.2.2", "225.129.1.1", "224.1.1.1", "232.1.1.1",
           "01:00:5e:01:01:01"),
    Family("ipv6", 6, "ff12::801:101", "ff12::802:202", "ff15::801:101", "ff15::801:101",
           "ff3e::801:101", "33:33:08:01:01:01"),
]


def program(name):
    """The path of one of the project's programs; without it the test fails, it is not skipped."""
    folder = Path(os.environ.get("RAMURE_BIN", CHECKOUT / "build/plain/src/app"))
    for path in (folder / name, folder / name / name):
        if path.is_file() and os.access(path, os.X_OK):
            return path
    return pytest.fail(f"there is no program {folder / name}: build it, or set RAMURE_BIN")


def is_sanitized(path):
    """Whether the program was built with AddressSanitizer, which takes memory for itself."""
    return b"__asan_init" in Path(path).read_bytes()


def peer(host, *arguments):
    """Starts the independent talker; the test is skipped where that is not there."""
    path = CHECKOUT.parent / "shared/peer/multicast_peer.py"
    if not path.is_file():
        pytest.skip(f"the independent peer is not there: {path.name}")
    return host.popen([sys.executable, path, *arguments])


def start(host, name, room, *options, interface="eth0", **streams):
    """Starts a participant on a host; it may not have joined yet."""
    where = ["--interface", interface] if interface else []
    return host.popen([program("chat-multicast"), "-room", room, "-name", name, *where, *options],
                      **streams)


def chat(host, name, room, *options, interface="eth0", **streams):
    """Starts a participant on a host, and waits until it has joined the room."""
    process = start(host, name, room, *options, interface=interface, **streams)
    process.wait_for(f"joined {room.split('%')[0]} port", stream="err")
    return process


def everyone(hosts, names, room, *options):
    """A participant on each host, one after the other, each of whom all others have seen arrive."""
    chats = []
    for host, name in zip(hosts, names):
        chats.append(chat(host, name, room, *options))
        for process in chats:
            process.wait_line(arrival(name))
    return chats


def arrival(name):
    return f"*** {name} has joined the room"


def departure(name):
    return f"*** {name} has left the room"


def says(speaker, name, line, listeners):
    """Someone types a line, and everyone in listeners gets to see it."""
    speaker.send_line(line)
    for listener in listeners:
        listener.wait_line(f"{name}: {line}")


def named_here(process):
    """The names that all `*** here: ` lines have told so far."""
    return {name for line in process.lines_with("*** here: ")
            for name in line.removeprefix("*** here: ").split(", ")}


def hears_nothing(process, *lines):
    """These lines have not come; to be asked when they can no longer come (Lab.fence)."""
    heard = [line for line in lines if line in process.out]
    assert not heard, f"{process.title} heard {heard}"
