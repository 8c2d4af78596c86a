# SPDX-License-Identifier: MIT
# SPDX-FileCopyrightText: the ramure authors
"""test_doctor_host.py - what is wrong with a host is named, and mended by the line that is given.

    here  10.0.1.1 ──────── 10.0.1.2  there        with two cables also
    eth0  fd00:0:0:1::1     fd00:0:0:1::2 eth0     10.0.2.1 ──────── 10.0.2.2 (eth1)

Each case breaks `here` for real, and shows by a datagram that it is broken. Then mcastdoctor has to
name the cause and the place; its fix, one line, is run as it stands, the verdict turns to "works",
and the datagram gets through. """
import fcntl
import fnmatch
import re
import signal
import socket
import struct
import sys
from dataclasses import dataclass, replace

import pytest

from doctor import (INPUT, PORT, PROOFS, SSM_V4, SSM_V6, UNNAMED_V4, UNNAMED_V6, USUAL_INPUT, V4,
                    V6, Question, cabled, chats, diagnose, expect_finding, expect_only,
                    expect_works, hears, is_heard, join, listener, shell, speaker)
from netlab import poll

pytestmark = pytest.mark.released

OUTPUT = "nft 'add table inet filter; add chain inet filter output { type filter hook output"\
         " priority 0; }'"
INGRESS = "nft 'add table netdev early; add chain netdev early eth0 { type filter hook ingress"\
          " device eth0 priority 0; }'"
MCAST_INCLUDE = 1        # <linux/in.h>
IP_MSFILTER = 41
TUNSETIFF = 0x400454CA   # <linux/if_tun.h>
IFF_TUN = 1
IFF_NO_PI = 0x1000


@dataclass(frozen=True)
class Case:
    """A fault: how it comes about, what is asked, what has to be said about it."""

    name: str
    cause: str
    place: str
    setup: tuple           # Lines for a shell in the host.
    fix: str               # What the fix has to look like: a pattern as of file names.
    question: Question = V4
    proof: str = "hears"   # What does not work before the fix, and does after it; empty: neither.
    weight: str = "broken"
    cables: int = 1



