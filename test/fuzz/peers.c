/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
#include "peers.h"

#define PATH_HASH 0x77u /* Of all root paths, where nobody lies. */

void peers_init(struct peers *p)
{
	memset(p, 0, sizeof(*p));
	p->tick = (struct wire_tick_number){3, 10};
}

struct peer *peers_find(struct peers *p, const struct endpoint *e)
{
	unsigned i = 0;
	while (i < p->count && !endpoint_equal(&p->list[i].endpoint, e))
		i++;
	CHECK(i < PEERS_MAX);
	if (i == p->count)
		p->list[p->count++] = (struct peer){.endpoint = *e, .asked = WIRE_TYPES};
	return &p->list[i];
}

/* What it is called, and what it gives the member as its child or root. */
static uint64_t id_of(const struct peers *p, const struct peer *q)
{
	return 0x1D00000000u + (uint64_t)(q - p->list);
}

static uint64_t token_of(const struct peers *p, const struct peer *q)
{
	return 0x7000000000u + (uint64_t)(q - p->list);
}

static uint64_t key_of(uint32_t epoch)
{
	return 0x4E00000000u + epoch;
}

static struct endpoint usable_endpoint(struct steps *s)
{
	struct endpoint e = steps_endpoint(steps_byte(s));
	return wire_endpoint_is_usable(&e) ? e : steps_endpoint(1);
}

static void hear_terms(struct peers *p, struct peer *q, const struct wire_message *m)
{
	const struct wire_terms *t = &m->terms;
	p->id = t->id;
	if (m->type == WIRE_ROOT || m->type == WIRE_RREG || m->type == WIRE_RJOI)
		q->nonce = t->nonce;
	if (wire_has(t, WIRE_KEY_cookie) && m->type == WIRE_NJOI)
		q->cookie = t->cookie;
	if (m->type == WIRE_YJOI)
		q->token = t->token;
	if (m->type == WIRE_YJOI && wire_has(t, WIRE_KEY_key))
		p->key = t->key;
}

void peers_hear(struct peers *p, const struct action *a, const char *bytes, size_t size,
		const struct wire_message *m)
{
	struct peer *q = peers_find(p, &a->path.remote);
	struct quoted *quoted = &p->quoted[p->quoted_next++ % PEERS_QUOTED];
	quoted->to = a->path.remote;
	quoted->size = size;
	memcpy(quoted->bytes, bytes, size);
	if (m->type == WIRE_ROOT || m->type == WIRE_RREG || m->type == WIRE_RJOI)
		q->asked = m->type;
	if (m->is_full)
		hear_terms(p, q, m);
	else if (m->type == WIRE_PING)
		q->ping = m->fields.PING.nonce;
	else if (m->type == WIRE_TICK)
		q->token = m->fields.TICK.token;
	else if (m->type == WIRE_MACK)
		p->key = m->fields.MACK.key;
}

/* --- Answers --- */

/* The tick of who answers: newer, the same, of the next root, of an enclave, older. */
static struct wire_tick_number next_tick(struct peers *p, unsigned how)
{
	switch (how % 8) {
	case 0:
	case 1:
	case 2:
		p->tick.number++;
		return p->tick;
	case 3:
		return p->tick;
	case 4:
		p->tick = (struct wire_tick_number){p->tick.epoch + 1, 1};
		return p->tick;
	case 5:
		return (struct wire_tick_number){0, p->tick.number};
	case 6:
		return (struct wire_tick_number){p->tick.epoch - 1, p->tick.number + 9};
	default:
		return (struct wire_tick_number){UINT32_MAX, UINT32_MAX};
	}
}

static void put_members(struct wire_terms *t, struct steps *s, unsigned count)
{
	for (unsigned i = 0; i < count; i++) {
		unsigned what = steps_byte(s);
		t->members[t->member_count++] = (struct wire_neighbour){
			.endpoint = usable_endpoint(s),
			.is_full = !(what & 1),
			.free = (uint8_t)(what >> 1 & 3),
			.room = what & 8 ? WIRE_NO_ROOM : (uint16_t)(what >> 4),
			.delay_us = what << (what & 15),
		};
	}
}

