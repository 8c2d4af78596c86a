# SPDX-License-Identifier: MIT
# SPDX-FileCopyrightText: the ramure authors
"""path_lab.py - where the data path is measured: hosts, cores, programs and the CPU time they take.

The relay has one core for itself, source and sinks share the other. The CPU time of a relay is that
of its threads, and that of the kernel's thread for deferred network work (ksoftirqd) on its core:
delivery to the receivers' queues happens in the context of who sends, and what is too much for it
at once is left to that thread. Its time is read through /proc as it was before the namespaces were
entered; where it cannot be seen there, it is not counted, and the report says so.
"""
import contextlib
import os
import re
import shutil
import signal
import subprocess
import tempfile
import time
from pathlib import Path

from measure import BenchError

DEADLINE_S = 15
KSOFTIRQD = "RAMURE_BENCH_KSOFTIRQD"  # environment: core:descriptor of its schedstat, each core
CORES = sorted(os.sched_getaffinity(0))
RELAY_CORE, OTHER_CORE = CORES[0], CORES[-1]


# --- CPU time ---

def keep_sight_of_kernel_threads():
    """To be called before the namespaces are entered; open files stay readable inside."""
    if KSOFTIRQD in os.environ:
        return
    found = []
    for name in Path("/proc").glob("[0-9]*/comm"):
        with contextlib.suppress(OSError):
            match = re.fullmatch(r"ksoftirqd/(\d+)\n", name.read_text(encoding="utf-8"))
            if match:
                file = os.open(name.parent / "schedstat", os.O_RDONLY)
                os.set_inheritable(file, True)
                found.append(f"{match[1]}:{file}")
    os.environ[KSOFTIRQD] = ",".join(found)


def sees_kernel_threads():
    return bool(os.environ.get(KSOFTIRQD))


def deferred_s(core):
    """CPU time of the kernel's thread for deferred network work on that core."""
    for pair in filter(None, os.environ.get(KSOFTIRQD, "").split(",")):
        number, file = pair.split(":")
        if int(number) == core:
            return int(os.pread(int(file), 100, 0).split()[0]) / 1e9
    return 0.0


def cpu_s(pids, core=RELAY_CORE):
    """CPU time of these processes with all their threads, and of deferred work on that core."""
    total = deferred_s(core)
    for pid in pids:
        for thread in Path(f"/proc/{pid}/task").iterdir():
            with contextlib.suppress(FileNotFoundError):
                total += int((thread / "schedstat").read_text(encoding="ascii").split()[0]) / 1e9
    return total


# --- Hosts ---

class Host:
    """A network namespace: the one the measurement runs in, or another one."""

    def __init__(self, name=None):
        self.name = name or "here"
        self.holder = None
        if name:
            self.holder = subprocess.Popen(["unshare", "-n", "sleep", "infinity"])
            self.wait_until_apart()
            self.run("ip", "link", "set", "lo", "up")

    def wait_until_apart(self):
        here = os.readlink("/proc/self/ns/net")
        end = time.monotonic() + DEADLINE_S
        while os.readlink(f"/proc/{self.holder.pid}/ns/net") == here:
            if time.monotonic() > end:
                raise BenchError("no network namespace")
            time.sleep(0.001)

    def command(self, words):
        inside = ["nsenter", f"--net=/proc/{self.holder.pid}/ns/net", "--"] if self.holder else []
        return [*inside, *(str(word) for word in words)]

    def run(self, *words):
        done = subprocess.run(self.command(words), capture_output=True, text=True, check=False,
                              timeout=DEADLINE_S)
        if done.returncode != 0:
            raise BenchError(f"{' '.join(map(str, words))}: {done.stderr.strip()}")
        return done.stdout

    def close(self):
        if self.holder:
            self.holder.kill()
            self.holder.wait()


def cable(one, one_address, other, other_address):
    """A veth pair; each end is named after the host at the other end. Addresses with their /24."""
    one.run("ip", "link", "add", other.name, "type", "veth", "peer", "name", one.name,
            "netns", str(other.holder.pid))
    for host, peer, address in ((one, other, one_address), (other, one, other_address)):
        host.run("ip", "address", "add", address, "dev", peer.name)
        host.run("ip", "link", "set", peer.name, "up")


# --- Programs ---

def shown_command(command):
    """As the report shows it: without folders."""
    return " ".join(Path(str(word)).name if str(word).startswith("/") else str(word)
                    for word in command)


class Program:
    """A started program; its errors go to a file, in which it says when it is ready."""

    running = set()

    def __init__(self, folder, command, core=None, host=None, ready=None, output=None):
        self.shown = shown_command(command)
        pinned = [*(["taskset", "-c", str(core)] if core is not None else []), *command]
        self.errors = tempfile.NamedTemporaryFile(dir=folder)
        self.process = subprocess.Popen((host or Host()).command(pinned), stderr=self.errors,
                                        stdin=subprocess.DEVNULL,
                                        stdout=subprocess.DEVNULL if output is None else output)
        Program.running.add(self)
        if ready:
            self.wait_for(ready)

    @property
    def pid(self):
        return self.process.pid  # taskset and nsenter have become the program

    def log(self):
        return Path(self.errors.name).read_text(encoding="utf-8", errors="replace")

    def wait_for(self, text):
        end = time.monotonic() + DEADLINE_S
        while text not in self.log():
            if self.process.poll() is not None:
                raise BenchError(f"{self.shown} ended: {self.log().strip()}")
            if time.monotonic() > end:
                raise BenchError(f"{self.shown}: no '{text}': {self.log().strip()}")
            time.sleep(0.002)

    def wait(self, deadline_s=60):
        """Until it ends by itself; returns what it wrote, if output was a pipe."""
        out, _ = self.process.communicate(timeout=deadline_s)
        Program.running.discard(self)
        if self.process.returncode != 0:
            raise BenchError(f"{self.shown}: {self.log().strip()}")
        return out

    def stop(self):
        """Ends it; returns what it wrote, if output was a pipe."""
        has_failed = self.process.poll() not in (None, 0)
        self.process.send_signal(signal.SIGTERM)
        try:
            out, _ = self.process.communicate(timeout=DEADLINE_S)
        except subprocess.TimeoutExpired:
            self.process.kill()
            out, _ = self.process.communicate()
        Program.running.discard(self)
        log = self.log() if has_failed else ""
        self.errors.close()
        if has_failed:
            raise BenchError(f"{self.shown} has ended: {log.strip()}")
        return out

    @classmethod
    def stop_all(cls):
        """After a turn that failed half-way."""
        for program in list(cls.running):
            with contextlib.suppress(BenchError):
                program.stop()


def wait_until_idle(pids, core=RELAY_CORE):
    """Until what was on its way has gone through: no CPU time is used for 40 ms."""
    end = time.monotonic() + 2
    before, quiet = -1.0, 0
    while time.monotonic() < end and quiet < 2:
        now = cpu_s(pids, core)
        quiet = quiet + 1 if now - before < 0.0002 else 0
        before = now
        time.sleep(0.02)


def wait_for_port(host, kind, port, program):
    """Until somebody listens on that TCP or UDP port (`kind`: t or u)."""
    end = time.monotonic() + DEADLINE_S
    while not re.search(rf"[:\]]{port}\s", host.run("ss", f"-H{kind}lan", f"sport = :{port}")):
        if program.process.poll() is not None or time.monotonic() > end:
            raise BenchError(f"{program.shown} does not listen: {program.log().strip()}")
        time.sleep(0.005)


def has(*programs):
    return all(shutil.which(program, path=os.environ["PATH"] + ":/usr/sbin:/sbin")
               for program in programs)
