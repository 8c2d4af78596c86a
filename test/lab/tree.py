# SPDX-License-Identifier: MIT
# SPDX-FileCopyrightText: the ramure authors
"""tree.py - starts rendezvous points and nodes in a lab, publishes, and asks nodes what they know.

    rp, *hosts = lab.hosts_on_bridge(["rp", "n1", "n2"])
    rdvpoint(rp)
    members = [node(host, rp.address(4)) for host in hosts]
    wait_one_tree(members)               # as SIGUSR1 shows it
    members[0].publish(b"bonjour")       # to DATA_PORT, as any program of that host would
    members[1].wait_line("bonjour")

Ours are rdvpoint() and node(); the independent ones peer_rdvpoint() and peer_node(), IPv4 only.
Each gives a Member, whatever runs in it: a Process that publishes, and, if it is ours, tells its
state. Ours speak the profile they are told to (profile="full"), else that of the environment, which
the fixture `profile` sets for tests that have to hold in both, else their own default:

    RAMURE_PROFILE=base pytest-3 test/lab/test_tree_payloads.py
"""
import itertools
import json
import os
import shlex
import signal
import socket
import struct
import subprocess
import sys
import time
from base64 import b64decode
from dataclasses import dataclass, field

import pytest

from chat import CHECKOUT, program
from netlab import LabError, poll

MCAST_PORT = 10000
DATA_PORT = 10001
PAYLOAD_MAX = 65502  # [W7]
BUDGET_PER_S = 1000  # DATA of base nodes and strangers that a root of the full profile takes. [I6]
DEFAULT_PROFILE = "full"  # Of the programs.
GUARD = ["--guard", "1.5"]
SHORT = ["--refresh", "0.5", *GUARD, "--retry", "0.1", "--root-cache", "0.3"]
PEER_SHORT = ["--refresh", "0.5", *GUARD, "--reply-wait", "0.1", "--root-cache", "0.3"]
PROBES = itertools.count(1)  # So that no two are the same.
PACKET_IGNORE_OUTGOING = 23  # <linux/if_packet.h>; Python does not name it
SOL_PACKET = 263             # <linux/socket.h>


def endpoint(address, port=MCAST_PORT):
    """As the logs write it."""
    return f"[{address}]:{port}" if ":" in address else f"{address}:{port}"


@dataclass
class Report:
    """What a program says about itself on SIGUSR1."""

    values: dict
    parent: str = None
    children: list = field(default_factory=list)
    roots: list = field(default_factory=list)  # Of a rendezvous point: whom it names, one a family.
    place: dict = field(default_factory=dict)  # Of a node of the full profile: epoch, depth, …
    drops: dict = field(default_factory=dict)
    traffic: dict = field(default_factory=dict)  # Of a node: counters by direction, in and out.

    @property
    def state(self):
        return self.values["state"]


def parse_report(lines):
    report = None
    for line in lines:
        event, *words = shlex.split(line)
        values = dict(word.split("=", 1) for word in words if "=" in word)
        if event == "report":
            report = Report(values)
        elif event == "root" and "expires_in" in values:
            report.roots.append(values["endpoint"])
        elif event == "neighbour" and values["role"] == "parent":
            report.parent = values["endpoint"]
        elif event == "place":
            report.place = values
        elif event == "neighbour" and values["role"] == "child":
            report.children.append(values["endpoint"])
        elif event == "dropped":
            report.drops[values["reason"]] = int(values["count"])
        elif event == "traffic":
            report.traffic[values["direction"]] = {
                name: int(value) for name, value in values.items() if value.isdecimal()}
    return report


class Member:
    """A program of the tree on a host. What is not here is the Process': out, err, wait_for, …"""

    def __init__(self, process, host, version, port=MCAST_PORT, data_port=DATA_PORT, ours=True):
        self.process = process
        self.host = host
        self.endpoint = endpoint(host.address(version) if host.subnets else "127.0.0.1", port)
        self.data = (host.address(version, "lo"), data_port)
        self.sock = host.socket(version)
        self.ours = ours

    def __getattr__(self, name):
        return getattr(self.process, name)

    def publish(self, payload):
        """Sends one datagram to the node's DATA_PORT."""
        self.sock.sendto(payload.encode() if isinstance(payload, str) else payload, self.data)

    def nc(self, text):
        """The same with netcat, as a user would."""
        reader, writer = os.pipe()
        os.write(writer, text.encode())  # Before it starts: with -w0 it does not wait for input.
        os.close(writer)
        self.host.run(["nc", "-u", "-w0", *map(str, self.data)], stdin=reader)
        os.close(reader)

    def report(self):
        return reports([self])[0]

    def wait_drops(self, reason, count):
        """Waits until that many were dropped for that reason; more would be wrong."""
        poll(lambda: self.report().drops.get(reason, 0) >= count,
             what=f"{count} dropped as {reason}")
        assert self.report().drops[reason] == count

    def messages(self):
        """What `--output json` has printed: the payloads, in order."""
        return [message_bytes(json.loads(line)) for line in list(self.out)]


