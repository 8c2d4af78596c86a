# SPDX-License-Identifier: MIT
# SPDX-FileCopyrightText: the ramure authors
"""netlab.py - hosts, bridges and routers made of network namespaces, on one machine, for one test.

A Lab makes hosts and bridges, plugs the hosts in with virtual Ethernet cables, and removes it all
when it is closed: the namespaces, and with them their interfaces. What is started in a host is a
Process (process.py), and is killed at the end too, by its process id.

    lab = Lab()
    bridge = lab.bridge("br")
    a, b = lab.host("a"), lab.host("b")
    lab.plug(a, bridge)                 # a has eth0 with an IPv4, an IPv6 and a link-local address
    lab.plug(b, bridge)
    lab.settle()                        # links up, addresses usable, ports forwarding
    program = a.popen(["chat-multicast", ...])
    ...
    lab.close()

Addresses tell who they belong to. Host number N (in order of creation, from 1) on subnet S has
10.0.S.N/24, fd00:0:0:S::N/64 and the MAC address 02:00:00:00:0S:0N.

Nothing here waits for a fixed time: what has to become true is polled, with a deadline, in seconds.
It needs the rights of root over the namespaces; conftest.py gets those for an ordinary user.
"""
import atexit
import contextlib
import ctypes
import itertools
import json
import os
import socket
import subprocess
import tempfile
import time

from process import Capture, Process
from rtnetlink import Route

CLONE_NEWNET = 0x40000000  # <sched.h>; Python has os.setns only from 3.12 on
PROBE_PORT = 9             # "discard"
INSIDE = "RAMURE_LAB_INSIDE"  # in the environment of the pytest that conftest.py started again
libc = ctypes.CDLL(None, use_errno=True)


class LabError(AssertionError):
    """The lab could not be built, or did not become ready before the deadline."""


def poll(condition, deadline=10, what=None):
    """Calls condition until it returns something true, and returns that; else LabError.

    The longer it has waited the less often it looks, a twentieth of that time apart: what is waited
    for may need the processor itself.
    """
    begin = time.monotonic()
    while True:
        result = condition()
        if result:
            return result
        waited = time.monotonic() - begin
        if waited >= deadline:
            raise LabError(f"not within {deadline} s: {what or condition}")
        time.sleep(min(max(0.01, waited / 20), 0.2))


