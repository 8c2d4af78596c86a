/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
/* spread.c - copies for the children, and for the user, of what they want. Rules [K1]-[K4]. */
#include "core/full_state.h"

static struct spread_kind kind_of(uint16_t channel, const char *envelope, size_t size)
{
	size_t peel = channel == 0 ? 0 : wire_envelope_peel(envelope, size);
	return (struct spread_kind){.channel = channel, .peel = (uint16_t)peel};
}

struct spread_kind spread_kind_of(const struct run *run, size_t place)
{
	const char *bytes = run->bytes + place * run->segment_size;
	size_t left = run->size - place * run->segment_size;
	size_t size = left < run->segment_size ? left : run->segment_size;
	return kind_of(wire_stamp_channel(bytes), bytes + WIRE_STAMP_SIZE, size - WIRE_STAMP_SIZE);
}

struct spread_kind spread_kind_of_payload(const struct payload *payload)
{
	struct run first = run_first(&payload->run, 1);
	if (payload->header_size == WIRE_STAMP_SIZE)
		return spread_kind_of(&first, 0);
	return kind_of(payload->channel, first.bytes + payload->header_size,
		       first.size - payload->header_size);
}

uint64_t spread_wanted(const struct member *m)
{
	const struct children *c = &m->children;
	uint64_t wanted = c->count > c->full_count ? WIRE_WANTS_ALL : m->full->wanted;
	for (unsigned i = 0; i < c->full_count; i++)
		wanted |= c->known[i].wanted;
	return wanted;
}

static void put_forward(struct member *m, unsigned first, unsigned count, const struct spread *s,
			enum wire_type type, const struct member_input *in)
{
	*actions_put(in->actions) = (struct action){
		.type = ACTION_FORWARD,
		.message = type,
		.endpoints = m->children.endpoints + first,
		.locals = m->children.locals + first,
		.count = count,
		.payload = s->payload,
		.stamp = s->stamp,
	};
}

/* [K3] Of the full children those that want it, neighbours in the table together. */
static void to_full(struct member *m, const struct spread *s, const struct member_input *in)
{
	const struct children *c = &m->children;
	uint64_t bit = wire_channel_bit(s->kind.channel);
	unsigned first = 0;
	for (unsigned i = 0; i < c->full_count; i++) {
		if (c->known[i].wanted & bit)
			continue;
		m->full->pruned += s->payload.run.count;
		if (i > first)
			put_forward(m, first, i - first, s, s->type, in);
		first = i + 1;
	}
	if (c->full_count > first)
		put_forward(m, first, c->full_count - first, s, s->type, in);
}

/* [D8] The payload as bare DATA; [K4] of a channel without its envelope, where it is whole. */
static void to_base(struct member *m, const struct spread *s, const struct member_input *in)
{
	const struct children *c = &m->children;
	struct spread bare = *s;
	if (c->count == c->full_count || (s->kind.channel != 0 && s->kind.peel == 0))
		return;
	bare.payload.header_size += s->kind.peel;
	put_forward(m, c->full_count, c->count - c->full_count, &bare, WIRE_DATA, in);
}

void spread_to_children(struct member *m, const struct spread *s, const struct member_input *in)
{
	to_full(m, s, in);
	to_base(m, s, in);
}

void spread_to_user(struct member *m, const struct spread *s, const struct member_input *in)
{
	if (m->full->wanted & wire_channel_bit(s->kind.channel))
		*actions_put(in->actions) =
			(struct action){.type = ACTION_DELIVER, .payload = s->payload};
}
