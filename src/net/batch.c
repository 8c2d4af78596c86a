/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
#include "net/batch.h"
#include "net/sockaddr.h"
#include "net/sockopt.h"

#include <assert.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/udp.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

/* At most so many arrivals, as many as a send can hold, once they have come in full batches: a
 * buffer that was never written to is no memory. And fewer where the last ones were so large that
 * WORKING_SET holds no more of their size: what the kernel has written is then still in the cache
 * when it reads it for each copy. */
#define ARRIVALS       128
#define ARRIVALS_FIRST 16
#define ARRIVALS_MIN   4
#define WORKING_SET    ((size_t)256 * 1024)

#define LINE        64    /* Of the cache: the kernel copies faster to the beginning of one. */
#define BUFFER_SIZE 65536 /* More than any UDP datagram or coalesced buffer. */
#define SLOT_SIZE   2048  /* The largest datagram that a slot of the row is made for. */
/* Buffers that all begin at a multiple of 64 KiB would share a few sets of the cache. */
#define STAGGER 1088

/* The kernel writes behind the front, which has room for what an arrival that does not fit has left
 * in its slot, and for a prefix. */
#define FRONT_SIZE (LINE + SLOT_SIZE)
_Static_assert(BATCH_PREFIX_MAX <= LINE, "the front has room for a prefix");

struct buffer {
	_Alignas(LINE) char bytes[FRONT_SIZE + BUFFER_SIZE + STAGGER];
};

/* What the kernel writes beside the bytes. */
struct label {
	struct sockaddr_storage sender;
	_Alignas(struct cmsghdr) char control[3 * CMSG_SPACE(sizeof(int)) +
					      CMSG_SPACE(sizeof(struct in6_pktinfo))];
};

struct batch {
	unsigned limit;   /* Arrivals to take with the next call. */
	unsigned count;   /* Arrivals of the last receive. */
	unsigned next;    /* The one to be handed out next. */
	size_t slot_size; /* Of single datagrams as they came last. */
	struct batch_prefix prefix;
	uint32_t dropped;
	struct mmsghdr headers[ARRIVALS];
	struct iovec vectors[ARRIVALS][2]; /* A slot in the row, then a buffer. */
	struct label labels[ARRIVALS];
	/* Slots side by side, each behind its prefix: single datagrams of one size become a run. */
	char row[ARRIVALS * (BATCH_PREFIX_MAX + SLOT_SIZE)];
	struct buffer buffers[ARRIVALS];
};

/* The kernel has written over what tells how much room there is. */
static void prepare_header(struct batch *b, unsigned i)
{
	struct msghdr *header = &b->headers[i].msg_hdr;
	header->msg_namelen = sizeof(b->labels[i].sender);
	header->msg_controllen = sizeof(b->labels[i].control);
}

/* The prefix, and right behind it the slot. */
static char *place_in_row(struct batch *b, unsigned i)
{
	return b->row + i * (b->prefix.size + b->slot_size);
}

static void prepare_row(struct batch *b, size_t slot_size, const struct batch_prefix *prefix)
{
	b->slot_size = slot_size;
	b->prefix = *prefix;
	for (unsigned i = 0; i < ARRIVALS; i++) {
		char *place = place_in_row(b, i);
		memcpy(place, prefix->bytes, prefix->size);
		b->vectors[i][0] = (struct iovec){place + prefix->size, slot_size};
		b->headers[i].msg_hdr.msg_iov = &b->vectors[i][slot_size > 0 ? 0 : 1];
		b->headers[i].msg_hdr.msg_iovlen = slot_size > 0 ? 2 : 1;
	}
}

struct batch *batch_new(void)
{
	const struct batch_prefix none = {.size = 0};
	struct batch *b = aligned_alloc(LINE, sizeof(*b));
	if (!b)
		return NULL;
	memset(b, 0, offsetof(struct batch, row));
	b->limit = ARRIVALS_FIRST;
	for (unsigned i = 0; i < ARRIVALS; i++) {
		b->vectors[i][1] = (struct iovec){b->buffers[i].bytes + FRONT_SIZE, BUFFER_SIZE};
		b->headers[i].msg_hdr = (struct msghdr){
			.msg_name = &b->labels[i].sender,
			.msg_control = b->labels[i].control,
		};
		prepare_header(b, i);
	}
	prepare_row(b, 0, &none);
	return b;
}

void batch_free(struct batch *b)
{
	free(b);
}

