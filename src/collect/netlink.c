/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
#include "collect/netlink.h"

#include <arpa/inet.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#define ANSWER_SIZE  ((size_t)64 * 1024) /* More than the kernel puts into one (32 KiB). */
#define REQUEST_SIZE 512

static struct attributes parse(const void *bytes, size_t size)
{
	struct attributes all = {0};
	const struct rtattr *a = bytes;
	for (; RTA_OK(a, size); a = RTA_NEXT(a, size))
		if ((a->rta_type & NLA_TYPE_MASK) < ATTRIBUTES_MAX)
			all.by_type[a->rta_type & NLA_TYPE_MASK] = a;
	return all;
}

struct attributes netlink_nested(const struct rtattr *attribute)
{
	return attribute ? parse(RTA_DATA(attribute), RTA_PAYLOAD(attribute))
			 : (struct attributes){0};
}

int64_t netlink_number(const struct attributes *a, unsigned type, int64_t otherwise)
{
	const struct rtattr *found = a->by_type[type];
	uint8_t byte;
	uint16_t word;
	uint32_t number;
	uint64_t large;
	switch (found ? RTA_PAYLOAD(found) : 0) {
	case sizeof(byte):
		memcpy(&byte, RTA_DATA(found), sizeof(byte));
		return byte;
	case sizeof(word):
		memcpy(&word, RTA_DATA(found), sizeof(word));
		return word;
	case sizeof(number):
		memcpy(&number, RTA_DATA(found), sizeof(number));
		return number;
	case sizeof(large):
		memcpy(&large, RTA_DATA(found), sizeof(large));
		return large > INT64_MAX ? INT64_MAX : (int64_t)large;
	default:
		return otherwise;
	}
}

void netlink_text(const struct attributes *a, unsigned type, char *text, size_t size)
{
	const struct rtattr *found = a->by_type[type];
	if (found)
		(void)snprintf(text, size, "%.*s", (int)RTA_PAYLOAD(found),
			       (const char *)RTA_DATA(found));
}

void netlink_address(const struct attributes *a, unsigned type, int family, char *text, size_t size)
{
	const struct rtattr *found = a->by_type[type];
	size_t wanted = family == AF_INET ? 4 : 16;
	text[0] = '\0';
	if (found && RTA_PAYLOAD(found) >= wanted)
		(void)inet_ntop(family, RTA_DATA(found), text, (socklen_t)size);
}

size_t netlink_put(char *more, size_t at, unsigned short type, const void *value, size_t size)
{
	struct rtattr head = {.rta_len = (unsigned short)RTA_LENGTH(size), .rta_type = type};
	memcpy(more + at, &head, sizeof(head));
	memcpy(more + at + RTA_LENGTH(0), value, size);
	memset(more + at + RTA_LENGTH(size), 0, RTA_SPACE(size) - RTA_LENGTH(size));
	return at + RTA_SPACE(size);
}

/* The size of the fixed part of an answer, which its type tells. */
static size_t fixed_part(int type)
{
	switch (type) {
	case RTM_NEWLINK:
		return sizeof(struct ifinfomsg);
	case RTM_NEWADDR:
		return sizeof(struct ifaddrmsg);
	case RTM_NEWMDB:
	case RTM_GETMDB:
		return 8; /* struct br_port_msg: a family and an index. */
	default:
		return sizeof(struct rtmsg);
	}
}

struct conversation {
	bool is_dump;
	size_t fixed; /* Of each answer; 0: its type tells. */
	netlink_answer *on_answer;
	void *owner;
};

/* Hands over the messages of one datagram. 1: the last was there; negative errno: refused. */
static int take(const char *bytes, size_t size, const struct conversation *c)
{
	const struct nlmsghdr *h = (const void *)bytes;
	for (; NLMSG_OK(h, size); h = NLMSG_NEXT(h, size)) {
		if (h->nlmsg_type == NLMSG_DONE)
			return 1;
		if (h->nlmsg_type == NLMSG_ERROR) {
			const struct nlmsgerr *e = NLMSG_DATA(h);
			return e->error ? e->error : 1;
		}
		size_t fixed = NLMSG_ALIGN(c->fixed ? c->fixed : fixed_part(h->nlmsg_type));
		if (h->nlmsg_len < NLMSG_LENGTH(fixed))
			continue;
		struct attributes all = parse((const char *)NLMSG_DATA(h) + fixed,
					      h->nlmsg_len - NLMSG_LENGTH(fixed));
		c->on_answer(c->owner, h, &all);
	}
	return c->is_dump ? 0 : 1;
}

static int exchange(int fd, const void *request, size_t size, const struct conversation *c)
{
	char *answer = malloc(ANSWER_SIZE);
	if (!answer)
		return -ENOMEM;
	int state = send(fd, request, size, 0) < 0 ? -errno : 0;
	while (state == 0) {
		ssize_t got = recv(fd, answer, ANSWER_SIZE, 0);
		state = got < 0 ? -errno : take(answer, (size_t)got, c);
	}
	free(answer);
	return state > 0 ? 0 : state;
}

static int ask(int protocol, int type, int flags, const void *body, size_t size, const void *more,
	       size_t more_size, const struct conversation *c)
{
	union {
		struct nlmsghdr header;
		char bytes[REQUEST_SIZE];
	} request = {0};
	size_t total = NLMSG_SPACE(size) + more_size;
	if (total > sizeof(request))
		return -EMSGSIZE;
	request.header = (struct nlmsghdr){.nlmsg_len = (uint32_t)total,
					   .nlmsg_type = (uint16_t)type,
					   .nlmsg_flags = (uint16_t)(NLM_F_REQUEST | flags),
					   .nlmsg_seq = 1};
	memcpy(NLMSG_DATA(&request.header), body, size);
	if (more_size > 0)
		memcpy(request.bytes + NLMSG_SPACE(size), more, more_size);
	int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, protocol);
	if (fd < 0)
		return -errno;
	struct timeval patience = {.tv_sec = 1};
	(void)setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
	int result = exchange(fd, &request, total, c);
	(void)close(fd);
	return result;
}

int netlink_ask(int type, int flags, const void *body, size_t size, const void *more,
		size_t more_size, netlink_answer *on_answer, void *owner)
{
	struct conversation c = {.is_dump = (flags & NLM_F_DUMP) == NLM_F_DUMP,
				 .on_answer = on_answer,
				 .owner = owner};
	return ask(NETLINK_ROUTE, type, flags, body, size, more, more_size, &c);
}

int netlink_ask_other(int protocol, int type, int flags, const void *body, size_t size,
		      const void *more, size_t more_size, netlink_answer *on_answer, void *owner)
{
	struct conversation c = {.is_dump = (flags & NLM_F_DUMP) == NLM_F_DUMP,
				 .fixed = size,
				 .on_answer = on_answer,
				 .owner = owner};
	return ask(protocol, type, flags, body, size, more, more_size, &c);
}
