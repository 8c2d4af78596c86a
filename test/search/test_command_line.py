# SPDX-License-Identifier: MIT
# SPDX-FileCopyrightText: the ramure authors
"""test_command_line.py - mcastsim's options: all documented, and what is wrong with one is said."""
import re

import pytest

from chat import CHECKOUT
from simulation import figures, refused, run

# Of each option that takes a value: one that it does not take. What is in its place is read from
# the help, so no option can be forgotten here.
BAD = {
    "nodes": ["0", "x", "-5", "20M", "10000001", ""], "join": ["x", "one"],
    "children-max": ["0", "1025", "x"], "leaves": ["101%", "x"], "profile": ["x"],
    "policy": ["x", "close"], "accept-base": ["x", "1"], "tick": ["0us", "5", "x"],
    "ask": ["999us", "x"], "stale": ["999us", "999ms", "x"], "patience": ["5", "x"],
    "improve": ["5", "x"], "improve-rounds": ["x"],
    "improve-per-replacement": ["x"], "refresh": ["5", "0us", "x"], "guard": ["2min", "x"],
    "retry": ["999us", "x"], "misses": ["0", "101", "x"], "tries": ["0", "4", "x"],
    "root-cache": ["x"], "transit-stub": ["0", "9", "5001", "x"], "plane": ["0us", "x", "11y"],
    "last-mile": ["x", "1ms", "..1ms", "2ms..1ms"], "duration": ["x", "-1s", "4000d"],
    "publish": ["2", "x"], "publishers": ["x"], "size": ["7", "65503", "x"], "churn": ["x"],
    "replace": ["x", "x1", "1e9x", "99999999999999999x"], "detect": ["x"], "delay": ["x"],
    "jitter": ["x"], "loss": ["2", "x"], "burst-loss": ["100%", "x"], "burst-length": ["0", "x"],
    "duplicate": ["x"], "reorder": ["x"], "reorder-by": ["x"], "bandwidth": ["10", "x"],
    "queue": ["x"], "partition": ["x"], "one-way": ["x"], "partition-share": ["x"],
    "crash": ["x"], "silent": ["x"], "rdv-down": ["x"], "outage": ["x"],
    "drift": ["5", "200000ppm"], "black-holes": ["x"], "hostile": ["x"],
    "seed": ["x", "-1", "", "1..4", "99999999999999999999"],
    "seeds": ["x", "4..1", "1..", "1..x", "1..99999999"], "jobs": ["x", "1025"],
    "compare": ["x", "misses=", "=1", "misses=1,,2"],
}
FILES = {"latency", "scenario", "plot"}


def help_rows():
    """Each option of the help, and what it shows of its value."""
    return dict(re.findall(r"^  (?:-\w, )?--([a-z-]+)(\S*(?: [A-Z][A-Za-z.=,]*| \S+\|\S+"
                           r")?)", run("--help"), re.MULTILINE))


def manual(section):
    text = (CHECKOUT / "doc/mcastsim.1.scd").read_text(encoding="utf-8")
    return re.search(rf"^# {section}$(.*?)(?=^# )", text, re.MULTILINE | re.DOTALL)[1]


def test_the_help_and_the_manual_have_the_same_options():
    assert set(help_rows()) == set(re.findall(r"\*--([a-z-]+)\*", manual("OPTIONS")))


def test_each_option_with_a_value_is_tried_with_bad_ones():
    with_value = {name for name, value in help_rows().items() if value}
    assert with_value == set(BAD) | FILES


@pytest.mark.parametrize("name, value", [(name, value) for name in BAD for value in BAD[name]])
def test_a_bad_value_is_refused_with_the_option_the_value_and_what_is_expected(name, value):
    line = refused("--nodes", 10, f"--{name}={value}")
    shown = {"replace": ".*"}.get(name, re.escape(value))
    assert re.match(rf"mcastsim: --{name} '{shown}': (not|more than|bursts) ?.{{4,}}", line), line


def test_a_bad_value_of_compare_is_refused_before_anything_runs():
    assert "--nodes 'x'" in refused("--duration 3650d --publish 1000/s --compare nodes=10,x")
    assert "no such option: '--nonsense=1'" in refused("--compare nonsense=1")


