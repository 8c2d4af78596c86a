# SPDX-License-Identifier: MIT
# SPDX-FileCopyrightText: the ramure authors
"""doctor.py - asks mcastdoctor about a host of the lab, and finds out for itself who is right.

    here, there = cabled(lab)
    here.link_down()
    finding = expect_only(diagnose(here, V4), "interface-down", "eth0")
    shell(here, finding["fix"])
    expect_works(diagnose(here, V4))
    assert hears(here, there, V4)                     # A real datagram gets through.

What a test proves by itself needs no program of the project: sockets, and the frames that come out
of the other end of the cable.
"""
import contextlib
import fnmatch
import json
import resource
import socket
import struct
import time
from dataclasses import dataclass

from chat import program

PORT = 5000
INPUT = "nft 'add table inet filter; add chain inet filter input { type filter hook input"\
        " priority 0; policy %s; }'"
USUAL_INPUT = "nft 'add rule inet filter input ct state established,related accept;"\
              " add rule inet filter input iif lo accept;"\
              " add rule inet filter input icmpv6 type { nd-neighbor-solicit, nd-neighbor-advert,"\
              " mld-listener-query } accept'"
PATIENCE = 0.05  # Seconds. On a cable between two namespaces nothing takes that long.
MCAST_JOIN_SOURCE_GROUP = 46  # <linux/in.h>
PROTO_IGMP = 2
PROTO_ICMPV6 = 58


@dataclass(frozen=True)
class Question:
    """What a user asks: does this group work here, at this interface, from this source?"""

    group: str
    interface: str = "eth0"  # Empty: none is named, the kernel chooses.
    source: str = ""
    port: int = PORT

    @property
    def version(self):
        return 6 if ":" in self.group else 4

    def arguments(self):
        """As one types it after the name of the program."""
        shown = f"[{self.group}]:{self.port}" if self.version == 6 else f"{self.group}:{self.port}"
        return [shown, *(["-i", self.interface] if self.interface else []),
                *(["--source", self.source] if self.source else [])]


V4 = Question("239.1.1.1")
V6 = Question("ff15::1")
UNNAMED_V4 = Question("239.1.1.1", interface="")
UNNAMED_V6 = Question("ff15::1", interface="")
SSM_V4 = Question("232.1.1.1", source="10.0.1.2")
SSM_V6 = Question("ff35::1", source="fd00:0:0:1::2")


@dataclass(frozen=True)
class Diagnosis:
    """What the program said, as --json has it, and with which exit code."""

    code: int
    report: dict
    busy_s: float  # Processor time of the program and those that it asked.

    @property
    def findings(self):
        return self.report["findings"]

    @property
    def complaints(self):
        """All that is not merely good to know. Where the tests run is not what is tested."""
        return [finding for finding in self.findings
                if finding["weight"] != "note" and finding["cause"] != "cloud-network"]

    def finding(self, cause, place=None):
        """The finding of that name, at that place if one is given; None if there is none."""
        return next((finding for finding in self.findings if finding["cause"] == cause
                     and place in (None, finding["place"])), None)

    def told(self):
        """What is shown of it when a test fails."""
        return json.dumps({**self.report, "exit code": self.code}, indent=1)


def diagnose(host, *what, wire=False):
    """Asks the program inside: questions, or words as one types them; nothing is this host.

    It does not look at frames unless that is asked for.
    """
    arguments = []
    for part in what:
        arguments += part.arguments() if isinstance(part, Question) else [part]
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    result = host.run([program("mcastdoctor"), "--json", *([] if wire else ["--no-wire"]),
                       *arguments], check=False)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    assert result.returncode in (0, 1, 3), (result.returncode, result.stderr)
    return Diagnosis(result.returncode, json.loads(result.stdout),
                     after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)


# What it should say

def expect_finding(diagnosis, cause, place="*"):
    """The finding of that name, at a place like that."""
    finding = next((finding for finding in diagnosis.findings if finding["cause"] == cause
                    and fnmatch.fnmatchcase(finding["place"], place)), None)
    assert finding, f"no {cause} at {place}: {diagnosis.told()}"
    return finding


def expect_only(diagnosis, cause, place="*", weight="broken"):
    """The same, and nothing else is said to be broken; the exit code says so, too."""
    finding = expect_finding(diagnosis, cause, place)
    assert finding["weight"] == weight, diagnosis.told()
    broken = [other for other in diagnosis.findings if other["weight"] == "broken"]
    assert broken == ([finding] if weight == "broken" else []), diagnosis.told()
    assert diagnosis.code == (1 if weight == "broken" else 0), diagnosis.told()
    return finding


def expect_works(diagnosis):
    """Nothing is broken, nothing is a risk, and the exit code is 0."""
    assert (diagnosis.code, diagnosis.complaints) == (0, []), diagnosis.told()


# The lab

def shell(host, line):
    return host.run(["sh", "-ec", line])


