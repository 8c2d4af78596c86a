/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
/* ramure.c - the public API over one native multicast membership, kept alive while its interface
 * comes and goes. */
#include "ramure.h"
#include "base/failure.h"
#include "net/batch.h"
#include "net/group.h"
#include "net/loop.h"
#include "net/mcast.h"
#include "net/sockaddr.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

struct ramure {
	struct group group;
	struct mcast_options options;
	struct endpoint sources[RAMURE_SOURCES_MAX];
	struct link link;   /* The interface as it was when last looked at. */
	struct mcast mcast; /* Open while the membership stands. */
	bool is_joined;     /* The last event of its kind was RAMURE_JOINED. */
	bool was_joined;    /* There was one before. */
	bool has_notice;    /* `notice` and `notice_type` are an event not taken yet. */
	enum ramure_event_type notice_type;
	char notice[500];
	struct loop loop; /* Of our own: its descriptor is the one to poll. */
	struct loop_source receive_source, watch_source;
	struct batch *batch;
};

const char *ramure_version(void)
{
	return RAMURE_VERSION;
}

/* --- Joining, losing, joining again --- */

static void on_datagrams(void *owner)
{
	/* What the kernel reports here (an interface that went down) comes as a notification, too.
	 */
	struct ramure *r = owner;
	(void)batch_receive(r->batch, r->mcast.receive_fd);
}

static void close_membership(struct ramure *r)
{
	if (r->mcast.receive_fd >= 0)
		loop_remove(&r->loop, &r->receive_source);
	mcast_close(&r->mcast);
}

static int open_membership(struct ramure *r, struct failure *failure)
{
	int error = mcast_join(&r->mcast, &r->options, &r->link, failure);
	if (error)
		return error;
	r->receive_source = (struct loop_source){
	        .fd = r->mcast.receive_fd,
	        .on_ready = on_datagrams,
	        .owner = r,
	};
	error = loop_add(&r->loop, &r->receive_source);
	if (error) {
		mcast_close(&r->mcast);
		return failure_set(failure, error, "cannot watch a socket: %s", strerror(-error));
	}
	return 0;
}

static void note_joined(struct ramure *r)
{
	char address[ADDRESS_TEXT_SIZE];
	uint8_t mac[6];
	endpoint_format_address(&r->group.endpoint, address);
	group_mac(&r->group.endpoint, mac);
	(void)snprintf(r->notice, sizeof(r->notice),
	               "joined %s port %u on %s%s, MAC %02x:%02x:%02x:%02x:%02x:%02x", address,
	               r->group.endpoint.port, r->link.name, r->was_joined ? " again" : "", mac[0],
	               mac[1], mac[2], mac[3], mac[4], mac[5]);
	r->notice_type = RAMURE_JOINED;
	r->has_notice = r->is_joined = r->was_joined = true;
}

static void note_lost(struct ramure *r, const char *reason)
{
	(void)snprintf(r->notice, sizeof(r->notice), "%s; waiting for it", reason);
	r->notice_type = RAMURE_LOST;
	r->has_notice = true;
	r->is_joined = false;
}

/* Opens what is missing on the interface as it is now. Negative errno and the reason if the
 * membership does not stand. */
static int establish(struct ramure *r, struct failure *failure)
{
	int error = 0;
	if (r->mcast.receive_fd < 0)
		error = open_membership(r, failure);
	if (!error && !r->link.is_up)
		error = failure_set(failure, -ENETDOWN, "%s is down", r->link.name);
	if (!error && r->mcast.send_fd < 0)
		error = mcast_connect(&r->mcast, &r->options, &r->link, failure);
	return error;
}

/* Looks at the interface again, and makes the membership what it can be there. */
static void reconsider(struct ramure *r)
{
	struct failure failure;
	struct link now;
	int error = link_find(r->link.name, &now);
	if (error) {
		close_membership(r);
		error = failure_set(&failure, -ENODEV, "%s is gone", r->link.name);
	} else {
		/* A new index is a new interface of that name; one that was down may have lost its
		 * memberships and its addresses, so the sockets are opened afresh there, too. */
		bool came_up = now.is_up && !r->link.is_up;
		if (now.index != r->link.index || came_up)
			close_membership(r);
		else if (r->mcast.send_fd >= 0 && !link_has_address(now.name, &r->mcast.self))
			mcast_disconnect(&r->mcast);
		r->link = now;
		error = establish(r, &failure);
	}
	if (error)
		r->link.is_up = false; /* Whatever comes next counts as coming up. */
	if (error && r->is_joined)
		note_lost(r, failure.text);
	else if (!error && !r->is_joined)
		note_joined(r);
}

static int read_sources(struct ramure *r, const struct ramure_options *o, struct failure *failure)
{
	bool v4 = endpoint_is_v4(&r->group.endpoint);
	if (o->source_count > RAMURE_SOURCES_MAX)
		return failure_set(failure, -EINVAL, "%zu sources are more than %d",
		                   o->source_count, RAMURE_SOURCES_MAX);
	for (size_t i = 0; i < o->source_count; i++) {
		if (!endpoint_parse_address(o->sources[i], 0, &r->sources[i]) ||
		    endpoint_is_v4(&r->sources[i]) != v4)
			return failure_set(failure, -EINVAL,
			                   "source '%s': no IPv%d address, as the room %s wants",
			                   o->sources[i], v4 ? 4 : 6, o->room);
	}
	if (o->source_count == 0 && group_is_source_specific(&r->group.endpoint))
		return failure_set(failure, -EINVAL,
		                   "room '%s': source-specific (RFC 4607): name with --source "
		                   "whom to hear",
		                   o->room);
	return 0;
}

