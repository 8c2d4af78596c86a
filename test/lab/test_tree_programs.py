# SPDX-License-Identifier: MIT
# SPDX-FileCopyrightText: the ramure authors
"""test_tree_programs.py - what rdvpoint and mcastnode print, log, and end with.

    rp   n1   n2   n3
    |    |    |    |
    +----+----+----+   one bridge; n1 is the root and n3 a leaf: each has the next as its only child
"""
import fcntl
import json
import os
import signal
import socket
import subprocess
import time

import pytest

from chat import program
from netlab import poll
from process import Process
from tree import (chain, everyone_hears_once, message_bytes, node, profile_options, rdvpoint,
                  wait_placed)

pytestmark = pytest.mark.usefixtures("profile")
NO_TEXT = [b"\xff\xfe\x00\x01", b"cut \xc3", b"\xed\xa0\x80", b"\xc0\x80"]
PAYLOADS = [b"bonjour", b"with a line feed\n", b"two\nlines", b"", b"\n", b'"\\\t\x7f/', b"\0",
            "ça va ? 日本 🎉 \u2028".encode(), *NO_TEXT]


def plant(lab, family, *options, hosts=("n1", "n2", "n3")):
    rp, *hosts = lab.hosts_on_bridge(["rp", *hosts])
    point = rdvpoint(rp)
    return point, chain(hosts, rp.address(family.version), *options)


# Standard output

def printed(lab, output):
    """What a node prints, for the payloads above, to a file."""
    host = lab.host("a")
    rdvpoint(host, "--bind", "127.0.0.1")
    path = os.path.join(lab.directory.name, "output")
    with open(path, "wb") as file:
        member = node(host, "127.0.0.1", "--bind", "127.0.0.1", "--output", output, stdout=file)
        wait_placed(member)
        for payload in PAYLOADS:
            member.publish(payload)
        poll(lambda: member.report().values["messages"] == str(len(PAYLOADS)), what="all arrived")
        assert member.stop() == 0
    with open(path, "rb") as file:
        return file.read()


def test_output_lines_ends_each_payload_with_one_line_feed(lab):
    assert printed(lab, "lines") == b"".join(
        payload if payload.endswith(b"\n") else payload + b"\n" for payload in PAYLOADS)


def test_output_raw_adds_nothing(lab):
    assert printed(lab, "raw") == b"".join(PAYLOADS)


def test_output_none_prints_nothing(lab):
    assert printed(lab, "none") == b""


def test_output_json_is_an_object_a_line_with_text_or_base64(lab):
    begin = time.time()
    messages = [json.loads(line) for line in printed(lab, "json").decode().split("\n")[:-1]]
    assert [message_bytes(message) for message in messages] == PAYLOADS
    for message, payload in zip(messages, PAYLOADS):
        kind = "base64" if payload in NO_TEXT else "text"
        assert list(message) == ["time", "length", kind]
        assert begin - 1 < message["time"] < time.time() + 1


def test_a_stalled_reader_loses_messages_and_the_children_none(lab, family):
    reader, writer = os.pipe()
    fcntl.fcntl(writer, fcntl.F_SETPIPE_SZ, 4096)
    rp, *hosts = lab.hosts_on_bridge(["rp", "n1", "n2", "n3"])
    rdvpoint(rp)
    rdv = rp.address(family.version)
    root, stalled, leaf = chain(hosts, rdv, stdouts=[subprocess.PIPE, writer, subprocess.PIPE])
    os.close(writer)
    lines = [f"{number:4} " + "x" * 9995 for number in range(300)]
    for line in lines:  # 3 MB; the leaf hears one before the next is sent.
        root.publish(line)
        leaf.wait_until(lambda k=line: leaf.out and leaf.out[-1] == k, what="the line on the leaf")
    root.wait_line(lines[-1])
    assert root.out == leaf.out == lines
    stalled.wait_for("output-stalled", stream="err")
    dropped = int(stalled.report().values["output_dropped"])
    assert 0 < dropped < len(lines)
    assert len(stalled.lines_with("output-stalled", "err")) == 1
    cat = Process("cat", ["cat"], stdin=reader)
    os.close(reader)
    lab.processes.append(cat)
    stalled.wait_for(f"output-resumed dropped={dropped}", stream="err")
    root.publish("welcome back")
    cat.wait_line("welcome back")
    assert cat.out == [*lines[:len(lines) - dropped], "welcome back"], "whole lines, the oldest"


