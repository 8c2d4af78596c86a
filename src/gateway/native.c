/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
#include "gateway/native.h"
#include "island/hello.h"
#include "net/batch.h"
#include "net/mcast.h"
#include "net/sockaddr.h"
#include "net/sockopt.h"

#include <errno.h>
#include <netinet/in.h>
#include <netinet/udp.h>
#include <stdio.h>
#include <sys/socket.h>
#include <unistd.h>

/* One send carries so much at most. */
#define SEGMENTS_MAX 64
#define SEND_MAX     65507

int native_receive(const struct endpoint *group, const struct endpoint *source,
		   const struct link *link, struct failure *failure)
{
	struct mcast m = MCAST_CLOSED;
	const struct mcast_options o = {
		.group = *group, .sources = source, .source_count = source ? 1 : 0};
	int error = mcast_join(&m, &o, link, failure);
	if (error)
		return error;
	(void)batch_prepare_ttl(m.receive_fd, !endpoint_is_v4(group));
	batch_prepare_dropped(m.receive_fd);
	return m.receive_fd;
}

static int choose_v4(int fd, int ttl, const struct link *link)
{
	struct ip_mreqn interface = {.imr_ifindex = (int)link->index};
	memcpy(&interface.imr_address, endpoint_v4(&link->v4), 4);
	if (setsockopt(fd, IPPROTO_IP, IP_MULTICAST_IF, &interface, sizeof(interface)) != 0)
		return -1;
	return sockopt_set(fd, IPPROTO_IP, IP_MULTICAST_TTL, ttl);
}

static int choose_v6(int fd, int ttl, const struct link *link)
{
	if (sockopt_set(fd, IPPROTO_IPV6, IPV6_MULTICAST_IF, (int)link->index) != 0)
		return -1;
	return sockopt_set(fd, IPPROTO_IPV6, IPV6_MULTICAST_HOPS, ttl);
}

static int bind_emitter(int fd, const struct endpoint *source, bool is_foreign)
{
	bool is_v4 = endpoint_is_v4(source);
	struct sockaddr_storage address;
	socklen_t length = sockaddr_from_endpoint(source, 0, &address);
	if (!is_v4 && sockopt_set(fd, IPPROTO_IPV6, IPV6_V6ONLY, 1) != 0)
		return -1;
	int level = is_v4 ? IPPROTO_IP : IPPROTO_IPV6;
	if (is_foreign && sockopt_set(fd, level, is_v4 ? IP_TRANSPARENT : IPV6_TRANSPARENT, 1) != 0)
		return -1;
	if (sockopt_set(fd, SOL_SOCKET, SO_REUSEADDR, 1) != 0)
		return -1;
	(void)sockopt_set(fd, SOL_SOCKET, SO_RCVBUF, 0); /* It only sends. */
	return bind(fd, (const struct sockaddr *)&address, length);
}

static int open_emitter(const struct endpoint *source, bool is_foreign, int ttl,
			const struct link *link, struct failure *failure)
{
	bool is_v4 = endpoint_is_v4(source);
	if (is_v4 && !link->has_v4)
		return failure_set(failure, -EADDRNOTAVAIL,
				   "cannot emit on %s: it has no IPv4 address", link->name);
	int fd = socket(is_v4 ? AF_INET : AF_INET6, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd < 0)
		return failure_set(failure, -errno, "cannot open a socket to emit on %s: %s",
				   link->name, strerror(errno));
	if ((is_v4 ? choose_v4(fd, ttl, link) : choose_v6(fd, ttl, link)) != 0 ||
	    bind_emitter(fd, source, is_foreign) != 0) {
		int error = failure_set(failure, -errno, "cannot emit on %s: %s", link->name,
					strerror(errno));
		close(fd);
		return error;
	}
	sockopt_grow_send_buffer(fd);
	return fd;
}

int native_emit_open(bool is_v4, int ttl, const struct link *link, struct failure *failure)
{
	struct endpoint any = {.port = HELLO_PORT};
	if (is_v4)
		any.address[10] = any.address[11] = 0xFF;
	return open_emitter(&any, false, ttl, link, failure);
}

int native_emit_open_as(const struct endpoint *origin, int ttl, const struct link *link,
			struct failure *failure)
{
	return open_emitter(origin, true, ttl, link, failure);
}

/* --- Emitting --- */

