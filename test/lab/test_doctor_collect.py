# SPDX-License-Identifier: MIT
# SPDX-FileCopyrightText: the ramure authors
"""test_doctor_collect.py - what mcastdoctor saves of a host is what other programs say of it.

    here ──── there        here: eth0, a bridge br0 with the port port0, whose other end is end0
"""
import ipaddress
import json
import os
import socket

import pytest

from chat import program
from doctor import PORT, V4, V6, cabled, listener, shell
from netlab import poll

GROUPS = {4: ipaddress.ip_network("224.0.0.0/4"), 6: ipaddress.ip_network("ff00::/8")}


def snapshot(host, *arguments):
    """The tables that the program saves, each a list of objects."""
    result = host.run([program("mcastdoctor"), "--no-wire", "--save", "-", *arguments], check=False)
    assert result.returncode in (0, 1, 3), result.stderr
    return json.loads(result.stdout)


def host_of(saved):
    return saved["host"][0]


@pytest.fixture
def here(lab):
    """A host with a bridge of its own."""
    here, _ = cabled(lab)
    here.ip("link add br0 type bridge mcast_snooping 1 mcast_querier 1 mcast_igmp_version 3"
            " mcast_mld_version 2",
            "link add port0 type veth peer name end0",
            "link set port0 master br0",
            *(f"link set {name} up" for name in ("br0", "port0", "end0")))
    poll(lambda: all(link["operstate"] == "UP" for link in here.ip_json("link")
                     if link["ifname"] in ("br0", "port0", "end0")), what="all links are up")
    return here


def test_interfaces_and_bridges_are_those_of_ip(here):
    here.ip("link set end0 mtu 1400", "link set eth0 allmulticast on")
    shell(here, "bridge link set dev port0 mcast_flood off mcast_router 2")
    here.sysctl("net.ipv4.conf.eth0.rp_filter", 2)
    here.sysctl("net.ipv4.conf.eth0.force_igmp_version", 2)
    here.sysctl("net.ipv6.conf.end0.disable_ipv6", 1)
    saved = snapshot(here)
    rows = {row["name"]: row for row in saved["interface"]}
    links = here.ip_json("-d", "link")
    assert list(rows) == [link["ifname"] for link in links]
    for link in links:
        row, flags = rows[link["ifname"]], link["flags"]
        assert (row["index"], row["mtu"], row["master"]) \
            == (link["ifindex"], link["mtu"], link.get("master", ""))
        assert row["mac"] == link["address"]
        assert [row["is_up"], row["has_carrier"], row["has_multicast"], row["is_loopback"]] \
            == [name in flags for name in ("UP", "LOWER_UP", "MULTICAST", "LOOPBACK")]
        assert row["kind"] == link.get("linkinfo", {}).get("info_kind", link["link_type"])
    assert rows["eth0"]["is_allmulti"] and not rows["end0"]["is_allmulti"]
    assert (rows["eth0"]["rp_filter"], rows["eth0"]["force_igmp_version"]) == (2, 2)
    assert (rows["end0"]["is_v6_disabled"], rows["eth0"]["is_v6_disabled"]) == (1, 0)
    assert (rows["port0"]["port_flood"], rows["port0"]["port_router"]) == (0, 2)
    (bridge,) = saved["bridge"]
    data = next(link for link in links if link["ifname"] == "br0")["linkinfo"]["info_data"]
    assert {"name": "br0", **{f"mcast_{key}": bridge[key] for key in (
        "snooping", "querier", "igmp_version", "mld_version")}} \
        == {"name": "br0", **{key: data[key] for key in (
            "mcast_snooping", "mcast_querier", "mcast_igmp_version", "mcast_mld_version")}}
    assert bridge["querier_v4"] == 1


def test_addresses_are_those_of_ip(here):
    saved = snapshot(here)
    expected = {(link["ifname"], one["local"], one["prefixlen"], one["scope"])
                for link in here.ip_json("addr") for one in link["addr_info"]}
    assert {(row["interface"], row["address"], row["prefix_length"], row["scope"])
            for row in saved["address"]} == expected


def covers_groups(destination, version):
    if destination == "default":
        return True
    return ipaddress.ip_network(destination).overlaps(GROUPS[version])


