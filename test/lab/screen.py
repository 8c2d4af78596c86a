# SPDX-License-Identifier: MIT
# SPDX-FileCopyrightText: the ramure authors
"""screen.py - a terminal of a given size with a program in it, and what a person sees there (tmux).

    screen = Screen(host, 40, 12, ["chat-multicast", ...])
    screen.type("bonjour")
    screen.expect("alice> bonjour")     # polls until exactly these lines are on the screen
    screen.close()
"""
import os
import re
import subprocess
import tempfile

from netlab import poll

TIME = re.compile(r"^\d\d:\d\d ")


class Screen:
    """A tmux server of its own, with one window. Times of day at the begin of a line read 00:00."""

    def __init__(self, host, columns, rows, command, **environment):
        self.folder = tempfile.TemporaryDirectory(prefix="screen-")
        self.tmux = ["tmux", "-S", f"{self.folder.name}/tmux", "-f", "/dev/null"]
        settings = {"LANG": "C.UTF-8", "HOME": self.folder.name, "NO_COLOR": "", **environment}
        inside = [f"{name}={value}" for name, value in settings.items()]
        start = ["new-session", "-d", "-x", str(columns), "-y", str(rows), "-s", "lab", "--"]
        line = ["env", *inside, *(str(word) for word in command)]
        outer = {**os.environ, "LANG": "C.UTF-8"}
        outer.pop("TMUX", None)
        with host.entered():
            subprocess.run(host.command([*self.tmux, *start, *line]), check=True, env=outer)

    def run(self, *arguments):
        return subprocess.run([*self.tmux, *arguments], check=True, text=True, encoding="utf-8",
                              capture_output=True).stdout

    def type(self, text):
        """Types text as it is."""
        self.run("send-keys", "-t", "lab", "-l", "--", text)

    def press(self, *keys):
        """Presses keys by their names in tmux: Enter, Left, C-c ..."""
        self.run("send-keys", "-t", "lab", *keys)

    def resize(self, columns, rows):
        self.run("resize-window", "-t", "lab", "-x", str(columns), "-y", str(rows))

    def lines(self, *options):
        """What is on the screen, without blanks at line ends and empty lines at the bottom."""
        text = self.run("capture-pane", "-p", "-t", "lab", *options)
        return [TIME.sub("00:00 ", line.rstrip()) for line in text.rstrip().split("\n")]

    def cursor(self):
        """Column and row of the cursor, from 0."""
        at = self.run("display-message", "-p", "-t", "lab", "#{cursor_x} #{cursor_y}")
        return tuple(int(number) for number in at.split())

    def expect(self, *expected, deadline=10):
        """Waits until the screen ends with these lines, exactly."""
        def is_there():
            return self.lines()[-len(expected):] == list(expected)
        try:
            poll(is_there, deadline)
        except AssertionError as error:
            seen = "\n".join(self.lines())
            wanted = "\n".join(expected)
            raise AssertionError(f"on the screen:\n{seen}\nnot at its end:\n{wanted}") from error

    def wait_for(self, text, deadline=10):
        """Waits until text is somewhere on the screen; wrapped rows count as one."""
        poll(lambda: any(text in line for line in self.lines("-J")), deadline,
             f"{text} on the screen")

    def close(self):
        """Ends the terminal and what runs in it, for certain."""
        session = subprocess.run([*self.tmux, "display-message", "-p", "#{pane_pid}"], check=False,
                                 capture_output=True, text=True).stdout.strip()
        if session:
            subprocess.run(["pkill", "-KILL", "-s", session], check=False)
        subprocess.run([*self.tmux, "kill-server"], check=False, capture_output=True)
        self.folder.cleanup()
