# SPDX-License-Identifier: MIT
# SPDX-FileCopyrightText: the ramure authors
"""process.py - a program that a test talks to, and a capture of frames that it looks into.

Two threads read what the program writes, line by line, so that it never stands still because nobody
reads. All waiting has a deadline, in seconds; what does not come in time is a ProcessError that
says what was waited for, and a test that failed shows what the programs wrote (conftest.py).
"""
import contextlib
import os
import re
import signal
import socket
import struct
import subprocess
import threading
import time

ETH_P_ALL = 3     # <linux/if_ether.h>: frames of any protocol
SHOWN_LINES = 40  # of each stream, in the transcript of a failed test


class ProcessError(AssertionError):
    """A program did not write or do what was expected, in time."""


class Process:
    """A program with its three streams. `out` and `err` are the lines so far, without the newline.

    When each of them was read is in `out_times` and `err_times`, as time.monotonic() has it.

    Lines are decoded as UTF-8; bytes that are no UTF-8 appear as lone surrogates, never as U+FFFD,
    so that a test can tell which of them the program wrote. `raw_out` has the bytes, in pieces.
    """

    def __init__(self, title, args, **options):
        self.title = title
        self.started = time.monotonic()
        self.out, self.err, self.raw_out, self.raw_err = [], [], [], []
        self.out_times, self.err_times = [], []
        self.changed = threading.Condition()
        streams = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
        self.popen = subprocess.Popen(args, **{**streams, **options})
        self.readers = [threading.Thread(target=self._read, args=stream, daemon=True)
                        for stream in (
                            (self.popen.stdout, self.out, self.out_times, self.raw_out),
                            (self.popen.stderr, self.err, self.err_times, self.raw_err))
                        if stream[0]]
        self.open_streams = len(self.readers)
        for reader in self.readers:
            reader.start()

    @property
    def pid(self):
        return self.popen.pid

    def _read(self, pipe, lines, times, raw):
        rest = b""
        while chunk := os.read(pipe.fileno(), 1 << 16):  # Many lines at once in a flood.
            *whole, rest = (rest + chunk).split(b"\n")
            with self.changed:
                raw.append(chunk)
                times += [time.monotonic()] * len(whole)
                lines += [line.decode("utf-8", "surrogateescape") for line in whole]
                self.changed.notify_all()
        with self.changed:
            if rest:
                times.append(time.monotonic())
                lines.append(rest.decode("utf-8", "surrogateescape"))
            self.open_streams -= 1
            self.changed.notify_all()

    # Talking to it

    def send_line(self, line):
        """Writes a line, text or bytes, to its standard input."""
        self.send(line + (b"\n" if isinstance(line, bytes) else "\n"))

    def send(self, data):
        self.popen.stdin.write(data if isinstance(data, bytes) else data.encode())
        self.popen.stdin.flush()

    def close_stdin(self):
        self.popen.stdin.close()

    # Waiting for it

    def wait_until(self, condition, deadline=10, what=None):
        """Waits until condition() is true; it is asked again after each line that arrives."""
        with self.changed:
            self.changed.wait_for(lambda: condition() or self.open_streams == 0, deadline)
            if not condition():
                state = "it ended" if self.open_streams == 0 else f"not within {deadline} s"
                raise ProcessError(f"{self.title}: {state}: {what or condition}")

    def wait_for(self, what, deadline=10, stream="out", after=0, exactly=False):
        """Waits for a line that contains `what`, or for which what(line) is true, and returns it.

        The first `after` lines do not count. Exactly: the line is `what` and nothing else.
        """
        lines = getattr(self, stream)
        matches = what if callable(what) else (
            lambda line: line == what if exactly else what in line)
        place = after

        def found():  # Looks at each line once, however often it is asked.
            nonlocal place
            while place < len(lines) and not matches(lines[place]):
                place += 1
            return place < len(lines)

        self.wait_until(found, deadline, f"a line with {what!r} on std{stream}")
        return lines[place]

    def wait_line(self, line, deadline=10, stream="out", after=0):
        """Waits for exactly this line."""
        return self.wait_for(line, deadline, stream, after, exactly=True)

    def wait_exit(self, deadline=10):
        """Waits for its end, and until all it wrote is read; returns the exit code."""
        try:
            code = self.popen.wait(deadline)
        except subprocess.TimeoutExpired:
            raise ProcessError(f"{self.title}: has not ended within {deadline} s") from None
        for reader in self.readers:
            reader.join(deadline)
        return code

    def stop(self, number=signal.SIGTERM, deadline=10):
        """Sends a signal and waits for its end."""
        self.popen.send_signal(number)
        return self.wait_exit(deadline)

    # Looking at it

    def poll(self):
        """Its exit code, or None while it runs."""
        return self.popen.poll()

    def lines_with(self, text, stream="out"):
        return [line for line in list(getattr(self, stream)) if text in line]

    def peak_memory(self):
        """The most memory it has had resident so far, in bytes."""
        with open(f"/proc/{self.pid}/status", encoding="ascii") as status:
            return next(int(line.split()[1]) * 1024 for line in status if line.startswith("VmHWM:"))

    def transcript(self):
        code = self.poll()
        parts = [f"--- {self.title}   [{'runs' if code is None else f'exit code {code}'}]"]
        for name, lines in (("out", list(self.out)), ("err", list(self.err))):
            if len(lines) > SHOWN_LINES:
                parts.append(f"    {name}: … {len(lines) - SHOWN_LINES} lines left out")
            parts += [f"    {name}: {ascii_if_odd(line)}" for line in lines[-SHOWN_LINES:]]
        return "\n".join(parts)

    def kill(self):
        """Ends it, if it still runs, without asking."""
        if self.poll() is None:
            self.popen.kill()
            self.popen.wait()
        for reader in self.readers:
            reader.join(5)
        for stream in (self.popen.stdin, self.popen.stdout, self.popen.stderr):
            if stream is not None:
                with contextlib.suppress(BrokenPipeError):
                    stream.close()


