# SPDX-License-Identifier: MIT
# SPDX-FileCopyrightText: the ramure authors
"""Islands: datagrams cross whole and unchanged, and only where somebody listens."""
import json
import os
import random
import socket
import struct

import pytest

from chat import program
from islands import Islands, channels, wait_carried, wait_listeners
from netlab import poll
from tree import node, rdvpoint, wait_placed

GROUP, PORT = "239.1.2.3", 5000
NAME = f"{GROUP}:{PORT}"


class Ears:
    """A socket of a program that has joined the group on a host."""

    def __init__(self, host, group=GROUP, port=PORT, interface="eth0", source=None):
        version = 6 if ":" in group else 4
        self.sock = host.socket(version)
        self.sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self.sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4 << 20)
        self.sock.bind((group, port))
        index = host.interface_index(interface)
        if version == 6:
            request = socket.inet_pton(socket.AF_INET6, group) + struct.pack("@I", index)
            self.sock.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_JOIN_GROUP, request)
        elif source:
            request = (socket.inet_aton(group) + socket.inet_aton(host.address(4, interface))
                       + socket.inet_aton(source))
            self.sock.setsockopt(socket.IPPROTO_IP, 39, request)  # IP_ADD_SOURCE_MEMBERSHIP
        else:
            request = (socket.inet_aton(group) + socket.inet_aton(host.address(4, interface))
                       + struct.pack("@i", index))
            self.sock.setsockopt(socket.IPPROTO_IP, socket.IP_ADD_MEMBERSHIP, request)

    def next(self, deadline=10):
        self.sock.settimeout(deadline)
        return self.sock.recvfrom(65536)

    def all(self):
        """What has come and was not read yet."""
        self.sock.settimeout(0)
        found = []
        try:
            while True:
                found.append(self.sock.recv(65536))
        except BlockingIOError:
            return found


def carried_world(lab, *options, group=NAME, **how):
    world = Islands(lab, **how)
    world.gates = world.join(group, options=options)
    for island, gate in zip(world.islands, world.gates):
        island.gate = gate
        wait_carried(gate, group)
    return world


def wait_path(sender, ears, deadline=10):
    """Until what is sent is heard by all of them: each knows by then that somebody listens."""
    for number in range(1000):
        probe = b"probe %d" % number
        sender(probe)
        try:
            for ear in ears:
                while ear.next(0.2)[0] != probe:
                    pass
            return
        except TimeoutError:
            assert number * 0.2 < deadline


@pytest.mark.parametrize("group", [GROUP, "ff15::8801:101"])
def test_each_size_crosses_whole_and_unchanged(lab, group):
    named = f"[{group}]:{PORT}" if ":" in group else f"{group}:{PORT}"
    world = carried_world(lab, group=named, count=2)
    one, two = world.islands
    ears, sock = Ears(two.hosts[0], group), one.hosts[0].group_socket(group)
    wait_path(lambda probe: sock.sendto(probe, (group, PORT)), [ears])
    before = channels(two.gate)[1]
    source = random.Random(1)
    for size in (0, 1, 1000, 1404, 1405, 1470, 2807, 2808, 9000, 30000, 65507):
        payload = source.randbytes(size)
        sock.sendto(payload, (group, PORT))
        assert ears.next()[0] == payload, f"{size} bytes"
    assert not ears.all()
    after = channels(two.gate)[1]
    assert after["incomplete"] == before["incomplete"] == "0"


def test_the_tree_needs_no_ip_fragments(lab):
    """iperf's 1,470 bytes on a path of 1,500: two messages of one size, and no fragment of IP."""
    world = carried_world(lab, count=2)
    one, two = world.islands
    fragments = world.router.count_frames("ip frag-off & 0x3fff != 0")
    ears, sock = Ears(two.hosts[0]), one.hosts[0].group_socket(GROUP)
    wait_path(lambda probe: sock.sendto(probe, (GROUP, PORT)), [ears])
    for number in range(50):
        sock.sendto(struct.pack("!I", number) + bytes(1466), (GROUP, PORT))
        data = ears.next()[0]
        assert len(data) == 1470 and struct.unpack("!I", data[:4])[0] == number
    assert fragments.frames == 0


