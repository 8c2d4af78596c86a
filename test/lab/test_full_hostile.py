# SPDX-License-Identifier: MIT
# SPDX-FileCopyrightText: the ramure authors
"""test_full_hostile.py - what strangers forge moves nobody in the full profile, and pays nothing.

    rp   n1   n2   …   n6   m
    |    |    |         |   |
    +----+----+---- … --+---+   one bridge; a rendezvous point, nodes, and Mallory, who has many
                                addresses, and acts as if she received nothing at them: she never
                                repeats a cookie

What comes back to her is counted.
"""
import contextlib
import json
import os
import re
import socket
import struct
import sys
import time
from pathlib import Path

import pytest

import forge
from forge import CHANCE, fields, full, number
from netlab import poll
from stream import Publisher
from tree import (MCAST_PORT, everyone_hears_once, node, rdvpoint, reports, wait_one_tree,
                  wait_placed)

COUNT = 6
ADDRESSES = 20
ROUNDS = 8
MOVES = ("search ", "root", "unreachable ", "parent-", "loop ", "child", "joined ")


def joins():
    for name, words in (("RJOI", ("want join", "want foster", "want probe")),
                        ("RREG", ("tick 9 9",)),
                        ("ROOT", ("tick 9 9", "dead 10.0.1.2 10000"))):
        yield f"{name}\n".encode()
        for size in (0, 300, 704, 1200):
            for word in words:
                yield full(name, word, size=size)
                yield full(name, word, f"cookie {number()}", size=size)
                yield full(name, word, f"token {number()}", size=size)


def others():
    yield b"DATA\nforged"
    yield b"DATA\n" + b"forged" * 200
    for name, size in (("TICK", 37), ("RPRT", 27), ("PING", 17), ("PONG", 9), ("LEAV", 8),
                       ("MACK", 32), ("MDAT", 43 + 6), ("PATH", 40)):
        yield fields(name, size)
        yield fields(name, size - 1)
    yield b"PING\n" + bytes(8) + CHANCE.randbytes(8) + b"\0"
    yield full("YJOI", f"token {number()}", "tick 9 9", f"key {number()}", "seq 9", "depth 0")
    yield full("YREG", f"token {number()}", "tick 9 9")
    yield full("NJOI", "reason full", "member 10.0.1.99 10000 full 3 0 0")
    yield full("NREG", "reason root", "root 10.0.1.99 10000", "tick 9 9")
    yield full("TOOR", "root 10.0.1.99 10000", "tick 9 9")


class Mallory:
    """Many addresses, a socket for each; counts what is sent and what is answered."""

    def __init__(self, host):
        names = [f"10.0.1.{200 + n}" for n in range(ADDRESSES)]
        host.ip(*(f"addr add {name}/24 dev eth0" for name in names))
        self.host, self.names, self.socks = host, names, []
        for name in names:
            self.socks.append(host.socket())
            self.socks[-1].bind((name, MCAST_PORT))
            self.socks[-1].setblocking(False)
        self.sent = self.answered = self.count = 0

    def send(self, target, make):
        """All that make() yields, each from one of her addresses."""
        for datagram in make():
            CHANCE.choice(self.socks).sendto(datagram, (target, MCAST_PORT))
            self.sent += len(datagram)
            self.count += 1

    def take_answers(self):
        for sock in self.socks:
            while True:
                try:
                    self.answered += len(sock.recv(65536))
                except BlockingIOError:
                    break


def plant(lab, accept_base):
    rp, *hosts, host = lab.hosts_on_bridge(["rp", *(f"n{n}" for n in range(1, COUNT + 1)), "m"])
    options = ["--accept-base", accept_base]
    point = rdvpoint(rp, *options, profile="full")
    members = []
    for one in hosts:
        members.append(node(one, rp.address(4), *options, profile="full"))
        wait_placed(members[-1])
    wait_one_tree(members)
    return point, members, Mallory(host)


