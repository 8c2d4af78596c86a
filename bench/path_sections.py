# SPDX-License-Identifier: MIT
# SPDX-FileCopyrightText: the ramure authors
"""path_sections.py - what bench/path measures, section by section.

A turn starts a relay and its sinks, sends, and counts at the sinks. Within a section the subjects
take turns, so that a machine that is faster or slower for a while is so for all; what is compared
with an aim is the ratio of two turns that follow each other.
"""
import contextlib
import json
import os
import statistics
import subprocess
import time
from dataclasses import replace
from pathlib import Path

import measure
from measure import BenchError
from path_lab import (DEADLINE_S, OTHER_CORE, RELAY_CORE, Host, Program, cable, cpu_s, has,
                      shown_command, wait_until_idle)
from path_profiles import profile_pairs
from path_relays import (BENCH, NAP_US, RELAY_PORT, SINK_PORT, Asyncio, Case, Ceiling, CeilingChain,
                         Mosquitto, Nats, Net, Node, PythonPeer, Redis, Running, Socat, Subject,
                         Tree, endpoint, listening_sinks)

PIPE = subprocess.PIPE


class Results:
    """{what: {whose: [values]}} as measure.write_results takes it, and what goes with it."""

    def __init__(self):
        self.values = {}
        self.missing = {}   # subject's title -> why it was not measured
        self.failures = []  # turns that failed
        self.commands = {}  # subject's title -> command lines: relay, sinks, source
        self.notes = {}

    def add(self, what, whose, value):
        self.values.setdefault(what, {}).setdefault(whose, []).append(value)

    def add_commands(self, whose, relay, sinks, source):
        self.commands.setdefault(whose, {"relay": relay, "sinks": sinks, "source": source})

    def get(self, what, whose):
        return self.values.get(what, {}).get(whose, [])


# --- A turn ---

def check(report, subject):
    if not report or report["wrong"] or report["duplicates"] or not report["received"]:
        raise BenchError(f"{subject.title}: {report}")


def run_source(case, running):
    source = Program(case.folder, running.source, OTHER_CORE, running.source_host, output=PIPE)
    return json.loads(source.wait())


def take_turn(subject, case, results):
    """Returns {figure: value}: copies a second and core, share lost, share of the core used."""
    with contextlib.suppress(FileNotFoundError):
        os.unlink(case.progress)
    running = subject.start(case)
    results.add_commands(subject.title, running.relays[0].shown, running.sinks[0].shown,
                         shown_command(running.source))
    try:
        before, begin = cpu_s(running.pids), time.monotonic()
        sent = run_source(case, running)
        wait_until_idle(running.pids)
        for program in running.settling:
            program.settle()
        spent_s, took_s = cpu_s(running.pids) - before, time.monotonic() - begin
        memory = measure.memory(running.pids[0])[0]
    finally:
        reports = [json.loads(text or "null") for text in running.stop()]
    for report in reports:
        check(report, subject)
    received = sum(report["received"] for report in reports)
    expected = sent["sent"] * sum(report["sockets"] for report in reports)
    return {
        "copies/s": received * subject.copies_per_hit / spent_s,
        "lost": 1 - received / expected,
        "busy": spent_s / took_s,
        "memory": memory,
        "payloads/s": sent["sent"] / sent["seconds"],
    }


def take_turns(section, label, subjects, case, turns, results):
    """All subjects, in turn; results go under "section: label: figure"."""
    present = []
    for subject in subjects:
        why = subject.missing()
        if why:
            results.missing[subject.title] = why
        else:
            present.append(subject)
    for _ in range(turns):
        for subject in present:
            try:
                figures = subject.turn(case, results) if hasattr(subject, "turn") \
                    else take_turn(subject, case, results)
            except (BenchError, subprocess.SubprocessError, ValueError) as error:
                Program.stop_all()
                results.failures.append(f"{section}, {label}, {subject.title}: {error}")
                continue
            for figure, value in figures.items():
                results.add(f"{section}: {label}: {figure}", subject.title, value)


def pair_ratios(results, what, mine, other):
    """Of turns that follow each other; none where one has failed."""
    mine, other = results.get(what, mine), results.get(what, other)
    return [a / b for a, b in zip(mine, other)] if len(mine) == len(other) else []


# --- Kernel multicast routing ---

