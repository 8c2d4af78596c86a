/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
#include "load/root.h"

#include <errno.h>
#include <netdb.h>
#include <stdio.h>
#include <string.h>

#define REFRESH_NS  NS_PER_S
#define SERVE_NS    (10 * NS_PER_MS)
#define LISTED_MAX  24 /* Endpoints of an NJOI, [W4]. */
#define TYPE_SIZE   5  /* With the line feed. */
#define ANSWER_SIZE (TYPE_SIZE + LISTED_MAX * 64)

void root_init(struct root *r, int fd, const struct address *rdv, unsigned children_max)
{
	memset(r, 0, sizeof(*r));
	r->fd = fd;
	r->rdv = *rdv;
	r->children_max = children_max;
}

bool root_is_ready(const struct root *r)
{
	return r->is_registered && r->child_count == r->children_max;
}

static void send_message(const struct root *r, const char *text, const struct address *to)
{
	/* One that is lost is asked for again. */
	(void)sendto(r->fd, text, strlen(text), 0, (const struct sockaddr *)&to->ip, to->size);
}

/* [C3]: the children, one a line. */
static void refuse(const struct root *r, const struct address *sender)
{
	char answer[ANSWER_SIZE] = "NJOI\n";
	size_t size = TYPE_SIZE;
	for (unsigned i = 0; i < r->child_count && i < LISTED_MAX; i++) {
		const struct address *child = &r->children[i];
		char host[64];
		if (getnameinfo((const struct sockaddr *)&child->ip, child->size, host,
				sizeof(host), NULL, 0, NI_NUMERICHOST) != 0)
			fail("cannot write the address of a child");
		size += (size_t)snprintf(answer + size, sizeof(answer) - size, "%s %u\n", host,
					 address_port(child));
	}
	send_message(r, answer, sender);
}

/* [C1], [C2] */
static void on_rjoi(struct root *r, const struct address *sender)
{
	unsigned place = 0;
	while (place < r->child_count && !address_equal(&r->children[place], sender))
		place++;
	if (place == r->children_max) {
		refuse(r, sender);
		return;
	}
	if (place == r->child_count)
		r->children[r->child_count++] = *sender;
	send_message(r, "YJOI\n", sender);
}

static void on_message(struct root *r, const char *text, const struct address *sender)
{
	errno = 0;
	if (strncmp(text, "RJOI\n", TYPE_SIZE) == 0)
		on_rjoi(r, sender);
	else if (!address_equal(sender, &r->rdv))
		return; /* Such as DATA that a member publishes. */
	else if (strncmp(text, "YREG\n", TYPE_SIZE) == 0)
		r->is_registered = true;
	else if (strncmp(text, "NREG\n", TYPE_SIZE) == 0)
		fail("--root: the rendezvous point knows another root");
}

void root_serve(struct root *r, int64_t now)
{
	char text[TYPE_SIZE + 1];
	struct address sender = {.size = sizeof(sender.ip)};
	ssize_t size;
	if (now < r->serve_at_ns)
		return;
	r->serve_at_ns = now + SERVE_NS;
	if (now >= r->refresh_at_ns) {
		r->refresh_at_ns = now + REFRESH_NS;
		send_message(r, "RREG\n", &r->rdv);
	}
	while ((size = recvfrom(r->fd, text, TYPE_SIZE, MSG_DONTWAIT, (struct sockaddr *)&sender.ip,
				&sender.size)) >= 0) {
		text[size] = '\0';
		on_message(r, text, &sender);
		sender.size = sizeof(sender.ip);
	}
}
