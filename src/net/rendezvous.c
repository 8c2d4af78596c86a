/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
#include "net/rendezvous.h"
#include "net/clock.h"

#include <errno.h>

static void note_lost(struct rendezvous *r, unsigned lost)
{
	r->datagrams_out -= lost;
	r->registry.drops.count[DROP_SEND] += lost;
}

static void send_one(struct rendezvous *r, const struct action *a)
{
	char bytes[WIRE_ANSWER_MAX];
	size_t size = action_encode(a, bytes);
	r->datagrams_out++;
	/* A question to a root goes by itself: it may be of the other family than the batch that
	 * is being answered, and comes when there is none. */
	if (a->message == WIRE_PING)
		note_lost(r, port_send(&r->port, &a->path, bytes, size) != 0);
	else
		note_lost(r, answers_put(r->answers, port_socket_for(&r->port, &a->path.remote),
					 &a->path, bytes, size));
}

static void carry_out(struct rendezvous *r)
{
	const struct rendezvous_handler *h = &r->handler;
	const struct action *a;
	while ((a = actions_take(&r->actions)) != NULL) {
		if (a->type == ACTION_EVENT && h->on_event)
			h->on_event(h->owner, a->event, &a->path.remote);
		else if (a->type == ACTION_STORE && h->on_store)
			h->on_store(h->owner, a->stored);
		else if (a->type == ACTION_SEND)
			send_one(r, a);
	}
}

static void on_arrival(void *owner, const struct path *path, const struct arrival *arrival)
{
	struct rendezvous *r = owner;
	struct run left = arrival->run;
	r->datagrams_in += left.count;
	while (left.count > 0) {
		struct run one = run_take(&left, 1);
		registry_receive(&r->registry, path, one.bytes, one.size, clock_now(), &r->actions);
		carry_out(r);
	}
}

static void on_batch_end(void *owner, const struct udp *u)
{
	struct rendezvous *r = owner;
	note_lost(r, answers_send(r->answers, u));
}

static void on_unreachable(void *owner, const struct endpoint *endpoint, const char *quoted,
			   size_t size)
{
	struct rendezvous *r = owner;
	registry_on_unreachable(&r->registry, endpoint, quoted, size, clock_now(), &r->actions);
	carry_out(r);
}

/* Two draws of 64 bits. */
static void draw_secret(uint8_t secret[PROOF_SECRET_SIZE])
{
	uint64_t drawn[PROOF_SECRET_SIZE / sizeof(uint64_t)];
	for (size_t i = 0; i < sizeof(drawn) / sizeof(drawn[0]); i++)
		drawn[i] = clock_seed();
	memcpy(secret, drawn, PROOF_SECRET_SIZE);
}

int rendezvous_open(struct rendezvous *r, const struct registry_config *config,
		    const struct endpoint *addresses, unsigned count,
		    const struct rendezvous_handler *handler, struct loop *loop,
		    struct failure *failure)
{
	const struct port_handler port = {.on_arrival = on_arrival,
					  .on_batch_end = on_batch_end,
					  .on_unreachable = on_unreachable,
					  .owner = r};
	struct registry_config with_secret = *config;
	*r = (struct rendezvous){
		.handler = *handler, .batch = batch_new(), .answers = answers_new()};
	draw_secret(with_secret.secret);
	registry_init(&r->registry, &with_secret);
	actions_init(&r->actions, r->ring, RENDEZVOUS_RING);
	if (!r->batch || !r->answers)
		return failure_set(failure, -ENOMEM, "no memory for a rendezvous point");
	int error = port_open(&r->port, addresses, count, false, 0, failure);
	if (!error) {
		error = port_watch(&r->port, loop, r->batch, &port);
		if (error)
			failure_set(failure, error, "cannot watch a socket: %s", strerror(-error));
	}
	if (error)
		rendezvous_close(r);
	return error;
}

void rendezvous_close(struct rendezvous *r)
{
	port_close(&r->port);
	batch_free(r->batch);
	answers_free(r->answers);
}

void rendezvous_on_time(struct rendezvous *r, struct time now)
{
	registry_on_time(&r->registry, now, &r->actions);
	carry_out(r);
}
