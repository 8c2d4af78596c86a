/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
#ifndef RAMURE_DOCTOR_FIREWALL_H
#define RAMURE_DOCTOR_FIREWALL_H
/* firewall.h - lets a packet walk through the chains of a snapshot, as the kernel would.
 *
 * Each chain with a hook is walked by itself: what one accepts, another may drop. Rules that match
 * on more than is understood here may or may not match; what follows from them is not certain.
 *
 *     firewall_init -> firewall_walk* -> firewall_done
 */
#include "doctor/prefix.h"
#include "doctor/snapshot.h"

/* Where a packet goes: to this host, from this host, or through a bridge on it. */
enum way { WAY_IN, WAY_OUT, WAY_THROUGH };

struct packet {
	enum way way;
	int family;         /* 4 or 6. */
	int protocol;       /* Its number: 2 IGMP, 17 UDP, 58 ICMPv6. */
	int64_t port;       /* UDP: destination port; 0: it is not known. */
	int64_t icmp_type;  /* ICMPv6. */
	const char *range;  /* Its destination, or the range that has it: a prefix. */
	const char *source; /* "": it is not known. */
	const char *device; /* Where it comes in or goes out. */
	bool is_at_bridge;  /* The device is a bridge: the chains of bridges see it, too. */
};

struct firewall {
	const struct snapshot *s; /* Kept until firewall_done. */
	size_t *first;            /* Of each chain the first rule, */
	size_t *next;             /* of each rule the next of its chain, */
	size_t *target;           /* and the chain that it jumps to: index + 1; 0: none. */
};

struct drop {
	const struct seen_chain *chain; /* The one with the hook. */
	const struct seen_rule *rule;   /* NULL: the policy of that chain. */
	bool is_certain;                /* Else it drops it only if some rule matches, or not. */
};

#define DROPS_MAX 16

/* Aborts where there is no memory. */
void firewall_init(struct firewall *f, const struct snapshot *s);
void firewall_done(struct firewall *f);

/* Gives how many chains drop the packet, and writes up to DROPS_MAX of them in the order in which
 * it meets them. The rule `without` is taken not to be there; it may be NULL. */
size_t firewall_walk(const struct firewall *f, const struct packet *p,
		     const struct seen_rule *without, struct drop ret_drops[DROPS_MAX]);

#endif
