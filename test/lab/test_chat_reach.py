# SPDX-License-Identifier: MIT
# SPDX-FileCopyrightText: the ramure authors
"""test_chat_reach.py - how far a line goes: hosts, switches, routers, groups and sources."""
import pytest

from chat import PORT, arrival, chat, hears_nothing, named_here, program, says, start

# That something does not arrive is asked after something that was sent later has arrived.


#   a    b    c    d
#   |    |    |    |
#   +----+----+----+   one bridge; it snoops, and is the querier
def test_a_snooping_bridge_delivers_only_to_the_ports_of_members(lab, family):
    a, b, c, d, bridge = lab.hosts_on_bridge("abcd", snooping=True)
    bridge.ip("link set br0 type bridge mcast_last_member_interval 20")
    bridge.start_querier(a, c)

    def join(host, name, group):  # The bridge learns of it a little later than the program.
        process = chat(host, name, group)
        lab.poll(lambda: bridge.serves(host, group), what=f"the bridge serves {name}")
        return process

    alice, bob = join(a, "alice", family.room), join(b, "bob", family.room)
    dave = join(d, "dave", family.other_room)
    counters = {host: host.count_frames(f"ether daddr {family.mac} udp dport {PORT}")
                for host in (b, c, d)}
    lines = [f"line {n}" for n in range(20)]
    for line in lines:
        says(alice, "alice", line, [alice, bob])
    for host in (c, d):
        lab.fence(a, host, family.version)
    assert counters[b].frames >= len(lines)
    assert counters[c].frames == 0, "c is no member"
    assert counters[d].frames == 0, "d is a member of another group"

    carol = join(c, "carol", family.room)
    says(alice, "alice", "welcome", [bob, carol])
    assert counters[c].frames > 0
    carol.stop()
    lab.poll(lambda: not bridge.serves(c, family.room), what="the bridge no longer serves c")
    before = counters[c].frames
    says(alice, "alice", "anyone?", [alice, bob])
    lab.fence(a, c, family.version)
    assert counters[c].frames == before, "c is no member any more"
    assert dave.out == [arrival("dave")]


#   a    b
#   |    |
#   +----+   one bridge
def test_rooms_on_one_port_do_not_hear_each_other(lab, family):
    a, b = lab.hosts_on_bridge("ab")
    rooms = {"one": family.room, "two": family.other_room, "three": family.twin_room}
    chats = {}
    for room, group in rooms.items():
        for host in (a, b):
            name = f"{room}-{host.name}"
            chats[name] = chat(host, name, group)
            chats[name].wait_line(arrival(name))
    for room in rooms:
        chats[f"{room}-b"].wait_until(lambda r=room: f"{r}-a" in named_here(chats[f"{r}-b"]))
        chats[f"{room}-a"].wait_line(arrival(f"{room}-b"))
        for name in (f"{room}-a", f"{room}-b"):
            says(chats[name], name, f"hello from {name}", [chats[f"{room}-a"], chats[f"{room}-b"]])
    for name, process in chats.items():
        room = name.split("-", maxsplit=1)[0]
        assert all(f"{room}-" in line for line in process.out), f"{name} heard of another room"


#   a    b    left
#   +----+----+      r   a host with a leg in both
#   c         right  |
#   +----------------+
def test_the_same_group_on_another_interface_is_another_room(lab, family):
    left, right = lab.bridge("left"), lab.bridge("right")
    a, c, r = lab.host("a"), lab.host("c"), lab.host("r")
    lab.plug(a, left, subnet=1)
    lab.plug(c, right, subnet=2)
    lab.plug(r, left, subnet=1)
    lab.plug(r, right, subnet=2)
    lab.settle()
    on_left = chat(r, "on-left", family.room, interface="eth0")
    on_right = chat(r, "on-right", f"{family.room}%eth1", interface=None)
    alice, carol = chat(a, "alice", family.room), chat(c, "carol", family.room)
    says(alice, "alice", "left", [alice, on_left])
    says(carol, "carol", "right", [carol, on_right])
    says(on_left, "on-left", "to the left", [alice, on_left])
    says(on_right, "on-right", "to the right", [carol, on_right])
    hears_nothing(on_left, "carol: right", "on-right: to the right")
    hears_nothing(on_right, "alice: left", "on-left: to the left")
    hears_nothing(alice, "carol: right", "on-right: to the right", arrival("carol"))


