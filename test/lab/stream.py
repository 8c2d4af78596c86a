# SPDX-License-Identifier: MIT
# SPDX-FileCopyrightText: the ramure authors
"""stream.py - many payloads in a row: made, sent one by one or coalesced, and found whole.

    payloads = burst("root", size=100)               # text; the larger ones say which they are
    talker = Talker(host, target, version)
    talker.send_coalesced(payloads)                  # UDP_SEGMENT: as many in one send as may be
    wait_heard(members, payloads)                    # each printed once, in this order
    publisher = Publisher(member)                    # 100 a second, numbered, until it is stopped

A payload has no line feed, and `--output lines` adds one: the lines that a node prints are the
payloads with their boundaries. A burst is not larger than what a socket holds where the system
allows only the usual receive buffer (net.core.rmem_max, 212,992 bytes): what gets lost is lost by
a fault, not for want of room.

    python3 stream.py ADDRESS PORT COUNT [KEY]       # floods: COUNT datagrams a send, for ever
"""
import contextlib
import errno
import itertools
import random
import signal
import socket
import struct
import sys
import threading
import time

from netlab import poll

SOL_UDP = 17       # <linux/socket.h>
UDP_SEGMENT = 103  # <linux/udp.h>
SEND_MAX = 65507   # Bytes that one send over IPv4 can carry.
BURST_BYTES = 150_000  # Of a burst as the kernel counts it: with what it needs for each buffer.
BURST_MAX = 200
BUFFER_BYTES = 768
STAMP = struct.Struct("!5sBHQIIQQQ")  # The header of MDAT.
LETTERS = "abcdefghijklmnopqrstuvwxyz"


