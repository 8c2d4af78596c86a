# SPDX-License-Identifier: MIT
# SPDX-FileCopyrightText: the ramure authors
"""test_doctor_probe.py - mcastdoctor listen and probe: the figures are what the lab imposed.

Loss, blocks and duplicates are made by nft where frames come in. Each program names itself after
its host, so that reports can be read.
"""
import json
import re
import socket
import struct
import threading

import pytest

from chat import program
from netlab import poll

PORT = 6450


def listen(host, group, *options, interface="eth0"):
    """Starts a listener and waits until it listens."""
    process = host.popen([program("mcastdoctor"), "listen", group, "-i", interface,
                          "--name", host.name, *options])
    process.wait_for("listening to", stream="err")
    return process


class Report:
    """What a probe found, from its JSON."""

    def __init__(self, code, document):
        self.code = code
        self.document = document
        assert document["exit_code"] == code
        assert (document["schema"], document["version"]) == ("ramure-probe", 1)
        self.listeners = {pair["name"]: pair for pair in document["listeners"]}

    def causes(self, name=None):
        return {(finding["cause"], finding["direction"]) for finding in self.document["findings"]
                if name in (None, finding["listener"])}

    def text(self, cause):
        return next(finding["text"] for finding in self.document["findings"]
                    if finding["cause"] == cause)

    def path(self, name, direction, path="multicast"):
        return self.listeners[name][direction][path]


def probe(host, group, *options, interface="eth0", deadline=30):
    """Probes, and gives the report."""
    result = host.run([program("mcastdoctor"), "probe", group, "-i", interface, "--json", *options],
                      check=False, deadline=deadline)
    assert result.stderr == "", result.stderr
    return Report(result.returncode, json.loads(result.stdout))


QUICK = ("--count", "40", "--rate", "200")


def rules(host, *lines, interface="eth0"):
    """Adds rules of nft to what comes in by the interface, before anything in the host sees it."""
    host.run(["nft", "add table netdev probe; add chain netdev probe in { type filter hook ingress"
              f" device {interface} priority 0; }}; "
              + "; ".join(f"add rule netdev probe in {line}" for line in lines)])


#   a    b
#   |    |
#   +----+   one bridge
def test_a_clean_network_works_in_figures(lab, family):
    a, b = lab.hosts_on_bridge("ab")
    listen(b, family.room)
    report = probe(a, family.room, *QUICK)
    assert report.code == 0, report.document["text"]
    assert not report.causes()
    for direction in ("to", "from"):
        for path in ("multicast", "unicast"):
            figures = report.path("b", direction, path)
            assert (figures["sent"], figures["lost"], figures["duplicates"]) == (40, 0, 0)
            assert (figures["hops_min"], figures["hops_max"]) == (0, 0)
            assert 0 < figures["min_us"] <= figures["median_us"] <= figures["max_us"]
        assert report.listeners["b"][direction]["setup_ms"] < 1000
        assert report.listeners["b"][direction]["largest_size"] == 16000
        assert report.listeners["b"][direction]["lost_size"] is None
        assert report.listeners["b"][direction]["ttl_needed"] == 1
