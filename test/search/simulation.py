# SPDX-License-Identifier: MIT
# SPDX-FileCopyrightText: the ramure authors
"""simulation.py - runs mcastsim to its end, and takes its figures.

    text = run("--nodes", 100, "--check")
    depth = figures("--nodes 100 --seeds 1..20")["depth.mean"]   # one string: split at the spaces
    line = refused("--loss 2")                                   # exit code 2, one line

The base profile, unless the arguments name one. One process at a time, as the tests themselves run
in parallel: seeds are for --jobs 1.
"""
import json
import os
import subprocess

from chat import CHECKOUT, is_sanitized, program

PROGRAM = program("mcastsim")
SANITIZED = is_sanitized(PROGRAM)  # Then everything takes about six times as long.
PLANETLAB = CHECKOUT.parent / "shared/data/planetlab-490.rtt"


def words(arguments):
    """The arguments as a list; a single one that is a string has spaces between them."""
    if len(arguments) == 1 and isinstance(arguments[0], str):
        return arguments[0].split()
    return [str(argument) for argument in arguments]


def start(*arguments, text=None, deadline=120, folder=None, environment=None):
    """Runs it to its end, whatever that is; `text` is its standard input."""
    given = words(arguments)
    profile = [] if "--profile" in given else ["--profile", "base"]
    return subprocess.run([PROGRAM, *profile, *given], input=text or "", text=True, check=False,
                          capture_output=True, timeout=deadline, cwd=folder,
                          env={**os.environ, **(environment or {})})


def run(*arguments, **options):
    """What it prints, once it has ended well; else all that it said."""
    done = start(*arguments, **options)
    assert done.returncode == 0, f"exit code {done.returncode}\n{done.stdout}{done.stderr}"
    return done.stdout


def figures(*arguments, **options):
    return json.loads(run(*words(arguments), "--json", "--jobs", 1, **options))


def refused(*arguments, code=2, **options):
    """The one line that says what is wrong; nothing else is printed."""
    done = start(*arguments, **options)
    assert (done.returncode, done.stdout) == (code, ""), done.stdout + done.stderr
    assert done.stderr.startswith("mcastsim: ") and done.stderr.count("\n") == 1, done.stderr
    return done.stderr
