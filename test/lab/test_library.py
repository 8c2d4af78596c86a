# SPDX-License-Identifier: MIT
# SPDX-FileCopyrightText: the ramure authors
"""test_library.py - what `make install` installs, and that others can build with nothing but that.

The example is compiled as its first lines say, with pkg-config, and run in a host with only `lo`.
"""
import contextlib
import os
import shlex
import socket
import subprocess
from dataclasses import dataclass
from pathlib import Path

import pytest

from chat import CHECKOUT, is_sanitized, program
from stream import Talker, frozen, text_of
from tree import DATA_PORT, node, rdvpoint, wait_placed

EXAMPLE = CHECKOUT / "examples/hello.c"
PROGRAMS = ["chat-multicast", "mcastnode", "rdvpoint"]
SO_RCVBUFFORCE = 33      # <asm-generic/socket.h>; Python does not name it.
BURSTS, BURST = 10, 500  # Payloads of 1,200 bytes: more than the usual receive buffer holds.
PAGES = ["man1/chat-multicast.1", "man1/mcastnode.1", "man1/rdvpoint.1", "man3/libramure.3"]


@dataclass(frozen=True)
class Installation:
    """An installed ramure below a folder, as a package has it before it is packed."""

    root: Path
    prefix: Path   # what is below root/usr/local, normally
    library: Path  # where the libraries are
    compiler: list

    @property
    def environment(self):
        return {**os.environ, "PKG_CONFIG_SYSROOT_DIR": str(self.root),
                "PKG_CONFIG_PATH": str(self.library / "pkgconfig"),
                "LD_LIBRARY_PATH": str(self.library)}

    def run(self, *command):
        return subprocess.run(command, env=self.environment, capture_output=True, text=True,
                              check=True).stdout

    def compile(self, output, *libraries):
        """Compiles the example, with these libraries or those that pkg-config names."""
        what = ["--cflags"] if libraries else ["--cflags", "--libs"]
        flags = shlex.split(self.run("pkg-config", *what, "ramure"))
        self.run(*self.compiler, "-Wall", "-Wextra", "-Werror", EXAMPLE, "-o", output,
                 *libraries, *flags)
        return output


@pytest.fixture(scope="module")
def installed(tmp_path_factory):
    """The build folder of the programs under test, installed."""
    build = program("rdvpoint").parents[2]
    if not (build / "build.ninja").exists():
        pytest.skip(f"{build} is no build folder that could be installed from")
    root = tmp_path_factory.mktemp("installed")
    subprocess.run(["meson", "install", "-C", build, "--no-rebuild", "--quiet", "--destdir", root],
                   check=True, capture_output=True)
    library = next(root.rglob("libramure.so")).parent
    prefix = next(root.rglob("ramure.h")).parents[1]
    sanitized = is_sanitized(program("rdvpoint"))
    compiler = ["clang", "-fsanitize=address,undefined"] if sanitized else ["cc"]
    return Installation(root, prefix, library, compiler)


@pytest.fixture(scope="module")
def hello(installed, tmp_path_factory):
    """The compiled example."""
    return installed.compile(tmp_path_factory.mktemp("hello") / "hello")


def test_programs_and_pages_are_installed(installed):
    for name in PROGRAMS:
        version = installed.run(installed.prefix / "bin" / name, "--version")
        assert version.startswith(f"{name} (ramure) ")
        assert version.split()[-1] == installed.run("pkg-config", "--modversion", "ramure").strip()
    for page in PAGES:
        text = (installed.prefix / "share/man" / page).read_text(encoding="utf-8")
        assert f'.TH "{Path(page).stem}" "{page[3]}"' in text


def test_others_can_link_to_the_public_names_alone(installed):
    """A program may have a loop_wait of its own, whichever of the two libraries it takes."""
    header = (installed.prefix / "include/ramure.h").read_text(encoding="utf-8")
    for listing in (["nm", "-D", "--defined-only", installed.library / "libramure.so"],
                    ["nm", "-g", "--defined-only", installed.library / "libramure.a"]):
        names = {line.split()[-1].split("@")[0] for line in installed.run(*listing).splitlines()
                 if line[17:18] == "T"}
        assert "ramure_join" in names
        assert all(name.startswith("ramure_") and f"{name}(" in header for name in names)


