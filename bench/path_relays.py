# SPDX-License-Identifier: MIT
# SPDX-FileCopyrightText: the ramure authors
"""path_relays.py - what copies payloads: mcastnode, the bare programs, and the peers from Debian.

Each is a Subject: it starts relays and sinks, and says how the source has to be called. Whatever
it is, source and sinks count in the same way, and the sinks' count is what is reported.
"""
import os
import sys
from dataclasses import dataclass, field
from pathlib import Path

from measure import BUILD, CHECKOUT, BenchError
from path_lab import OTHER_CORE, RELAY_CORE, Host, Program, has, wait_for_port

APP = Path(os.environ.get("RAMURE_BIN", BUILD / "src/app"))
NODE = APP / "mcastnode"
BENCH = BUILD / "bench/ramure-bench"
CEILING = BUILD / "bench/ramure-ceiling"
BROKER = BUILD / "bench/broker/ramure-broker-bench"
HERE = Path(__file__).resolve().parent
PYTHON = "/usr/bin/python3"
PEER = CHECKOUT.parent / "shared/peer/protocol_peer.py"

BASE = ["--profile", "base"]  # The profile that ramure-bench and places.py speak.
RDV_PORT, RELAY_PORT, DATA_PORT, SOURCE_PORT, SINK_PORT = 9000, 9001, 9002, 9003, 9100

# How many datagrams may be on their way: what fits in half of the smallest buffer, 4 MiB where a
# program asks for more than the default. One alone takes 1,280 bytes beside its own, one of a
# coalesced buffer hardly any.
DEFAULT_BUFFER, OWN_BUFFER, DATAGRAM_COST = 212992, 4 << 20, 1280
NAP_US = 50  # How often a sink looks; ramure-broker-bench does as often.


@dataclass
class Net:
    """Three hosts, which may be one, and the addresses that relay and sinks have."""

    source: Host = field(default_factory=Host)
    relay: Host = field(default_factory=Host)
    sink: Host = field(default_factory=Host)
    source_address: str = "10.0.0.3"
    relay_address: str = "10.0.0.1"
    sink_address: str = "10.0.0.2"
    is_cutting: bool = False  # What is sent coalesced arrives as single datagrams.


@dataclass
class Case:
    """What all subjects of one comparison have in common."""

    folder: str
    size: int
    seconds: float
    net: Net = field(default_factory=Net)
    children: int = 3
    rate: int = 0  # Datagrams a second, one by one, and the sinks measure the latency; 0: any.

    @property
    def progress(self):
        return os.path.join(self.folder, "progress")


@dataclass
class Running:
    """Relays and sinks, started and ready, and what starts the source."""

    relays: list          # Programs whose CPU time counts
    sinks: list           # Programs; each reports one JSON object
    source: list          # Command without what all have: how long, which size, the window
    others: list = field(default_factory=list)
    source_host: Host = field(default_factory=Host)
    settling: list = field(default_factory=list)  # Programs that are waited for, by settle()

    @property
    def pids(self):
        return [relay.pid for relay in self.relays]

    def stop(self):
        """Ends everything; returns the sinks' reports."""
        reports = [sink.stop() for sink in self.sinks]
        for program in (*self.relays, *self.others):
            program.stop()
        return reports


