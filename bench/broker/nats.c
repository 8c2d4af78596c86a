/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
/* nats.c - a client of nats-server, with the NATS project's C library.
 *
 * Batched is what that library does by default: it collects messages in a buffer of 32 KiB, and a
 * thread of its own writes what is left in it. Unbatched is its option "send as soon as possible".
 */
#include "broker.h"

#include <nats/nats.h>
#include <stdio.h>
#include <stdlib.h>

struct nats_client {
	natsConnection *connection;
	natsSubscription *subscription;
};

static void check(natsStatus status, const char *what)
{
	if (status != NATS_OK)
		broker_fail(what, natsStatus_GetText(status));
}

static struct nats_client *connect_to(const char *host, uint16_t port, bool sends_at_once)
{
	struct nats_client *client = calloc(1, sizeof(*client));
	natsOptions *options = NULL;
	char url[128];
	if (client == NULL)
		broker_fail("nats", "no memory");
	(void)snprintf(url, sizeof(url), "nats://%s:%u", host, (unsigned)port);
	check(natsOptions_Create(&options), "natsOptions_Create");
	check(natsOptions_SetURL(options, url), "natsOptions_SetURL");
	check(natsOptions_SetSendAsap(options, sends_at_once), "natsOptions_SetSendAsap");
	check(natsConnection_Connect(&client->connection, options), url);
	natsOptions_Destroy(options);
	return client;
}

static void *open_sender(const char *host, uint16_t port, bool is_batched)
{
	return connect_to(host, port, !is_batched);
}

static void *open_receiver(const char *host, uint16_t port)
{
	struct nats_client *client = connect_to(host, port, false);
	check(natsConnection_SubscribeSync(&client->subscription, client->connection,
					   BROKER_SUBJECT),
	      "natsConnection_SubscribeSync");
	check(natsSubscription_SetPendingLimits(client->subscription, -1, -1),
	      "natsSubscription_SetPendingLimits");
	check(natsConnection_Flush(client->connection), "natsConnection_Flush");
	return client;
}

static void publish(void *opaque, const void *data, size_t size)
{
	struct nats_client *client = opaque;
	check(natsConnection_Publish(client->connection, BROKER_SUBJECT, data, (int)size),
	      "natsConnection_Publish");
}

/* The library's own thread writes what is left; to wait for the server's answer to a ping, as
 * natsConnection_Flush does, would be another thing. */
static void flush(void *opaque)
{
	(void)opaque;
}

/* Its own thread has read what has come: one wake-up of that by nats-server for each time. */
static void receive(void *opaque, void *context)
{
	struct nats_client *client = opaque;
	natsMsg *message = NULL;
	natsStatus status;
	while ((status = natsSubscription_NextMsg(&message, client->subscription, 0)) == NATS_OK) {
		broker_received(context, natsMsg_GetData(message),
				(size_t)natsMsg_GetDataLength(message));
		natsMsg_Destroy(message);
	}
	if (status != NATS_TIMEOUT)
		check(status, "natsSubscription_NextMsg");
}

const struct broker broker_nats = {
	.name = "nats",
	.has_batches = true,
	.open_sender = open_sender,
	.open_receiver = open_receiver,
	.publish = publish,
	.flush = flush,
	.receive = receive,
};