#   a    b
#   |    |
#   +----+   one bridge
def test_ttl_0_stays_on_the_host(lab, family):
    a, b = lab.hosts_on_bridge("ab")
    bob = chat(b, "bob", family.room)
    neighbour = chat(a, "neighbour", family.room)
    whisperer = chat(a, "whisperer", family.room, "--ttl", "0")
    says(whisperer, "whisperer", "psst", [neighbour, whisperer])
    says(neighbour, "neighbour", "I heard that", [bob, neighbour])
    lab.fence(a, b, family.version)
    assert not bob.lines_with("whisperer: ")
    hears_nothing(bob, arrival("whisperer"))


#   a    c                b
#   |    |                |
#   +----+---- r ---------+      r forwards: unicast itself, multicast by smcroute
#    subnet 1      subnet 2
def test_ttl_1_stays_on_the_link_and_ttl_8_crosses_a_router(lab, family):
    a, c, r, b = lab.host("a"), lab.host("c"), lab.router("r"), lab.host("b")
    left = lab.bridge()
    for host in (a, c, r):
        lab.plug(host, left, subnet=1)
    lab.cable(r, b, subnet=2)
    lab.settle()
    lab.route_multicast(r, [(family.wide_room, "eth0", "eth1"), (family.wide_room, "eth1", "eth0")])
    bob = chat(b, "bob", family.wide_room, "--ttl", "8")
    carol = chat(c, "carol", family.wide_room)
    far = chat(a, "far", family.wide_room, "--ttl", "8")
    near = chat(a, "near", family.wide_room)
    bob.wait_line(arrival("far"))
    says(far, "far", "hello, all", [bob, carol, far, near])
    says(near, "near", "hello, neighbours", [carol, far, near])
    says(far, "far", "hello again", [bob, carol])  # By the same way, after it.
    assert not bob.lines_with("near: ")
    hears_nothing(bob, arrival("near"), arrival("carol"))
    says(bob, "bob", "hello, you over there", [far, near, carol])


#   a    b    c
#   |    |    |
#   +----+----+   one bridge
def test_rooms_of_different_sources_on_one_host_are_kept_apart(lab, family):
    a, b, c = lab.hosts_on_bridge("abc")
    alice, bob = [chat(host, name, family.source_room, "--source", host.address(family.version))
                  for host, name in ((a, "alice"), (b, "bob"))]
    of_a, of_b = [chat(c, name, family.source_room, "--source", host.address(family.version))
                  for host, name in ((a, "of-a"), (b, "of-b"))]
    for n in range(5):
        says(alice, "alice", f"I am a, {n}", [alice, of_a])
        says(bob, "bob", f"I am b, {n}", [bob, of_b])
    assert not of_a.lines_with("bob: ")
    assert not of_b.lines_with("alice: ")


#   a    b    c    d
#   |    |    |    |
#   +----+----+----+   one bridge
def test_a_source_specific_join_hears_only_its_sources(lab, family):
    a, b, c, d = lab.hosts_on_bridge("abcd")
    address = {host: host.address(family.version) for host in (a, b, c, d)}
    of_a = chat(c, "carol", family.source_room, "--source", address[a])
    of_both = chat(d, "dave", family.source_room, "--source", address[a], "--source", address[b])
    alice = chat(a, "alice", family.source_room, "--source", address[a])
    bob = chat(b, "bob", family.source_room, "--source", address[b])
    says(bob, "bob", "I am b", [bob, of_both])
    says(alice, "alice", "I am a", [alice, of_a, of_both])
    says(of_a, "carol", "nobody hears me", [of_a])
    says(of_both, "dave", "nor me", [of_both])
    for sender in (b, c, d):
        lab.fence(sender, a, family.version)
        lab.fence(sender, c, family.version) if sender is not c else None
    says(alice, "alice", "good bye", [alice, of_a, of_both])
    for process, speakers in ((of_a, {"alice", "carol"}), (of_both, {"alice", "bob", "dave"}),
                              (alice, {"alice"}), (bob, {"bob"})):
        said = [line for line in process.out if line.partition(": ")[0] in
                {"alice", "bob", "carol", "dave"}]
        assert {line.partition(": ")[0] for line in said} == speakers
        assert len(said) == len(set(said)), "each line once: from the network, or as an echo"


