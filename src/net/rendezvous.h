/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
#ifndef RAMURE_NET_RENDEZVOUS_H
#define RAMURE_NET_RENDEZVOUS_H
/* rendezvous.h - the rendezvous point on real sockets: drives the registry with what the network
 * brings.
 *
 *     rendezvous_open -> registry_restore* -> ( loop turns, rendezvous_on_time )*
 *                     -> rendezvous_close
 */
#include "core/registry.h"
#include "net/answers.h"
#include "net/port.h"

/* More than a call of the registry yields; a power of two. */
#define RENDEZVOUS_RING 16

struct rendezvous_handler {
	/* Something for the log. May be NULL. */
	void (*on_event)(void *owner, enum event event, const struct endpoint *about);
	/* Write it where it survives a restart; what depends on it is sent when this returns. May
	 * be NULL. */
	void (*on_store)(void *owner, const struct registry_root *root);
	void *owner;
};

struct rendezvous {
	struct registry registry;
	struct port port;
	struct rendezvous_handler handler;
	struct batch *batch;
	struct answers *answers; /* To the batch that is being handed out. */
	struct action ring[RENDEZVOUS_RING];
	struct actions actions;
	uint64_t datagrams_in, datagrams_out;
};

/* Opens the port on `count` addresses, and draws the secret, whatever the config has there. Keeps
 * `loop`, and what the config points to. Negative errno and `failure` if the port
 * cannot be had. */
int rendezvous_open(struct rendezvous *r, const struct registry_config *config,
		    const struct endpoint *addresses, unsigned count,
		    const struct rendezvous_handler *handler, struct loop *loop,
		    struct failure *failure);
void rendezvous_close(struct rendezvous *r);

void rendezvous_on_time(struct rendezvous *r, struct time now);

#endif