static void fill_TOOR(struct peers *p, struct wire_terms *t, struct steps *s)
{
	unsigned how = steps_byte(s);
	if (!(how & 1))
		wire_put(t, root, usable_endpoint(s));
	if (how & 2)
		wire_put(t, cookie, 0xC00C1E);
	if (how & 4)
		wire_put_word(t, reason, "probing");
	wire_put(t, tick, p->tick);
	put_members(t, s, how >> 4 & 3);
}

static void fill_YREG(struct peers *p, struct peer *q, struct wire_terms *t, struct steps *s)
{
	unsigned how = steps_byte(s);
	if (!(how & 0x40))
		wire_put(t, tick, next_tick(p, how & 7));
	if (!(how & 0x80))
		wire_put(t, token, token_of(p, q));
}

static void fill_NREG(struct peers *p, struct wire_terms *t, struct steps *s)
{
	static const char *const reasons[] = {"cookie", "root", "probing", "full"};
	unsigned how = steps_byte(s);
	wire_put_word(t, reason, reasons[how & 3]);
	if (!(how & 4))
		wire_put(t, cookie, 0xC00C1E);
	if (how & 8)
		wire_put(t, root, usable_endpoint(s));
	wire_put(t, tick, p->tick);
}

static void fill_YJOI(struct peers *p, struct peer *q, struct wire_terms *t, struct steps *s)
{
	unsigned how = steps_byte(s), ticks = steps_byte(s);
	struct wire_tick_number tick = next_tick(p, ticks);
	if (!(how & 1))
		wire_put(t, token, token_of(p, q));
	if (!(how & 2))
		wire_put(t, tick, tick);
	if (!(how & 4)) {
		p->key = key_of(tick.epoch);
		wire_put(t, key, p->key);
	}
	if (!(how & 8))
		wire_put(t, seq, how & 0x10 ? (uint64_t)INT64_MAX : p->seq);
	wire_put(t, depth, how & 0x20 ? 1023 : ticks >> 4);
	wire_put(t, delay, ticks >> 4 == 15 ? (uint64_t)INT64_MAX : 1000u * (ticks >> 4));
	wire_put(t, free, 1);
	if (how & 0x40)
		wire_put_word(t, reason, "foster");
	if (how & 0x80)
		put_members(t, s, 3);
}

static void fill_NJOI(struct peers *p, struct wire_terms *t, struct steps *s)
{
	static const char *const reasons[] = {"cookie", "probe",    "full",  "stale",
					      "loop",   "detached", "depth", "group"};
	unsigned how = steps_byte(s), more = steps_byte(s);
	wire_put_word(t, reason, reasons[how & 7]);
	if (!(how & 8))
		wire_put(t, cookie, 0xC00C1E);
	if (!(how & 0x10))
		wire_put(t, free, 1);
	wire_put(t, tick, next_tick(p, 3));
	wire_put(t, depth, more >> 4);
	wire_put(t, delay, 1000u * (more >> 4));
	if (!(how & 0x20))
		wire_put(t, rtt, 10000u * (more >> 4));
	put_members(t, s, how >> 6 == 3 ? WIRE_ENDPOINTS_SENT : more & 7);
}

static size_t write_bare(enum wire_type type, struct steps *s, char out[WIRE_ANSWER_MAX])
{
	struct endpoint endpoints[3];
	size_t count = type == WIRE_NJOI ? 3 : type == WIRE_TOOR ? steps_byte(s) & 1 : 0;
	for (size_t i = 0; i < count; i++)
		endpoints[i] = usable_endpoint(s);
	return wire_encode(type, endpoints, count, out);
}