@pytest.mark.parametrize("arguments, says", [
    ("--nonsense", "no such option: '--nonsense'"),
    ("-x", "no such option: '-x'"),
    ("word", "unexpected argument 'word'"),
    ("--nodes", "option '--nodes' wants a value"),
    ("--check=yes", "option '--check=yes' takes no value"),
    ("--lan --plane", "one place only"),
    ("--latency - --transit-stub", "one place only"),
    ("--draw --nodes 5", "--draw draws the whole experiment: --nodes has no place"),
    ("--draw --compare loss=1%,2%", "--loss has no place"),
    ("--plot x.svg --seeds 1..2", "--plot draws one run"),
    ("--plot x.svg --compare misses=1,2", "--plot draws one run"),
    ("--trace --seeds 1..2", "--trace tells one run"),
])
def test_what_cannot_be_is_refused(arguments, says):
    assert says in refused(arguments)


def test_one_dash_and_the_begin_of_a_name_do_as_well():
    expected = run("--nodes", 20, "--seed", 3)
    assert run("-nodes", 20, "-seed", 3) == run("--node=20", "--seed=3") == expected


def test_version_and_help_are_shown():
    assert re.fullmatch(r"mcastsim \(ramure\) \S+\n", run("--version"))
    assert run("-V") == run("--version") and run("-h") == run("--help")
    assert max(map(len, run("--help").splitlines())) <= 100


@pytest.mark.parametrize("option", ["--latency", "--scenario"])
def test_a_file_that_cannot_be_read_is_named(option, tmp_path):
    assert "cannot read '/nonexistent': No such file" in refused(option, "/nonexistent")
    assert f"cannot read '{tmp_path}': Is a directory" in refused(option, tmp_path)


@pytest.mark.parametrize("text, says", [
    ("", "line 1: the end, without any row"),
    ("0 1\n1 x\n", "line 2: \"x\" is no round-trip time"),
    ("# rtt\n0 1\n1 0 3\n", "line 3: more than 2 numbers"),
    ("0 1 2\n1 0 3\n", "line 3: the end, after 2 of 3 rows"),
    ("0 -1\n1 0\n", "line 1: \"-1\" is no round-trip time"),
])
def test_what_is_wrong_in_a_matrix_is_said_with_its_line(text, says, tmp_path):
    path = tmp_path / "hosts.rtt"
    path.write_text(text, encoding="ascii")
    line = refused("--latency", path)
    assert f"--latency {path}: {says}" in line


@pytest.mark.parametrize("text, says", [
    ("1min explode", "1: found is \"explode\"; expected is "),
    ("# first\n1min\n", "2: the line ends; expected is "),
    ("1min crash any 5\n2 crash any 5\n", "2: found is \"2\"; expected is "),
    ("1min loss 200%\n", "1: found is \"200%\"; expected is "),
    ("1min crash any 5 for ever\n", "1: found is \"ever\"; expected is "),
])
def test_what_is_wrong_in_a_scenario_is_said_with_its_line(text, says, tmp_path):
    path = tmp_path / "bad.scn"
    path.write_text(text, encoding="ascii")
    assert f"mcastsim: {path}:{says}" in refused("--scenario", path)


def test_matrix_and_scenario_come_from_standard_input_also_for_several_runs():
    matrix = "0 40 40\n40 0 40\n40 40 0\n"
    assert figures("--latency - --nodes 3", text=matrix)["joins.time.max"] == 80
    assert figures("--scenario - --nodes 3", text="1min join 4\n")["nodes.running"] == 7
    table = run("--latency - --nodes 3 --compare misses=1,2", text=matrix)
    assert re.search(r"nodes that run +3 +3$", table, re.MULTILINE)


@pytest.mark.parametrize("name", re.findall(r"```\n(mcastsim .*?)```", manual("EXAMPLES"),
                                            re.DOTALL))
def test_the_examples_of_the_manual_can_be_understood(name):
    """Each is run with a small group and without the files that it would need."""
    for line in name.splitlines():
        words = re.sub(r"--(latency|scenario|plot) \S+", "", line).split()[1:]
        words = [re.sub(r"^1\.\..*", "1..2", word) for word in words]
        run(*words, *([] if "--draw" in words else ["--nodes", 30]), "--quiet")
