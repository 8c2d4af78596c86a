/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
#include "doctor/probe_message.h"

#include <assert.h>
#include <string.h>

static const char magic[4] = {'M', 'D', 'P', '1'};

#define HEARD_SIZE 26
#define OTHER_SIZE 16
#define REPORT_SIZE                                                                                \
	(PROBE_HEADER_SIZE + PROBE_NAME_SIZE + PROBE_PATHS * HEARD_SIZE + PROBE_PATHS * 4 + 4 +    \
	 PROBE_PATHS * PROBE_STEPS + 1)
static_assert(REPORT_SIZE + PROBE_OTHERS * OTHER_SIZE <= PROBE_QUERY_SIZE,
	      "an answer is never longer than what it answers");

/* Writes or reads the same fields in the same order. */
struct cursor {
	bool is_reading;
	char *out;
	const char *in;
};

static void number(struct cursor *c, uint64_t *value, size_t size)
{
	if (c->is_reading)
		*value = 0;
	for (size_t i = 0; i < size; i++) {
		if (c->is_reading)
			*value = *value << 8 | (unsigned char)*c->in++;
		else
			*c->out++ = (char)(*value >> (8 * (size - 1 - i)));
	}
}

static void u64(struct cursor *c, uint64_t *value)
{
	number(c, value, 8);
}

static void u32(struct cursor *c, uint32_t *value)
{
	uint64_t wide = *value;
	number(c, &wide, 4);
	*value = (uint32_t)wide;
}

static void u8(struct cursor *c, uint8_t *value)
{
	uint64_t wide = *value;
	number(c, &wide, 1);
	*value = (uint8_t)wide;
}

static void header(struct cursor *c, struct probe_message *m)
{
	uint8_t type = (uint8_t)m->type;
	u8(c, &type);
	m->type = (enum probe_type)type;
	u8(c, &m->flags);
	u8(c, &m->ttl);
	u8(c, &m->step);
	for (size_t i = 0; i < sizeof(m->group.address); i++)
		u8(c, &m->group.address[i]);
	u64(c, &m->session);
	u64(c, &m->sender);
	u32(c, &m->number);
	u32(c, &m->about);
	u32(c, &m->age_ms);
	u64(c, &m->time_us);
}

static void heard(struct cursor *c, struct probe_heard *h)
{
	u32(c, &h->received);
	u32(c, &h->distinct);
	u32(c, &h->duplicates);
	u32(c, &h->reordered);
	u32(c, &h->first);
	u32(c, &h->highest);
	u8(c, &h->hops_min);
	u8(c, &h->hops_max);
}

static void name(struct cursor *c, char text[PROBE_NAME_SIZE])
{
	static const char good[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
				   ".-_";
	for (size_t i = 0; i < PROBE_NAME_SIZE; i++) {
		uint8_t byte = (uint8_t)text[i];
		u8(c, &byte);
		text[i] = (char)byte;
		if (byte != 0 && !strchr(good, (char)byte))
			text[i] = '_';
	}
	text[PROBE_NAME_SIZE - 1] = '\0';
}

static void report(struct cursor *c, struct probe_report *r)
{
	name(c, r->name);
	for (int path = 0; path < PROBE_PATHS; path++) {
		heard(c, &r->heard[path]);
		u32(c, &r->sent[path]);
	}
	u32(c, &r->setup_ms);
	for (int path = 0; path < PROBE_PATHS; path++)
		for (size_t i = 0; i < PROBE_STEPS; i++)
			u8(c, &r->steps[path][i]);
	u8(c, &r->other_count);
}

static void others(struct cursor *c, struct probe_report *r)
{
	for (size_t i = 0; i < r->other_count; i++) {
		u64(c, &r->others[i].sender);
		u32(c, &r->others[i].distinct);
		u32(c, &r->others[i].duplicates);
	}
}

static size_t size_of(enum probe_type type)
{
	switch (type) {
	case PROBE_HELLO:
		return PROBE_HELLO_SIZE;
	case PROBE_OFFER:
		return PROBE_OFFER_SIZE;
	case PROBE_QUERY:
		return PROBE_QUERY_SIZE;
	case PROBE_REPORT:
		return REPORT_SIZE;
	case PROBE_PROBE:
	case PROBE_ECHO:
	case PROBE_ANNOUNCE:
		break;
	}
	return PROBE_HEADER_SIZE;
}

size_t probe_message_size(const struct probe_message *m)
{
	size_t more = m->type == PROBE_REPORT ? (size_t)m->report.other_count * OTHER_SIZE : 0;
	return size_of(m->type) + more;
}

static void body(struct cursor *c, struct probe_message *m)
{
	if (m->type == PROBE_OFFER)
		u64(c, &m->cookie);
	if (m->type == PROBE_QUERY) {
		u64(c, &m->query.listener);
		u64(c, &m->query.cookies[UNICAST]);
		u64(c, &m->query.cookies[MULTICAST]);
	}
	if (m->type == PROBE_REPORT)
		report(c, &m->report);
}

void probe_message_write(const struct probe_message *m, char *out, size_t size)
{
	assert(size >= probe_message_size(m) && size <= PROBE_SIZE_MAX);
	struct probe_message copy = *m;
	struct cursor c = {.out = out + sizeof(magic)};
	memset(out, 0, size);
	memcpy(out, magic, sizeof(magic));
	header(&c, &copy);
	body(&c, &copy);
	if (m->type == PROBE_REPORT)
		others(&c, &copy.report);
}

bool probe_message_read(const char *bytes, size_t size, struct probe_message *ret_message)
{
	struct probe_message m = {0};
	if (size < PROBE_HEADER_SIZE || memcmp(bytes, magic, sizeof(magic)) != 0)
		return false;
	struct cursor c = {.is_reading = true, .in = bytes + sizeof(magic)};
	header(&c, &m);
	if (m.type < PROBE_HELLO || m.type > PROBE_ANNOUNCE || size < size_of(m.type) ||
	    m.step >= PROBE_STEPS)
		return false;
	body(&c, &m);
	if (m.type == PROBE_REPORT) {
		if (m.report.other_count > PROBE_OTHERS || size < probe_message_size(&m))
			return false;
		others(&c, &m.report);
	}
	*ret_message = m;
	return true;
}
