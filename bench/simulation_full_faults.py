# SPDX-License-Identifier: MIT
# SPDX-FileCopyrightText: the ramure authors
"""simulation_full_faults.py - bench/simulation's sections about what goes wrong, and how long: the
full profile beside the base one; its ticks; the search for violations."""
import re

from simulation_faults import (FAULT_SEEDS, FAULTS, KINDS, MOMENTS, fault_rows, faults_at,
                               plot_faults, recovered)
from simulation_full import HEADING, both
from simulation_lab import command, curves, digits, mean, means, percentile, steps, table

# --- False detachments ---

FALSE_LIMIT = 1  # In 1,000 node-hours, at 5 % of loss.


def refresh(lab):
    losses = {"1%": 3, "3%": 3, "5%": 10, "10%": 3}
    found = {(loss, is_full): lab.start(
        f"{'--profile full ' if is_full else ''}--nodes 1000 --loss {loss}"
        f"{'' if is_full else ' --tries 3'} --duration 1h", lab.seeds(count))
        for loss, count in losses.items() for is_full in (True, False)}
    rate = {key: future.result()["detachments.false"] for key, future in found.items()}
    rows = [["loss each way", "node-hours", "base, three tries", "full"]]
    for loss, count in losses.items():
        rows.append([loss.replace("%", " %"), f"{1000 * lab.seeds(count)[1]:,}",
                     *(digits(rate[loss, is_full]) for is_full in (False, True))])
    said = lab.aim("false detachments in 1,000 node-hours, 5 % of loss", rate["5%", False],
                   rate["5%", True], FALSE_LIMIT)
    return [
        HEADING,
        "A tick each second, and ten questions before anybody is given up ([T3], [T6]). False"
        " detachments in 1,000 node-hours:",
        command("mcastsim --profile full --nodes 1000 --loss 5% --duration 1h --seeds 1..10"),
        table(rows),
        f"The aim is {FALSE_LIMIT} at most at 5 %: {said}.",
    ]


# --- Recovery ---

QUIET = "--profile full --nodes 1000 --duration 4min"


def full_faults_at(lab, options, count, what):
    """One fault a seed, at times that spread over ten seconds."""
    return [lab.start(options, (seed, seed), f"{120000 + 10000 * seed // count}ms {what}\n")
            for seed in range(1, count + 1)]


def recovery(lab):
    count = lab.seeds(150)[1]
    full = {kind: recovered(full_faults_at(lab, QUIET, count, KINDS[kind][0])) for kind in KINDS}
    base = {kind: recovered(faults_at(lab, "--nodes 1000 --duration 40min", count, KINDS[kind][0]))
            for kind in KINDS}
    rows = [["fault", *both("recovery: median, s", "99th percentile", "most",
                            "median outage: median"), "open, full"]]
    for kind, (_, title) in KINDS.items():
        cells = [[percentile(each[kind][0], share) for each in (base, full)]
                 for share in (.5, .99, 1)]
        cells.append([percentile(each[kind][1], .5) for each in (base, full)])
        rows.append([title, *(digits(cell, 1) for pair in cells for cell in pair), full[kind][3]])
        lab.note(f"recovery, {title}, median, s", *cells[0])
    times = [full[kind][0] for kind in KINDS]
    titles = [title.replace("'", "''") for _, title in KINDS.values()]
    return [
        HEADING,
        f"The same faults, {count} seeds, two minutes after the tree stands.",
        command("echo '2min silent any' > fault.scn\n"
                f"mcastsim --scenario fault.scn {QUIET} --seeds 1..{count}"),
        table(rows),
        lab.plot("recovery-full", "recovery times, full profile",
                 "set xlabel 's'\nset ylabel '% of the faults'\nset yrange [0:100]\n" +
                 curves(titles, "with steps lw 2"), [steps(each) for each in times],
                 "bottom right"),
        "The median recovery is "
        + ", ".join(f"{percentile(base[kind][0], .5) / percentile(full[kind][0], .5):.0f}"
                    for kind in KINDS)
        + " times as quick as with the base profile, in the order of the table; the longest of"
        f" all took {max(map(max, times)):.1f} s.",
    ]


