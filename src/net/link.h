/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
#ifndef RAMURE_NET_LINK_H
#define RAMURE_NET_LINK_H
/* link.h - network interfaces: what they are like now, which one to use, and when to look again.
 *
 * The state is read afresh each time (getifaddrs). Routing netlink only says that something
 * changed, so a lost or misunderstood notification can do no harm.
 */
#include "base/endpoint.h"
#include "base/failure.h"

#include <net/if.h>

struct link {
	char name[IF_NAMESIZE];
	unsigned index; /* Changes when an interface is deleted and created again. */
	bool is_up;     /* Administratively up, and with a carrier. */
	bool is_loopback;
	bool can_multicast; /* IFF_MULTICAST, or the loopback interface, where it works all the
			       same. */
	bool has_v4, has_v6;
	struct endpoint v4; /* Its first IPv4 address, if has_v4. */
};

/* Reads the state of the interface called `name`. -ENODEV if there is none. */
int link_find(const char *name, struct link *ret_link);

/* Writes this host's addresses of a family, each with `port`, at most `max`, and gives their
 * number. */
unsigned link_addresses(bool v6, uint16_t port, struct endpoint *ret_list, unsigned max);

/* Writes one IPv4 and one IPv6 address (not link-local) of an interface, with `port`, as far as it
 * has them, and gives their number. */
unsigned link_own_addresses(const char *name, uint16_t port, struct endpoint ret_list[2]);

/* Chooses the interface for `group` where the user named none: the one that the kernel routes the
 * group to, else the first that is up, can multicast and has an address of the group's family, else
 * the loopback interface. Negative errno and `failure` if there is not even that. */
int link_choose(const struct endpoint *group, struct link *ret_link, struct failure *failure);

/* A descriptor that becomes readable when an interface, an address or an IPv6
 * route changes, or a negative
 * errno. */
int link_watch_open(void);

/* Closes the descriptor; a negative one is allowed. */
void link_watch_close(int fd);

/* Empties the descriptor. Whatever was in it means only: look again. */
void link_watch_drain(int fd);

#endif
