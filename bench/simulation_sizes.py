# SPDX-License-Identifier: MIT
# SPDX-FileCopyrightText: the ramure authors
"""simulation_sizes.py - bench/simulation's sections about depth, delivery, latencies and cost."""
import subprocess

from measure import CHECKOUT
from simulation_lab import (command, curves, digits, error, mean, per_cent, table)

MATRIX = CHECKOUT.parent / "shared/data/planetlab-490.rtt"

# Mean and most depth that an independent simulator found.
INDEPENDENT = {100: (3.51, 5), 1000: (5.58, 7.3), 10000: (7.68, 10), 100000: (9.77, 12.1),
               1000000: (11.87, 15)}
INDEPENDENT_CHURN = {1000: (6.92, 15.5), 10000: (9.87, 23.7)}
DEPTH_SEEDS = {100: 100, 1000: 40, 10000: 20, 100000: 3, 1000000: 1}


def sizes(lab, most):
    return [size for size in DEPTH_SEEDS if size <= (min(most, 10000) if lab.quick else most)]


def ideal_depth(nodes, children=3):
    """Mean and most depth of the tree that is filled level by level."""
    level, depth, left, total = 1, 0, nodes, 0
    while left > level:
        total, left = total + level * depth, left - level
        level, depth = level * children, depth + 1
    return (total + left * depth) / nodes, depth


def depth_options(nodes):
    return f"--nodes {nodes} --delay 0.1ms"


def depth(lab):
    found = {size: lab.start(depth_options(size), lab.seeds(DEPTH_SEEDS[size]))
             for size in reversed(sizes(lab, 10**6))}
    rows = [["nodes", "seeds", "mean", "most", "independent: mean", "most", "difference: mean",
             "most", "best possible: mean", "most"]]
    data = [[], [], [], []]
    for size in sorted(found):
        figures = found[size].result()
        ours, best = (figures["depth.mean"], figures["depth.max"]), ideal_depth(size)
        rows.append([f"{size:,}", lab.seeds(DEPTH_SEEDS[size])[1], digits(ours[0]), digits(ours[1]),
                     *INDEPENDENT[size], *map(per_cent, ours, INDEPENDENT[size]),
                     digits(best[0]), best[1]])
        for number, value in enumerate((*ours, *best)):
            data[number].append((size, value))
    above = [ours[1] - best[1] for ours, best in zip(data[0], data[2])]
    tenfold = mean([b[1] - a[1] for a, b in zip(data[0], data[0][1:])])
    return [
        "How deep does the tree get?",
        "Nodes join one by one; who finds a node full goes on to one of its children at random.",
        command("mcastsim --delay 0.1ms --seeds 1..20 --compare nodes=100,1000,10000"),
        table(rows),
        lab.plot("depth", "depth over the number of nodes",
                 "set logscale x\nset format x '10^{%L}'\nset xlabel 'nodes'\nset ylabel 'hops'\n" +
                 curves(["most", "mean", "best possible: most", "best possible: mean"]),
                 [data[1], data[0], data[3], data[2]]),
        f"Ten times as many nodes make the tree {tenfold:.1f} hops deeper, and the mean node is"
        f" only {min(above):.1f} to {max(above):.1f} hops further from the root than in the tree"
        " that wastes no place. Blind as it is, the random walk fills the tree well: as long as"
        " nobody leaves, fault 9 does not show. The independent figures are those of another"
        " program, written by others; its most for a million nodes, like ours, is that of few"
        " runs.",
    ]


def churn_seeds(nodes, times):
    if nodes == 1000:
        return 60
    return {20: 40, 40: 3}.get(times, 5)