CASES = [
    # The interface
    Case("down", "interface-down", "eth0",
         ("ip link set eth0 down",),
         "ip link set dev eth0 up"),
    Case("down v6", "interface-down", "eth0",
         ("ip link set eth0 down",),
         "ip link set dev eth0 up", V6),
    Case("flag v4", "no-multicast-flag", "eth0",
         ("ip link set eth0 multicast off",),
         "ip link set dev eth0 multicast on", proof="chats"),
    Case("address v4", "no-address", "eth0",
         ("ip -4 address flush dev eth0",),
         "ip address add 169.254.*/16 dev eth0", proof="is heard"),
    Case("address v6", "no-address", "eth0",
         ("ip -6 address flush dev eth0",),
         "ip -6 address add fe80::*/64 dev eth0", V6, "is heard"),
    Case("IPv6 disabled", "ipv6-disabled", "eth0",
         ("sysctl -w net.ipv6.conf.eth0.disable_ipv6=1",),
         "sysctl -w net.ipv6.conf.eth0.disable_ipv6=0", V6),

    # Routes
    Case("route v4, hears", "no-route", "eth0",
         ("ip route del default",),
         "ip route add 224.0.0.0/4 dev eth0", UNNAMED_V4),
    Case("route v4, is heard", "no-route", "eth0",
         ("ip route del default",),
         "ip route add 224.0.0.0/4 dev eth0", UNNAMED_V4, "is heard"),
    Case("route v6", "no-route-v6", "eth0",
         ("ip -6 route del multicast ff00::/8 dev eth0 table local",),
         "ip -6 route add multicast ff00::/8 dev eth0 table local", V6, "is heard"),
    Case("blackhole", "route-blackhole", "224.0.0.0/4",
         ("ip route add blackhole 224.0.0.0/4",),
         "ip -4 route del blackhole 224.0.0.0/4 table 254", UNNAMED_V4, "is heard"),
    Case("unreachable", "route-blackhole", "239.0.0.0/8",
         ("ip route add unreachable 239.0.0.0/8",),
         "ip -4 route del unreachable 239.0.0.0/8 table 254", UNNAMED_V4),
    Case("prohibit", "route-blackhole", "239.1.1.1/32",
         ("ip route add prohibit 239.1.1.1",),
         "ip -4 route del prohibit 239.1.1.1/32 table 254", UNNAMED_V4),
    Case("blackhole v6", "route-blackhole", "ff15::/16",
         ("ip -6 route add blackhole ff15::/16 table local",),
         "ip -6 route del blackhole ff15::/16 table 255", UNNAMED_V6, "is heard"),
    Case("loopback", "only-loopback", "lo",
         ("ip route add 224.0.0.0/4 dev lo",),
         "ip route replace 224.0.0.0/4 dev eth0", UNNAMED_V4, "is heard"),
    Case("reverse path", "rp-filter", "eth0",
         ("ip route add 10.0.1.2/32 dev eth1", "sysctl -w net.ipv4.conf.eth0.rp_filter=1"),
         "sysctl -w net.ipv4.conf.eth0.rp_filter=2",
         replace(V4, source="10.0.1.2"), cables=2),

    # Limits
    Case("memberships", "memberships-limit", "",
         ("sysctl -w net.ipv4.igmp_max_memberships=0",),
         "sysctl -w net.ipv4.igmp_max_memberships=20"),

    Case("IGMPv2 forced", "igmp-version-forced", "eth0",
         ("sysctl -w net.ipv4.conf.all.force_igmp_version=2",),
         "sysctl -w net.ipv4.conf.*.force_igmp_version=0*", SSM_V4, "reports source"),
    Case("IGMPv1 forced", "igmp-version-forced", "eth0",
         ("sysctl -w net.ipv4.conf.eth0.force_igmp_version=1",),
         "sysctl -w net.ipv4.conf.*.force_igmp_version=0*", SSM_V4, "reports source"),
    Case("MLDv1 forced", "mld-version-forced", "eth0",
         ("sysctl -w net.ipv6.conf.eth0.force_mld_version=1",),
         "sysctl -w net.ipv6.conf.*.force_mld_version=0*", SSM_V6, "reports source"),

    # The firewall: the data
    Case("nft rule", "firewall-drops-group", "*",
         (INPUT % "accept", "nft add rule inet filter input ip daddr 239.0.0.0/8 drop"),
         "nft *"),
    Case("nft port", "firewall-drops-group", "*",
         (INPUT % "accept", f"nft add rule inet filter input udp dport {PORT} drop"),
         "nft *", V6),
    Case("nft kind of packet", "firewall-drops-group", "*",
         (INPUT % "accept", "nft add rule inet filter input meta pkttype multicast udp dport"
                            " 1024-65535 drop"),
         "nft *"),
    Case("nft policy", "firewall-drops-group", "*",
         (INPUT % "drop", USUAL_INPUT, "nft add rule inet filter input ip protocol igmp accept"),
         "nft *"),
    Case("nft policy v6", "firewall-drops-group", "*",
         (INPUT % "drop", USUAL_INPUT),
         "nft *", V6),
    Case("nft jump", "firewall-drops-group", "*",
         (INPUT % "accept", "nft add chain inet filter strangers",
          "nft add rule inet filter strangers udp dport != 53 counter reject",
          "nft add rule inet filter input iifname eth0 ip daddr 224.0.0.0/4 jump strangers"),
         "nft *"),
    Case("nft output", "firewall-drops-group", "*",
         (OUTPUT, "nft add rule inet filter output ip daddr 224.0.0.0/4 udp dport != 5353 drop"),
         "nft *", proof="is heard"),
    Case("nft ingress", "firewall-drops-group", "*",
         (INGRESS, "nft add rule netdev early eth0 ip daddr 239.1.1.1 drop"),
         "nft *"),
    Case("iptables", "firewall-drops-group", "*",
         ("iptables -A INPUT -d 224.0.0.0/4 -p udp -j DROP",),
         "*"),
    Case("iptables policy", "firewall-drops-group", "*",
         ("iptables -A INPUT -m state --state ESTABLISHED,RELATED -j ACCEPT",
          "iptables -A INPUT -p igmp -j ACCEPT", "iptables -P INPUT DROP"),
         "*"),
    Case("ip6tables", "firewall-drops-group", "*",
         ("ip6tables -A INPUT -d ff00::/8 -p udp -j DROP",),
         "*", V6),

    # The firewall: the reports
    Case("nft IGMP", "firewall-drops-igmp", "*",
         (OUTPUT, "nft add rule inet filter output ip protocol igmp drop"),
         "nft *", proof="reports"),
    Case("iptables IGMP", "firewall-drops-igmp", "*",
         ("iptables -A OUTPUT -p igmp -j DROP",),
         "*", proof="reports"),
    Case("nft MLD", "firewall-drops-mld", "*",
         (OUTPUT, "nft add rule inet filter output icmpv6 type { mld-listener-report,"
                  " mld2-listener-report } drop"),
         "nft *", V6, "reports"),
]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_fault_is_named_and_its_fix_mends_it(lab, case):
    here, there = cabled(lab, case.cables)
    proof = PROOFS.get(case.proof)
    for line in case.setup:
        shell(here, line)
    assert not (proof and proof(here, there, case.question)), "the lab broke nothing"

    diagnosis = diagnose(here, case.question)
    finding = expect_only(diagnosis, case.cause, case.place, case.weight)
    assert finding == diagnosis.findings[0], "what is to be mended comes first"
    assert fnmatch.fnmatchcase(finding["fix"], case.fix), finding["fix"]

    shell(here, finding["fix"])
    here.wait_ready()
    after = diagnose(here, case.question)
    assert after.finding(case.cause) is None
    expect_works(after)
    if proof:
        poll(lambda: proof(here, there, case.question), what=f"works: {finding['fix']}")


