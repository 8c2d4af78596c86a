# SPDX-License-Identifier: MIT
# SPDX-FileCopyrightText: the ramure authors
"""forge.py - makes messages of the full profile as a stranger can, and floods with them.

    full("RJOI", "want join", size=704)              # a request that proves nothing
    fields("TICK", 37)                               # a tick of a link that there is not

    python3 forge.py KINDS RATE SECONDS ADDRESS...   # KINDS: names of FLOODS, commas between them

The flood goes to each of the addresses at that rate, from any address of a prefix (NOWHERE) in
which nobody is, or, to TARGET/SOURCE, from that, as only a raw socket can send it. In the end it
prints how many datagrams, of how many bytes with the headers of IP and UDP, it has sent in how many
seconds.
"""
import json
import random
import socket
import struct
import sys
import time

MCAST_PORT = 10000
NOWHERE = "10.9.0.0/16"
VARIETY = 2000  # So many datagrams are made for each target, and sent again and again.
CHANCE = random.Random("mallory")


def number():
    return f"{CHANCE.getrandbits(64):016x}"


def full(name, *lines, size=0):
    """A full request as anybody can make one, padded to a size."""
    body = "\n".join([name, "hmtp 1", f"id {number()}", f"nonce {number()}", *lines, ""])
    return (body + "pad " + "x" * (size - len(body) - 5) + "\n" if size else body).encode()


def fields(name, size):
    return name.encode() + b"\n" + CHANCE.randbytes(size)


def proofs():
    """No proof, and two that are wrong."""
    return CHANCE.choice([[], [f"cookie {number()}"], [f"token {number()}"]])


def request(name, *words):
    return lambda: full(name, *CHANCE.sample(words, 1), *proofs(),
                        size=CHANCE.choice([0, 704, 704, 704, 1200]))


FLOODS = {
    "RJOI": request("RJOI", "want join", "want foster", "want probe"),
    "RREG": request("RREG", "tick 9 9", "tick 1 1"),
    "ROOT": request("ROOT", "tick 9 9", "dead 10.0.1.2 10000"),
    "bare-RJOI": lambda: b"RJOI\n",
    "bare-RREG": lambda: b"RREG\n",
    "DATA": lambda: b"DATA\nforged " + b"x" * 100,
    "TICK": lambda: fields("TICK", 31),
    "RPRT": lambda: fields("RPRT", 25),
    "PING": lambda: fields("PING", 17),
    "LEAV": lambda: fields("LEAV", 8),
    "MDAT": lambda: b"MDAT\n\0\0\0" + CHANCE.randbytes(8) + bytes(16) + CHANCE.randbytes(16)
                    + b"forged " + b"x" * 100,
}


def packet(source, target, payload):
    """An IPv4 packet, whose header's checksum the kernel will add."""
    udp = struct.pack("!HHHH", MCAST_PORT, MCAST_PORT, 8 + len(payload), 0) + payload
    return struct.pack("!BBHHHBBH4s4s", 0x45, 0, 20 + len(udp), 0, 0, 64, socket.IPPROTO_UDP, 0,
                       socket.inet_aton(source), socket.inet_aton(target)) + udp


def nowhere():
    return f"{NOWHERE[:NOWHERE.index('.0.0')]}.{CHANCE.randrange(256)}.{CHANCE.randrange(1, 255)}"


def flood(kinds, rate, seconds, targets):
    """Gives how many datagrams it has sent, how many bytes, and in which time."""
    sock = socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_RAW)
    makers = [FLOODS[kind] for kind in kinds]
    made = [[(packet(source or nowhere(), target, makers[n % len(makers)]()), (target, 0))
             for target, _, source in (target.partition("/") for target in targets)]
            for n in range(VARIETY)]
    begin, turns, size = time.monotonic(), 0, 0
    while (now := time.monotonic()) < begin + seconds:
        for _ in range(int((now - begin) * rate) - turns):
            for one, target in made[turns % VARIETY]:
                size += sock.sendto(one, target)
            turns += 1
        time.sleep(0.001)
    return turns * len(targets), size, time.monotonic() - begin


if __name__ == "__main__":
    print(json.dumps(flood(sys.argv[1].split(","), int(sys.argv[2]), float(sys.argv[3]),
                           sys.argv[4:])))
