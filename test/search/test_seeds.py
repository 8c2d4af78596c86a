# SPDX-License-Identifier: MIT
# SPDX-FileCopyrightText: the ramure authors
"""test_seeds.py - the invariants hold, whatever chance comes up with.

A test that fails shows what the program says: the invariant, the last events of the nodes
concerned, and the command that replays them. `make search SEEDS=…` tries more seeds.
"""
import pytest

from chat import CHECKOUT
from simulation import SANITIZED, run

CHUNK = 25  # Seeds a test.
CHUNKS = 4 if SANITIZED else 24
SCENARIOS = sorted((CHECKOUT / "test/scenario").glob("*.scn"))


def holds(*arguments, runs=1):
    """No invariant is violated in any of the runs."""
    text = run(*arguments, "--check", "--jobs", 1)
    assert f"{runs} run{'' if runs == 1 else 's'}, no invariant violated" in text, text


@pytest.mark.parametrize("first", range(1, CHUNK * CHUNKS, CHUNK))
def test_no_invariant_is_violated_in_drawn_experiments(first):
    holds("--draw", "--seeds", f"{first}..{first + CHUNK - 1}", runs=CHUNK)


@pytest.mark.parametrize("nodes", [2000, 10000])
def test_no_invariant_is_violated_in_a_large_tree_without_faults(nodes):
    holds("--nodes", nodes, "--delay", "1ms")


@pytest.mark.parametrize("places", ["--lan", "--plane", "--transit-stub"])
def test_no_invariant_is_violated_while_nodes_come_and_go_and_datagrams_are_lost(places):
    holds("--nodes", 500, places, "--churn", "1/s", "--loss", "2%", "--publish", "1/min",
          "--duration", "20min")


def test_no_invariant_is_violated_when_everybody_joins_at_once():
    holds("--nodes", 1000, "--join", "at-once", "--seeds", "1..3", runs=3)


def test_no_invariant_is_violated_under_every_fault_together():
    seeds = 2 if SANITIZED else 10
    holds("--nodes", 60, "--duration", "30min", "--publish", "10/min", "--churn", "2/min",
          "--loss", "2%", "--burst-loss", "1%", "--duplicate", "2%", "--reorder", "2%",
          "--jitter", "30ms", "--bandwidth", "1Mbit/s", "--partition", "6/h", "--one-way", "6/h",
          "--crash", "1/min", "--silent", "1/min", "--rdv-down", "4/h", "--drift", "500ppm",
          "--black-holes", 3, "--hostile", "10/min", "--seeds", f"1..{seeds}", runs=seeds)


@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda path: path.stem)
def test_no_invariant_is_violated_in_the_scenarios(scenario):
    seeds = 4 if SANITIZED else 20
    holds("--scenario", scenario, "--nodes", 200, "--seeds", f"1..{seeds}", runs=seeds)


def test_there_are_scenarios():
    assert SCENARIOS
