# SPDX-License-Identifier: MIT
# SPDX-FileCopyrightText: the ramure authors
"""test_doctor_clean.py - mcastdoctor raises no false alarm, and says what it could not look at.

Hosts of several kinds without a fault; users without privileges; wrong usage; files.
"""
import json
import os
import re
import subprocess

import pytest
from chat import is_sanitized, program
from doctor import (INPUT, PORT, SSM_V4, SSM_V6, UNNAMED_V4, UNNAMED_V6, USUAL_INPUT, V4, V6,
                    cabled, diagnose, expect_finding, expect_works, shell)
from netlab import INSIDE, poll

# Hosts without a fault

def plain(lab):
    here, _ = cabled(lab)
    return here


def routeless(lab):
    here = plain(lab)
    here.ip("route del default")
    return here


def two_interfaces(lab):
    here, _ = cabled(lab, cables=2)
    return here


def firewalled(lab):
    """What a careful person writes: all is dropped but what is wanted, and multicast is."""
    here = plain(lab)
    for line in (INPUT % "drop", USUAL_INPUT,
                 "nft add rule inet filter input ip protocol igmp accept",
                 f"nft add rule inet filter input udp dport {PORT} pkttype multicast accept",
                 "nft add rule inet filter input tcp dport 22 accept",
                 "iptables -A INPUT -p tcp --dport 23 -j DROP",
                 "iptables -A INPUT -d 255.255.255.255 -j DROP",
                 "ip6tables -A INPUT -s 2001:db8::/32 -j DROP"):
        shell(here, line)
    return here


def asking_bridge(lab):
    """A host of virtual machines: a bridge with an address, which snoops and asks."""
    *_, switch = lab.hosts_on_bridge(["first", "second"], snooping=True)
    switch.ip("addr add 10.0.1.9/24 dev br0", "route add default dev br0",
              "link set br0 type bridge mcast_querier 1")
    poll(lambda: switch.is_ready("br0"), what="the bridge has its addresses")
    return switch


NEARBY = [[], [UNNAMED_V4], [V4], [V6], [UNNAMED_V6], ["239.1.1.1"], ["ff15::1"], [SSM_V4],
          [SSM_V6], ["224.0.0.251:5353"], ["ff02::fb", "-i", "eth0"]]


@pytest.mark.parametrize("make, questions", [
    (plain, NEARBY),
    (routeless, [[V4], [V6], [SSM_V4]]),
    (two_interfaces, [[], [UNNAMED_V4], ["239.1.1.1", "-i", "eth1"], ["ff15::1", "-i", "eth1"]]),
    (firewalled, [[V4], [V6], [SSM_V6]]),
    (asking_bridge, [[], [UNNAMED_V4], ["ff15::1", "-i", "br0"]]),
], ids=lambda value: value.__name__ if callable(value) else "")
def test_clean_host_gives_no_alarm(lab, make, questions):
    """Whatever it is asked."""
    host = make(lab)
    for what in questions:
        expect_works(diagnose(host, *what))


@pytest.mark.parametrize("what", [[], [V4]], ids=["nothing", "group"])
def test_clean_host_gives_no_alarm_on_the_wire(lab, what):
    """With frames looked at. The program promises two seconds: what it waited and worked is less,
    however busy the machine is with other things meanwhile.
    """
    here, _ = cabled(lab)
    diagnosis = diagnose(here, *what, wire=True)
    expect_works(diagnosis)
    assert not [entry for entry in diagnosis.report["blind"] if "frames" in entry["what"]]
    no_querier = expect_finding(diagnosis, "no-querier", "eth0")
    assert no_querier["weight"] == "note"
    waited_ms = int(re.search(r"in (\d+) ms", no_querier["evidence"])[1])
    assert waited_ms / 1000 + diagnosis.busy_s < 2 or is_sanitized(program("mcastdoctor"))


# Who asks, and how

def unprivileged(host, *arguments):
    """Runs the program inside as somebody else, or, where there is nobody else, as root without any
    capability."""
    nobody = ["--bounding-set=-all", "--inh-caps=-all"]
    if INSIDE not in os.environ:
        nobody = ["--reuid=65534", "--regid=65534", "--clear-groups", *nobody]
    return host.run(["setpriv", *nobody, program("mcastdoctor"), "--json", *arguments],
                    check=False)


def test_unprivileged_user_is_told_what_was_not_looked_at(lab):
    """The firewall may be in the way, and only root can look: 3, cannot tell."""
    here, _ = cabled(lab)
    result = unprivileged(here, "239.1.1.1")
    report = json.loads(result.stdout)
    assert (result.returncode, report["verdict"]) == (3, "cannot-tell")
    blind = {entry["what"].split()[0]: entry for entry in report["blind"]}
    assert {"frames", "firewall"} <= set(blind)
    assert blind["firewall"]["why"] and "root" in blind["firewall"]["how"]


def test_unprivileged_user_learns_what_is_broken(lab):
    """What anybody can see is enough to say that it does not work."""
    here, _ = cabled(lab)
    here.ip("route add blackhole 224.0.0.0/4")
    result = unprivileged(here, "239.1.1.1")
    assert result.returncode == 1
    assert json.loads(result.stdout)["findings"][0]["cause"] == "route-blackhole"


@pytest.mark.parametrize("arguments", [
    ["--frobnicate"], ["10.0.0.1"], ["239.1.1.1", "239.1.1.2"], ["239.1.1.1:70000"], ["nonsense"],
    ["239.1.1.1", "--source", "239.1.1.2"], ["239.1.1.1", "--source", "fd00::1"], ["-i"],
    ["-i", "nowhere0"],
], ids=" ".join)
def test_wrong_usage_is_one_line_and_2(arguments):
    result = subprocess.run([program("mcastdoctor"), *arguments], text=True, capture_output=True,
                            check=False, timeout=20)
    assert (result.returncode, result.stdout) == (2, "")
    assert re.fullmatch(r"mcastdoctor: [^\n]+\n", result.stderr), result.stderr


def test_snapshot_of_a_broken_host_gives_the_same_report_elsewhere(lab):
    """What --save wrote is judged by --load, without the host."""
    here, _ = cabled(lab)
    here.ip("link set eth0 down")
    file = os.path.join(lab.directory.name, "host.json")
    asked = diagnose(here, V4, "--save", file)
    loaded = subprocess.run([program("mcastdoctor"), "--json", "--load", file], text=True,
                            capture_output=True, check=False, timeout=20)
    assert loaded.returncode == asked.code == 1
    assert json.loads(loaded.stdout) == asked.report


def test_report_for_people_has_the_verdict_first(lab):
    here, _ = cabled(lab)
    here.ip("link set eth0 down")
    result = here.run([program("mcastdoctor"), "--no-wire", *V4.arguments()], check=False)
    assert result.returncode == 1
    assert result.stdout.splitlines()[0].startswith("does not work: ")
    assert "interface-down" in result.stdout and "ip link set dev eth0 up" in result.stdout
    quiet = here.run([program("mcastdoctor"), "--no-wire", "-q", *V4.arguments()], check=False)
    assert quiet.stdout.splitlines() == result.stdout.splitlines()[:1]
