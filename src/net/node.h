/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
#ifndef RAMURE_NET_NODE_H
#define RAMURE_NET_NODE_H
/* node.h - a member of the tree on real sockets: drives the core object with what the network
 * brings.
 *
 *     node_open -> ( loop turns, node_on_time | node_publish )* -> node_close
 *
 * The node's deadline belongs into the loop's: node_deadline.
 */
#include "core/member.h"
#include "net/outflow.h"
#include "net/queue.h"

#define NODE_RDV_MAX    8
#define NODE_SELVES_MAX 64

struct node_options {
	struct member_config member; /* rdv and rdv_count are taken from below. */
	bool is_full;                /* Of the full profile; else of the base profile. */
	struct full_config full;     /* Of the full profile. */
	unsigned children_max;
	struct endpoint rdv[NODE_RDV_MAX]; /* The rendezvous point's endpoints, best first. */
	unsigned rdv_count;
	struct endpoint bind[PORT_FAMILIES]; /* For MCAST_PORT. */
	unsigned bind_count;
	struct endpoint data_bind[PORT_FAMILIES]; /* For DATA_PORT. */
	unsigned data_bind_count;                 /* 0: no DATA_PORT. */
	unsigned data_limit; /* DATA a second from each address at the root; 0: no limit. */
	unsigned without;    /* Of enum udp_without. */
};

struct node_handler {
	/* A message of the tree, and its stamp: who has published it, in which channel; NULL where
	 * that is not known, as in the base profile. Borrowed during the call. May be NULL. */
	void (*on_message)(void *owner, const char *bytes, size_t size,
			   const struct wire_stamp *stamp);
	/* Something for the log; `about` may be unspecified. May be NULL. */
	void (*on_event)(void *owner, enum event event, const struct endpoint *about);
	/* Something that the log is told of the data path: a name and `key=value` pairs. May be
	 * NULL. */
	void (*on_notice)(void *owner, const char *event, const char *details);
	void *owner;
};

#define NODE_DETAILS_SIZE 256

/* What a node of the full profile has besides. */
struct node_full {
	struct full full;
	struct full_options options;
	struct keep keep;
	struct quota address_quota, prefix_quota;
	struct kept_ring kept;
	/* For what member_publish_again wants done, while more of what asked for it waits. */
	struct actions actions;
	struct action *ring;
	/* A payload of node_publish, behind room for its header. */
	char message[WIRE_STAMP_SIZE + WIRE_PAYLOAD_MAX];
};

struct node {
	struct node_options options;
	struct member member;
	struct node_full *full; /* NULL: of the base profile. */
	bool is_started;        /* The member is in the tree, or looks for a place. */
	struct node_handler handler;
	struct port tree, data;
	struct batch *batch;
	struct endpoint selves[NODE_SELVES_MAX];
	struct loop_source links; /* Tells that our own endpoints may have changed. */
	struct loop *loop;
	struct action *ring;
	struct actions actions;
	void *children_memory;
	struct held held;
	struct hold_queue queue;
	struct quota quota;
	struct drops drops;
	struct outflow outflow;
	struct time
		batch_at; /* When the batch at hand began to be looked at; TIME_NEVER: none is. */
	struct traffic received, published; /* From others, from programs on this host. */
	struct time tell_dropped_at;
	bool took_other_port; /* MCAST_PORT was taken: port_number(&tree) is a free one. */
};

/* Opens the sockets and starts to look for a place in the tree. Keeps `loop`. Negative errno and
 * `failure` if a port cannot be had; nothing is open then. */
int node_open(struct node *n, const struct node_options *o, const struct node_handler *handler,
	      struct loop *loop, struct failure *failure);

/* Says goodbye to those who know the node, and closes it. */
void node_close(struct node *n);

/* Publishes a payload. One that is larger than WIRE_PAYLOAD_MAX is dropped, counted and told as an
 * event. */
void node_publish(struct node *n, const char *bytes, size_t size);

/* Publishes a run of payloads of one channel, each behind WIRE_STAMP_SIZE bytes of room that are
 * written to. In the full profile alone. */
void node_publish_channel(struct node *n, uint16_t channel, const struct run *run);

/* From now only payloads of these channels are handed over, or passed on by others to here
 * (wire_channel_bit). */
void node_want(struct node *n, uint64_t wanted);

/* The largest payload that reaches all. [W7], [D9] */
static inline size_t node_payload_max(const struct node *n)
{
	bool goes_bare = !n->full || full_lets_base_in(&n->options.full);
	return goes_bare ? WIRE_PAYLOAD_MAX : WIRE_STAMPED_MAX;
}

/* The id by which others know the node since its start; 0 in the base profile. */
uint64_t node_id(const struct node *n);

/* Arrivals that the kernel has dropped at the node's sockets for want of room. */
uint64_t node_kernel_dropped(const struct node *n);

void node_on_time(struct node *n, struct time now);
struct time node_deadline(const struct node *n);

#endif