class Capture:
    """The frames that come and go by an interface of a host, from the moment this exists.

    Interface None is any, also one that comes later. The kernel keeps the frames, some hundreds,
    until they are looked at; tcpdump then shows those that the pcap expression selects. (tcpdump
    itself cannot capture for an ordinary user in a user namespace: it insists on becoming another
    user.) The times it shows are those of looking.
    """

    def __init__(self, host, interface, expression, file):
        with host.entered():
            self.sock = socket.socket(socket.AF_PACKET, socket.SOCK_RAW | socket.SOCK_NONBLOCK,
                                      0 if interface else socket.htons(ETH_P_ALL))
            if interface:
                self.sock.bind((interface, ETH_P_ALL))
        self.raw_frames = []
        self.expression = expression
        self.file = file
        with open(file, "wb") as pcap:  # Magic number, version 2.4, …, longest frame, Ethernet.
            pcap.write(struct.pack("=IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 0xFFFF, 1))

    def _take_frames(self):
        with open(self.file, "ab") as pcap, contextlib.suppress(BlockingIOError):
            while True:
                frame = self.sock.recv(0xFFFF)
                self.raw_frames.append(frame)
                header = struct.pack("=IIII", int(time.time()), 0, len(frame), len(frame))
                pcap.write(header + frame)

    def frames(self):
        """The frames so far, as `tcpdump -e -vv` shows them, each on one line."""
        self._take_frames()
        with open("/proc/self/setgroups", encoding="ascii") as setgroups:
            # Nor can tcpdump become another user there to read; as nobody at all it can.
            enter = ["unshare", "-U"] if setgroups.read().strip() == "deny" else []
        with open(self.file, "rb") as pcap:
            listing = subprocess.run([*enter, "tcpdump", "-r", "-", "-nn", "-e", "-vv",
                                      self.expression], stdin=pcap, text=True,
                                     capture_output=True, check=True).stdout
        return re.sub(r"\n\s+", " ", listing).splitlines()

    def position_of(self, text):
        """Which frame, from 0, holds this text; None while none does, and an error if two do.

        A datagram sent to a group is one frame here: copies for sockets of the host do not count.
        """
        self._take_frames()
        places = [n for n, frame in enumerate(self.raw_frames) if text.encode() in frame]
        assert len(places) <= 1, f"{text!r} was sent {len(places)} times"
        return places[0] if places else None

    def wait_for(self, pattern, deadline=10):
        """Waits for a frame whose line the regular expression is found in; returns the line."""
        end = time.monotonic() + deadline
        while True:
            frames = self.frames()
            for frame in frames:
                if re.search(pattern, frame):
                    return frame
            if time.monotonic() >= end:
                raise ProcessError(f"no frame with {pattern!r} within {deadline} s; there were:\n"
                                   + "\n".join(frames))
            time.sleep(0.02)


def ascii_if_odd(line):
    """The line as it is, or escaped where it would disturb a terminal."""
    return line if line.isprintable() else ascii(line)
