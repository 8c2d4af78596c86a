/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
#include "net/answers.h"
#include "net/sockaddr.h"

#include <stdlib.h>

#define ANSWERS 32 /* As many as a batch of requests brings, mostly. */

struct answer {
	struct sockaddr_storage address;
	struct udp_control control;
	struct iovec part;
	char bytes[WIRE_ANSWER_MAX];
};

struct answers {
	unsigned count;
	struct mmsghdr headers[ANSWERS];
	struct answer answers[ANSWERS];
};

struct answers *answers_new(void)
{
	struct answers *a = malloc(sizeof(*a));
	if (a)
		a->count = 0;
	return a;
}

void answers_free(struct answers *a)
{
	free(a);
}

unsigned answers_put(struct answers *a, const struct udp *u, const struct path *path,
		     const char *bytes, size_t size)
{
	unsigned lost = a->count == ANSWERS ? answers_send(a, u) : 0;
	struct answer *answer = &a->answers[a->count];
	assert(size <= sizeof(answer->bytes));
	memcpy(answer->bytes, bytes, size);
	answer->part = (struct iovec){answer->bytes, size};
	a->headers[a->count].msg_hdr = (struct msghdr){
		.msg_name = &answer->address,
		.msg_namelen = sockaddr_from_endpoint(&path->remote, 0, &answer->address),
		.msg_iov = &answer->part,
		.msg_iovlen = 1,
	};
	udp_set_local(&a->headers[a->count].msg_hdr, &answer->control, &path->local);
	a->count++;
	return lost;
}

unsigned answers_send(struct answers *a, const struct udp *u)
{
	unsigned lost = a->count - udp_send_many(u, a->headers, a->count);
	a->count = 0;
	return lost;
}
