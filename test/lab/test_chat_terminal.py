# SPDX-License-Identifier: MIT
# SPDX-FileCopyrightText: the ramure authors
"""The chat in a terminal: the line being typed stays whole, whatever arrives.

    +-- host ---------------------------------+
    |  alice in a terminal     bob, plain     |
    |        \\________ lo _________/          |
    +-----------------------------------------+
"""
import re
import shutil

import pytest

from chat import chat, program
from screen import Screen

ROOM = "224.1.1.1"
JOINED = "00:00 -- joined 224.1.1.1 port 5000 on lo, MAC 01:00:5e:01:01:01"
WIDE = "é 日本 🎉 "


@pytest.fixture
def terminal(lab):
    """Gives a function that opens alice's chat in a terminal of the given size."""
    if not shutil.which("tmux"):
        pytest.skip("tmux is not there")
    host = lab.host("host")
    screens = []

    def open_screen(columns, rows, *options, **environment):
        command = [program("chat-multicast"), "-room", ROOM, "-name", "alice", *options]
        screen = Screen(host, columns, rows, command, **{"NO_COLOR": "1", **environment})
        screens.append(screen)
        screen.wait_for("alice has joined")
        return screen

    open_screen.host = host
    open_screen.screens = screens
    yield open_screen
    for screen in screens:
        screen.close()


def bob_says(terminal, *lines):
    """Bob enters, says the lines, and leaves."""
    bob = chat(terminal.host, "bob", ROOM, interface="lo")
    for line in lines:
        bob.send_line(line)
    bob.close_stdin()
    bob.wait_exit()


def seen_of_bob(*lines):
    return ("00:00 *** bob has joined the room", *(f"00:00 bob: {line}" for line in lines),
            "00:00 *** bob has left the room")


def test_line_typed_appears_when_the_room_has_it(terminal):
    screen = terminal(80, 24)
    screen.expect(JOINED, "00:00 *** alice has joined the room", "alice>")
    screen.type("bonjour é 日本 🎉")
    screen.expect("alice> bonjour é 日本 🎉")
    screen.press("Enter")
    screen.expect("00:00 *** alice has joined the room", "00:00 alice: bonjour é 日本 🎉", "alice>")


def test_short_line_stays_whole_while_lines_arrive(terminal):
    screen = terminal(80, 24)
    screen.type("half a line")
    bob_says(terminal, "one", "two " + WIDE)
    screen.expect(*seen_of_bob("one", "two " + WIDE.rstrip()), "alice> half a line")
    assert screen.cursor()[0] == len("alice> half a line")


def test_wrapped_line_with_wide_characters_stays_whole_while_lines_arrive(terminal):
    screen = terminal(20, 12)
    text = (WIDE * 4).rstrip()
    screen.type(text)
    screen.expect(*wrap("alice> " + text, 20))
    for number in range(3):
        bob_says(terminal, f"line {number}")
    screen.expect(*wrap("00:00 bob: line 2", 20), *wrap("00:00 *** bob has left the room", 20),
                  *wrap("alice> " + text, 20))


def test_wide_character_that_does_not_fit_goes_to_the_next_row(terminal):
    screen = terminal(20, 10)
    screen.type("日日日日日日日")  # 14 cells after 7: the last one does not fit into 20
    rows = ("alice> 日日日日日日", "日")
    screen.expect(*rows)
    bob_says(terminal, "hi")
    screen.expect(*wrap("00:00 *** bob has left the room", 20), *rows)
    screen.press("Enter")
    screen.expect("ft the room", *wrap("00:00 alice: 日日日日日日日", 20), "alice>")


def test_line_that_fills_its_row_exactly_stays_whole(terminal):
    screen = terminal(20, 10)
    screen.type("1234567890123")  # 7 + 13 = 20: the cursor is on the next row
    bob_says(terminal, "hi")
    screen.expect(*wrap("00:00 *** bob has left the room", 20), "alice> 1234567890123")
    screen.type("x")
    screen.expect("ft the room", "alice> 1234567890123", "x")
    screen.press("Enter")
    screen.expect("ft the room", *wrap("00:00 alice: 1234567890123x", 20), "alice>")


def test_cursor_inside_a_wrapped_line_stays_where_it_was(terminal):
    screen = terminal(30, 10)
    screen.type("the first words of a line that takes two rows")
    screen.press("Home")
    bob_says(terminal, "hi")
    rows = ("alice> the first words of a li", "ne that takes two rows")
    screen.expect("00:00 bob: hi", "00:00 *** bob has left the roo", "m", *rows)
    screen.type("é")
    screen.expect("m", "alice> éthe first words of a l", "ine that takes two rows")