def test_a_stalled_reader_of_the_log_delays_nobody(lab, family, tmp_path):
    """Standard error leads to a pipe that nobody reads; reports fill it."""
    rp, *hosts = lab.hosts_on_bridge(["rp", "n1", "n2", "n3"])
    rdvpoint(rp)
    rdv = rp.address(family.version)
    (root,) = chain(hosts[:1], rdv)
    log = tmp_path / "log"
    os.mkfifo(log)
    unread = os.open(log, os.O_RDONLY | os.O_NONBLOCK)
    fcntl.fcntl(unread, fcntl.F_SETPIPE_SZ, 4096)
    silent = hosts[1].popen(["sh", "-c", f'exec "$@" 2>{log}', "sh", program("mcastnode"),
                             "--rdv", rdv, "--children-max", "1", *profile_options()])
    root.wait_for("child ", stream="err")
    (leaf,) = chain(hosts[2:], rdv)
    for _ in range(100):  # Each report is two lines or more.
        silent.popen.send_signal(signal.SIGUSR1)
        time.sleep(0.001)  # Equal signals that wait are merged into one.
    for number in range(20):
        root.publish(f"message {number}")
        leaf.wait_line(f"message {number}")
    os.set_blocking(unread, True)
    assert b"state=attached" in os.read(unread, 4096)
    silent.popen.send_signal(signal.SIGUSR1)
    poll(lambda: b"log-dropped lines=" in os.read(unread, 4096), what="the log tells what it lost")
    os.close(unread)


def test_a_node_whose_reader_is_gone_stays_in_the_tree(lab, family):
    rp, *hosts = lab.hosts_on_bridge(["rp", "n1", "n2", "n3"])
    rdvpoint(rp)
    rdv = rp.address(family.version)
    reader, writer = os.pipe()
    root, deaf, leaf = chain(hosts, rdv, stdouts=[subprocess.PIPE, writer, subprocess.PIPE])
    os.close(writer)
    os.close(reader)
    everyone_hears_once(root, [root, leaf], "past the deaf one")
    deaf.wait_for("output-closed", stream="err")
    everyone_hears_once(leaf, [root, leaf], "and again")
    deaf.publish("it can still speak")
    leaf.wait_line("it can still speak")
    assert len(deaf.lines_with("output-", "err")) == 1
    assert deaf.stop() == 0


# Signals, and the system's notifications

@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_to_stop_ends_both_programs_with_code_0(lab, family, number):
    point, members = plant(lab, family)
    for member in (*members, point):
        assert member.stop(number) == 0
        assert not member.lines_with("rror", "err")


def test_what_was_printed_before_the_signal_is_not_lost(lab, family):
    _, members = plant(lab, family, hosts=["n1"])
    lines = [f"line {number}" for number in range(500)]
    for line in lines:
        members[0].publish(line)
    poll(lambda: members[0].report().values["messages"] == "500", what="all arrived")
    assert members[0].stop() == 0
    assert members[0].out == lines


@pytest.mark.parametrize("is_abstract", [False, True])
def test_the_service_manager_is_notified(lab, is_abstract):
    host = lab.host("a")
    path = os.path.join(lab.directory.name, "notify")
    with host.entered():
        sock = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    lab.sockets.append(sock)
    sock.bind("\0" + path if is_abstract else path)
    sock.settimeout(10)
    env = {**os.environ, "NOTIFY_SOCKET": "@" + path if is_abstract else path}
    point = rdvpoint(host, "--bind", "127.0.0.1", env=env)
    assert sock.recv(100) == b"READY=1"
    member = node(host, "127.0.0.1", "--bind", "127.0.0.1", env=env)
    assert sock.recv(100) == b"READY=1"
    for process in (member, point):
        assert process.stop() == 0
        assert sock.recv(100) == b"STOPPING=1"


