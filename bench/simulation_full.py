# SPDX-License-Identifier: MIT
# SPDX-FileCopyrightText: the ramure authors
"""simulation_full.py - bench/simulation's sections about depth, delivery, latencies and cost: the
full profile beside the base one."""
from simulation_lab import command, curves, digits, error, mean, means, table
from simulation_sizes import (MATRIX, churn_seeds, depth_options, ideal_depth)

HEADING = "### The full profile"
SHALLOW = "--profile full --policy shallow"


def full_sizes(lab):
    return [100, 1000] if lab.quick else [100, 1000, 10000]


def both(*pairs):
    """A heading's cells: of each measure, base and full."""
    return [f"{name}{', ' if name else ''}{profile}" for name in pairs
            for profile in ("base", "full")]


# --- Depth ---

def depth(lab):
    seeds = {100: 40, 1000: 20, 10000: 5}
    found = {(nodes, is_full): lab.start(
        f"{SHALLOW if is_full else ''} {depth_options(nodes)}".strip(), lab.seeds(seeds[nodes]))
        for nodes in full_sizes(lab) for is_full in (True, False)}
    rows = [["nodes", *both("mean", "most"), "best possible: mean", "most",
             *both("messages of a join")]]
    above = []
    for nodes in full_sizes(lab):
        base, full = (found[nodes, is_full].result() for is_full in (False, True))
        best = ideal_depth(nodes)
        above.append(full["depth.mean"] - best[0])
        rows.append([f"{nodes:,}", *(digits(each[key]) for key in ("depth.mean", "depth.max")
                                     for each in (base, full)), digits(best[0]), best[1],
                     *(digits(each["joins.messages.mean"], 1) for each in (base, full))])
    return [
        HEADING,
        "The policy `shallow`: who joins knows of each candidate how far it is from the root, and"
        " how far below it the next free place is.",
        command(f"mcastsim {SHALLOW} --delay 0.1ms --seeds 1..20 --compare nodes=100,1000,10000"),
        table(rows),
        f"The mean node is {max(above):.2f} hops at most from the best possible.",
    ]


# --- Churn ---

# Nodes and replacements, times N: seeds.
CHURN_SEEDS = {(1000, 1): 20, (1000, 20): 20, (10000, 1): 20}
CHURN_LONG = {(10000, 20): 2}  # Three quarters of an hour for each.
CHURN_INDEPENDENT = {1000: ("5.66 and 9.2", "5.82 and 8.1"), 10000: ("7.93 and 14", "7.92 and 11")}
CHURN_AIMED = 20
CHURN_AIMS = {1000: (5.9, 10), 10000: (8.1, 14)}
CHURN_OPTIONS = "--delay 1ms --detect instant --improve-per-replacement 10"
CHURN_KEYS = ("depth.mean", "depth.max", "run.time")


def churn_runs(lab):
    """Of each case the runs, the long ones first."""
    def options(nodes, times):
        return f"{SHALLOW} --nodes {nodes} --replace {times}x {CHURN_OPTIONS}"

    seeds = {(1000, 1): 20} if lab.quick else CHURN_SEEDS
    runs = {case: lab.long(options(*case), count) for case, count in CHURN_LONG.items()}
    runs.update({case: lab.each(options(*case), lab.seeds(count)[1])
                 for case, count in sorted(seeds.items(), reverse=True)})
    if lab.is_long:
        for case in CHURN_LONG:
            lab.keep(options(*case), runs[case], CHURN_KEYS)
    return {case: found for case, found in runs.items() if found}