# Faults that need more than lines for a shell

def test_route_past_the_listener(lab):
    """A program listens at one interface, and the route of its group leads to the other."""
    here, there = cabled(lab, cables=2)
    shell(here, "ip route add 224.0.0.0/4 dev eth1")
    with listener(here, V4):
        assert not is_heard(here, there, UNNAMED_V4)
        finding = expect_only(diagnose(here, UNNAMED_V4), "route-elsewhere", "eth1")
        assert finding["fix"] == "ip route replace 224.0.0.0/4 dev eth0"
        shell(here, finding["fix"])
        expect_works(diagnose(here, UNNAMED_V4))
        poll(lambda: is_heard(here, there, UNNAMED_V4), what="heard")


def test_source_address_of_another_interface(lab):
    """The other end, as routers do, drops what comes from where it would not answer to."""
    here, there = cabled(lab, cables=2)
    there.sysctl("net.ipv4.conf.eth0.rp_filter", 1)
    shell(here, "ip route add 224.0.0.0/4 dev eth0 src 10.0.2.1")
    assert not is_heard(here, there, UNNAMED_V4)
    finding = expect_only(diagnose(here, UNNAMED_V4), "wrong-source-address", "eth0")
    assert finding["fix"] == "ip route replace 224.0.0.0/4 dev eth0 src 10.0.1.1"
    shell(here, finding["fix"])
    expect_works(diagnose(here, UNNAMED_V4))
    assert is_heard(here, there, UNNAMED_V4)


def test_limit_of_sources(lab):
    """With a limit of none, naming sources all at once (RFC 3678, setsourcefilter) is refused; a
    source that is joined by itself is not, so it is a risk.
    """
    here, _ = cabled(lab)

    def names_source():
        with here.socket() as sock:
            join(here, sock, Question(SSM_V4.group))
            sources = struct.pack("=4s4sII4s", socket.inet_aton(SSM_V4.group),
                                  socket.inet_aton(here.address(4)), MCAST_INCLUDE, 1,
                                  socket.inet_aton(SSM_V4.source))
            try:
                sock.setsockopt(socket.IPPROTO_IP, IP_MSFILTER, sources)
            except OSError:
                return False
            return True

    shell(here, "sysctl -w net.ipv4.igmp_max_msf=0")
    assert not names_source()
    listener(here, SSM_V4).close()
    finding = expect_only(diagnose(here, SSM_V4), "source-filter-limit", weight="risk")
    assert finding["fix"] == "sysctl -w net.ipv4.igmp_max_msf=10"
    shell(here, finding["fix"])
    expect_works(diagnose(here, SSM_V4))
    assert names_source()


