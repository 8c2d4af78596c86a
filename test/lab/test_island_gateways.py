# SPDX-License-Identifier: MIT
# SPDX-FileCopyrightText: the ramure authors
"""Islands: of several gateways one carries a group; a takeover; islands that become one."""
import collections
import socket
import struct
import threading
import time

from islands import Islands, channels, wait_carried
from netlab import poll
from test_island_data import GROUP, NAME, PORT, Ears, wait_path

HELLO_PORT = 7783
HELLO_GROUP = "239.255.77.83"


class Stream:
    """Numbered datagrams to the group, so many a second, until it is stopped."""

    def __init__(self, host, rate=200, size=200):
        self.sock = host.group_socket(GROUP)
        self.rate, self.size = rate, size
        self.sent = []
        self.is_stopped = threading.Event()
        self.thread = threading.Thread(target=self.run, daemon=True)
        self.thread.start()

    def run(self):
        begin = time.monotonic()
        while not self.is_stopped.is_set():
            number = len(self.sent)
            self.sock.sendto(struct.pack("!I", number) + bytes(self.size - 4), (GROUP, PORT))
            self.sent.append(time.monotonic())
            self.is_stopped.wait(max(0, begin + (number + 1) / self.rate - time.monotonic()))

    def stop(self):
        self.is_stopped.set()
        self.thread.join()


class Log:
    """What ears hear: number, address of who sent it natively, and when."""

    def __init__(self, ears):
        self.ears, self.heard = ears, []
        self.thread = threading.Thread(target=self.run, daemon=True)
        self.is_stopped = False
        self.thread.start()

    def run(self):
        while not self.is_stopped:
            try:
                data, sender = self.ears.next(0.2)
            except TimeoutError:
                continue
            if len(data) >= 4 and not data.startswith(b"probe"):
                self.heard.append((struct.unpack("!I", data[:4])[0], sender[0], time.monotonic()))

    def stop(self):
        self.is_stopped = True
        self.thread.join()


def holders(gates):
    return [gate for gate in gates if channels(gate)[0][NAME]["carried"] == "yes"]


def wait_one_holder(gates, deadline=10):
    poll(lambda: len(holders(gates)) == 1, deadline, "one of the gateways carries the group")
    return holders(gates)[0]


def check_nothing_twice_by_one(heard):
    count = collections.Counter((number, sender) for number, sender, _ in heard)
    assert all(times == 1 for times in count.values()), [key for key in count if count[key] > 1][:5]


def overlap(heard):
    """Seconds from the first to the last datagram that two gateways have emitted."""
    senders = collections.defaultdict(set)
    for number, sender, _ in heard:
        senders[number].add(sender)
    doubled = [at for number, _, at in heard if len(senders[number]) > 1]
    return max(doubled) - min(doubled) if doubled else 0


def joined(lab):
    """Two islands that hear each other: gateways, the second one, a source on the first, ears."""
    world = Islands(lab, 2)
    one, two = world.islands
    gates = world.join(NAME)
    for gate in gates:
        wait_carried(gate, NAME)
    ears, sock = Ears(two.hosts[0]), one.hosts[0].group_socket(GROUP)
    wait_path(lambda probe: sock.sendto(probe, (GROUP, PORT)), [ears])
    return gates, two, sock, ears


def test_of_three_gateways_one_emits_and_another_takes_over(lab):
    world = Islands(lab, 2, gateways=3)
    one, two = world.islands
    gates = world.join(NAME)
    mine = gates[3:]
    wait_one_holder(gates[:3])
    holder = wait_one_holder(mine)
    ears = Ears(two.hosts[0])
    sock = one.hosts[1].group_socket(GROUP)
    wait_path(lambda probe: sock.sendto(probe, (GROUP, PORT)), [ears])
    log, stream = Log(ears), Stream(one.hosts[0])
    for left in (2, 1):
        poll(lambda: len(log.heard) > 100, what="the stream is heard")
        killed = time.monotonic()
        holder.kill()
        mine.remove(holder)
        holder = wait_one_holder(mine)
        address = holder.host.address(4)
        poll(lambda a=address: any(sender == a for _, sender, _ in log.heard),
             what="the next gateway emits")
        first = min(at for _, sender, at in log.heard if sender == address)
        assert first - killed < 2, f"{left} left"
    last = len(log.heard)
    poll(lambda: len(log.heard) > last + 100, what="the stream goes on")
    stream.stop()
    log.stop()
    check_nothing_twice_by_one(log.heard)
    assert overlap(log.heard) < 1
    assert {sender for _, sender, _ in log.heard[last:]} == {holder.host.address(4)}


def test_a_gateway_that_stops_hands_over_at_once(lab):
    world = Islands(lab, 1, gateways=2)
    gates = world.join(NAME)
    holder = wait_one_holder(gates)
    other = next(gate for gate in gates if gate is not holder)
    begin = time.monotonic()
    assert holder.stop() == 0
    other.wait_for("island-carried group=239.1.2.3:5000", stream="err")
    assert time.monotonic() - begin < 2


