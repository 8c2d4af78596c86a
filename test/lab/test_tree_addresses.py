# SPDX-License-Identifier: MIT
# SPDX-FileCopyrightText: the ramure authors
"""test_tree_addresses.py - names, several addresses, taken ports: who is reached where, from where.

    rp   n1   n2
    |    |    |
    +----+----+   one bridge; some hosts have a second address on eth0, outside the lab's numbers
"""
import os

import pytest

from chat import program
from tree import (GUARD, MCAST_PORT, SHORT, endpoint, everyone_hears_once, node, peer_node,
                  rdvpoint, wait_one_tree, wait_placed)

pytestmark = pytest.mark.usefixtures("profile")
# Addresses on the link that no host has.
NOBODY = {4: ["10.0.1.98", "10.0.1.99"], 6: ["fd00:0:0:1::98", "fd00:0:0:1::99"]}


def add_second_address(host, version):
    """Gives the host, and the caller, another address."""
    address = f"fd00:0:0:1::20{host.number}" if version == 6 else f"10.0.1.20{host.number}"
    host.ip(f"addr add {address}/64 dev eth0 nodad" if version == 6
            else f"addr add {address}/24 dev eth0")
    return address


def with_names(lab, *lines):
    """What starts a program so that these are the lines of /etc/hosts for it."""
    if not os.path.exists("/etc/hosts"):
        pytest.skip("there is no /etc/hosts to put names into")
    path = os.path.join(lab.directory.name, "hosts")
    with open(path, "w", encoding="ascii") as file:
        file.write("\n".join(lines) + "\n")
    return ["unshare", "-m", "sh", "-c", 'mount --bind "$0" /etc/hosts && exec "$@"', path]


def test_a_rendezvous_point_is_found_by_name_and_port(lab, family):
    rp, *hosts = lab.hosts_on_bridge(["rp", "n1", "n2"])
    rdvpoint(rp, "--port", "12345")
    names = with_names(lab, f"{rp.address(family.version)} rp.example")
    members = [node(host, "rp.example:12345", under=names) for host in hosts]
    for member in members:
        member.endpoint = endpoint(member.host.address(family.version))
    wait_one_tree(members)
    everyone_hears_once(members[1], members, "by name")


def test_an_address_of_the_name_that_does_not_answer_is_passed_over(lab, family):
    rp, *hosts = lab.hosts_on_bridge(["rp", "n1", "n2"])
    version = family.version
    rdvpoint(rp)
    names = with_names(lab, *(f"{address} rp.example"
                              for address in (*NOBODY[version], rp.address(version))))
    members = [node(host, "rp.example", *SHORT, under=names) for host in hosts]
    for member in members:
        member.endpoint = endpoint(member.host.address(version))
    wait_one_tree(members)
    everyone_hears_once(members[0], members, "third time lucky")


@pytest.mark.parametrize("answering", [4, 6])
def test_a_name_of_both_families_is_found_where_the_point_listens(lab, answering):
    rp, *hosts = lab.hosts_on_bridge(["rp", "n1", "n2"])
    rdvpoint(rp, "--bind", rp.address(answering))
    names = with_names(lab, *(f"{rp.address(version)} rp.example" for version in (4, 6)))
    # The closed port of the other family says so: nobody has to wait ten seconds for an answer.
    members = [node(host, "rp.example", "--retry", "10", under=names) for host in hosts]
    for member in members:
        wait_placed(member)
        member.endpoint = endpoint(member.host.address(answering))
    wait_one_tree(members)


def test_a_rendezvous_point_that_moves_to_another_address_of_its_name_is_found(lab, family):
    rp, *hosts = lab.hosts_on_bridge(["rp", "n1", "n2", "n3"])
    version = family.version
    second = add_second_address(rp, version)
    point = rdvpoint(rp, "--bind", rp.address(version), *GUARD)
    names = with_names(lab, f"{rp.address(version)} rp.example", f"{second} rp.example")
    members = []
    for host in hosts:
        members.append(node(host, "rp.example", *SHORT, under=names))
        members[-1].endpoint = endpoint(host.address(version))
        wait_placed(members[-1])
    wait_one_tree(members)
    point.kill()
    rdvpoint(rp, "--bind", second, *GUARD)
    members[0].kill()
    wait_one_tree(members[1:])


def test_a_node_is_known_by_the_address_it_is_bound_to(lab, family):
    rp, a, b = lab.hosts_on_bridge(["rp", "a", "b"])
    version = family.version
    second = add_second_address(a, version)
    point = rdvpoint(rp)
    root = node(a, rp.address(version), "--bind", second)
    root.endpoint = endpoint(second)
    assert root.lines_with("listening", "err") == [f"listening endpoint={root.endpoint}"]
    wait_placed(root)
    child = node(b, rp.address(version))
    wait_one_tree([root, child])
    assert point.report().roots == [root.endpoint]
    everyone_hears_once(child, [root, child], "to the second address and back")


