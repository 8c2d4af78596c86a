/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
/* island.c - an interface with native multicast: its sockets, who carries its groups, who listens.
 * Rules [K5], [K9]. */
#include "gateway/gateway_state.h"
#include "gateway/native.h"
#include "gateway/querier.h"
#include "net/clock.h"

#include <errno.h>
#include <sys/socket.h>
#include <unistd.h>

/* What cannot be opened is tried again after that, and when something about interfaces changes. */
#define RETRY_US (2 * US_PER_S)

/* Hellos, frames of a turn: a flood of them leaves room for the rest. */
#define TAKEN_A_TURN 64

static void close_source(struct loop *loop, struct loop_source *s)
{
	if (s->fd < 0)
		return;
	loop_remove(loop, s);
	close(s->fd);
	s->fd = -1;
}

static void close_fd(int *fd)
{
	if (*fd >= 0)
		close(*fd);
	*fd = -1;
}

void island_close(struct gateway_island *i)
{
	struct gateway *g = i->gateway;
	char out[HELLO_SIZE_MAX];
	size_t size;
	if (i->control.send_fd >= 0 && election_leave(&i->election, out, &size))
		(void)send(i->control.send_fd, out, size, 0);
	for (unsigned n = 0; n < g->options.count; n++)
		if (g->channels[n].island == i)
			close_source(g->loop, &g->channels[n].receive);
	if (i->hello.fd >= 0)
		loop_remove(g->loop, &i->hello);
	i->hello.fd = -1;
	mcast_close(&i->control);
	close_source(g->loop, &i->querier);
	close_fd(&i->emit_fd);
	while (i->origin_count > 0)
		close_fd(&i->origins[--i->origin_count].fd);
	i->is_open = false;
}

/* --- What comes --- */

static void on_hello(void *owner)
{
	struct gateway_island *i = owner;
	char bytes[HELLO_SIZE_MAX + 1];
	struct time now = clock_now();
	for (int n = 0; n < TAKEN_A_TURN; n++) {
		ssize_t size = recv(i->hello.fd, bytes, sizeof(bytes), 0);
		if (size < 0)
			break;
		election_take(&i->election, bytes, (size_t)size, now);
	}
	i->gateway->judge_at = now;
}

static void on_report(void *owner)
{
	struct gateway_island *i = owner;
	uint8_t buffer[QUERIER_BUFFER];
	struct frame frame;
	uint64_t before = i->listeners.reports;
	for (int n = 0; n < TAKEN_A_TURN && querier_next(i->querier.fd, buffer, &frame); n++)
		listeners_take(&i->listeners, &frame, clock_now());
	if (i->listeners.reports != before)
		i->gateway->users_at = clock_now();
}

/* --- Opening --- */

static struct mcast_options hello_options(const struct gateway_island *i)
{
	struct mcast_options o = {.ttl = 1, .loop = true};
	(void)endpoint_parse_address(i->is_v4 ? HELLO_GROUP_V4 : HELLO_GROUP_V6, HELLO_PORT,
				     &o.group);
	return o;
}

static int watch(struct gateway *g, struct loop_source *s, int fd, void (*on_ready)(void *owner),
		 void *owner)
{
	*s = (struct loop_source){.fd = fd, .on_ready = on_ready, .owner = owner};
	int error = loop_add(g->loop, s);
	if (error)
		s->fd = -1;
	return error;
}

static int open_control(struct gateway_island *i, struct failure *failure)
{
	const struct mcast_options o = hello_options(i);
	int error = mcast_join(&i->control, &o, &i->link, failure);
	if (!error)
		error = mcast_connect(&i->control, &o, &i->link, failure);
	if (!error)
		error = watch(i->gateway, &i->hello, i->control.receive_fd, on_hello, i);
	return error;
}