def shape(members, mallory=None):
    """What must not change."""
    strange = tuple(f"{name}:" for name in mallory.names) if mallory else ()
    return [(report.state, report.parent, [c for c in report.children if not c.startswith(strange)]
             if strange else report.children, report.place["epoch"])
            for report in reports(members)]


def moves(members):
    """The lines of the logs that tell of a change."""
    return [[line for line in list(member.err) if line.startswith(MOVES)] for member in members]


def everyone_heard_once_and_nothing_else(members, lines, text):
    for member in (members[0], members[-1]):
        line = f"{text}, says {member.host.name}"
        everyone_hears_once(member, members, line)
        lines += [line, line + ", the end"]
    for member in members:
        assert sorted(member.out) == sorted(lines)


def attack(lab, point, members, mallory, make):
    """Some thousands of datagrams to all of them, as fast as they are taken."""
    before = [sum(member.report().drops.values()) for member in members]
    for _ in range(ROUNDS):
        for target in (point, *members):
            mallory.send(target.host.address(4), make)
        for target in (point, *members):
            lab.fence(mallory.host, target.host)
            lab.fence(target.host, mallory.host)
            mallory.take_answers()
    for member, old in zip(members, before):
        poll(lambda m=member, o=old: sum(m.report().drops.values()) > o, what="some are dropped")
        lab.fence(member.host, mallory.host)
    mallory.take_answers()
    print(f"{mallory.count} datagrams, {mallory.sent} bytes: answered with {mallory.answered}")


def test_thousands_of_requests_without_proof_get_no_place_and_shorter_answers(lab):
    point, members, mallory = plant(lab, "no")
    known, logged, lines = shape(members), moves(members), []
    for make in (joins, others):
        attack(lab, point, members, mallory, make)
        assert mallory.answered < mallory.sent
        assert shape(members) == known and moves(members) == logged
        assert point.report().roots == [members[0].endpoint]
        everyone_heard_once_and_nothing_else(members, lines, f"after {mallory.count}")
    assert mallory.count > 3000


def nonce_of(message):
    """By which an answer is known as that of its request."""
    return re.search(rb"\nnonce ([0-9a-f]{16})\n", message)[1]


def test_no_answer_to_a_full_request_without_proof_is_longer_than_it(lab):
    point, members, mallory = plant(lab, "yes")
    answers, sizes = 0, {}
    for target in (point, *members):
        for name in ("ROOT", "RREG", "RJOI"):
            for size in (0, 150, 172, 300, 700, 701, 704, 1200):
                for sock in mallory.socks[:2]:
                    request = full(name, "want join", size=size)
                    sizes[nonce_of(request)] = len(request)
                    sock.sendto(request, (target.host.address(4), MCAST_PORT))
                    target.report()  # So all before that is answered.
                    lab.fence(target.host, mallory.host)
                    with contextlib.suppress(BlockingIOError):
                        while answer := sock.recv(65536):  # Also one that comes late.
                            assert len(answer) <= sizes[nonce_of(answer)]
                            answers += 1
    assert answers > 20, "there was something to look at"


def test_nodes_of_the_base_profile_have_one_place_of_each_node_together(lab):
    point, members, mallory = plant(lab, "yes")
    known, lines = shape(members, mallory), []
    for _ in range(ROUNDS):
        for member in members:
            for sock in mallory.socks:
                sock.sendto(b"RJOI\n", (member.host.address(4), MCAST_PORT))
        mallory.take_answers()
    everyone_heard_once_and_nothing_else(members, lines, "never mind")
    assert shape(members, mallory) == known
    for report in reports(members):
        strangers = [c for c in report.children if c.split(":")[0] in mallory.names]
        assert len(strangers) <= 1
        assert len(report.children) <= 3
    assert point.report().roots == [members[0].endpoint]


