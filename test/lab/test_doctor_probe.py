# SPDX-License-Identifier: MIT
# SPDX-FileCopyrightText: the ramure authors
"""test_doctor_probe.py - mcastdoctor listen and probe: the figures are what the lab imposed.

Loss, blocks and duplicates are made by nft where frames come in. Each program names itself after
its host, so that reports can be read.
"""
import contextlib
import json
import re
import socket
import struct
import threading

import pytest

from chat import program
from netlab import poll

pytestmark = pytest.mark.released

PORT = 6450


def listen(host, group, *options, interface="eth0"):
    """Starts a listener and waits until it listens."""
    process = host.popen([program("mcastdoctor"), "listen", group, "-i", interface,
                          "--name", host.name, *options])
    process.wait_for("listening to", stream="err")
    return process


class Report:
    """What a probe found, from its JSON."""

    def __init__(self, code, document):
        self.code = code
        self.document = document
        assert document["exit_code"] == code
        assert (document["schema"], document["version"]) == ("ramure-probe", 1)
        self.listeners = {pair["name"]: pair for pair in document["listeners"]}

    def causes(self, name=None):
        return {(finding["cause"], finding["direction"]) for finding in self.document["findings"]
                if name in (None, finding["listener"])}

    def text(self, cause):
        return next(finding["text"] for finding in self.document["findings"]
                    if finding["cause"] == cause)

    def path(self, name, direction, path="multicast"):
        return self.listeners[name][direction][path]


def probe(host, group, *options, interface="eth0", deadline=30):
    """Probes, and gives the report."""
    result = host.run([program("mcastdoctor"), "probe", group, "-i", interface, "--json", *options],
                      check=False, deadline=deadline)
    assert result.stderr == "", result.stderr
    return Report(result.returncode, json.loads(result.stdout))


QUICK = ("--count", "40", "--rate", "200")


def rules(host, *lines, interface="eth0"):
    """Adds rules of nft to what comes in by the interface, before anything in the host sees it."""
    host.run(["nft", "add table netdev probe; add chain netdev probe in { type filter hook ingress"
              f" device {interface} priority 0; }}; "
              + "; ".join(f"add rule netdev probe in {line}" for line in lines)])


#   a    b
#   |    |
#   +----+   one bridge
def test_a_clean_network_works_in_figures(lab, family):
    a, b = lab.hosts_on_bridge("ab")
    listen(b, family.room)
    report = probe(a, family.room, *QUICK)
    assert report.code == 0, report.document["text"]
    assert not report.causes()
    for direction in ("to", "from"):
        for path in ("multicast", "unicast"):
            figures = report.path("b", direction, path)
            assert (figures["sent"], figures["lost"], figures["duplicates"]) == (40, 0, 0)
            assert (figures["hops_min"], figures["hops_max"]) == (0, 0)
            assert 0 < figures["min_us"] <= figures["median_us"] <= figures["max_us"]
        assert report.listeners["b"][direction]["setup_ms"] < 1000
        assert report.listeners["b"][direction]["largest_size"] == 16000
        assert report.listeners["b"][direction]["lost_size"] is None
        assert report.listeners["b"][direction]["ttl_needed"] == 1


#   a    b
#   |    |
#   +----+   one bridge; so much of what comes in at b is lost, and nothing at a
@pytest.mark.parametrize("percent", [5, 30])
def test_loss_is_measured(lab, percent):
    a, b = lab.hosts_on_bridge("ab")
    rules(b, f"udp dport {PORT} numgen random mod 100 < {percent} drop")
    listen(b, "224.1.1.1")
    report = probe(a, "224.1.1.1", "--count", "2000", "--rate", "1000", "--sizes", "none")
    for path in ("multicast", "unicast"):
        there, back = report.path("b", "to", path), report.path("b", "from", path)
        assert there["sent"] == 2000
        assert abs(100 * there["lost"] / there["sent"] - percent) <= 3  # measured
        assert back["sent"] > 1000
        assert back["lost"] == 0
    assert report.code == 1
    assert report.causes() == {("network-loss", "to")}


