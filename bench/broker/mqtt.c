/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
/* mqtt.c - a client of mosquitto, with the library of the same project; quality of service 0.
 *
 * The library writes each message at once: there is nothing batched.
 */
#include "broker.h"

#include <mosquitto.h>
#include <poll.h>
#include <stdlib.h>

struct mqtt_client {
	struct mosquitto *connection;
	void *context;
	bool is_subscribed;
	bool has_received;
};

static void check(int status, const char *what)
{
	if (status != MOSQ_ERR_SUCCESS)
		broker_fail(what, mosquitto_strerror(status));
}

static void on_connect(struct mosquitto *connection, void *opaque, int status)
{
	(void)opaque;
	check(status == 0 ? MOSQ_ERR_SUCCESS : MOSQ_ERR_CONN_REFUSED, "mosquitto");
	(void)connection;
}

static void on_subscribe(struct mosquitto *connection, void *opaque, int id, int count,
			 const int *qualities)
{
	struct mqtt_client *client = opaque;
	(void)connection, (void)id, (void)count, (void)qualities;
	client->is_subscribed = true;
}

static void on_message(struct mosquitto *connection, void *opaque,
		       const struct mosquitto_message *message)
{
	struct mqtt_client *client = opaque;
	(void)connection;
	client->has_received = true;
	broker_received(client->context, message->payload, (size_t)message->payloadlen);
}

static struct mqtt_client *connect_to(const char *host, uint16_t port)
{
	struct mqtt_client *client = calloc(1, sizeof(*client));
	if (client == NULL)
		broker_fail("mqtt", "no memory");
	check(mosquitto_lib_init(), "mosquitto_lib_init");
	client->connection = mosquitto_new(NULL, true, client);
	if (client->connection == NULL)
		broker_fail("mosquitto_new", "no memory");
	check(mosquitto_int_option(client->connection, MOSQ_OPT_TCP_NODELAY, 1), "TCP_NODELAY");
	mosquitto_connect_callback_set(client->connection, on_connect);
	mosquitto_subscribe_callback_set(client->connection, on_subscribe);
	mosquitto_message_callback_set(client->connection, on_message);
	check(mosquitto_connect(client->connection, host, port, 60), "mosquitto_connect");
	check(mosquitto_loop(client->connection, 1000, 1), "mosquitto_loop"); /* CONNACK */
	return client;
}

static void *open_sender(const char *host, uint16_t port, bool is_batched)
{
	(void)is_batched;
	return connect_to(host, port);
}

static void *open_receiver(const char *host, uint16_t port)
{
	struct mqtt_client *client = connect_to(host, port);
	check(mosquitto_subscribe(client->connection, NULL, BROKER_SUBJECT, 0),
	      "mosquitto_subscribe");
	for (int tries = 0; tries < 50 && !client->is_subscribed; tries++)
		check(mosquitto_loop(client->connection, 100, 1), "mosquitto_loop");
	if (!client->is_subscribed)
		broker_fail("mosquitto_subscribe", "not confirmed");
	return client;
}

/* What the connection does not take at once lies in the library, without a limit. */
static void flush(void *opaque)
{
	struct mqtt_client *client = opaque;
	while (mosquitto_want_write(client->connection)) {
		struct pollfd ready = {.fd = mosquitto_socket(client->connection),
				       .events = POLLOUT};
		(void)poll(&ready, 1, 1000);
		check(mosquitto_loop_write(client->connection, 1), "mosquitto_loop_write");
	}
}

static void publish(void *opaque, const void *data, size_t size)
{
	struct mqtt_client *client = opaque;
	check(mosquitto_publish(client->connection, NULL, BROKER_SUBJECT, (int)size, data, 0,
				false),
	      "mosquitto_publish");
	flush(client);
}

static void receive(void *opaque, void *context)
{
	struct mqtt_client *client = opaque;
	client->context = context;
	do { /* It reads one message at a time. */
		client->has_received = false;
		check(mosquitto_loop_read(client->connection, 1), "mosquitto_loop_read");
	} while (client->has_received);
}

const struct broker broker_mqtt = {
	.name = "mqtt",
	.has_batches = false,
	.open_sender = open_sender,
	.open_receiver = open_receiver,
	.publish = publish,
	.flush = flush,
	.receive = receive,
};
