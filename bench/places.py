#!/usr/bin/python3
# SPDX-License-Identifier: MIT
# SPDX-FileCopyrightText: the ramure authors
"""places.py - a rendezvous point that gives each node the place that a measurement wants it in.

    places.py ADDRESS:PORT [NODE=PARENT:PORT | NODE=root]...

NODE is the IP address of a node; it is told that the root is PARENT, and so hangs on that one: a
chain or a full tree can be made of real nodes, always the same. NODE=root waits until somebody has
registered as the root, and hangs on that one. A node that is not named becomes a root itself. It
says on standard error that it listens, and who has registered. rdvpoint, which leaves the choice
of the place to the tree, is measured by bench/tree.
"""
import socket
import sys


def endpoint_of(text):
    address, port = text.rsplit(":", 1)
    return address, int(port)


def answer(message, sender, parents, roots):
    """The answer to a message, or None; as doc/protocol.md has it."""
    if message == b"RREG\n":
        if sender not in roots:
            roots.append(sender)
            print("registered", *sender, file=sys.stderr, flush=True)
        return b"YREG\n"
    if message != b"ROOT\n":
        return None
    if sender[0] not in parents:
        return b"TOOR\n"
    parent = parents[sender[0]]
    if parent == "root":
        parent = roots[-1] if roots else None
    return None if parent is None else "TOOR\n{} {}".format(*parent).encode()


def main():
    parents = {}
    for word in sys.argv[2:]:
        node, parent = word.split("=")
        parents[node] = parent if parent == "root" else endpoint_of(parent)
    roots = []
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as server:
        server.bind(endpoint_of(sys.argv[1]))
        print("listening", file=sys.stderr, flush=True)
        while True:
            message, sender = server.recvfrom(65535)
            reply = answer(message, sender, parents, roots)
            if reply is not None:
                server.sendto(reply, sender)


if __name__ == "__main__":
    main()
