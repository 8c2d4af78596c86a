/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
#include "net/port.h"
#include "net/link.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>

/* Where the sockets of a family stand. */
#define DATA_SOCKET 1
#define FIRST_LANE  2

/* --- Opening --- */

static void close_family(struct port_family *f, unsigned first)
{
	while (f->count > first)
		udp_close(&f->sockets[--f->count].udp);
}

static void close_families(struct port *p)
{
	for (unsigned i = 0; i < p->count; i++) {
		close_family(&p->families[i], 0);
		free(p->families[i].sockets);
	}
	p->count = 0;
}

/* Of a family that the host may lack: nobody has named this very address. */
static bool may_be_absent(const struct endpoint *e)
{
	return endpoint_is_unspecified(e) || endpoint_is_loopback(e);
}

static int open_family(struct port *p, const struct endpoint *address, struct failure *failure)
{
	struct port_family family = {.sockets = calloc(1, sizeof(*family.sockets)), .count = 1};
	if (!family.sockets)
		return failure_set(failure, -ENOMEM, "no memory for a socket");
	int error = udp_open(address, p->without, &family.sockets[0].udp, failure);
	if (error)
		free(family.sockets);
	else
		p->families[p->count++] = family;
	return error;
}

/* Opens all of them on `number`, or on the one that the first gets where that is 0. */
static int open_families(struct port *p, const struct endpoint *addresses, unsigned count,
			 uint16_t number, struct failure *failure)
{
	int absent = 0; /* Why the last of those left out was. */
	p->count = 0;
	for (unsigned i = 0; i < count; i++) {
		struct endpoint e = addresses[i];
		e.port = p->count > 0 ? port_number(p) : number;
		int error = open_family(p, &e, failure);
		bool is_absent = error == -EAFNOSUPPORT || error == -EADDRNOTAVAIL;
		if (error && is_absent && may_be_absent(&e)) {
			absent = error;
		} else if (error) {
			close_families(p);
			return error;
		}
	}
	return p->count > 0 ? 0 : absent;
}

int port_open(struct port *p, const struct endpoint *addresses, unsigned count, bool any_if_taken,
	      unsigned without, struct failure *failure)
{
	assert(count >= 1 && count <= PORT_FAMILIES);
	*p = (struct port){.without = without};
	int error = open_families(p, addresses, count, addresses[0].port, failure);
	/* The free port that one family gives may be taken in the other: a few tries. */
	for (int try = 0; error == -EADDRINUSE && any_if_taken && try < 8; try++)
		error = open_families(p, addresses, count, 0, failure);
	return error;
}

/* --- Steering --- */

static bool open_data_socket(struct port_family *f, unsigned without)
{
	struct udp *first = &f->sockets[0].udp;
	if (udp_open_beside(first, without, &f->sockets[DATA_SOCKET].udp) == 0)
		f->count++;
	/* At once, lest datagrams go astray. */
	return f->count > DATA_SOCKET && udp_steer_data(first) == 0;
}

static void open_lanes(struct port_family *f, unsigned count, unsigned without)
{
	while (f->count < FIRST_LANE + count &&
	       udp_open_beside(&f->sockets[0].udp, without, &f->sockets[f->count].udp) == 0)
		f->count++;
}

static bool make_room(struct port_family *f, unsigned count)
{
	struct port_socket *sockets = realloc(f->sockets, count * sizeof(*sockets));
	if (!sockets)
		return false;
	memset(sockets + 1, 0, (count - 1) * sizeof(*sockets));
	f->sockets = sockets;
	return true;
}

bool port_steer(struct port *p, unsigned lanes)
{
	assert(!p->loop);
	if (p->without & UDP_WITHOUT_STEERING)
		return false;
	lanes = lanes < PORT_LANES ? lanes : PORT_LANES;
	bool is_steered = true;
	for (unsigned i = 0; i < p->count && is_steered; i++)
		is_steered = make_room(&p->families[i], FIRST_LANE + lanes) &&
			     open_data_socket(&p->families[i], p->without);
	for (unsigned i = 0; i < p->count; i++) {
		if (is_steered) {
			open_lanes(&p->families[i], lanes, p->without);
		} else {
			close_family(&p->families[i], 1);
			udp_end_sharing(&p->families[i].sockets[0].udp);
		}
	}
	return is_steered;
}

/* --- Receiving --- */

/* The owner may close the port in any call; then its sockets are gone, too. */
static bool is_open(const struct port *p)
{
	return p->count > 0;
}

static void hand_over(struct port *p, const struct udp *u, const struct arrival *arrival)
{
	struct path path = {.remote = arrival->sender, .local = arrival->local};
	path.local.port = u->bound.port;
	p->handler.on_arrival(p->handler.owner, &path, arrival);
}

/* What came together; where it is mixed, what is urgent first. */
static void hand_over_batch(struct port *p, const struct udp *u)
{
	struct arrival arrival;
	bool is_mixed = p->handler.is_urgent && p->families[0].count == 1;
	for (int urgent = is_mixed; urgent >= 0; urgent--) {
		batch_rewind(p->batch);
		while (is_open(p) && batch_next(p->batch, &arrival))
			if (!is_mixed || p->handler.is_urgent(&arrival.run) == urgent)
				hand_over(p, u, &arrival);
	}
	if (is_open(p) && p->handler.on_batch_end)
		p->handler.on_batch_end(p->handler.owner, u);
}

