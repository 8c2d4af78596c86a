/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
/* ask.c - ramure-ask: asks a UDP server as fast as it answers, and counts the right answers.
 *
 * Many requests are on their way at any time, so that the server never waits. Each is a datagram of
 * its own, as those of many clients are; sendmmsg and recvmmsg save system calls here alone, so
 * that this program is not what is measured.
 *
 * The report is one JSON object: requests sent, right and wrong answers, and the seconds from the
 * first request to the last answer.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>

#define WINDOW   1024 /* Requests on their way at most: a queue at the server, none overflows. */
#define BATCH    64
#define NS_PER_S INT64_C(1000000000)
#define QUIET_NS (NS_PER_S / 10) /* No answer for so long: what is on its way is lost. */

struct client {
	int fd;
	const char *request, *answer;
	size_t answer_size;
	uint64_t sent, right, wrong;
	uint64_t on_the_way;
	int64_t last_answer_ns;
	struct mmsghdr requests[BATCH], answers[BATCH];
	struct iovec request_part, answer_parts[BATCH];
	char bytes[BATCH][256];
};

__attribute__((noreturn)) static void fail(const char *what)
{
	(void)fprintf(stderr, "ramure-ask: %s: %s\n", what, strerror(errno));
	exit(1);
}

static int64_t now_ns(void)
{
	struct timespec t;
	if (clock_gettime(CLOCK_MONOTONIC, &t) != 0)
		fail("clock_gettime");
	return (int64_t)t.tv_sec * NS_PER_S + t.tv_nsec;
}

static int open_socket(const char *address, const char *port)
{
	struct sockaddr_in server = {.sin_family = AF_INET,
				     .sin_port = htons((uint16_t)atoi(port))};
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	int size = 4 * 1024 * 1024;
	if (fd < 0 || inet_pton(AF_INET, address, &server.sin_addr) != 1 ||
	    connect(fd, (struct sockaddr *)&server, sizeof(server)) != 0)
		fail("cannot connect");
	if (setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &size, sizeof(size)) != 0)
		(void)setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &size, sizeof(size));
	return fd;
}

static void prepare(struct client *c)
{
	c->request_part = (struct iovec){(void *)(uintptr_t)c->request, strlen(c->request)};
	for (int i = 0; i < BATCH; i++) {
		c->requests[i].msg_hdr =
			(struct msghdr){.msg_iov = &c->request_part, .msg_iovlen = 1};
		c->answer_parts[i] = (struct iovec){c->bytes[i], sizeof(c->bytes[i])};
		c->answers[i].msg_hdr =
			(struct msghdr){.msg_iov = &c->answer_parts[i], .msg_iovlen = 1};
	}
}

static void ask(struct client *c)
{
	int count = sendmmsg(c->fd, c->requests, BATCH, 0);
	if (count < 0)
		fail("sendmmsg");
	c->sent += (uint64_t)count;
	c->on_the_way += (uint64_t)count;
}

static void check(struct client *c, const char *bytes, size_t size)
{
	if (size == c->answer_size && memcmp(bytes, c->answer, size) == 0)
		c->right++;
	else
		c->wrong++;
	if (c->on_the_way > 0)
		c->on_the_way--;
}

static void read_answers(struct client *c)
{
	int count = recvmmsg(c->fd, c->answers, BATCH, MSG_DONTWAIT, NULL);
	if (count < 0 && errno != EAGAIN && errno != EINTR)
		fail("recvmmsg");
	for (int i = 0; i < count; i++)
		check(c, c->bytes[i], c->answers[i].msg_len);
	if (count > 0)
		c->last_answer_ns = now_ns();
}

static void run(struct client *c, int64_t duration_ns)
{
	int64_t begin_ns = now_ns(), now = begin_ns;
	c->last_answer_ns = begin_ns;
	while (now < begin_ns + duration_ns || c->on_the_way > 0) {
		if (now < begin_ns + duration_ns && c->on_the_way + BATCH <= WINDOW)
			ask(c);
		read_answers(c);
		now = now_ns();
		if (now - c->last_answer_ns > QUIET_NS)
			c->on_the_way = 0;
	}
	(void)printf("{\"sent\": %llu, \"right\": %llu, \"wrong\": %llu, \"seconds\": %.6f}\n",
		     (unsigned long long)c->sent, (unsigned long long)c->right,
		     (unsigned long long)c->wrong,
		     (double)(c->last_answer_ns - begin_ns) / (double)NS_PER_S);
}

int main(int argc, char **argv)
{
	static struct client c;
	if (argc != 6) {
		(void)fputs("usage: ramure-ask ADDRESS PORT SECONDS REQUEST ANSWER\n", stderr);
		return 2;
	}
	c.request = argv[4];
	c.answer = argv[5];
	c.answer_size = strlen(c.answer);
	c.fd = open_socket(argv[1], argv[2]);
	prepare(&c);
	run(&c, (int64_t)(atof(argv[3]) * (double)NS_PER_S));
	return 0;
}