class MulticastRouting:
    """smcroute sets a route, the kernel copies: source, router and three sinks in five hosts.

    Nothing but the source's processor does the work, up to the queues of the sinks: so it is
    measured there, once with the route and once without, where the router drops what comes. The
    difference is what routing, three veths and the delivery take.
    """

    title = "kernel multicast routing (veth)"
    group = "239.1.1.1"

    def __init__(self):
        self.hosts = None

    def missing(self):
        absent = [name for name in ("smcrouted", "nft", "ethtool") if not has(name)]
        return f"not here: {', '.join(absent)}" if absent else None

    def build(self):
        source, router = Host("source"), Host("router")
        sinks = [Host(f"sink{number}") for number in range(3)]
        cable(source, "10.1.0.1/24", router, "10.1.0.2/24")
        for number, sink in enumerate(sinks):
            cable(router, f"10.1.{number + 1}.1/24", sink, f"10.1.{number + 1}.2/24")
            sink.run("ip", "address", "add", f"{self.group}/32", "dev", "router", "autojoin")
            sink.run("ip", "route", "add", "10.1.0.0/24", "via", f"10.1.{number + 1}.1")
        source.run("ip", "route", "add", f"{self.group}/32", "dev", "router")
        source.run("ethtool", "-K", "router", "tx-udp-segmentation", "off")
        # The source's time to live is 1, as a multicast sender's is by default.
        source.run("nft", "add table ip t; add chain ip t c { type filter hook output priority 0 "
                   f"; }}; add rule ip t c ip daddr {self.group} ip ttl set 8")
        router.run("sysctl", "-qw", "net.ipv4.ip_forward=1")
        self.hosts = source, router, sinks

    def start_router(self, case, router):
        config = os.path.join(case.folder, "smcroute.conf")
        with open(config, "w", encoding="ascii") as file:
            file.write("phyint source enable\n")
            file.writelines(f"phyint sink{number} enable\n" for number in range(3))
            file.write(f"mroute from source group {self.group} source 10.1.0.1 "
                       "to sink0 sink1 sink2\n")
        files = os.path.join(case.folder, "smcroute")
        daemon = Program(case.folder, ["smcrouted", "-n", "-N", "-f", config, "-P", files + ".pid",
                                       "-u", files + ".sock"], None, router)
        end = time.monotonic() + DEADLINE_S
        while self.group not in router.run("ip", "mroute", "show"):
            if time.monotonic() > end:
                raise BenchError(f"smcrouted sets no route: {daemon.log()}")
            time.sleep(0.01)
        return daemon

    def send(self, case, source):
        """The source's report, the CPU time it took with what its packets caused, its command."""
        options = ["--size", case.size, "--seconds", case.seconds, "--gso", "on",
                   "--to", endpoint(self.group, SINK_PORT)]
        before = cpu_s([], RELAY_CORE)
        program = Program(case.folder, [BENCH, "send", *options], RELAY_CORE, source, output=PIPE)
        report = json.loads(program.wait())
        wait_until_idle([], RELAY_CORE)
        spent_s = report["cpu_s"] + cpu_s([], RELAY_CORE) - before
        return report, spent_s, program.shown

    def turn(self, case, results):
        if not self.hosts:
            self.build()
        source, router, sinks = self.hosts
        alone, alone_s, _ = self.send(case, source)
        daemon = self.start_router(case, router)
        running = [Program(case.folder, [BENCH, "sink", "--listen", f"0.0.0.0:{SINK_PORT}",
                                         "--nap", NAP_US],
                           OTHER_CORE, sink, "ready", output=PIPE) for sink in sinks]
        try:
            sent, spent_s, sent_by = self.send(case, source)
            time.sleep(0.05)
        finally:
            daemon.stop()
            reports = [json.loads(program.stop() or "null") for program in running]
        for report in reports:
            check(report, self)
        route = Path(case.folder, "smcroute.conf").read_text(encoding="ascii").split("\n")[-2]
        results.add_commands(self.title, f"{daemon.shown}: {route}", running[0].shown, sent_by)
        received = sum(report["received"] for report in reports)
        routing_s = spent_s - alone_s * sent["sent"] / alone["sent"]
        return {"copies/s": received / routing_s, "lost": 1 - received / sent["sent"] / 3,
                "busy": routing_s / sent["seconds"]}


# --- The sections: peers ---

HYBRID, NODE = "ceiling, hybrid", "mcastnode"
HYBRID_SINGLE, NODE_SINGLE = "ceiling, hybrid, single", "mcastnode, data port, single"
BARE = "bare loop (recvfrom, sendto)"