def test_routes_are_those_that_cover_groups(here):
    here.ip("route add 232.0.0.0/8 dev br0 metric 7", "route add blackhole 239.9.0.0/16",
            "route add 192.0.0.0/2 dev eth0", "route add 10.9.0.0/16 dev br0",
            "route add 225.0.0.0/8 nexthop dev eth0 nexthop dev br0",
            "route add blackhole ff15::/16 metric 5", "route add fd09::/16 dev br0",
            "route add ff38::/16 dev br0 table 77")
    saved = snapshot(here)
    expected = set()
    for version in (4, 6):
        for route in here.ip_json(f"-{version}", "route", "show", "table", "all"):
            ways = [hop["dev"] for hop in route.get("nexthops", [])] or [route.get("dev", "")]
            if covers_groups(route["dst"], version):
                expected |= {(version, route["dst"], way, str(route.get("table", "main")),
                              route.get("metric", 0)) for way in ways}
    names = {254: "main", 255: "local"}
    default = {"0.0.0.0/0": "default", "::/0": "default"}
    seen = {(row["family"], default.get(row["destination"], row["destination"]), row["interface"],
             names.get(row["table"], str(row["table"])), row["metric"]) for row in saved["route"]}
    assert seen == expected
    assert {row["destination"] for row in saved["route"] if row["type"] == "blackhole"} \
        == {"239.9.0.0/16", "ff15::/16"}


@pytest.mark.parametrize("question", [V4, V6], ids=["v4", "v6"])
def test_the_kernels_choice_is_that_of_ip_route_get(here, question):
    here.ip("route add 239.0.0.0/8 dev br0 src 10.0.1.1")
    saved = snapshot(here, question.group)
    rows = {row["interface"]: row for row in saved["choice"]
            if row["destination"] == question.group}
    for interface, row in rows.items():
        answer = here.ip_json("route", "get", question.group,
                              *(["oif", interface] if interface else []))
        expected = (answer[0]["dev"], answer[0].get("prefsrc", "")) if answer else ("", "")
        assert (row["out"], row["source"]) == expected, row
        assert bool(row["error"]) == (not answer)
    assert {"", "eth0", "br0"} <= set(rows)


def test_a_dead_route_is_no_way_out(here):
    here.ip("route add prohibit ff15::/16 metric 1 table local",
            "route add prohibit 239.0.0.0/8")
    for group in ("ff15::1", "239.1.1.1"):
        row = next(row for row in snapshot(here, group)["choice"] if not row["interface"])
        assert row["out"] == "" and row["error"], row


def test_memberships_and_filters_are_those_of_ip_maddr(here):
    for question in (V4, V6):
        listener(here, question)
    saved = snapshot(here, V4.group)
    kinds = {"inet": 4, "inet6": 6}
    expected = {(link["ifname"], kinds[entry["family"]], entry["address"])
                for link in here.ip_json("maddr") for entry in link["maddr"]
                if entry.get("family") in kinds}
    rows = {(row["interface"], row["family"], row["group"]): row for row in saved["membership"]}
    assert set(rows) == expected
    assert rows["eth0", 4, V4.group]["users"] == 1
    assert {("eth0", "01:00:5e:01:01:01"), ("eth0", "33:33:00:00:00:01")} \
        <= {(row["interface"], row["mac"]) for row in saved["mac_filter"]}


def test_groups_behind_a_port_are_those_of_bridge_mdb(here):
    here.ip("addr add 10.0.9.1/24 dev end0", "route add 239.0.0.0/8 dev end0")
    sock = here.socket()
    here.ip("link set br0 type bridge mcast_query_response_interval 100")
    sock.setsockopt(socket.IPPROTO_IP, socket.IP_ADD_MEMBERSHIP,
                    socket.inet_aton("239.9.9.9") + socket.inet_aton("10.0.9.1"))
    poll(lambda: "239.9.9.9" in shell(here, "bridge mdb show").stdout, what="the bridge knows it")
    saved = snapshot(here)
    listing = json.loads(shell(here, "bridge -j mdb show").stdout)
    assert ("br0", "port0", "239.9.9.9") in {(row["bridge"], row["port"], row["group"])
                                             for row in saved["bridge_entry"]}
    assert {(entry["port"], entry["grp"]) for part in listing for entry in part["mdb"]
            if ":" not in entry["grp"]} \
        == {(row["port"], row["group"]) for row in saved["bridge_entry"] if ":" not in row["group"]}


@pytest.mark.parametrize("question", [V4, V6], ids=["v4", "v6"])
def test_a_socket_has_its_process(here, question):
    listener(here, question)
    saved = snapshot(here, question.arguments()[0])
    (row,) = [row for row in saved["socket"] if row["port"] == PORT]
    assert (row["family"], row["pid"]) == (question.version, os.getpid())
    with open("/proc/self/comm", encoding="ascii") as file:
        assert row["program"] == file.read().strip()
    assert host_of(saved)["can_bind"] == 1


def test_a_port_that_somebody_has_alone_cannot_be_bound(here):
    here.socket().bind(("", PORT))
    assert host_of(snapshot(here, V4.arguments()[0]))["can_bind"] == 0


