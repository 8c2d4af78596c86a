#!/usr/bin/python3
# SPDX-License-Identifier: MIT
# SPDX-FileCopyrightText: the ramure authors
"""relay_group.py - copies each datagram to all destinations, in a loop; either may be a group.

    relay_group.py ADDRESS:PORT INTERFACE_ADDRESS DESTINATION:PORT...

A peer that bench/islands measures; nothing else.
"""
import ipaddress
import socket
import sys


def endpoint_of(text):
    address, port = text.rsplit(":", 1)
    return address, int(port)


def main():
    address, port = endpoint_of(sys.argv[1])
    interface = socket.inet_aton(sys.argv[2])
    destinations = [endpoint_of(word) for word in sys.argv[3:]]
    ears = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    ears.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    ears.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4 << 20)
    ears.bind((address, port))
    if ipaddress.ip_address(address).is_multicast:
        ears.setsockopt(socket.IPPROTO_IP, socket.IP_ADD_MEMBERSHIP,
                        socket.inet_aton(address) + interface)
    mouth = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    mouth.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_IF, interface)
    mouth.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_LOOP, 0)
    print("listening", file=sys.stderr, flush=True)
    while True:
        data = ears.recv(65536)
        for destination in destinations:
            mouth.sendto(data, destination)


if __name__ == "__main__":
    main()