static void note_dropped(struct port *p, struct udp *u)
{
	uint32_t dropped = batch_dropped(p->batch);
	if (dropped == 0 || dropped == u->dropped)
		return;
	u->dropped = dropped;
	if (p->handler.on_dropped)
		p->handler.on_dropped(p->handler.owner, u);
}

static void drain_errors(struct port *p, struct port_socket *s)
{
	struct udp_unreachable dead;
	while (is_open(p) && udp_next_unreachable(&s->udp, &dead))
		if (p->handler.on_unreachable)
			p->handler.on_unreachable(p->handler.owner, &dead.endpoint, dead.quoted,
						  dead.size);
}

static void on_ready(void *owner)
{
	struct port_socket *s = owner;
	struct port *p = s->port;
	if (s->source.has_error)
		drain_errors(p, s);
	/* One batch, and then the other sockets' turn: signalling waits for no more than that. */
	int count = is_open(p) ? batch_receive(p->batch, s->udp.fd, p->handler.prefix) : 0;
	if (count < 0)
		drain_errors(p, s);
	if (count <= 0)
		return;
	hand_over_batch(p, &s->udp);
	if (is_open(p))
		note_dropped(p, &s->udp);
}

/* The socket of a family that data come by. */
static unsigned data_place(const struct port_family *f)
{
	return f->count > DATA_SOCKET ? DATA_SOCKET : 0;
}

static int watch_family(struct port *p, struct port_family *f)
{
	int error = 0;
	for (unsigned i = 0; i < f->count && !error; i++) {
		struct port_socket *s = &f->sockets[i];
		s->port = p;
		s->source = (struct loop_source){
			.fd = s->udp.fd,
			.may_spin = i == data_place(f),
			.on_ready = on_ready,
			.owner = s,
		};
		error = loop_add(p->loop, &s->source);
	}
	return error;
}

int port_watch(struct port *p, struct loop *loop, struct batch *batch,
	       const struct port_handler *handler)
{
	int error = 0;
	p->loop = loop;
	p->batch = batch;
	p->handler = *handler;
	for (unsigned i = 0; i < p->count && !error; i++)
		error = watch_family(p, &p->families[i]);
	return error;
}

void port_close(struct port *p)
{
	for (unsigned i = 0; p->loop && i < p->count; i++)
		for (unsigned k = 0; k < p->families[i].count; k++)
			loop_remove(p->loop, &p->families[i].sockets[k].source);
	close_families(p);
}

/* --- Sending --- */

static const struct port_family *family_for(const struct port *p, const struct endpoint *e)
{
	for (unsigned i = 0; i < p->count; i++)
		if (p->families[i].sockets[0].udp.v6 != endpoint_is_v4(e))
			return &p->families[i];
	return NULL;
}

struct udp *port_socket_for(const struct port *p, const struct endpoint *e)
{
	const struct port_family *f = family_for(p, e);
	return f ? &f->sockets[0].udp : NULL;
}

bool port_reaches(const struct port *p, const struct endpoint *e)
{
	return family_for(p, e) != NULL;
}

int port_send(const struct port *p, const struct path *path, const char *bytes, size_t size)
{
	const struct udp *u = port_socket_for(p, &path->remote);
	return u ? udp_send(u, path, bytes, size) : -EAFNOSUPPORT;
}

struct udp *port_data_socket_for(const struct port *p, const struct endpoint *e)
{
	const struct port_family *f = family_for(p, e);
	return f ? &f->sockets[data_place(f)].udp : NULL;
}

struct udp *port_lane_for(const struct port *p, const struct endpoint *e, size_t place)
{
	const struct port_family *f = family_for(p, e);
	if (!f)
		return NULL;
	bool has_lanes = f->count > FIRST_LANE;
	return &f->sockets[has_lanes ? FIRST_LANE + place % (f->count - FIRST_LANE) : 0].udp;
}

/* --- What is known about it --- */

size_t port_segments_max(const struct port *p)
{
	size_t max = GATHER_DATAGRAMS; /* Also where the kernel does not segment. */
	for (unsigned i = 0; i < p->count; i++)
		for (unsigned k = 0; k < p->families[i].count; k++) {
			size_t segments = p->families[i].sockets[k].udp.segments_max;
			if (segments > 1 && segments < max)
				max = segments;
		}
	return max;
}

uint64_t port_dropped(const struct port *p)
{
	uint64_t dropped = 0;
	for (unsigned i = 0; i < p->count; i++)
		for (unsigned k = 0; k < p->families[i].count; k++)
			dropped += udp_dropped(&p->families[i].sockets[k].udp);
	return dropped;
}

unsigned port_selves(const struct port *p, struct endpoint *ret_selves, unsigned max)
{
	unsigned count = 0;
	for (unsigned i = 0; i < p->count && count < max; i++) {
		const struct udp *u = &p->families[i].sockets[0].udp;
		if (endpoint_is_unspecified(&u->bound))
			count += link_addresses(u->v6, u->bound.port, ret_selves + count,
						max - count);
		else
			ret_selves[count++] = u->bound;
	}
	return count;
}