def unreachable(quoted, source, target):
    """An ICMP port unreachable as target would send it, of a datagram that source never sent."""
    udp = struct.pack("!HHHH", MCAST_PORT, MCAST_PORT, 8 + len(quoted), 0) + quoted
    ip = struct.pack("!BBHHHBBH4s4s", 0x45, 0, 20 + len(udp), 1, 0, 64, 17, 0, source, target)
    packet = struct.pack("!BBHI", 3, 3, 0, 0) + ip + udp
    even = packet + bytes(len(packet) % 2)
    total = sum(struct.unpack(f"!{len(even) // 2}H", even))
    total = (total & 0xFFFF) + (total >> 16)
    total = (total & 0xFFFF) + (total >> 16)
    return packet[:2] + struct.pack("!H", ~total & 0xFFFF) + packet[4:]


def errors_in(host):
    """How many ICMP messages that something is unreachable the host has taken for good ones."""
    with host.entered(), open("/proc/thread-self/net/snmp", encoding="ascii") as file:
        names, values = [line.split() for line in file if line.startswith("Icmp:")]
    return int(values[names.index("InDestUnreachs")]) - int(values[names.index("InCsumErrors")])


@pytest.mark.parametrize("accept_base", ["no", "yes"])
def test_an_icmp_message_that_quotes_what_was_never_sent_detaches_nobody(lab, accept_base):
    point, members, mallory = plant(lab, accept_base)
    known, logged, lines = shape(members), moves(members), []
    with mallory.host.entered():
        sock = socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_ICMP)
    lab.sockets.append(sock)
    everybody = [member.host.address(4) for member in (*members, point)]
    count = 0
    for turn in range(ROUNDS * 4):
        for source in everybody:
            for target in everybody:
                if source == target:
                    continue
                for quoted in (fields("PING", 17), fields("TICK", 37), full("RJOI", "want join"),
                               full("RREG"), full("ROOT"), b"DATA\n", b"", b"RJOI\n"):
                    message = unreachable(quoted, bytes(map(int, source.split("."))),
                                          bytes(map(int, target.split("."))))
                    sock.sendto(message, (source, 0))
                    count += 1
        members[turn % COUNT].publish(f"turn {turn}")
        lines.append(f"turn {turn}")
        for member in members:
            member.wait_line(lines[-1])
    assert count > 3000
    assert sum(errors_in(member.host) for member in (*members, point)) >= count
    everyone_heard_once_and_nothing_else(members, lines, "nobody has gone")
    assert shape(members) == known and moves(members) == logged
    assert point.report().roots == [members[0].endpoint]


# Floods from nowhere

FLOOD_S = 2
FLOOD_RATE = 10_000   # A second, to each of the victims.
BARE_ANSWERS = 100    # A second; [I6], and as many at once.
BARE_DATA = 1000


