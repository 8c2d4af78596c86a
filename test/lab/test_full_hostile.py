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
import random
import re
import socket
import struct

from netlab import poll
from tree import (MCAST_PORT, everyone_hears_once, node, rdvpoint, reports, wait_one_tree,
                  wait_placed)

COUNT = 6
ADDRESSES = 20
ROUNDS = 8
MOVES = ("search ", "root", "unreachable ", "parent-", "loop ", "child", "joined ")
CHANCE = random.Random("mallory")


def number():
    return f"{CHANCE.getrandbits(64):016x}"


def full(name, *lines, size=0):
    """A full request as anybody can make one, padded to a size."""
    body = "\n".join([name, "hmtp 1", f"id {number()}", f"nonce {number()}", *lines, ""])
    return (body + "pad " + "x" * (size - len(body) - 5) + "\n" if size else body).encode()


def fields(name, size):
    return name.encode() + b"\n" + CHANCE.randbytes(size)


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


def test_an_icmp_message_that_quotes_what_was_never_sent_detaches_nobody(lab):
    point, members, mallory = plant(lab, "no")
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
