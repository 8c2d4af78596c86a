/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
#include "net/udp.h"
#include "net/sockaddr.h"
#include "net/sockopt.h"

#include <errno.h>
#include <linux/errqueue.h>
#include <linux/filter.h>
#include <linux/sock_diag.h>
#include <netinet/in.h>
#include <netinet/ip_icmp.h>
#include <netinet/udp.h>
#include <unistd.h>

/* UDP_MAX_SEGMENTS of kernels before 6.9. */
#define SEGMENTS_OLD 64

/* Datagrams handed to the kernel with one call, where it does not segment. */
#define SINGLES 32

static int prepare(int fd, bool v6, unsigned without)
{
	if (v6 && sockopt_set(fd, IPPROTO_IPV6, IPV6_V6ONLY, 1) != 0)
		return -1;
	if (v6 ? sockopt_set(fd, IPPROTO_IPV6, IPV6_RECVERR, 1)
	       : sockopt_set(fd, IPPROTO_IP, IP_RECVERR, 1))
		return -1;
	if (!(without & UDP_WITHOUT_LOCAL) && batch_prepare_local(fd, v6) != 0)
		return -1;
	if (!(without & UDP_WITHOUT_GRO))
		batch_prepare_socket(fd);
	batch_prepare_dropped(fd);
	sockopt_grow_receive_buffer(fd);
	sockopt_grow_send_buffer(fd);
	return 0;
}

/* How many datagrams one send may hold. That of kernels before 6.9 is found out by the first send
 * that is too long for them. */
static uint16_t probe_segments(int fd, unsigned without)
{
	bool has_gso =
		!(without & UDP_WITHOUT_GSO) && sockopt_set(fd, SOL_UDP, UDP_SEGMENT, 0) == 0;
	return has_gso ? GATHER_DATAGRAMS : 1;
}

/* Opens and binds a socket; -1 and errno on failure. */
static int open_bound(const struct endpoint *bind_to, bool shares_port, unsigned without)
{
	struct sockaddr_storage address;
	socklen_t length = sockaddr_from_endpoint(bind_to, 0, &address);
	int fd = socket(address.ss_family, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd < 0)
		return -1;
	if (prepare(fd, !endpoint_is_v4(bind_to), without) == 0 &&
	    (!shares_port || sockopt_set(fd, SOL_SOCKET, SO_REUSEPORT, 1) == 0) &&
	    bind(fd, (struct sockaddr *)&address, length) == 0)
		return fd;
	int error = errno;
	close(fd);
	errno = error;
	return -1;
}

int udp_open(const struct endpoint *bind_to, unsigned without, struct udp *ret_udp,
	     struct failure *failure)
{
	char text[ENDPOINT_TEXT_SIZE];
	struct sockaddr_storage address;
	socklen_t length = sizeof(address);
	int fd = open_bound(bind_to, false, without);
	if (fd < 0)
		return failure_set(failure, -errno, "cannot open UDP %s: %s%s",
				   endpoint_format(bind_to, text), strerror(errno),
				   errno == EADDRINUSE ? "; `ss -lunp` shows who has it" : "");
	(void)getsockname(fd, (struct sockaddr *)&address, &length);
	*ret_udp = (struct udp){
		.fd = fd,
		.v6 = !endpoint_is_v4(bind_to),
		.bound = sockaddr_to_endpoint((struct sockaddr *)&address),
		.segments_max = probe_segments(fd, without),
	};
	return 0;
}

int udp_open_beside(struct udp *first, unsigned without, struct udp *ret_udp)
{
	/* Only now, when it is bound: had it asked for it before, it would not have noticed that
	 * somebody else has the port. */
	if (sockopt_set(first->fd, SOL_SOCKET, SO_REUSEPORT, 1) != 0)
		return -errno;
	int fd = open_bound(&first->bound, true, without);
	if (fd < 0)
		return -errno;
	*ret_udp = *first;
	ret_udp->fd = fd;
	return 0;
}

