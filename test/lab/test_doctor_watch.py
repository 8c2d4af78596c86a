# SPDX-License-Identifier: MIT
# SPDX-FileCopyrightText: the ramure authors
"""test_doctor_watch.py - mcastdoctor watch: what it says of real frames, next to what tshark says.

All hosts hang on a snooping bridge; frames are watched at the port of the bridge behind which b is,
where both b's reports and the bridge's queries pass.
"""
import json
import os
import shutil
import signal
import socket
import struct
import subprocess

import pytest

from chat import program

DOCTOR = program("mcastdoctor")
MCAST_JOIN_GROUP, MCAST_BLOCK_SOURCE, MCAST_JOIN_SOURCE_GROUP = 42, 43, 46  # <linux/in.h>
FIELDS = ["eth.dst", "ip.dst", "ipv6.dst", "igmp.type", "igmp.version", "igmp.record_type",
          "igmp.maddr", "igmp.saddr", "igmp.checksum.status", "icmpv6.type",
          "icmpv6.mldr.mar.record_type", "icmpv6.mld.multicast_address",
          "icmpv6.mldr.mar.multicast_address", "icmpv6.mld.source_address",
          "icmpv6.mldr.mar.source_address", "icmpv6.mldr.nb_mcast_records",
          "icmpv6.checksum.status", "_ws.malformed"]


def padded(address):
    """A sockaddr_storage with an address."""
    if ":" in address:
        family = struct.pack("=HHI", socket.AF_INET6, 0, 0)
        return (family + socket.inet_pton(socket.AF_INET6, address)).ljust(128, b"\0")
    return (struct.pack("=HH", socket.AF_INET, 0) + socket.inet_aton(address)).ljust(128, b"\0")


def member(host, group, source=None, blocked=None):
    """A socket of the host that has joined the group."""
    version = 6 if ":" in group else 4
    level = socket.IPPROTO_IPV6 if version == 6 else socket.IPPROTO_IP
    sock = host.socket(version)
    request = struct.pack("@I4x", host.interface_index("eth0")) + padded(group)
    if source:
        sock.setsockopt(level, MCAST_JOIN_SOURCE_GROUP, request + padded(source))
    else:
        sock.setsockopt(level, MCAST_JOIN_GROUP, request)
    if blocked:
        sock.setsockopt(level, MCAST_BLOCK_SOURCE, request + padded(blocked))
    return sock


def checksum(data, start=0):
    data += b"\0" * (len(data) % 2)
    total = start + sum(struct.unpack(f"!{len(data) // 2}H", data))
    while total > 0xFFFF:
        total = (total & 0xFFFF) + (total >> 16)
    return ~total & 0xFFFF


def igmp(message, group="224.0.0.1", ttl=1, mac=None, alert=True, spoil=0):
    """A frame with a message of IGMP, in hexadecimal, with what is wrong with it as asked for."""
    message = bytes.fromhex(message)
    if len(message) >= 4:
        message = message[:2] + struct.pack("!H", checksum(message) ^ spoil) + message[4:]
    options = bytes.fromhex("94040000") if alert else b""
    head = struct.pack("!BBHHHBBH4s4s", 0x45 + len(options) // 4, 0,
                       20 + len(options) + len(message), 0, 0x4000, ttl, 2, 0,
                       socket.inet_aton("10.0.1.2"), socket.inet_aton(group)) + options
    head = head[:10] + struct.pack("!H", checksum(head)) + head[12:]
    address = socket.inet_aton(group)
    mac = mac or bytes([1, 0, 0x5E, address[1] & 0x7F, address[2], address[3]])
    return mac + bytes.fromhex("020000000102 0800") + head + message


