/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
/* attempt.c - what happens if a program really joins, sends and binds: sockets, RFC 3678. */
#include "collect/host.h"

#include <arpa/inet.h>
#include <errno.h>
#include <net/if.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

struct attempt {
	struct sockaddr_storage group, source;
	socklen_t size;
	unsigned interface; /* 0: the kernel chooses. */
	bool has_source;
};

static bool parse(const char *text, uint16_t port, struct sockaddr_storage *ret_address,
		  socklen_t *ret_size)
{
	struct sockaddr_in *v4 = (void *)ret_address;
	struct sockaddr_in6 *v6 = (void *)ret_address;
	memset(ret_address, 0, sizeof(*ret_address));
	if (inet_pton(AF_INET, text, &v4->sin_addr) == 1) {
		v4->sin_family = AF_INET;
		v4->sin_port = htons(port);
		*ret_size = sizeof(*v4);
		return true;
	}
	v6->sin6_family = AF_INET6;
	v6->sin6_port = htons(port);
	*ret_size = sizeof(*v6);
	return inet_pton(AF_INET6, text, &v6->sin6_addr) == 1;
}

static int level_of(const struct attempt *a)
{
	return a->group.ss_family == AF_INET ? IPPROTO_IP : IPPROTO_IPV6;
}

static int try_join(int fd, const struct attempt *a)
{
	struct group_req any = {.gr_interface = a->interface, .gr_group = a->group};
	struct group_source_req one = {
		.gsr_interface = a->interface, .gsr_group = a->group, .gsr_source = a->source};
	int result =
		a->has_source
			? setsockopt(fd, level_of(a), MCAST_JOIN_SOURCE_GROUP, &one, sizeof(one))
			: setsockopt(fd, level_of(a), MCAST_JOIN_GROUP, &any, sizeof(any));
	return result == 0 ? 0 : errno;
}

/* A datagram with TTL 0 reaches nobody else, and no program of this host: loop is off, and it has
 * no bytes. */
static int try_send(int fd, const struct attempt *a)
{
	int zero = 0, index = (int)a->interface;
	struct ip_mreqn out = {.imr_ifindex = index};
	bool is_v4 = a->group.ss_family == AF_INET;
	int result = is_v4 ? setsockopt(fd, IPPROTO_IP, IP_MULTICAST_IF, &out, sizeof(out))
			   : setsockopt(fd, IPPROTO_IPV6, IPV6_MULTICAST_IF, &index, sizeof(index));
	if (result != 0)
		return errno;
	(void)setsockopt(fd, level_of(a), is_v4 ? IP_MULTICAST_TTL : IPV6_MULTICAST_HOPS, &zero,
			 sizeof(zero));
	(void)setsockopt(fd, level_of(a), is_v4 ? IP_MULTICAST_LOOP : IPV6_MULTICAST_LOOP, &zero,
			 sizeof(zero));
	return sendto(fd, "", 0, 0, (const void *)&a->group, a->size) < 0 ? errno : 0;
}

/* As most programs bind, to the port at any address; so that holds who has it alone. */
static int try_bind(int family, uint16_t port)
{
	struct sockaddr_in v4 = {.sin_family = AF_INET, .sin_port = htons(port)};
	struct sockaddr_in6 v6 = {.sin6_family = AF_INET6, .sin6_port = htons(port)};
	int yes = 1, fd = socket(family, SOCK_DGRAM | SOCK_CLOEXEC, 0), result;
	if (fd < 0)
		return errno;
	(void)setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof(yes));
	if (family == AF_INET6)
		(void)setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &yes, sizeof(yes));
	result = family == AF_INET ? bind(fd, (const void *)&v4, sizeof(v4))
				   : bind(fd, (const void *)&v6, sizeof(v6));
	result = result == 0 ? 0 : errno;
	(void)close(fd);
	return result;
}

static void try_group(struct seen_host *h, const struct attempt *a)
{
	int fd = socket(a->group.ss_family, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return;
	int error = try_send(fd, a);
	h->can_send = error == 0;
	if (error)
		(void)snprintf(h->send_error, sizeof(h->send_error), "%s", strerror(error));
	error = try_join(fd, a);
	h->can_join = error == 0;
	if (error)
		(void)snprintf(h->join_error, sizeof(h->join_error), "%s", strerror(error));
	(void)close(fd);
}

void collect_attempts(struct snapshot *s)
{
	/* Without a group named: one that nobody uses, for documents (RFC 5771, MCAST-TEST-NET). */
	struct seen_host *h = s->host;
	struct attempt a = {.interface = if_nametoindex(h->asked_interface)};
	uint16_t port = h->asked_port > 0 ? (uint16_t)h->asked_port : 9;
	socklen_t size;
	if (!parse(h->asked_group[0] ? h->asked_group : "233.252.0.1", port, &a.group, &a.size))
		return;
	a.has_source = h->asked_source[0] && parse(h->asked_source, 0, &a.source, &size);
	try_group(h, &a);
	if (h->asked_port > 0) {
		int error = try_bind(a.group.ss_family, port);
		h->can_bind = error != EADDRINUSE;
	}
}