def cabled(lab, cables=1):
    """The host that is examined and the one at the other end, ready, with a default route."""
    here, there = lab.host("here"), lab.host("there")
    for subnet in range(1, cables + 1):
        lab.cable(here, there, subnet)
    lab.settle()
    here.ip("route add default via 10.0.1.2")
    return here, there


# What is really so

def listener(host, question):
    """A socket that has joined, closed by the caller; OSError where the host does not let it."""
    sock = host.socket(question.version)
    try:
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        sock.bind(("", question.port))
        join(host, sock, question)
    except OSError:
        sock.close()
        raise
    sock.settimeout(PATIENCE)
    return sock


def join(host, sock, question):
    """Joins the group at the interface of the question, for its source alone if there is one."""
    index = host.interface_index(question.interface) if question.interface else 0
    group = pack_address(question.group)
    level = socket.IPPROTO_IPV6 if question.version == 6 else socket.IPPROTO_IP
    if question.source:  # struct group_source_req of RFC 3678 section 5.1.
        sock.setsockopt(level, MCAST_JOIN_SOURCE_GROUP, struct.pack("@I4x", index)
                        + sockaddr_storage(question.group) + sockaddr_storage(question.source))
    elif question.version == 6:
        sock.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_JOIN_GROUP,
                        group + index.to_bytes(4, "little"))
    else:
        sock.setsockopt(socket.IPPROTO_IP, socket.IP_ADD_MEMBERSHIP,
                        group + bytes(4) + index.to_bytes(4, "little"))


def pack_address(address):
    return socket.inet_pton(socket.AF_INET6 if ":" in address else socket.AF_INET, address)


def sockaddr_storage(address):
    """As the kernel has it: the address family, and where its addresses begin."""
    if ":" in address:
        head = struct.pack("=HHI16s", socket.AF_INET6, 0, 0, pack_address(address))
    else:
        head = struct.pack("=HH4s", socket.AF_INET, 0, pack_address(address))
    return head.ljust(128, b"\0")


def speaker(host, question):
    """A socket to send to the group from, at the interface if one is named."""
    sock = host.socket(question.version)
    index = host.interface_index(question.interface) if question.interface else 0
    if question.version == 6:
        sock.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_MULTICAST_IF, index)
    elif index:
        sock.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_IF,
                        bytes(8) + index.to_bytes(4, "little"))
    return sock


def gets_through(sender, sender_question, receiver, receiver_question):
    """Whether a datagram to the group gets from a program there to a program here."""
    try:
        ears = listener(receiver, receiver_question)
    except OSError:
        return False
    with ears:
        try:
            with speaker(sender, sender_question) as mouth:
                for _ in range(3):
                    mouth.sendto(b"hello", (sender_question.group, sender_question.port))
            return ears.recv(16) == b"hello"
        except OSError:
            return False


def hears(here, there, question):
    """Whether a program here, joined as asked, gets what is sent at the other end of the cable."""
    return gets_through(there, Question(question.group, port=question.port), here, question)


def is_heard(here, there, question):
    """Whether a program there gets what is sent here, in the way that was asked for."""
    return gets_through(here, question, there, Question(question.group, port=question.port))


def reports(here, there, question):
    """Whether the report of a program here that joins comes out at the other end of the cable."""
    return report_of(here, there, question) is not None


def report_of(here, there, question):
    """The IGMP or MLD message, from its type on; None where none comes."""
    group = pack_address(question.group)
    capture = there.lab.capture(there, "eth0")
    try:
        ears = listener(here, question)
    except OSError:
        return None
    end = time.monotonic() + 2 * PATIENCE
    with ears:
        while time.monotonic() < end:
            for frame in frames_so_far(capture):
                message = report_in(frame)
                if message and group in message:
                    return message
            time.sleep(0.005)
    return None


def reports_source(here, there, question):
    """Whether that report names the source, so that routers and switches know it (SSM)."""
    message = report_of(here, there, question)
    return message is not None and pack_address(question.source) in message


def chats(here, _there, question):
    """Whether chat-multicast, which looks before it joins, takes the interface."""
    return here.run([program("chat-multicast"), "-room", question.group, "-name", "trial",
                     "--interface", question.interface], check=False, input="").returncode == 0


def frames_so_far(capture):
    with contextlib.suppress(BlockingIOError):
        while True:
            capture.raw_frames.append(capture.sock.recv(0xFFFF))
    return capture.raw_frames


def report_in(frame):
    """The IGMP message in a frame, or the MLD message; None in any other."""
    kind, packet = frame[12:14], frame[14:]
    if kind == b"\x08\x00" and packet[9] == PROTO_IGMP:
        return packet[(packet[0] & 15) * 4:]
    if kind == b"\x86\xdd" and packet[6] == 0 and packet[40] == PROTO_ICMPV6:
        return packet[48:]  # After a hop-by-hop header with the router alert: RFC 3810 section 5.
    return None


PROOFS = {"hears": hears, "is heard": is_heard, "reports": reports,
          "reports source": reports_source, "chats": chats}
