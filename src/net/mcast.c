/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
#include "net/mcast.h"
#include "net/batch.h"
#include "net/group.h"
#include "net/sockaddr.h"
#include "net/sockopt.h"

#include <errno.h>
#include <netinet/in.h>
#include <unistd.h>

#ifndef IPV6_MULTICAST_ALL
#define IPV6_MULTICAST_ALL 29 /* linux/in6.h, which cannot be included beside netinet/in.h. */
#endif

static int open_socket(const struct endpoint *group)
{
	int family = endpoint_is_v4(group) ? AF_INET : AF_INET6;
	return socket(family, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
}

static int ip_level(const struct endpoint *group)
{
	return endpoint_is_v4(group) ? IPPROTO_IP : IPPROTO_IPV6;
}

/* Hears only this group on this interface, whatever other sockets of the host have joined. */
static int hear_only(int fd, const struct endpoint *group, const struct link *link)
{
	if (endpoint_is_v4(group))
		return sockopt_set(fd, IPPROTO_IP, IP_MULTICAST_ALL, 0);
	/* IPv6 checks a datagram's group against the memberships, but not its interface: bind the
	 * socket to it. Without permission (before Linux 5.7) rooms of wider scope also hear this
	 * group from other interfaces. */
	int index = (int)link->index;
	(void)setsockopt(fd, SOL_SOCKET, SO_BINDTOIFINDEX, &index, sizeof(index));
	(void)sockopt_set(fd, IPPROTO_IPV6, IPV6_V6ONLY, 1);
	return sockopt_set(fd, IPPROTO_IPV6, IPV6_MULTICAST_ALL, 0);
}

/* Joins for one source, or for all where `source` is NULL. */
static int join(int fd, const struct endpoint *group, const struct endpoint *source,
		const struct link *link)
{
	int level = ip_level(group);
	unsigned zone = group_needs_zone(group) ? link->index : 0;
	if (!source) {
		struct group_req request = {.gr_interface = link->index};
		sockaddr_from_endpoint(group, zone, &request.gr_group);
		return setsockopt(fd, level, MCAST_JOIN_GROUP, &request, sizeof(request));
	}
	struct group_source_req request = {.gsr_interface = link->index};
	sockaddr_from_endpoint(group, zone, &request.gsr_group);
	sockaddr_from_endpoint(source, 0, &request.gsr_source);
	return setsockopt(fd, level, MCAST_JOIN_SOURCE_GROUP, &request, sizeof(request));
}

static int join_all(int fd, const struct mcast_options *o, const struct link *link)
{
	if (o->source_count == 0)
		return join(fd, &o->group, NULL, link);
	for (size_t i = 0; i < o->source_count; i++)
		if (join(fd, &o->group, &o->sources[i], link) != 0)
			return -1;
	return 0;
}

static int fail_bind(const struct mcast_options *o, struct failure *failure)
{
	char text[ADDRESS_TEXT_SIZE];
	const char *advice = "";
	if (errno == EADDRINUSE)
		advice = "; another program has the port and does not share it (`ss -lunp` shows "
			 "which): "
			 "stop it or choose another --port";
	else if (errno == EACCES)
		advice = "; ports below 1024 need privileges: choose another --port";
	return failure_set(failure, -errno, "cannot bind to %s port %u: %s%s",
			   endpoint_format_address(&o->group, text), o->group.port, strerror(errno),
			   advice);
}

static int fail_join(const struct mcast_options *o, const struct link *link,
		     struct failure *failure)
{
	char text[ADDRESS_TEXT_SIZE];
	const char *advice = "";
	if (errno == ENOBUFS)
		advice = "; the host's table of memberships is full: raise "
			 "net.ipv4.igmp_max_memberships, or "
			 "net.ipv4.igmp_max_msf for sources";
	else if (errno == ENODEV)
		advice = "; the interface cannot multicast or has gone";
	return failure_set(failure, -errno, "cannot join %s on %s: %s%s",
			   endpoint_format_address(&o->group, text), link->name, strerror(errno),
			   advice);
}

/* Binds so that others can bind to the same. SO_REUSEPORT is set after the bind: sockets that bind
 * with it form a group among whose members IPv4 early demultiplexing chooses by a hash, whatever
 * interface and sources they have joined; so a line would reach the wrong room. Only a stranger who
 * shares in no other way makes it necessary before. */
static int bind_shared(int fd, const struct sockaddr_storage *address, socklen_t length)
{
	if (bind(fd, (const struct sockaddr *)address, length) == 0)
		return sockopt_set(fd, SOL_SOCKET, SO_REUSEPORT, 1);
	if (errno != EADDRINUSE || sockopt_set(fd, SOL_SOCKET, SO_REUSEPORT, 1) != 0)
		return -1;
	return bind(fd, (const struct sockaddr *)address, length);
}

int mcast_join(struct mcast *m, const struct mcast_options *o, const struct link *link,
	       struct failure *failure)
{
	int fd = open_socket(&o->group);
	if (fd < 0)
		return failure_set(failure, -errno, "cannot open a UDP socket: %s",
				   strerror(errno));
	struct sockaddr_storage address;
	socklen_t length = sockaddr_from_endpoint(&o->group, link->index, &address);
	int error = 0;
	if (sockopt_set(fd, SOL_SOCKET, SO_REUSEADDR, 1) != 0 ||
	    hear_only(fd, &o->group, link) != 0)
		error = failure_set(failure, -errno, "cannot prepare a socket for %s: %s",
				    link->name, strerror(errno));
	else if (bind_shared(fd, &address, length) != 0)
		error = fail_bind(o, failure);
	else if (join_all(fd, o, link) != 0)
		error = fail_join(o, link, failure);
	if (error) {
		close(fd);
		return error;
	}
	sockopt_grow_receive_buffer(fd);
	batch_prepare_socket(fd);
	m->receive_fd = fd;
	return 0;
}

static int set_sender(int fd, const struct mcast_options *o, const struct link *link)
{
	if (!endpoint_is_v4(&o->group)) {
		int index = (int)link->index;
		if (setsockopt(fd, IPPROTO_IPV6, IPV6_MULTICAST_IF, &index, sizeof(index)) != 0)
			return -1;
		if (sockopt_set(fd, IPPROTO_IPV6, IPV6_MULTICAST_HOPS, o->ttl) != 0)
			return -1;
		return sockopt_set(fd, IPPROTO_IPV6, IPV6_MULTICAST_LOOP, o->loop);
	}
	/* With the address, too: on the loopback interface the kernel would send from 0.0.0.0. */
	struct ip_mreqn interface = {.imr_ifindex = (int)link->index};
	memcpy(&interface.imr_address, endpoint_v4(&link->v4), 4);
	if (setsockopt(fd, IPPROTO_IP, IP_MULTICAST_IF, &interface, sizeof(interface)) != 0)
		return -1;
	if (sockopt_set(fd, IPPROTO_IP, IP_MULTICAST_TTL, o->ttl) != 0)
		return -1;
	return sockopt_set(fd, IPPROTO_IP, IP_MULTICAST_LOOP, o->loop);
}

static int fail_connect(const struct mcast_options *o, const struct link *link,
			struct failure *failure)
{
	char text[ADDRESS_TEXT_SIZE];
	const char *advice = "";
	if (errno == ENETUNREACH && link->is_loopback && !endpoint_is_v4(&o->group))
		advice = "; IPv6 multicast on lo needs `ip -6 route add local ff00::/8 dev lo "
			 "table local`, by root";
	else if (errno == EADDRNOTAVAIL || errno == ENETUNREACH)
		advice = "; the interface has no usable address (yet)";
	return failure_set(failure, -errno, "cannot send to %s on %s: %s%s",
			   endpoint_format_address(&o->group, text), link->name, strerror(errno),
			   advice);
}

/* Opens a socket connected to the group. */
static int open_sender(const struct mcast_options *o, const struct link *link, int *ret_fd,
		       struct endpoint *ret_self, struct failure *failure)
{
	if (endpoint_is_v4(&o->group) && !link->has_v4)
		return failure_set(failure, -EADDRNOTAVAIL,
				   "cannot send on %s: it has no IPv4 address", link->name);
	int fd = open_socket(&o->group);
	if (fd < 0)
		return failure_set(failure, -errno, "cannot open a UDP socket: %s",
				   strerror(errno));
	struct sockaddr_storage address;
	socklen_t length = sockaddr_from_endpoint(&o->group, link->index, &address);
	if (set_sender(fd, o, link) != 0 || connect(fd, (struct sockaddr *)&address, length) != 0) {
		int error = fail_connect(o, link, failure);
		close(fd);
		return error;
	}
	length = sizeof(address);
	(void)getsockname(fd, (struct sockaddr *)&address, &length);
	*ret_self = sockaddr_to_endpoint((struct sockaddr *)&address);
	*ret_fd = fd;
	return 0;
}

int mcast_connect(struct mcast *m, const struct mcast_options *o, const struct link *link,
		  struct failure *failure)
{
	int fd = -1;
	struct endpoint self;
	int error = open_sender(o, link, &fd, &self, failure);
	bool is_same = !error && m->send_fd >= 0 &&
		       memcmp(self.address, m->self.address, sizeof(self.address)) == 0;
	if (is_same) {
		close(fd); /* The old one keeps its port: others know us by it. */
		return 0;
	}
	if (m->send_fd >= 0)
		close(m->send_fd);
	m->send_fd = fd;
	if (!error)
		m->self = self;
	return error;
}

void mcast_close(struct mcast *m)
{
	/* Closing a socket drops its memberships (RFC 3678 section 2): the kernel sends the leave.
	 */
	if (m->receive_fd >= 0)
		close(m->receive_fd);
	if (m->send_fd >= 0)
		close(m->send_fd);
	*m = MCAST_CLOSED;
}
