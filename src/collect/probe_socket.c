/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
#include "collect/probe_socket.h"
#include "net/group.h"
#include "net/sockaddr.h"
#include "net/sockopt.h"

#include <errno.h>
#include <linux/errqueue.h>
#include <netinet/icmp6.h>
#include <netinet/in.h>
#include <netinet/ip_icmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <unistd.h>

#ifndef IPV6_MULTICAST_ALL
#define IPV6_MULTICAST_ALL 29 /* linux/in6.h, which cannot be included beside netinet/in.h. */
#endif

static bool is_v4(const struct probe_sockets *s)
{
	return endpoint_is_v4(&s->group);
}

/* The zone that a link-local address or group needs. */
static unsigned zone_of(const struct probe_sockets *s, const struct endpoint *e)
{
	bool is_link_local = e->address[0] == 0xFE && (e->address[1] & 0xC0) == 0x80;
	return is_link_local || group_needs_zone(e) ? s->link.index : 0;
}

static int fail(int fd, struct failure *failure, const char *what, const struct endpoint *e)
{
	char text[ENDPOINT_TEXT_SIZE];
	int error = errno;
	if (fd >= 0)
		close(fd);
	return failure_set(failure, -error, "cannot %s %s: %s%s", what, endpoint_format(e, text),
			   strerror(error),
			   error == EADDRINUSE ? "; another program has the port and does not "
						 "share it (`ss -lunp` shows which)"
					       : "");
}

static int open_socket(const struct probe_sockets *s)
{
	int fd =
		socket(is_v4(s) ? AF_INET : AF_INET6, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd < 0)
		return -1;
	(void)sockopt_set(fd, SOL_SOCKET, SO_REUSEADDR, 1);
	/* A socket hears the groups that it has joined itself, and no others. */
	if (is_v4(s)) {
		(void)sockopt_set(fd, IPPROTO_IP, IP_MULTICAST_ALL, 0);
		(void)sockopt_set(fd, IPPROTO_IP, IP_RECVTTL, 1);
		(void)sockopt_set(fd, IPPROTO_IP, IP_PKTINFO, 1);
	} else {
		(void)sockopt_set(fd, IPPROTO_IPV6, IPV6_V6ONLY, 1);
		(void)sockopt_set(fd, IPPROTO_IPV6, IPV6_MULTICAST_ALL, 0);
		(void)sockopt_set(fd, IPPROTO_IPV6, IPV6_RECVHOPLIMIT, 1);
		(void)sockopt_set(fd, IPPROTO_IPV6, IPV6_RECVPKTINFO, 1);
	}
	sockopt_grow_receive_buffer(fd);
	sockopt_grow_send_buffer(fd);
	return fd;
}

static int join(const struct probe_sockets *s, int fd, const struct endpoint *source)
{
	int level = is_v4(s) ? IPPROTO_IP : IPPROTO_IPV6;
	if (!source) {
		struct group_req request = {.gr_interface = s->link.index};
		sockaddr_from_endpoint(&s->group, zone_of(s, &s->group), &request.gr_group);
		return setsockopt(fd, level, MCAST_JOIN_GROUP, &request, sizeof(request));
	}
	struct group_source_req request = {.gsr_interface = s->link.index};
	sockaddr_from_endpoint(&s->group, zone_of(s, &s->group), &request.gsr_group);
	sockaddr_from_endpoint(source, 0, &request.gsr_source);
	return setsockopt(fd, level, MCAST_JOIN_SOURCE_GROUP, &request, sizeof(request));
}