def churn(lab):
    nodes_all = [1000] if lab.quick else [10000, 1000]
    found = {(nodes, times): lab.each(
        f"--nodes {nodes} --delay 1ms --detect instant --replace {times}x",
        lab.seeds(churn_seeds(nodes, times))[1])
        for nodes in nodes_all for times in (40, 20, 10, 5, 2, 1, 0)}
    rows = [["nodes", "replacements", "seeds", "mean", "most (± standard error)",
             "independent: mean", "most", "difference: mean", "most"]]
    data = {}
    for nodes, times in sorted(found):
        figures = [future.result() for future in found[nodes, times]]
        means = [each["depth.mean"] for each in figures]
        mosts = [each["depth.max"] for each in figures]
        data.setdefault((nodes, "most"), []).append((times, mean(mosts)))
        data.setdefault((nodes, "mean"), []).append((times, mean(means)))
        row = [f"{nodes:,}", f"{times} × N", len(means), digits(mean(means)),
               f"{mean(mosts):.1f} ± {error(mosts):.1f}", "", "", "", ""]
        if times == 20:
            theirs = INDEPENDENT_CHURN[nodes]
            row[5:] = [*theirs, *map(per_cent, (mean(means), mean(mosts)), theirs)]
        rows.append(row)
    names = [(nodes, what) for nodes in nodes_all for what in ("most", "mean")]
    end = {name: (data[name][0][1], data[name][-1][1]) for name in names}
    told = "; ".join(
        f"at {nodes:,} nodes from {end[nodes, 'mean'][0]:.1f} to {end[nodes, 'mean'][1]:.1f} in"
        f" the mean, but from {end[nodes, 'most'][0]:.1f} to {end[nodes, 'most'][1]:.1f} at most"
        for nodes in sorted(nodes_all))
    settled = 100 * max(abs(dict(data[nodes, "mean"])[40] / dict(data[nodes, "mean"])[times] - 1)
                        for nodes in nodes_all for times in (5, 10, 20))
    return [
        "What does churn do to the depth?",
        "A drawn node stops, another joins, again and again. All notice at once who has stopped, so"
        " that only the shape of the tree is looked at.",
        command("mcastsim --nodes 1000 --delay 1ms --detect instant --replace 20x --seeds 1..60"),
        table(rows),
        lab.plot("churn", "depth over replacements",
                 "set xlabel 'replacements, times N'\nset ylabel 'hops'\n" +
                 curves([f"{nodes:,} nodes, {what}" for nodes, what in names]),
                 [data[name] for name in names], "outside top center horizontal"),
        f"The depth grows with churn: {told}. After 5 × N it has settled: what comes later"
        f" differs by {settled:.0f} % in the mean. This is fault 9: who loses the parent walks"
        " down from the root to a free place, and takes all below along, so a long branch comes"
        " to hang below another. The mean hides it: the few at the end of the longest branch"
        " pay.",
    ]


def delivery(lab):
    losses, rows, data = ["0.1%", "0.3%", "1%", "3%", "10%"], [], []
    nodes_all = sizes(lab, 10000)
    options = "--publish 1/s --duration 5min"
    found = {(nodes, loss): lab.start(f"--nodes {nodes} --loss {loss} {options}",
                                        lab.seeds(3 if nodes == 10000 else 10))
             for nodes in nodes_all for loss in ["0%", *losses]}
    rows.append(["loss", *(f"{nodes:,} nodes: delivered, %|expected" for nodes in nodes_all)])
    for loss in losses:
        row, share = [loss.replace("%", " %")], float(loss[:-1]) / 100
        for nodes in nodes_all:
            figures = found[nodes, loss].result()
            expected = (1 - share) ** (figures["depth.mean"] + 1)
            row += [digits(100 * figures["delivery.ratio"], 1), digits(100 * expected, 1)]
        rows.append(row)
    gap = max(abs(float(row[at]) - float(row[at + 1])) for row in rows[1:]
              for at in range(1, len(row), 2))
    rows[0] = "|".join(rows[0]).split("|")
    for nodes in nodes_all:
        data.append([(float(loss[:-1]), 100 * found[nodes, loss].result()["delivery.ratio"])
                     for loss in losses])
    delays = [["nodes, loss", "mean, ms", "median", "99th percentile", "most"]]
    for nodes in nodes_all:
        for loss in ("0%", "1%"):
            figures = found[nodes, loss].result()
            delays.append([f"{nodes:,}, {loss[:-1]} %",
                           *(digits(figures[f"delay.{what}"], 0)
                             for what in ("mean", "p50", "p99", "max"))])
    worst = found[nodes_all[-1], "1%"].result()
    return [
        "Who gets a message?",
        "Drawn members publish once a second, for five minutes, while the network loses datagrams."
        " Expected is (1 - loss) to the power of the hops: the mean depth at the end, and one more"
        " from the publisher to the root.",
        command("mcastsim --nodes 1000 --loss 1% --publish 1/s --duration 5min --seeds 1..10"),
        table(rows),
        lab.plot("delivery", "delivery ratio over loss",
                 "set logscale x\nset xlabel 'loss a hop, %'\nset ylabel 'delivered, %'\n"
                 "set yrange [0:100]\n" + curves([f"{nodes:,} nodes" for nodes in nodes_all]),
                 data, "bottom left"),
        "How long does it take?", table(delays),
        "Nothing is sent again, so loss adds up with depth: of "
        f"{nodes_all[-1]:,} nodes, {100 * (1 - worst['delivery.ratio']):.1f} % of the deliveries"
        " are missing where each hop loses 1 % (fault 8). The simple formula is right to"
        f" {gap:.1f} points. Delays are"
        " hops times 10 ms, and with loss for some a second or more: the publisher has to learn the"
        " root's address first, and asks again after a second.",
    ]