void batch_prepare_socket(int fd)
{
	(void)sockopt_set(fd, SOL_UDP, UDP_GRO, 1);
}

int batch_prepare_local(int fd, bool v6)
{
	int error = v6 ? sockopt_set(fd, IPPROTO_IPV6, IPV6_RECVPKTINFO, 1)
		       : sockopt_set(fd, IPPROTO_IP, IP_PKTINFO, 1);
	return error ? -errno : 0;
}

int batch_prepare_ttl(int fd, bool v6)
{
	int error = v6 ? sockopt_set(fd, IPPROTO_IPV6, IPV6_RECVHOPLIMIT, 1)
		       : sockopt_set(fd, IPPROTO_IP, IP_RECVTTL, 1);
	return error ? -errno : 0;
}

void batch_prepare_dropped(int fd)
{
	(void)sockopt_set(fd, SOL_SOCKET, SO_RXQ_OVFL, 1);
}

/* Twice as many as came now, and as the cache holds of their size. */
static void adapt_limit(struct batch *b)
{
	size_t size = 0, limit = 2 * (size_t)b->count;
	for (unsigned i = 0; i < b->count; i++)
		size += b->headers[i].msg_len;
	size_t fitting = WORKING_SET / (size / b->count + 1);
	if (limit < ARRIVALS_FIRST)
		limit = ARRIVALS_FIRST;
	if (limit > fitting)
		limit = fitting > ARRIVALS_MIN ? fitting : ARRIVALS_MIN;
	b->limit = limit < ARRIVALS ? (unsigned)limit : ARRIVALS;
}

/* The row is made for the last size where several came at once: else it gains nothing. */
static void adapt_row(struct batch *b, const struct batch_prefix *prefix)
{
	size_t slot_size = b->slot_size;
	if (b->count >= ARRIVALS_MIN)
		slot_size = b->headers[b->count - 1].msg_len;
	if (slot_size > SLOT_SIZE)
		slot_size = 0;
	bool is_as_before = slot_size == b->slot_size && prefix->size == b->prefix.size &&
			    memcmp(prefix->bytes, b->prefix.bytes, prefix->size) == 0;
	if (!is_as_before)
		prepare_row(b, slot_size, prefix);
	else if (prefix->size > 0)
		for (unsigned i = 0; i < b->count; i++) /* They may be written over. */
			memcpy(place_in_row(b, i), prefix->bytes, prefix->size);
}

/* Gives the memory of large arrivals back that came where small ones were expected, but for that of
 * the first: the next batches will be smaller. */
static void give_back(struct batch *b)
{
	size_t page = (size_t)sysconf(_SC_PAGESIZE);
	bool has_large = false;
	for (unsigned i = ARRIVALS_FIRST; i < b->count && !has_large; i++)
		has_large = b->headers[i].msg_len > SLOT_SIZE;
	if (!has_large)
		return;
	uintptr_t begin = (uintptr_t)b->buffers[ARRIVALS_FIRST].bytes;
	uintptr_t end = (uintptr_t)b->buffers[b->count - 1].bytes + sizeof(struct buffer);
	begin = (begin + page - 1) / page * page;
	(void)madvise((void *)begin, (end - begin) / page * page, MADV_DONTNEED);
}

int batch_receive(struct batch *b, int fd, const struct batch_prefix *prefix)
{
	const struct batch_prefix none = {.size = 0};
	give_back(b);
	adapt_row(b, prefix ? prefix : &none);
	for (unsigned i = 0; i < b->count; i++)
		prepare_header(b, i);
	b->count = b->next = 0;
	b->dropped = 0;
	int count = recvmmsg(fd, b->headers, b->limit, MSG_DONTWAIT, NULL);
	if (count < 0)
		return errno == EAGAIN || errno == EINTR ? 0 : -errno;
	b->count = (unsigned)count;
	if (count > 0)
		adapt_limit(b);
	return count;
}