def text_of(name, number, size):
    """A payload of this size that tells, as far as it has room, whose and which one it is."""
    if size == 1:
        return LETTERS[number % len(LETTERS)]
    text = f"{name} {number} "
    return (text + LETTERS * (size // len(LETTERS) + 1))[:size]


def burst_count(size):
    """How many payloads of this size a burst may have."""
    return max(2, min(BURST_MAX, BURST_BYTES // (size + BUFFER_BYTES)))


def burst(name, size, first=0):
    """As many payloads of one size as a burst may have, numbered from `first`."""
    return [text_of(name, first + number, size) for number in range(burst_count(size))]


def mixed_burst(name, sizes, first=0, room=BURST_BYTES):
    """A burst of runs of one size each, with odd ones in between."""
    chance = random.Random(f"{name} {first}")
    found = []
    while len(found) < BURST_MAX:
        size = chance.choice(sizes)
        for _ in range(chance.choice([1, 1, 2, 10, 40])):
            room -= size + BUFFER_BYTES
            if room < 0:
                return found
            found.append(text_of(name, first + len(found), size))
    return found


class Talker:
    """A socket on a host that sends to one target, `(address, port)`; datagrams are text or bytes.

    Where the kernel does not send some of them coalesced, as they are larger than a packet of the
    path, they are sent one by one.
    """

    def __init__(self, host, target, version=4, source_port=0):
        self.sock = host.socket(version)
        self.sock.bind((host.address(version) if host.subnets else "", source_port)
                       if target[0] not in ("127.0.0.1", "::1") else ("", source_port))
        self.target = target
        self.segments_max = segments_max(host)

    def send(self, datagrams):
        """Each by itself."""
        for datagram in datagrams:
            self.sock.sendto(as_bytes(datagram), self.target)

    def send_coalesced(self, datagrams):
        """Runs of one size in as few sends as the kernel allows."""
        datagrams = [as_bytes(datagram) for datagram in datagrams]
        for size, run in itertools.groupby(datagrams, len):
            run = list(run)
            step = max(1, min(self.segments_max, SEND_MAX // size if size else 1))
            for place in range(0, len(run), step):
                self._send_run(run[place:place + step], size)

    def send_as_one(self, datagrams):
        """All in one send; they are of one size, but for the last, which may be shorter."""
        self._send_run([as_bytes(datagram) for datagram in datagrams], len(datagrams[0]))

    def _send_run(self, run, size):
        if len(run) > 1:
            control = [(SOL_UDP, UDP_SEGMENT, struct.pack("=H", size))]
            try:
                self.sock.sendmsg([b"".join(run)], control, 0, self.target)
                return
            except OSError as error:
                if error.errno not in (errno.EINVAL, errno.EMSGSIZE):
                    raise
        self.send(run)

    def receive(self, deadline=10):
        """The next datagram that comes back, or TimeoutError."""
        self.sock.settimeout(deadline)
        return self.sock.recv(1 << 16)


def as_bytes(datagram):
    return datagram.encode() if isinstance(datagram, str) else datagram


def segments_max(host):
    """How many segments this kernel takes in one send: 128 since Linux 6.9, 64 before."""
    with host.socket() as nobody, host.socket() as sock:
        nobody.bind(("127.0.0.1", 0))
        for count in (128, 64):
            with contextlib.suppress(OSError):
                sock.sendmsg([b"x" * count], [(SOL_UDP, UDP_SEGMENT, struct.pack("=H", 1))], 0,
                             nobody.getsockname())
                return count
    return 1


class Publisher:
    """Sends numbered messages from a member, so many a second, until it is stopped.

    Where there is one after another, each needs a title of its own.
    """

    def __init__(self, member, rate=100, title=None):
        self.member = member
        self.title = title or member.host.name
        self.rate = rate
        self.sent_at = []
        self.ended = threading.Event()
        self.thread = threading.Thread(target=self._run, daemon=True)
        self.thread.start()

    def _run(self):
        begin = time.monotonic()
        with contextlib.suppress(OSError):  # The lab is closed: the test has failed.
            while not self.ended.wait(
                    max(0, begin + len(self.sent_at) / self.rate - time.monotonic())):
                self.sent_at.append(time.monotonic())
                self.member.publish(f"{self.title} {len(self.sent_at) - 1}")

    def end(self):
        """Ends it, whoever has heard what."""
        self.ended.set()
        self.thread.join()

    def stop(self, listeners, deadline=15):
        """Ends it, and waits until the last message is where it should be."""
        self.end()
        for listener in listeners:
            listener.wait_line(f"{self.title} {len(self.sent_at) - 1}", deadline)

    def wait_some(self, count=None):
        """Waits until so many more are sent, else half a second's worth."""
        goal = len(self.sent_at) + (self.rate // 2 if count is None else count)
        poll(lambda: len(self.sent_at) >= goal, what="messages are sent")

    def missed_by(self, listener):
        """The numbers that it did not print; none may be there twice."""
        name = self.title + " "
        numbers = [int(line.split()[1]) for line in list(listener.out) if line.startswith(name)]
        heard = set(numbers)
        assert len(heard) == len(numbers), f"{listener.title} printed a message twice"
        return sorted(set(range(len(self.sent_at))) - heard)


@contextlib.contextmanager
def frozen(process):
    """The process stands still: what is sent to it meanwhile it will find all at once."""
    process.popen.send_signal(signal.SIGSTOP)
    poll(lambda: state_of(process.pid) == "T", what=f"{process.title} stands still")
    try:
        yield
    finally:
        process.popen.send_signal(signal.SIGCONT)


def state_of(pid):
    """R, S, T …, as proc(5) has it."""
    with open(f"/proc/{pid}/stat", encoding="ascii") as stat:
        return stat.read().rsplit(")", 1)[1].split()[0]


# What has arrived

def marks(members):
    """Where the output of each stands now, for wait_heard."""
    return [len(member.out) for member in members]


def wait_heard(members, payloads, since=None, deadline=20):
    """Waits until each has printed so many more lines, and looks that they are the payloads."""
    since = since or [0] * len(members)
    for member, first in zip(members, since):
        member.wait_until(lambda m=member, n=first + len(payloads): len(m.out) >= n, deadline,
                          what=f"{len(payloads)} payloads")
        assert_same(member.out[first:], payloads, member.title)


def assert_same(heard, payloads, title):
    """As an equality of the lists would, with a message of a size that one can read."""
    if heard == payloads:
        return
    pairs = itertools.zip_longest(heard, payloads)
    place = next(n for n, (one, other) in enumerate(pairs) if one != other)
    around = [(line[:40], len(line)) for line in heard[max(0, place - 2):place + 3]]
    wanted = [(line[:40], len(line)) for line in payloads[max(0, place - 2):place + 3]]
    raise AssertionError(f"{title}: {len(heard)} lines for {len(payloads)} payloads; from line "
                         f"{place} on another: heard {around}, sent {wanted}")


def coalesced(report, direction):
    """The share of the datagrams in one direction, in or out, that were coalesced."""
    counters = report.traffic[direction]
    return counters["coalesced"] / max(1, counters["datagrams"])


def as_mdat(sends, key):
    """Payloads as a member sends them to the root, which has the key: each with its number."""
    source, numbers = random.getrandbits(64), itertools.count(1)
    for payloads in sends:
        yield b"".join(STAMP.pack(b"MDAT\n", 0, 0, key, 0, 0, 0, source, next(numbers)) + payload
                       for payload in payloads)


def flood(address, port, coalesced_count, key=None):
    """Sends DATA as fast as it can, one by one or so many in one send, until it is killed.

    The single ones have such sizes that no two neighbours can go on together. With the key of a
    tree of the full profile they are MDAT.
    """
    sock = socket.socket(socket.AF_INET6 if ":" in address else socket.AF_INET, socket.SOCK_DGRAM)
    sock.connect((address, port))
    payloads = [[b"flood" + b"x" * size] for size in range(400)]
    header_size = 5 if key is None else STAMP.size
    if coalesced_count > 1:
        payloads = [[b"x" * 95] * coalesced_count]
        sock.setsockopt(SOL_UDP, UDP_SEGMENT, header_size + 95)
    sends = itertools.cycle([b"".join(b"DATA\n" + payload for payload in one) for one in payloads])
    if key is not None:
        sends = as_mdat(itertools.cycle(payloads), key)
    for one in sends:
        with contextlib.suppress(ConnectionRefusedError, BlockingIOError):
            sock.send(one)


if __name__ == "__main__":
    flood(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]),
          int(sys.argv[4], 16) if len(sys.argv) > 4 else None)