def message_bytes(message):
    payload = b64decode(message["base64"]) if "base64" in message else message["text"].encode()
    assert len(payload) == message["length"]
    return payload


def reports(members):
    """Each member's report. Each is asked twice: a report ends where the next one begins."""
    def starts(member):
        return [n for n, line in enumerate(list(member.err)) if line.startswith("report ")]

    before = [len(starts(member)) for member in members]
    for turn in (1, 2):
        for member in members:
            member.popen.send_signal(signal.SIGUSR1)
        for member, old in zip(members, before):
            member.wait_until(lambda m=member, n=old + turn: len(starts(m)) >= n, what="a report")
    found = []
    for member, old in zip(members, before):
        begin, end = starts(member)[old:old + 2]
        found.append(parse_report(list(member.err)[begin:end]))
    return found


# Starting

def profile_options(profile=None):
    """For each of our programs that is in a tree. None: they speak what they do by themselves."""
    profile = profile or os.environ.get("RAMURE_PROFILE")
    return ["--profile", profile] if profile else []


def is_full():
    """Whether programs speak the full profile that are not told which one."""
    return os.environ.get("RAMURE_PROFILE", DEFAULT_PROFILE) == "full"


def rdvpoint(host, *options, version=4, profile=None, **streams):
    """Starts our rendezvous point and waits until it listens.

    It remembers nothing, unless the options say where: all hosts of a lab have one file system.
    """
    process = host.popen([program("rdvpoint"), "--state", "none", *profile_options(profile),
                          *options], **streams)
    process.wait_for("listening endpoint=", stream="err")
    return Member(process, host, version)


def node(host, rdv, *options, port=MCAST_PORT, data_port=DATA_PORT, under=(), profile=None,
         **streams):
    """Starts our node; it may not be in the tree yet. Under: what is to start it, a command."""
    version = 6 if rdv.count(":") > 1 else 4
    process = host.popen([*under, program("mcastnode"), "--rdv", rdv, *profile_options(profile),
                          *options], **streams)
    process.wait_for("listening endpoint=", stream="err")
    return Member(process, host, version, port, data_port)


def peer_program():
    path = CHECKOUT.parent / "shared/peer/protocol_peer.py"
    if not path.is_file():
        pytest.skip(f"the independent peer is not there: {path.name}")
    return [sys.executable, path]


def peer_rdvpoint(host):
    """Starts the independent rendezvous point and waits until it listens."""
    process = host.popen([*peer_program(), "rdv", "--bind", host.address(4), *GUARD])
    process.wait_for("listening", stream="err")
    return Member(process, host, 4, ours=False)


def peer_node(host, rdv, *options):
    """Starts the independent node; it may not be in the tree yet."""
    process = host.popen([*peer_program(), "node", "--bind", host.address(4), "--rdv", rdv,
                          "--data-bind", "127.0.0.1", *options])
    process.wait_for("node", stream="err")
    return Member(process, host, 4, ours=False)


def wait_placed(member):
    """Waits until a node of either kind says that it is the root, or has a parent."""
    def is_placed(line):
        words = line.split()  # The peer puts the time first.
        return "joined" in words[:2] or "root" in words[:2]

    member.wait_for(is_placed, stream="err")


def chain(hosts, rdv, *options, stdouts=()):
    """Our nodes, each of which has the next one as its only child, the root first."""
    members = []
    for host, stdout in itertools.zip_longest(hosts, stdouts, fillvalue=subprocess.PIPE):
        members.append(node(host, rdv, "--children-max", "1", *options, stdout=stdout))
        wait_placed(members[-1])
    return members


# Looking at the tree

def tree_problem(members, children_max=3):
    """What keeps these members from being one tree and nothing else; None if they are."""
    known = {member.endpoint: report for member, report in zip(members, reports(members))}
    roots = [name for name, report in known.items() if report.state == "root"]
    if len(roots) != 1:
        return f"roots: {roots}"
    for name, report in known.items():
        if report.state not in ("root", "attached"):
            return f"{name} is {report.state}"
        if name not in roots and name not in getattr(known.get(report.parent), "children", []):
            return f"{name} has the parent {report.parent}, which does not have it as a child"
        if len(report.children) > children_max:
            return f"{name} has {len(report.children)} children"
        for child in report.children:
            if child not in known or known[child].parent != name:
                return f"{name} has the child {child}, which has another parent, or is gone"
    reached = list(roots)
    for name in reached:
        reached += known[name].children
    return None if len(reached) == len(known) else f"{roots} reaches only {reached}"


