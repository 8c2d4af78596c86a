/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
#include "collect/heard.h"

#include <stdio.h>
#include <string.h>

static bool is_same(const char *a, const char *b)
{
	return strcmp(a, b) == 0;
}

/* --- Queriers --- */

static size_t find_querier(struct heard *h, const char *interface, const struct frame *f)
{
	struct snapshot *s = h->s;
	char address[ADDRESS_TEXT_SIZE];
	endpoint_format_address(&f->source, address);
	for (size_t i = 0; i < s->querier_count; i++)
		if (s->querier[i].family == f->family && is_same(s->querier[i].address, address) &&
		    is_same(s->querier[i].interface, interface))
			return i;
	if (s->querier_count >= HEARD_ROWS)
		return HEARD_ROWS;
	struct seen_querier *row = snapshot_add_querier(s);
	row->family = f->family;
	row->version = row->queries = 0;
	(void)snprintf(row->interface, sizeof(row->interface), "%s", interface);
	(void)snprintf(row->address, sizeof(row->address), "%s", address);
	h->general_at[s->querier_count - 1] = TIME_NEVER;
	return s->querier_count - 1;
}

static void note_query(struct heard *h, const char *interface, const struct frame *f,
		       const struct endpoint *left, struct time now)
{
	const struct message *m = &f->message;
	size_t place = find_querier(h, interface, f);
	if (place >= HEARD_ROWS)
		return;
	struct seen_querier *row = &h->s->querier[place];
	row->queries++;
	row->version = m->version;
	if (m->interval_s > 0) /* QQIC: it says so itself. */
		row->interval_ms = (int64_t)m->interval_s * 1000;
	if (!endpoint_is_unspecified(&m->group)) {
		row->answered_leave |= endpoint_equal(&m->group, left);
		return;
	}
	if (m->interval_s == 0 && !time_is_never(h->general_at[place]))
		row->interval_ms = time_elapsed_us(h->general_at[place], now) / US_PER_MS;
	h->general_at[place] = now;
}

/* --- Members --- */

static void note_member(struct heard *h, const char *interface, const struct frame *f,
			const struct endpoint *which)
{
	struct snapshot *s = h->s;
	char address[ADDRESS_TEXT_SIZE], group[ADDRESS_TEXT_SIZE];
	endpoint_format_address(&f->source, address);
	endpoint_format_address(which, group);
	for (size_t i = 0; i < s->report_count; i++)
		if (is_same(s->report[i].group, group) && is_same(s->report[i].address, address) &&
		    is_same(s->report[i].interface, interface))
			return;
	if (s->report_count >= HEARD_ROWS)
		return;
	struct seen_report *row = snapshot_add_report(s);
	row->family = f->family;
	row->version = f->message.version;
	(void)snprintf(row->interface, sizeof(row->interface), "%s", interface);
	(void)snprintf(row->address, sizeof(row->address), "%s", address);
	(void)snprintf(row->group, sizeof(row->group), "%s", group);
}

/* What leaves, or gives up sources, reports no membership. */
static void note_report(struct heard *h, const char *interface, const struct frame *f)
{
	struct record record;
	if (!f->message.lists)
		note_member(h, interface, f, &f->message.group);
	for (size_t place = 0; frame_next_record(f, &place, &record);) {
		bool excludes = record.type == MODE_IS_EXCLUDE || record.type == CHANGE_TO_EXCLUDE;
		bool includes = record.type == MODE_IS_INCLUDE ||
				record.type == CHANGE_TO_INCLUDE ||
				record.type == ALLOW_NEW_SOURCES;
		if (excludes || (includes && record.source_count > 0))
			note_member(h, interface, f, &record.group);
	}
}

/* --- Data --- */

static size_t find_stream(struct heard *h, const char *interface, const struct frame *f,
			  bool is_member)
{
	struct snapshot *s = h->s;
	char source[ADDRESS_TEXT_SIZE], group[ADDRESS_TEXT_SIZE];
	endpoint_format_address(&f->source, source);
	endpoint_format_address(&f->destination, group);
	for (size_t i = 0; i < s->stream_count; i++) {
		const struct seen_stream *row = &s->stream[i];
		if (row->is_joined == is_member && row->port == f->destination.port &&
		    is_same(row->source, source) && is_same(row->group, group) &&
		    is_same(row->interface, interface))
			return i;
	}
	if (s->stream_count >= HEARD_ROWS)
		return HEARD_ROWS;
	struct seen_stream *row = snapshot_add_stream(s);
	row->packets = 0;
	row->port = f->destination.port;
	row->is_joined = is_member;
	(void)snprintf(row->interface, sizeof(row->interface), "%s", interface);
	(void)snprintf(row->source, sizeof(row->source), "%s", source);
	(void)snprintf(row->group, sizeof(row->group), "%s", group);
	h->gap_us[s->stream_count - 1] = 0;
	return s->stream_count - 1;
}

static void note_data(struct heard *h, const char *interface, const struct frame *f, bool is_member,
		      struct time now)
{
	if (h->has_asked && (memcmp(f->destination.address, h->asked.address, 16) != 0 ||
			     (h->asked.port && f->destination.port != h->asked.port)))
		return;
	size_t place = find_stream(h, interface, f, is_member);
	if (place >= HEARD_ROWS)
		return;
	struct seen_stream *row = &h->s->stream[place];
	if (row->stopped_after_ms != UNKNOWN)
		row->came_back = true;
	else if (row->packets > 0 && time_elapsed_us(h->data_at[place], now) > h->gap_us[place])
		h->gap_us[place] = time_elapsed_us(h->data_at[place], now);
	h->data_at[place] = now;
	row->packets++;
	row->ttl = f->ttl;
}

void heard_frame(struct heard *h, const char *interface, const struct frame *f, bool is_member,
		 const struct endpoint left[2], struct time now)
{
	bool is_message = (f->kind == FRAME_IGMP || f->kind == FRAME_MLD) && !f->message.is_invalid;
	if (is_message && f->message.type == MESSAGE_QUERY)
		note_query(h, interface, f, &left[f->family == 6], now);
	else if (is_message && f->message.type == MESSAGE_REPORT)
		note_report(h, interface, f);
	else if (f->kind == FRAME_UDP && frame_is_multicast(f))
		note_data(h, interface, f, is_member, now);
}

bool heard_is_member(const struct snapshot *s, const char *interface, const struct endpoint *group)
{
	char text[ADDRESS_TEXT_SIZE];
	endpoint_format_address(group, text);
	for (size_t i = 0; i < s->membership_count; i++)
		if (is_same(s->membership[i].group, text) &&
		    is_same(s->membership[i].interface, interface))
			return true;
	return false;
}