def test_loss_of_multicast_alone_is_told_from_that_of_the_network(lab):
    a, b = lab.hosts_on_bridge("ab")
    rules(b, "ip daddr 224.1.1.1 numgen random mod 100 < 30 drop")
    listen(b, "224.1.1.1")
    report = probe(a, "224.1.1.1", "--count", "1000", "--rate", "1000", "--sizes", "none")
    assert report.code == 1
    assert report.causes() == {("loss", "to")}


# What is blocked where, and what is found. In at a comes what b sends.
V4 = "ip daddr 224.1.1.1 drop"
V6 = "ip6 daddr ff12::801:101 drop"
BLOCKS = {
    "to": ([], [V4, V6], ("multicast-fails", "to"), 1),
    "from": ([V4, V6], [], ("multicast-fails", "from"), 1),
    "both": ([V4, V6], [V4, V6], ("multicast-fails", "both"), 1),
    "unicast": ([f"ip daddr 10.0.1.1 udp sport {PORT} drop",
                 f"ip6 daddr fd00:0:0:1::1 udp sport {PORT} drop",
                 f"ip6 daddr fe80::/10 udp sport {PORT} drop"],
                [f"ip daddr 10.0.1.2 udp dport {PORT} drop",
                 f"ip6 daddr fe80::/10 udp dport {PORT} drop"],
                ("unicast-fails", "both"), 0),
    "unicast to": ([], [f"ip daddr 10.0.1.2 udp dport {PORT} drop",
                        f"ip6 daddr fe80::/10 udp dport {PORT} drop"],
                   ("unicast-fails", "to"), 0),
}


@pytest.mark.parametrize("name", BLOCKS)
def test_what_is_blocked_is_found_by_comparison(lab, family, name):
    at_a, at_b, finding, code = BLOCKS[name]
    a, b = lab.hosts_on_bridge("ab")
    for host, lines in ((a, at_a), (b, at_b)):
        if lines:
            rules(host, *lines)
    listen(b, family.room)
    named = ("--to", b.address(family.version)) if name == "both" else ()
    report = probe(a, family.room, *QUICK, "--sizes", "none", *named)
    assert report.causes() == {finding}
    assert report.code == code
    assert "one subnet" in report.text("multicast-fails") if code else True


def test_without_anybody_it_cannot_tell(lab):
    a, b = lab.hosts_on_bridge("ab")
    report = probe(a, "224.1.1.1", "--wait", "0.3")
    assert (report.code, report.causes()) == (3, {("nobody", "")})
    report = probe(a, "224.1.1.1", "--wait", "0.3", "--to", b.address(4))
    assert (report.code, report.causes()) == (3, {("silent", "")})
    assert "nothing listens at its port" in report.text("silent")


#   a    b
#   |    |
#   +----+   one bridge; b gets no multicast at first
def test_multicast_that_begins_late_is_found(lab):
    a, b = lab.hosts_on_bridge("ab")
    listener = listen(b, "224.1.1.1", "--verbose")
    rules(b, V4)
    timer = threading.Timer(1.8, b.run, [["nft", "delete table netdev probe"]])
    timer.start()
    report = probe(a, "224.1.1.1", "--count", "60", "--sizes", "none", "--to", b.address(4))
    timer.join()
    listener.wait_for("answers 10.0.1.1", stream="err")
    assert report.code == 1
    assert report.causes() == {("late", "to")}
    assert 1000 <= report.listeners["b"]["to"]["setup_ms"] <= 4000