def hybrid():
    return Ceiling(HYBRID, "hybrid", False)


def node():
    return Node(NODE, "stream")


def other_programs():
    return [MulticastRouting(), Nats(), Nats(False), Redis(), Redis(False), Mosquitto(),
            PythonPeer(), Asyncio(), Socat()]


def all_subjects():
    """What is compared with each other stands side by side."""
    return [
        Node("mcastnode, lines into a file", "stream", output="lines"), node(), hybrid(),
        Ceiling("ceiling, passing on", "pass", False), Node("mcastnode, below a root", "relay"),
        Node("mcastnode, data port, coalesced", "batch"), Node(NODE_SINGLE, "single"),
        Ceiling(HYBRID_SINGLE, "hybrid", True), Ceiling(BARE, "naive", True),
        Node("mcastnode without gso, gro", "stream", "--without", "gso,gro"),
        *other_programs(),
    ]


def measure_peers(plan, folder, results):
    subjects = all_subjects()
    for size in plan["sizes"]:
        case = Case(folder, size, plan["turn_s"])
        take_turns("peers", f"{size:,} bytes", subjects, case, plan["turns"], results)


# --- Pairs ---

def pair_subjects():
    """Those between which the aims decide."""
    return [node(), hybrid(), Node(NODE_SINGLE, "single"), Ceiling(HYBRID_SINGLE, "hybrid", True)]


def measure_pairs(plan, folder, results):
    """Many short turns of few: what a neighbour of this machine does lasts longer than a pair."""
    for size in plan["sizes"]:
        case = Case(folder, size, plan["pair_s"])
        take_turns("pairs", f"{size:,} bytes", pair_subjects(), case, plan["pairs"], results)


# --- Shapes on veths ---

def wire(name):
    """Three hosts in a row, and what their devices do with large buffers."""
    source, relay, sink = Host(f"src-{name}"), Host(f"relay-{name}"), Host(f"sink-{name}")
    cable(source, "10.1.1.1/24", relay, "10.1.1.2/24")
    cable(relay, "10.1.2.2/24", sink, "10.1.2.3/24")
    source.run("ip", "route", "add", "10.1.2.0/24", "via", "10.1.1.2")
    sink.run("ip", "route", "add", "10.1.1.0/24", "via", "10.1.2.2")
    if name != "whole":
        for host, device in ((source, relay.name), (relay, sink.name)):
            host.run("ethtool", "-K", device, "tx-udp-segmentation", "off")
    if name == "joined":
        for host, device in ((relay, source.name), (sink, relay.name)):
            host.run("ethtool", "-K", device, "gro", "on", "rx-udp-gro-forwarding", "on")
    return Net(source, relay, sink, "10.1.1.1", "10.1.2.2", "10.1.2.3", name != "whole")


WIRES = {
    "whole": "veths, buffers stay whole",
    "cut": "veths, tx-udp-segmentation off at each sender",
    "joined": "the same, rx-udp-gro-forwarding at each receiver",
}


def measure_wires(plan, folder, results):
    if not has("ethtool"):
        results.missing["veths"] = "not here: ethtool"
        return
    for name in WIRES:
        net = wire(name)
        for size in plan["sizes"][:2]:
            case = Case(folder, size, plan["turn_s"], net)
            take_turns("wires", f"{name}: {size:,} bytes", [node(), hybrid()], case, plan["turns"],
                       results)
        for host in (net.source, net.relay, net.sink):
            host.close()


# --- Growth with the number of children ---

def measure_growth(plan, folder, results):
    for children in plan["children"]:
        for size in plan["sizes"][:2]:
            case = Case(folder, size, plan["turn_s"], children=children)
            take_turns("growth", f"{children}: {size:,} bytes", [node(), hybrid()], case,
                       plan["turns"], results)


# --- Both profiles ---

def measure_profiles(plan, folder, results):
    """In many short turns, as pairs are; base and full next to each other."""
    subjects = [subject for pair in profile_pairs() for subject in pair]
    for size in plan["sizes"][:2]:
        case = Case(folder, size, plan["pair_s"])
        take_turns("profiles", f"{size:,} bytes", subjects, case, plan["profiles"], results)


# --- Chain and tree ---

