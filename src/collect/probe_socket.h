/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
#ifndef RAMURE_COLLECT_PROBE_SOCKET_H
#define RAMURE_COLLECT_PROBE_SOCKET_H
/* probe_socket.h - the two sockets of an end of a probe: one hears the group, the other hears
 * unicast and sends everything, so that both are sent from the same address and port.
 *
 *     probe_sockets_open -> ( probe_sockets_send | probe_sockets_receive | probe_sockets_refused
 *                             | probe_sockets_add_source )* -> probe_sockets_close
 */
#include "base/failure.h"
#include "doctor/listener.h"
#include "net/link.h"

struct probe_sockets_options {
	struct endpoint group;
	struct link link;
	uint16_t port;                  /* For unicast; 0: a free one. */
	const struct endpoint *sources; /* Whom to hear by multicast; borrowed. */
	unsigned source_count;          /* 0: everybody. */
	bool waits_for_sources;         /* None yet: they are added. */
};

struct probe_sockets {
	struct endpoint group;
	struct link link;
	int group_fd, main_fd; /* -1 while closed. */
	struct endpoint bound; /* Of main_fd. */
	int ttl, discover;     /* As set at main_fd; -1: not yet. */
	char *buffer;          /* Of one datagram. */
};

/* On failure nothing stays open. */
int probe_sockets_open(struct probe_sockets *s, const struct probe_sockets_options *o,
		       struct failure *failure);
void probe_sockets_close(struct probe_sockets *s);

/* The largest packet of the interface, in bytes; 1500 where that is not told. */
unsigned probe_sockets_mtu(const struct probe_sockets *s);

/* Hears one more sender by multicast (SSM). Negative errno. */
int probe_sockets_add_source(struct probe_sockets *s, const struct endpoint *source);

/* Sends it. Negative errno: -EMSGSIZE where it may not be fragmented and does not fit. */
int probe_sockets_send(struct probe_sockets *s, const struct probe_dispatch *d);

/* The next datagram that has come; borrowed until the next call. False if there is none. */
bool probe_sockets_receive(struct probe_sockets *s, struct probe_arrival *ret_arrival);

/* Somebody's host said that nobody listens at that port (ICMP). False if there is no more. */
bool probe_sockets_refused(struct probe_sockets *s, struct endpoint *ret_endpoint);

#endif
