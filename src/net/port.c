/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
#include "net/port.h"
#include "net/link.h"

#include <assert.h>
#include <errno.h>

/* Turns of reading one socket before the others get theirs. */
#define BATCHES_PER_TURN 4

static void close_sockets(struct port *p)
{
	for (unsigned i = 0; i < p->count; i++)
		udp_close(&p->sockets[i]);
	p->count = 0;
}

/* Of a family that the host may lack: nobody has named this very address. */
static bool may_be_absent(const struct endpoint *e)
{
	return endpoint_is_unspecified(e) || endpoint_is_loopback(e);
}

/* Opens all of them on `number`, or on the one that the first gets where that is 0. */
static int open_sockets(struct port *p, const struct endpoint *addresses, unsigned count,
			uint16_t number, struct failure *failure)
{
	int absent = 0; /* Why the last of those left out was. */
	p->count = 0;
	for (unsigned i = 0; i < count; i++) {
		struct endpoint e = addresses[i];
		e.port = p->count > 0 ? p->sockets[0].bound.port : number;
		int error = udp_open(&e, &p->sockets[p->count], failure);
		bool is_absent = error == -EAFNOSUPPORT || error == -EADDRNOTAVAIL;
		if (!error) {
			p->count++;
		} else if (is_absent && may_be_absent(&e)) {
			absent = error;
		} else {
			close_sockets(p);
			return error;
		}
	}
	return p->count > 0 ? 0 : absent;
}

int port_open(struct port *p, const struct endpoint *addresses, unsigned count, bool any_if_taken,
	      struct failure *failure)
{
	assert(count >= 1 && count <= PORT_SOCKETS);
	*p = (struct port){0};
	int error = open_sockets(p, addresses, count, addresses[0].port, failure);
	/* The free port that one family gives may be taken in the other: a few tries. */
	for (int try = 0; error == -EADDRINUSE && any_if_taken && try < 8; try++)
		error = open_sockets(p, addresses, count, 0, failure);
	return error;
}

static void on_ready(struct port *p, struct udp *u)
{
	struct endpoint dead;
	struct datagram d;
	while (udp_next_unreachable(u, &dead)) /* Also where nobody asks: else it stays ready. */
		if (p->handler.on_unreachable)
			p->handler.on_unreachable(p->handler.owner, &dead);
	for (int turn = 0; turn < BATCHES_PER_TURN; turn++) {
		if (batch_receive(p->batch, u->fd) <= 0)
			return;
		while (u->fd >= 0 && batch_next(p->batch, &d)) {
			struct path path = {.remote = d.sender, .local = d.local};
			path.local.port = u->bound.port;
			p->handler.on_datagram(p->handler.owner, &path, d.bytes, d.size);
		}
		if (p->handler.on_batch_end)
			p->handler.on_batch_end(p->handler.owner, u);
	}
}

static void on_first(void *owner)
{
	struct port *p = owner;
	on_ready(p, &p->sockets[0]);
}

static void on_second(void *owner)
{
	struct port *p = owner;
	on_ready(p, &p->sockets[1]);
}

int port_watch(struct port *p, struct loop *loop, struct batch *batch,
	       const struct port_handler *handler)
{
	static void (*const callbacks[PORT_SOCKETS])(void *) = {on_first, on_second};
	p->loop = loop;
	p->batch = batch;
	p->handler = *handler;
	for (unsigned i = 0; i < p->count; i++) {
		p->sources[i] = (struct loop_source){
			.fd = p->sockets[i].fd,
			.on_ready = callbacks[i],
			.owner = p,
		};
		int error = loop_add(loop, &p->sources[i]);
		if (error)
			return error;
	}
	return 0;
}

void port_close(struct port *p)
{
	for (unsigned i = 0; p->loop && i < p->count; i++)
		loop_remove(p->loop, &p->sources[i]);
	close_sockets(p);
}

const struct udp *port_socket_for(const struct port *p, const struct endpoint *e)
{
	for (unsigned i = 0; i < p->count; i++)
		if (p->sockets[i].v6 != endpoint_is_v4(e))
			return &p->sockets[i];
	return NULL;
}

bool port_reaches(const struct port *p, const struct endpoint *e)
{
	return port_socket_for(p, e) != NULL;
}

int port_send(const struct port *p, const struct path *path, const char *header, size_t header_size,
	      const char *bytes, size_t size)
{
	const struct udp *u = port_socket_for(p, &path->remote);
	return u ? udp_send(u, path, header, header_size, bytes, size) : -EAFNOSUPPORT;
}

unsigned port_selves(const struct port *p, struct endpoint *ret_selves, unsigned max)
{
	unsigned count = 0;
	for (unsigned i = 0; i < p->count && count < max; i++) {
		const struct udp *u = &p->sockets[i];
		if (endpoint_is_unspecified(&u->bound))
			count += link_addresses(u->v6, u->bound.port, ret_selves + count,
						max - count);
		else
			ret_selves[count++] = u->bound;
	}
	return count;
}
