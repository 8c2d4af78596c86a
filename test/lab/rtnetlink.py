# SPDX-License-Identifier: MIT
# SPDX-FileCopyrightText: the ramure authors
"""rtnetlink.py - what a lab asks the kernel for most: interfaces, addresses, and their state.

    route = Route()                         # of the network namespace that the thread is in
    route.add_veth("eth0", "p-a-1", descriptor_of_other_namespace)
    route.add_address("eth0", "10.0.1.1", 24)
    route.set_link("eth0", is_up=True)
    route.is_up("eth0") and all(route.addresses("eth0").values())

As rtnetlink(7) has it, without the program `ip`: to start that takes many times as long as the
answer does, and a lab of eleven hosts would start it sixty times. For all that is rare there is
Host.ip. Not safe for threads.
"""
import os
import socket
import struct

HEADER = struct.Struct("=IHHII")     # struct nlmsghdr: length, type, flags, number, port
LINK = struct.Struct("=BxHiII")      # struct ifinfomsg: family, type, index, flags, change
ANY_LINK = LINK.pack(0, 0, 0, 0, 0)  # The attributes say which.
ADDRESS = struct.Struct("=BBBBi")    # struct ifaddrmsg: family, prefix, flags, scope, index
ATTRIBUTE = struct.Struct("=HH")     # struct rtattr: length, type
TYPE_MASK = 0x3FFF                   # Without NLA_F_NESTED and NLA_F_NET_BYTEORDER.
# <linux/netlink.h>, <linux/rtnetlink.h>, <linux/if_link.h>, <linux/if_addr.h>, <linux/veth.h>
NLMSG_ERROR, NLMSG_DONE = 2, 3
NLM_F_REQUEST, NLM_F_ACK, NLM_F_DUMP, NLM_F_CREATE_NEW = 0x1, 0x4, 0x300, 0x600
RTM_NEWLINK, RTM_GETLINK, RTM_NEWADDR, RTM_GETADDR = 16, 18, 20, 22
IFLA_ADDRESS, IFLA_IFNAME, IFLA_MASTER, IFLA_OPERSTATE = 1, 3, 10, 16
IFLA_LINKINFO, IFLA_NET_NS_FD = 18, 28
IFLA_INFO_KIND, IFLA_INFO_DATA, IFLA_INFO_SLAVE_DATA = 1, 2, 5
VETH_INFO_PEER = 1
IFLA_BR_MCAST_SNOOPING = 23
IFLA_BRPORT_STATE = 1
IFA_ADDRESS, IFA_LOCAL, IFA_FLAGS = 1, 2, 8
IFA_F_NODAD, IFA_F_TENTATIVE = 0x02, 0x40
IFF_UP = 1
OPERSTATE_UP = 6                     # RFC 2863, as <linux/if.h> numbers it
PORT_FORWARDING = 3                  # <linux/if_bridge.h>


def attribute(kind, value):
    """One attribute, padded. Value: bytes, text, a number of 32 bits."""
    if isinstance(value, str):
        value = value.encode() + b"\0"
    elif isinstance(value, int):
        value = struct.pack("=I", value)
    size = ATTRIBUTE.size + len(value)
    return ATTRIBUTE.pack(size, kind) + value + bytes(-size % 4)


def attributes(data):
    """Those in a message or in an attribute, by type."""
    found = {}
    while len(data) >= ATTRIBUTE.size:
        size, kind = ATTRIBUTE.unpack_from(data)
        found[kind & TYPE_MASK] = data[ATTRIBUTE.size:size]
        data = data[(size + 3) & ~3:]
    return found


