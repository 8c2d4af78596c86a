/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
#ifndef RAMURE_COLLECT_NETLINK_H
#define RAMURE_COLLECT_NETLINK_H
/* netlink.h - one question to the kernel, mostly its routing netlink, and all of its answers.
 *
 * A socket is opened for each question, so none has to be kept and no answer can belong to another.
 * Nothing waits longer than a second. RFC 3549; rtnetlink(7).
 */
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The attributes of a message or of a nested attribute by their type; NULL: not there. */
#define ATTRIBUTES_MAX 128

struct attributes {
	const struct rtattr *by_type[ATTRIBUTES_MAX];
};

/* Called for each answer: the header, the fixed part behind it, the attributes after that. */
typedef void netlink_answer(void *owner, const struct nlmsghdr *header,
			    const struct attributes *attributes);

/* Asks for `type` (RTM_GETLINK, ...) with the fixed part `body` of `size` bytes and, behind it,
 * attributes of `more_size` bytes; `flags` are NLM_F_DUMP or 0. Gives 0 after the last answer, or
 * the kernel's negative errno. */
int netlink_ask(int type, int flags, const void *body, size_t size, const void *more,
		size_t more_size, netlink_answer *on_answer, void *owner);

/* The same of another kind of netlink: NETLINK_NETFILTER, NETLINK_GENERIC. Its answers begin with a
 * fixed part of the same size as the question's. */
int netlink_ask_other(int protocol, int type, int flags, const void *body, size_t size,
		      const void *more, size_t more_size, netlink_answer *on_answer, void *owner);

/* The attributes within one. */
struct attributes netlink_nested(const struct rtattr *attribute);

/* The value of a number of 1, 2, 4 or 8 bytes; `otherwise` where there is none. */
int64_t netlink_number(const struct attributes *a, unsigned type, int64_t otherwise);

/* Copies a string, as much as fits; leaves `text` as it is where there is none. */
void netlink_text(const struct attributes *a, unsigned type, char *text, size_t size);

/* Writes an address of the family (AF_INET, AF_INET6) as text; "" where there is none. */
void netlink_address(const struct attributes *a, unsigned type, int family, char *text,
		     size_t size);

/* A body for netlink_ask: the attribute is appended at `at` of `more`; gives the new end. */
size_t netlink_put(char *more, size_t at, unsigned short type, const void *value, size_t size);

#endif