#   a --1-- r1 --2-- r2 --3-- r3 --4-- b      as many of the routers as the test wants
def routed(lab, count, group):
    a, b = lab.host("a"), lab.host("b")
    routers = [lab.router(f"r{n}") for n in range(1, count + 1)]
    chain = [a, *routers, b]
    for subnet, (one, other) in enumerate(zip(chain, chain[1:]), 1):
        lab.cable(one, other, subnet)
    lab.settle()
    last = count + 1
    for place, host in enumerate(chain):
        for subnet in range(1, last + 1):  # The way to each subnet that is not one's own.
            if subnet in host.subnets.values():
                continue
            nearer = chain[place + 1] if subnet > max(host.subnets.values()) else chain[place - 1]
            via = next(name for name, number in nearer.subnets.items()
                       if number in host.subnets.values())
            host.ip(f"route add 10.0.{subnet}.0/24 via {nearer.address(4, via)}",
                    f"route add fd00:0:0:{subnet}::/64 via {nearer.address(6, via)}")
    for router in routers:
        lab.route_multicast(router, [(group, "eth0", "eth1"), (group, "eth1", "eth0")])
    return a, b


@pytest.mark.parametrize("count", [1, 2, 3])
def test_hops_and_the_ttl_that_is_needed_are_found(lab, family, count):
    a, b = routed(lab, count, family.wide_room)
    listen(b, family.wide_room)
    report = probe(a, family.wide_room, *QUICK, "--sizes", "none")
    assert (report.code, report.causes()) == (0, {("ttl", "both")}), report.document["findings"]
    for direction in ("to", "from"):
        assert report.listeners["b"][direction]["ttl_needed"] == count + 1
        for path in ("multicast", "unicast"):
            figures = report.path("b", direction, path)
            assert figures["hops_min"] == figures["hops_max"] == count


def test_a_ttl_that_is_too_small_is_told(lab):
    a, b = routed(lab, 1, "224.1.1.1")
    listen(b, "224.1.1.1")
    report = probe(a, "224.1.1.1", "--ttl", "1", *QUICK, "--to", b.address(4), "--sizes", "none")
    assert (report.code, report.causes()) == (1, {("multicast-fails", "both")})
    assert "a TTL of 1 is too small" in report.text("multicast-fails")
    assert report.document["findings"][0]["next"].endswith("--ttl 2")


#   a --1-- r1 --2-- r2 --3-- b      the cable in the middle takes 1,300 bytes, and no ICMP is sent
def test_an_mtu_black_hole_is_found(lab):
    a, b = routed(lab, 2, "224.1.1.1")
    for router, interface in zip(lab.hosts[2:], ("eth1", "eth0")):
        router.ip(f"link set {interface} mtu 1300")
        router.run(["nft", "add table ip quiet; add chain ip quiet out { type filter hook output"
                           " priority 0; }; add rule ip quiet out icmp type"
                           " destination-unreachable drop"])
    listen(b, "224.1.1.1")
    report = probe(a, "224.1.1.1", *QUICK)
    assert report.code == 1
    assert report.causes() == {("size", "to"), ("ttl", "both")}
    there = report.listeners["b"]["to"]
    assert 1252 <= there["largest_size"] <= 1272 < there["lost_size"] <= 1372
    steps = {step["size"]: step for step in report.listeners["b"]["steps"] if step["whole"]}
    for path in ("multicast", "unicast"):
        assert [steps[size]["to"][path] for size in (1252, 1372)] == [True, False]
    # What did not get there, was not answered: nobody is sent more than he has sent.
    assert [steps[size]["from"]["multicast"] for size in (1252, 1372)] == [True, None]


#   a    b    c    d
#   |    |    |    |
#   +----+----+----+   one bridge; d does not get what c sends to the group
def test_more_than_two_ends_make_a_matrix(lab, family):
    a, b, c, d = lab.hosts_on_bridge("abcd")
    rules(d, f"ether saddr {c.mac()} {'ip6' if family.version == 6 else 'ip'} daddr"
             f" {family.room} drop")
    for host in (b, c, d):
        listen(host, family.room)
    report = probe(a, family.room, *QUICK, "--sizes", "none")
    cells = {(cell["hears"], cell["sender"]): cell for cell in report.document["matrix"]}
    assert len(cells) == 12
    deaf = {pair for pair, cell in cells.items() if cell["received"] == 0}
    assert deaf == {("d", "c")}
    assert all(cell["received"] == cell["sent"] for pair, cell in cells.items() if pair not in deaf)
    assert report.causes() == {("between-listeners", "")}
    assert report.code == 1