def latencies(lab):
    if not MATRIX.is_file():
        return None
    children = [2, 3, 4, 6, 8, 12, 16]
    options = f"--latency {MATRIX} --nodes 490 --children-max "
    found = {count: lab.start(options + str(count), lab.seeds(50)) for count in children}
    rows = [["children", "cost over the spanning tree's", "stretch: mean", "median",
             "99th percentile", "depth: mean", "delay: mean, ms", "99th percentile"]]
    for count in children:
        figures = found[count].result()
        rows.append([count, *(digits(figures[key], 1) for key in (
            "tree.cost_over_mst", "tree.stretch.mean", "tree.stretch.p50", "tree.stretch.p99",
            "depth.mean")), digits(figures["delay.mean"], 0), digits(figures["delay.p99"], 0)])
    data = [[(count, found[count].result()[key]) for count in children]
            for key in ("tree.cost_over_mst", "tree.stretch.mean", "tree.stretch.p50")]
    picture = lab.pictures / "planetlab.svg"
    with lab.drawing:
        subprocess.run([str(lab.program), "--quiet", "--profile", "base", "--latency",
                        str(MATRIX), "--nodes", "490", "--plot", str(picture)], check=True)
    ours, many = found[3].result(), found[children[-1]].result()
    return [
        "What do real latencies make of it?",
        "490 hosts of PlanetLab, with the round-trip times that were measured between them.",
        command("mcastsim --latency planetlab-490.rtt --nodes 490 --seeds 1..50 \\\n"
                "         --compare children-max=2,3,4,6,8,12,16"),
        table(rows),
        "Independent figures for three children: cost 21, mean stretch 12.7; ours differ by"
        f" {per_cent(ours['tree.cost_over_mst'], 21)} and"
        f" {per_cent(ours['tree.stretch.mean'], 12.7)}.",
        lab.plot("stretch", "cost and stretch over the limit of children",
                 "set xlabel 'children'\nset yrange [0:*]\n" +
                 curves(["cost over the spanning tree''s", "stretch, mean", "stretch, median"]),
                 data, "top right"),
        "One of these trees (seed 1), in its delays:",
        "![the tree of 490 hosts](simulation/planetlab.svg)",
        f"A random parent is a far one: the tree costs {ours['tree.cost_over_mst']:.0f} times the"
        " cheapest, and more children do not help much with that"
        f" ({many['tree.cost_over_mst']:.0f} with {children[-1]}), for each edge is drawn as"
        " blindly as before. They help the stretch, because there are fewer hops:"
        f" {many['tree.stretch.mean']:.1f} instead of {ours['tree.stretch.mean']:.1f}. The mean"
        f" stretch is far above the median ({ours['tree.stretch.p50']:.1f}) because a"
        " neighbour of the root may be served over other continents. The base profile measures no"
        " latency at all; that is no fault of its list, but what the full profile is for.",
    ]


