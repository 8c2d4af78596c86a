/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
#ifndef RAMURE_NET_BATCH_H
#define RAMURE_NET_BATCH_H
/* batch.h - receives many UDP datagrams in one system call.
 *
 * recvmmsg, and UDP_GRO where the kernel has it: then what arrives may be a run of datagrams of one
 * sender and one size. A batch holds up to 128 arrivals where they come singly, and fewer where
 * they come coalesced, so that what is worked on stays in the processor's cache. Single datagrams
 * of the size of those before them lie side by side, and can so be sent on as if they had come
 * coalesced.
 *
 *     batch_new -> ( batch_receive -> batch_next* )* -> batch_free
 */
#include "base/endpoint.h"
#include "base/run.h"

struct batch;

/* What came together from one sender: a run of datagrams, mostly of one. */
struct arrival {
	struct run run; /* Borrowed from the batch until the next batch_receive. */
	bool has_prefix;
	bool is_coalesced; /* By the kernel: one packet buffer for all. */
	struct endpoint sender;
	struct endpoint local; /* Where it was sent to, port 0; `::` if the socket does not tell. */
	uint8_t ttl;           /* Or hop limit; 0 if the socket does not tell. */
};

#define BATCH_PREFIX_MAX 48

/* Bytes of the caller's that are to stand before each datagram, as if it had been sent so. Whoever
 * takes the arrivals may write over them and over the datagrams, until the next batch_receive. */
struct batch_prefix {
	size_t size;
	char bytes[BATCH_PREFIX_MAX];
};

/* Gives an empty batch, NULL without memory. Its pages are touched only as datagrams come. */
struct batch *batch_new(void);
void batch_free(struct batch *b);

/* Lets the socket coalesce; without effect on kernels that cannot (before 5.0). */
void batch_prepare_socket(int fd);

/* Lets the socket, IPv6 or not, tell where each datagram was sent to. Negative errno on failure. */
int batch_prepare_local(int fd, bool v6);

/* Lets the socket, IPv6 or not, tell the TTL or hop limit of each. Negative errno on failure. */
int batch_prepare_ttl(int fd, bool v6);

/* Lets the socket tell how many datagrams it has dropped. */
void batch_prepare_dropped(int fd);

/* Receives what waits on the non-blocking socket `fd`. Gives the number of what the kernel handed
 * over, 0 if nothing waits, or a negative errno. What was left of the batch before is gone. Each
 * datagram has the prefix (NULL: none) before it, but those that the kernel has coalesced: there is
 * no room. */
int batch_receive(struct batch *b, int fd, const struct batch_prefix *prefix);

/* The next arrival; false when there is no more. */
bool batch_next(struct batch *b, struct arrival *ret_arrival);

/* Begins again with the first arrival of the last receive. */
void batch_rewind(struct batch *b);

/* How many datagrams the socket of the last receive has dropped since it was opened, as the arrival
 * handed out last tells; 0 if it does not. A coalesced buffer counts as one. */
uint32_t batch_dropped(const struct batch *b);

#endif
