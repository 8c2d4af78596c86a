# SPDX-License-Identifier: MIT
# SPDX-FileCopyrightText: the ramure authors
"""test_chat_room.py - what people in a room see of each other.

All tests here have the same lab, with as many hosts as they need:

    a    b    c    d    e
    |    |    |    |    |
    +----+----+----+----+   one bridge, no snooping
"""
import signal
import time

from chat import arrival, chat, departure, everyone, named_here, says

NAMES = ["alice", "bob", "carol", "dave", "erin"]


def test_everyone_sees_every_line_once_and_in_each_senders_order(lab, family):
    hosts = lab.hosts_on_bridge("abcde")
    chats = everyone(hosts, NAMES, family.room, "--rate", "500/20")
    lines = {name: [f"{name}: line {n} of 200, ça va ?" for n in range(200)] for name in NAMES}
    for name, process in zip(NAMES, chats):
        process.send("".join(line.removeprefix(f"{name}: ") + "\n" for line in lines[name]))
    for process in chats:
        process.wait_until(lambda p=process: len(p.lines_with(": line ")) >= 1000, 30,
                           "1,000 lines of five senders")
    for process in chats:  # Leaving ends the output: a line too many would be there by now.
        process.close_stdin()
        assert process.wait_exit() == 0
    for process in chats:
        for name in NAMES:
            assert [line for line in process.out if line.startswith(f"{name}: ")] == lines[name]


def test_arrival_and_departure_are_seen_however_someone_leaves(lab, family):
    a, b = lab.hosts_on_bridge("ab")
    alice = chat(a, "alice", family.room)
    leaving = {
        "terminated": lambda process: process.popen.send_signal(signal.SIGTERM),
        "interrupted": lambda process: process.popen.send_signal(signal.SIGINT),
        "hung-up": lambda process: process.popen.send_signal(signal.SIGHUP),
        "ended": lambda process: process.close_stdin(),
        "quitted": lambda process: process.send_line("/quit"),
    }
    for name, leave in leaving.items():
        process = chat(b, name, family.room)
        alice.wait_line(arrival(name))
        process.wait_line(arrival(name))
        leave(process)
        assert process.wait_exit() == 0, name
        alice.wait_line(departure(name))
        assert alice.out.count(arrival(name)) == alice.out.count(departure(name)) == 1
        assert not b.has_joined(family.room), "the membership is dropped"


def test_a_newcomer_learns_who_is_here(lab, family):
    a, b, c = lab.hosts_on_bridge("abc")
    alice, bob = everyone([a, b], ["alice", "bob"], family.room)
    bob.wait_until(lambda: "alice" in named_here(bob), what="a line that names alice")
    carol = chat(c, "carol", family.room)
    carol.wait_until(lambda: {"alice", "bob"} <= named_here(carol), what="both names")
    assert named_here(carol) <= {"alice", "bob", "carol"}
    says(carol, "carol", "good to see you", [alice, bob, carol])
    assert not alice.lines_with("*** here"), "alice saw everyone arrive"
    assert len(bob.lines_with("*** here")) == 1, "bob knew everyone when carol came"


def test_those_who_left_are_no_longer_named_to_a_newcomer(lab, family):
    a, b = lab.hosts_on_bridge("ab")
    alice, bob = everyone([a, b], ["alice", "bob"], family.room)
    bob.send_line("/nick robert")
    alice.wait_line("*** bob is now known as robert")
    bob.stop()
    alice.wait_line(departure("robert"))
    carol = chat(b, "carol", family.room)
    carol.wait_until(lambda: "alice" in named_here(carol), what="a line that names alice")
    assert named_here(carol) <= {"alice", "carol"}


def test_commands_act_rename_and_escape(lab, family):
    a, b = lab.hosts_on_bridge("ab")
    alice, bob = everyone([a, b], ["alice", "bob"], family.room)
    typed_and_seen = [
        ("/me waves", "* alice waves"),
        ("//etc is a folder", "alice: /etc is a folder"),
        ("/nick zoé", "*** alice is now known as zoé"),
        ("bonjour", "zoé: bonjour"),
        ("/me s'en va", "* zoé s'en va"),
    ]
    for typed, seen in typed_and_seen:
        alice.send_line(typed)
        alice.wait_line(seen)
        bob.wait_line(seen)
    alice.send_line("/who")
    alice.wait_for(lambda line: "bob" in line and "zoé" in line)
    alice.send_line("/nick not: a name")
    alice.send_line("/nonsense")
    alice.send_line("/quit")
    assert alice.wait_exit() == 0
    bob.wait_line(departure("zoé"))
    expected = [seen for _, seen in typed_and_seen]
    heard = bob.out[bob.out.index("* alice waves"):]
    assert heard == [*expected, departure("zoé")], "nothing else went to the room"


