/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
#include "net/sockopt.h"

#include <sys/socket.h>

#define RECEIVE_BUFFER_SIZE (4 * 1024 * 1024)

int sockopt_set(int fd, int level, int option, int value)
{
	return setsockopt(fd, level, option, &value, sizeof(value));
}

void sockopt_grow_receive_buffer(int fd)
{
	if (sockopt_set(fd, SOL_SOCKET, SO_RCVBUFFORCE, RECEIVE_BUFFER_SIZE) != 0)
		(void)sockopt_set(fd, SOL_SOCKET, SO_RCVBUF, RECEIVE_BUFFER_SIZE);
}