int udp_steer_data(const struct udp *u)
{
	/* The filter sees the datagram from its first byte, and gives the number of the socket, in
	 * the order in which they were bound. Of less than four bytes it gives 0. */
	struct sock_filter code[] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, 0),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, 0x44415441 /* DATA */, 1, 0),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, 0x4D444154 /* MDAT */, 0, 1),
		BPF_STMT(BPF_RET | BPF_K, 1),
		BPF_STMT(BPF_RET | BPF_K, 0),
	};
	struct sock_fprog program = {.len = sizeof(code) / sizeof(code[0]), .filter = code};
	int error =
		setsockopt(u->fd, SOL_SOCKET, SO_ATTACH_REUSEPORT_CBPF, &program, sizeof(program));
	return error ? -errno : 0;
}

void udp_end_sharing(const struct udp *first)
{
	(void)sockopt_set(first->fd, SOL_SOCKET, SO_DETACH_REUSEPORT_BPF, 0);
	(void)sockopt_set(first->fd, SOL_SOCKET, SO_REUSEPORT, 0);
}

void udp_close(struct udp *u)
{
	if (u->fd >= 0)
		close(u->fd);
	u->fd = -1;
}

/* --- Sending --- */

static void put_control(struct msghdr *header, struct udp_control *control, int level, int type,
			const void *data, size_t size)
{
	struct cmsghdr c = {CMSG_LEN(size), level, type};
	char *place = control->space + header->msg_controllen;
	memcpy(place, &c, sizeof(c));
	memcpy(place + CMSG_LEN(0), data, size);
	header->msg_control = control->space;
	header->msg_controllen += CMSG_SPACE(size);
}

void udp_set_local(struct msghdr *header, struct udp_control *control, const struct endpoint *local)
{
	if (endpoint_is_unspecified(local))
		return;
	if (endpoint_is_v4(local)) {
		struct in_pktinfo info = {0};
		memcpy(&info.ipi_spec_dst, endpoint_v4(local), 4);
		put_control(header, control, IPPROTO_IP, IP_PKTINFO, &info, sizeof(info));
	} else {
		struct in6_pktinfo info = {0};
		memcpy(&info.ipi6_addr, local->address, 16);
		put_control(header, control, IPPROTO_IPV6, IPV6_PKTINFO, &info, sizeof(info));
	}
}

/* How often in all a send is tried that failed so: an ICMP error about an earlier datagram, to
 * whomever, fails the next one (ip(7), IP_RECVERR). Where the error may be about the datagram
 * itself, once more tells. */
static unsigned tries_for(int error)
{
	switch (error) {
	case ECONNREFUSED:
	case EHOSTUNREACH:
	case ENETUNREACH:
		return 4;
	case EMSGSIZE:
	case EACCES:
	case ENOPROTOOPT:
	case EOPNOTSUPP:
	case EHOSTDOWN:
	case ENONET:
	case EPROTO:
		return 2;
	default:
		return 1;
	}
}

/* Reading an error clears it. The queue keeps the endpoint for udp_next_unreachable. */
static void clear_error(const struct udp *u)
{
	int pending = 0;
	socklen_t length = sizeof(pending);
	(void)getsockopt(u->fd, SOL_SOCKET, SO_ERROR, &pending, &length);
}

/* 0, or a negative errno. That many at once are larger than a packet is no reason to try again:
 * they are sent singly then, whether the error was theirs or not. */
static int send_message(const struct udp *u, const struct msghdr *message, bool is_segmented)
{
	for (unsigned tries = 1;; tries++) {
		if (sendmsg(u->fd, message, MSG_DONTWAIT) >= 0)
			return 0;
		int error = errno;
		bool is_too_large = is_segmented && error == EMSGSIZE;
		if (is_too_large || tries >= tries_for(error))
			return -error;
		clear_error(u);
	}
}

unsigned udp_send_many(const struct udp *u, struct mmsghdr *headers, unsigned count)
{
	unsigned done = 0, lost = 0, tries = 0;
	while (done < count) {
		int sent = sendmmsg(u->fd, headers + done, count - done, MSG_DONTWAIT);
		if (sent > 0) {
			done += (unsigned)sent;
			tries = 0;
		} else if (++tries >= tries_for(errno)) {
			done++; /* The first of them is the one that failed. */
			lost++;
			tries = 0;
		} else {
			clear_error(u);
		}
	}
	return count - lost;
}