def test_what_is_tried_leaves_no_trace(here):
    before = here.ip_json("maddr")
    saved = host_of(snapshot(here, *V4.arguments()))
    assert (saved["can_join"], saved["can_send"], saved["can_bind"]) == (1, 1, 1)
    assert here.ip_json("maddr") == before


def test_limits_are_those_of_the_host(here):
    here.sysctl("net.ipv4.igmp_max_memberships", 7)
    saved = host_of(snapshot(here))
    assert saved["igmp_max_memberships"] == 7
    assert saved["igmp_tables"] == 1 and saved["mroute_running"] == 0
    # In this namespace no file says it.
    for name in ("rmem_default", "rmem_max"):
        with open(f"/proc/sys/net/core/{name}", encoding="ascii") as file:
            assert saved[name] == int(file.read())


RULES = """
table inet filter {
    set rooms {
        type ipv4_addr
        flags interval
        elements = { 239.0.0.0/8, 225.0.0.1-225.0.0.3 }
    }
    chain input {
        type filter hook input priority 0; policy drop
        iifname "eth*" ip daddr @rooms udp dport { 5000, 6000-6010 } accept
        ct state vmap { established : accept, invalid : drop }
        fib daddr type multicast jump rooms
        meta pkttype multicast ip protocol != igmp counter drop
    }
    chain rooms {
        return
    }
}
table netdev early {
    chain eth0 {
        type filter hook ingress device eth0 priority -5
        ip daddr 239.1.1.1 drop
    }
}
table inet asleep {
    flags dormant
    chain input {
        type filter hook input priority 0
    }
}
"""


def test_rules_of_nft_become_rows(here):
    here.run(["nft", "-f", "-"], input=RULES)
    saved = snapshot(here)
    listing = json.loads(here.run(["nft", "-j", "-a", "list", "ruleset"]).stdout)["nftables"]
    handles = [entry["rule"]["handle"] for entry in listing if "rule" in entry]
    assert list(dict.fromkeys(row["handle"] for row in saved["rule"])) == handles
    assert [(row["family"], row["name"], row["hook"], row["priority"], row["policy"], row["device"])
            for row in saved["chain"]] == [
                ("netdev", "eth0", "ingress", -5, "accept", "eth0"),
                ("inet", "input", "input", 0, "drop", ""),
                ("inet", "rooms", "", None, "", "")]
    allow, established, invalid, jump, drop, *_ = saved["rule"]
    assert (allow["in"], allow["destination"], allow["protocol"], allow["ports"]) == (
        "eth*", "225.0.0.1,225.0.0.2/31,239.0.0.0/8", "udp", "5000,6000-6010")
    assert allow["text"].startswith("iifname ") and allow["text"].endswith(" accept")
    assert {(row["states"], row["verdict"]) for row in (established, invalid)} \
        == {("established", "accept"), ("invalid", "drop")}
    assert (jump["destination"], jump["verdict"], jump["target"]) \
        == ("224.0.0.0/4,ff00::/8", "jump", "rooms")
    assert (drop["packet_type"], drop["protocol"], drop["verdict"]) \
        == ("multicast", "!igmp", "drop")
    assert not any(row["is_partial"] for row in saved["rule"])


def test_rules_of_iptables_are_seen_once(here):
    shell(here, "iptables -A INPUT -d 224.0.0.0/4 -m pkttype --pkt-type multicast -j DROP;"
                "ip6tables -A INPUT -p icmpv6 --icmpv6-type 130 -j DROP;"
                "iptables -t mangle -A PREROUTING -p igmp -j ACCEPT")
    rows = snapshot(here)["rule"]
    assert {(row["tool"], row["table"], row["chain"], row["handle"], row["verdict"])
            for row in rows if row["tool"] != "nft"} >= {
                ("iptables", "filter", "INPUT", 1, "drop"),
                ("ip6tables", "filter", "INPUT", 1, "drop")}
    # What needs no word of iptables nft shows as well.
    assert [row["verdict"] for row in rows if row["table"] == "mangle"] == ["accept"]
    assert len(rows) == 3


def test_forwarding_is_what_ip_mroute_says(lab):
    router = lab.router("router")
    for subnet, name in ((1, "first"), (2, "second")):
        lab.cable(lab.host(name), router, subnet)
    lab.settle()
    lab.route_multicast(router, [(V4.group, "eth0 source 10.0.1.2", "eth1")])
    entry = poll(lambda: router.ip_json("mroute", "show"), what="the route is there")[0]
    saved = snapshot(router)
    assert host_of(saved)["mroute_running"] == 1
    (row,) = saved["mroute"]
    assert (row["group"], row["origin"], row["in"], row["out"]) \
        == (entry["dst"], entry["src"], entry["iif"], entry["multipath"][0]["oif"])
    assert {row["interface"] for row in saved["vif"]} >= {"eth0", "eth1"}
