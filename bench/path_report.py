# SPDX-License-Identifier: MIT
# SPDX-FileCopyrightText: the ramure authors
"""path_report.py - what bench/path has measured, as tables, with the aims, and as a chart."""
import statistics
import subprocess

import measure
import path_lab
from measure import RESULTS, cell
from path_profiles import profile_pairs
from path_sections import (BARE, BARE_CHAIN, BARE_HOP, BARE_RELAY, BLOCKING, CHAIN, HALF_LOAD_MAX,
                           HYBRID, HYBRID_SINGLE, LATENCY_SIZE, NODE, NODE_SINGLE, ONE_HOP,
                           SPINNING, TREE, WIRES, MulticastRouting, all_subjects,
                           latency_subjects, other_programs, pair_ratios, pair_subjects)

# What prototypes reached on the machine on which the data path was designed: millions of copies a
# second and core at 100 and at 1,200 bytes, fan-out 3.
PROTOTYPES = {
    BARE: "0.5 / 0.55",
    "ceiling, passing on": "13.5-15 / 6-7",
    HYBRID: "19 / 4.5",
    HYBRID_SINGLE: "1.9 / 1.5",
    MulticastRouting.title: "0.58 / 0.53",
    "nats-server": "4.6 / 1.3",
    "nats-server, unbatched": "0.65 / 0.46",
    "redis-server": "2.7 / 1.0",
    "redis-server, unbatched": "0.5",
    "mosquitto": "0.19",
    "Python peer": "0.39 / 0.36",
    "Python asyncio": "0.10",
    "socat (fan-out 1)": "0.14",
}


def shown(results, what, whose, factor, digits):
    values = results.get(what, whose)
    if values:
        return cell(values, factor, digits)
    return "not here" if whose in results.missing else "-"


# --- The tables ---

def lost(results, places, whose):
    """Of all that was sent, in per cent; over several places of the results."""
    values = [value for place in places for value in results.get(f"{place}: lost", whose)]
    return cell(values, 100, 2) if values else ""


def peers(plan, results):
    sizes = [f"{size:,} bytes" for size in plan["sizes"]]
    what, gbit_size = f"peers: {sizes[1]}", plan["sizes"][1]
    rows = [["copies a second and core, millions; fan-out 3", "prototype", *sizes,
             f"CPU s a Gbit, {sizes[1]}", f"core used, %, {sizes[1]}", "lost, %"]]
    for subject in all_subjects():
        gbit = [1e9 / 8 / gbit_size / value
                for value in results.get(f"{what}: copies/s", subject.title)]
        rows.append([subject.title, PROTOTYPES.get(subject.title, ""),
                     *(shown(results, f"peers: {size}: copies/s", subject.title, 1e-6, 3)
                       for size in sizes),
                     f"{statistics.median(gbit):.3f}" if gbit else "",
                     shown(results, f"{what}: busy", subject.title, 100, 0),
                     lost(results, [f"peers: {size}" for size in sizes], subject.title)])
    return measure.table(rows)


def pairs(plan, results):
    sizes = [f"{size:,} bytes" for size in plan["sizes"]]
    rows = [[f"the same, {plan['pairs']} turns of {plan['pair_s']} s", *sizes, "lost, %"]]
    for subject in pair_subjects():
        rows.append([subject.title, *(shown(results, f"pairs: {size}: copies/s", subject.title,
                                            1e-6, 3) for size in sizes),
                     lost(results, [f"pairs: {size}" for size in sizes], subject.title)])
    return measure.table(rows)


def wires(plan, results):
    sizes = [f"{size:,} bytes" for size in plan["sizes"][:2]]
    rows = [["copies a second and core, millions; fan-out 3, over veths",
             *(f"{title}, {size}" for size in sizes for title in (NODE, HYBRID)),
             "lost, % (mcastnode)"]]
    for name, heading in WIRES.items():
        rows.append([heading, *(shown(results, f"wires: {name}: {size}: copies/s", title, 1e-6, 2)
                                for size in sizes for title in (NODE, HYBRID)),
                     lost(results, [f"wires: {name}: {size}" for size in sizes], NODE)])
    return measure.table(rows)


def growth(plan, results):
    sizes = [f"{size:,} bytes" for size in plan["sizes"][:2]]
    rows = [["CPU time a copy, ns; children",
             *(f"{title}, {size}" for size in sizes for title in (NODE, HYBRID)),
             "mcastnode's memory, MB"]]
    for children in plan["children"]:
        row = [str(children)]
        for size in sizes:
            for title in (NODE, HYBRID):
                rates = results.get(f"growth: {children}: {size}: copies/s", title)
                row.append(cell([1e9 / rate for rate in rates], 1, 0) if rates else "-")
        row.append(shown(results, f"growth: {children}: {sizes[-1]}: memory", NODE, 1024 / 1e6, 2))
        rows.append(row)
    return measure.table(rows)