static int read_options(struct ramure *r, const struct ramure_options *o, struct failure *failure)
{
	int error = group_parse(o->room, o->port, &r->group, failure);
	if (error)
		return error;
	if (o->port == 0)
		return failure_set(failure, -EINVAL, "port 0: a port is a number from 1 to 65535");
	if (o->ttl < 0 || o->ttl > 255)
		return failure_set(failure, -EINVAL, "TTL %d: a TTL is a number from 0 to 255",
		                   o->ttl);
	if (o->interface && strlen(o->interface) >= sizeof(r->group.interface))
		return failure_set(failure, -EINVAL, "interface '%s': too long for a name",
		                   o->interface);
	if (o->interface && r->group.interface[0] && strcmp(o->interface, r->group.interface) != 0)
		return failure_set(failure, -EINVAL,
		                   "room '%s' and interface '%s' contradict each other", o->room,
		                   o->interface);
	if (o->interface)
		(void)snprintf(r->group.interface, sizeof(r->group.interface), "%s", o->interface);
	error = read_sources(r, o, failure);
	r->options = (struct mcast_options){
	        .group = r->group.endpoint,
	        .ttl = o->ttl,
	        .loop = o->loop,
	        .sources = r->sources,
	        .source_count = o->source_count,
	};
	return error;
}

static int find_link(struct ramure *r, struct failure *failure)
{
	if (r->group.interface[0] == '\0')
		return link_choose(&r->group.endpoint, &r->link, failure);
	int error = link_find(r->group.interface, &r->link);
	if (error)
		return failure_set(failure, error,
		                   "no interface '%s' here: %s; `ip link` lists them",
		                   r->group.interface, strerror(-error));
	if (!r->link.can_multicast)
		return failure_set(failure, -EOPNOTSUPP,
		                   "interface '%s' cannot multicast; `ip link set %s "
		                   "multicast on` where its network can",
		                   r->link.name, r->link.name);
	return 0;
}

static void on_links(void *owner)
{
	struct ramure *r = owner;
	link_watch_drain(r->watch_source.fd);
	reconsider(r);
}

/* Opens what stays for the whole life. */
static int open_watch(struct ramure *r, struct failure *failure)
{
	r->batch = batch_new();
	int fd = link_watch_open();
	r->watch_source = (struct loop_source){.fd = fd, .on_ready = on_links, .owner = r};
	int error = !r->batch ? -ENOMEM : fd < 0 ? fd : loop_add(&r->loop, &r->watch_source);
	if (error)
		failure_set(failure, error, "cannot watch the interfaces: %s", strerror(-error));
	return error;
}

static int begin(struct ramure *r, const struct ramure_options *o, struct failure *failure)
{
	int error = read_options(r, o, failure);
	if (!error)
		error = open_watch(r, failure);
	if (!error)
		error = find_link(r, failure);
	if (error)
		return error;
	error = establish(r, failure);
	if (!error) {
		note_joined(r);
	} else if (r->mcast.receive_fd >= 0) {
		note_lost(r, failure->text);
		r->link.is_up = false;
		error = 0;
	}
	return error;
}

int ramure_join(const struct ramure_options *options, struct ramure **ret_ramure,
                struct ramure_error *ret_error)
{
	struct failure failure = {0};
	struct ramure *r = calloc(1, sizeof(*r));
	if (!r || loop_init(&r->loop) != 0) {
		free(r);
		failure_set(&failure, -ENOMEM, "no memory or descriptor for a membership");
	} else {
		r->mcast = MCAST_CLOSED;
		r->watch_source.fd = -1;
		if (begin(r, options, &failure) == 0) {
			*ret_ramure = r;
			return 0;
		}
		ramure_leave(r);
	}
	ret_error->code = failure.code;
	(void)snprintf(ret_error->text, sizeof(ret_error->text), "%s", failure.text);
	return failure.code;
}

void ramure_leave(struct ramure *r)
{
	if (!r)
		return;
	close_membership(r);
	link_watch_close(r->watch_source.fd);
	loop_done(&r->loop);
	batch_free(r->batch);
	free(r);
}

/* --- Receiving and sending --- */

int ramure_fd(const struct ramure *r)
{
	return r->loop.epoll_fd;
}

void ramure_step(struct ramure *r)
{
	loop_wait(&r->loop, (struct time){0}); /* Long past: only look. */
}

bool ramure_next(struct ramure *r, struct ramure_event *ret_event)
{
	if (r->has_notice) {
		r->has_notice = false;
		*ret_event = (struct ramure_event){.type = r->notice_type, .text = r->notice};
		return true;
	}
	struct datagram datagram;
	if (!batch_next(r->batch, &datagram))
		return false;
	ret_event->type = RAMURE_MESSAGE;
	ret_event->bytes = datagram.bytes;
	ret_event->size = datagram.size;
	ret_event->is_own =
	        r->mcast.send_fd >= 0 && endpoint_equal(&datagram.sender, &r->mcast.self);
	ret_event->text = NULL;
	sockaddr_from_endpoint(&datagram.sender, 0, &ret_event->sender);
	return true;
}

int ramure_send(struct ramure *r, const void *bytes, size_t size)
{
	if (size > RAMURE_SIZE_MAX)
		return -EMSGSIZE;
	if (!r->is_joined)
		return -EAGAIN;
	if (send(r->mcast.send_fd, bytes, size, 0) >= 0)
		return 0;
	return errno == EMSGSIZE ? -EMSGSIZE : -EAGAIN;
}

bool ramure_hears_itself(const struct ramure *r)
{
	if (!r->options.loop || r->options.source_count == 0)
		return r->options.loop;
	for (size_t i = 0; i < r->options.source_count; i++)
		if (memcmp(r->sources[i].address, r->mcast.self.address,
		           sizeof(r->mcast.self.address)) == 0)
			return true;
	return false;
}