class Subject:
    """Something that copies. The subclass says what is started; see Running."""

    title = ""
    needs = ()
    fan_out = None        # How many sinks it can serve, if only so many
    copies_per_hit = 1    # Copies that relays have made for each datagram that a sink got
    has_own_buffer = True
    window_max = 8192
    feeds_single = False
    takes_single = False  # Whatever comes is single datagrams in its buffer.

    def missing(self):
        """Why it cannot be measured here; None if it can."""
        absent = [str(each) for each in self.needs
                  if not (each.exists() if isinstance(each, Path) else has(each))]
        return f"not here: {', '.join(Path(each).name for each in absent)}" if absent else None

    def children(self, case):
        return self.fan_out or case.children

    def window(self, case):
        buffer = OWN_BUFFER if self.has_own_buffer else DEFAULT_BUFFER
        is_single = self.feeds_single or self.takes_single or case.net.is_cutting
        cost = DATAGRAM_COST if is_single else 100
        return max(16, min(self.window_max, buffer // 2 // (case.size + cost)))

    def start(self, case):
        raise NotImplementedError

    def send(self, case, *options):
        """The source's command: single datagrams, or coalesced ones."""
        gso = "off" if self.feeds_single or case.rate else "on"
        pace = ["--rate", case.rate] if case.rate else \
            ["--window", self.window(case), "--progress", case.progress]
        return [BENCH, "send", "--size", case.size, "--seconds", case.seconds, "--gso", gso,
                *pace, *options]


def start_sinks(case, count, *options):
    """They look by themselves, and so need not be woken up by the relay: they stand for others'."""
    how = ["--nap", 0, "--latency"] if case.rate else ["--nap", NAP_US, "--progress", case.progress]
    command = [BENCH, "sink", *options, "--sockets", count, *how]
    return Program(case.folder, command, OTHER_CORE, case.net.sink, "ready", output=-1)


def listening_sinks(case, count):
    return start_sinks(case, count, "--listen", f"{case.net.sink_address}:{SINK_PORT}")


def endpoint(address, port):
    return f"{address}:{port}"


class Ceiling(Subject):
    """The bare C program: what the kernel allows."""

    def __init__(self, title, mode, feeds_single, *options):
        self.title, self.mode, self.feeds_single = title, mode, feeds_single
        self.options = options
        self.needs = (CEILING, BENCH)

    def start(self, case):
        count = self.children(case)
        sinks = listening_sinks(case, count)
        listen = endpoint(case.net.relay_address, RELAY_PORT)
        targets = [word for number in range(count)
                   for word in ("--to", endpoint(case.net.sink_address, SINK_PORT + number))]
        relay = Program(case.folder, [CEILING, self.mode, "--listen", listen, *targets,
                                      *self.options], RELAY_CORE, case.net.relay)
        wait_for_port(case.net.relay, "u", RELAY_PORT, relay)
        return Running([relay], [sinks], self.send(case, "--to", listen),
                       source_host=case.net.source)


class Node(Subject):
    """mcastnode, of the base profile. `feed` is how the payloads come:

    stream   as members publish them: DATA from another host, coalesced
    single   by the data port, datagram by datagram, as nc or iperf send
    batch    by the data port, coalesced
    relay    as a relay below a root, coalesced
    """

    def __init__(self, title, feed, *options, output="none"):
        self.title, self.feed, self.options, self.output = title, feed, options, output
        self.feeds_single = feed == "single"
        self.takes_single = any("gro" in str(option) for option in options)
        self.needs = (NODE, BENCH)

    def missing(self):
        return super().missing() or lacking_options(self.options)

    def start_places(self, case):
        rdv = endpoint(case.net.relay_address, RDV_PORT)
        places = [f"{case.net.relay_address}=root"] if self.feed == "relay" else []
        return Program(case.folder, [PYTHON, HERE / "places.py", rdv, *places], None,
                       case.net.relay, "listening")

    def command(self, case):
        address = case.net.relay_address
        return [NODE, *BASE, "--rdv", endpoint(address, RDV_PORT), "--bind", address,
                "--port", RELAY_PORT, "--data-port", DATA_PORT,
                "--children-max", case.children, "--output", self.output, "--retry", "0.05",
                *self.options]

    def start(self, case):
        places = self.start_places(case)
        output = None
        if self.output != "none":
            path = os.path.join(case.folder, "output")
            output = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
        relay = Program(case.folder, self.command(case), RELAY_CORE, case.net.relay,
                        None if self.feed == "relay" else "root ", output)
        if output is not None:
            os.close(output)
        wait_for_port(case.net.relay, "u", RELAY_PORT, relay)
        sinks = start_sinks(case, case.children, "--join",
                            endpoint(case.net.relay_address, RELAY_PORT),
                            "--bind", case.net.sink_address)
        return Running([relay], [sinks], self.source(case), [places], case.net.source)

    def source(self, case):
        address = case.net.relay_address
        if self.feed == "relay":
            return self.send(case, "--root", endpoint(address, RDV_PORT), "--bind",
                             endpoint(case.net.source_address, SOURCE_PORT), "--children", 1)
        if self.feed == "stream":
            return self.send(case, "--header", "--to", endpoint(address, RELAY_PORT))
        return self.send(case, "--to", endpoint("127.0.0.1", DATA_PORT))  # Only from this host.


class PythonPeer(Node):
    """The other implementation of the protocol, in Python."""

    title = "Python peer"
    has_own_buffer = False
    feeds_single = True

    def __init__(self):
        super().__init__(self.title, "stream")
        self.feeds_single = True
        self.needs = (PEER, BENCH)

    def missing(self):
        return Subject.missing(self)

    def command(self, case):
        address = case.net.relay_address
        return [PYTHON, PEER, "node", "--bind", address, "--port", RELAY_PORT, "--rdv", address,
                "--rdv-port", RDV_PORT, "--data-port", DATA_PORT, "--children-max", case.children]


class Tree(Subject):
    """Several mcastnodes, each in its place; sinks hang on those at the end."""

    def __init__(self, title, branches, depth, *options):
        """`depth` levels; each node but the last ones has so many branches."""
        self.title, self.branches, self.options = title, branches, options
        self.parents = [None]
        level = [0]
        for _ in range(depth - 1):
            level = [self.add(parent) for parent in level for _ in range(branches)]
        self.leaves = level
        # A datagram that has reached all sinks was copied to each node but the root, and to them.
        self.fan_out = len(self.leaves)
        self.copies_per_hit = (len(self.parents) - 1 + len(self.leaves)) / len(self.leaves)
        self.needs = (NODE, BENCH)

    def add(self, parent):
        self.parents.append(parent)
        return len(self.parents) - 1

    @staticmethod
    def address(number):
        return f"10.0.1.{number + 1}"

    def start(self, case):
        rdv = endpoint(case.net.relay_address, RDV_PORT)
        places = [f"{self.address(number)}={self.address(parent)}:{RELAY_PORT}"
                  for number, parent in enumerate(self.parents) if parent is not None]
        others = [Program(case.folder, [PYTHON, HERE / "places.py", rdv, *places], None,
                          None, "listening")]
        relays = []
        for number, parent in enumerate(self.parents):
            address = self.address(number)
            command = [NODE, *BASE, "--rdv", rdv, "--bind", address, "--port", RELAY_PORT,
                       "--data-bind", f"127.0.1.{number + 1}", "--children-max", self.branches,
                       "--output", "none", *self.options]
            relays.append(Program(case.folder, command, RELAY_CORE, None,
                                  "root " if parent is None else "joined "))
        sinks = [self.start_sink(case, leaf, place) for place, leaf in enumerate(self.leaves)]
        source = self.send(case, "--header", "--to", endpoint(self.address(0), RELAY_PORT))
        return Running(relays, sinks, source, others)

    def start_sink(self, case, leaf, place):
        """The first one tells the source how far it is; the others are as far, or nearly."""
        progress = case.progress if place == 0 else f"{case.progress}-{place}"
        command = [BENCH, "sink", "--join", endpoint(self.address(leaf), RELAY_PORT), "--bind",
                   f"10.0.2.{place + 1}", "--nap", NAP_US, "--progress", progress]
        return Program(case.folder, command, OTHER_CORE, None, "ready", output=-1)


class CeilingChain(Ceiling):
    """Bare programs in a row, each with one destination."""

    def __init__(self, title, hops):
        super().__init__(title, "hybrid", False)
        self.hops = hops
        self.fan_out = 1
        self.copies_per_hit = hops

    def start(self, case):
        sinks = listening_sinks(case, 1)
        target = endpoint(case.net.sink_address, SINK_PORT)
        relays = []
        for hop in range(self.hops):
            listen = endpoint(case.net.relay_address, RELAY_PORT + hop)
            relay = Program(case.folder, [CEILING, self.mode, "--listen", listen, "--to", target],
                            RELAY_CORE)
            wait_for_port(case.net.relay, "u", RELAY_PORT + hop, relay)
            relays.append(relay)
            target = listen
        return Running(relays, [sinks], self.send(case, "--to", target))


class Socat(Subject):
    """One destination: it has no fan-out."""

    title = "socat (fan-out 1)"
    needs = ("socat", BENCH)
    fan_out = 1
    has_own_buffer = False
    feeds_single = True

    def start(self, case):
        sinks = listening_sinks(case, 1)
        here, target = case.net.relay_address, endpoint(case.net.sink_address, SINK_PORT)
        relay = Program(case.folder, ["socat", "-u", "-b65536",
                                      f"UDP4-RECV:{RELAY_PORT},bind={here}",
                                      f"UDP4-SENDTO:{target}"], RELAY_CORE)
        wait_for_port(case.net.relay, "u", RELAY_PORT, relay)
        return Running([relay], [sinks], self.send(case, "--to", endpoint(here, RELAY_PORT)))


class Asyncio(Subject):
    title = "Python asyncio"
    needs = (BENCH,)
    has_own_buffer = False
    feeds_single = True

    def start(self, case):
        count = self.children(case)
        sinks = listening_sinks(case, count)
        listen = endpoint(case.net.relay_address, RELAY_PORT)
        targets = [endpoint(case.net.sink_address, SINK_PORT + number) for number in range(count)]
        relay = Program(case.folder, [PYTHON, HERE / "relay_asyncio.py", listen, *targets],
                        RELAY_CORE, None, "listening")
        return Running([relay], [sinks], self.send(case, "--to", listen))


class Broker(Subject):
    """A message broker over TCP, with clients of its own project's C library."""

    server = ""   # Command, with ADDRESS and PORT; @CONFIG is a file with `config` in it
    config = ""
    kind = ""

    def __init__(self, is_batched=True):
        self.is_batched = is_batched
        self.needs = (self.server.split()[0], BROKER)

    def missing(self):
        return super().missing() or lacking_client(self.kind)

    def window(self, case):
        """What a broker drops of a slow reader: by messages (mosquitto: 1,000), or by bytes."""
        return self.window_max

    def start(self, case):
        address = case.net.relay_address
        config = os.path.join(case.folder, f"{self.kind}.conf")
        Path(config).write_text(self.filled(self.config, address), encoding="ascii")
        words = self.filled(self.server, address).replace("@CONFIG", config).split()
        relay = Program(case.folder, words, RELAY_CORE)
        if self.config:
            relay.shown += ": " + self.filled(self.config, address).strip().replace("\n", "; ")
        wait_for_port(case.net.relay, "t", RELAY_PORT, relay)
        where = [self.kind, "--server", endpoint(address, RELAY_PORT)]
        sinks = Program(case.folder, [BROKER, "sink", *where, "--subscribers", case.children,
                                      "--progress", case.progress],
                        OTHER_CORE, None, "ready", output=-1)
        source = [BROKER, "send", *where, "--size", case.size, "--seconds", case.seconds,
                  "--window", self.window(case), "--progress", case.progress,
                  *([] if self.is_batched else ["--unbatched"])]
        return Running([relay], [sinks], source)

    @staticmethod
    def filled(text, address):
        return text.replace("ADDRESS", address).replace("PORT", str(RELAY_PORT))


class Nats(Broker):
    server, kind, window_max = "nats-server -a ADDRESS -p PORT", "nats", 4096

    @property
    def title(self):
        return "nats-server" + ("" if self.is_batched else ", unbatched")


class Redis(Broker):
    server = "redis-server --bind ADDRESS --port PORT --protected-mode no --appendonly no --save"
    kind, window_max = "redis", 4096

    @property
    def title(self):
        return "redis-server" + ("" if self.is_batched else ", unbatched")


class Mosquitto(Broker):
    server, kind, window_max = "mosquitto -c @CONFIG", "mqtt", 256
    config = "listener PORT ADDRESS\nallow_anonymous true\nuser root\n"
    title = "mosquitto"


# --- What the programs here can do ---

def lacking_options(options):
    """Why mcastnode cannot be run with these; None if it can."""
    text = Host().run(NODE, "--help")
    absent = [word for word in options if str(word).startswith("--") and word not in text]
    return f"this mcastnode has no {', '.join(absent)}" if absent else None


def lacking_client(kind):
    text = Host().run(BROKER, "--help")
    return None if kind in text.split() else f"not here: the client library for {kind}"


def check_programs():
    for path in (NODE, BENCH, CEILING):
        if not path.is_file():
            raise BenchError(f"no {path}: build it (`make`), or set RAMURE_BUILD")
    if not sys.platform.startswith("linux"):
        raise BenchError("needs Linux")