#   a    b    c
#   |    |    |
#   +----+----+   one bridge; c, which a does not know of, gets no multicast of a
def test_a_listener_that_hears_nothing_is_found_beside_one_that_does(lab):
    a, b, c = lab.hosts_on_bridge("abc")
    rules(c, "ip saddr 10.0.1.1 ip daddr 224.1.1.1 drop")
    for host in (b, c):
        listen(host, "224.1.1.1")
    report = probe(a, "224.1.1.1", *QUICK, "--sizes", "none")
    assert (report.code, report.causes()) == (1, {("multicast-fails", "to")})
    assert report.causes("b") == set()


def test_a_source_specific_group_is_probed_both_ways(lab, family):
    a, b = lab.hosts_on_bridge("ab")
    listen(b, family.source_room, "--source", a.address(family.version))
    report = probe(a, family.source_room, *QUICK, "--sizes", "none",
                   "--to", b.address(family.version))
    assert (report.code, report.causes()) == (0, set()), report.document["findings"]
    assert report.path("b", "to")["lost"] == 0
    assert report.path("b", "from")["received"] > 0


def test_ctrl_c_ends_it_with_the_result_so_far(lab):
    a, b = lab.hosts_on_bridge("ab")
    counter = b.count_frames(f"ip daddr 224.1.1.1 udp dport {PORT} udp length 108")
    listener = listen(b, "224.1.1.1")
    process = a.popen([program("mcastdoctor"), "probe", "224.1.1.1", "-i", "eth0", "--count",
                       "100000", "--rate", "200"])
    poll(lambda: counter.frames > 20, what="probes arrive")
    assert process.stop(2) == 0
    assert process.out[0].startswith("works: multicast to and from 1 listener")
    assert re.search(r"multicast to +\d+ +0 +0\.0 %", "\n".join(process.out))
    assert listener.stop() == 0
    assert listener.lines_with("probes by multicast")


def test_listen_ends_after_its_time_and_tells_that_nobody_came(lab):
    b, = lab.hosts_on_bridge("b")
    result = b.run([program("mcastdoctor"), "listen", "224.1.1.1", "-i", "eth0", "--for", "0.2",
                    "--json"], check=False)
    assert result.returncode == 3
    assert json.loads(result.stdout)["probers"] == []


HEADER = struct.Struct(">4sBBBB16sQQIIIQ")


def datagram(kind, size, group="224.1.1.1", flags=0, listener=0, cookie=0):
    mapped = b"\0" * 10 + b"\xff\xff" + socket.inet_aton(group)
    header = HEADER.pack(b"MDP1", kind, flags, 16, 0, mapped, 7, 7, 0, 0, 0, 0)
    return (header + struct.pack(">QQQ", listener, cookie, cookie)).ljust(size, b"\0")[:size]


#   a    b
#   |    |
#   +----+   one bridge; a sends what nobody has asked for
def test_a_listener_is_no_reflector(lab):
    a, b = lab.hosts_on_bridge("ab")
    listen(b, "224.1.1.1")
    stray = datagram(1, 80, group="224.1.1.2")
    hello, query, echo = datagram(1, 80), datagram(3, 1000, cookie=1), datagram(5, 1400)
    sock = a.socket()
    sock.bind((a.address(4), 0))
    sock.settimeout(0.3)
    for text in (stray, query, echo, echo[:59], b"", b"MDP1"):
        sock.sendto(text, (b.address(4), PORT))
    sock.sendto(hello, (b.address(4), PORT))
    answer = sock.recv(2000)  # The others came before it, and got none.
    assert answer[4] == 2
    assert len(answer) <= len(hello)
    with pytest.raises(TimeoutError):
        sock.recv(2000)
    for _ in range(1000):  # As if from somebody else: few are answered.
        sock.sendto(hello, (b.address(4), PORT))
    answers = 0
    with pytest.raises(TimeoutError):
        while sock.recv(2000):
            answers += 1
    assert 0 < answers < 300