size_t peers_write_answer(struct peers *p, struct peer *q, struct steps *s,
			  char out[WIRE_ANSWER_MAX])
{
	unsigned what = steps_byte(s);
	enum wire_type type = q->asked == WIRE_ROOT   ? WIRE_TOOR
			      : q->asked == WIRE_RREG ? (what & 1 ? WIRE_NREG : WIRE_YREG)
						      : (what & 1 ? WIRE_NJOI : WIRE_YJOI);
	struct wire_terms t;
	if (what & 0x80)
		return write_bare(type, s, out);
	wire_terms_init(&t);
	wire_put(&t, id, id_of(p, q));
	wire_put(&t, nonce, q->nonce ^ (what >> 6 & 1));
	if (type == WIRE_TOOR)
		fill_TOOR(p, &t, s);
	else if (type == WIRE_YREG)
		fill_YREG(p, q, &t, s);
	else if (type == WIRE_NREG)
		fill_NREG(p, &t, s);
	else if (type == WIRE_YJOI)
		fill_YJOI(p, q, &t, s);
	else
		fill_NJOI(p, &t, s);
	return wire_encode_terms(type, &t, 0, WIRE_ANSWER_MAX, out);
}

/* --- Requests --- */

size_t peers_write_request(struct peers *p, struct peer *q, struct steps *s,
			   char out[WIRE_ANSWER_MAX])
{
	static const char *const wants[] = {"join", "probe", "foster"};
	unsigned how = steps_byte(s), more = steps_byte(s), proof = how >> 2 & 3;
	struct wire_terms t;
	size_t pad = proof < 2 ? 0 : proof == 2 ? WIRE_TERMS_MIN + 4 : more * 4u;
	wire_terms_init(&t);
	wire_put(&t, nonce, 5);
	wire_put(&t, id, id_of(p, q));
	if (how & 0x80)
		wire_put(&t, id, more & 1 ? p->id : id_of(p, q) ^ (more >> 1));
	if ((how & 3) < 3)
		wire_put_word(&t, want, wants[how & 3]);
	if (proof == 0 && q->cookie != 0)
		wire_put(&t, cookie, q->cookie);
	else if (proof < 2)
		wire_put(&t, token, q->token);
	if (how & 0x10)
		wire_put(&t, passed, ((struct wire_tick_number){p->tick.epoch - 1, more}));
	if (how & 0x20)
		wire_put(&t, passed, p->tick);
	if (how & 0x40)
		wire_put(&t, dead, usable_endpoint(s));
	if (more & 2)
		wire_put(&t, rtt, more * 100u);
	if (more == 0xFF)
		wire_put_word(&t, group, "other");
	return wire_encode_terms(WIRE_RJOI, &t, pad, WIRE_ANSWER_MAX, out);
}

/* --- What follows --- */

static void fill_TICK(struct peers *p, struct peer *q, struct wire_TICK *f, struct steps *s)
{
	unsigned how = steps_byte(s);
	struct wire_tick_number tick = next_tick(p, how & 7);
	*f = (struct wire_TICK){
		.token = token_of(p, q),
		.epoch = tick.epoch,
		.number = tick.number,
		.seq = (uint32_t)(p->seq + (how & 8 ? 50u : 0)),
		.delay = 7000,
		.hash = PATH_HASH + (how >> 5 & 1),
		.depth = how & 0x40 ? 1023 : 2,
		.flags = (uint8_t)((how >> 4 & 1) | (tick.epoch == 0 ? WIRE_TICK_ENCLAVE : 0)),
	};
	if (how & 0x80)
		f->flags = (uint8_t)steps_byte(s);
}

