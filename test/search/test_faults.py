# SPDX-License-Identifier: MIT
# SPDX-FileCopyrightText: the ramure authors
"""test_faults.py - each option about the experiment changes what it says, and as it says."""
from functools import cache

import pytest

from simulation import figures

BASE = "--nodes 200 --publish 30/min --duration 10min --delay 10ms"

# What is added to BASE; what is added to that; which measure, and how it becomes.
CHANGES = [
    ("", "--children-max 8", "depth.mean", "less"),
    ("", "--leaves 50%", "joins.messages.mean", "more"),
    ("", "--join at-once", "joins.time.mean", "more"),
    ("", "--join at-once", "busiest.rdv", "more"),
    ("", "--join at-once", "busiest.node", "more"),
    ("--profile full --tick 5s --ask 750ms", "--stale 5001ms", "run.events", "more"),
    ("--profile full --silent 6/min", "--patience 100ms", "run.events", "other"),
    ("", "--refresh 30s", "control.mean", "more"),
    ("--silent 1/min", "--guard 20min", "run.events", "other"),
    ("--loss 2%", "--retry 100ms", "joins.time.mean", "less"),
    ("--loss 2%", "--misses 1", "detachments.false", "more"),
    ("--loss 2%", "--tries 1", "detachments.false", "more"),
    ("", "--root-cache 0", "control.rdv", "more"),
    ("", "--transit-stub", "link.stress.mean", "there"),
    ("", "--plane", "tree.cost_over_mst", "more"),
    ("--plane", "--plane=1s", "delay.mean", "more"),
    ("--transit-stub=10", "--last-mile 50ms..60ms", "delay.mean", "more"),
    ("", "--publish 1/s", "delivery.messages", "more"),
    ("", "--publishers 1", "control.rdv", "less"),
    ("--bandwidth 1Mbit/s", "--size 1200", "delay.mean", "more"),
    ("", "--churn 1/s", "joins.count", "more"),
    ("", "--replace 100", "joins.count", "more"),
    ("--replace 100", "--replace 1x", "joins.count", "more"),
    ("--churn 1/s", "--detect instant", "outage.p50", "less"),
    ("", "--delay 50ms", "delay.mean", "more"),
    ("", "--jitter 50ms", "delay.mean", "more"),
    ("", "--loss 2%", "delivery.ratio", "less"),
    ("", "--burst-loss 2%", "delivery.ratio", "less"),
    ("--burst-loss 2%", "--burst-length 100", "delivery.ratio", "other"),
    ("", "--duplicate 5%", "delivery.duplicates", "more"),
    ("", "--duplicate 5%", "control.mean", "more"),
    ("", "--reorder 5%", "delay.max", "more"),
    ("--reorder 5%", "--reorder-by 1s", "delay.max", "more"),
    ("", "--bandwidth 1Mbit/s", "delay.mean", "more"),
    ("--bandwidth 1Mbit/s --size 1200", "--queue 2kB", "delivery.ratio", "less"),
    ("", "--partition 1/min", "delivery.ratio", "less"),
    ("", "--partition 1/min", "recovery.faults", "more"),
    ("--partition 1/min", "--partition-share 1%", "outage.members", "less"),
    ("", "--one-way 1/min", "delivery.ratio", "less"),
    ("", "--crash 6/min", "recovery.faults", "more"),
    ("", "--silent 6/min", "recovery.faults", "more"),
    ("--silent 6/min", "--outage 0", "nodes.running", "less"),
    ("--churn 6/min", "--rdv-down 1/min", "joins.time.mean", "more"),
    ("", "--drift 10000ppm", "run.events", "other"),
    ("", "--black-holes 20", "delivery.ratio", "less"),
    ("", "--hostile 1/s", "run.datagrams", "more"),
]


@cache
def measured(options):
    return figures(f"{BASE} {options}")


@pytest.mark.parametrize("without, option, measure, becomes", CHANGES)
def test_an_option_changes_what_it_says(without, option, measure, becomes):
    before, after = measured(without)[measure], measured(f"{without} {option}")[measure]
    if becomes == "there":
        assert before is None and after is not None
    else:
        assert {"less": after < before, "more": after > before}.get(becomes, after != before), \
            f"{measure} was {before} and is {after}"


def test_the_base_of_the_comparisons_is_faultless():
    base = measured("")
    assert base["delivery.ratio"] == 1 and base["delivery.duplicates"] == 0
    assert base["recovery.faults"] == base["detachments.false"] == base["known.two_roots"] == 0
