/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
/* echo.c - ramure-echo: the least that a UDP server can do, to compare rdvpoint with: it receives a
 * datagram and sends an answer that never changes, one system call each, and looks at nothing.
 */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#define RECEIVE_BUFFER_SIZE (4 * 1024 * 1024) /* As src/net/udp.c has it. */

__attribute__((noreturn)) static void fail(const char *what)
{
	perror(what);
	exit(1);
}

static int open_socket(const char *address, const char *port)
{
	struct sockaddr_in self = {.sin_family = AF_INET, .sin_port = htons((uint16_t)atoi(port))};
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	int size = RECEIVE_BUFFER_SIZE;
	if (inet_pton(AF_INET, address, &self.sin_addr) != 1 || fd < 0 ||
	    bind(fd, (struct sockaddr *)&self, sizeof(self)) != 0)
		fail("ramure-echo: cannot bind");
	if (setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &size, sizeof(size)) != 0)
		(void)setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &size, sizeof(size));
	return fd;
}

int main(int argc, char **argv)
{
	if (argc != 4) {
		(void)fputs("usage: ramure-echo ADDRESS PORT ANSWER\n", stderr);
		return 2;
	}
	int fd = open_socket(argv[1], argv[2]);
	size_t answer_size = strlen(argv[3]);
	(void)fputs("listening\n", stderr);
	for (;;) {
		char request[65536];
		struct sockaddr_storage peer;
		socklen_t length = sizeof(peer);
		ssize_t size = recvfrom(fd, request, sizeof(request), 0, (struct sockaddr *)&peer,
					&length);
		if (size < 0)
			fail("ramure-echo: recvfrom");
		if (sendto(fd, argv[3], answer_size, 0, (struct sockaddr *)&peer, length) < 0)
			fail("ramure-echo: sendto");
	}
}