def test_a_lost_fragment_loses_one_datagram_which_is_counted(lab):
    world = carried_world(lab, count=2)
    one, two = world.islands
    ears, sock = Ears(two.hosts[0]), one.hosts[0].group_socket(GROUP)
    wait_path(lambda probe: sock.sendto(probe, (GROUP, PORT)), [ears])
    # Each thirtieth of the tree's data that reach the second gateway is lost.
    two.gateways[0].run(["nft", "add table ip lose; add chain ip lose in { type filter hook input "
                                "priority 0; }; add rule ip lose in udp length > 700 "
                                "udp dport 10000 numgen inc mod 30 == 0 drop"])
    count, heard = 300, []

    def is_through(number):
        """Short ones are not lost, and come behind all sent before, however late a gateway
        is: so no queue on the way ever has more than some twenty."""
        sock.sendto(struct.pack("!I", number), (GROUP, PORT))
        came = ears.all()
        heard.extend(data for data in came if len(data) > 4)
        return struct.pack("!I", number) in came

    for number in range(count):
        sock.sendto(struct.pack("!I", number) + bytes(2000), (GROUP, PORT))
        if number % 20 == 19:
            poll(lambda number=number: is_through(number), what="the end of twenty")
    assert len(heard) >= count * 8 // 10
    numbers = [struct.unpack("!I", data[:4])[0] for data in heard]
    assert all(len(data) == 2004 for data in heard)
    assert len(numbers) == len(set(numbers)) and len(numbers) < count


def test_nothing_goes_where_nobody_listens_and_starts_within_a_second(lab):
    world = Islands(lab, 2)
    world.start_queriers()
    one, two = world.islands
    one.gate, two.gate = world.join(NAME)
    for gate in (one.gate, two.gate):
        wait_carried(gate, NAME)
        wait_listeners(gate, NAME, "no")
    sock = one.hosts[0].group_socket(GROUP)
    data = two.gateways[0].count_frames("udp dport 10000 udp length > 500")
    for _ in range(100):
        sock.sendto(bytes(1000), (GROUP, PORT))
    lab.fence(one.gateways[0], two.gateways[0])
    poll(lambda: int(channels(one.gate)[0][NAME]["exported"]) >= 100 or
         int(channels(one.gate)[0][NAME]["heard"]) >= 100, what="the first gateway hears them")
    assert data.frames == 0

    ears = Ears(two.hosts[0])
    wait_path(lambda probe: sock.sendto(probe, (GROUP, PORT)), [ears], deadline=1)
    two.gate.wait_for("listeners group=239.1.2.3:5000 there=yes", stream="err")
    ears.sock.close()
    wait_listeners(two.gate, NAME, "no")
    poll(lambda: int(channels(two.gate)[0][NAME]["emitted"]) > 0)
    before = data.frames
    for _ in range(100):
        sock.sendto(bytes(1000), (GROUP, PORT))
    lab.fence(one.gateways[0], two.gateways[0])
    assert data.frames == before


def test_programs_on_the_gateways_own_host_send_and_hear(lab):
    world = carried_world(lab, count=2)
    one, two = (island.gateways[0] for island in world.islands)
    ears = Ears(two)
    sock = one.group_socket(GROUP)
    wait_path(lambda probe: sock.sendto(probe, (GROUP, PORT)), [ears])
    sock.sendto(b"once", (GROUP, PORT))
    assert ears.next()[0] == b"once"
    lab.fence(one, two)
    assert not ears.all()


def test_hooks_are_run_with_the_first_and_after_the_last_listener(lab):
    told = os.path.join(lab.directory.name, "told")
    world = carried_world(lab, "--on-first-listener", f"echo first $RAMURE_GROUP >> {told}",
                          "--on-last-listener", f"echo last $RAMURE_GROUP >> {told}", count=1)
    ears = Ears(world.islands[0].hosts[0])

    def lines():
        return open(told, encoding="utf-8").read().splitlines() if os.path.exists(told) else []

    poll(lambda: lines() == [f"first {NAME}"], what="the first listener is told")
    ears.sock.close()
    poll(lambda: lines() == [f"first {NAME}", f"last {NAME}"], what="the last one, too")


def test_a_member_without_an_island_receives_and_publishes(lab):
    world = carried_world(lab, count=1)
    island, router = world.islands[0], world.router
    member = node(router, "127.0.0.1", "--port", "10100", port=10100)
    wait_placed(member)
    ears, sock = Ears(island.hosts[0]), island.hosts[1].group_socket(GROUP)

    def heard():
        sock.sendto(b"to the member\n", (GROUP, PORT))
        return "to the member" in member.out

    poll(heard, what="the member hears the island")

    def published():
        member.publish(b"from the member")
        return b"from the member" in ears.all()

    poll(published, what="the island hears the member")
    world.gates[0].publish(b"from the gateway's host")
    poll(lambda: b"from the gateway's host" in ears.all(), what="its island hears it")
    other = node(router, "127.0.0.1", "--port", "10200", "--data-port", "10201", port=10200,
                 data_port=10201)
    wait_placed(other)
    ears.all()
    poll(lambda: other.publish(b"again") or b"again" in ears.all(), what="and the other one")
    for each in (member, other):  # The same at once is no copy: two have said it.
        each.publish(b"the same")
    heard_twice = []
    poll(lambda: heard_twice.extend(d for d in ears.all() if d == b"the same")
         or len(heard_twice) == 2,
         what="what two members say at once")


