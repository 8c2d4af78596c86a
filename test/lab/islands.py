# SPDX-License-Identifier: MIT
# SPDX-FileCopyrightText: the ramure authors
"""islands.py - networks with native multicast, each a snooping switch of its own, and a router
between them that carries unicast alone.

    world = Islands(lab, 3)              # world.islands[0].gateways, .hosts, .bridge; world.router
    gates = world.join("239.1.2.3:5000") # a rendezvous point on the router, a gateway on each
    for gate in gates:
        wait_carried(gate, "239.1.2.3:5000")

Island number N, from 1, is subnet N; all hosts reach each other by unicast.
"""
from dataclasses import dataclass, field

from netlab import poll
from tree import node, rdvpoint, reports


@dataclass
class Island:
    """A switch, and who is on it."""

    subnet: int
    bridge: object
    gateways: list = field(default_factory=list)
    hosts: list = field(default_factory=list)


class Islands:
    """Islands around one router, with the rendezvous point on it."""

    def __init__(self, lab, count=3, gateways=1, hosts=2, snooping=True):
        self.lab = lab
        self.router = lab.router("router")
        self.islands = []
        for number in range(1, count + 1):
            island = Island(number, lab.bridge(f"br{number}", snooping=snooping))
            self.islands.append(island)
            lab.plug(self.router, island.bridge, number)
            for kind, how_many in (("g", gateways), ("h", hosts)):
                for which in range(how_many):
                    host = lab.host(f"{kind}{number}{'abc'[which]}")
                    lab.plug(host, island.bridge, number)
                    (island.gateways if kind == "g" else island.hosts).append(host)
        lab.settle()
        for island in self.islands:
            for host in island.gateways + island.hosts:
                self.route(host, island.subnet)

    def address(self, version, subnet):
        """The router's on an island."""
        if version == 6:
            return f"fd00:0:0:{subnet}::{self.router.number:x}"
        return f"10.0.{subnet}.{self.router.number}"

    def route(self, host, subnet):
        host.ip(f"route add default via {self.address(4, subnet)}",
                f"route add default via {self.address(6, subnet)}")

    def start_queriers(self):
        """From now the switches send a group only to those who have asked for it."""
        for island in self.islands:
            island.bridge.start_querier(*island.hosts[:2])

    def join(self, *groups, options=(), rdv_options=(), version=4):
        """A rendezvous point, and a gateway on each island, once they are in the tree."""
        self.rdv = rdvpoint(self.router, *rdv_options)
        gates = [self.gateway(host, *groups, options=options, version=version)
                 for island in self.islands for host in island.gateways]
        for gate in gates:
            for group in groups:
                wait_open(gate, group)
        return gates

    def gateway(self, host, *groups, options=(), version=4):
        rdv = self.address(version, host.subnets["eth0"])
        named = [word for group in groups for word in ("--island", group)]
        return node(host, rdv, *named, *options)


def parse(line):
    return dict(word.split("=", 1) for word in line.split()[1:] if "=" in word)


def channels(gate):
    """What a gateway says of each of its groups, by group; and of what it did not carry."""
    reports([gate])
    lines = list(gate.err)
    last = max(n for n, line in enumerate(lines) if line.startswith("not-carried "))
    first = max(n for n in range(last) if lines[n].startswith("report "))
    found = {}
    for line in lines[first:last]:
        if line.startswith("channel "):
            values = parse(line)
            found[values["group"]] = values
    return found, parse(lines[last])


def wait_open(gate, group):
    """The gateway has joined the group, and is in the tree."""
    gate.wait_for("island interface=", stream="err")
    gate.wait_for(lambda line: line.split()[0] in ("joined", "is-root", "root"), stream="err")
    del group


def name_of(group):
    """As the log has it: without the interface, and a source."""
    group = group.split("@")[0]
    if "%" in group:
        group = group[:group.index("%")] + group[group.index("]"):]
    return group


def wait_carried(gate, group, carried="yes", deadline=10):
    name = name_of(group)
    poll(lambda: channels(gate)[0][name]["carried"] == carried, deadline,
         f"{gate.host.name} carries {name}: {carried}")


def wait_listeners(gate, group, there="yes", deadline=10):
    name = name_of(group)
    poll(lambda: channels(gate)[0][name]["listeners"] == there, deadline,
         f"{gate.host.name} knows of listeners to {name}: {there}")
