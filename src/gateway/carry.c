/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
/* carry.c - datagrams of native groups, up the tree and down. Rules [K3]-[K8]. */
#include "gateway/gateway_state.h"
#include "gateway/native.h"
#include "net/clock.h"

/* So that a stream does not keep the node from its other work. */
#define RECEIVES_A_TURN 8

/* One publish carries so many. */
#define STAGE_COUNT 64

/* What surrounds a message on the way: IP and UDP. */
enum { OUTER_V4 = 20 + 8, OUTER_V6 = 40 + 8, MTU_UNKNOWN = 1500, FRAGMENT_MIN = 256 };

void carry_learn_mtu(struct gateway *g)
{
	const struct member *m = &g->node->member;
	const struct wire_path *path = &g->node->full->full.path;
	unsigned mtu = g->options.mtu, outer = OUTER_V4;
	for (unsigned i = 0; i < 2u + m->children.count; i++) {
		const struct endpoint *peer = &m->parent;
		if (i == 1 && path->count == 0)
			continue;
		if (i == 1) /* The root, who gets what is published. */
			peer = &path->hops[path->count - 1].endpoint;
		else if (i > 1)
			peer = &m->children.endpoints[i - 2];
		if (i < 2 && m->state != MEMBER_ATTACHED)
			continue;
		if (!endpoint_is_v4(peer))
			outer = OUTER_V6;
		unsigned known = g->options.mtu > 0 ? 0 : native_path_mtu(peer);
		if (known > 0 && (mtu == 0 || known < mtu))
			mtu = known;
	}
	if (mtu == 0)
		mtu = MTU_UNKNOWN;
	size_t room = mtu > outer ? mtu - outer : 0;
	size_t most = WIRE_STAMP_SIZE + WIRE_STAMPED_MAX;
	room = room < most ? room : most;
	g->fragment_max =
		room > WIRE_STAMP_SIZE + FRAGMENT_MIN ? room - WIRE_STAMP_SIZE : FRAGMENT_MIN;
}

/* --- Stages --- */

static void reset(struct gateway_stage *s)
{
	s->size = s->count = s->segment_size = 0;
}

/* Room for one more of this size; NULL: what is there has to leave first. */
static char *room_for(struct gateway_stage *s, size_t size)
{
	bool fits = s->count < STAGE_COUNT && s->size + size <= GATEWAY_STAGE_SIZE &&
		    (s->count == 0 || s->segment_size == size);
	if (!fits)
		return NULL;
	char *place = s->bytes + s->size;
	s->segment_size = size;
	s->size += size;
	s->count++;
	return place;
}

static struct run run_of_stage(const struct gateway_stage *s)
{
	return (struct run){.bytes = s->bytes,
			    .size = s->size,
			    .segment_size = s->segment_size,
			    .count = s->count};
}

void carry_flush_up(struct gateway *g)
{
	struct run run = run_of_stage(&g->up);
	if (run.count > 0)
		node_publish_channel(g->node, g->up_channel, &run);
	reset(&g->up);
}

void carry_flush_down(struct gateway_channel *c)
{
	struct gateway_island *i = c->island;
	struct run run = run_of_stage(&c->out);
	int fd = run.count > 0 ? island_emitter(i, &c->out_origin) : -1;
	if (fd >= 0)
		c->emitted += native_emit(fd, &c->wanted->group.endpoint, i->link.index, &run);
	reset(&c->out);
}

/* --- A loop --- */

/* [K7] The same datagram has come by two ways. */
static void tell_copy(struct gateway_channel *c, const struct endpoint *origin)
{
	char group[ENDPOINT_TEXT_SIZE], text[ENDPOINT_TEXT_SIZE];
	c->gateway->counters.copies++;
	if (c->is_told)
		return;
	c->is_told = true;
	gateway_tell(
		c->gateway, "island-loop",
		"group=%s interface=%s origin=%s text=\"the same datagram came natively and by "
		"the tree, or from two gateways: networks that are one have two gateways; it is "
		"carried once\"",
		endpoint_format(&c->wanted->group.endpoint, group), c->island->interface,
		endpoint_format(origin, text));
}

/* The way of what was heard on an island; others are ids of members, which are not so small. */
static uint64_t way_of(const struct gateway_island *i)
{
	return SEEN_NATIVE + (uint64_t)(i - i->gateway->islands);
}

/* --- Down --- */

static void emit(struct gateway_channel *c, const struct endpoint *origin, const char *bytes,
		 size_t size)
{
	if (c->gateway->options.keeps_source && !endpoint_equal(&c->out_origin, origin))
		carry_flush_down(c);
	c->out_origin = *origin;
	char *place = room_for(&c->out, size);
	if (!place) {
		carry_flush_down(c);
		place = room_for(&c->out, size);
	}
	if (size > 0)
		memcpy(place, bytes, size);
}

static bool is_carried(const struct gateway_channel *c)
{
	return c->receive.fd >= 0 && election_holds(&c->island->election, c->place);
}

/* What keeps a datagram from the island, whoever has published it. */
static bool may_go_down(struct gateway_channel *c, const struct endpoint *origin)
{
	struct gateway *g = c->gateway;
	bool is_other_source =
		c->wanted->has_source &&
		memcmp(origin->address, c->wanted->source.address, sizeof(origin->address)) != 0;
	if (is_other_source ||
	    !border_rules_admit(&g->options.imports, &c->wanted->group.endpoint)) {
		g->counters.refused++;
		return false;
	}
	if (!c->has_listeners) {
		g->counters.unwanted++;
		return false;
	}
	return true;
}

