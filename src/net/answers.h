/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
#ifndef RAMURE_NET_ANSWERS_H
#define RAMURE_NET_ANSWERS_H
/* answers.h - the answers to a batch of requests, sent with one system call.
 *
 * For who answers so often that a tenth of the time matters: a rendezvous point. The others use
 * udp_send, which sends at once.
 *
 *     answers_new -> ( answers_put* -> answers_send )* -> answers_free
 */
#include "net/udp.h"

struct answers;

/* Gives none, NULL without memory. */
struct answers *answers_new(void);
void answers_free(struct answers *a);

/* Puts an answer to the others, all for the socket `u`; copied. Sends them first where there is no
 * room, and gives the number of those that the kernel did not take, else 0. */
unsigned answers_put(struct answers *a, const struct udp *u, const struct path *path,
		     const char *bytes, size_t size);

/* Sends all that wait; gives the number of those that the kernel did not take. */
unsigned answers_send(struct answers *a, const struct udp *u);

#endif