def profiles(plan, results):
    sizes = [f"{size:,} bytes" for size in plan["sizes"][:2]]
    rows = [[f"copies a second and core, millions; {plan['profiles']} turns of"
             f" {plan['pair_s']} s; three mcastnodes",
             *(f"{name}, {size}" for size in sizes for name in ("base", "full", "full / base")),
             "lost, %: base", "full"]]
    for base, full in profile_pairs():
        row = [base.place]
        for size in sizes:
            what = f"profiles: {size}: copies/s"
            ratios = pair_ratios(results, what, full.title, base.title)
            row += [*(shown(results, what, each.title, 1e-6, 3) for each in (base, full)),
                    cell(ratios, 1, 2) if ratios else "-"]
        rows.append([*row, *(lost(results, [f"profiles: {size}" for size in sizes], each.title)
                             for each in (base, full))])
    return measure.table(rows)


def trees(plan, results):
    sizes = [f"{size:,} bytes" for size in plan["sizes"][:2]]
    rows = [["copies a second and core, millions; all nodes on one core", *sizes,
             *(f"payloads a second, {size}" for size in sizes), "lost, %"]]
    for title in (ONE_HOP, CHAIN, TREE, BARE_HOP, BARE_CHAIN):
        rows.append([title, *(shown(results, f"trees: {size}: copies/s", title, 1e-6, 2)
                              for size in sizes),
                     *(shown(results, f"trees: {size}: payloads/s", title, 1, 0)
                       for size in sizes),
                     lost(results, [f"trees: {size}" for size in sizes], title)])
    return measure.table(rows)


def latency(plan, results):
    text = []
    for label, heading in (("idle", f"{plan['idle_rate']:,} datagrams a second"),
                           ("half", f"{results.notes.get('half load', 0):,} datagrams a second")):
        rows = [[f"{heading}; us", "p50", "p99", "p99.9", "p50 added", "p99 added", "core used, %",
                 "lost, %"]]
        for subject in latency_subjects():
            what = f"latency: {label}"
            rows.append([subject.title,
                         *(shown(results, f"{what}: {figure}", subject.title, 1e6, 1)
                           for figure in ("p50", "p99", "p99_9")),
                         *("" if subject.title == "direct" else
                           shown(results, f"{what}: {figure} added", subject.title, 1e6, 1)
                           for figure in ("p50", "p99")),
                         "" if subject.title == "direct" else
                         shown(results, f"{what}: busy", subject.title, 100, 0),
                         shown(results, f"{what}: lost", subject.title, 100, 2)])
        text += [*measure.table(rows), ""]
    return text[:-1]


TABLES = {"peers": peers, "pairs": pairs, "wires": wires, "growth": growth,
          "profiles": profiles, "trees": trees, "latency": latency}


# --- The aims ---

def aims(plan, results):
    """(what, values, at least or at most, the aim, unit) of each."""
    for size in plan["sizes"]:
        what = f"pairs: {size:,} bytes: copies/s"
        yield (f"coalesced stream, {size:,} bytes: mcastnode / ceiling, hybrid",
               pair_ratios(results, what, NODE, HYBRID), ">=", 0.80, "")
    for size, aim in zip(plan["sizes"], (20, 8)):
        what = f"peers: {size:,} bytes: copies/s"
        yield (f"coalesced stream, {size:,} bytes: mcastnode / bare loop",
               pair_ratios(results, what, NODE, BARE), ">=", aim, "")
        peers_best = [max(values) for values in
                      (results.get(what, subject.title) for subject in other_programs())
                      if values]
        yield (f"coalesced stream, {size:,} bytes: mcastnode / the best turn of any peer",
               [value / max(peers_best) for value in results.get(what, NODE)] if peers_best else [],
               ">=", 1, "")
    for size in plan["sizes"]:
        what = f"pairs: {size:,} bytes: copies/s"
        yield (f"single datagrams, {size:,} bytes: mcastnode / ceiling, hybrid",
               pair_ratios(results, what, NODE_SINGLE, HYBRID_SINGLE), ">=", 0.80, "")
    for size in plan["sizes"][:2]:
        for base, full in profile_pairs():
            yield (f"{base.place}, {size:,} bytes: full profile / base profile",
                   pair_ratios(results, f"profiles: {size:,} bytes: copies/s", full.title,
                               base.title), ">=", 0.80, "")
    for size in plan["sizes"][:2]:
        yield (f"chain of 5, {size:,} bytes: rate per core spent / that of one hop",
               pair_ratios(results, f"trees: {size:,} bytes: copies/s", CHAIN, ONE_HOP),
               ">=", 0.70, "")
    for label in ("idle", "half"):
        where = "idle" if label == "idle" else "at half load"
        yield (f"p50 added by a hop, {where}: mcastnode / bare loop",
               pair_ratios(results, f"latency: {label}: p50 added", BLOCKING, BARE_RELAY),
               "<=", 1.25, "")
        yield (f"p50 added by a hop, {where}, with --busy-poll, us",
               [value * 1e6 for value in
                results.get(f"latency: {label}: p50 added", SPINNING)], "<=", 6.0, "us")


