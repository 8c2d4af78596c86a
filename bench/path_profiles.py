# SPDX-License-Identifier: MIT
# SPDX-FileCopyrightText: the ramure authors
"""path_profiles.py - a relay of either profile of the protocol, between nodes of the same profile.

ramure-bench sink is a child of the base profile, of which a full node lets in one: so the children
are mcastnodes, and how many payloads they got is what they report at SIGUSR1. Below the last one
hangs a sink all the same, which tells the source how far it is; it is not counted.
"""
import json
import re
import signal
import time

from measure import BenchError
from path_lab import DEADLINE_S, OTHER_CORE, RELAY_CORE, Program
from path_relays import (APP, BENCH, DATA_PORT, NODE, RDV_PORT, RELAY_PORT, Running, Subject,
                         endpoint, start_sinks)

RDVPOINT = APP / "rdvpoint"
CHILDREN = 3
RELAY_PLACE, ROOT_PLACE, CHILD_PLACE = 1, 2, 3
# Payloads of a buffer that the source sends. As many as it holds, 54 of 1,200 bytes, make one more
# buffer, of two, where headers of 48 bytes are put before them; so many are one in either profile.
BURST = 48
FAR_S = 86400  # No refresh of the base profile and no search of the full one during a turn.


def address(place):
    return f"10.0.1.{place}"


class ReportingNode(Program):
    """An mcastnode; as a sink, it reports as ramure-bench sink does."""

    def messages(self):
        """How many it has delivered, as it says now."""
        so_far = self.log().count(" messages=")
        self.process.send_signal(signal.SIGUSR1)
        end = time.monotonic() + DEADLINE_S
        while (found := re.findall(r" messages=(\d+) ", self.log()))[so_far:] == []:
            if self.process.poll() is not None or time.monotonic() > end:
                raise BenchError(f"{self.shown} does not report: {self.log().strip()}")
            time.sleep(0.002)
        return int(found[-1])

    def settle(self):
        """Until all that came is through: one that was not let run for a while looks idle, too."""
        before, now = -1, self.messages()
        while now != before:
            before, now = now, self.messages()
        return now

    def stop(self):
        if self.process.poll() is not None:
            return super().stop()
        received = self.settle()
        super().stop()
        return json.dumps({"received": received, "sockets": 1, "wrong": 0, "duplicates": 0})


class Profile(Subject):
    """A relay and its children of one profile; fed at the root's data port, which is the relay's
    where it is the root."""

    def __init__(self, profile, is_root, burst):
        self.profile, self.is_root, self.burst = profile, is_root, burst
        self.feeds_single = burst == 1
        how = {0: "coalesced", 1: "single datagrams"}.get(burst, f"coalesced by {burst}")
        self.place = f"{'root' if is_root else 'below a root'}, {how}"
        self.title = f"mcastnode, {profile}: {self.place}"
        self.fan_out = CHILDREN
        self.needs = (RDVPOINT, NODE, BENCH)

    def node(self, case, place, children_max, core):
        rdv = endpoint(case.net.relay_address, RDV_PORT)
        full = ["--improve", 0] if self.profile == "full" else ["--refresh", FAR_S, "--guard",
                                                                2 * FAR_S]
        command = [NODE, "--profile", self.profile, "--rdv", rdv, "--bind", address(place),
                   "--port", RELAY_PORT, "--data-bind", f"127.0.1.{place}", "--data-port",
                   DATA_PORT, "--children-max", children_max, "--output", "none", "--retry",
                   "0.05", *full]
        top = RELAY_PLACE if self.is_root else ROOT_PLACE
        ready = "root " if place == top else "joined "
        return ReportingNode(case.folder, command, core, None, ready)

    def start(self, case):
        others = [Program(case.folder, [RDVPOINT, "--profile", self.profile, "--state", "none",
                                        "--bind", case.net.relay_address, "--port", RDV_PORT],
                          None, None, "listening")]
        top = RELAY_PLACE if self.is_root else ROOT_PLACE
        if not self.is_root:
            others.append(self.node(case, ROOT_PLACE, 1, OTHER_CORE))
        relay = self.node(case, RELAY_PLACE, CHILDREN, RELAY_CORE)
        places = range(CHILD_PLACE, CHILD_PLACE + CHILDREN)
        children = [self.node(case, place, 1 if place == places[-1] else 0, OTHER_CORE)
                    for place in places]
        relay.process.send_signal(signal.SIGUSR1)
        relay.wait_for(f"children={CHILDREN} ")
        others.append(start_sinks(case, 1, "--join", endpoint(address(places[-1]), RELAY_PORT),
                                  "--bind", case.net.sink_address))
        burst = ["--burst", self.burst] if self.burst > 1 else []
        source = self.send(case, *burst, "--to", endpoint(f"127.0.1.{top}", DATA_PORT))
        return Running([relay], children, source, others, settling=[relay, *children])


def profile_pairs():
    """(base, full) of each place of a relay."""
    return [(Profile("base", *how), Profile("full", *how))
            for how in ((True, 0), (True, BURST), (True, 1), (False, 0), (False, BURST))]