class Host:
    """A network namespace with `lo` up: a host, a router, or the place where a bridge lives."""

    def __init__(self, lab, name, number):
        self.lab = lab
        self.name = name
        self.number = number
        self.descriptor = new_network_namespace()
        self.path = f"/proc/{os.getpid()}/fd/{self.descriptor}"
        self.subnets = {}  # interface -> subnet
        self.counters = itertools.count(1)
        lab.descriptors.append(self.descriptor)
        with self.entered():
            self.route = Route()
        lab.sockets.append(self.route)
        # Duplicate address detection would keep link-local addresses unusable for a second or two.
        for where in ("all", "default"):
            self.sysctl(f"net.ipv6.conf.{where}.accept_dad", 0)
        self.route.set_link("lo", is_up=True)

    # Running programs and making sockets inside

    @staticmethod
    def command(args):
        """The command line that runs args; it dies with the tests, however they end."""
        return ["setpriv", "--pdeathsig", "KILL", "--", *(str(arg) for arg in args)]

    def popen(self, args, **options):
        """Starts a program inside; see Process."""
        title = f"{self.name}$ {' '.join(str(arg) for arg in args)}"
        with self.entered():
            process = Process(title, self.command(args), **options)
        self.lab.processes.append(process)
        return process

    def run(self, args, check=True, deadline=20, **options):
        """Runs a program inside to its end; returns subprocess.CompletedProcess, with text."""
        with self.entered():
            return subprocess.run(self.command(args), check=check, text=True, capture_output=True,
                                  timeout=deadline, **options)

    @contextlib.contextmanager
    def entered(self):
        """The calling thread is inside; sockets made and programs started here stay inside."""
        with open("/proc/thread-self/ns/net", encoding="ascii") as outside:
            set_network_namespace(self.descriptor)
            try:
                yield
            finally:
                set_network_namespace(outside.fileno())

    def socket(self, version=4, kind=socket.SOCK_DGRAM, protocol=0):
        """A socket inside, closed with the lab. Version is that of IP, 4 or 6."""
        with self.entered():
            sock = socket.socket(socket.AF_INET6 if version == 6 else socket.AF_INET, kind,
                                 protocol)
        self.lab.sockets.append(sock)
        return sock

    def group_socket(self, group, interface="eth0", ttl=1):
        """A socket to send to a multicast group from; use sock.sendto(bytes, (group, port))."""
        version = 6 if ":" in group else 4
        sock = self.socket(version)
        index = self.interface_index(interface)
        if version == 6:
            sock.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_MULTICAST_IF, index)
            sock.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_MULTICAST_HOPS, ttl)
        else:
            # struct ip_mreqn: a group that is ignored, the source address, the interface.
            source = socket.inet_aton(self.address(4, interface))
            mreqn = b"\0" * 4 + source + index.to_bytes(4, "little")
            sock.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_IF, mreqn)
            sock.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_TTL, ttl)
        return sock

    # The state of the network inside

    def ip(self, *lines):
        """Runs `ip` inside, once for all the lines."""
        result = self.run(["ip", "-batch", "-"], check=False, input="\n".join(lines) + "\n")
        if result.returncode != 0:
            raise LabError(f"{self.name}: ip {lines}: {result.stderr.strip()}")

    def ip_json(self, *args):
        """What `ip -j ARGS` prints inside, parsed; an empty list where it fails."""
        result = self.run(["ip", "-j", *args], check=False)
        return json.loads(result.stdout or "[]") if result.returncode == 0 else []

    def sysctl(self, name, value):
        with self.entered():
            with open("/proc/sys/" + name.replace(".", "/"), "w", encoding="ascii") as file:
                file.write(str(value))

    def interface_index(self, interface):
        with self.entered():
            return socket.if_nametoindex(interface)

    def mac(self, interface="eth0"):
        return f"02:00:00:00:{self.subnets[interface]:02x}:{self.number:02x}"

    def address(self, version, interface="eth0"):
        """The address of this host that is valid beyond its link, as text."""
        if interface == "lo":
            return "::1" if version == 6 else "127.0.0.1"
        subnet = self.subnets[interface]
        if version == 6:
            return f"fd00:0:0:{subnet}::{self.number:x}"
        return f"10.0.{subnet}.{self.number}"

    def link_local(self, interface="eth0"):
        """The link-local IPv6 address (the kernel makes it from the MAC address: RFC 4291)."""
        return f"fe80::ff:fe00:{self.subnets[interface] << 8 | self.number:x}"

    def is_ready(self, interface="eth0"):
        """The link is up, and each of its addresses can be used."""
        addresses = self.route.addresses(interface)
        return (self.route.is_up(interface) and all(addresses.values())
                and any(address.startswith("fe80:") for address in addresses))

    def has_joined(self, group, interface="eth0"):
        """Whether the kernel is a member of the group on that interface."""
        return any(entry.get("address") == group
                   for link in self.ip_json("maddr", "show", "dev", interface)
                   for entry in link["maddr"])

    def wait_ready(self, interface="eth0", deadline=10):
        poll(lambda: self.is_ready(interface), deadline, f"{interface} of {self.name} is ready")

    def link_down(self, interface="eth0"):
        self.ip(f"link set {interface} down")

    def link_up(self, interface="eth0"):
        """Up again, with the addresses it had: the kernel forgets the IPv6 ones on the way down."""
        self.ip(f"link set {interface} up",
                f"addr replace {self.address(6, interface)}/64 dev {interface} nodad")
        self.wait_ready(interface)

    def unplug(self, interface="eth0"):
        """Deletes the interface; Lab.plug makes it again."""
        self.ip(f"link del {interface}")
        del self.subnets[interface]

    def set_forwarding(self):
        """Makes a router of it, for unicast; a multicast routing daemon does the rest."""
        self.sysctl("net.ipv4.ip_forward", 1)
        self.sysctl("net.ipv6.conf.all.forwarding", 1)

    def count_frames(self, match, interface="eth0"):
        """Counts the frames that arrive here and match, an expression of nftables."""
        return FrameCounter(self, interface, match)