def mld(message, group="ff02::1", hops=1, spoil=0):
    """A frame with a message of MLD."""
    message = bytes.fromhex(message)
    addresses = socket.inet_pton(socket.AF_INET6, "fe80::ff:fe00:102") + socket.inet_pton(
        socket.AF_INET6, group)
    pseudo = sum(struct.unpack("!16H", addresses)) + len(message) + 58
    message = message[:2] + struct.pack("!H", checksum(message, pseudo) ^ spoil) + message[4:]
    return (b"\x33\x33" + addresses[-4:] + bytes.fromhex("020000000102 86dd")
            + struct.pack("!IHBB", 0x60000000, 8 + len(message), 0, hops) + addresses
            + bytes.fromhex("3a00050200000100") + message)


GROUP6 = "ff150000000000000000000008010101"
# (frame, a sentence that watch has to say of it)
CRAFTED = [
    (igmp("11000000 00000000"), "IGMPv1 general query"),
    (igmp("11640000 e0010101", "224.1.1.1"), "IGMPv2 query of a group: who still listens to"),
    (igmp("118f0000 e0010101 0a8f0002 0a000101 0a000102", "224.1.1.1"), "and 2 sources"),
    (igmp("1164"), "malformed: shorter than the 8 bytes of IGMP"),
    (igmp("11640000 e0010101 027d0005 0a000101"), "malformed: the query says"),
    (igmp("22000000 00000002 04000000 e0010101", "224.0.0.22"), "malformed: the report says"),
    (igmp("22000000 00000001 0400ffff e0010101 0a000101", "224.0.0.22"), "malformed: the report"),
    (igmp("22000000 00000001 06010001 e8010101 0a000101 ffffffff", "224.0.0.22"),
     "BLOCK_OLD_SOURCES {10.0.1.1}: no longer wants 232.1.1.1 from 10.0.1.1"),
    (igmp("22000000 00000001 09000000 e0010107", "224.0.0.22"), "record of type 9 for 224.1.1.7"),
    (igmp("16000000 e0010102", "224.1.1.2", spoil=1), "the checksum of IGMP is wrong"),
    (igmp("16000000 e0010103", "224.1.1.3", ttl=64), "the TTL of IGMP has to be 1"),
    (igmp("16000000 e0010104", "224.1.1.4", alert=False), "without the Router Alert option"),
    (igmp("16000000 e0010105", "224.1.1.5", mac=b"\1\0\x5e\1\1\1"), "which is 01:00:5e:01:01:05"),
    (mld("82000000 80000000" + GROUP6 + "0a7d0001" + GROUP6), "members answer within 32.7 s"),
    (mld("82000000 27100000" + GROUP6 + "027d0009"), "malformed: the query says"),
    (mld("8f000000 00000009 04000000" + GROUP6, "ff02::16"), "malformed: the report says"),
    (mld("8f000000 00000001 05010001" + GROUP6 + GROUP6 + "ffffffff", "ff02::16"),
     "ALLOW_NEW_SOURCES {ff15::801:101}"),
    (mld("83000000 00000000" + GROUP6, spoil=1), "the checksum of ICMPv6 is wrong"),
    (mld("83000000 00000000" + GROUP6, hops=9), "the hop limit of MLD has to be 1"),
]


def tshark(file):
    """What tshark reads in each frame: a dictionary of lists."""
    listing = subprocess.run(
        ["tshark", "-r", file, "-T", "fields", "-E", "separator=;",
         *(word for field in FIELDS for word in ("-e", field))],
        text=True, capture_output=True, check=False).stdout
    return [dict(zip(FIELDS, ([word for word in column.split(",") if word]
                              for column in line.split(";")))) for line in listing.splitlines()]


def read_json(host, file):
    reading = host.run([DOCTOR, "watch", "--read", file, "--json", "-q"])
    return [json.loads(line) for line in reading.stdout.splitlines()]


def lists(message):
    """The types of the records, their groups or that of the message, and all sources."""
    records = message.get("records", [])
    groups = [message["group"]] if "group" in message else []
    return ([record["type"] for record in records],
            groups + [record["group"] for record in records],
            message.get("sources", []) + [s for record in records for s in record["sources"]])