def test_islands_that_become_one_make_no_storm(lab):
    world = Islands(lab, 3)
    one, two, three = world.islands
    gates = world.join(NAME)
    for gate in gates:
        wait_carried(gate, NAME)
    far, ears = Ears(three.hosts[0]), Ears(two.hosts[0])
    sock = one.hosts[1].group_socket(GROUP)
    wait_path(lambda probe: sock.sendto(probe, (GROUP, PORT)), [far, ears])
    logs = [Log(far), Log(ears)]
    frames = one.hosts[0].count_frames(f"ip daddr {GROUP}")
    stream = Stream(one.hosts[0], rate=100)
    poll(lambda: len(logs[0].heard) > 50, what="the stream is heard")
    before_frames, before_sent = frames.frames, len(stream.sent)
    one.bridge.route.add_veth("x-1", "x-2", two.bridge.descriptor)
    for bridge, port in ((one.bridge, "x-1"), (two.bridge, "x-2")):
        bridge.route.set_link(port, is_up=True, master="br0")
    joined = time.monotonic()
    yielded = poll(lambda: [g for g in gates if any("island-yielded" in line for line in g.err)],
                   what="one of the gateways yields")
    assert len(yielded) == 1 and time.monotonic() - joined < 3
    poll(lambda: len(stream.sent) > before_sent + 300, what="the stream goes on")
    stream.stop()
    lab.fence(one.hosts[0], two.hosts[0])
    for log in logs:
        log.stop()
    # On the wire: each original at most a few times, even while it was being found out.
    assert frames.frames - before_frames <= 2 * (len(stream.sent) - before_sent)
    check_nothing_twice_by_one(logs[0].heard)
    assert len(holders(gates[:2])) == 1
    # On the third island, through the tree: once each, whoever has published it.
    count = collections.Counter(number for number, _, _ in logs[0].heard)
    assert max(count.values()) == 1
    text = next(line for line in yielded[0].err if "island-yielded" in line)
    assert "the networks are one island" in text


def test_forged_messages_on_the_island_change_nothing(lab):
    gates, two, sock, ears = joined(lab)
    forger = two.hosts[1].group_socket(HELLO_GROUP)
    digest = b"\xff" * 8
    for number in range(3000):
        hello = (b"RISL\x01\x01\x00\x01" + struct.pack("!QQQ", 1, 1 << 60 | number, number)
                 + digest)
        forger.sendto(hello[:number % (len(hello) + 1)] if number % 3 else hello,
                      (HELLO_GROUP, HELLO_PORT))
        if number % 100 == 0:
            sock.sendto(b"goes on", (GROUP, PORT))
            assert ears.next()[0] == b"goes on"
    wait_carried(gates[1], NAME)
    assert not any("island-yielded" in line for line in gates[1].err)


def test_a_replayed_message_does_not_keep_a_dead_gateway_alive(lab):
    world = Islands(lab, 1, gateways=2)
    gates = world.join(NAME)
    holder = wait_one_holder(gates)
    other = next(gate for gate in gates if gate is not holder)
    ears = Ears(world.islands[0].hosts[0], HELLO_GROUP, HELLO_PORT)
    wanted = holder.host.address(4)
    hello = poll(lambda: next((data for data, sender in [ears.next()] if sender[0] == wanted),
                              None), what="a message of the one that carries it")
    holder.kill()
    forger = world.islands[0].hosts[1].group_socket(HELLO_GROUP)

    def taken():
        forger.sendto(hello, (HELLO_GROUP, HELLO_PORT))
        return any("island-carried" in line for line in other.err)

    poll(taken, what="the other one takes over")


def test_a_flood_of_joins_leaves_the_stream_alone(lab):
    gates, two, sock, ears = joined(lab)
    memory = resident(gates[1])
    raw = two.hosts[1].socket(kind=socket.SOCK_RAW, protocol=socket.IPPROTO_IGMP)
    raw.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_TTL, 1)
    raw.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_IF,
                   socket.inet_aton(two.hosts[1].address(4)))
    for first in range(0, 100_000, 200):
        raw.sendto(report(range(first, first + 200)), ("224.0.0.22", 0))
        if first % 5000 == 0:
            sock.sendto(b"goes on", (GROUP, PORT))
            assert ears.next()[0] == b"goes on"
    assert resident(gates[1]) - memory < 1 << 20
    wait_carried(gates[1], NAME)


def resident(member):
    with open(f"/proc/{member.popen.pid}/statm", encoding="ascii") as file:
        return int(file.read().split()[1]) * 4096


def report(numbers):
    """An IGMPv3 report: one group after the other has been joined."""
    records = b"".join(struct.pack("!BBHI", 4, 0, 0, 0xE9000000 + number) for number in numbers)
    message = struct.pack("!BBHHH", 0x22, 0, 0, 0, len(numbers)) + records
    words = struct.unpack(f"!{len(message) // 2}H", message)
    total = sum(words)
    while total >> 16:
        total = (total & 0xFFFF) + (total >> 16)
    return message[:2] + struct.pack("!H", ~total & 0xFFFF) + message[4:]
