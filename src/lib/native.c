/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
/* native.c - a membership of a native multicast group, kept alive while its interface comes and
 * goes. */
#include "lib/kinds.h"
#include "lib/membership.h"
#include "net/batch.h"
#include "net/group.h"
#include "net/mcast.h"
#include "net/sockaddr.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

struct native {
	struct ramure membership; /* First: a struct ramure * of it is a struct native *. */
	struct group group;
	struct mcast_options options;
	struct endpoint sources[RAMURE_SOURCES_MAX];
	struct link link;   /* The interface as it was when last looked at. */
	struct mcast mcast; /* Open while the membership stands. */
	bool is_joined;     /* The last event of its kind was RAMURE_JOINED. */
	bool was_joined;    /* There was one before. */
	struct loop_source receive_source, watch_source;
	struct batch *batch;
	struct arrival arrival; /* What of the batch is being handed out. */
};

/* --- Joining, losing, joining again --- */

static void on_datagrams(void *owner)
{
	/* What the kernel reports here (an interface that went down) comes as a notification, too.
	 */
	struct native *n = owner;
	n->arrival.run.count = 0;
	(void)batch_receive(n->batch, n->mcast.receive_fd, NULL);
}

static void close_membership(struct native *n)
{
	if (n->mcast.receive_fd >= 0)
		loop_remove(&n->membership.loop, &n->receive_source);
	mcast_close(&n->mcast);
}

static int open_membership(struct native *n, struct failure *failure)
{
	int error = mcast_join(&n->mcast, &n->options, &n->link, failure);
	if (error)
		return error;
	n->receive_source = (struct loop_source){
		.fd = n->mcast.receive_fd,
		.on_ready = on_datagrams,
		.owner = n,
	};
	error = loop_add(&n->membership.loop, &n->receive_source);
	if (error) {
		mcast_close(&n->mcast);
		return failure_set(failure, error, "cannot watch a socket: %s", strerror(-error));
	}
	return 0;
}

static void note_joined(struct native *n)
{
	char address[ADDRESS_TEXT_SIZE];
	uint8_t mac[6];
	endpoint_format_address(&n->group.endpoint, address);
	group_mac(&n->group.endpoint, mac);
	membership_note(&n->membership, RAMURE_JOINED,
			"joined %s port %u on %s%s, MAC %02x:%02x:%02x:%02x:%02x:%02x", address,
			n->group.endpoint.port, n->link.name, n->was_joined ? " again" : "", mac[0],
			mac[1], mac[2], mac[3], mac[4], mac[5]);
	n->is_joined = n->was_joined = true;
}

static void note_lost(struct native *n, const char *reason)
{
	membership_note(&n->membership, RAMURE_LOST, "%s; waiting for it", reason);
	n->is_joined = false;
}

/* Opens what is missing on the interface as it is now. Negative errno and the reason if the
 * membership does not stand. */
static int establish(struct native *n, struct failure *failure)
{
	int error = 0;
	if (n->mcast.receive_fd < 0)
		error = open_membership(n, failure);
	if (!error && !n->link.is_up)
		error = failure_set(failure, -ENETDOWN, "%s is down", n->link.name);
	if (!error)
		error = mcast_connect(&n->mcast, &n->options, &n->link, failure);
	return error;
}

/* Looks at the interface again, and makes the membership what it can be there. */
static void reconsider(struct native *n)
{
	struct failure failure;
	struct link now;
	int error = link_find(n->link.name, &now);
	if (error) {
		close_membership(n);
		error = failure_set(&failure, -ENODEV, "%s is gone", n->link.name);
	} else {
		/* A new index is a new interface of that name; one that was down may have lost its
		 * memberships and its addresses, so the sockets are opened afresh there, too. */
		bool came_up = now.is_up && !n->link.is_up;
		if (now.index != n->link.index || came_up)
			close_membership(n);
		n->link = now;
		error = establish(n, &failure);
	}
	if (error)
		n->link.is_up = false; /* Whatever comes next counts as coming up. */
	if (error && n->is_joined)
		note_lost(n, failure.text);
	else if (!error && !n->is_joined)
		note_joined(n);
}

static int read_sources(struct native *n, const struct ramure_options *o, struct failure *failure)
{
	bool v4 = endpoint_is_v4(&n->group.endpoint);
	if (o->source_count > RAMURE_SOURCES_MAX)
		return failure_set(failure, -EINVAL, "%zu sources are more than %d",
				   o->source_count, RAMURE_SOURCES_MAX);
	for (size_t i = 0; i < o->source_count; i++) {
		if (!endpoint_parse_address(o->sources[i], 0, &n->sources[i]) ||
		    endpoint_is_v4(&n->sources[i]) != v4)
			return failure_set(failure, -EINVAL,
					   "source '%s': no IPv%d address, as the room %s wants",
					   o->sources[i], v4 ? 4 : 6, o->room);
	}
	if (o->source_count == 0 && group_is_source_specific(&n->group.endpoint))
		return failure_set(failure, -EINVAL,
				   "room '%s': source-specific (RFC 4607): name with --source "
				   "whom to hear",
				   o->room);
	return 0;
}