static int open_channels(struct gateway_island *i, struct failure *failure)
{
	struct gateway *g = i->gateway;
	for (unsigned n = 0; n < g->options.count; n++) {
		struct gateway_channel *c = &g->channels[n];
		if (c->island != i)
			continue;
		int fd = native_receive(&c->wanted->group.endpoint,
					c->wanted->has_source ? &c->wanted->source : NULL, &i->link,
					failure);
		if (fd < 0)
			return fd;
		int error = watch(g, &c->receive, fd, carry_on_native, c);
		if (error) {
			close(fd);
			return failure_set(failure, error, "cannot watch a socket: %s",
					   strerror(-error));
		}
	}
	return 0;
}

/* [K9] Without the capability nobody can be asked: then everything is taken to be wanted. */
static void open_querier(struct gateway_island *i, struct time now)
{
	struct gateway *g = i->gateway;
	struct failure failure;
	i->querier.fd = -1;
	if (g->options.is_always || !querier_self(i->is_v4, &i->link, &i->self))
		return;
	int fd = querier_open(i->is_v4, &i->link, &failure);
	if (fd < 0) {
		gateway_tell(g, "island-unasked",
			     "interface=%s text=\"%s: it is not known who listens, so the tree "
			     "brings all groups; it needs CAP_NET_RAW, or say --always\"",
			     i->interface, failure.text);
		return;
	}
	if (watch(g, &i->querier, fd, on_report, i) != 0) {
		close(fd);
		return;
	}
	i->listeners.query_at = now;
	i->listeners.self = i->self;
	g->announce_at = now;
}

static int open_all(struct gateway_island *i, struct time now, struct failure *failure)
{
	const struct gateway_options *o = &i->gateway->options;
	if (link_find(i->interface, &i->link) != 0)
		return failure_set(failure, -ENODEV, "there is no interface '%s'", i->interface);
	if (!i->link.is_up || !i->link.can_multicast)
		return failure_set(failure, -ENETDOWN, "interface %s %s", i->interface,
				   i->link.is_up ? "cannot multicast" : "is down");
	int fd = native_emit_open(i->is_v4, o->ttl, &i->link, failure);
	if (fd < 0)
		return fd;
	i->emit_fd = fd;
	int error = open_control(i, failure);
	if (!error)
		error = open_channels(i, failure);
	if (!error)
		open_querier(i, now);
	return error;
}

void island_open(struct gateway_island *i, struct time now)
{
	struct failure failure;
	i->control = MCAST_CLOSED;
	i->retry_at = TIME_NEVER;
	if (open_all(i, now, &failure) == 0) {
		i->is_open = true;
		if (i->election.is_attached)
			election_listen(&i->election, now);
		i->trouble[0] = '\0';
		gateway_tell(i->gateway, "island", "interface=%s family=%s", i->interface,
			     i->is_v4 ? "ipv4" : "ipv6");
		return;
	}
	island_close(i);
	i->retry_at = time_after(now, RETRY_US);
	if (strcmp(i->trouble, failure.text) != 0)
		gateway_tell(i->gateway, "island-closed", "interface=%s text=\"%s\"", i->interface,
			     failure.text);
	memcpy(i->trouble, failure.text, sizeof(i->trouble));
}

void island_look(struct gateway_island *i, struct time now)
{
	struct link link;
	bool is_there = link_find(i->interface, &link) == 0;
	if (!i->is_open) {
		if (is_there)
			island_open(i, now);
		return;
	}
	bool is_same = is_there && link.index == i->link.index && link.is_up &&
		       (!i->is_v4 || endpoint_equal(&link.v4, &i->link.v4));
	if (is_same)
		return;
	island_close(i);
	island_open(i, now);
}

int island_emitter(struct gateway_island *i, const struct endpoint *origin)
{
	struct failure failure;
	if (!i->gateway->options.keeps_source || origin->port == 0)
		return i->emit_fd;
	for (unsigned n = 0; n < i->origin_count; n++)
		if (endpoint_equal(&i->origins[n].endpoint, origin))
			return i->origins[n].fd;
	int fd = native_emit_open_as(origin, i->gateway->options.ttl, &i->link, &failure);
	if (fd < 0) {
		if (strcmp(i->trouble, failure.text) != 0)
			gateway_tell(i->gateway, "island-source-lost", "interface=%s text=\"%s\"",
				     i->interface, failure.text);
		memcpy(i->trouble, failure.text, sizeof(i->trouble));
		return i->emit_fd;
	}
	if (i->origin_count < GATEWAY_ORIGINS_MAX)
		i->origin_count++;
	else
		close(i->origins[i->origin_next].fd);
	i->origins[i->origin_next] = (struct gateway_origin){*origin, fd};
	i->origin_next = (i->origin_next + 1) % GATEWAY_ORIGINS_MAX;
	return fd;
}