def links(lab):
    nodes_all = [100, 300, 1000, 3000] + ([] if lab.quick else [10000])
    found = {nodes: lab.start(f"--transit-stub --nodes {nodes}",
                              lab.seeds(3 if nodes == 10000 else 10))
             for nodes in nodes_all}
    rows = [["nodes", "link stress: mean", "most", "stretch: mean", "median", "cost"]]
    for nodes in nodes_all:
        figures = found[nodes].result()
        rows.append([f"{nodes:,}", *(digits(figures[key], 1) for key in (
            "link.stress.mean", "link.stress.max", "tree.stretch.mean", "tree.stretch.p50",
            "tree.cost_over_mst"))])
    data = [[(nodes, found[nodes].result()[key]) for nodes in nodes_all]
            for key in ("link.stress.max", "link.stress.mean", "tree.stretch.mean")]
    shares = [100 * found[nodes].result()["link.stress.max"] / nodes for nodes in nodes_all]
    return [
        "What do the links carry?",
        "An Internet-like graph of 600 routers; how many copies of one message cross a link.",
        command("mcastsim --transit-stub --seeds 1..10 --compare nodes=100,300,1000,3000,10000"),
        table(rows),
        lab.plot("stress", "link stress over the number of nodes",
                 "set logscale xy\nset xlabel 'nodes'\nset ylabel 'copies; stretch'\n" +
                 curves(["link stress, most", "link stress, mean", "stretch, mean"]), data),
        f"The busiest link carries as many copies as {min(shares):.0f} to {max(shares):.0f} % of"
        " the nodes; network multicast would send one. Parent and child are"
        " anywhere, so copies cross the backbone back and forth: a link that alone connects two"
        " parts of the graph, with the shares p and 1 - p of the nodes, carries 2 p (1 - p) N of"
        " them, so up to half. Who pays for that link should know before the group grows.",
    ]


def crowd(lab):
    nodes_all = sizes(lab, 100000)
    seeds = {100: 10, 1000: 10, 10000: 5, 100000: 1}
    options = "--join at-once --duration 1min"
    slow = f"{options} --bandwidth 10Mbit/s"
    found = {(nodes, how): lab.start(f"--nodes {nodes} {how}", lab.seeds(seeds[nodes]))
             for nodes in nodes_all for how in (options, slow)}
    rows = [["nodes, access", "messages of a join: mean", "most", "time: mean, ms",
             "99th percentile", "most", "root, kB in that minute", "rendezvous point, kB",
             "in the tree, %"]]
    for nodes in nodes_all:
        for how, name in ((options, "no limit"), (slow, "10 Mbit/s")):
            figures = found[nodes, how].result()
            rows.append([f"{nodes:,}, {name}", digits(figures["joins.messages.mean"], 1),
                         *(digits(figures[key], 0) for key in (
                             "joins.messages.max", "joins.time.mean", "joins.time.p99",
                             "joins.time.max")),
                         digits(figures["control.max"] * 60 / 1000, 0),
                         digits(figures["control.rdv"] * 60 / 1000, 0),
                         digits(100 * figures["nodes.in_tree"] / nodes, 2)])
    most = nodes_all[-1]
    free, tight = (found[most, how].result() for how in (options, slow))
    return [
        "What does a flash crowd do?",
        "All start at the same moment. Each asks the rendezvous point, then the root, then one"
        " below it, and so on; the busiest node is the root.",
        command("mcastsim --nodes 10000 --join at-once --duration 1min --bandwidth 10Mbit/s"),
        table(rows),
        f"With unlimited accesses, {most:,} nodes have their places after"
        f" {free['joins.time.max'] / 1000:.2f} s, and none needs more than"
        f" {free['joins.messages.max']:.0f} messages: a question and an answer for each level, and"
        " four more, because all are told first that there is no root, and all but one try in vain"
        " to become it. But all of them ask two hosts first. Behind 10 Mbit/s the queues of these"
        " two overflow where the crowd is large enough; what is lost is asked again after pauses,"
        f" and the last of {most:,} joins takes"
        f" {tight['joins.time.max'] / 1000:.1f} s with"
        f" {tight['joins.messages.max']:.0f} messages at most. The simulation counts"
        " no time for computing: what a real rendezvous point answers a second is in"
        " [bench/results/tree.txt](../bench/results/tree.txt).",
    ]
