# SPDX-License-Identifier: MIT
# SPDX-FileCopyrightText: the ramure authors
"""simulation_lab.py - runs mcastsim for bench/simulation, as often at a time as there are cores;
tables in Markdown, and plots."""
import collections
import concurrent.futures
import json
import os
import re
import subprocess
import tempfile
import threading
from pathlib import Path

import measure
from measure import BenchError, CHECKOUT

STYLE = """set terminal svg size 720,360 font 'sans,13' background '#ffffff'
set output '{path}'
set tics nomirror
set border 3
set grid back lc rgb '#dddddd'
set key {key}
"""
LONG = CHECKOUT / "bench/results/simulation-long.json"  # Command lines, and what came of them.
COLOURS = ["#204a87", "#a40000", "#73a942", "#e0a526", "#75507b", "#555555"]


class Lab:
    """One program, a few processes at a time. The same question is asked once. What a section
    costs, and which aims it has, is kept for it: `enter` says which one a thread works for."""

    def __init__(self, program, jobs, quick, pictures):
        self.program, self.quick, self.pictures = program, quick, pictures
        self.is_long = False  # Also what takes hours; else what is kept of it.
        self.kept = json.loads(LONG.read_text(encoding="utf-8")) if LONG.is_file() else {}
        self.pool = concurrent.futures.ThreadPoolExecutor(jobs)
        self.scenarios = tempfile.TemporaryDirectory()
        self.asked, self.lock, self.drawing = {}, threading.Lock(), threading.Lock()
        self.thread, self.aims = threading.local(), collections.defaultdict(dict)
        self.seconds = collections.Counter()

    def long(self, options, count):
        """As `each`, of what takes hours: so many seeds if that is asked for (then it is kept),
        else those that were run before."""
        if self.is_long:
            return self.each(options, count)
        return [self.done(kept) for line, kept in sorted(self.kept.items())
                if line.startswith(f"{options} ") and not self.quick]

    @staticmethod
    def done(figures):
        future = concurrent.futures.Future()
        future.set_result(figures)
        return future

    def keep(self, options, futures, keys):
        for seed, future in enumerate(futures, 1):
            self.kept[f"{options} --seed {seed}"] = {key: future.result()[key] for key in keys}
        LONG.write_text(json.dumps(self.kept, indent=1) + "\n", encoding="utf-8")

    def enter(self, section):
        self.thread.section = section

    def start(self, options, seeds=(1, 1), scenario=None):
        """A future of the figures, those of --json; of the base profile unless the options say."""
        if "--profile" not in options:
            options = f"--profile base {options}"
        words = f"{options} --seeds {seeds[0]}..{seeds[1]}".split()
        if seeds[0] == seeds[1]:
            words = f"{options} --seed {seeds[0]}".split()
        key = (*words, scenario)
        with self.lock:
            if scenario:
                path = Path(self.scenarios.name) / f"{len(self.asked)}.scn"
                path.write_text(scenario, encoding="utf-8")
                words += ["--scenario", str(path)]
            if key not in self.asked:
                self.asked[key] = self.pool.submit(self.figures, words, self.thread.section)
            return self.asked[key]

    def figures(self, words, section):
        code, text, wrong = self.run(["--json", *words], section)
        if code != 0:
            raise BenchError(f"mcastsim {' '.join(words)}: {wrong.strip() or code}")
        return json.loads(text)

    def search(self, words):
        """A future of exit code, output and errors."""
        return self.pool.submit(self.run, words.split(), self.thread.section)

    def run(self, words, section):
        command = [str(self.program), "--quiet", "--jobs", "1", *words]
        with tempfile.TemporaryFile("w+", encoding="utf-8") as errors, \
             subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                              stderr=errors, text=True) as process:
            text = process.stdout.read()
            _, status, usage = os.wait4(process.pid, 0)
            process.returncode = os.waitstatus_to_exitcode(status)
            errors.seek(0)
            with self.lock:
                self.seconds[section, "full" in words] += usage.ru_utime + usage.ru_stime
            return process.returncode, text, errors.read()

    def aim(self, what, base, full, limit, **how):
        """Notes an aim of the section that asks, and whether it is reached, for the list at the top
        of the page; gives the verdict. `full` is to be `limit` at most (`is_least`: at least);
        `places` are those shown."""
        places, is_least = how.get("places", 2), how.get("is_least", False)
        is_reached = full is not None and (full >= limit if is_least else full <= limit)
        said = "reached" if is_reached else "MISSED"
        self.aims[self.thread.section][what] = [
            self.thread.section, what, digits(base, places), digits(full, places),
            f"{'≥' if is_least else '≤'} {digits(limit, places)}", said]
        return said

    def note(self, what, base, full, places=2):
        """The same of a figure without an aim."""
        self.aims[self.thread.section][what] = [
            self.thread.section, what, digits(base, places), digits(full, places), "–", "–"]

    def each(self, options, count, scenario=None):
        """The figures of each of the first seeds: futures."""
        return [self.start(options, (seed, seed), scenario) for seed in range(1, count + 1)]

    def seeds(self, count):
        return (1, max(1, count // 10) if self.quick else count)

    def plot(self, name, title, script, data, key="top left"):
        """A picture, as a line of Markdown. `data`: blocks, each a list of rows."""
        path = self.pictures / f"{name}.svg"
        blocks = "".join(f"$d{number} << END\n" + "".join(
            " ".join(f"{value:.6g}" for value in row) + "\n" for row in rows) + "END\n"
            for number, rows in enumerate(data))
        text = STYLE.format(path=path, key=key) + blocks + script
        with self.drawing:
            subprocess.run(["gnuplot"], input=text, text=True, check=True)
        return f"![{title}](simulation/{name}.svg)"


def curves(titles, style="with linespoints pt 7 ps 0.6 lw 2", columns="1:2"):
    """A plot command: each block of data a curve."""
    return "plot " + ", ".join(
        f"$d{number} using {columns} {style} lc rgb '{COLOURS[number]}' title '{title}'"
        for number, title in enumerate(titles)) + "\n"


def table(rows):
    """Markdown; the first row is the heading, all columns but the first are numbers."""
    head = [f"| {' | '.join(str(cell) for cell in rows[0])} |",
            f"|---|{'---:|' * (len(rows[0]) - 1)}"]
    return "\n".join(head + [f"| {' | '.join(str(cell) for cell in row)} |" for row in rows[1:]])


def mean(values):
    return sum(values) / len(values)


def error(values):
    """Of their mean, the standard error."""
    if len(values) < 2:
        return 0
    middle = mean(values)
    return (sum((value - middle) ** 2 for value in values) / (len(values) - 1) / len(values)) ** .5


def percentile(values, share):
    ranked = sorted(values)
    return ranked[min(len(ranked) - 1, int(share * len(ranked)))]


def steps(values):
    """The share in per cent of those up to each value."""
    ranked = sorted(values)
    return [(0, 0), *((value, 100 * (number + 1) / len(ranked))
                      for number, value in enumerate(ranked))]


def per_cent(ours, theirs):
    return f"{100 * (ours / theirs - 1):+.1f} %"


def digits(value, places=2):
    return "–" if value is None else f"{value:,.{places}f}"


def means(futures, *keys):
    """Of many runs, the means of these figures; of one that none of them has: None."""
    found = [future.result() for future in futures]
    there = [[each[key] for each in found if each[key] is not None] for key in keys]
    return [mean(values) if values else None for values in there]


def command(text):
    """As it is typed; what names no profile is of the base one."""
    if "--profile" not in text:
        text = re.sub(r"^mcastsim ", "mcastsim --profile base ", text, flags=re.MULTILINE)
    return "```\n" + text.strip() + "\n```"


def program():
    path = measure.BUILD / "src/app/mcastsim"
    measure.find_programs(path)
    return path
