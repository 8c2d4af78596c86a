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

static void carry_out(struct rendezvous *r)
{
	char bytes[WIRE_ANSWER_MAX];
	const struct action *a;
	while ((a = actions_take(&r->actions)) != NULL) {
		if (a->type == ACTION_EVENT && r->handler.on_event)
			r->handler.on_event(r->handler.owner, a->event, &a->path.remote);
		if (a->type != ACTION_SEND)
			continue;
		size_t size = wire_encode(a->message, a->endpoints, a->count, bytes);
		r->datagrams_out++;
		note_lost(r, answers_put(r->answers, port_socket_for(&r->port, &a->path.remote),
					 &a->path, bytes, size));
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

int rendezvous_open(struct rendezvous *r, const struct registry_config *config,
		    const struct endpoint *addresses, unsigned count,
		    const struct rendezvous_handler *handler, struct loop *loop,
		    struct failure *failure)
{
	const struct port_handler port = {
		.on_arrival = on_arrival, .on_batch_end = on_batch_end, .owner = r};
	*r = (struct rendezvous){
		.handler = *handler, .batch = batch_new(), .answers = answers_new()};
	registry_init(&r->registry, config);
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