def churn(lab):
    full = churn_runs(lab)
    joined = {nodes: lab.start(f"{SHALLOW} --nodes {nodes} --delay 1ms") for nodes, _ in full}
    base = {(nodes, times): lab.each(
        f"--nodes {nodes} --delay 1ms --detect instant --replace {times}x",
        lab.seeds(churn_seeds(nodes, times))[1]) for nodes, times in full}
    rows = [["nodes", "replacements", "seeds", *both("mean"), "most, base",
             "most, full (± standard error)", "best possible", "aim", ""]]
    gaps = []
    for nodes, times in sorted(full):
        mosts = [future.result()["depth.max"] for future in full[nodes, times]]
        ours = means(full[nodes, times], *CHURN_KEYS)
        theirs = means(base[nodes, times], "depth.mean", "depth.max")
        most, best = CHURN_AIMS[nodes], ideal_depth(nodes)
        said = []
        for at, what in enumerate(("mean", "most")):
            figure = f"depth after {times} × {nodes:,} replacements, {what}", theirs[at], ours[at]
            if times == CHURN_AIMED:
                said.append(lab.aim(*figure, most[at]))
            else:
                lab.note(*figure)
        rows.append([f"{nodes:,}", f"{times} × N", len(mosts), digits(theirs[0]), digits(ours[0]),
                     digits(theirs[1], 1), f"{ours[1]:.1f} ± {error(mosts):.1f}",
                     f"{best[0]:.2f} and {best[1]}",
                     f"≤ {most[0]} and {most[1]}" if said else "–", " and ".join(said) or "–"])
        gaps.append((ours[2] - joined[nodes].result()["run.time"]) / nodes / times)
    return [
        HEADING,
        "The same; after each replacement, ten drawn nodes look for a better place ([V1]), and"
        " short subtrees make way for tall ones ([V5]). The policy is `shallow`. The aims are for"
        " 20 × N.",
        command(f"mcastsim {SHALLOW} --nodes 1000 --replace 20x \\\n         {CHURN_OPTIONS}"
                " --seeds 1..20"),
        table(rows),
        f"From one replacement to the next, {min(gaps):.1f} to {max(gaps):.1f} s pass in the mean,"
        " because each waits for the joins and walks of the one before; ticks and reports tell"
        " meanwhile what has become of the tree. Two other programs, in which all know at once,"
        " have, after 20 × N: "
        + "; ".join(f"at {nodes:,} nodes {moves}, where single nodes move, and {dissolves}, where"
                    " subtrees are dissolved" for nodes, (moves, dissolves)
                    in CHURN_INDEPENDENT.items())
        + ". (20 × 10,000 replacements take three quarters of an hour a seed: `bench/simulation"
        " --long` runs them, and keeps what came of it in"
        " [bench/results](../bench/results/simulation-long.json).)",
    ]


# --- Delivery ---

def delivery(lab):
    losses, nodes_all = ["0.1%", "1%", "3%", "10%"], full_sizes(lab)
    options = "--publish 1/s --duration 5min"
    seeds = {100: 10, 1000: 5, 10000: 1}
    full = {(nodes, loss): lab.start(
        f"--profile full --nodes {nodes} --loss {loss} {options}", lab.seeds(seeds[nodes]))
        for nodes in reversed(nodes_all) for loss in ["0%", *losses]
        if nodes < 10000 or loss in ("0%", "1%", "10%")}
    base = {(nodes, loss): lab.start(f"--nodes {nodes} --loss {loss} {options}",
                                     lab.seeds(3 if nodes == 10000 else 10))
            for nodes in nodes_all for loss in ["0%", *losses]}
    rows = [["loss", *(f"{nodes:,} nodes: {cell}" for nodes in nodes_all for cell in (
        "base, %", "full, %", "full, (1 − loss)^depth"))]]
    delays = [["nodes, loss", *both("mean, ms", "99th percentile", "most")]]
    for loss in losses:
        row, share = [loss.replace("%", " %")], float(loss[:-1]) / 100
        for nodes in nodes_all:
            row.append(digits(100 * base[nodes, loss].result()["delivery.ratio"], 1))
            if (nodes, loss) not in full:
                row += ["–", "–"]
                continue
            ours = full[nodes, loss].result()
            row += [digits(100 * ours["delivery.ratio"], 1),
                    digits(100 * (1 - share) ** ours["depth.mean"], 1)]
        rows.append(row)
    for nodes in nodes_all:
        for loss in ("0%", "1%"):
            delays.append([f"{nodes:,}, {loss[:-1]} %", *(
                digits(found[nodes, loss].result()[f"delay.{what}"], 0)
                for what in ("mean", "p99", "max") for found in (base, full))])
    twice = [sum(found[key].result()["delivery.duplicates"] for key in full)
             for found in (base, full)]
    lab.aim("messages delivered twice, all sizes and losses", *twice, 0, places=0)
    return [
        HEADING,
        "The same. The last figure of each size is what a tree of that depth gives where nothing"
        " is lost for good on the way to the root ([D7]), and nothing is repaired on the way down.",
        command(f"mcastsim --profile full --nodes 1000 --loss 1% {options} --seeds 1..5"),
        table(rows), table(delays),
        f"Delivered twice, in all of these runs together: {twice[1]:,.0f}.",
    ]


# --- Latencies ---

COST, STRETCH = "tree.cost_over_mst", "tree.stretch.mean"