class Route:
    """A socket of rtnetlink; it stays in the namespace it was made in. An error is an OSError."""

    def __init__(self):
        self.sock = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, socket.NETLINK_ROUTE)
        self.number = 0

    def close(self):
        self.sock.close()

    def _ask(self, kind, flags, body):
        """Sends a request; gives what is answered, without the acknowledgement."""
        self.number += 1
        self.sock.send(HEADER.pack(HEADER.size + len(body), kind, NLM_F_REQUEST | flags,
                                   self.number, 0) + body)
        found = []
        while True:
            data = self.sock.recv(1 << 16)
            while data:
                size, kind, _, _, _ = HEADER.unpack_from(data)
                body, data = data[HEADER.size:size], data[(size + 3) & ~3:]
                if kind == NLMSG_ERROR:
                    code = -struct.unpack_from("=i", body)[0]
                    if code:
                        raise OSError(code, f"rtnetlink: {os.strerror(code)}")
                    return found
                if kind == NLMSG_DONE:
                    return found
                found.append(body)

    def _add_link(self, name, kind, data):
        info = attribute(IFLA_INFO_KIND, kind) + attribute(IFLA_INFO_DATA, data)
        self._ask(RTM_NEWLINK, NLM_F_ACK | NLM_F_CREATE_NEW,
                  ANY_LINK + attribute(IFLA_IFNAME, name) + attribute(IFLA_LINKINFO, info))

    def add_bridge(self, name, snooping):
        self._add_link(name, "bridge", attribute(IFLA_BR_MCAST_SNOOPING, bytes([snooping])))

    def add_veth(self, name, peer_name, peer_namespace):
        """A cable: one end here, the other in the namespace with this descriptor."""
        peer = (ANY_LINK + attribute(IFLA_IFNAME, peer_name)
                + attribute(IFLA_NET_NS_FD, peer_namespace))
        self._add_link(name, "veth", attribute(VETH_INFO_PEER, peer))

    def set_link(self, name, *, is_up=None, mac=None, master=None):
        """Changes what is given. Master: the name of a bridge."""
        body = LINK.pack(0, 0, self.index(name), int(bool(is_up)),
                         0 if is_up is None else IFF_UP)
        if mac:
            body += attribute(IFLA_ADDRESS, bytes.fromhex(mac.replace(":", "")))
        if master:
            body += attribute(IFLA_MASTER, self.index(master))
        self._ask(RTM_NEWLINK, NLM_F_ACK, body)

    def add_address(self, name, address, prefix):
        """Ready for use at once, also where others would be asked whether they have it."""
        family = socket.AF_INET6 if ":" in address else socket.AF_INET
        octets = socket.inet_pton(family, address)
        flags = IFA_F_NODAD if family == socket.AF_INET6 else 0
        self._ask(RTM_NEWADDR, NLM_F_ACK | NLM_F_CREATE_NEW,
                  ADDRESS.pack(family, prefix, flags, 0, self.index(name))
                  + attribute(IFA_LOCAL, octets) + attribute(IFA_ADDRESS, octets))

    def _link(self, name):
        """Index and attributes of an interface."""
        answer, = self._ask(RTM_GETLINK, NLM_F_ACK,
                            ANY_LINK + attribute(IFLA_IFNAME, name))
        return LINK.unpack_from(answer)[2], attributes(answer[LINK.size:])

    def index(self, name):
        return self._link(name)[0]

    def is_up(self, name):
        """Both ends are up."""
        return self._link(name)[1][IFLA_OPERSTATE][0] == OPERSTATE_UP

    def forwards(self, name):
        """As a port of a bridge."""
        info = attributes(self._link(name)[1][IFLA_LINKINFO])
        slave = attributes(info.get(IFLA_INFO_SLAVE_DATA, b""))
        return slave.get(IFLA_BRPORT_STATE, b"\0")[0] == PORT_FORWARDING

    def addresses(self, name):
        """Its IPv6 addresses, as text, and whether each can be used already."""
        index, found = self.index(name), {}
        for answer in self._ask(RTM_GETADDR, NLM_F_DUMP, ADDRESS.pack(socket.AF_INET6, 0, 0, 0, 0)):
            given = attributes(answer[ADDRESS.size:])
            if ADDRESS.unpack_from(answer)[4] == index:
                flags = struct.unpack("=I", given[IFA_FLAGS])[0]
                found[socket.inet_ntop(socket.AF_INET6, given[IFA_ADDRESS])] = (
                    not flags & IFA_F_TENTATIVE)
        return found