# --- What else goes wrong ---

FULL_MOMENTS = [.5, 1.02, 1.1, 1.2, 1.5, 2, 3, 5, 10.05, 10.5, 11.05, 11.2, 12, 15, 30]


def faults(lab):
    base = {(name, moment): lab.start("--nodes 1000 --duration 32min", lab.seeds(FAULT_SEEDS),
                                      f"{lines}{moment * 60:g}s publish root\n")
            for name, lines, *_ in FAULTS for moment in MOMENTS}
    seeds = 5
    full = {(name, moment): lab.start(
        f"--profile full --nodes 1000 --duration {moment * 60 + 30:g}s", lab.seeds(seeds),
        f"{lines}{moment * 60:g}s publish root\n")
        for name, lines, *_ in FAULTS for moment in FULL_MOMENTS}
    stream = [lab.start(f"{profile}--nodes 1000 --black-holes 10 --publish 2/s --duration 10min",
                        lab.seeds(5)) for profile in ("", "--profile full ")]
    (ours, data), (theirs, _) = fault_rows(full, FULL_MOMENTS), fault_rows(base)
    rows = [ours[0]]
    for base_row, full_row in zip(theirs[1:], ours[1:]):
        rows += [[f"{base_row[0]}: base", *base_row[1:]], ["full", *full_row[1:]]]
    twice = [sum(float(row[7].replace(",", "")) for row in each[1:]) for each in (theirs, ours)]
    roots = [float(each[2][5]) for each in (theirs, ours)]
    lab.note("second roots after a restart of the rendezvous point", *roots, 1)
    lab.aim("duplicates of a message under these faults", *twice, 0, places=0)
    worst = [f"{min(ratio for moment, ratio in of if moment >= 2):.1f} % ({title})"
             for of, (*_, title) in zip(data, FAULTS)]
    return [
        HEADING,
        f"The same faults, {lab.seeds(seeds)[1]} seeds; of the base profile the rows from above.",
        command("(cat partition.scn; echo '2min publish root') > moment.scn\n"
                "mcastsim --profile full --scenario moment.scn --nodes 1000 --seeds 1..5"),
        table(rows),
        plot_faults(lab, "faults-full", "delivery over time, full profile", data),
        f"From a minute after the fault on, the least that is delivered is {', '.join(worst)}."
        f" The rendezvous point's restart makes {roots[1]:.1f} second roots a run (base:"
        f" {roots[0]:.1f}). One message does not tell a black hole from a loss ([T7]); of two a"
        " second, for ten minutes, "
        + " and ".join(f"{100 * each.result()['delivery.ratio']:.2f} % arrive with the {name}"
                       " profile" for each, name in zip(stream, ("base", "full"))) + ".",
    ]


# --- Ticks ---

TICKS = (.25, .5, 1, 2, 5)
TIMERS = ((120, 180), (60, 90), (30, 45), (10, 15), (5, 7.5))


def tick_options(tick):
    """What hangs on the tick, with it: questions, and what [T4] and [T5] wait."""
    if tick == 1:
        return ""
    return (f" --tick {tick * 1000:g}ms --ask {tick * 150:g}ms --stale {tick * 5:g}s"
            f" --patience {tick * 3:g}s")


def tick_row(futures, false):
    """Recovery: median, 99th percentile, most; control traffic; false detachments; open."""
    times, _, _, still = recovered(futures)
    return [*(percentile(times, share) for share in (.5, .99, 1)),
            means(futures, "control.mean")[0], false, still]