def latencies(lab):
    if not MATRIX.is_file():
        return None
    kinds = [("closest", 0, 20), ("closest", 10, 20), ("shallow", 0, 5), ("shallow", 10, 5),
             ("random", 0, 5)]
    place = f"--latency {MATRIX} --nodes 490"
    found = {(policy, rounds): lab.each(
        f"--profile full --policy {policy} {place} --improve-rounds {rounds}", lab.seeds(seeds)[1])
        for policy, rounds, seeds in kinds}
    base = [lab.start(f"{place} --children-max 3", lab.seeds(50))]
    keys = (COST, STRETCH, "tree.stretch.p50", "tree.stretch.p99", "depth.mean")
    rows = [["", "seeds", "cost over the spanning tree's", "stretch: mean", "median",
             "99th percentile", "depth: mean"],
            ["base", lab.seeds(50)[1], *(digits(value) for value in means(base, *keys))]]
    for policy, rounds, _ in kinds:
        runs = found[policy, rounds]
        after = f", {rounds} rounds" if rounds else ", joined only"
        rows.append([f"full, `{policy}`{after}", len(runs),
                     *(digits(value) for value in means(runs, *keys))])
    rows += [["independent HMTP: joined", "", "2.28", "2.49", "", "", ""],
             ["the same, improved", "", "1.69", "1.74", "", "", ""],
             ["moves by RTT + 0.3 × delay, all-knowing", "", "1.12", "1.41", "", "", ""],
             ["degree-bounded Prim, all-knowing", "", "1.02", "1.45", "", "", ""]]
    improved = [(each[COST], each[STRETCH]) for each in
                (future.result() for future in found["closest", 10])]
    ours = [mean(values) for values in zip(*improved)]
    said = [lab.aim(f"490 hosts of PlanetLab, 10 rounds: {what}", means(base, key)[0], value, limit)
            for what, key, value, limit in zip(
                ("cost over the spanning tree's", "mean stretch"), (COST, STRETCH), ours,
                (1.5, 1.6))]
    good = sum(cost <= 1.5 and stretch <= 1.6 for cost, stretch in improved)
    worst = [max(values) for values in zip(*improved)]
    return [
        HEADING,
        "The same hosts and three children, by policy: when all have joined, and when each node has"
        " looked for a better place ten times, one after the other.",
        command("mcastsim --latency planetlab-490.rtt --nodes 490 --profile full \\\n"
                "         --improve-rounds 10 --seeds 1..20"),
        table(rows),
        f"With `closest`, after ten rounds: cost {ours[0]:.2f} (aim: 1.5 at most, {said[0]}), mean"
        f" stretch {ours[1]:.2f} (1.6 at most, {said[1]}); both are reached with {good} of"
        f" {len(improved)} seeds, and the worst of each are {worst[0]:.2f} and {worst[1]:.2f}. The"
        " root is the first node, a drawn host: some hosts are far from all others.",
    ]


# --- Links ---

def links(lab):
    nodes_all = [100, 300] if lab.quick else [100, 300, 1000]
    options = "--profile full --improve-rounds 3 --transit-stub"
    full = {nodes: lab.start(f"{options} --nodes {nodes}", lab.seeds(5)) for nodes in nodes_all}
    base = {nodes: lab.start(f"--transit-stub --nodes {nodes}", lab.seeds(10))
            for nodes in nodes_all}
    rows = [["nodes", *both("link stress: mean", "most", "stretch: mean", "cost")]]
    for nodes in nodes_all:
        rows.append([f"{nodes:,}", *(
            digits(found[nodes].result()[key], 1)
            for key in ("link.stress.mean", "link.stress.max", STRETCH, COST)
            for found in (base, full))])
    return [
        HEADING, "The policy `closest`, after three rounds of looking for a better place.",
        command(f"mcastsim {options} --seeds 1..5 --compare nodes=100,300,1000"), table(rows),
    ]


# --- A flash crowd, and a crowd of orphans ---

CROWD_KEYS = ("joins.messages.mean", "joins.messages.max", "joins.time.mean", "joins.time.p99",
              "joins.time.max", "busiest.rdv", "busiest.node")


def crowd(lab):
    nodes = 1000 if lab.quick else 10000
    options = "--join at-once --duration 1min"
    kinds = [(size, width) for size in sorted({1000, nodes}) for width in ("", "10Mbit/s")]
    found = {(size, width, is_full): lab.each(
        f"{'--profile full ' if is_full else ''}--nodes {size} {options}"
        f"{' --bandwidth ' + width if width else ''}", lab.seeds(2)[1])
        for is_full in (True, False) for size, width in kinds}
    rows = [["nodes, access, profile", "messages of a join: mean", "most", "time: mean, ms",
             "99th percentile", "most", "rendezvous point, messages in its worst second",
             "busiest node, the same", "in the tree, %"]]
    for size, width in kinds:
        for is_full, name in ((False, "base"), (True, "full")):
            runs = found[size, width, is_full]
            placed = means(runs, "nodes.in_tree")[0] / size
            rows.append([f"{size:,}, {width.replace('M', ' M') or 'no limit'}, {name}",
                         *(digits(value, 0) for value in means(runs, *CROWD_KEYS)),
                         digits(100 * placed, 2)])
    slowest = [means(found[nodes, "", is_full], "joins.time.max")[0] for is_full in (False, True)]
    for what, key, places in (("messages of a join", "joins.messages.mean", 1),
                              ("rendezvous point, messages in its worst second", "busiest.rdv", 0),
                              ("busiest node, the same", "busiest.node", 0)):
        lab.note(f"flash crowd of {nodes:,}: {what}", *(
            means(found[nodes, "", is_full], key)[0] for is_full in (False, True)), places)
    lab.note(f"flash crowd of {nodes:,}: the last join, s", *(ms / 1000 for ms in slowest))
    return [
        HEADING, "The same crowd; most of the figures are those of the worst moment.",
        command(f"mcastsim --profile full --nodes {nodes} {options}"), table(rows),
        f"The last of {nodes:,} has its place after {slowest[1] / 1000:.1f} s, with the base"
        f" profile after {slowest[0] / 1000:.1f} s.",
        *orphans(lab, nodes),
    ]


