/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
#ifndef RAMURE_NET_SOCKOPT_H
#define RAMURE_NET_SOCKOPT_H
/* sockopt.h - socket options that every UDP socket here wants. */

/* Sets an option whose value is an int. 0, or -1 and errno. */
int sockopt_set(int fd, int level, int option, int value);

/* Asks for a receive buffer of SOCKOPT_RECEIVE_BUFFER bytes: the usual default of 212,992 holds
 * only some 90 datagrams of 1,200 bytes. Without privileges it grows up to net.core.rmem_max. */
void sockopt_grow_receive_buffer(int fd);

#define SOCKOPT_RECEIVE_BUFFER (4 * 1024 * 1024)

/* Asks for a send buffer of 1 MiB: the usual one holds three coalesced buffers, and the rest of a
 * burst to a child behind a slow device would be lost; a larger one is delay where the child stays
 * behind. */
void sockopt_grow_send_buffer(int fd);

/* The receive buffer that the socket has, in the same bytes. */
int sockopt_receive_buffer(int fd);

#endif
