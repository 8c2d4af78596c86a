# SPDX-License-Identifier: MIT
# SPDX-FileCopyrightText: the ramure authors
"""test_long_runs.py - mcastsim while it runs: the progress line, Ctrl-C, a run that crashes."""
import fcntl
import json
import os
import pty
import re
import select
import signal
import struct
import subprocess
import termios
import time
from pathlib import Path

import pytest

from netlab import poll
from simulation import PROGRAM, start

FOREVER = ["--nodes", "100", "--duration", "3650d", "--publish", "10/s"]
LINE = re.compile(r"\r\x1b\[K(living) +(\d+) %: 100 nodes, [^,]+ of virtual time, \d+\.\d\d M "
                  r"events/s")


class Terminal:
    """A program whose standard error is a terminal of its own; `seen` is what it has shown."""

    def __init__(self, *arguments, columns=120):
        self.master, slave = pty.openpty()
        fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
        self.process = subprocess.Popen([PROGRAM, "--profile", "base", *arguments],
                                        stdout=subprocess.PIPE, stderr=slave, text=True,
                                        stdin=subprocess.DEVNULL, start_new_session=True)
        os.close(slave)
        self.seen = ""

    def read_until(self, is_there, deadline=30):
        end = time.monotonic() + deadline
        while not is_there(self.seen):
            ready, _, _ = select.select([self.master], [], [], max(0, end - time.monotonic()))
            assert ready, f"not within {deadline} s; on the terminal: {self.seen!r}"
            self.seen += os.read(self.master, 1 << 16).decode()

    def interrupt(self):
        """As Ctrl-C does: all of its processes."""
        os.killpg(self.process.pid, signal.SIGINT)

    def end(self):
        """What it printed, and its exit code."""
        try:
            text = self.process.communicate(timeout=30)[0]
        finally:
            self.close()
        return text, self.process.returncode

    def close(self):
        if self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()
        if self.master >= 0:
            os.close(self.master)
            self.master = -1


@pytest.fixture
def terminals():
    made = []

    def make(*arguments, **options):
        made.append(Terminal(*arguments, **options))
        return made[-1]
    yield make
    for terminal in made:
        terminal.close()


def test_a_terminal_shows_nodes_virtual_time_and_speed_and_ctrl_c_the_report_so_far(terminals):
    terminal = terminals(*FOREVER)
    terminal.read_until(lambda seen: len(LINE.findall(seen)) >= 2)
    terminal.interrupt()
    text, code = terminal.end()
    assert code == 130 and text.startswith("stopped; so far:\nnodes\n")
    assert re.search(r"nodes that run +100\n", text)


def test_the_line_fits_into_a_narrow_terminal(terminals):
    terminal = terminals(*FOREVER, columns=30)
    terminal.read_until(lambda seen: seen.count("living") >= 3)
    lines = terminal.seen.split("\r\x1b[K")[1:]
    assert len(lines) >= 3 and all(len(line) <= 29 for line in lines), lines


def test_the_time_left_is_shown(terminals):
    terminal = terminals("--nodes", "100", "--duration", "1h", "--publish", "100/s")
    terminal.read_until(lambda seen: " left" in seen)
    assert re.search(r"events/s, (\d+ h )?(\d+ min )?(\d+ s )?left", terminal.seen)


def is_running(process):
    try:
        stat = Path(f"/proc/{process}/stat").read_text(encoding="ascii")
    except FileNotFoundError:
        return False
    return stat.rpartition(")")[2].split()[0] != "Z"


def catches_interrupts(process):
    with open(f"/proc/{process.pid}/status", encoding="ascii") as status:
        mask = next(line.split()[1] for line in status if line.startswith("SigCgt:"))
    return bool(int(mask, 16) >> (signal.SIGINT - 1) & 1)


def test_the_second_ctrl_c_ends_the_program(terminals):
    """Nobody reads what it writes, so the first cannot end it."""
    terminal = terminals(*FOREVER, "--trace")
    pipe, unread = terminal.process.stdout.fileno(), bytearray(4)

    def is_stuck():
        fcntl.ioctl(pipe, termios.FIONREAD, unread)
        return struct.unpack("i", unread)[0] > 60000
    poll(is_stuck, what="a full pipe")
    terminal.interrupt()
    poll(lambda: not catches_interrupts(terminal.process), what="the first Ctrl-C")
    assert terminal.process.poll() is None
    terminal.interrupt()
    assert terminal.process.wait(10) == -signal.SIGINT


def test_ctrl_c_ends_many_runs_with_the_means_of_those_that_are_done(terminals):
    seeds = "1..1000000"
    terminal = terminals("--nodes", "300", "--seeds", seeds, "--jobs", "2", "--json")
    terminal.read_until(lambda seen: re.search(r"\d+ of 1000000 runs", seen))
    terminal.interrupt()
    text, code = terminal.end()
    assert code == 130 and json.loads(text)["nodes.running"] == 300


def test_quiet_shows_no_line(terminals):
    terminal = terminals(*FOREVER[:2], "--duration", "10min", "--publish", "10/s", "--quiet")
    text, code = terminal.end()
    assert code == 0 and terminal.seen == "" and "depth, mean" in text


def test_a_pipe_gets_no_line():
    done = start("--nodes 100 --duration 10min --publish 10/s")
    assert (done.returncode, done.stderr) == (0, "")


def test_a_run_whose_process_is_killed_is_told_with_its_replay(terminals):
    terminal = terminals("--nodes", "2000", "--seeds=7..9", "--jobs", "1", "--duration", "10min",
                         "--publish", "1/s")
    process = terminal.process.pid
    children = Path(f"/proc/{process}/task/{process}/children")
    worker = poll(lambda: children.read_text(encoding="ascii").split(), what="a process for runs")
    os.kill(int(worker[0]), signal.SIGKILL)
    text, code = terminal.end()
    assert code == 1 and text.startswith("seed 7: its process was killed")
    assert text.endswith(f"replay: {PROGRAM} --profile base --nodes 2000 --jobs 1 "
                         "--duration 10min --publish 1/s --seed 7\n")


def test_the_processes_of_many_runs_end_with_the_program(terminals):
    terminal = terminals(*FOREVER, "--seeds", "1..4", "--jobs", "2")
    process = terminal.process.pid
    children = Path(f"/proc/{process}/task/{process}/children")
    workers = poll(lambda: len(found := children.read_text(encoding="ascii").split()) == 2
                   and found, what="two processes for runs")
    terminal.process.kill()
    poll(lambda: not any(is_running(worker) for worker in workers), what="their end")