def processor_time(member):
    """What the process has used of the processor so far, in seconds."""
    with open(f"/proc/{member.pid}/stat", encoding="ascii") as stat:
        user, system = stat.read().rsplit(")", 1)[1].split()[11:13]
    return (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")


class Flood:
    """Datagrams from where nobody is, to the rendezvous point, the root and an inner member.

    What they answer goes to Mallory's cable, as if the way led there; nobody takes it.
    """

    def __init__(self, point, members, mallory):
        found = reports(members)
        inner = next(member for member, report in zip(members, found)
                     if report.parent and report.children)
        leaf = next(member for member, report in zip(members, found) if not report.children)
        self.victims = {"rendezvous point": point, "root": members[0], "inner member": inner}
        self.leaf, self.host = leaf, mallory.host
        for member in (point, *members):
            member.host.ip(f"route add {forge.NOWHERE} via {mallory.host.address(4)}")
        self.answers = {word: mallory.host.count_frames(
            f"ip daddr {forge.NOWHERE} @th,64,32 0x{word.encode().hex()}")
            for word in ("NJOI", "YJOI", "DATA", "MDAT")}
        self.all = mallory.host.count_frames(f"ip daddr {forge.NOWHERE}")

    def neighbours(self):
        """In whose name each may be sent what it believes, if that had a token."""
        root, inner = self.victims["root"], self.victims["inner member"]
        return {"rendezvous point": root, "root": inner, "inner member": root}

    def run(self, kinds, sources=None):
        """Floods while somebody publishes; gives the publisher, and how long it took."""
        targets = [victim.host.address(4) + (f"/{sources[name].host.address(4)}" if sources else "")
                   for name, victim in self.victims.items()]
        before = {name: processor_time(victim) for name, victim in self.victims.items()}
        publisher = Publisher(self.leaf)
        command = [sys.executable, Path(forge.__file__), kinds, FLOOD_RATE, FLOOD_S, *targets]
        process = self.host.popen(command)
        assert process.wait_exit(20) == 0
        self.count, self.size, self.seconds = json.loads(process.out[0])
        publisher.wait_some(20)
        each = self.count / len(self.victims)
        used = {name: (processor_time(victim) - before[name]) * 10_000 / each
                for name, victim in self.victims.items()}
        print(f"{kinds}: {each / self.seconds:.0f} a second to each of {len(used)}; answers"
              f" {self.all.frames}, {self.all.bytes} bytes for {self.size}; processor time for"
              f" 10,000: " + ", ".join(f"{name} {1000 * time:.0f} ms"
                                       for name, time in used.items()))
        return publisher


def nobody_has_moved(flood, publisher, point, members, known, logged):
    publisher.stop(members)
    missed = [len(publisher.missed_by(member)) for member in members]
    dropped = [int(report.values["kernel_dropped"]) for report in reports(members)]
    print(f"of {len(publisher.sent_at)} messages the members missed {missed}; the kernel dropped"
          f" {dropped}")
    assert flood.count > FLOOD_RATE * FLOOD_S
    assert shape(members) == known and moves(members) == logged
    assert point.report().roots == [members[0].endpoint]
    assert not [line for member in members for line in member.out if "forged" in line]


@pytest.mark.parametrize("kinds", ["RJOI,bare-RJOI", "RREG,ROOT,bare-RREG", "DATA", "TICK,MDAT"])
def test_a_flood_from_nowhere_changes_nothing_and_is_answered_with_less(lab, kinds):
    point, members, mallory = plant(lab, "no")
    known, logged = shape(members), moves(members)
    flood = Flood(point, members, mallory)
    publisher = flood.run(kinds)
    nobody_has_moved(flood, publisher, point, members, known, logged)
    assert flood.all.bytes < flood.size


def test_a_flood_in_the_name_of_neighbours_that_lacks_their_token_changes_nothing(lab):
    point, members, mallory = plant(lab, "no")
    known, logged = shape(members), moves(members)
    flood = Flood(point, members, mallory)
    publisher = flood.run("TICK,MDAT,RPRT,PING,LEAV,RJOI,RREG", flood.neighbours())
    nobody_has_moved(flood, publisher, point, members, known, logged)


def test_a_flood_of_the_base_profile_gets_one_place_of_a_node_and_its_budgets(lab):
    point, members, mallory = plant(lab, "yes")
    known = shape(members)
    flood = Flood(point, members, mallory)
    begin = time.monotonic()
    publisher = flood.run("bare-RJOI,bare-RREG,DATA")
    publisher.stop(members)
    seconds = time.monotonic() - begin + 1  # A budget holds as much as a second gives.
    print(f"members missed {[len(publisher.missed_by(member)) for member in members]}")
    answers = flood.answers["NJOI"].frames + flood.answers["YJOI"].frames
    assert 0 < answers <= 2 * BARE_ANSWERS * seconds
    for member, report, (*_, children, _) in zip(members, reports(members), known):
        strange = [c for c in report.children if c.startswith("10.9.")]
        assert len(strange) <= (member in flood.victims.values())
        assert [c for c in report.children if c not in strange] == children
        forged = len(member.lines_with("forged"))
        print(f"{member.host.name}: {len(strange)} strange children, {forged} forged messages")
        assert forged <= BARE_DATA * seconds
    assert point.report().roots == [members[0].endpoint]
