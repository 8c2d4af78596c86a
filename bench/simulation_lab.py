# SPDX-License-Identifier: MIT
# SPDX-FileCopyrightText: the ramure authors
"""simulation_lab.py - runs mcastsim for bench/simulation, as often at a time as there are cores;
tables in Markdown, and plots."""
import concurrent.futures
import json
import subprocess
import tempfile
import threading
from pathlib import Path

import measure
from measure import BenchError

STYLE = """set terminal svg size 720,360 font 'sans,13' background '#ffffff'
set output '{path}'
set tics nomirror
set border 3
set grid back lc rgb '#dddddd'
set key {key}
"""
COLOURS = ["#204a87", "#a40000", "#73a942", "#e0a526", "#75507b", "#555555"]


class Lab:
    """One program, a few processes at a time. The same question is asked once."""

    def __init__(self, program, jobs, quick, pictures):
        self.program, self.quick, self.pictures = program, quick, pictures
        self.pool = concurrent.futures.ThreadPoolExecutor(jobs)
        self.scenarios = tempfile.TemporaryDirectory()
        self.asked, self.lock, self.drawing = {}, threading.Lock(), threading.Lock()

    def start(self, options, seeds=(1, 1), scenario=None):
        """A future of the figures, those of --json."""
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
                self.asked[key] = self.pool.submit(self.run, words)
            return self.asked[key]

    def run(self, words):
        command = [str(self.program), "--quiet", "--json", "--jobs", "1", *words]
        done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True,
                              check=False)
        if done.returncode != 0:
            raise BenchError(f"{' '.join(command)}: {done.stderr.strip() or done.returncode}")
        return json.loads(done.stdout)

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


def command(text):
    return "```\n" + text.strip() + "\n```"


def program():
    path = measure.BUILD / "src/app/mcastsim"
    measure.find_programs(path)
    return path
