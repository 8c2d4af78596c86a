/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
#ifndef RAMURE_GATEWAY_GATEWAY_H
#define RAMURE_GATEWAY_GATEWAY_H
/* gateway.h - a member of the tree on islands of native multicast: what is sent to their groups
 * goes up the tree, what comes down goes to them. doc/protocol.md, section 27.
 *
 *     gateway_open -> ( loop turns: gateway_on_message*, gateway_on_time, gateway_end_turn )*
 *                  -> gateway_close
 *
 * The node belongs to the caller, who hands its messages over and asks for gateway_deadline beside
 * the node's. One socket a group, so that no limit of memberships a socket is met.
 */
#include "core/joiner.h"
#include "island/border.h"
#include "island/election.h"
#include "island/listeners.h"
#include "island/seen.h"
#include "net/group.h"
#include "net/mcast.h"
#include "net/node.h"

#define GATEWAY_GROUPS_MAX  HELLO_GROUPS_MAX
#define GATEWAY_ISLANDS_MAX 16

/* A native group on an island, as the user names it. */
struct gateway_group {
	struct group group;     /* With its port, and the interface if one was given. */
	struct endpoint source; /* Of a source-specific group, if has_source. */
	bool has_source;
};

struct gateway_options {
	struct gateway_group groups[GATEWAY_GROUPS_MAX];
	unsigned count;
	bool is_always;     /* Groups are taken from the tree whether anybody listens or not. */
	bool is_read;       /* The node's user wants all that comes, besides. */
	bool keeps_source;  /* What is emitted has the origin's address. */
	int ttl;            /* Of what is emitted. */
	unsigned threshold; /* What arrives with a higher TTL goes up the tree. */
	unsigned mtu;       /* Of the tree's paths; 0: as the kernel knows them. */
	struct border_rules exports, imports;
};

struct gateway_handler {
	/* A line for the log. */
	void (*on_notice)(void *owner, const char *event, const char *details);
	/* Somebody listens to the group now, or nobody any more. */
	void (*on_listeners)(void *owner, const struct gateway_group *group, bool are_there);
	void *owner;
};

/* Datagrams of one size side by side, until they are sent. */
struct gateway_stage {
	char *bytes; /* GATEWAY_STAGE_SIZE. */
	size_t size, segment_size, count;
};

#define GATEWAY_ORIGINS_MAX 32

#define GATEWAY_STAGE_SIZE ((size_t)66 * 1024)

struct gateway;
struct gateway_island;

/* A group on an island. */
struct gateway_channel {
	struct gateway *gateway;
	const struct gateway_group *wanted;
	struct gateway_island *island;
	uint16_t number;
	unsigned place;             /* In the island's election. */
	unsigned watched;           /* In its listeners. */
	struct loop_source receive; /* fd -1: closed. */
	bool has_listeners;
	bool is_told; /* The log knows that there is a loop. */
	struct gateway_stage out;
	struct endpoint out_origin;        /* Of all of it, where sources are kept. */
	uint64_t heard, exported, emitted; /* Datagrams. */
	uint32_t kernel_dropped;           /* On the island, for want of room, as last heard of. */
};

/* An interface, in one family. */
struct gateway_island {
	struct gateway *gateway;
	char interface[IF_NAMESIZE];
	bool is_v4;
	bool is_open;
	struct link link; /* As it was opened. */
	struct election election;
	struct mcast control;     /* Hellos. */
	struct loop_source hello; /* Its receiving socket; fd -1: closed. */
	int emit_fd;              /* -1: closed. */
	/* With the origins' addresses: a socket for each of the last ones. */
	struct gateway_origin {
		struct endpoint endpoint;
		int fd;
	} origins[GATEWAY_ORIGINS_MAX];
	unsigned origin_count, origin_next;
	struct loop_source querier; /* fd -1: not allowed. */
	struct listeners listeners;
	struct endpoint self;
	struct time retry_at;                              /* To open what could not be opened. */
	char trouble[sizeof(((struct failure *)0)->text)]; /* Why it is closed, as told. */
};

struct gateway_counters {
	uint64_t ttl, refused; /* Not carried: by their TTL, by rules. */
	uint64_t gateways;     /* Heard from other gateways. */
	uint64_t copies;       /* That came by a second way. */
	uint64_t too_large, malformed, unwanted;
};

struct gateway {
	struct gateway_options options;
	struct gateway_handler handler;
	struct node *node;
	struct loop *loop;
	struct batch *batch;
	struct loop_source links;
	bool must_look; /* The interfaces may have changed. */
	struct gateway_channel channels[GATEWAY_GROUPS_MAX];
	struct gateway_island islands[GATEWAY_ISLANDS_MAX];
	unsigned island_count;
	struct gateway_stage up; /* On its way to the tree. */
	uint16_t up_channel;
	size_t fragment_max; /* Bytes of a datagram that fit into a message. */
	struct time mtu_at, users_at, announce_at, judge_at;
	uint64_t wanted;
	struct seen *seen;
	struct joiner *joiner;
	struct gateway_counters counters;
};

/* Begins; keeps node and loop. Islands whose interfaces are not there are waited for. Negative
 * errno and `failure` if a group names no interface and there is none to choose, or without memory.
 */
int gateway_open(struct gateway *g, const struct gateway_options *o,
		 const struct gateway_handler *handler, struct node *node, struct loop *loop,
		 struct failure *failure);
void gateway_close(struct gateway *g);

/* A message that came down the tree. */
void gateway_on_message(struct gateway *g, const char *bytes, size_t size,
			const struct wire_stamp *stamp);

void gateway_on_time(struct gateway *g, struct time now);
struct time gateway_deadline(const struct gateway *g);

/* Lets out what was gathered in a turn of the loop. */
void gateway_end_turn(struct gateway *g);

#endif
