# SPDX-License-Identifier: MIT
# SPDX-FileCopyrightText: the ramure authors
"""test_netlab.py - the lab itself: what it makes works, and is gone afterwards."""
import os
import signal

import pytest

from netlab import Lab
from process import ProcessError


#   a    b
#   |    |
#   +----+   one bridge
def test_hosts_on_a_bridge_reach_each_other_by_every_address(lab):
    a, b = lab.hosts_on_bridge("ab")
    for version in (4, 6):
        lab.fence(a, b, version)
        lab.fence(b, a, version)
    addresses = a.ip_json("addr", "show", "dev", "eth0")[0]
    assert addresses["address"] == a.mac() == "02:00:00:00:01:01"
    assert {entry["local"] for entry in addresses["addr_info"]} == {
        a.address(4), a.address(6), a.link_local()}


#   a --- b
def test_everything_is_gone_when_a_lab_is_closed(lab):
    del lab  # Only to be skipped where there can be no lab.
    other = Lab()
    a, b = other.host("a"), other.host("b")
    other.cable(a, b, subnet=7)
    other.settle()
    sleeper = b.popen(["sleep", "1000"])
    assert os.path.exists(a.path)
    other.close()
    assert sleeper.poll() is not None
    assert not os.path.exists(a.path) and not os.path.exists(b.path)
    assert not os.path.exists(other.directory.name)
    other.close()


#   a
def test_a_process_is_read_waited_for_and_ended(lab):
    a = lab.host("a")
    cat = a.popen(["cat"])
    cat.send_line("one")
    cat.send_line(b"t\xff\x1bwo")
    cat.wait_line("one")
    assert cat.wait_for("wo") == "t\udcff\x1bwo"
    with pytest.raises(ProcessError, match="not within 0.1 s"):
        cat.wait_for("three", deadline=0.1)
    cat.close_stdin()
    assert cat.wait_exit() == 0
    with pytest.raises(ProcessError, match="it ended"):
        cat.wait_for("three")
    assert r"out: 't\udcff\x1bwo'" in cat.transcript()
    sleeper = a.popen(["sleep", "1000"])
    assert sleeper.stop(signal.SIGTERM) == -signal.SIGTERM