/* Where a message goes. */
struct destination {
	struct sockaddr_storage address;
	struct udp_control control;
};

static struct msghdr message_to(const struct path *path, struct destination *d)
{
	struct msghdr message = {
		.msg_name = &d->address,
		.msg_namelen = sockaddr_from_endpoint(&path->remote, 0, &d->address),
	};
	udp_set_local(&message, &d->control, &path->local);
	return message;
}

int udp_send(const struct udp *u, const struct path *path, const char *bytes, size_t size)
{
	struct destination destination;
	struct iovec part = {(void *)(uintptr_t)bytes, size};
	struct msghdr message = message_to(path, &destination);
	message.msg_iov = &part;
	message.msg_iovlen = 1;
	return send_message(u, &message, false);
}

static size_t send_singly(const struct udp *u, const struct msghdr *to, const struct gather *g)
{
	struct mmsghdr headers[SINGLES] = {0};
	struct iovec parts[SINGLES][GATHER_SINGLE_PARTS];
	struct gather_place place = {0};
	size_t sent = 0;
	for (unsigned count = 1; count > 0;) {
		for (count = 0; count < SINGLES; count++) {
			struct msghdr *message = &headers[count].msg_hdr;
			*message = *to;
			message->msg_iov = parts[count];
			message->msg_iovlen = gather_single(g, &place, parts[count]);
			if (message->msg_iovlen == 0)
				break;
		}
		sent += udp_send_many(u, headers, count);
	}
	return sent;
}

static int send_together(const struct udp *u, struct msghdr message, struct udp_control *control,
			 const struct gather *g)
{
	uint16_t segment_size = (uint16_t)g->segment_size;
	message.msg_iov = (struct iovec *)(uintptr_t)g->parts;
	message.msg_iovlen = g->part_count;
	if (g->count > 1)
		put_control(&message, control, SOL_UDP, UDP_SEGMENT, &segment_size,
			    sizeof(segment_size));
	return send_message(u, &message, g->count > 1);
}

size_t udp_send_gathered(struct udp *u, const struct path *path, const struct gather *g)
{
	struct destination destination;
	struct msghdr message = message_to(path, &destination);
	if (g->count > u->segments_max)
		return send_singly(u, &message, g);
	int error = send_together(u, message, &destination.control, g);
	if (error == 0) {
		u->coalesced += g->count > 1 ? g->count : 0;
		return g->count;
	}
	if (g->count == 1)
		return 0;
	if (error == -EIO)
		u->segments_max = 1; /* The device cannot, or not beside what else it does. */
	else if (error == -EINVAL && g->count > SEGMENTS_OLD)
		u->segments_max = SEGMENTS_OLD;
	else if (error != -EMSGSIZE && error != -EINVAL)
		return 0;
	return send_singly(u, &message, g);
}

/* --- What the kernel and the network report --- */

uint64_t udp_dropped(const struct udp *u)
{
	uint32_t values[SK_MEMINFO_VARS] = {0};
	socklen_t length = sizeof(values);
	(void)getsockopt(u->fd, SOL_SOCKET, SO_MEMINFO, values, &length);
	return values[SK_MEMINFO_DROPS];
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

bool udp_next_unreachable(const struct udp *u, struct udp_unreachable *ret_unreachable)
{
	for (;;) {
		struct sockaddr_storage address;
		union {
			struct cmsghdr align;
			char space[512];
		} control;
		struct iovec part = {ret_unreachable->quoted, sizeof(ret_unreachable->quoted)};
		struct msghdr header = {
			.msg_name = &address,
			.msg_namelen = sizeof(address),
			.msg_iov = &part,
			.msg_iovlen = 1,
			.msg_control = &control,
			.msg_controllen = sizeof(control),
		};
		ssize_t size = recvmsg(u->fd, &header, MSG_ERRQUEUE | MSG_DONTWAIT);
		if (size < 0)
			return false;
		if (!tells_closed_port(&header))
			continue;
		ret_unreachable->endpoint = sockaddr_to_endpoint((struct sockaddr *)&address);
		ret_unreachable->size = (size_t)size;
		return true;
	}
}