# Wrong usage, and what the system refuses

@pytest.mark.parametrize("arguments", [
    ["mcastnode"], ["mcastnode", "--rdv"], ["mcastnode", "--rdv", ""],
    ["mcastnode", "--rdv", "a:0"], ["mcastnode", "--rdv", "a:99999"],
    ["mcastnode", "--rdv", "[::1]10000"], ["mcastnode", "--rdv", "127.0.0.1", "--nonsense"],
    ["mcastnode", "--rdv", "127.0.0.1", "extra"],
    ["mcastnode", "--rdv", "127.0.0.1", "--port", "0"],
    ["mcastnode", "--rdv", "127.0.0.1", "--port", "65536"],
    ["mcastnode", "--rdv", "127.0.0.1", "--bind", "name"],
    ["mcastnode", "--rdv", "127.0.0.1", "--output", "xml"],
    ["mcastnode", "--rdv", "127.0.0.1", "--refresh", "0"],
    ["mcastnode", "--rdv", "127.0.0.1", "--refresh", "nan"],
    ["mcastnode", "--rdv", "127.0.0.1", "--guard", "-1"],
    ["mcastnode", "--rdv", "127.0.0.1", "--retry", "1s"],
    ["mcastnode", "--rdv", "127.0.0.1", "--misses", "0"],
    ["mcastnode", "--rdv", "127.0.0.1", "--children-max", "-1"],
    ["mcastnode", "--rdv", "127.0.0.1", "--profile", "half"],
    ["mcastnode", "--rdv", "127.0.0.1", "--profile", "base", "--policy", "closest"],
    ["mcastnode", "--rdv", "127.0.0.1", "--policy", "nearest"],
    ["rdvpoint", "extra"], ["rdvpoint", "--bind"], ["rdvpoint", "--bind", "name"],
    ["rdvpoint", "--guard", ""], ["rdvpoint", "--port", "x"], ["rdvpoint", "--profile", "x"],
], ids=" ".join)
def test_wrong_usage_ends_with_code_64_and_one_line_that_says_what(lab, arguments):
    name, *options = arguments
    process = lab.host("a").popen([program(name), *options])
    assert process.wait_exit() == 64
    assert len(process.err) == 1 and process.err[0].startswith(f"{name}: ")
    assert not process.out


@pytest.mark.parametrize("name", ["mcastnode", "rdvpoint"])
def test_help_and_version_go_to_standard_output(lab, name):
    host = lab.host("a")
    for option, text in (("--help", f"usage: {name}"), ("-h", f"usage: {name}"),
                         ("-help", f"usage: {name}"), ("--version", f"{name} (ramure) "),
                         ("-V", f"{name} (ramure) ")):
        process = host.popen([program(name), option])
        assert process.wait_exit() == 0
        assert process.out[0].startswith(text) and not process.err


def test_ports_that_are_taken_are_named_and_end_the_program_with_code_69(lab):
    host = lab.host("a")
    first = rdvpoint(host)
    again = host.popen([program("rdvpoint")])
    assert again.wait_exit() == 69
    assert ":10000" in again.err[0]
    member = node(host, "127.0.0.1", "--bind", "127.0.0.1")
    member.wait_for("payloads", stream="err")
    second = host.popen([program("mcastnode"), "--rdv", "127.0.0.1"])
    assert second.wait_exit() == 69
    assert "127.0.0.1:10001" in second.err[-1]
    assert first.poll() is None and member.poll() is None


def test_standard_error_that_nobody_reads_any_more_does_not_stop_a_node(lab, family):
    reader, writer = os.pipe()
    rp, a, b = lab.hosts_on_bridge(["rp", "a", "b"])
    rdvpoint(rp)
    rdv = rp.address(family.version)
    first = node(a, rdv)
    wait_placed(first)
    os.close(reader)
    quiet = b.popen([program("mcastnode"), "--rdv", rdv, *profile_options()], stderr=writer)
    os.close(writer)
    first.wait_for("child", stream="err")
    first.publish("nobody reads the log")
    quiet.wait_line("nobody reads the log")
    assert quiet.stop() == 0