static int open_group(struct probe_sockets *s, const struct probe_sockets_options *o,
		      struct failure *failure)
{
	struct sockaddr_storage address;
	socklen_t length = sockaddr_from_endpoint(&s->group, s->link.index, &address);
	int fd = open_socket(s);
	if (fd < 0)
		return fail(fd, failure, "open a socket for", &s->group);
	if (bind(fd, (struct sockaddr *)&address, length) != 0)
		return fail(fd, failure, "bind to", &s->group);
	int error = 0;
	for (unsigned i = 0; i < o->source_count && !error; i++)
		error = join(s, fd, &o->sources[i]);
	if (o->source_count == 0 && !o->waits_for_sources)
		error = join(s, fd, NULL);
	if (error)
		return fail(fd, failure, "join", &s->group);
	s->group_fd = fd;
	return 0;
}

static int set_interface(const struct probe_sockets *s, int fd)
{
	if (!is_v4(s))
		return sockopt_set(fd, IPPROTO_IPV6, IPV6_MULTICAST_IF, (int)s->link.index);
	struct ip_mreqn interface = {.imr_ifindex = (int)s->link.index};
	memcpy(&interface.imr_address, endpoint_v4(&s->link.v4), 4);
	return setsockopt(fd, IPPROTO_IP, IP_MULTICAST_IF, &interface, sizeof(interface));
}

static int open_main(struct probe_sockets *s, const struct probe_sockets_options *o,
		     struct failure *failure)
{
	static const uint8_t any[16];
	struct endpoint self =
		is_v4(s) ? endpoint_from_v4(any, o->port) : endpoint_from_v6(any, o->port);
	struct sockaddr_storage address;
	socklen_t length = sockaddr_from_endpoint(&self, 0, &address);
	int fd = open_socket(s);
	if (fd < 0)
		return fail(fd, failure, "open a socket on", &self);
	(void)sockopt_set(fd, is_v4(s) ? IPPROTO_IP : IPPROTO_IPV6,
			  is_v4(s) ? IP_RECVERR : IPV6_RECVERR, 1);
	if (bind(fd, (struct sockaddr *)&address, length) != 0)
		return fail(fd, failure, "bind to", &self);
	if (set_interface(s, fd) != 0)
		return fail(fd, failure, "choose the interface on", &self);
	length = sizeof(address);
	(void)getsockname(fd, (struct sockaddr *)&address, &length);
	s->bound = sockaddr_to_endpoint((struct sockaddr *)&address);
	s->main_fd = fd;
	return 0;
}

int probe_sockets_open(struct probe_sockets *s, const struct probe_sockets_options *o,
		       struct failure *failure)
{
	*s = (struct probe_sockets){
		.group = o->group,
		.link = o->link,
		.group_fd = -1,
		.main_fd = -1,
		.ttl = -1,
		.discover = -1,
		.buffer = malloc(PROBE_SIZE_MAX + 1),
	};
	if (!s->buffer)
		return failure_set(failure, -ENOMEM, "no memory for a datagram");
	if (is_v4(s) && !o->link.has_v4) {
		probe_sockets_close(s);
		return failure_set(failure, -EADDRNOTAVAIL,
				   "cannot send on %s: it has no IPv4 address", o->link.name);
	}
	int error = open_main(s, o, failure);
	if (!error)
		error = open_group(s, o, failure);
	if (error)
		probe_sockets_close(s);
	return error;
}

unsigned probe_sockets_mtu(const struct probe_sockets *s)
{
	struct ifreq request = {0};
	(void)snprintf(request.ifr_name, sizeof(request.ifr_name), "%s", s->link.name);
	return ioctl(s->main_fd, SIOCGIFMTU, &request) == 0 ? (unsigned)request.ifr_mtu : 1500;
}

void probe_sockets_close(struct probe_sockets *s)
{
	if (s->group_fd >= 0)
		close(s->group_fd);
	if (s->main_fd >= 0)
		close(s->main_fd);
	s->group_fd = s->main_fd = -1;
	free(s->buffer);
	s->buffer = NULL;
}

int probe_sockets_add_source(struct probe_sockets *s, const struct endpoint *source)
{
	if (join(s, s->group_fd, source) != 0 && errno != EADDRNOTAVAIL)
		return -errno;
	return 0;
}

