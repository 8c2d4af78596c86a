# SPDX-License-Identifier: MIT
# SPDX-FileCopyrightText: the ramure authors
"""test_doctor_listens.py - what mcastdoctor concludes from frames: queriers, and data.

    here  10.0.1.1 eth0 ──────── eth0 10.0.1.2  there
"""
import contextlib
import socket
import struct
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from doctor import (PORT, SSM_V4, UNNAMED_V4, V4, Question, cabled, diagnose, expect_finding,
                    expect_only, expect_works, listener, reports_source, shell, speaker)
from netlab import poll

pytestmark = pytest.mark.released


def query(version, answer_ds=1, robustness=1, interval_s=1):
    """A general query of IGMP: RFC 1112 appendix I, RFC 2236 section 2, RFC 3376 section 4.1."""
    message = struct.pack("!BBH4x", 0x11, answer_ds if version > 1 else 0, 0)
    if version == 3:
        message += struct.pack("!BBH", robustness, interval_s, 0)
    total = sum(struct.unpack(f"!{len(message) // 2}H", message))
    total = (total >> 16) + (total & 0xFFFF)
    return message[:2] + struct.pack("!H", ~total & 0xFFFF) + message[4:]


def querier(host, interface="eth0"):
    """A raw socket to send queries from."""
    with host.entered():
        sock = socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_IGMP)
    host.lab.sockets.append(sock)
    index = host.interface_index(interface)
    sock.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_IF,
                    bytes(8) + index.to_bytes(4, "little"))
    sock.setsockopt(socket.IPPROTO_IP, socket.IP_OPTIONS, b"\x94\x04\0\0")  # RFC 2113
    return sock


def test_old_querier_that_the_kernel_remembers(lab):
    """The querier speaks IGMPv2, so no report names the source; it is set to IGMPv3, as advised.

    That the kernel forgets the old one a second after its last query is the work of the first
    query, of IGMPv3. It wants its answer at once, or that would still come, as IGMPv3, when the old
    one has been heard.
    """
    here, there = cabled(lab)
    asker = querier(there)
    asker.sendto(query(3, answer_ds=0), ("224.0.0.1", 0))
    with repeated(lambda: asker.sendto(query(2), ("224.0.0.1", 0))):
        poll(lambda: "V2" in shell(here, "grep eth0 /proc/net/igmp").stdout, what="heard")
        assert not reports_source(here, there, SSM_V4)
        finding = expect_only(diagnose(here, SSM_V4), "old-querier", "eth0")
    assert "Set the querier to IGMPv3" in finding["advice"]
    poll(lambda: "V3" in shell(here, "grep eth0 /proc/net/igmp").stdout, what="forgotten")
    expect_works(diagnose(here, SSM_V4))
    assert reports_source(here, there, SSM_V4)


def test_old_querier_on_the_wire(lab):
    """Nothing is known of it beforehand: it asks while the program listens."""
    here, there = cabled(lab)
    asker = querier(there)
    with repeated(lambda: asker.sendto(query(2), ("224.0.0.1", 0))):
        finding = expect_finding(diagnose(here, SSM_V4, wire=True), "old-querier", "10.0.1.2")
    assert finding["weight"] == "broken" and "IGMPv2" in finding["evidence"]


def test_querier_of_these_days(lab):
    """Then nothing is said: not that there is none, nor that it is old."""
    here, there = cabled(lab)
    asker = querier(there)
    with repeated(lambda: asker.sendto(query(3), ("224.0.0.1", 0))):
        diagnosis = diagnose(here, SSM_V4, wire=True)
    expect_works(diagnosis)
    assert not diagnosis.finding("old-querier") and not diagnosis.finding("no-querier")


def test_data_and_listeners(lab):
    """Data that nobody asked for: a cable floods, that is harmless. Data for a listener: nothing to
    be said. A listener and no data: the advice is to probe.
    """
    here, there = cabled(lab)
    with talk(there, V4):
        diagnosis = diagnose(here, V4, wire=True)
        assert "239.1.1.1 from 10.0.1.2" in expect_finding(diagnosis, "flooding",
                                                           "eth0")["evidence"]
        expect_works(diagnosis)
        with listener(here, V4):
            diagnosis = diagnose(here, V4, wire=True)
            assert not diagnosis.finding("flooding")
            assert not diagnosis.finding("joined-not-arriving")
            expect_works(diagnosis)
    with listener(here, V4):
        diagnosis = diagnose(here, V4, wire=True)
        assert "mcastdoctor probe" in expect_finding(diagnosis, "joined-not-arriving",
                                                     "eth0")["advice"]
        expect_works(diagnosis)


def test_joined_at_one_interface_and_arriving_at_the_other(lab):
    here, there = cabled(lab, cables=2)
    elsewhere = Question(V4.group, interface="eth1")
    with talk(there, elsewhere):
        with listener(here, V4):
            finding = expect_finding(diagnose(here, UNNAMED_V4, wire=True), "joined-not-arriving",
                                     "eth0")
            assert finding["weight"] == "risk" and "--interface eth1" in finding["advice"]
        with listener(here, elsewhere):
            diagnosis = diagnose(here, elsewhere, wire=True)
            assert not diagnosis.finding("joined-not-arriving")
            expect_works(diagnosis)


def test_switch_that_forgets(lab):
    """The entry of the bridge is deleted, as one does that ages it out, and is there again when the
    group is joined anew. Then nobody has to wait for the end of the time that was asked for.
    """
    here, there, bridge = lab.hosts_on_bridge(["here", "there"], snooping=True)
    here.ip("route add default via 10.0.1.2")
    bridge.ip("link set br0 type bridge mcast_startup_query_count 1")  # Nobody else asks.
    bridge.start_querier(there, here)
    counter = here.count_frames(f"ip daddr {V4.group}")
    with talk(there, V4), ThreadPoolExecutor(1) as pool:
        asked = pool.submit(diagnose, here, V4, "--patient=60", wire=True)
        # By then the host has repeated its report, as it does within a second of joining.
        poll(lambda: counter.frames >= 60, what="the stream comes in")
        bridge.run(["bridge", "mdb", "del", "dev", "br0", "port", "p-here-1", "grp", V4.group])
        diagnosis = asked.result(timeout=30)
    finding = expect_finding(diagnosis, "membership-ages-out", "eth0")
    assert "came again" in finding["evidence"]
    assert diagnosis.code == 1


@contextlib.contextmanager
def repeated(action):
    """Does it many times a second, meanwhile."""
    done = threading.Event()

    def work():
        while not done.wait(0.03):
            action()

    thread = threading.Thread(target=work)
    thread.start()
    try:
        yield
    finally:
        done.set()
        thread.join()


@contextlib.contextmanager
def talk(host, question):
    """Data for the group comes from that host, meanwhile."""
    with speaker(host, question) as mouth, \
            repeated(lambda: mouth.sendto(b"hello", (question.group, PORT))):
        yield