@pytest.mark.parametrize("columns", [28, 60])
def test_line_stays_whole_after_a_resize(terminal, columns):
    screen = terminal(40, 16)
    text = ("bonjour " + WIDE * 3 + "and on it goes").rstrip()
    screen.type(text)
    screen.wait_for("goes")
    screen.resize(columns, 16)
    rows = wrap("alice> " + text, columns)
    screen.expect(*rows)
    bob_says(terminal, "hi")
    screen.expect(*wrap("00:00 *** bob has left the room", columns), *rows)
    assert sum("alice>" in line for line in screen.lines()) == 1
    screen.press("Enter")
    screen.expect(*wrap("00:00 alice: " + text, columns), "alice>")


def wrap(text, columns):
    """The rows that a terminal makes of a line: a wide character is never split."""
    rows, width = [""], 0
    for character in text:
        cells = 2 if ord(character) > 0x1100 else 1
        if width + cells > columns:
            rows.append("")
            width = 0
        rows[-1] += character
        width += cells
    return [row.rstrip() for row in rows]


def test_history_gives_lines_back(terminal):
    screen = terminal(80, 24)
    for line in ("first", "second"):
        screen.type(line)
        screen.press("Enter")
        screen.expect(f"00:00 alice: {line}", "alice>")
    screen.press("Up", "Up")
    screen.expect("alice> first")


def test_name_in_the_prompt_follows_nick(terminal):
    screen = terminal(80, 24)
    screen.type("/nick carol")
    screen.press("Enter")
    screen.expect("00:00 *** alice is now known as carol", "carol>")
    screen.type("/who")
    screen.press("Enter")
    screen.expect("00:00 *** here: carol (you)", "carol>")


def test_command_that_is_none_is_refused_and_not_sent(terminal):
    screen = terminal(120, 24)
    screen.type("/qiut")
    screen.press("Enter")
    screen.expect("00:00 -- /qiut: no such command, not sent; /help lists them, "
                  "// begins a line with a slash", "alice>")


def test_name_said_by_another_is_highlighted_and_rings(terminal):
    screen = terminal(80, 24, NO_COLOR="")
    bob_says(terminal, "salut Alice!", "malice is something else")
    screen.wait_for("malice")
    painted = screen.lines("-e")
    called = [line for line in painted if "salut" in line]
    other = [line for line in painted if "malice" in line]
    reverse = re.compile("\033\\[(0;)?7m")
    assert reverse.search(called[0]) and not reverse.search(other[0])


def test_escape_sequences_from_the_room_do_not_reach_the_terminal(terminal):
    screen = terminal(80, 24)
    screen.type("typed")
    sender = terminal.host.group_socket(ROOM, "lo")
    sender.sendto("mallory: \033[2J\033]0;title\007\u009b5A end".encode(), (ROOM, 5000))
    screen.expect("00:00 *** alice has joined the room",
                  "00:00 mallory: �[2J�]0;title��5A end", "alice> typed")


def test_flood_does_not_hang_the_line_editor(terminal):
    screen = terminal(80, 24)
    sender = terminal.host.group_socket(ROOM, "lo")
    for number in range(100_000):
        sender.sendto(b"load: line %d" % number, (ROOM, 5000))
        if number == 50_000:
            screen.type("still here")
    screen.wait_for("alice> still here")
    sender.sendto(b"load: the end", (ROOM, 5000))
    screen.expect("00:00 load: the end", "alice> still here")


@pytest.mark.parametrize("keys", [["C-d"], ["C-c"]])
def test_leaving_tells_the_room_and_puts_the_terminal_back(terminal, keys):
    host = terminal.host
    bob = chat(host, "bob", ROOM, interface="lo")
    chat_line = f"{program('chat-multicast')} -room {ROOM} -name alice"
    shell = ["sh", "-c", f"trap : INT; stty -g; {chat_line}; echo ended $?; stty -g; sleep 60"]
    screen = Screen(host, 120, 24, shell)
    terminal.screens.append(screen)
    screen.wait_for("alice has joined")
    screen.press(*keys)
    bob.wait_line("*** alice has left the room")
    screen.wait_for("ended 0")
    settings = [line for line in screen.lines() if line.count(":") > 20]
    assert len(settings) == 2 and settings[0] == settings[1]


def test_suspended_chat_goes_on_where_it_was(terminal):
    host = terminal.host
    screen = Screen(host, 80, 24, ["bash", "--norc", "-i"], PS1="sh$ ")
    terminal.screens.append(screen)
    screen.expect("sh$")
    screen.type(f"{program('chat-multicast')} -room {ROOM} -name alice")
    screen.press("Enter")
    screen.wait_for("alice has joined")
    screen.type("half a line")
    screen.expect("alice> half a line")
    screen.press("C-z")
    screen.wait_for("Stopped")
    screen.expect("sh$")
    bob_says(terminal, "while you were out")
    screen.type("fg")
    screen.press("Enter")
    screen.expect(*seen_of_bob("while you were out"), "alice> half a line")