def orphans(lab, nodes):
    """All have a place; then the root is gone."""
    found = {True: lab.start(f"--profile full --nodes {nodes} --duration 2min", lab.seeds(2),
                             "20s silent root\n"),
             False: lab.start(f"--nodes {nodes} --duration 40min", lab.seeds(10),
                              "20s silent root\n")}
    rows = [["profile", "members cut off", "recovery, s", "median outage, s",
             "rendezvous point, messages in its worst second", "busiest node, the same"]]
    for is_full, name in ((False, "base"), (True, "full")):
        each = found[is_full].result()
        rows.append([name, *(digits(each[key], places) for key, places in (
            ("outage.members", 0), ("recovery.max", 1), ("outage.p50", 1), ("busiest.rdv", 0),
            ("busiest.node", 0)))])
    ours = found[True].result()
    return [
        f"Does a recovery make such a crowd, too? Of {nodes:,} nodes the root's host vanishes:",
        command(f"echo '20s silent root' > root.scn\n"
                f"mcastsim --profile full --scenario root.scn --nodes {nodes} --duration 2min"),
        table(rows),
        f"In the worst second the rendezvous point sends and gets {ours['busiest.rdv']:,.0f}"
        f" messages, and no node more than {ours['busiest.node']:,.0f}, the new root included:"
        f" {ours['busiest.node'] / nodes:.2f} for each of those that have lost it.",
    ]


# --- What a node pays ---

def traffic(lab):
    nodes_all, hour = full_sizes(lab), "--duration 1h"
    seeds = {100: 5, 1000: 3, 10000: 1}
    kinds = [("base", ""), ("full", "--profile full "),
             ("full, nobody looks for a better place", "--profile full --improve 0 ")]
    found = {(name, nodes): lab.each(f"{options}--nodes {nodes} {hour}", lab.seeds(seeds[nodes])[1])
             for nodes in reversed(nodes_all) for name, options in kinds
             if nodes < 10000 or name != kinds[2][0]}
    rows = [["profile, nodes", "a node, kbit/s", "the busiest node, kbit/s",
             "the rendezvous point, kbit/s"]]
    for name, _ in kinds:
        for nodes in (nodes for nodes in nodes_all if (name, nodes) in found):
            rows.append([f"{name}, {nodes:,}", *(
                digits(value * 8 / 1000, places) for value, places in zip(
                    means(found[name, nodes], "control.mean", "control.max", "control.rdv"),
                    (3, 2, 2)))])
    costs = {nodes: [means(found[name, nodes], "control.mean")[0] * 8 / 1000
                     for name in ("base", "full")] for nodes in nodes_all}
    said = [lab.aim(f"control traffic of a node of {nodes:,}, kbit/s", *costs[nodes], 1.5)
            for nodes in nodes_all]
    spread = max(full for _, full in costs.values()) / min(full for _, full in costs.values())
    return [
        "What does a node pay?",
        "Control traffic, sent and received, with the headers of IP and UDP, in the hour after all"
        " have joined. Nothing goes wrong.",
        command(f"mcastsim --profile full {hour} --compare nodes=100,1000,10000"), table(rows),
        lab.plot("traffic", "control traffic over the number of nodes",
                 "set logscale x\nset xlabel 'nodes'\nset ylabel 'kbit/s a node'\n"
                 "set yrange [0:*]\n" + curves(["base", "full"]),
                 [[(nodes, costs[nodes][at]) for nodes in nodes_all] for at in (0, 1)],
                 "center right"),
        f"The aim is 1.5 kbit/s at most, whatever the size: {', '.join(said)}. From the cheapest"
        f" of these sizes to the dearest it is {100 * (spread - 1):.0f} % more.",
    ]