class FrameCounter:
    """Counts frames as they come in by an interface, before anything in the host looks at them."""

    def __init__(self, host, interface, match):
        self.host = host
        self.table = f"count{next(host.counters)}"
        host.run(["nft", f"add table netdev {self.table}; add chain netdev {self.table} in"
                         f" {{ type filter hook ingress device {interface} priority 0; }};"
                         f" add rule netdev {self.table} in {match} counter"])

    def _counter(self):
        listing = json.loads(self.host.run(["nft", "-j", "list table netdev " + self.table]).stdout)
        return next(part["counter"]
                    for entry in listing["nftables"] if "rule" in entry
                    for part in entry["rule"]["expr"] if "counter" in part)

    @property
    def frames(self):
        return self._counter()["packets"]

    @property
    def bytes(self):
        """Of these frames, without the header of Ethernet."""
        return self._counter()["bytes"]


class Bridge(Host):
    """A switch in a namespace of its own. With snooping it sends a group only to its members."""

    def __init__(self, lab, name, number, snooping=False):
        super().__init__(lab, name, number)
        self.snooping = snooping
        self.ports = []
        self.route.add_bridge("br0", snooping)
        if snooping:
            self.ip("link set br0 type bridge mcast_igmp_version 3 mcast_mld_version 2"
                    " mcast_query_response_interval 100 mcast_startup_query_interval 100")
        self.route.set_link("br0", is_up=True)

    def is_settled(self):
        return all(map(self.route.forwards, self.ports))

    def serves(self, host, group):
        """Whether the bridge, snooping, has seen that this host wants the group."""
        listing = self.run(["bridge", "-j", "mdb", "show"]).stdout
        return any(entry["grp"] == group and entry["port"].startswith(f"p-{host.name}-")
                   for part in json.loads(listing or "[]") for entry in part["mdb"])

    def start_querier(self, prober, witness):
        """Starts the querier, last of all, and waits until the bridge no longer floods.

        That is one response interval (1 s) later, for each version of IP. Whether it still floods
        is tried out: prober sends to a group without members, witness looks whether that arrives.
        """
        poll(lambda: self.is_ready("br0"), what="the bridge has the address its MLD queries need")
        self.ip("link set br0 type bridge mcast_querier 1")
        for version, group in ((4, "239.119.119.119"), (6, "ff15::7777:7777")):
            match = f"{'ip6' if version == 6 else 'ip'} daddr {group}"
            counter = witness.count_frames(match)
            sock = prober.group_socket(group)

            def floods(version=version, counter=counter, sock=sock, group=group):
                before = counter.frames
                sock.sendto(b"probe", (group, PROBE_PORT))
                self.lab.fence(prober, witness, version)
                return counter.frames != before

            poll(lambda f=floods: not f(), what=f"{self.name} no longer floods IPv{version}")