static size_t write_path(struct peers *p, struct peer *q, struct steps *s,
			 char out[WIRE_ANSWER_MAX])
{
	unsigned how = steps_byte(s);
	struct wire_path path = {.token = token_of(p, q), .hash = PATH_HASH};
	path.hash += how >> 5 & 1;
	path.count = (uint8_t)(1 + (how & 15) % WIRE_HOPS_MAX);
	path.hops[0] = (struct wire_hop){.id = id_of(p, q), .endpoint = steps_endpoint(1)};
	for (unsigned i = 1; i < path.count; i++) {
		path.hops[i].endpoint = usable_endpoint(s);
		path.hops[i].id = id_of(p, peers_find(p, &path.hops[i].endpoint));
	}
	if (how & 0x80)
		path.hops[path.count - 1].id = p->id;
	return wire_encode_path(&path, out);
}

size_t peers_write_fields(struct peers *p, struct peer *q, enum wire_type type, struct steps *s,
			  char out[WIRE_ANSWER_MAX])
{
	if (type == WIRE_PATH)
		return write_path(p, q, s, out);
	union wire_fields f = {0};
	if (type == WIRE_TICK) {
		fill_TICK(p, q, &f.TICK, s);
		return wire_encode_fields(type, &f, out);
	}
	unsigned how = steps_byte(s), more = steps_byte(s);
	uint64_t token = (how & 1 ? token_of(p, q) : q->token) ^ (how >> 7);
	if (type == WIRE_RPRT)
		f.RPRT = (struct wire_RPRT){.token = token,
					    .delay = more << 8,
					    .size = more,
					    .height = (uint16_t)(more >> 4),
					    .room = more & 1 ? WIRE_NO_ROOM : (uint16_t)more,
					    .free = (uint8_t)more};
	else if (type == WIRE_PING)
		f.PING = (struct wire_PING){how & 4 ? 0 : token, more, how >> 1 & 1};
	else if (type == WIRE_PONG)
		f.PONG = (struct wire_PONG){.nonce = q->ping ^ (how >> 7), .flags = !(how & 1)};
	else if (type == WIRE_LEAV)
		f.LEAV.token = token;
	else if (type == WIRE_MACK)
		f.MACK = (struct wire_MACK){.key = p->key ^ (how >> 7),
					    .source = p->id,
					    .top = p->published - (how & 7) + (how & 8) * 100u,
					    .seen = how & 0x10 ? UINT64_MAX : more};
	return wire_encode_fields(type, &f, out);
}

/* --- Data --- */

struct peers_data peers_begin_data(struct peers *p, struct steps *s)
{
	unsigned how = steps_byte(s), more = steps_byte(s), source = (how & 7) % PEERS_SOURCES;
	struct peers_data d = {.seq_step = 1, .number_step = more & 1 ? 2 : 1};
	d.stamp = (struct wire_stamp){
		.key = p->key ^ (how >> 7),
		.epoch = p->tick.epoch,
		.seq = p->seq + 1 - (more >> 1 & 7),
		.source = 1 + source,
		.number = p->numbers[source] + 1 - (more >> 4),
	};
	if (how & 8) { /* To the root. */
		d.stamp.seq = d.seq_step = 0;
		d.stamp.epoch = 0;
	}
	if (how & 0x10) /* A gap. */
		d.stamp.seq += 3000;
	if (how & 0x20) { /* The member's own. */
		d.stamp.source = p->id;
		d.stamp.number = p->published - (more >> 4);
	}
	if (how & 0x40)
		d.stamp.number += 100;
	return d;
}

void peers_write_data(struct peers *p, struct peers_data *d, char out[WIRE_STAMP_SIZE])
{
	wire_stamp_encode(&d->stamp, out);
	if (d->stamp.seq > p->seq && d->stamp.seq < INT64_MAX / 2)
		p->seq = d->stamp.seq;
	if (d->stamp.source >= 1 && d->stamp.source <= PEERS_SOURCES &&
	    d->stamp.number > p->numbers[d->stamp.source - 1] && d->stamp.number < UINT64_MAX / 2)
		p->numbers[d->stamp.source - 1] = d->stamp.number;
	d->stamp.seq += d->seq_step;
	d->stamp.number += d->number_step;
}