def wait_one_tree(members, children_max=3, deadline=30):
    """Waits until they are one tree: one root, parents and children agree, nobody is left out."""
    problem = None

    def is_one_tree():
        nonlocal problem
        problem = tree_problem(members, children_max)
        return problem is None

    try:
        poll(is_one_tree, deadline)
    except LabError:
        raise LabError(f"not one tree within {deadline} s: {problem}") from None


def wait_attached(members, deadline=30):
    """Waits until each of them is the one root, or hangs below it by way of the others.

    A parent may have children yet that are gone: that is what wait_one_tree looks at, too.
    """
    def problem():
        known = {member.endpoint: report for member, report in zip(members, reports(members))}
        placed = {name for name, report in known.items() if report.state == "root"}
        if len(placed) != 1:
            return f"roots: {placed}"
        while more := {name for name, report in known.items() if name not in placed
                       and report.state == "attached" and report.parent in placed}:
            placed |= more
        return f"not in the tree: {set(known) - placed}" if len(placed) < len(known) else None

    found = None

    def is_attached():
        nonlocal found
        found = problem()
        return found is None

    try:
        poll(is_attached, deadline)
    except LabError:
        raise LabError(f"not all attached within {deadline} s: {found}") from None


def depth_of(members):
    """How many steps the farthest member is from the root."""
    parents = {m.endpoint: report.parent for m, report in zip(members, reports(members))}

    def steps(name):
        return 0 if parents[name] is None else 1 + steps(parents[name])

    return max(map(steps, parents))


def publish_until_all_hear(source, members, deadline=30):
    """Publishes again and again, until everyone has heard the same message."""
    end = time.monotonic() + deadline
    for number in PROBES:
        text = f"does everyone hear this? {number}"
        source.publish(text)
        try:
            for member in members:
                member.wait_line(text, deadline=0.3)
            return
        except AssertionError:
            if time.monotonic() >= end:
                raise


def everyone_hears_once(source, members, text):
    """Publishes a line; everyone prints it once: what comes twice would be before the next line."""
    source.publish(text)
    source.publish(text + ", the end")
    for member in members:
        member.wait_line(text + ", the end")
    for member in members:
        heard = member.out.count(text)
        assert heard == 1, f"{member.title} printed {text!r} {heard} times"


def wait_budget(begin, count):
    """Waits until the root takes DATA as it did before these: a full one has a budget."""
    if is_full():
        end = begin + count / BUDGET_PER_S
        poll(lambda: time.monotonic() > end, what="the budget is as it was")


# Looking at the network, and forging

class Tap:
    """The payloads of the UDP datagrams that arrive at a port of a host's lo, from now on."""

    def __init__(self, host, port=DATA_PORT):
        with host.entered():
            self.sock = socket.socket(socket.AF_PACKET, socket.SOCK_RAW | socket.SOCK_NONBLOCK, 0)
            self.sock.setsockopt(SOL_PACKET, PACKET_IGNORE_OUTGOING, 1)
            self.sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 20)
            self.sock.bind(("lo", 3))  # ETH_P_ALL
        host.lab.sockets.append(self.sock)
        self.port = port

    def payloads(self):
        """Those since the last call."""
        found = []
        try:
            while True:
                frame = self.sock.recv(1 << 16)
                packet = frame[14:]  # Ethernet; 40 bytes of IPv6, or of IPv4 as many as it says.
                udp = packet[40:] if packet[0] >> 4 == 6 else packet[(packet[0] & 15) * 4:]
                _, port, size, _ = struct.unpack("!HHHH", udp[:8])
                if port == self.port:
                    found.append(udp[8:size])
        except BlockingIOError:
            return found


class Forger:
    """Sends datagrams from an address of a host and any port, though another program has it."""

    def __init__(self, host, version):
        with host.entered():
            self.sock = socket.socket(socket.AF_INET6 if version == 6 else socket.AF_INET,
                                      socket.SOCK_RAW, socket.IPPROTO_UDP)
        if version == 6:  # There UDP must have a checksum: at byte 6.
            self.sock.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_CHECKSUM, 6)
        host.lab.sockets.append(self.sock)

    def send(self, target, payload, source_port=MCAST_PORT, target_port=MCAST_PORT):
        header = struct.pack("!HHHH", source_port, target_port, 8 + len(payload), 0)
        self.sock.sendto(header + payload, (target, 0))


def hears_nothing(sock):
    """Nothing has come to the socket; to be asked when it would have."""
    sock.setblocking(False)
    with pytest.raises(BlockingIOError):
        pytest.fail(f"unexpected answer: {sock.recvfrom(65536)}")