def test_a_listener_answers_those_alone_whom_it_may(lab):
    a, b, c = lab.hosts_on_bridge("abc")
    listen(b, "224.1.1.1", "--from", c.address(4) + "/32")
    assert probe(a, "224.1.1.1", "--wait", "0.3", "--to", b.address(4)).code == 3
    assert probe(c, "224.1.1.1", "--count", "5", "--sizes", "none").code == 0


#   a    b
#   |    |
#   +----+   one bridge, which sends to b twice what a sends
def test_duplicates_are_counted(lab):
    a, b, bridge = lab.hosts_on_bridge("ab", with_bridge=True)
    listen(b, "224.1.1.1")
    rules(bridge, f"udp dport {PORT} ip daddr 224.1.1.1 dup to p-b-1", interface="p-a-1")
    report = probe(a, "224.1.1.1", *QUICK, "--sizes", "none")
    figures = report.path("b", "to")
    assert (figures["lost"], figures["duplicates"], figures["reordered"]) == (0, 40, 0)
    assert report.path("b", "from")["duplicates"] == 0
    assert report.causes() == {("duplicates", "to")}


class SwappingCable:
    """Carries frames between two interfaces of a host; of the probes by multicast that come in at
    the first, every tenth waits until the next one has passed."""

    def __init__(self, host, one, other):
        with host.entered():
            self.ends = [socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(3))
                         for _ in range(2)]
        for end, name in zip(self.ends, (one, other)):
            end.bind((name, 3))
        host.lab.sockets += self.ends
        self.seen = self.swapped = 0
        self.held = None
        for source, target in (self.ends, self.ends[::-1]):
            threading.Thread(target=self.carry, args=(source, target), daemon=True).start()

    def carry(self, source, target):
        with contextlib.suppress(OSError):  # The lab is closed.
            self.carry_for_ever(source, target)

    def carry_for_ever(self, source, target):
        while True:
            frame, address = source.recvfrom(65535)
            if address[2] == socket.PACKET_OUTGOING:
                continue
            if frame[42:47] == b"MDP1\x05" and frame[0] & 1 and source is self.ends[0]:
                self.seen += 1
                if self.seen % 10 == 0 and self.held is None:
                    self.held = frame
                    continue
            target.send(frame)
            if self.held and frame[42:47] == b"MDP1\x05" and frame[0] & 1:
                held, self.held = self.held, None
                target.send(held)
                self.swapped += 1


#   a --- m --- b     m carries frames, and swaps some of what comes from a
def test_reordering_is_counted(lab):
    a, m, b = lab.host("a"), lab.host("m"), lab.host("b")
    lab.cable(a, m, 1)
    lab.cable(b, m, 1)
    lab.settle()
    for host in (a, b):  # The frames have to have their checksums on the cable.
        host.run(["ethtool", "-K", "eth0", "tx", "off"])
    for interface in ("eth0", "eth1"):
        m.ip(f"addr flush dev {interface}", f"link set {interface} multicast off promisc on")
    cable = SwappingCable(m, "eth0", "eth1")
    listen(b, "224.1.1.1")
    report = probe(a, "224.1.1.1", "--count", "105", "--rate", "200", "--sizes", "none",
                   "--ttl", "1")
    figures = report.path("b", "to")
    assert (figures["lost"], figures["duplicates"]) == (0, 0)
    assert figures["reordered"] == cable.swapped == 10
    assert report.path("b", "from")["reordered"] == 0
    assert (report.code, report.causes()) == (0, {("reordering", "to")})