/* --- Sending --- */

static void set_way(struct probe_sockets *s, const struct probe_dispatch *d)
{
	int ttl = d->message.ttl;
	if (d->is_multicast && ttl != s->ttl) {
		(void)(is_v4(s) ? sockopt_set(s->main_fd, IPPROTO_IP, IP_MULTICAST_TTL, ttl)
				: sockopt_set(s->main_fd, IPPROTO_IPV6, IPV6_MULTICAST_HOPS, ttl));
		s->ttl = ttl;
	}
	/* PROBE: not fragmented, and what was learned of the path's MTU is not heeded. */
	bool is_whole = (d->message.flags & PROBE_WHOLE) != 0;
	if (is_whole == s->discover)
		return;
	if (is_v4(s))
		(void)sockopt_set(s->main_fd, IPPROTO_IP, IP_MTU_DISCOVER,
				  is_whole ? IP_PMTUDISC_PROBE : IP_PMTUDISC_DONT);
	else
		(void)sockopt_set(s->main_fd, IPPROTO_IPV6, IPV6_MTU_DISCOVER,
				  is_whole ? IPV6_PMTUDISC_PROBE : IPV6_PMTUDISC_DONT);
	if (s->discover < 0)
		(void)(is_v4(s) ? sockopt_set(s->main_fd, IPPROTO_IP, IP_TTL, PROBE_UNICAST_TTL)
				: sockopt_set(s->main_fd, IPPROTO_IPV6, IPV6_UNICAST_HOPS,
					      PROBE_UNICAST_TTL));
	s->discover = is_whole;
}

/* An answer leaves from the address that was asked. */
static void set_local(struct msghdr *message, char *control, const struct endpoint *local)
{
	message->msg_control = control;
	struct cmsghdr *c = (struct cmsghdr *)control;
	if (endpoint_is_v4(local)) {
		struct in_pktinfo info = {0};
		memcpy(&info.ipi_spec_dst, endpoint_v4(local), 4);
		*c = (struct cmsghdr){CMSG_LEN(sizeof(info)), IPPROTO_IP, IP_PKTINFO};
		memcpy(CMSG_DATA(c), &info, sizeof(info));
		message->msg_controllen = CMSG_SPACE(sizeof(info));
	} else {
		struct in6_pktinfo info = {0};
		memcpy(&info.ipi6_addr, local->address, 16);
		*c = (struct cmsghdr){CMSG_LEN(sizeof(info)), IPPROTO_IPV6, IPV6_PKTINFO};
		memcpy(CMSG_DATA(c), &info, sizeof(info));
		message->msg_controllen = CMSG_SPACE(sizeof(info));
	}
}

int probe_sockets_send(struct probe_sockets *s, const struct probe_dispatch *d)
{
	const struct endpoint *to = d->is_multicast ? &s->group : &d->to;
	struct sockaddr_storage address;
	_Alignas(struct cmsghdr) char control[CMSG_SPACE(sizeof(struct in6_pktinfo))] = {0};
	probe_message_write(&d->message, s->buffer, d->size);
	struct iovec part = {s->buffer, d->size};
	struct msghdr message = {
		.msg_name = &address,
		.msg_namelen = sockaddr_from_endpoint(to, zone_of(s, to), &address),
		.msg_iov = &part,
		.msg_iovlen = 1,
	};
	if (!d->is_multicast && !endpoint_is_unspecified(&d->local))
		set_local(&message, control, &d->local);
	set_way(s, d);
	/* An ICMP error about an earlier datagram fails the next send, which is tried again. */
	for (int tries = 0; tries < 3; tries++) {
		if (sendmsg(s->main_fd, &message, MSG_DONTWAIT) >= 0)
			return 0;
		if (errno == EMSGSIZE || errno == EAGAIN)
			break;
	}
	return -errno;
}

/* --- Receiving --- */

