/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
/* broker.h - what ramure-broker-bench needs of a client library, the same for each broker.
 *
 * A client is one connection, used by one thread. A sender: open, then publish and flush; a
 * receiver: open, then receive again and again. Each ends the program with a message where the
 * library reports an error: a broker that fails has no figure.
 */
#ifndef BROKER_BROKER_H
#define BROKER_BROKER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define BROKER_SUBJECT "load"

struct broker {
	const char *name;
	bool has_batches; /* The library can hold messages back, to write many at once. */

	/* Connects; a receiver has subscribed, as the broker has confirmed, when this returns. */
	void *(*open_sender)(const char *host, uint16_t port, bool is_batched);
	void *(*open_receiver)(const char *host, uint16_t port);

	/* Publishes one message; is_batched of open_sender says whether it is written at once. */
	void (*publish)(void *client, const void *data, size_t size);

	/* Writes what was held back. */
	void (*flush)(void *client);

	/* Passes what has come to broker_received(), with this context. It does not wait. */
	void (*receive)(void *client, void *context);
};

#ifdef HAVE_NATS
extern const struct broker broker_nats;
#endif
#ifdef HAVE_REDIS
extern const struct broker broker_redis;
#endif
#ifdef HAVE_MQTT
extern const struct broker broker_mqtt;
#endif

/* Counts one message at a receiver. */
void broker_received(void *context, const void *data, size_t size);

/* Says what failed, and ends the program. */
__attribute__((noreturn)) void broker_fail(const char *what, const char *why);

#endif
