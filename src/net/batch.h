/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
#ifndef RAMURE_NET_BATCH_H
#define RAMURE_NET_BATCH_H
/* batch.h - receives many UDP datagrams in one system call.
 *
 * recvmmsg, and UDP_GRO where the kernel has it: a coalesced buffer holds up to 64 datagrams of one
 * sender and one size (only the last may be shorter), and is handed out datagram by datagram.
 *
 *     batch_new -> ( batch_receive -> batch_next* )* -> batch_free
 */
#include "base/endpoint.h"

#include <stddef.h>

struct batch;

struct datagram {
	const char *bytes; /* Borrowed from the batch until the next batch_receive. */
	size_t size;       /* May be 0. */
	struct endpoint sender;
	struct endpoint local; /* Where it was sent to, port 0; `::` if the socket does not tell. */
};

/* Gives an empty batch, NULL without memory. Its pages are touched only as datagrams come. */
struct batch *batch_new(void);
void batch_free(struct batch *b);

/* Lets the socket coalesce; without effect on kernels that cannot (before 5.0). */
void batch_prepare_socket(int fd);

/* Lets the socket, IPv6 or not, tell where each datagram was sent to. Negative errno on failure. */
int batch_prepare_local(int fd, bool v6);

/* Receives what waits on the non-blocking socket `fd`. Gives the number of buffers, 0 if nothing
 * waits, or a negative errno. What was left of the batch before is gone. */
int batch_receive(struct batch *b, int fd);

/* The next datagram; false when there is no more. */
bool batch_next(struct batch *b, struct datagram *ret_datagram);

#endif
