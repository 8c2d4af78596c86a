# SPDX-License-Identifier: MIT
# SPDX-FileCopyrightText: the ramure authors
"""conftest.py - what tests in the lab get: a Lab, a family, a profile, a report on failure.

    pytest-3 test/lab             as root, or as an ordinary user where user namespaces are allowed
    pytest-3 -n 2 test/lab        two tests at a time
    RAMURE_BIN=folder pytest-3 …  the programs are there, not in build/plain/src/app

The lab needs the rights of root, over namespaces of its own only. An ordinary user gets them here:
pytest starts itself again inside `unshare -Urnm`. Where the system does not allow that, the tests
are skipped and say why.
"""
import os
import signal
import subprocess
import sys

import pytest

from chat import FAMILIES
from netlab import INSIDE, Lab

PROFILE = "RAMURE_PROFILE"     # What tree.py tells the programs.
ENTER = ["unshare", "-Urnm"]
lab_problem = None


def pytest_configure(config):
    """Gets the rights the lab needs, or finds out why it cannot have them."""
    global lab_problem
    signal.signal(signal.SIGTERM, end_cleanly)
    config.addinivalue_line("markers", "released: not with sanitizers; see below")
    enter = ENTER if os.geteuid() != 0 else ["unshare", "-nm"]
    probe = subprocess.run([*enter, "true"], capture_output=True, text=True, check=False)
    if probe.returncode != 0:
        lab_problem = f"network namespaces are not allowed here: {probe.stderr.strip()}"
    elif os.geteuid() != 0 and hasattr(config, "workerinput"):
        lab_problem = "not root, and too late to become it: name the folder, pytest-3 test/lab"
    elif os.geteuid() != 0 and INSIDE not in os.environ:
        os.environ[INSIDE] = "1"
        capture = config.pluginmanager.getplugin("capturemanager")
        if capture:  # Until now pytest's standard output is a file of its own.
            capture.stop_global_capturing()
        arguments = [str(argument) for argument in config.invocation_params.args]
        os.execvp(ENTER[0], [*ENTER, sys.executable, "-m", "pytest", *arguments])


def pytest_collection_modifyitems(config, items):
    """Leaves out what is marked `released` where the programs are built with sanitizers.

    Those are tests whose point is time, rates or the system, and not what the programs do with
    memory; that unit tests, fuzzers and the rest of the lab run with sanitizers, too.
    """
    if "RAMURE_SANITIZED" not in os.environ:
        return
    left_out = [item for item in items if item.get_closest_marker("released")]
    items[:] = [item for item in items if item not in left_out]
    config.hook.pytest_deselected(items=left_out)


def end_cleanly(_number, _frame):
    """SIGTERM ends the tests as an interrupt does: what the lab made is removed."""
    raise KeyboardInterrupt


@pytest.fixture
def lab():
    """An empty lab, removed at the end of the test."""
    if lab_problem:
        pytest.skip(lab_problem)
    lab = Lab()
    try:
        yield lab
    finally:
        lab.close()


@pytest.fixture(params=FAMILIES, ids=lambda family: family.name)
def family(request):
    """The test runs once for IPv4, once for IPv6; see chat.Family."""
    return request.param


PROFILES = [os.environ[PROFILE]] if PROFILE in os.environ else ["base", "full"]


@pytest.fixture(params=PROFILES)
def profile(request, monkeypatch):
    """The test runs once in each profile of the protocol, or in that of RAMURE_PROFILE alone.

    For a whole file: pytestmark = pytest.mark.usefixtures("profile")
    """
    monkeypatch.setenv(PROFILE, request.param)
    return request.param


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item):
    """The report of a failed test ends with what all programs in the lab wrote."""
    outcome = yield
    report = outcome.get_result()
    the_lab = getattr(item, "funcargs", {}).get("lab")
    if report.when == "call" and report.failed and the_lab:
        report.sections.append(("programs in the lab", the_lab.transcript()))