def test_a_long_line_arrives_in_pieces_cut_between_characters(lab, family):
    a, b = lab.hosts_on_bridge("ab")
    alice, bob = everyone([a, b], ["alice", "bob"], family.room)
    text = "".join(f"{n}é日🎉" for n in range(400))
    alice.send_line(text)
    bob.wait_for(lambda line: line.endswith("399é日🎉"))
    pieces = bob.lines_with("🎉")
    assert len(pieces) > 1
    assert all(piece.startswith("alice: ") for piece in pieces)
    assert all(len(piece.encode()) <= 1200 for piece in pieces)
    assert "".join(piece.removeprefix("alice: ") for piece in pieces) == text


def test_end_of_input_loses_nothing_that_waits_to_be_sent(lab, family):
    a, b = lab.hosts_on_bridge("ab")
    bob = chat(b, "bob", family.room)
    alice = chat(a, "alice", family.room, "--rate", "200/10")
    lines = [f"line {n}" for n in range(80)]
    began = time.monotonic()
    alice.send("\n".join(lines))  # The last one without an end: it counts, too.
    alice.close_stdin()
    assert alice.wait_exit() == 0
    assert time.monotonic() - began > (80 - 10) / 200 * 0.9, "it was paced"
    bob.wait_line(departure("alice"))
    for process in (alice, bob):
        heard = [line for line in process.out if line.startswith("alice: ")]
        assert heard == [f"alice: {line}" for line in lines]


def test_input_that_comes_faster_than_the_pace_is_not_hoarded(lab, family):
    a, _ = lab.hosts_on_bridge("ab")
    script = lab.directory.name + "/script"
    with open(script, "w", encoding="utf-8") as file:
        file.writelines(f"line {n} {'.' * 90}\n" for n in range(300_000))  # 30 MB
    with open(script, "rb") as stdin:
        alice = chat(a, "alice", family.room, "--rate", "100/5", stdin=stdin)
    before = alice.peak_memory()
    alice.wait_for("alice: line 40 ")
    assert alice.peak_memory() - before < 4 << 20
    alice.popen.send_signal(signal.SIGINT)
    alice.popen.send_signal(signal.SIGINT)


def test_quit_and_terminate_lose_nothing_either(lab, family):
    a, b = lab.hosts_on_bridge("ab")
    bob = chat(b, "bob", family.room)
    for name in ("quitter", "victim"):
        process = chat(a, name, family.room, "--rate", "200/5")
        lines = [f"line {n}" for n in range(30)]
        process.send("\n".join(lines) + ("\n/quit\n" if name == "quitter" else "\n"))
        if name == "victim":
            process.wait_line("victim: line 3")  # By now all of them have been read.
            process.popen.send_signal(signal.SIGTERM)
        assert process.wait_exit() == 0
        bob.wait_line(departure(name))
        heard = [line for line in bob.out if line.startswith(name)]
        assert heard == [f"{name}: {line}" for line in lines]


def test_a_second_interrupt_leaves_at_once(lab, family):
    a, b = lab.hosts_on_bridge("ab")
    bob = chat(b, "bob", family.room)
    alice = chat(a, "alice", family.room, "--rate", "4/2")
    alice.send("".join(f"line {n}\n" for n in range(100)))  # Would take 25 s.
    alice.wait_line("alice: line 0")
    alice.popen.send_signal(signal.SIGINT)
    bob.wait_line("alice: line 2")  # It goes on: the first interrupt waits for the rest.
    assert alice.poll() is None
    alice.stop(signal.SIGINT, deadline=1)
    assert len(bob.lines_with("alice: line")) < 50


def test_a_listener_stays_after_the_end_of_its_input(lab, family):
    a, b = lab.hosts_on_bridge("ab")
    alice, bob = everyone([a, b], ["alice", "bob"], family.room, "--listen")
    alice.close_stdin()
    says(bob, "bob", "are you still there?", [alice, bob])
    assert alice.poll() is None
    assert alice.stop() == 0
    bob.wait_line(departure("alice"))


def test_input_from_a_file_or_from_nowhere_works(lab, family):
    a, b = lab.hosts_on_bridge("ab")
    bob = chat(b, "bob", family.room)
    script = lab.directory.name + "/script"
    with open(script, "w", encoding="utf-8") as file:
        file.write("first\nsecond\n")
    for name, source in (("reader", script), ("nobody", "/dev/null")):
        with open(source, "rb") as stdin:
            process = chat(a, name, family.room, stdin=stdin)
            assert process.wait_exit() == 0
        bob.wait_line(departure(name))
    heard = [line for line in bob.out if "reader" in line or "nobody" in line]
    assert heard == [arrival("reader"), "reader: first", "reader: second", departure("reader"),
                     arrival("nobody"), departure("nobody")]
