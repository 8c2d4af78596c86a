# SPDX-License-Identifier: MIT
# SPDX-FileCopyrightText: the ramure authors
"""test_full_recovery.py - the full profile with the timers that users have: seconds after a fault.

    rp   n1   n2   …   n30
    |    |    |         |
    +----+----+---- … --+   one bridge; a partition is that some of the cables lead to another one

Somebody publishes all the time, 100 messages a second, each with a number: nobody may hear one
twice, and what somebody misses was sent between the fault and the moment when all are one tree
again. Each fault happens several times, each time to another; who failed is a newcomer after it.
How long it took is held to LIMITS_S; pytest -rP shows each round, and in the end a table.
"""
import math
import os
import time
from collections import defaultdict

import pytest

from chat import is_sanitized, program
from netlab import poll
from stream import Publisher
from tree import node, rdvpoint, reports, wait_attached, wait_one_tree, wait_placed

pytestmark = pytest.mark.skipif("RAMURE_SOAK_S" not in os.environ,
                                reason="takes minutes: make soak runs it")
COUNT = 10 if is_sanitized(program("mcastnode")) else 30
ROUNDS = 5
AWAY_S = 60           # The rendezvous point is gone for so long.
DEADLINE = 20
ON_WAY_S = 0.2        # Before the fault so long: a message may be on its way still.
LIMITS_S = {"inner node killed": 1.5, "inner node silent": 4, "root killed": 3, "root silent": 7,
            "healed, the root here": 5, "healed, the root there": 5}
PLACES = ("joined ", "root ")                            # In the log: has a place.
MOVES = (*PLACES, "search ", "root-lost ", "unreachable ", "parent-", "loop ")


class Figures:
    """Of one kind of fault, all rounds."""

    def __init__(self):
        self.rounds = 0
        self.placed = []   # Seconds until a member had another place, for each that needed one.
        self.whole = []    # And until all were seen in one tree, of one epoch.
        self.missed = []   # How many messages each has missed that missed any.

    def of(self, share):
        """So many of the members that needed a place had it after these seconds."""
        ordered = sorted(self.placed) or [0]
        return ordered[math.ceil(share * len(ordered)) - 1]

    def row(self, title):
        half, most = (f"{self.of(share):.2f}" if self.placed else "" for share in (.5, .99))
        whole = f"{max(self.whole):.2f}" if self.whole else ""
        missed = "" if title.startswith("healed") else max(self.missed, default=0)
        return (f"| {title} | {self.rounds} | {len(self.placed)} | {half} | {most} | {whole} |"
                f" {LIMITS_S.get(title, '')} | {missed} |")


@pytest.fixture(scope="module", name="table")
def all_figures():
    """Figures by fault, printed at the end."""
    table = defaultdict(Figures)
    yield table
    print(f"{COUNT} nodes, seconds after the fault (healed: after that), messages of 100 a second:")
    print("| fault | rounds | find another place | half of them | 99 % | all are one tree, at most"
          " | limit | missed by one, at most |\n|---|---:|---:|---:|---:|---:|---:|---:|")
    for title, figures in table.items():
        print(figures.row(title))


class Plant:
    """A tree, a rendezvous point, and what one wants to know of them."""

    def __init__(self, lab, *rdv_options, options=()):
        self.rp, *hosts, self.spare, self.bridge = lab.hosts_on_bridge(
            ["rp", *(f"n{number}" for number in range(1, COUNT + 1)), "spare"], with_bridge=True)
        self.rdv = self.rp.address(4)
        self.point = rdvpoint(self.rp, *rdv_options, profile="full")
        self.members = [node(hosts[0], self.rdv, *options, profile="full")]
        wait_placed(self.members[0])
        self.members += [node(host, self.rdv, *options, profile="full") for host in hosts[1:]]
        wait_one_tree(self.members)
        self.look()

    def look(self):
        self.known = dict(zip(self.members, reports(self.members)))
        self.by_name = {member.endpoint: member for member in self.members}

    def epochs(self):
        self.look()
        return {int(report.place["epoch"]) for report in self.known.values()}

    @property
    def root(self):
        return next(m for m, report in self.known.items() if report.state == "root")

    def children(self, member):
        return [self.by_name[name] for name in self.known[member].children]

    def inner(self):
        """Whoever has most children, but for the root."""
        return max((m for m in self.members if m is not self.root),
                   key=lambda m: len(self.known[m].children))

    def leaf(self):
        """A leaf that is as near to the root as can be: the fault of another mostly spares it."""
        leaves = [m for m in self.members if not self.known[m].children]
        return min(leaves, key=lambda m: int(self.known[m].place["depth"]))

    def below(self, member):
        """All whose way to the root leads over a member."""
        found = self.children(member)
        for one in found:
            found += self.children(one)
        return found

    def replace(self, victim):
        """Who failed is there again, on the same host, and knows nothing."""
        victim.kill()
        if not victim.host.is_ready():
            victim.host.link_up()
        self.members[self.members.index(victim)] = node(victim.host, self.rdv, profile="full")
        wait_one_tree(self.members)
        self.look()

    def publishers(self, number, *members):
        """One for each of them that is of this round, and has begun."""
        found = [Publisher(m, title=f"{m.host.name}.{number}.{n}") for n, m in enumerate(members)]
        for publisher in found:
            publisher.wait_some()
        return found