static bool send_one(int fd, const struct sockaddr_storage *to, socklen_t length, const char *bytes,
		     size_t size, size_t segment_size)
{
	_Alignas(struct cmsghdr) char control[CMSG_SPACE(sizeof(uint16_t))] = {0};
	struct iovec part = {(void *)(uintptr_t)bytes, size};
	struct msghdr header = {
		.msg_name = (void *)(uintptr_t)to,
		.msg_namelen = length,
		.msg_iov = &part,
		.msg_iovlen = 1,
	};
	if (segment_size < size) {
		uint16_t segment = (uint16_t)segment_size;
		header.msg_control = control;
		header.msg_controllen = sizeof(control);
		struct cmsghdr *c = CMSG_FIRSTHDR(&header);
		c->cmsg_level = SOL_UDP;
		c->cmsg_type = UDP_SEGMENT;
		c->cmsg_len = CMSG_LEN(sizeof(segment));
		memcpy(CMSG_DATA(c), &segment, sizeof(segment));
	}
	return sendmsg(fd, &header, 0) >= 0;
}

size_t native_emit(int fd, const struct endpoint *group, unsigned zone, const struct run *run)
{
	struct sockaddr_storage to;
	socklen_t length = sockaddr_from_endpoint(group, zone, &to);
	struct run left = *run;
	size_t sent = 0;
	while (left.count > 0) {
		size_t most = left.segment_size > 0 ? SEND_MAX / left.segment_size : 1;
		if (most > SEGMENTS_MAX)
			most = SEGMENTS_MAX;
		if (most == 0)
			most = 1;
		struct run some = run_take(&left, left.count < most ? left.count : most);
		if (send_one(fd, &to, length, some.bytes, some.size, some.segment_size)) {
			sent += some.count;
			continue;
		}
		/* The device does not segment, or an error of before was told: one by one. */
		for (; some.count > 0;) {
			struct run one = run_take(&some, 1);
			sent += send_one(fd, &to, length, one.bytes, one.size, one.size);
		}
	}
	return sent;
}

/* --- What the kernel tells --- */

/* `2<tab>eth0      :     2      V3`, then groups of it: `<tab>...010200E1     1 0:00000000 0`,
 * the address as a number of the host's. */
static int users_v4(const struct endpoint *group, const char *interface)
{
	uint32_t address;
	memcpy(&address, endpoint_v4(group), sizeof(address));
	FILE *file = fopen("/proc/net/igmp", "re");
	char line[256], name[32] = "";
	int users = file ? 0 : -1;
	unsigned index, found;
	int count;
	while (file && fgets(line, sizeof(line), file)) {
		if (line[0] != '\t')
			(void)(sscanf(line, "%u %31s", &index, name) == 2 || (name[0] = '\0'));
		else if (strcmp(name, interface) == 0 &&
			 sscanf(line, " %8x %d", &found, &count) == 2 && found == address)
			users = count;
	}
	if (file)
		(void)fclose(file);
	return users;
}

/* `2    eth0            ff0200000000000000000001ff000001     1 00000004 0`. */
static int users_v6(const struct endpoint *group, const char *interface)
{
	FILE *file = fopen("/proc/net/igmp6", "re");
	char line[256], name[32], found[33], wanted[33];
	int users = file ? 0 : -1, count;
	unsigned index;
	for (size_t i = 0; i < sizeof(group->address); i++)
		(void)snprintf(wanted + 2 * i, 3, "%02x", group->address[i]);
	while (file && fgets(line, sizeof(line), file))
		if (sscanf(line, "%u %31s %32s %d", &index, name, found, &count) == 4 &&
		    strcmp(name, interface) == 0 && strcmp(found, wanted) == 0)
			users = count;
	if (file)
		(void)fclose(file);
	return users;
}

int native_users(const struct endpoint *group, const char *interface)
{
	return endpoint_is_v4(group) ? users_v4(group, interface) : users_v6(group, interface);
}

unsigned native_path_mtu(const struct endpoint *peer)
{
	bool is_v4 = endpoint_is_v4(peer);
	struct sockaddr_storage address;
	socklen_t length = sockaddr_from_endpoint(peer, 0, &address), size = sizeof(int);
	int mtu = 0, fd = socket(is_v4 ? AF_INET : AF_INET6, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return 0;
	if (connect(fd, (struct sockaddr *)&address, length) != 0 ||
	    getsockopt(fd, is_v4 ? IPPROTO_IP : IPPROTO_IPV6, is_v4 ? IP_MTU : IPV6_MTU, &mtu,
		       &size) != 0)
		mtu = 0;
	close(fd);
	return mtu > 0 ? (unsigned)mtu : 0;
}