#   a    b
#   |    |
#   +----+   one bridge
def test_no_loop_leaves_out_the_own_host(lab, family):
    a, b = lab.hosts_on_bridge("ab")
    neighbour = chat(a, "neighbour", family.room)
    bob = chat(b, "bob", family.room)
    neighbour.wait_line(arrival("bob"))
    alice = chat(a, "alice", family.room, "--no-loop")
    for process in (bob, alice):
        process.wait_line(arrival("alice"))
    says(alice, "alice", "not for my neighbour", [alice, bob])
    says(bob, "bob", "I heard it", [alice, bob, neighbour])
    hears_nothing(neighbour, "alice: not for my neighbour", arrival("alice"))
    for line in (arrival("alice"), "alice: not for my neighbour"):
        assert alice.out.count(line) == 1, "one's own lines are echoed, once"
    alice.close_stdin()
    assert alice.wait_exit() == 0
    assert alice.out.count("*** alice has left the room") <= 1


#   a   with nothing but lo
def test_several_chats_on_a_machine_with_only_the_loopback_interface(lab, family):
    a = lab.host("a")
    if family.version == 6:  # Unlike for other interfaces, the kernel has no route by itself.
        a.ip("route add local ff00::/8 dev lo table local")
    chats = []
    for name in ("alice", "bob", "carol"):
        chats.append(chat(a, name, family.room, interface=None))
        assert " on lo, MAC " in chats[-1].err[-1]
        for process in chats:
            process.wait_line(arrival(name))
    for name, process in zip(("alice", "bob", "carol"), chats):
        says(process, name, f"I am {name}", chats)
    for process in chats:
        for name in ("alice", "bob", "carol"):
            assert process.out.count(f"{name}: I am {name}") == 1


#   a   with nothing but lo
def test_only_loopback_without_a_route_for_ipv6_says_what_to_do_and_waits_for_it(lab):
    a = lab.host("a")
    alice = start(a, "alice", "ff12::801:101", interface=None)
    alice.wait_for("ip -6 route add local ff00::/8 dev lo table local", stream="err")
    assert len(alice.err) == 1 and alice.err[0].startswith("chat-multicast: ")
    a.ip("route add local ff00::/8 dev lo table local")
    alice.wait_for("joined ff12::801:101 port 5000 on lo", stream="err")
    says(alice, "alice", "hello", [alice])


#   a    b
#   |    |
#   +----+   one bridge
@pytest.mark.parametrize("form", ["option", "zone", "neither", "double dash"])
def test_the_interface_can_be_named_in_several_ways_or_found(lab, family, form):
    a, b = lab.hosts_on_bridge("ab")
    bob = chat(b, "bob", family.room)
    words = {
        "option": ["-room", family.room, "-name", "alice", "-interface", "eth0"],
        "zone": ["-room", f"{family.room}%eth0", "-name", "alice"],
        "neither": ["-room", family.room, "-name", "alice"],
        "double dash": ["--room", family.room, "--name=alice", "-i", "eth0", "-p", "5000"],
    }[form]
    alice = a.popen([program("chat-multicast"), *words])
    alice.wait_line(f"chat-multicast: joined {family.room} port 5000 on eth0, MAC {family.mac}",
                    stream="err")
    bob.wait_line(arrival("alice"))
    says(bob, "bob", "hello", [alice, bob])
