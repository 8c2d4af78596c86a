/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
#include "net/udp.h"
#include "net/sockaddr.h"
#include "net/sockopt.h"

#include <errno.h>
#include <linux/errqueue.h>
#include <netinet/in.h>
#include <netinet/ip_icmp.h>
#include <unistd.h>

/* So often a send is tried again that only reported the fate of an earlier one. */
#define SEND_TRIES 4

static int prepare(int fd, bool v6)
{
	if (v6 && sockopt_set(fd, IPPROTO_IPV6, IPV6_V6ONLY, 1) != 0)
		return -1;
	if (v6 ? sockopt_set(fd, IPPROTO_IPV6, IPV6_RECVERR, 1)
	       : sockopt_set(fd, IPPROTO_IP, IP_RECVERR, 1))
		return -1;
	if (batch_prepare_local(fd, v6) != 0)
		return -1;
	batch_prepare_socket(fd);
	sockopt_grow_receive_buffer(fd);
	return 0;
}

int udp_open(const struct endpoint *bind_to, struct udp *ret_udp, struct failure *failure)
{
	char text[ENDPOINT_TEXT_SIZE];
	struct sockaddr_storage address;
	socklen_t length = sockaddr_from_endpoint(bind_to, 0, &address);
	struct udp u = {.v6 = !endpoint_is_v4(bind_to)};
	u.fd = socket(address.ss_family, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (u.fd < 0)
		return failure_set(failure, -errno, "cannot open a UDP socket for IPv%d: %s",
				   u.v6 ? 6 : 4, strerror(errno));
	if (prepare(u.fd, u.v6) != 0 || bind(u.fd, (struct sockaddr *)&address, length) != 0) {
		int error = failure_set(failure, -errno, "cannot bind to %s: %s%s",
					endpoint_format(bind_to, text), strerror(errno),
					errno == EADDRINUSE ? "; `ss -lunp` shows who has it" : "");
		close(u.fd);
		return error;
	}
	length = sizeof(address);
	(void)getsockname(u.fd, (struct sockaddr *)&address, &length);
	u.bound = sockaddr_to_endpoint((struct sockaddr *)&address);
	*ret_udp = u;
	return 0;
}

void udp_close(struct udp *u)
{
	if (u->fd >= 0)
		close(u->fd);
	u->fd = -1;
}

void udp_set_local(struct msghdr *header, struct udp_control *control, const struct endpoint *local)
{
	if (endpoint_is_unspecified(local))
		return;
	header->msg_control = control->space;
	header->msg_controllen = sizeof(control->space);
	struct cmsghdr *c = CMSG_FIRSTHDR(header);
	if (endpoint_is_v4(local)) {
		struct in_pktinfo info = {0};
		memcpy(&info.ipi_spec_dst, endpoint_v4(local), 4);
		header->msg_controllen = CMSG_SPACE(sizeof(info));
		*c = (struct cmsghdr){CMSG_LEN(sizeof(info)), IPPROTO_IP, IP_PKTINFO};
		memcpy(CMSG_DATA(c), &info, sizeof(info));
	} else {
		struct in6_pktinfo info = {0};
		memcpy(&info.ipi6_addr, local->address, 16);
		*c = (struct cmsghdr){CMSG_LEN(sizeof(info)), IPPROTO_IPV6, IPV6_PKTINFO};
		memcpy(CMSG_DATA(c), &info, sizeof(info));
	}
}

bool udp_may_try_again(const struct udp *u, unsigned tries)
{
	/* An ICMP error of an earlier datagram fails one send, to whomever; reading it clears it.
	 * The error queue keeps the endpoint for udp_next_unreachable. */
	if (errno != ECONNREFUSED && errno != EHOSTUNREACH && errno != ENETUNREACH)
		return false;
	int pending = 0;
	socklen_t length = sizeof(pending);
	(void)getsockopt(u->fd, SOL_SOCKET, SO_ERROR, &pending, &length);
	return tries + 1 < SEND_TRIES;
}

int udp_send(const struct udp *u, const struct path *path, const char *header, size_t header_size,
	     const char *bytes, size_t size)
{
	struct sockaddr_storage address;
	struct udp_control control;
	struct iovec parts[2] = {
		{(void *)(uintptr_t)header, header_size},
		{(void *)(uintptr_t)bytes, size},
	};
	struct msghdr message = {
		.msg_name = &address,
		.msg_namelen = sockaddr_from_endpoint(&path->remote, 0, &address),
		.msg_iov = parts,
		.msg_iovlen = size > 0 ? 2 : 1,
	};
	udp_set_local(&message, &control, &path->local);
	for (unsigned tries = 0;; tries++) {
		if (sendmsg(u->fd, &message, MSG_DONTWAIT) >= 0)
			return 0;
		int error = -errno;
		if (!udp_may_try_again(u, tries))
			return error;
	}
}

static bool is_port_unreachable(const struct sock_extended_err *e)
{
	if (e->ee_origin == SO_EE_ORIGIN_ICMP)
		return e->ee_type == ICMP_DEST_UNREACH && e->ee_code == ICMP_PORT_UNREACH;
	/* ICMPv6 destination unreachable, port unreachable (RFC 4443 section 3.1). */
	return e->ee_origin == SO_EE_ORIGIN_ICMP6 && e->ee_type == 1 && e->ee_code == 4;
}

/* Whether the error message tells of a closed port. */
static bool tells_closed_port(struct msghdr *header)
{
	for (struct cmsghdr *c = CMSG_FIRSTHDR(header); c; c = CMSG_NXTHDR(header, c)) {
		struct sock_extended_err e;
		bool is_error = (c->cmsg_level == IPPROTO_IP && c->cmsg_type == IP_RECVERR) ||
				(c->cmsg_level == IPPROTO_IPV6 && c->cmsg_type == IPV6_RECVERR);
		if (!is_error)
			continue;
		memcpy(&e, CMSG_DATA(c), sizeof(e));
		return is_port_unreachable(&e);
	}
	return false;
}

bool udp_next_unreachable(const struct udp *u, struct endpoint *ret_endpoint)
{
	for (;;) {
		struct sockaddr_storage address;
		char quoted[1];
		union {
			struct cmsghdr align;
			char space[512];
		} control;
		struct iovec part = {quoted, sizeof(quoted)};
		struct msghdr header = {
			.msg_name = &address,
			.msg_namelen = sizeof(address),
			.msg_iov = &part,
			.msg_iovlen = 1,
			.msg_control = &control,
			.msg_controllen = sizeof(control),
		};
		if (recvmsg(u->fd, &header, MSG_ERRQUEUE | MSG_DONTWAIT) < 0)
			return false;
		if (!tells_closed_port(&header))
			continue;
		*ret_endpoint = sockaddr_to_endpoint((struct sockaddr *)&address);
		return true;
	}
}