ONE_HOP, CHAIN, TREE = "mcastnode, one hop", "mcastnode, chain of 5", "mcastnode, tree of 13"
BARE_HOP, BARE_CHAIN = "ceiling, one hop", "ceiling, chain of 5"


def measure_trees(plan, folder, results):
    subjects = [Tree(ONE_HOP, 1, 1), Tree(CHAIN, 1, 5), CeilingChain(BARE_CHAIN, 5),
                CeilingChain(BARE_HOP, 1), Tree(TREE, 3, 3)]
    for size in plan["sizes"][:2]:
        case = Case(folder, size, plan["turn_s"], children=1)
        take_turns("trees", f"{size:,} bytes", subjects, case, plan["turns"], results)


# --- Latency ---

class Direct(Subject):
    """No relay at all."""

    title = "direct"
    needs = (BENCH,)

    def start(self, case):
        sinks = listening_sinks(case, 1)
        return Running([], [sinks], self.send(case, "--to",
                                              endpoint(case.net.sink_address, SINK_PORT)))


LATENCY_SIZE = 1200
HALF_LOAD_MAX = 40000  # More is too much for source and sink, who share a core.
BARE_RELAY, BLOCKING, SPINNING = "bare loop", "mcastnode", "mcastnode --busy-poll"
BARE_SPINNING = "ceiling, hybrid --busy-poll"


def latency_subjects():
    return [Direct(), Ceiling(BARE_RELAY, "naive", True), Node(BLOCKING, "stream"),
            Ceiling("ceiling, hybrid", "hybrid", True),
            Ceiling(BARE_SPINNING, "hybrid", True, "--busy-poll"),
            Node(SPINNING, "stream", "--busy-poll")]


def latency_turn(subject, case, rate, results):
    case = replace(case, rate=rate)
    running = subject.start(case)
    results.add_commands(f"latency: {subject.title}",
                         running.relays[0].shown if running.relays else "none",
                         running.sinks[0].shown, shown_command(running.source))
    try:
        before = cpu_s(running.pids)
        sent = run_source(case, running)
        spent_s = cpu_s(running.pids) - before
        time.sleep(0.1)
    finally:
        reports = [json.loads(text or "null") for text in running.stop()]
    check(reports[0], subject)
    figures = {name: reports[0]["latency"][name] / 1e9 for name in ("p50", "p99", "p99_9")}
    return {**figures, "busy": spent_s / sent["seconds"], "rate": sent["sent"] / sent["seconds"],
            "lost": 1 - reports[0]["received"] / sent["sent"], "cpu": spent_s / sent["sent"]}


def half_load(case, results):
    """The rate at which the bare loop is busy for half of the time, found by trying."""
    rate = 20000
    for turns in (1, 3):
        tried = [latency_turn(Ceiling(BARE_RELAY, "naive", True), case, rate, results)["cpu"]
                 for _ in range(turns)]
        rate = min(int(0.5 / statistics.median(tried)), HALF_LOAD_MAX)
    return rate


def measure_latency(plan, folder, results):
    case = Case(folder, LATENCY_SIZE, plan["latency_s"], children=1)
    subjects = []
    for subject in latency_subjects():
        why = subject.missing()
        if why:
            results.missing[subject.title] = why
        else:
            subjects.append(subject)
    half = half_load(replace(case, seconds=plan["turn_s"] / 2), results)
    results.notes["half load"] = half
    for label, rate in (("idle", plan["idle_rate"]), ("half", half)):
        for _ in range(plan["turns"]):
            try:
                add_latencies(label, subjects, case, rate, results)
            except (BenchError, subprocess.SubprocessError, ValueError) as error:
                Program.stop_all()
                results.failures.append(f"latency, {label}: {error}")


def add_latencies(label, subjects, case, rate, results):
    """One turn of all; what is added by a hop is the difference to the direct way in that turn."""
    turn = {subject.title: latency_turn(subject, case, rate, results) for subject in subjects}
    for title, figures in turn.items():
        for figure, value in figures.items():
            results.add(f"latency: {label}: {figure}", title, value)
            if figure.startswith("p") and title != "direct":
                results.add(f"latency: {label}: {figure} added", title,
                            value - turn["direct"][figure])


SECTIONS = {
    "peers": measure_peers,
    "pairs": measure_pairs,
    "wires": measure_wires,
    "growth": measure_growth,
    "profiles": measure_profiles,
    "trees": measure_trees,
    "latency": measure_latency,
}