@pytest.mark.parametrize("ttl, crosses", [(16, False), (17, True)])
def test_the_threshold_is_a_border(lab, ttl, crosses):
    world = carried_world(lab, "--threshold", "16", count=2)
    one, two = world.islands
    ears = Ears(two.hosts[0])
    far = one.hosts[1].group_socket(GROUP, ttl=64)
    wait_path(lambda probe: far.sendto(probe, (GROUP, PORT)), [ears])
    one.hosts[0].group_socket(GROUP, ttl=ttl).sendto(b"a question", (GROUP, PORT))
    lab.fence(one.hosts[0], one.gateways[0])
    wait_path(lambda probe: far.sendto(probe, (GROUP, PORT)), [ears])
    refused = int(channels(one.gate)[1]["ttl"])
    assert refused == (0 if crosses else 1)


def test_the_source_is_kept_where_that_is_asked_for(lab):
    world = carried_world(lab, "--keep-source", count=2)
    one, two = world.islands
    ears, sock = Ears(two.hosts[0]), one.hosts[0].group_socket(GROUP)
    sock.bind(("", 4444))
    wait_path(lambda probe: sock.sendto(probe, (GROUP, PORT)), [ears])
    sock.sendto(b"whose?", (GROUP, PORT))
    assert ears.next() == (b"whose?", (one.hosts[0].address(4), 4444))
    lab.fence(one.hosts[0], two.hosts[0])
    assert not ears.all()
    sock.sendto(bytes(range(256)) * 100, (GROUP, PORT))
    assert ears.next()[0] == bytes(range(256)) * 100


def test_a_source_specific_group(lab):
    world = Islands(lab, 2)
    one, two = world.islands
    source = one.hosts[0].address(4)
    group = f"232.1.1.1:{PORT}@{source}"
    one.gate, two.gate = world.join(group, options=["--keep-source"])
    wait_carried(one.gate, group)
    wait_carried(two.gate, group)
    ears = Ears(two.hosts[0], "232.1.1.1", source=source)
    sock = one.hosts[0].group_socket("232.1.1.1")
    wait_path(lambda probe: sock.sendto(probe, ("232.1.1.1", PORT)), [ears])


def test_an_interface_that_goes_and_comes_again(lab):
    world = carried_world(lab, count=2)
    one, two = world.islands
    host = two.gateways[0]
    ears, sock = Ears(two.hosts[0]), one.hosts[0].group_socket(GROUP)
    wait_path(lambda probe: sock.sendto(probe, (GROUP, PORT)), [ears])
    host.link_down()
    two.gate.wait_for("island-closed interface=eth0", stream="err")
    host.link_up()
    world.route(host, two.subnet)
    wait_path(lambda probe: sock.sendto(probe, (GROUP, PORT)), [ears], deadline=20)


def test_more_groups_than_a_socket_can_join(lab):
    groups = [f"239.1.3.{number}:{PORT}" for number in range(1, 41)]
    world = Islands(lab, 2)
    for island, gate in zip(world.islands, world.join(*groups)):
        island.gate = gate
        for group in (groups[0], groups[-1]):
            wait_carried(gate, group)
    one, two = world.islands
    for group in (groups[0], groups[20], groups[-1]):
        address = group.split(":")[0]
        ears, sock = Ears(two.hosts[0], address), one.hosts[0].group_socket(address)
        wait_path(lambda probe, s=sock, a=address: s.sendto(probe, (a, PORT)), [ears])


def test_a_narrow_path_is_learned_and_kept_to(lab):
    """Packets of 1,280 bytes pass between the islands: messages are cut to that."""
    world = carried_world(lab, count=2)
    one, two = world.islands
    side = next(name for name, subnet in world.router.subnets.items() if subnet == two.subnet)
    ears, sock = Ears(two.hosts[0]), one.hosts[0].group_socket(GROUP)
    wait_path(lambda probe: sock.sendto(probe, (GROUP, PORT)), [ears])
    world.router.ip(f"link set {side} mtu 1280")
    payload = bytes(range(256)) * 5 + b"end"

    def crosses():
        sock.sendto(payload, (GROUP, PORT))
        return int(channels(one.gate)[1]["fragment_max"]) <= 1280 - 28 - 48

    poll(crosses, what="the gateway has learned of the narrow path")
    while ears.all():
        pass
    fragments = world.router.count_frames("ip frag-off & 0x3fff != 0", interface="eth0")
    for _ in range(20):
        sock.sendto(payload, (GROUP, PORT))
        assert ears.next()[0] == payload
    assert fragments.frames == 0