def test_program_that_does_not_read(lab):
    """The fix is a limit of the whole machine, so it is not run: the program is started anew."""
    here, there = cabled(lab)
    with listener(here, V4):
        with speaker(there, V4) as mouth:
            for _ in range(400):
                mouth.sendto(bytes(1400), (V4.group, PORT))
        finding = expect_finding(diagnose(here, V4), "receive-drops")
        assert re.search(r"has lost [1-9]\d* datagrams", finding["evidence"])
        assert finding["weight"] == "risk"
        assert re.fullmatch(r"sysctl -w net.core.rmem_max=\d+ net.core.rmem_default=\d+",
                            finding["fix"])
        assert "anew" in finding["advice"]
    with listener(here, V4):
        expect_works(diagnose(here, V4))


def test_port_taken(lab):
    """A process that does not share the port holds it; the fix names it and ends it."""
    here, there = cabled(lab)
    holder = here.popen([sys.executable, "-c",
                         "import socket, sys; s = socket.socket(2, 2);"
                         f" s.bind(('', {PORT})); print('bound', flush=True); sys.stdin.read()"])
    holder.wait_line("bound")
    assert not hears(here, there, V4)
    finding = expect_only(diagnose(here, V4), "port-taken")
    assert finding["fix"] == f"kill {holder.pid}"
    shell(here, finding["fix"])
    assert holder.wait_exit() == -signal.SIGTERM
    expect_works(diagnose(here, V4))
    assert hears(here, there, V4)


def test_no_interface_but_the_loopback(lab):
    """The test does what is advised: it plugs the host in."""
    here, there = lab.host("here"), lab.host("there")
    finding = expect_only(diagnose(here, UNNAMED_V4), "only-loopback", "lo")
    assert not finding["fix"] and "attach it to a network" in finding["advice"]
    lab.cable(here, there, 1)
    lab.settle()
    shell(here, "ip route add default via 10.0.1.2")
    expect_works(diagnose(here, UNNAMED_V4))
    assert is_heard(here, there, UNNAMED_V4)


def test_no_carrier(lab):
    """The other end of the cable is down: no command of this host helps, and the advice says what.
    """
    here, there = cabled(lab)
    there.ip("link set eth0 down")
    finding = expect_only(diagnose(here, V4), "no-carrier", "eth0")
    assert not finding["fix"] and "Set its other end up" in finding["advice"]
    there.link_up("eth0")
    poll(lambda: here.is_ready("eth0"), what="the carrier is back")
    expect_works(diagnose(here, V4))
    assert hears(here, there, V4)


def test_tunnel_without_multicast(lab):
    """A tun device, as a VPN has it, with its MULTICAST flag off."""
    here = lab.host("here")
    with here.entered():
        try:
            tunnel = open("/dev/net/tun", "r+b", buffering=0)
        except OSError as error:
            pytest.skip(f"no tunnel can be made here: {error}")
        fcntl.ioctl(tunnel, TUNSETIFF, struct.pack("=16sH22x", b"tun0", IFF_TUN | IFF_NO_PI))
    with tunnel:
        here.ip("link set tun0 multicast off", "addr add 10.9.0.1/24 dev tun0", "link set tun0 up",
                "route add default dev tun0")
        question = replace(V4, interface="tun0")
        assert not chats(here, None, question)
        finding = expect_only(diagnose(here, question), "tunnel-without-multicast",
                              "tun0")
        assert finding["fix"] == "ip link set dev tun0 multicast on"
        assert "tree" in finding["advice"]
        shell(here, finding["fix"])
        expect_works(diagnose(here, question))
        assert chats(here, None, question)


