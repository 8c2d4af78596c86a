/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
#include "sim/describe.h"

#include "sim/text.h"

struct words {
	describe_name *name;
	const void *owner;
	struct text text;
};

static void put_endpoint(struct words *w, const char *before, const struct endpoint *e)
{
	char text[ENDPOINT_TEXT_SIZE];
	text_put(&w->text, "%s%s", before, w->name(w->owner, e, text));
}

/* A tick that nobody has made is none. */
static void put_tick(struct words *w, const char *before, struct wire_tick_number tick)
{
	if (tick.epoch != 0 || tick.number != 0)
		text_put(&w->text, "%s%u/%u", before, tick.epoch, tick.number);
}

static void put_terms(struct words *w, enum wire_type type, const struct wire_terms *t)
{
	bool is_of_link = type == WIRE_RJOI || type == WIRE_YJOI || type == WIRE_NJOI;
	if (wire_has(t, WIRE_KEY_want))
		text_put(&w->text, " %s", t->want);
	if (wire_has(t, WIRE_KEY_reason))
		text_put(&w->text, " reason=%s", t->reason);
	if (wire_has(t, WIRE_KEY_group))
		text_put(&w->text, " group=%s", t->group);
	if (wire_has(t, WIRE_KEY_root))
		put_endpoint(w, " root=", &t->root);
	if (wire_has(t, WIRE_KEY_tick) && !is_of_link)
		put_tick(w, " tick=", t->tick);
	if (wire_has(t, WIRE_KEY_passed))
		text_put(&w->text, " passed=%u/%u", t->passed.epoch, t->passed.number);
	if (wire_has(t, WIRE_KEY_dead))
		put_endpoint(w, " dead=", &t->dead);
}

static void put_fields(struct words *w, enum wire_type type, const union wire_fields *f)
{
	switch (type) {
	case WIRE_TICK:
		text_put(&w->text, " %u/%u%s%s%s", f->TICK.epoch, f->TICK.number,
			 f->TICK.flags & WIRE_TICK_DETACHED ? " detached" : "",
			 f->TICK.flags & WIRE_TICK_ENCLAVE ? " enclave" : "",
			 f->TICK.flags & WIRE_TICK_YIELD ? " yield" : "");
		break;
	case WIRE_RPRT:
		text_put(&w->text, " size=%u", f->RPRT.size);
		if (f->RPRT.room != WIRE_NO_ROOM)
			text_put(&w->text, " room=%u", f->RPRT.room);
		if (f->RPRT.wanted != WIRE_WANTS_ALL)
			text_put(&w->text, " wanted=%llx", (unsigned long long)f->RPRT.wanted);
		break;
	case WIRE_PING:
		text_put(&w->text, "%s", f->PING.flags & WIRE_PING_PATH ? " path" : "");
		break;
	case WIRE_PONG:
		text_put(&w->text, "%s", f->PONG.flags & WIRE_PONG_LINK ? " link" : "");
		break;
	case WIRE_MACK:
		text_put(&w->text, " top=%llu", (unsigned long long)f->MACK.top);
		break;
	default:
		break;
	}
}

void describe_message(const struct wire_message *m, describe_name *name, const void *owner,
		      char *out, size_t size)
{
	struct words w = {.name = name, .owner = owner, .text = {.out = out, .size = size}};
	assert(size >= 1);
	out[0] = '\0';
	if (m->is_full) {
		put_terms(&w, m->type, &m->terms);
		return;
	}
	switch (wire_type_body(m->type)) {
	case WIRE_BODY_FIELDS:
		put_fields(&w, m->type, &m->fields);
		break;
	case WIRE_BODY_PATH:
		for (unsigned i = 0; i < m->root_path.count; i++)
			put_endpoint(&w, " ", &m->root_path.hops[i].endpoint);
		break;
	case WIRE_BODY_STAMPED:
		if (m->stamp.channel != 0)
			text_put(&w.text, " #%u", m->stamp.channel);
		if (m->stamp.seq != 0)
			text_put(&w.text, " %u/%llu", m->stamp.epoch,
				 (unsigned long long)m->stamp.seq);
		if (m->payload_size > 0)
			text_put(&w.text, " %.*s", (int)m->payload_size, m->payload);
		break;
	default:
		break;
	}
}