def test_rules_say_which_groups_leave_and_come(lab):
    other = "239.9.9.9"
    world = Islands(lab, 2)
    one, two = world.islands
    groups = [NAME, f"{other}:{PORT}"]
    gates = world.join(*groups, options=["--export", f"!{other}", "--import", "239.0.0.0/8"])
    for gate in gates:
        for group in groups:
            wait_carried(gate, group)
    ears, others = Ears(two.hosts[0]), Ears(two.hosts[0], other)
    sock, other_sock = one.hosts[0].group_socket(GROUP), one.hosts[0].group_socket(other)
    wait_path(lambda probe: sock.sendto(probe, (GROUP, PORT)), [ears])
    wait_listeners(gates[1], groups[1])
    other_sock.sendto(b"stays", (other, PORT))
    poll(lambda: channels(gates[0])[1]["rule"] != "0", what="the rule is applied")
    wait_path(lambda probe: sock.sendto(probe, (GROUP, PORT)), [ears])
    assert not others.all()


def test_two_networks_of_one_host_are_joined_by_it_alone(lab):
    router = lab.router("router")
    bridges = [lab.bridge(f"br{number}") for number in (1, 2)]
    middle, left, right = lab.host("middle"), lab.host("left"), lab.host("right")
    lab.plug(router, bridges[0], 1)
    for bridge, subnet, host in zip(bridges, (1, 2), (left, right)):
        lab.plug(middle, bridge, subnet)
        lab.plug(host, bridge, subnet)
    lab.settle()
    rdvpoint(router)
    gate = node(middle, router.address(4), "--island", f"[{GROUP}%eth0]:{PORT}",
                "--island", f"[{GROUP}%eth1]:{PORT}")
    for interface in ("eth0", "eth1"):
        gate.wait_for(f"island-carried group={NAME} interface={interface}", stream="err")
    for here, there in ((left, right), (right, left)):
        ears, sock = Ears(there), here.group_socket(GROUP)
        wait_path(lambda probe, s=sock: s.sendto(probe, (GROUP, PORT)), [ears])
        sock.sendto(b"once", (GROUP, PORT))
        assert ears.next()[0] == b"once"
        lab.fence(middle, there, subnet=there.subnets["eth0"])
        assert not ears.all()


def test_forged_data_of_the_tree_reach_no_island(lab):
    """Who does not know the key of the epoch cannot speak to a group, nor to a member."""
    world = carried_world(lab, count=2)
    one, two = world.islands
    ears, sock = Ears(two.hosts[0]), one.hosts[0].group_socket(GROUP)
    wait_path(lambda probe: sock.sendto(probe, (GROUP, PORT)), [ears])
    forger = two.hosts[1].socket()
    envelope = (struct.pack("!BBHHHBBH", 4, 1, PORT, 4444, 6, 0, 1, 0)
                + socket.inet_aton(GROUP) + socket.inet_aton("10.0.9.9"))
    for number in range(2000):
        message = (b"MDAT\n" + struct.pack("!BHQIIQQQ", 0, 1 + number % 65535, number, 1, 0,
                                           number, 1 << 40 | number, number) + envelope + b"forged")
        forger.sendto(message, (two.gateways[0].address(4), 10000))
        if number % 100 == 0:
            sock.sendto(b"goes on", (GROUP, PORT))
            assert ears.next()[0] == b"goes on"
    assert not ears.all()
    drops = two.gate.report().drops
    assert sum(drops.get(reason, 0) for reason in ("data-key", "data-stranger")) > 0


def test_a_gateway_needs_no_privileges(lab):
    """Who may not ask who listens takes all, and says so; what it carries is the same."""
    world = Islands(lab, 2)
    one, two = world.islands
    rdvpoint(world.router)
    nobody = ["setpriv", "--reuid", "65534", "--regid", "65534", "--clear-groups",
              "--inh-caps=-all", "--bounding-set=-all"]
    for island in (one, two):
        island.gate = node(island.gateways[0], world.address(4, island.subnet), "--island", NAME,
                           under=nobody)
    for island in (one, two):
        wait_carried(island.gate, NAME)
        line = island.gate.wait_for("island-unasked interface=eth0", stream="err")
        assert "CAP_NET_RAW" in line
    ears, sock = Ears(two.hosts[0]), one.hosts[0].group_socket(GROUP)
    wait_path(lambda probe: sock.sendto(probe, (GROUP, PORT)), [ears])
    sock.sendto(bytes(range(250)) * 20, (GROUP, PORT))
    assert ears.next()[0] == bytes(range(250)) * 20


def test_the_doctor_finds_the_gateway_as_querier(lab):
    """Switches and other tools see a querier as RFC 3376 has it, whatever group is left."""
    island = carried_world(lab, count=1).islands[0]
    report = json.loads(island.hosts[0].run([program("mcastdoctor"), "--json"],
                                            check=False).stdout)
    missing = [each["evidence"] for each in report["findings"] if each["cause"] == "no-querier"]
    assert len(missing) == 1 and "MLD" in missing[0]  # The gateway carries no IPv6 group.