static int read_options(struct native *n, const struct ramure_options *o, struct failure *failure)
{
	int error = group_parse(o->room, o->port, &n->group, failure);
	if (error)
		return error;
	if (o->port == 0)
		return failure_set(failure, -EINVAL, "port 0: a port is a number from 1 to 65535");
	if (o->ttl < 0 || o->ttl > 255)
		return failure_set(failure, -EINVAL, "TTL %d: a TTL is a number from 0 to 255",
				   o->ttl);
	if (o->interface && strlen(o->interface) >= sizeof(n->group.interface))
		return failure_set(failure, -EINVAL, "interface '%s': too long for a name",
				   o->interface);
	if (o->interface && n->group.interface[0] && strcmp(o->interface, n->group.interface) != 0)
		return failure_set(failure, -EINVAL,
				   "room '%s' and interface '%s' contradict each other", o->room,
				   o->interface);
	if (o->interface)
		(void)snprintf(n->group.interface, sizeof(n->group.interface), "%s", o->interface);
	error = read_sources(n, o, failure);
	n->options = (struct mcast_options){
		.group = n->group.endpoint,
		.ttl = o->ttl,
		.loop = o->loop,
		.sources = n->sources,
		.source_count = o->source_count,
	};
	return error;
}

static int find_link(struct native *n, struct failure *failure)
{
	if (n->group.interface[0] == '\0')
		return link_choose(&n->group.endpoint, &n->link, failure);
	int error = link_find(n->group.interface, &n->link);
	if (error)
		return failure_set(failure, error,
				   "no interface '%s' here: %s; `ip link` lists them",
				   n->group.interface, strerror(-error));
	if (!n->link.can_multicast)
		return failure_set(failure, -EOPNOTSUPP,
				   "interface '%s' cannot multicast; `ip link set %s "
				   "multicast on` where its network can",
				   n->link.name, n->link.name);
	return 0;
}

static void on_links(void *owner)
{
	struct native *n = owner;
	link_watch_drain(n->watch_source.fd);
	reconsider(n);
}

/* Opens what stays for the whole life. */
static int open_watch(struct native *n, struct failure *failure)
{
	n->batch = batch_new();
	int fd = link_watch_open();
	n->watch_source = (struct loop_source){.fd = fd, .on_ready = on_links, .owner = n};
	int error = !n->batch ? -ENOMEM
		    : fd < 0  ? fd
			      : loop_add(&n->membership.loop, &n->watch_source);
	if (error)
		failure_set(failure, error, "cannot watch the interfaces: %s", strerror(-error));
	return error;
}

static int begin(struct native *n, const struct ramure_options *o, struct failure *failure)
{
	int error = read_options(n, o, failure);
	if (!error)
		error = open_watch(n, failure);
	if (!error)
		error = find_link(n, failure);
	if (error)
		return error;
	error = establish(n, failure);
	if (!error) {
		note_joined(n);
	} else if (n->mcast.receive_fd >= 0) {
		note_lost(n, failure->text);
		n->link.is_up = false;
		error = 0;
	}
	return error;
}

/* --- Receiving and sending --- */

static bool native_next(struct ramure *r, struct ramure_event *ret_event)
{
	struct native *n = (struct native *)r;
	struct arrival *arrival = &n->arrival;
	if (arrival->run.count == 0 && !batch_next(n->batch, arrival))
		return false;
	struct run datagram = run_take(&arrival->run, 1);
	bool is_own = n->mcast.send_fd >= 0 && endpoint_equal(&arrival->sender, &n->mcast.self);
	ret_event->type = RAMURE_MESSAGE;
	ret_event->bytes = datagram.bytes;
	ret_event->size = datagram.size;
	ret_event->origin = is_own ? RAMURE_OWN : RAMURE_OTHER;
	ret_event->text = NULL;
	sockaddr_from_endpoint(&arrival->sender, 0, &ret_event->sender);
	return true;
}

static int native_send(struct ramure *r, const void *bytes, size_t size)
{
	struct native *n = (struct native *)r;
	if (size > RAMURE_SIZE_MAX)
		return -EMSGSIZE;
	if (!n->is_joined)
		return -EAGAIN;
	if (send(n->mcast.send_fd, bytes, size, 0) >= 0)
		return 0;
	return errno == EMSGSIZE ? -EMSGSIZE : -EAGAIN;
}

static bool native_hears_itself(const struct ramure *r)
{
	const struct native *n = (const struct native *)r;
	const struct endpoint *self = &n->mcast.self;
	if (!n->options.loop || n->options.source_count == 0)
		return n->options.loop;
	for (size_t i = 0; i < n->options.source_count; i++)
		if (memcmp(n->sources[i].address, self->address, sizeof(self->address)) == 0)
			return true;
	return false;
}

static void native_close(struct ramure *r)
{
	struct native *n = (struct native *)r;
	close_membership(n);
	link_watch_close(n->watch_source.fd);
	batch_free(n->batch);
}

int native_open(const struct ramure_options *o, struct ramure **ret_ramure, struct failure *failure)
{
	static const struct membership_operations operations = {
		.next = native_next,
		.send = native_send,
		.hears_itself = native_hears_itself,
		.close = native_close,
	};
	struct native *n = membership_new(sizeof(*n), &operations, failure);
	if (!n)
		return failure->code;
	n->mcast = MCAST_CLOSED;
	n->watch_source.fd = -1;
	int error = begin(n, o, failure);
	if (error)
		membership_free(&n->membership);
	else
		*ret_ramure = &n->membership;
	return error;
}
