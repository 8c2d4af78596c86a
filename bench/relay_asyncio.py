#!/usr/bin/python3
# SPDX-License-Identifier: MIT
# SPDX-FileCopyrightText: the ramure authors
"""relay_asyncio.py - copies each datagram to all destinations, as one would write it with asyncio.

    relay_asyncio.py ADDRESS:PORT DESTINATION:PORT...

A peer that bench/path measures; nothing else.
"""
import asyncio
import sys


def endpoint_of(text):
    address, port = text.rsplit(":", 1)
    return address, int(port)


class Relay(asyncio.DatagramProtocol):
    def __init__(self, destinations):
        self.destinations = destinations
        self.transport = None

    def connection_made(self, transport):
        self.transport = transport

    def datagram_received(self, data, addr):
        for destination in self.destinations:
            self.transport.sendto(data, destination)


async def main():
    destinations = [endpoint_of(word) for word in sys.argv[2:]]
    loop = asyncio.get_running_loop()
    await loop.create_datagram_endpoint(lambda: Relay(destinations),
                                        local_addr=endpoint_of(sys.argv[1]))
    print("listening", file=sys.stderr, flush=True)
    await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(main())