def ticks(lab):
    count = lab.seeds(100)[1]
    hours = lab.seeds(30)[1] // 10 or 1
    runs = {tick: full_faults_at(lab, QUIET + tick_options(tick), count, "silent any")
            for tick in TICKS}
    hour = {tick: lab.start(f"--profile full --nodes 1000 --loss 5% --duration 1h"
                            f"{tick_options(tick)}", (1, hours)) for tick in TICKS}
    # Those of section 4.
    base = {timer: faults_at(
        lab, "--nodes 1000 --duration 40min" + ("" if timer == TIMERS[0] else
                                                f" --refresh {timer[0]}s --guard {timer[1]}s"),
        lab.seeds(150)[1], "silent any") for timer in TIMERS}
    found = {tick: tick_row(runs[tick], hour[tick].result()["detachments.false"])
             for tick in TICKS}
    rows = [["tick, question", "recovery: median, s", "99th percentile", "most", "open",
             "control traffic a node, bytes/s", "false detachments in 1,000 node-hours at 5 %"]]
    for tick, (median, late, most, cost, false, still) in found.items():
        rows.append([f"{tick:g} s, {tick * 150:g} ms", digits(median, 2), digits(late, 2),
                     digits(most, 2), still, digits(cost, 0), digits(false)])
    theirs = [(means(runs_of, "control.mean")[0], percentile(recovered(runs_of)[0], .5))
              for runs_of in base.values()]
    half, ours, twice = (found[tick] for tick in (.5, 1, 2))
    return [
        "What do ticks cost, and what do they buy?",
        "The full profile with other ticks; what hangs on them goes with them: questions, and how"
        f" long [T4] and [T5] wait. A host vanishes, 1,000 nodes, {count} seeds, as in section 4."
        " Traffic is that of these four minutes, the first attempts at a better place among it;"
        f" false detachments are those of {1000 * hours:,} node-hours, with 5 % of loss each way.",
        command(f"mcastsim --scenario fault.scn {QUIET} \\\n"
                f"        {tick_options(.5)} --seeds 1..{count}"),
        table(rows),
        lab.plot("ticks", "recovery over control traffic",
                 "set logscale xy\nset xlabel 'control traffic a node, bytes/s'\n"
                 "set ylabel 'recovery, median, s'\n" +
                 curves(["base: refresh 120 s to 5 s", "full: tick 5 s to 0.25 s"]),
                 [theirs, [(found[tick][3], found[tick][0]) for tick in reversed(TICKS)]],
                 "bottom left"),
        f"The default is a tick of 1 s and a question each 150 ms: {ours[0]:.1f} s in the median,"
        f" for {ours[3]:.0f} bytes a second. Half of it recovers"
        f" {100 * (1 - half[0] / ours[0]):.0f} % sooner for"
        f" {100 * (half[3] / ours[3] - 1):.0f} % more traffic; twice as much costs"
        f" {100 * (1 - twice[3] / ours[3]):.0f} % less and takes"
        f" {100 * (twice[0] / ours[0] - 1):.0f} % longer.",
    ]


# --- The search ---

def search(lab):
    count = lab.seeds(200)[1]
    asked = {name: lab.search(f"--draw --check --profile {name} --seeds 1..{count}")
             for name in ("base", "full")}
    rows, passed = [["profile", "drawn experiments", "without a violation", "the first one"]], []
    for name, future in asked.items():
        code, text, wrong = future.result()
        first = re.search(r"seed (\d+)", text + wrong)
        passed.append(count if code == 0 else int(first[1]) - 1 if first else 0)
        rows.append([name, f"{count:,}", f"{passed[-1]:,}", "" if code == 0 else
                     f"seed {passed[-1] + 1:,}"])
    said = lab.aim(f"of {count:,} drawn experiments, without a violation", *passed, count,
                   places=0, is_least=True)
    return [
        "Does anything break that nobody has thought of?",
        "Experiments whose size, places, timers, network and faults are drawn; the invariants of"
        " `man mcastsim` are checked all the time. `make search` tries 10,000 of each profile.",
        command(f"mcastsim --draw --check --profile full --seeds 1..{count}"),
        table(rows),
        f"Of the full profile all have to pass: {said}.",
    ]
