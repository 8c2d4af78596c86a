/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
/* redis.c - a client of redis-server's publish and subscribe, with hiredis.
 *
 * Batched: BATCH_MAX commands are written at once, then their answers are read. Unbatched: each
 * command is written at once, and the answers are read after BATCH_MAX of them; one that waited for
 * each answer would measure how fast two processes wake each other up.
 */
#include "broker.h"

#include <errno.h>
#include <fcntl.h>
#include <hiredis/hiredis.h>
#include <stdlib.h>
#include <string.h>

#define BATCH_MAX 128

struct redis_client {
	redisContext *connection;
	bool is_batched;
	unsigned open_count; /* Commands without an answer. */
};

static struct redis_client *connect_to(const char *host, uint16_t port)
{
	struct redis_client *client = calloc(1, sizeof(*client));
	if (client == NULL)
		broker_fail("redis", "no memory");
	client->connection = redisConnect(host, port);
	if (client->connection == NULL || client->connection->err != 0)
		broker_fail("redisConnect",
			    client->connection ? client->connection->errstr : "no memory");
	return client;
}

/* The next answer or message; the caller frees it. */
static redisReply *next_reply(struct redis_client *client)
{
	void *reply = NULL;
	if (redisGetReply(client->connection, &reply) != REDIS_OK)
		broker_fail("redisGetReply", client->connection->errstr);
	if (((redisReply *)reply)->type == REDIS_REPLY_ERROR)
		broker_fail("redis", ((redisReply *)reply)->str);
	return reply;
}

static void write_out(struct redis_client *client)
{
	int is_done = 0;
	while (!is_done) {
		if (redisBufferWrite(client->connection, &is_done) != REDIS_OK)
			broker_fail("redisBufferWrite", client->connection->errstr);
	}
}

static void flush(void *opaque)
{
	struct redis_client *client = opaque;
	for (; client->open_count > 0; client->open_count--)
		freeReplyObject(next_reply(client));
}

static void *open_sender(const char *host, uint16_t port, bool is_batched)
{
	struct redis_client *client = connect_to(host, port);
	client->is_batched = is_batched;
	return client;
}

static void *open_receiver(const char *host, uint16_t port)
{
	struct redis_client *client = connect_to(host, port);
	if (redisAppendCommand(client->connection, "SUBSCRIBE " BROKER_SUBJECT) != REDIS_OK)
		broker_fail("redisAppendCommand", client->connection->errstr);
	freeReplyObject(next_reply(client));
	client->connection->flags &= ~REDIS_BLOCK;
	if (fcntl(client->connection->fd, F_SETFL, O_NONBLOCK) != 0)
		broker_fail("fcntl", strerror(errno));
	return client;
}

static void publish(void *opaque, const void *data, size_t size)
{
	struct redis_client *client = opaque;
	const char *words[] = {"PUBLISH", BROKER_SUBJECT, data};
	const size_t sizes[] = {strlen(words[0]), strlen(words[1]), size};
	if (redisAppendCommandArgv(client->connection, 3, words, sizes) != REDIS_OK)
		broker_fail("redisAppendCommandArgv", client->connection->errstr);
	client->open_count++;
	if (client->open_count == BATCH_MAX)
		flush(client);
	else if (!client->is_batched)
		write_out(client);
}

/* A message is an array: "message", the channel, the data. */
static void receive(void *opaque, void *context)
{
	struct redis_client *client = opaque;
	void *found;
	if (redisBufferRead(client->connection) != REDIS_OK)
		broker_fail("redisBufferRead", client->connection->errstr);
	while (redisReaderGetReply(client->connection->reader, &found) == REDIS_OK && found) {
		const redisReply *reply = found;
		if (reply->type == REDIS_REPLY_ARRAY && reply->elements == 3 &&
		    reply->element[2]->type == REDIS_REPLY_STRING)
			broker_received(context, reply->element[2]->str, reply->element[2]->len);
		freeReplyObject(found);
	}
}

const struct broker broker_redis = {
	.name = "redis",
	.has_batches = true,
	.open_sender = open_sender,
	.open_receiver = open_receiver,
	.publish = publish,
	.flush = flush,
	.receive = receive,
};
