# SPDX-License-Identifier: MIT
# SPDX-FileCopyrightText: the ramure authors
"""test_output.py - what mcastsim tells: figures in three forms, pictures, the trace."""
import json
import re
import shutil
import subprocess
from xml.etree import ElementTree

import pytest

from chat import CHECKOUT
from simulation import PROGRAM, figures, refused, run, start
from test_command_line import manual

MEASURES = re.findall(r'^MEASURE\(\w+, "([^"]+)"',
                      (CHECKOUT / "src/sim/measures.def").read_text(encoding="utf-8"),
                      re.MULTILINE)
BUSY = "--nodes 100 --churn 6/min --loss 1% --publish 1/s --duration 5min".split()


def test_json_has_the_measures_in_their_order():
    assert list(figures("--nodes", 10)) == MEASURES


def test_each_measure_is_in_the_manual_and_no_other():
    told = set(re.findall(r"\*([a-z]+\.[a-z0-9_.]+)\*", manual("MEASURES")))
    assert told == set(MEASURES)


def test_the_table_has_what_json_has():
    values = json.loads(run(*BUSY, "--json"))
    table = re.findall(r"^  .{40} +(\S+)", run(*BUSY), re.MULTILINE)
    there = [value for value in values.values() if value is not None]
    assert [float(value) for value in table] == there


def test_the_same_seed_gives_the_same_bytes_and_another_seed_others():
    assert run(*BUSY) == run(*BUSY)
    assert run(*BUSY, "--seed", 2) != run(*BUSY)


def test_the_means_of_many_seeds_do_not_depend_on_how_many_run_at_a_time():
    one, four = (run(*BUSY, "--seeds", "1..8", "--jobs", jobs) for jobs in (1, 4))
    assert one == four and one.startswith("means of 8 runs\n")


def test_the_figures_of_many_seeds_are_the_means_of_theirs():
    each = [figures(*BUSY, "--seed", seed)["run.events"] for seed in (3, 4, 5)]
    assert figures(*BUSY, "--seeds", "3..5")["run.events"] == pytest.approx(sum(each) / 3, abs=.01)


def test_compare_shows_a_column_for_each_value():
    lines = run("--nodes 50 --compare children-max=2,3,8").splitlines()
    assert lines[0] == "children-max:" and lines[1].split() == ["2", "3", "8"]
    depths = [float(word) for line in lines if "depth, mean" in line for word in line.split()[2:5]]
    assert len(depths) == 3 and depths == sorted(depths, reverse=True)
    for value, depth in zip((2, 3, 8), depths):
        assert figures("--nodes", 50, "--children-max", value)["depth.mean"] == depth


def test_compare_as_json_is_an_object_for_each_value():
    found = json.loads(run("--nodes 20 --compare misses=1,2 --json"))
    assert list(found) == ["1", "2"]
    assert [list(values) for values in found.values()] == [MEASURES, MEASURES]


def test_json_stands_alone_on_standard_output_when_there_is_more_to_tell():
    done = start("--nodes 10 --check --json --seeds 1..3")
    assert list(json.loads(done.stdout)) == MEASURES
    assert "3 runs, no invariant violated" in done.stderr


def test_what_check_has_found_is_told_for_each_value_that_is_compared():
    text = run("--nodes 20 --check --seeds 1..2 --compare loss=0,5%")
    for value in ("0", "5%"):
        assert f"loss={value}: 2 runs, no invariant violated\n" in text


def test_check_alone_tells_no_figures():
    text = run("--nodes 10 --check")
    assert text.startswith("1 run, no invariant violated\n") and "depth" not in text
    assert "depth, mean" in run("--nodes 10 --check --report")


def test_the_trace_has_a_line_for_each_thing_that_happens():
    text = run("--nodes 5 --trace --scenario - --json", text="1s publish root\n2s crash 3\n")
    trace = text[:text.index("{\n")].splitlines()
    assert all(re.match(r"\d+\.\d{6} (--|rdv|a stranger|\d+)[ :]", line) for line in trace)
    for what in ("1 starts", "1 > rdv ", "5 delivers 100 bytes", "3 stops"):
        assert any(what in line for line in trace), what


@pytest.mark.parametrize("arguments", [
    "--nodes 200 --plane --silent 1/s --duration 5min", "--nodes 200 --transit-stub",
    "--nodes 1", "--nodes 2 --loss 100% --duration 10min", "--draw --seed 1",
], ids=["plane", "transit-stub", "one-node", "nothing-arrives", "drawn"])
def test_a_plot_is_a_well_formed_picture(arguments, tmp_path):
    if not shutil.which("gnuplot"):
        pytest.skip("gnuplot is not there")
    picture = tmp_path / "a tree's.svg"
    assert run(*arguments.split(), "--plot", picture) == ""
    assert ElementTree.parse(picture).getroot().tag == "{http://www.w3.org/2000/svg}svg"


def test_a_plot_that_cannot_be_written_is_an_error_before_the_run(tmp_path):
    forever = "--duration 3650d --publish 1000/s --plot".split()
    line = refused(*forever, tmp_path / "none/x.svg", code=1,
                   environment=None if shutil.which("gnuplot") else {"PATH": str(tmp_path)})
    assert "x.svg" in line
    line = refused(*forever, tmp_path / "x.svg", code=1, environment={"PATH": str(tmp_path)})
    assert "there is no gnuplot" in line and "gnuplot-nox" in line
    assert not (tmp_path / "x.svg").exists()


@pytest.mark.parametrize("option", ["--report", "--json", "--check"])
def test_a_report_that_cannot_be_written_is_an_error(option):
    with open("/dev/full", "wb") as full:
        done = subprocess.run([PROGRAM, "--nodes", "10", option], stdout=full, check=False,
                              stderr=subprocess.PIPE, text=True, timeout=30)
    assert (done.returncode, done.stderr) == (
        1, "mcastsim: cannot write the report: No space left on device\n")