static void read_control(struct msghdr *message, struct probe_arrival *arrival)
{
	for (struct cmsghdr *c = CMSG_FIRSTHDR(message); c; c = CMSG_NXTHDR(message, c)) {
		bool is_ttl = (c->cmsg_level == IPPROTO_IP && c->cmsg_type == IP_TTL) ||
			      (c->cmsg_level == IPPROTO_IPV6 && c->cmsg_type == IPV6_HOPLIMIT);
		if (is_ttl)
			memcpy(&arrival->ttl, CMSG_DATA(c), sizeof(arrival->ttl));
		if (arrival->is_multicast)
			continue;
		if (c->cmsg_level == IPPROTO_IP && c->cmsg_type == IP_PKTINFO) {
			struct in_pktinfo info;
			memcpy(&info, CMSG_DATA(c), sizeof(info));
			arrival->local = endpoint_from_v4((const uint8_t *)&info.ipi_addr, 0);
		}
		if (c->cmsg_level == IPPROTO_IPV6 && c->cmsg_type == IPV6_PKTINFO) {
			struct in6_pktinfo info;
			memcpy(&info, CMSG_DATA(c), sizeof(info));
			arrival->local = endpoint_from_v6(info.ipi6_addr.s6_addr, 0);
		}
	}
}

static bool receive_from(struct probe_sockets *s, int fd, struct probe_arrival *ret_arrival)
{
	struct sockaddr_storage address;
	_Alignas(struct cmsghdr) char control[256];
	struct iovec part = {s->buffer, PROBE_SIZE_MAX + 1};
	struct msghdr message = {
		.msg_name = &address,
		.msg_namelen = sizeof(address),
		.msg_iov = &part,
		.msg_iovlen = 1,
		.msg_control = control,
		.msg_controllen = sizeof(control),
	};
	ssize_t size = recvmsg(fd, &message, MSG_DONTWAIT);
	if (size < 0 && errno == ECONNREFUSED)
		size = recvmsg(fd, &message, MSG_DONTWAIT);
	if (size < 0)
		return false;
	*ret_arrival = (struct probe_arrival){
		.bytes = s->buffer,
		.size = (size_t)size,
		.from = sockaddr_to_endpoint((struct sockaddr *)&address),
		.is_multicast = fd == s->group_fd,
		.ttl = -1,
	};
	read_control(&message, ret_arrival);
	return true;
}

bool probe_sockets_receive(struct probe_sockets *s, struct probe_arrival *ret_arrival)
{
	return receive_from(s, s->group_fd, ret_arrival) ||
	       receive_from(s, s->main_fd, ret_arrival);
}

bool probe_sockets_refused(struct probe_sockets *s, struct endpoint *ret_endpoint)
{
	struct sockaddr_storage address;
	_Alignas(struct cmsghdr) char control[512];
	struct msghdr message = {
		.msg_name = &address,
		.msg_namelen = sizeof(address),
		.msg_control = control,
		.msg_controllen = sizeof(control),
	};
	while (recvmsg(s->main_fd, &message, MSG_ERRQUEUE | MSG_DONTWAIT) >= 0) {
		for (struct cmsghdr *c = CMSG_FIRSTHDR(&message); c; c = CMSG_NXTHDR(&message, c)) {
			struct sock_extended_err error;
			if ((c->cmsg_level != IPPROTO_IP || c->cmsg_type != IP_RECVERR) &&
			    (c->cmsg_level != IPPROTO_IPV6 || c->cmsg_type != IPV6_RECVERR))
				continue;
			memcpy(&error, CMSG_DATA(c), sizeof(error));
			if (error.ee_errno != ECONNREFUSED)
				continue;
			*ret_endpoint = sockaddr_to_endpoint((struct sockaddr *)&address);
			return true;
		}
		message.msg_controllen = sizeof(control);
		message.msg_namelen = sizeof(address);
	}
	return false;
}