class Lab:
    """Everything one test builds and starts. Nothing of it has a name on this machine."""

    poll = staticmethod(poll)

    def __init__(self):
        self.descriptors = []
        self.processes = []
        self.sockets = []
        self.hosts = []
        self.directory = tempfile.TemporaryDirectory(prefix="ramure-lab-")
        atexit.register(self.close)

    def host(self, name):
        host = Host(self, name, len(self.hosts) + 1)
        self.hosts.append(host)
        return host

    def router(self, name):
        router = self.host(name)
        router.set_forwarding()
        return router

    def bridge(self, name="br", snooping=False):
        bridge = Bridge(self, name, len(self.hosts) + 1, snooping)
        self.hosts.append(bridge)
        return bridge

    def hosts_on_bridge(self, names, snooping=False, with_bridge=False):
        """The usual lab: hosts with these names on one bridge, ready; and the bridge if asked."""
        hosts = [self.host(name) for name in names]
        bridge = self.bridge(snooping=snooping)
        for host in hosts:
            self.plug(host, bridge)
        self.settle()
        return [*hosts, bridge] if snooping or with_bridge else hosts

    def plug(self, host, bridge, subnet=1, addressed=True):
        """A cable from a new interface of the host, the lowest ethN that is free, to the bridge."""
        port = f"p-{host.name}-{subnet}"
        interface = self._new_interface(host, subnet, port, bridge, addressed)
        bridge.route.set_link(port, is_up=True, master="br0")
        if port not in bridge.ports:
            bridge.ports.append(port)
        return interface

    def cable(self, one, other, subnet):
        """A cable between two hosts, with an interface and addresses at each end."""
        end = self._free_interface(other)
        self._new_interface(one, subnet, end, other)
        self._configure(other, end, subnet)

    def _new_interface(self, host, subnet, peer_name, peer, addressed=True):
        interface = self._free_interface(host)
        host.route.add_veth(interface, peer_name, peer.descriptor)
        self._configure(host, interface, subnet, addressed)
        return interface

    @staticmethod
    def _free_interface(host):
        return next(f"eth{n}" for n in itertools.count() if f"eth{n}" not in host.subnets)

    @staticmethod
    def _configure(host, interface, subnet, addressed=True):
        host.subnets[interface] = subnet
        host.route.set_link(interface, mac=host.mac(interface))
        if addressed:
            host.route.add_address(interface, host.address(4, interface), 24)
            host.route.add_address(interface, host.address(6, interface), 64)
        host.route.set_link(interface, is_up=True)

    def settle(self, deadline=10):
        """Waits until all links are up, all addresses usable, all ports of bridges forwarding."""
        for host in self.hosts:
            for interface in host.subnets:
                host.wait_ready(interface, deadline)
            if isinstance(host, Bridge):
                poll(host.is_settled, deadline, f"the ports of {host.name} forward")

    def fence(self, sender, receiver, version=4, subnet=None):
        """Sends a datagram of no importance and waits until it is there.

        What was on its way from sender to receiver before has then arrived, or never will: the way
        to know that something did *not* come, without waiting for it.
        """
        interface = next((name for name, number in receiver.subnets.items() if number == subnet),
                         "eth0")
        sock, ears = sender.socket(version), receiver.socket(version)
        ears.bind((receiver.address(version, interface), 0))
        ears.settimeout(0.2)

        def crossed():
            sock.sendto(b"fence", ears.getsockname()[:2])
            try:
                return ears.recv(16)
            except TimeoutError:
                return None

        poll(crossed, what=f"a datagram gets from {sender.name} to {receiver.name}")

    def capture(self, host, interface=None, expression=""):
        """Records the frames of an interface, or of all, from now on; see Capture."""
        file = os.path.join(self.directory.name, f"{host.name}{next(host.counters)}.pcap")
        capture = Capture(host, interface, expression, file)
        self.sockets.append(capture.sock)
        return capture

    def route_multicast(self, router, routes):
        """Runs smcroute in a router. Routes are (group, interface in, interface out)."""
        files = os.path.join(self.directory.name, f"smcroute-{router.name}")
        lines = [f"phyint {interface} enable\n" for interface in router.subnets]
        lines += [f"mroute from {source} group {group} to {target}\n"
                  for group, source, target in routes]
        with open(files + ".conf", "w", encoding="ascii") as file:
            file.writelines(lines)
        daemon = router.popen(["smcrouted", "-n", "-N", "-l", "debug", "-f", files + ".conf",
                               "-P", files + ".pid", "-u", files + ".sock", "-I", "lab-smcroute"])
        poll(lambda: os.path.exists(files + ".pid") or daemon.poll() is not None,
             what="smcroute is ready")
        if daemon.poll() is not None:
            raise LabError(f"smcroute ended: {daemon.transcript()}")
        return daemon

    def transcript(self):
        """What all processes wrote so far, for the report of a test that failed."""
        return "\n".join(process.transcript() for process in self.processes)

    def close(self):
        """Kills what was started and removes what was made. May be called again."""
        atexit.unregister(self.close)
        for process in self.processes:
            process.kill()
        for sock in self.sockets:
            sock.close()
        while self.descriptors:
            os.close(self.descriptors.pop())
        self.directory.cleanup()


def set_network_namespace(descriptor):
    if libc.setns(descriptor, CLONE_NEWNET) != 0:
        code = ctypes.get_errno()
        raise OSError(code, f"setns: {os.strerror(code)}")


def new_network_namespace():
    """The descriptor of a new one: it is there as long as that, or what runs or listens inside."""
    with open("/proc/thread-self/ns/net", encoding="ascii") as outside:
        if libc.unshare(CLONE_NEWNET) != 0:
            code = ctypes.get_errno()
            raise OSError(code, f"unshare: {os.strerror(code)}")
        try:
            return os.open("/proc/thread-self/ns/net", os.O_RDONLY | os.O_CLOEXEC)
        finally:
            set_network_namespace(outside.fileno())
