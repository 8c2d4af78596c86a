/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
#include "net/sockopt.h"

#include <sys/socket.h>

#define SEND_BUFFER (1024 * 1024)

int sockopt_set(int fd, int level, int option, int value)
{
	return setsockopt(fd, level, option, &value, sizeof(value));
}

void sockopt_grow_receive_buffer(int fd)
{
	if (sockopt_set(fd, SOL_SOCKET, SO_RCVBUFFORCE, SOCKOPT_RECEIVE_BUFFER) != 0)
		(void)sockopt_set(fd, SOL_SOCKET, SO_RCVBUF, SOCKOPT_RECEIVE_BUFFER);
}

void sockopt_grow_send_buffer(int fd)
{
	if (sockopt_set(fd, SOL_SOCKET, SO_SNDBUFFORCE, SEND_BUFFER) != 0)
		(void)sockopt_set(fd, SOL_SOCKET, SO_SNDBUF, SEND_BUFFER);
}

int sockopt_receive_buffer(int fd)
{
	int size = 0;
	socklen_t length = sizeof(size);
	(void)getsockopt(fd, SOL_SOCKET, SO_RCVBUF, &size, &length);
	return size / 2; /* The kernel doubles what is asked for, for its own account. */
}
