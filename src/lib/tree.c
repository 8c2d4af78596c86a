/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
/* tree.c - a membership of a tree: a node inside the program, on MCAST_PORT or any free port. */
#include "core/joiner.h"
#include "lib/kinds.h"
#include "lib/membership.h"
#include "net/alarm.h"
#include "net/clock.h"
#include "net/link.h"
#include "net/node.h"
#include "net/resolve.h"
#include "net/sockaddr.h"

#include <errno.h>
#include <stdlib.h>

#define MCAST_PORT 10000

/* Messages that wait for ramure_next: more than what one step can bring (net/batch.c), of which
 * only what is used is ever memory. What comes while it is full is dropped for this user alone. */
#define INBOX_SIZE ((size_t)16 * 1024 * 1024)

struct tree {
	struct ramure membership; /* First: a struct ramure * of it is a struct tree *. */
	char room[300];           /* As the user named it. */
	struct node node;
	struct joiner joiner; /* Only what is used of it is ever memory. */
	bool is_open;         /* `node` is. */
	struct alarm alarm;   /* Makes the descriptor ready at the node's deadline. */
	char *inbox;          /* Each message: its label, then itself. */
	size_t begin, end;    /* What of it waits. */
};

struct label {
	size_t size;
	enum ramure_origin origin;
};

static enum ramure_origin origin_of(const struct tree *t, uint64_t source)
{
	if (source == 0)
		return RAMURE_UNKNOWN;
	return source == node_id(&t->node) ? RAMURE_OWN : RAMURE_OTHER;
}

static void on_message(void *owner, const char *bytes, size_t size, const struct wire_stamp *stamp)
{
	struct tree *t = owner;
	struct wire_envelope envelope;
	bytes = joiner_open(&t->joiner, stamp, bytes, &size, &envelope);
	if (!bytes)
		return; /* A fragment, or none of ours. */
	const struct label label = {.size = size,
				    .origin = origin_of(t, stamp ? stamp->source : 0)};
	if (t->end + sizeof(label) + size > INBOX_SIZE) {
		t->node.drops.count[DROP_OUTPUT]++;
		return;
	}
	memcpy(t->inbox + t->end, &label, sizeof(label));
	if (size > 0)
		memcpy(t->inbox + t->end + sizeof(label), bytes, size);
	t->end += sizeof(label) + size;
}

static void on_event(void *owner, enum event event, const struct endpoint *about)
{
	struct tree *t = owner;
	char text[ENDPOINT_TEXT_SIZE];
	uint16_t port = port_number(&t->node.tree);
	endpoint_format(about, text);
	if (event == EVENT_IS_ROOT)
		membership_note(&t->membership, RAMURE_JOINED,
				"joined the tree of %s as its root, on port %u", t->room, port);
	else if (event == EVENT_JOINED)
		membership_note(&t->membership, RAMURE_JOINED,
				"joined the tree of %s below %s, on port %u", t->room, text, port);
	else if (event == EVENT_ROOT_LOST || event == EVENT_PARENT_FORGOT)
		membership_note(&t->membership, RAMURE_LOST,
				"the place in the tree of %s is lost; "
				"looking for another",
				t->room);
	else if (event == EVENT_UNREACHABLE)
		membership_note(&t->membership, RAMURE_LOST,
				"%s does not answer; looking for "
				"another place in the tree",
				text);
}

static void on_alarm(void *owner)
{
	struct tree *t = owner;
	node_on_time(&t->node, clock_now());
}

/* The descriptor is ready at the node's deadline, and while a message waits that no step has
 * brought: a root's own. */
static void on_turn(struct tree *t)
{
	const struct time long_past = {0};
	alarm_set(&t->alarm, t->begin != t->end ? long_past : node_deadline(&t->node));
}

static void tree_begin_step(struct ramure *r)
{
	struct tree *t = (struct tree *)r;
	memmove(t->inbox, t->inbox + t->begin, t->end - t->begin);
	t->end -= t->begin;
	t->begin = 0;
}

static bool tree_next(struct ramure *r, struct ramure_event *ret_event)
{
	struct tree *t = (struct tree *)r;
	struct label label;
	on_turn(t);
	if (t->begin == t->end)
		return false;
	memcpy(&label, t->inbox + t->begin, sizeof(label));
	*ret_event = (struct ramure_event){
		.type = RAMURE_MESSAGE,
		.bytes = t->inbox + t->begin + sizeof(label),
		.size = label.size,
		.origin = label.origin,
	};
	t->begin += sizeof(label) + label.size;
	return true;
}

