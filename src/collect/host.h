/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
#ifndef RAMURE_COLLECT_HOST_H
#define RAMURE_COLLECT_HOST_H
/* host.h - looks at this host, without a frame on the wire, and writes down what it sees.
 *
 * What is asked about stands in the snapshot already: s->host->asked_*. Nothing here fails: what
 * cannot be looked at becomes a row of `blind`. It takes some ten milliseconds, and two seconds at
 * most where the firewall's program hangs.
 */
#include "doctor/snapshot.h"

/* All of it, in an order that lets later ones use what earlier ones found. */
void collect_host(struct snapshot *s);

/* Its parts, one file each. */
void collect_interfaces(struct snapshot *s);   /* interface, address, bridge, bridge_entry */
void collect_wireless(struct snapshot *s);     /* interface: kind, power_save */
void collect_routes(struct snapshot *s);       /* route, choice */
void collect_memberships(struct snapshot *s);  /* membership, mac_filter */
void collect_sockets(struct snapshot *s);      /* socket */
void collect_mroutes(struct snapshot *s);      /* vif, mroute */
void collect_firewall(struct snapshot *s);     /* chain, rule */
void collect_limits(struct snapshot *s);       /* host: sysctls, counters */
void collect_surroundings(struct snapshot *s); /* host: container, cloud */
void collect_attempts(struct snapshot *s);     /* host: can_send, can_join, can_bind */

/* Texts of the kernel and of programs, for those parts and for tests. */
void membership_read_igmp(struct snapshot *s, FILE *file);          /* /proc/net/igmp */
void membership_read_igmp6(struct snapshot *s, FILE *file);         /* /proc/net/igmp6 */
void membership_read_dev_mcast(struct snapshot *s, FILE *file);     /* /proc/net/dev_mcast */
void socket_read_udp(struct snapshot *s, int family, FILE *file);   /* /proc/net/udp, udp6 */
void mroute_read_cache(struct snapshot *s, int family, FILE *file); /* after the vifs */
void mroute_read_vif(struct snapshot *s, int family, FILE *file);

#endif