def test_answers_and_copies_leave_from_the_address_that_was_asked(lab, family):
    rp, a, b = lab.hosts_on_bridge(["rp", "a", "b"])
    version = family.version
    point_address, root_address = (add_second_address(host, version) for host in (rp, a))
    rdvpoint(rp)
    root = node(a, rp.address(version))
    wait_placed(root)
    sock = b.socket(version)
    sock.settimeout(10)
    for address, request, answer in ((point_address, b"ROOT\n", b"TOOR\n"),
                                     (point_address, b"RREG\n", b"NREG\n"),
                                     (root_address, b"RJOI\n", b"YJOI\n")):
        sock.sendto(request, (address, MCAST_PORT))
        datagram, sender = sock.recvfrom(1500)
        assert datagram.startswith(answer) and sender[:2] == (address, MCAST_PORT)
    root.publish("bonjour")
    datagram, sender = sock.recvfrom(1500)
    assert (datagram, sender[:2]) == (b"DATA\nbonjour", (root_address, MCAST_PORT))


def test_a_node_whose_port_is_taken_takes_a_free_one_says_so_and_is_found_there(lab, family):
    rp, a = lab.hosts_on_bridge(["rp", "a"])
    version = family.version
    rdvpoint(rp)
    beside = node(rp, rp.address(version))
    listening = beside.wait_for("listening", stream="err")
    port = int(listening.split()[1].rpartition(":")[2])
    assert port != MCAST_PORT and "taken" in listening
    beside.endpoint = endpoint(rp.address(version), port)
    wait_placed(beside)
    first = node(a, rp.address(version))
    wait_placed(first)
    second = node(a, rp.address(version), "--data-port", "10002", data_port=10002)
    listening = second.wait_for("listening", stream="err")
    second.endpoint = endpoint(a.address(version), int(listening.split()[1].rpartition(":")[2]))
    members = [beside, first, second]
    wait_one_tree(members)
    for source in members:
        everyone_hears_once(source, members, f"from {source.endpoint}")


def test_the_independent_node_joins_below_one_on_a_free_port(lab):
    rp, a = lab.hosts_on_bridge(["rp", "a"])
    rdvpoint(rp)
    beside = node(rp, rp.address(4))
    wait_placed(beside)
    peer = peer_node(a, rp.address(4))
    wait_placed(peer)
    everyone_hears_once(peer, [beside, peer], "endpoints carry the port")


def test_one_node_is_a_leaf_only_and_never_the_root(lab, family):
    rp, a, b = lab.hosts_on_bridge(["rp", "a", "b"])
    rdv = rp.address(family.version)
    point = rdvpoint(rp)
    leaf = node(a, rdv, "--children-max", "0", "--retry", "0.1")
    leaf.wait_for("no-root", stream="err")
    leaf.publish("kept until there is a root")
    assert point.report().roots == []
    assert leaf.report().state != "root"
    root = node(b, rdv)
    wait_one_tree([leaf, root])
    for member in (leaf, root):
        member.wait_line("kept until there is a root")


def test_each_family_has_a_tree_of_its_own_at_one_rendezvous_point(lab):
    rp, *hosts = lab.hosts_on_bridge(["rp", "a", "b", "c", "d"])
    point = rdvpoint(rp)
    trees = {}
    for version, pair in ((4, hosts[:2]), (6, hosts[2:])):
        trees[version] = [node(host, rp.address(version)) for host in pair]
        wait_one_tree(trees[version])
    assert len(point.report().roots) == 2
    for version, members in trees.items():
        everyone_hears_once(members[1], members, f"IPv{version} only")
    assert not [line for member in trees[4] for line in member.out if "IPv6" in line]


def test_a_name_without_an_address_and_an_address_of_no_interface_end_the_program(lab):
    host = lab.host("a")
    unresolved = host.popen([program("mcastnode"), "--rdv", "no-such-name.invalid"])
    assert unresolved.wait_exit() == 69
    assert "cannot resolve 'no-such-name.invalid'" in unresolved.err[0]
    absent = host.popen([program("mcastnode"), "--rdv", "127.0.0.1", "--bind", "10.9.8.7"])
    assert absent.wait_exit() == 69
    assert "10.9.8.7:10000" in absent.err[0]
    other_family = host.popen([program("mcastnode"), "--rdv", "::1", "--bind", "127.0.0.1"])
    assert other_family.wait_exit() in (64, 69)
    assert "family" in other_family.err[0]