/* --- Who carries, who listens --- */

static void tell_event(struct gateway_channel *c, enum election_event event)
{
	char group[ENDPOINT_TEXT_SIZE];
	const struct election_group *e = &c->island->election.groups[c->place];
	endpoint_format(&c->wanted->group.endpoint, group);
	if (event == ELECTION_TAKEN)
		gateway_tell(c->gateway, "island-carried", "group=%s interface=%s", group,
			     c->island->interface);
	else if (event == ELECTION_YIELDED)
		gateway_tell(
			c->gateway, "island-yielded",
			"group=%s interface=%s to=%016llx text=\"another gateway of the tree is "
			"heard here: the networks are one island, and it carries the group\"",
			group, c->island->interface, (unsigned long long)e->holder);
	else if (event == ELECTION_LOST)
		gateway_tell(c->gateway, "island-lost",
			     "group=%s interface=%s text=\"this node is cut off from the tree\"",
			     group, c->island->interface);
}

void island_judge(struct gateway_island *i, struct time now)
{
	struct gateway *g = i->gateway;
	for (unsigned n = 0; n < g->options.count; n++) {
		struct gateway_channel *c = &g->channels[n];
		if (c->island != i || !i->is_open)
			continue;
		enum election_event event = election_judge(&i->election, c->place, now);
		if (event != ELECTION_NOTHING)
			tell_event(c, event);
	}
}

/* Our own memberships of the group: each port has one. */
static int own_users(const struct gateway_channel *c)
{
	const struct gateway *g = c->gateway;
	int count = 0;
	for (unsigned n = 0; n < g->options.count; n++) {
		const struct gateway_channel *other = &g->channels[n];
		count += other->island == c->island && other->receive.fd >= 0 &&
			 memcmp(other->wanted->group.endpoint.address,
				c->wanted->group.endpoint.address,
				sizeof(c->wanted->group.endpoint.address)) == 0;
	}
	return count;
}

void island_count_listeners(struct gateway_island *i, struct time now)
{
	struct gateway *g = i->gateway;
	for (unsigned n = 0; n < g->options.count; n++) {
		struct gateway_channel *c = &g->channels[n];
		if (c->island != i || c->receive.fd < 0)
			continue;
		bool are_there = i->querier.fd < 0 || listeners_has(&i->listeners, c->watched, now);
		if (!are_there)
			are_there = native_users(&c->wanted->group.endpoint, i->interface) >
				    own_users(c);
		if (are_there == c->has_listeners)
			continue;
		c->has_listeners = are_there;
		if (g->handler.on_listeners)
			g->handler.on_listeners(g->handler.owner, c->wanted, are_there);
	}
}

/* --- Time --- */

void island_on_time(struct gateway_island *i, struct time now)
{
	char out[HELLO_SIZE_MAX];
	size_t size;
	struct endpoint group;
	if (time_is_due(i->retry_at, now))
		island_open(i, now);
	if (!i->is_open)
		return;
	if (election_on_time(&i->election, now, out, &size)) {
		(void)send(i->control.send_fd, out, size, 0);
		i->gateway->judge_at = now;
	}
	while (i->querier.fd >= 0 && listeners_next_query(&i->listeners, now, &group))
		(void)querier_ask(i->querier.fd, &i->link, &i->self, &group);
}

struct time island_deadline(const struct gateway_island *i)
{
	if (!i->is_open)
		return i->retry_at;
	struct time deadline = election_deadline(&i->election);
	return i->querier.fd >= 0 ? time_earlier(deadline, listeners_deadline(&i->listeners))
				  : deadline;
}