def test_example_speaks_to_its_like_in_a_multicast_room(lab, installed, hello):
    host = lab.host("alone")
    alice = host.popen([hello, "224.1.1.1", "bonjour", "2"], env=installed.environment)
    alice.wait_line("bonjour")
    bob = host.popen([hello, "224.1.1.1", "salut", "1"], env=installed.environment)
    assert (alice.wait_exit(), bob.wait_exit()) == (0, 0)
    joined = "-- joined 224.1.1.1 port 5000 on lo, MAC 01:00:5e:01:01:01"
    assert alice.out == [joined, "bonjour", "salut"]
    assert bob.out == [joined, "salut"]


def test_example_speaks_to_its_like_over_a_tree(lab, installed, hello):
    host = lab.host("alone")
    rendezvous_point = host.popen([program("rdvpoint"), "--bind", "127.0.0.1", "--state", "none"])
    rendezvous_point.wait_for("listening", stream="err")
    alice = host.popen([hello, "rdv:127.0.0.1", "bonjour", "2"], env=installed.environment)
    alice.wait_line("bonjour")
    bob = host.popen([hello, "rdv:127.0.0.1", "salut", "1"], env=installed.environment)
    assert (alice.wait_exit(), bob.wait_exit()) == (0, 0)
    assert alice.out[0].startswith("-- joined the tree of 127.0.0.1 as its root, on port ")
    assert alice.out[1:] == ["bonjour", "salut"]
    root_port = alice.out[0].split()[-1]
    assert bob.out[0].startswith(f"-- joined the tree of 127.0.0.1 below 127.0.0.1:{root_port}, ")
    # Alice leaves after the second, and says so: Bob may be the root before he has gone, too.
    assert [line for line in bob.out if not line.startswith("-- ")] == ["salut"]
    assert rendezvous_point.stop() == 0


def test_example_says_why_it_cannot_join(lab, installed, hello):
    host = lab.host("alone")
    process = host.popen([hello, "224.0.0.1", "bonjour", "1"], env=installed.environment)
    assert process.wait_exit() == 1
    assert process.out == []
    assert "224.0.0.1" in process.err[0]


def test_example_links_to_the_static_library_too(lab, installed, tmp_path):
    static = installed.compile(tmp_path / "hello", installed.library / "libramure.a")
    process = lab.host("alone").popen([static, "224.1.1.1", "bonjour", "1"])
    assert process.wait_exit() == 0
    assert process.out[1:] == ["bonjour"]


def receive_buffer(host, size=4 << 20):
    """How large a socket's receive buffer on the host becomes, of which that size is asked."""
    with host.socket() as sock:
        try:
            sock.setsockopt(socket.SOL_SOCKET, SO_RCVBUFFORCE, size)
        except PermissionError:
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, size)
        return sock.getsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF) // 2


@pytest.mark.usefixtures("profile")
@pytest.mark.parametrize("coalesced", [False, True], ids=["single", "coalesced"])
@pytest.mark.parametrize("is_late", [False, True], ids=["prompt", "late"])
def test_library_user_gets_every_message_of_large_bursts(lab, installed, hello, coalesced, is_late):
    """Also if it finds a burst all at once, as it was late: it had something else to do.

    The example speaks the full profile, whatever the others do.
    """
    rp, root, guest = lab.hosts_on_bridge(["rp", "root", "guest"])
    if receive_buffer(guest) < 2 << 20:
        pytest.skip("such a burst needs a larger receive buffer: net.core.rmem_max")
    rdvpoint(rp)
    source = node(root, rp.address(4))
    wait_placed(source)
    process = guest.popen([hello, f"rdv:{rp.address(4)}", "bonjour", str(1 + BURSTS * BURST)],
                          env=installed.environment)
    process.wait_line("bonjour")
    talker = Talker(root, (source.data[0], DATA_PORT))
    for turn in range(BURSTS):
        payloads = [text_of("large", BURST * turn + number, 1200) for number in range(BURST)]
        with frozen(process) if is_late else contextlib.nullcontext():
            for place in range(0, BURST, 50):
                send = talker.send_as_one if coalesced else talker.send
                send(payloads[place:place + 50])
            source.wait_line(payloads[-1])
        first = 2 + BURST * turn  # After that it has joined, and its own.
        process.wait_until(lambda n=first: len(process.out) >= n + BURST, what="the burst")
        assert process.out[first:] == payloads
    assert process.wait_exit() == 0