def placed_after(members, begin):
    """Seconds after which the log of each has its last new place, of those that have one."""
    found = [[at for line, at in zip(list(member.err), list(member.err_times))
              if at > begin and line.startswith(PLACES)] for member in members]
    return [times[-1] - begin for times in found if times]


def orphans(members, begin):
    """Those that had to look for a place. Others may have found a better one meanwhile."""
    return [member for member in members
            if any(at > begin and line.startswith("search ")
                   for line, at in zip(list(member.err), list(member.err_times)))]


def judge(figures, publishers, members, begin, whole):
    """Nothing twice, and nothing missed that was sent when all were one tree; gives who missed."""
    found = set()
    for publisher in publishers:
        publisher.wait_some()
        publisher.stop(members, DEADLINE)
        missed = {member: publisher.missed_by(member) for member in members}
        for member, numbers in missed.items():
            wrong = [n for n in numbers if not begin - ON_WAY_S < publisher.sent_at[n] < whole]
            assert not wrong, f"{member.title} missed {wrong[:10]}, and there was no fault then"
        found |= {member for member, numbers in missed.items() if numbers}
        figures.missed += [len(numbers) for numbers in missed.values() if numbers]
    return found


def note(figures, title, placed, whole):
    """Adds a round to the figures, and prints it."""
    figures.rounds += 1
    figures.placed += placed
    times = ", ".join(f"{after:.2f}" for after in sorted(placed))
    if whole is not None:
        figures.whole.append(whole)
        times += f" s; one tree after {whole:.2f}"
    print(f"{title}: {len(placed)} got another place, after {times} s")


def fails(plant, victim, fail, figures, epoch):
    """The victim fails while somebody publishes; gives who missed a message of it."""
    title = f"{victim.host.name}, {'root' if victim is plant.root else 'inner node'}, is out"
    left = [member for member in plant.members if member is not victim]
    publishers = plant.publishers(figures.rounds, plant.leaf())
    begin = time.monotonic()
    fail(victim)
    wait_attached(left, DEADLINE)
    poll(lambda: {report.place["epoch"] for report in reports(left)} == {str(epoch)},
         what="all know the epoch")
    whole = time.monotonic()
    missed = judge(figures, publishers, left, begin, whole)
    note(figures, title, placed_after(orphans(left, begin), begin), whole - begin)
    return missed


def killed(member):
    member.kill()


def silent(member):
    member.host.link_down()


@pytest.mark.parametrize("fail", [killed, silent])
def test_those_below_an_inner_node_that_fails_find_a_place_and_nobody_else_misses_a_message(
        lab, table, fail):
    title = f"inner node {fail.__name__}"
    plant = Plant(lab)
    for _ in range(ROUNDS):
        victim = plant.inner()
        missed = fails(plant, victim, fail, table[title], 1)
        below = plant.below(victim)
        assert below
        assert missed <= set(below)
        if fail is silent:  # Those above notice, too, in the end.
            wait_one_tree([member for member in plant.members if member is not victim])
        plant.replace(victim)
    assert table[title].of(.99) < LIMITS_S[title]