/* Learns from the control messages what they tell. */
static void read_control(struct batch *b, struct msghdr *header, struct arrival *arrival,
			 size_t *segment_size)
{
	for (struct cmsghdr *c = CMSG_FIRSTHDR(header); c; c = CMSG_NXTHDR(header, c)) {
		if (c->cmsg_level == SOL_UDP && c->cmsg_type == UDP_GRO) {
			int size;
			memcpy(&size, CMSG_DATA(c), sizeof(size));
			if (size > 0)
				*segment_size = (size_t)size;
		} else if (c->cmsg_level == IPPROTO_IP && c->cmsg_type == IP_PKTINFO) {
			struct in_pktinfo info;
			memcpy(&info, CMSG_DATA(c), sizeof(info));
			arrival->local = endpoint_from_v4((const uint8_t *)&info.ipi_addr, 0);
		} else if (c->cmsg_level == IPPROTO_IPV6 && c->cmsg_type == IPV6_PKTINFO) {
			struct in6_pktinfo info;
			memcpy(&info, CMSG_DATA(c), sizeof(info));
			arrival->local = endpoint_from_v6(info.ipi6_addr.s6_addr, 0);
		} else if ((c->cmsg_level == IPPROTO_IP && c->cmsg_type == IP_TTL) ||
			   (c->cmsg_level == IPPROTO_IPV6 && c->cmsg_type == IPV6_HOPLIMIT)) {
			int ttl;
			memcpy(&ttl, CMSG_DATA(c), sizeof(ttl));
			arrival->ttl = (uint8_t)ttl;
		} else if (c->cmsg_level == SOL_SOCKET && c->cmsg_type == SO_RXQ_OVFL) {
			memcpy(&b->dropped, CMSG_DATA(c), sizeof(b->dropped));
		}
	}
}

/* True if arrival `i` differs from `first` in nothing but its bytes, and lies in its slot. */
static bool continues(const struct batch *b, unsigned first, unsigned i)
{
	const struct msghdr *a = &b->headers[first].msg_hdr, *c = &b->headers[i].msg_hdr;
	size_t size = b->headers[i].msg_len;
	return size <= b->slot_size && size + b->prefix.size > 0 &&
	       a->msg_namelen == c->msg_namelen && a->msg_controllen == c->msg_controllen &&
	       memcmp(a->msg_name, c->msg_name, a->msg_namelen) == 0 &&
	       memcmp(a->msg_control, c->msg_control, a->msg_controllen) == 0;
}

/* Single datagrams that lie side by side, from arrival `first`, as long as they continue it. */
static struct run take_row(struct batch *b, unsigned first)
{
	struct run run = {
		.bytes = place_in_row(b, first),
		.size = b->prefix.size + b->headers[first].msg_len,
		.segment_size = b->prefix.size + b->headers[first].msg_len,
		.count = 1,
	};
	size_t last_size = b->headers[first].msg_len;
	while (last_size == b->slot_size && b->next < b->count && continues(b, first, b->next)) {
		last_size = b->headers[b->next++].msg_len;
		run.size += b->prefix.size + last_size;
		run.count++;
	}
	return run;
}

/* An arrival that is longer than its slot: what the slot has goes before the rest, which lies in
 * the buffer already; the prefix before both, if it is a single one. */
static struct run take_buffer(struct batch *b, unsigned i, size_t segment_size)
{
	size_t size = b->headers[i].msg_len;
	size_t prefix = segment_size == size ? b->prefix.size : 0;
	char *begin = b->buffers[i].bytes + FRONT_SIZE - b->slot_size - prefix;
	memcpy(begin, b->prefix.bytes, prefix);
	memcpy(begin + prefix, place_in_row(b, i) + b->prefix.size, b->slot_size);
	return run_of(begin, prefix + size, prefix + segment_size);
}

bool batch_next(struct batch *b, struct arrival *ret_arrival)
{
	if (b->next == b->count)
		return false;
	unsigned i = b->next++;
	size_t size = b->headers[i].msg_len, segment_size = size;
	*ret_arrival = (struct arrival){
		.sender = sockaddr_to_endpoint((struct sockaddr *)&b->labels[i].sender)};
	read_control(b, &b->headers[i].msg_hdr, ret_arrival, &segment_size);
	bool is_single = segment_size >= size;
	ret_arrival->is_coalesced = !is_single;
	ret_arrival->has_prefix = is_single && b->prefix.size > 0;
	if (size > b->slot_size)
		ret_arrival->run = take_buffer(b, i, is_single ? size : segment_size);
	else if (is_single)
		ret_arrival->run = take_row(b, i);
	else
		ret_arrival->run = run_of(place_in_row(b, i) + b->prefix.size, size, segment_size);
	return true;
}

void batch_rewind(struct batch *b)
{
	b->next = 0;
}

uint32_t batch_dropped(const struct batch *b)
{
	return b->dropped;
}