def assert_agrees(ours, theirs):
    """The same message, records, groups, sources, addresses, and the same verdict on checksum."""
    assert theirs["eth.dst"] == [ours["mac_destination"]]
    assert (theirs["ip.dst"] or theirs["ipv6.dst"]) == [ours["destination"]]
    if ours["kind"] not in ("igmp", "mld"):
        return
    message = ours["message"]
    if ours["kind"] == "igmp":
        code, checked = theirs["igmp.type"], theirs["igmp.checksum.status"]
        others = theirs["igmp.record_type"], theirs["igmp.maddr"], theirs["igmp.saddr"]
    else:
        code, checked = theirs["icmpv6.type"], theirs["icmpv6.checksum.status"]
        others = (theirs["icmpv6.mldr.mar.record_type"],
                  theirs["icmpv6.mld.multicast_address"]
                  + theirs["icmpv6.mldr.mar.multicast_address"],
                  theirs["icmpv6.mld.source_address"] + theirs["icmpv6.mldr.mar.source_address"])
    is_malformed = any(problem.startswith("malformed") for problem in ours["problems"])
    # Of records that are missing in MLD tshark says no word, but it shows how many there should be.
    is_short = theirs["icmpv6.mldr.nb_mcast_records"] not in ([], [str(len(others[0]))])
    assert is_malformed == (is_short or bool(theirs["_ws.malformed"])), (ours, theirs)
    others = ([int(number, 0) for number in others[0]], *others[1:])
    if is_malformed:  # tshark shows the beginnings of records, too.
        for mine, other in zip(lists(message), others):
            assert mine == other[:len(mine)], (ours, theirs)
        return
    assert [int(number, 0) for number in code] == [message["code"]]
    assert lists(message) == others, (ours, theirs)
    if ours["kind"] == "igmp":
        assert theirs["igmp.version"] == [str(message["version"])], (ours, theirs)
    is_bad = any("checksum of I" in problem for problem in ours["problems"])
    assert is_bad == (checked in (["0"], ["Bad"])), (ours, theirs)


@pytest.fixture
def watched(lab):
    """Host b, the bridge, a watch at b's port of it, and the file that this writes."""
    host, bridge = lab.hosts_on_bridge("b", snooping=True)
    file = os.path.join(lab.directory.name, "talk.pcapng")
    watch = bridge.popen([DOCTOR, "watch", "-i", "p-b-1", "--write", file])
    lab.poll(lambda: os.path.exists(file), what="the watch has begun")
    return host, bridge, watch, file


def kernels_talk(host, bridge, watch):
    """Every version of IGMP and MLD as the kernel speaks it, hosts and querier."""
    for version in (1, 2, 3):
        host.sysctl("net.ipv4.conf.eth0.force_igmp_version", version)
        group = f"224.7.7.{version}"
        sock = member(host, group)
        watch.wait_for(f"IGMPv{version} report: listens to {group}" if version < 3
                       else f"CHANGE_TO_EXCLUDE {{}}: joins {group} from any source")
        sock.close()
        if version > 1:  # IGMPv1 leaves without a word.
            watch.wait_for(f"IGMPv2 leave: leaves {group}" if version == 2
                           else f"CHANGE_TO_INCLUDE {{}}: leaves {group}")
    for version in (1, 2):
        host.sysctl("net.ipv6.conf.eth0.force_mld_version", version)
        group = f"ff15::7:{version}"
        sock = member(host, group)
        watch.wait_for(f"MLDv1 report: listens to {group}" if version == 1
                       else f"CHANGE_TO_EXCLUDE {{}}: joins {group} from any source")
        sock.close()
        watch.wait_for(f"MLDv1 done: leaves {group}" if version == 1
                       else f"CHANGE_TO_INCLUDE {{}}: leaves {group}")
    for group, source in (("232.7.7.7", "10.0.1.9"), ("ff35::7:7", "fd00::9")):
        member(host, group, source=source)
        watch.wait_for(f"ALLOW_NEW_SOURCES {{{source}}}: joins {group} from {source}")
    for group, source in (("224.7.7.8", "10.0.1.9"), ("ff15::7:8", "fd00::9")):
        member(host, group, blocked=source)
        watch.wait_for(f"{{{source}}}: ")
    for igmp_version, mld_version in ((2, 1), (3, 2)):
        bridge.ip("link set br0 type bridge mcast_querier 0"
                  f" mcast_igmp_version {igmp_version} mcast_mld_version {mld_version}",
                  "link set br0 type bridge mcast_querier 1")
        watch.wait_for(f"IGMPv{igmp_version} general query")
        watch.wait_for(f"MLDv{mld_version} general query")