@pytest.mark.parametrize("fail", [killed, silent])
def test_those_who_are_left_when_the_root_fails_have_another_and_one_tree(lab, table, fail):
    title = f"root {fail.__name__}"
    plant = Plant(lab)
    for number in range(ROUNDS):
        fails(plant, plant.root, fail, table[title], number + 2)
        plant.replace(plant.root)
        assert plant.epochs() == {number + 2}
        assert plant.point.report().roots == [plant.root.endpoint]
    assert max(table[title].whole) < LIMITS_S[title]


def test_a_rendezvous_point_that_was_killed_and_remembers_its_root_changes_nothing(lab, table):
    """Nobody looks for a better place meanwhile: some would, after a minute, and find one."""
    file = os.path.join(lab.directory.name, "state.db")
    plant = Plant(lab, "--state", file, options=["--improve", "0"])
    publishers = plant.publishers(0, plant.leaf())
    begin = time.monotonic()
    plant.point.kill()
    poll(lambda: time.monotonic() > begin + AWAY_S, 2 * AWAY_S, "a while has passed")
    again = rdvpoint(plant.rp, "--state", file, profile="full")
    again.wait_for(f"restored endpoint={plant.root.endpoint}", stream="err")
    newcomer = node(plant.spare, plant.rdv, profile="full")
    newcomer.wait_for("joined ", stream="err", deadline=DEADLINE)
    wait_one_tree([*plant.members, newcomer], deadline=DEADLINE)
    figures = table[f"rendezvous point gone for {AWAY_S} s"]
    assert not judge(figures, publishers, plant.members, begin, time.monotonic())
    note(figures, "rendezvous point restarted", placed_after(plant.members, begin), None)
    for member in plant.members:
        moves = [line for line, at in zip(list(member.err), list(member.err_times))
                 if at > begin and line.startswith(MOVES)]
        assert not moves, f"{member.title} has moved: {moves}"
    assert again.report().roots == [plant.root.endpoint]


def halves(plant, is_root_near):
    """Who is here, with the rendezvous point, and who is there.

    If the root is here, half of the others are there, but none of its children. If it is there, one
    of its children is here, with all below it, and becomes the root of those meanwhile.
    """
    children = plant.children(plant.root)
    if is_root_near:
        far = [m for m in plant.members if m is not plant.root and m not in children][-COUNT // 2:]
        return [member for member in plant.members if member not in far], far
    branch = max(children, key=lambda m: len(plant.below(m)))
    near = [branch, *plant.below(branch)]
    return near, [member for member in plant.members if member not in near]


def cut_and_heal(plant, is_root_near, cut, healed):
    near, far = halves(plant, is_root_near)
    ports = [f"p-{member.host.name}-1" for member in far]
    publishers = plant.publishers(cut.rounds, near[-1], far[-1])
    begin = time.monotonic()
    plant.bridge.ip(*(f"link set {port} master br1" for port in ports))
    wait_attached(near, DEADLINE)
    if is_root_near:
        poll(lambda: all(report.state != "attached" for report in reports(far)), DEADLINE,
             "those there know that they are cut off")
    else:
        wait_attached(far, DEADLINE)
    apart = time.monotonic()
    note(cut, f"cut in {len(near)} here and {len(far)} there",
         placed_after(plant.members, begin), apart - begin)
    plant.bridge.ip(*(f"link set {port} master br0" for port in ports))
    wait_attached(plant.members, DEADLINE)
    poll(lambda: len(plant.epochs()) == 1, what="all know the epoch")
    whole = time.monotonic()
    judge(cut, publishers, plant.members, begin, whole)
    note(healed, "healed", placed_after(plant.members, apart), whole - apart)


@pytest.mark.parametrize("is_root_near", [True, False], ids=["root-here", "root-there"])
def test_a_tree_that_was_cut_in_two_is_one_again_when_it_can_be(lab, table, is_root_near):
    where = "the root here" if is_root_near else "the root there"
    cut, healed = table[f"cut in two, {where}"], table[f"healed, {where}"]
    plant = Plant(lab)
    plant.bridge.ip("link add br1 type bridge mcast_snooping 0", "link set br1 up")
    for number in range(ROUNDS):
        cut_and_heal(plant, is_root_near, cut, healed)
        wait_one_tree(plant.members)
        assert plant.epochs() == {1 if is_root_near else number + 2}
    assert max(healed.whole) < LIMITS_S[f"healed, {where}"]
