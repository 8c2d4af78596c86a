# SPDX-License-Identifier: MIT
# SPDX-FileCopyrightText: the ramure authors
"""measure.py - what the measurements have in common: a place of their own, a look at processes.

Everything runs in namespaces (network: only lo; processes: all end with the run), as root or, where
that is allowed, as an ordinary user.
"""
import json
import os
import platform
import re
import shutil
import statistics
import subprocess
import sys
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parents[1]
BUILD = CHECKOUT / os.environ.get("RAMURE_BUILD", "build/plain")
RESULTS = CHECKOUT / "bench/results"

INSIDE = "RAMURE_BENCH_INSIDE"  # in the environment of the run inside the namespaces
ENTER = ["unshare", *(["-Ur"] if os.geteuid() != 0 else []), "-n", "-pf", "--kill-child",
         "--mount-proc", "--"]


class BenchError(Exception):
    """Something could not be measured."""


def enter_namespaces(*tools):
    """Starts this script again where only lo is, and where all it starts ends with it."""
    if INSIDE in os.environ:
        subprocess.run(["ip", "link", "set", "lo", "up"], check=True)
        return
    missing = [tool for tool in ("unshare", "ip", *tools) if not shutil.which(tool)]
    if missing:
        raise BenchError(f"needs {', '.join(missing)} (tools/packages)")
    probe = subprocess.run([*ENTER, "true"], capture_output=True, text=True, check=False)
    if probe.returncode != 0:
        raise BenchError(f"namespaces are not allowed here: {probe.stderr.strip()}")
    os.environ[INSIDE] = "1"
    os.execvp(ENTER[0], [*ENTER, sys.executable, *sys.argv])


def find_programs(*paths):
    for path in paths:
        if not path.is_file():
            raise BenchError(f"no {path}: build it (`make`), or set RAMURE_BUILD")


# --- Values ---

def add(results, what, whose, value):
    results.setdefault(what, {}).setdefault(whose, []).append(value)


# --- A running process ---

def proc(pid, name):
    return Path(f"/proc/{pid}/{name}").read_text(encoding="ascii")


def memory(pid):
    """Resident, proportional and private memory, in KiB."""
    fields = {key: int(value) for key, value in
              re.findall(r"^(\w+):\s+(\d+) kB$", proc(pid, "smaps_rollup"), re.M)}
    resident = int(re.search(r"VmRSS:\s+(\d+)", proc(pid, "status"))[1])
    return resident, fields["Pss"], fields["Private_Clean"] + fields["Private_Dirty"]


def wake_ups(pid):
    """How often it waited, and went on, so far."""
    return int(re.search(r"^voluntary_ctxt_switches:\s+(\d+)", proc(pid, "status"), re.M)[1])


def is_asleep(pid):
    return proc(pid, "stat").rpartition(")")[2].split()[0] == "S"


def cpu_s(pid):
    """CPU time: in nanoseconds where the kernel counts them, else utime and stime."""
    try:
        return int(proc(pid, "schedstat").split()[0]) / 1e9
    except FileNotFoundError:
        fields = proc(pid, "stat").rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


# --- Reports ---

def machine():
    cpuinfo = Path("/proc/cpuinfo").read_text(encoding="utf-8")
    model = re.search(r"^model name\s*:\s*(.*)$", cpuinfo, re.M)
    system = Path("/etc/os-release").read_text(encoding="utf-8")
    return {
        "cpu": model[1] if model else platform.machine(),
        "cores": len(os.sched_getaffinity(0)),
        "kernel": platform.release(),
        "system": re.search(r'^PRETTY_NAME="?([^"\n]*)', system, re.M)[1],
        "python": platform.python_version(),
        "load before": os.getloadavg()[0],
    }


def machine_line(about):
    return (f"{about['cpu']}, {about['cores']} cores, Linux {about['kernel']}, {about['system']}, "
            f"Python {about['python']}; only lo; load before {about['load before']:.1f}")


def cell(values, factor, digits):
    """The median as the table shows it, with the lowest and the highest."""
    if not values:
        return "not here"
    scaled = [value * factor for value in values]
    middle, low, high = (f"{value:,.{digits}f}" for value in
                         (statistics.median(scaled), min(scaled), max(scaled)))
    return middle if low == high else f"{middle} ({low} to {high})"


def table(rows):
    """Rows of text in columns: the first one to the left, the others to the right."""
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    lines = ["  ".join(cell.ljust(width) if place == 0 else cell.rjust(width)
                       for place, (cell, width) in enumerate(zip(row, widths))) for row in rows]
    return [lines[0], "-" * len(lines[0]), *lines[1:]]


def as_text(lines):
    return "\n".join(line.rstrip() for line in lines) + "\n"


def write_results(name, text, document, results):
    """Both forms of the report; `results` is {what: {whose: [values]}}."""
    RESULTS.mkdir(exist_ok=True)
    (RESULTS / f"{name}.txt").write_text(text, encoding="utf-8")
    document["results"] = {
        what: {whose: {"median": statistics.median(values), "min": min(values),
                       "max": max(values), "values": values}
               for whose, values in by_whose.items()}
        for what, by_whose in results.items()}
    (RESULTS / f"{name}.json").write_text(json.dumps(document, indent=1) + "\n", encoding="utf-8")