#   b --- bridge, watched
@pytest.mark.skipif(not shutil.which("tshark"), reason="tshark is not here")
def test_watch_reads_what_tshark_reads(watched):
    host, bridge, watch, file = watched
    kernels_talk(host, bridge, watch)
    with host.entered(), socket.socket(socket.AF_PACKET, socket.SOCK_RAW) as raw:
        raw.bind(("eth0", 0))
        for frame, sentence in CRAFTED:
            place = len(watch.out)
            raw.send(frame)
            watch.wait_for(sentence, after=place)
    assert watch.stop(signal.SIGINT) == 0
    ours, theirs = read_json(bridge, file), tshark(file)
    assert len(ours) == len(theirs) >= len(CRAFTED) + 16
    assert watch.err[-1].startswith(f"{len(ours)} frames: ")
    for mine, other in zip(ours, theirs):
        assert_agrees(mine, other)
    versions = {(frame["kind"], frame["message"]["version"]) for frame in ours
                if "message" in frame}
    assert versions >= {("igmp", 1), ("igmp", 2), ("igmp", 3), ("mld", 1), ("mld", 2)}


#   b --- bridge, snooping with a querier --- a, watching
def test_watch_joins_the_group_and_shows_only_that(lab):
    a, b, bridge = lab.hosts_on_bridge("ab", snooping=True)
    bridge.start_querier(b, a)
    watch = a.popen([DOCTOR, "watch", "224.1.1.1:5000", "--json"])
    sock = b.group_socket("224.1.1.1", ttl=7)
    lab.poll(lambda: bridge.serves(a, "224.1.1.1"), what="the watch has joined")
    text = a.popen([DOCTOR, "watch", "224.1.1.1:5000", "--no-join", "-i", "eth0"])

    def both_show():
        for port in (5001, 5000):  # Again and again: nothing says when the second one listens.
            sock.sendto(b"hello", ("224.1.1.1", port))
        return watch.lines_with('"udp"') and text.lines_with("UDP to port 5000, 5 bytes of data")

    lab.poll(both_show, what="data is shown")
    assert watch.stop() == 0
    frame = json.loads(watch.lines_with('"udp"')[0])
    assert (frame["interface"], frame["port"], frame["ttl"]) == ("eth0", 5000, 7)
    assert text.stop() == 0
    assert text.lines_with("TTL 7: may pass 6 more routers")
    assert not text.lines_with("port 5001")


#   a
def test_watch_says_what_it_cannot_do(lab):
    a = lab.host("a")
    for arguments, code, words in (
            (["-i", "eth7"], 3, "interface eth7: there is none of that name"),
            (["--read", "/dev/null"], 3, "read /dev/null: "),
            (["10.1.1.1"], 2, "not a multicast address"),
            (["224.1.1.1:0"], 2, "port of the group"),
            (["--count", "0"], 2, "--count"),
            (["--for", "no"], 2, "--for")):
        result = a.run([DOCTOR, "watch", *arguments], check=False)
        assert (result.returncode, result.stdout) == (code, "")
        assert words in result.stderr and result.stderr.count("\n") == 1
    powerless = ["setpriv", "--bounding-set=-net_raw", "--inh-caps=-net_raw"]
    result = a.run([*powerless, DOCTOR, "watch", "-i", "lo"], check=False)
    assert result.returncode == 3 and "it needs CAP_NET_RAW" in result.stderr