# Bridges on the host

def test_bridge_that_snoops_without_a_querier(lab):
    """A Linux bridge floods then, so this is a risk; after the fix its queries go out."""
    first, _, switch = lab.hosts_on_bridge(["first", "second"], snooping=True)
    switch.ip("addr add 10.0.1.9/24 dev br0", "route add default dev br0")
    question = replace(V4, interface="br0")
    queries = first.count_frames("igmp type membership-query")
    diagnosis = diagnose(switch, question)
    finding = expect_finding(diagnosis, "snooping-without-querier", "br0")
    assert (diagnosis.code, finding["weight"]) == (0, "risk")
    assert finding["evidence"] == "br0 snoops, and knows no querier for IGMP."
    assert finding["fix"] == "ip link set dev br0 type bridge mcast_querier 1"
    assert queries.frames == 0
    shell(switch, finding["fix"])
    expect_works(diagnose(switch, question))
    poll(lambda: queries.frames > 0, what="the bridge asks who listens")


@pytest.mark.parametrize("is_addressed", [False, True], ids=["switch", "host"])
def test_bridge_port_that_is_not_flooded(lab, is_addressed):
    """Once on a switch, which is asked about the bridge by itself, once on a host with one."""
    first, second, switch = lab.hosts_on_bridge(["first", "second"], with_bridge=True)
    if is_addressed:
        switch.ip("addr add 10.0.1.9/24 dev br0", "route add default dev br0")
    shell(switch, "bridge link set dev p-second-1 mcast_flood off")
    assert not hears(second, first, V4)
    finding = expect_only(diagnose(switch, UNNAMED_V4), "bridge-port-no-flood", "p-second-1")
    assert finding["fix"] == "bridge link set dev p-second-1 mcast_flood on"
    shell(switch, finding["fix"])
    expect_works(diagnose(switch, UNNAMED_V4))
    assert hears(second, first, V4)


def test_firewall_of_a_bridge(lab):
    """A switch whose nftables drop the group between its ports."""
    first, second, switch = lab.hosts_on_bridge(["first", "second"], with_bridge=True)
    shell(switch, "nft 'add table bridge filter; add chain bridge filter forward"
                  " { type filter hook forward priority 0; };"
                  " add rule bridge filter forward ip daddr 239.0.0.0/8 drop'")
    assert not hears(second, first, V4)
    finding = expect_only(diagnose(switch, UNNAMED_V4), "firewall-drops-group",
                          "nft bridge filter forward")
    shell(switch, finding["fix"])
    expect_works(diagnose(switch, UNNAMED_V4))
    assert hears(second, first, V4)


# A multicast router

def test_router_that_wants_the_group_elsewhere(lab):
    """
    first ──── eth0 router eth1 ──── second        the route: from eth1, and first sends
    """
    first, router, second = lab.host("first"), lab.router("router"), lab.host("second")
    lab.cable(first, router, 1)
    lab.cable(second, router, 2)
    lab.settle()
    daemon = lab.route_multicast(router, [(V4.group, f"eth1 source {first.address(4)}", "eth0")])
    mouth = first.group_socket(V4.group, ttl=2)

    def crosses():
        with listener(second, V4) as ears:
            mouth.sendto(b"hello", (V4.group, PORT))
            try:
                return ears.recv(16) == b"hello"
            except TimeoutError:
                return False

    assert not crosses()
    diagnosis = diagnose(router, V4)
    finding = expect_finding(diagnosis, "mroute-wrong-interface", "eth1")
    assert diagnosis.code == 1 and "interface where they come in" in finding["advice"]
    assert expect_finding(diagnosis, "multicast-router")["weight"] == "note"
    daemon.stop()
    lab.route_multicast(router, [(V4.group, f"eth0 source {first.address(4)}", "eth1")])
    poll(crosses, what="the group goes through the router")
    diagnosis = diagnose(router, V4)
    expect_works(diagnosis)
    assert expect_finding(diagnosis, "multicast-router")