static int tree_send(struct ramure *r, const void *bytes, size_t size)
{
	struct tree *t = (struct tree *)r;
	enum member_state state = t->node.member.state;
	if (size > node_payload_max(&t->node))
		return -EMSGSIZE;
	if (state != MEMBER_ATTACHED && state != MEMBER_ROOT)
		return -EAGAIN;
	node_publish(&t->node, bytes, size);
	on_turn(t);
	return 0;
}

static bool tree_hears_itself(const struct ramure *r)
{
	(void)r;
	return true; /* [P6] */
}

static void tree_close(struct ramure *r)
{
	struct tree *t = (struct tree *)r;
	if (t->is_open)
		node_close(&t->node);
	alarm_close(&t->alarm);
	free(t->inbox);
}

/* The address to bind: of the interface, or all of them. */
static int choose_bind(const struct ramure_options *o, struct node_options *n,
		       struct failure *failure)
{
	static const uint8_t zero[16];
	struct link link;
	n->bind[0] = endpoint_from_v4(zero, MCAST_PORT);
	n->bind[1] = endpoint_from_v6(zero, MCAST_PORT);
	n->bind_count = 2;
	if (!o->interface)
		return 0;
	int error = link_find(o->interface, &link);
	if (error)
		return failure_set(failure, error,
				   "no interface '%s' here: %s; `ip link` lists them", o->interface,
				   strerror(-error));
	n->bind_count = link_own_addresses(o->interface, MCAST_PORT, n->bind);
	if (n->bind_count == 0)
		return failure_set(failure, -EADDRNOTAVAIL, "interface '%s' has no address",
				   o->interface);
	return 0;
}

static int read_profile(const char *text, struct node_options *n, struct failure *failure)
{
	const char *profile = text ? text : PROFILE_DEFAULT;
	n->is_full = strcmp(profile, "full") == 0;
	if (n->is_full || strcmp(profile, "base") == 0)
		return 0;
	return failure_set(failure, -EINVAL, "profile '%s': not 'base' or 'full'", profile);
}

static int read_options(struct tree *t, const struct ramure_options *o, struct node_options *n,
			struct failure *failure)
{
	const char *host = o->room + strlen(RAMURE_TREE_PREFIX);
	if (!o->loop || o->source_count > 0)
		return failure_set(failure, -EINVAL,
				   "room '%s': a tree of the base profile does not "
				   "tell who has sent a message: %s is for multicast groups alone",
				   o->room, o->loop ? "--source" : "--no-loop");
	int error = read_profile(o->profile, n, failure);
	if (error)
		return error;
	if (strlen(host) >= sizeof(t->room))
		return failure_set(failure, -EINVAL, "room '%.60s…': too long for a name", o->room);
	memcpy(t->room, host, strlen(host) + 1);
	int count = resolve(host, MCAST_PORT, n->rdv, NODE_RDV_MAX, failure);
	if (count <= 0)
		return count < 0 ? count
				 : failure_set(failure, -ENOENT, "'%s' has no address", host);
	n->rdv_count = (unsigned)count;
	return choose_bind(o, n, failure);
}

static int begin(struct tree *t, const struct ramure_options *o, struct failure *failure)
{
	const struct node_handler handler = {
		.on_message = on_message, .on_event = on_event, .owner = t};
	struct node_options n = {.member = MEMBER_CONFIG_DEFAULT,
				 .full = FULL_CONFIG_DEFAULT,
				 .children_max = MEMBER_CHILDREN_DEFAULT};
	int error = alarm_open(&t->alarm, on_alarm, t);
	if (!error)
		error = loop_add(&t->membership.loop, &t->alarm.source);
	t->inbox = malloc(INBOX_SIZE);
	if (error || !t->inbox)
		return failure_set(failure, error ? error : -ENOMEM, "cannot make a node: %s",
				   strerror(error ? -error : ENOMEM));
	error = read_options(t, o, &n, failure);
	if (!error)
		error = node_open(&t->node, &n, &handler, &t->membership.loop, failure);
	t->is_open = !error;
	return error;
}

int tree_open(const struct ramure_options *o, struct ramure **ret_ramure, struct failure *failure)
{
	static const struct membership_operations operations = {
		.begin_step = tree_begin_step,
		.next = tree_next,
		.send = tree_send,
		.hears_itself = tree_hears_itself,
		.close = tree_close,
	};
	struct tree *t = membership_new(sizeof(*t), &operations, failure);
	if (!t)
		return failure->code;
	t->alarm.source.fd = -1;
	int error = begin(t, o, failure);
	if (error) {
		membership_free(&t->membership);
		return error;
	}
	on_turn(t);
	*ret_ramure = &t->membership;
	return 0;
}