def aims_table(plan, results):
    rows = [["aim of the data path (medians of pairs of turns)", "aim", "measured", ""]]
    for what, values, relation, aim, unit in aims(plan, results):
        if not values:
            continue
        middle = statistics.median(values)
        reached = middle >= aim if relation == ">=" else middle <= aim
        rows.append([what, f"{relation} {aim:.2f} {unit}".strip(), cell(values, 1, 2),
                     "reached" if reached else "MISSED"])
    return measure.table(rows) if len(rows) > 1 else []


# --- The whole report ---

TURNS_MIN = 3  # Of less, nothing is said about the aims.


def how_measured(plan, results, sections):
    lines = [
        f"relay on core {path_lab.RELAY_CORE}, source and sinks on core {path_lab.OTHER_CORE};"
        f" turns of {plan['turn_s']} s; what is reported was counted at the sinks",
        "copies a second and core: copies at the sinks by CPU seconds of the relay, which hold the"
        " delivery to the sinks' queues; these look by themselves, so that waking them up is not"
        " in it (but for nats-server, whose client's library waits)"]
    lines.append("with the kernel's deferred work on its core (ksoftirqd)"
                 if path_lab.sees_kernel_threads() else
                 "the kernel's deferred work (ksoftirqd) cannot be seen here and is not counted")
    if "peers" in sections:
        lines += ["source: coalesced by UDP_SEGMENT; where it says single, and at socat, the bare"
                  " loop and Python, datagram by datagram",
                  "kernel multicast routing: CPU time of the source's core with the route less that"
                  " without (the router drops); single packets on veths"]
    if "profiles" in sections:
        lines += ["profiles: relay and children are mcastnodes of one profile, with rdvpoint; the"
                  " children wait to be woken up,",
                  "which is in it; what they report is counted; a full buffer of the source, 54 of"
                  " 1,200 bytes, makes two",
                  "where headers of 48 bytes come on top. All other mcastnodes are of the"
                  " base profile, as the sinks are"]
    if "growth" in sections:
        lines.append("memory: resident, after the load")
    if "trees" in sections:
        lines.append("chain, tree: each node in its place (bench/places.py); copies of all nodes,"
                     " by CPU seconds of all")
    if "latency" in sections:
        lines += [f"latency: {LATENCY_SIZE:,} bytes, one by one, one sink, which spins; half load:"
                  " where the bare loop",
                  "uses half of its core, but at most"
                  f" {HALF_LOAD_MAX:,} datagrams a second: source and sink share a core"]
    return lines


def report(plan, results, about, sections):
    lines = [f"the data path; medians of {plan['turns']} turns, lowest to highest", "",
             measure.machine_line(about).replace("; only lo", "; loopback and veths"), ""]
    for name in sections:
        lines += [*TABLES[name](plan, results), ""]
    reached = aims_table(plan, results) if plan["turns"] >= TURNS_MIN else []
    lines += [*reached, ""] if reached else []
    lines += how_measured(plan, results, sections)
    lines += [""] + [f"{title}: {why}" for title, why in results.missing.items()]
    for title, command in results.commands.items():
        lines += [f"{title}: {command['relay']}", f"    <- {command['source']}"]
    lines += ["sinks:", *sorted({f"    {command['sinks']}"
                                 for command in results.commands.values()})]
    lines += [f"FAILED: {failure}" for failure in results.failures]
    return measure.as_text(lines)


# --- The chart ---

CHART = """set terminal svg size 900,{height} font "sans-serif,12" background "white"
set output "{output}"
set title "millions of copies a second and core, fan-out 3 (log scale)"
set style fill solid 0.9 noborder
set logscale x
set xrange [0.02:50]
set yrange [{rows}-0.5:-0.5]
set grid xtics lc rgb "#dddddd"
set ytics scale 0
set key outside bottom center horizontal
$data << END
{data}
END
plot $data using 2:0:(0.02):2:($0-0.38):($0-0.02):ytic(1) with boxxyerror lc rgb "#1b6ca8" \\
     title "{first} bytes", \\
     "" using 3:0:(0.02):3:($0+0.02):($0+0.38) with boxxyerror lc rgb "#e39b2f" \\
     title "{second} bytes"
"""


def draw(plan, results):
    """bench/results/path.svg; returns why there is none, or None."""
    sizes = plan["sizes"][:2]
    rows = []
    for subject in all_subjects():
        values = [results.get(f"peers: {size:,} bytes: copies/s", subject.title)
                  for size in sizes]
        if all(values):
            medians = [statistics.median(each) / 1e6 for each in values]
            rows.append((medians[0], f'"{subject.title}" ' + " ".join(f"{m:.4f}"
                                                                       for m in medians)))
    if not rows:
        return "no peers measured"
    if not path_lab.has("gnuplot"):
        return "not here: gnuplot"
    RESULTS.mkdir(exist_ok=True)
    script = CHART.format(output=RESULTS / "path.svg", rows=len(rows),
                          height=100 + 34 * len(rows), first=f"{sizes[0]:,}",
                          second=f"{sizes[1]:,}",
                          data="\n".join(row for _, row in sorted(rows, reverse=True)))
    done = subprocess.run(["gnuplot"], input=script, text=True, capture_output=True, check=False)
    return done.stderr.strip() if done.returncode != 0 else None