void gateway_on_message(struct gateway *g, const char *bytes, size_t size,
			const struct wire_stamp *stamp)
{
	struct wire_envelope e;
	bool is_own = stamp && stamp->source == node_id(g->node);
	if (!stamp || (is_own && stamp->channel != 0)) /* It was heard on an island of ours. */
		return;
	bytes = joiner_open(g->joiner, stamp, bytes, &size, &e);
	if (!bytes) {
		g->counters.malformed += e.count == 0;
		return;
	}
	struct time now = clock_now();
	bool is_plain = e.count == 0;
	bool is_taken = is_plain; /* It has no origin: nobody can have heard it on an island. */
	for (unsigned n = 0; n < g->options.count; n++) {
		struct gateway_channel *c = &g->channels[n];
		const struct endpoint *group = &c->wanted->group.endpoint;
		/* [K1] What belongs to no group goes to the first that is named. */
		bool is_for = is_plain ? n == 0 : endpoint_equal(group, &e.group);
		if (!is_for || !is_carried(c))
			continue;
		bool was_heard = election_knows(&c->island->election, stamp->source, now) ||
				 e.origin.port == HELLO_PORT;
		if (!is_plain && was_heard) {
			tell_copy(c, &e.origin);
			continue;
		}
		if (!may_go_down(c, &e.origin))
			continue;
		if (!is_taken &&
		    !seen_take(g->seen, group, &e.origin, bytes, size, stamp->source, now)) {
			tell_copy(c, &e.origin);
			return;
		}
		is_taken = true;
		emit(c, &e.origin, bytes, size);
	}
}

/* --- Up --- */

/* [K6] Fragments of one size, of which the last is filled up. */
static void publish(struct gateway_channel *c, const struct endpoint *origin, uint8_t ttl,
		    const char *bytes, size_t size)
{
	struct gateway *g = c->gateway;
	const struct endpoint *group = &c->wanted->group.endpoint;
	size_t head = wire_envelope_size(group), most = g->fragment_max - head;
	size_t count = size > most ? (size + most - 1) / most : 1;
	if (count > WIRE_FRAGMENTS_MAX) {
		g->counters.too_large++;
		return;
	}
	struct wire_envelope e = {.group = *group,
				  .origin = *origin,
				  .ttl = ttl,
				  .length = (uint16_t)size,
				  .count = (uint8_t)count};
	size_t part = wire_fragment_size(size, e.count), whole = WIRE_STAMP_SIZE + head + part;
	if (g->up_channel != c->number)
		carry_flush_up(g);
	g->up_channel = c->number;
	for (; e.index < count; e.index++) {
		char *place = room_for(&g->up, whole);
		if (!place) {
			carry_flush_up(g);
			place = room_for(&g->up, whole);
		}
		size_t from = e.index * part, left = size > from ? size - from : 0;
		size_t taken = left < part ? left : part;
		wire_envelope_encode(&e, place + WIRE_STAMP_SIZE);
		if (taken > 0)
			memcpy(place + WIRE_STAMP_SIZE + head, bytes + from, taken);
		memset(place + WIRE_STAMP_SIZE + head + taken, 0, part - taken);
	}
	c->exported++;
}

/* The same group on another interface of this host. */
static void pass_across(struct gateway_channel *c, const struct endpoint *origin, const char *bytes,
			size_t size)
{
	struct gateway *g = c->gateway;
	for (unsigned n = 0; n < g->options.count; n++) {
		struct gateway_channel *other = &g->channels[n];
		if (other->island != c->island &&
		    endpoint_equal(&other->wanted->group.endpoint, &c->wanted->group.endpoint) &&
		    is_carried(other) && may_go_down(other, origin))
			emit(other, origin, bytes, size);
	}
}

static void take(struct gateway_channel *c, const struct arrival *a, struct time now)
{
	struct gateway *g = c->gateway;
	struct run left = a->run;
	c->heard += left.count;
	if (a->sender.port == HELLO_PORT) { /* [K7] Another gateway's, or ours. */
		g->counters.gateways += left.count;
		return;
	}
	if (!is_carried(c))
		return;
	if (a->ttl != 0 && a->ttl <= g->options.threshold) {
		g->counters.ttl += left.count;
		return;
	}
	if (!border_rules_admit(&g->options.exports, &c->wanted->group.endpoint)) {
		g->counters.refused += left.count;
		return;
	}
	while (left.count > 0) {
		struct run one = run_take(&left, 1);
		if (!seen_take(g->seen, &c->wanted->group.endpoint, &a->sender, one.bytes, one.size,
			       way_of(c->island), now)) {
			if (g->options.keeps_source) /* Mostly what we have emitted. */
				g->counters.gateways++;
			else
				tell_copy(c, &a->sender);
			continue;
		}
		publish(c, &a->sender, a->ttl, one.bytes, one.size);
		pass_across(c, &a->sender, one.bytes, one.size);
	}
}

void carry_on_native(void *owner)
{
	struct gateway_channel *c = owner;
	struct gateway *g = c->gateway;
	struct time now = clock_now();
	struct arrival arrival;
	for (int i = 0; i < RECEIVES_A_TURN; i++) {
		if (batch_receive(g->batch, c->receive.fd, NULL) <= 0)
			break;
		while (batch_next(g->batch, &arrival))
			take(c, &arrival, now);
		if (batch_dropped(g->batch) > 0)
			c->kernel_dropped = batch_dropped(g->batch);
	}
	carry_flush_up(g);
}
