/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
#include "net/batch.h"
#include "net/sockaddr.h"

#include <errno.h>
#include <netinet/in.h>
#include <netinet/udp.h>
#include <stdlib.h>

#define BUFFERS     8
#define BUFFER_SIZE 65536 /* More than any UDP datagram or coalesced buffer. */

struct buffer {
	struct sockaddr_storage sender;
	char control[CMSG_SPACE(sizeof(int)) + CMSG_SPACE(sizeof(struct in6_pktinfo))];
	char bytes[BUFFER_SIZE];
};

struct batch {
	int count;                     /* Buffers filled by the last receive. */
	int current;                   /* The buffer being handed out. */
	size_t offset;                 /* What of it was handed out. */
	size_t segment_size;           /* Its datagrams' size; 0: not looked at yet. */
	struct endpoint sender, local; /* Where it came from and went to. */
	struct mmsghdr headers[BUFFERS];
	struct iovec vectors[BUFFERS];
	struct buffer buffers[BUFFERS];
};

struct batch *batch_new(void)
{
	struct batch *b = malloc(sizeof(*b));
	if (b)
		b->count = b->current = 0;
	return b;
}

void batch_free(struct batch *b)
{
	free(b);
}

void batch_prepare_socket(int fd)
{
	int on = 1;
	(void)setsockopt(fd, SOL_UDP, UDP_GRO, &on, sizeof(on));
}

int batch_receive(struct batch *b, int fd)
{
	for (int i = 0; i < BUFFERS; i++) {
		struct buffer *buffer = &b->buffers[i];
		b->vectors[i] = (struct iovec){buffer->bytes, BUFFER_SIZE};
		b->headers[i].msg_hdr = (struct msghdr){
			.msg_name = &buffer->sender,
			.msg_namelen = sizeof(buffer->sender),
			.msg_iov = &b->vectors[i],
			.msg_iovlen = 1,
			.msg_control = buffer->control,
			.msg_controllen = sizeof(buffer->control),
		};
	}
	b->current = 0;
	b->offset = b->segment_size = 0;
	b->count = 0;
	int count = recvmmsg(fd, b->headers, BUFFERS, MSG_DONTWAIT, NULL);
	if (count < 0)
		return errno == EAGAIN || errno == EINTR ? 0 : -errno;
	return b->count = count;
}

int batch_prepare_local(int fd, bool v6)
{
	int on = 1;
	int error = v6 ? setsockopt(fd, IPPROTO_IPV6, IPV6_RECVPKTINFO, &on, sizeof(on))
		       : setsockopt(fd, IPPROTO_IP, IP_PKTINFO, &on, sizeof(on));
	return error ? -errno : 0;
}

/* Learns about a received buffer of `size` bytes what its control messages tell. */
static void look_at(struct batch *b, struct buffer *buffer, struct msghdr *header, size_t size)
{
	b->segment_size = size > 0 ? size : 1;
	b->sender = sockaddr_to_endpoint((struct sockaddr *)&buffer->sender);
	b->local = (struct endpoint){0};
	for (struct cmsghdr *c = CMSG_FIRSTHDR(header); c; c = CMSG_NXTHDR(header, c)) {
		if (c->cmsg_level == SOL_UDP && c->cmsg_type == UDP_GRO) {
			int segment_size;
			memcpy(&segment_size, CMSG_DATA(c), sizeof(segment_size));
			if (segment_size > 0)
				b->segment_size = (size_t)segment_size;
		} else if (c->cmsg_level == IPPROTO_IP && c->cmsg_type == IP_PKTINFO) {
			struct in_pktinfo info;
			memcpy(&info, CMSG_DATA(c), sizeof(info));
			b->local = endpoint_from_v4((const uint8_t *)&info.ipi_addr, 0);
		} else if (c->cmsg_level == IPPROTO_IPV6 && c->cmsg_type == IPV6_PKTINFO) {
			struct in6_pktinfo info;
			memcpy(&info, CMSG_DATA(c), sizeof(info));
			b->local = endpoint_from_v6(info.ipi6_addr.s6_addr, 0);
		}
	}
}

bool batch_next(struct batch *b, struct datagram *ret_datagram)
{
	if (b->current == b->count)
		return false;
	struct mmsghdr *header = &b->headers[b->current];
	struct buffer *buffer = &b->buffers[b->current];
	size_t size = header->msg_len;
	if (b->segment_size == 0)
		look_at(b, buffer, &header->msg_hdr, size);
	size_t left = size - b->offset;
	size_t taken = left < b->segment_size ? left : b->segment_size;
	*ret_datagram = (struct datagram){
		.bytes = buffer->bytes + b->offset,
		.size = taken,
		.sender = b->sender,
		.local = b->local,
	};
	b->offset += taken;
	if (b->offset == size) {
		b->current++;
		b->offset = b->segment_size = 0;
	}
	return true;
}
